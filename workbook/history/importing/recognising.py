"""The header of a table into the bill that it is, or the nearest one with what it lacks (many floor)."""

from __future__ import annotations

from workbook.history.importing.layouts import AZURE, LAYOUTS, BillLayout, columns_of
from workbook.history.importing.records import Basis, ImportOptions, SourceFormat
from workbook.history.importing.said import header_text, unknown_format
from workbook.history.importing.tables import SourceTable
from workbook.problems import Problem

NAMES = {
    SourceFormat.FOCUS: "FOCUS 1.0",
    SourceFormat.AWS: "the AWS Cost and Usage Report",
    SourceFormat.GCP: "the GCP billing export",
    SourceFormat.AZURE: "Azure cost details",
    SourceFormat.AZURE_ACTUAL: "Azure cost details (actual)",
    SourceFormat.AZURE_AMORTISED: "Azure cost details (amortised)",
    SourceFormat.PROMETHEUS: "a range query of Prometheus",
    SourceFormat.GRAFANA: "a table of Grafana",
    SourceFormat.CSV: "a time-series table",
}
"""What a format is called in messages."""
_BILLS = {layout.format: layout for layout in LAYOUTS} | {
    SourceFormat.AZURE_ACTUAL: AZURE,
    SourceFormat.AZURE_AMORTISED: AZURE,
}
_NEAR = 0.5


def bill_layout(table: SourceTable, options: ImportOptions) -> BillLayout | Problem | None:
    """Return the layout of a bill, the error that one lacks columns, or None for a table that is no bill."""
    if options.format:
        layout = _BILLS.get(options.format)
        if layout is None:
            return None
        return _lacking(table, layout, options.basis) if _missing(table, layout, options.basis) else layout
    for layout in LAYOUTS:
        if not _missing(table, layout, options.basis):
            return layout
    nearest = max(LAYOUTS, key=lambda layout: _share(table, layout, options.basis))
    if any(options.assignments.values()) or _share(table, nearest, options.basis) < _NEAR:
        return None
    return _lacking(table, nearest, options.basis)


def no_format(table: SourceTable, basis: Basis) -> Problem:
    """Return the error that a table is neither a bill nor has a column of times."""
    nearest = max(LAYOUTS, key=lambda layout: _share(table, layout, basis))
    return _lacking(table, nearest, basis)


def _missing(table: SourceTable, layout: BillLayout, basis: Basis) -> tuple[str, ...]:
    columns = columns_of(table.columns)
    return tuple(name for name in layout.needed(basis) if name not in columns)


def _share(table: SourceTable, layout: BillLayout, basis: Basis) -> float:
    return 1 - len(_missing(table, layout, basis)) / len(layout.needed(basis))


def _lacking(table: SourceTable, layout: BillLayout, basis: Basis) -> Problem:
    lacking = ", ".join(layout.spelled(name) for name in _missing(table, layout, basis))
    return unknown_format(
        table.source,
        f"{table.source} has no known format; the nearest is {NAMES[layout.format]}, which also needs {lacking}",
        header_text(table.header),
        "FOCUS, AWS, GCP or Azure costs, a Prometheus response, or a table with a column of times",
        "export it with the missing columns, or name the columns with --as METRIC=COLUMN",
    )
