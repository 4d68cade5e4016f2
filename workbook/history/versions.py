"""A calculated plan into the rows of a version, and the rows into a plan (many floor; help: planning, Versions)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from math import isfinite
from operator import itemgetter

from msgspec import Struct

from workbook.figures import plain_number, significant
from workbook.inputs.build import build_plan
from workbook.inputs.input_names import row_name, rows_by_name
from workbook.inputs.plan import KeptTable, Plan, identity
from workbook.inputs.raw import RawCell, RawTable, RawWorkbook
from workbook.inputs.sheets.registry import SETTING_MODELS, SETTINGS_OF, SHEET_OF_SETTING, SHEETS
from workbook.model.results import Results
from workbook.naming import name_key
from workbook.problems import Problem
from workbook.schema import Column, Sheet
from workbook.timeline import day_of
from workbook.units import UNITS

EVIDENCE = ("claims", "actuals")
"""The sheets of what others state and of what was measured: no input of the plan."""
STORED_LINES = (
    "users.all",
    "demand.total",
    "cpu.total",
    "cpu.required",
    "memory.total",
    "memory.required",
    "storage.total",
    "network.required",
    "network.egress",
    "nodes.total",
    "nodes.provisioned",
    "nodes.today",
    "reserved.nodes",
    "exhaustion.date",
    "order_by.date",
    "storage.provisioned",
    "storage.billed",
    "cost.nodes",
    "cost.storage",
    "cost.network",
    "cost.fixed",
    "cost.category",
    "cost.total",
)
"""The lines whose figures a version keeps."""
DIGITS = 15
"""Significant digits of a stored figure."""
TOTAL = "total"
APPROVED = "approved"

StoredRow = Mapping[str, object]
"""One row of a kept sheet: values by field, those that are blank left out."""


class VersionRows(Struct, frozen=True):
    """The rows of one version on the kept sheets."""

    figures: tuple[StoredRow, ...]
    inputs: tuple[StoredRow, ...]

    @property
    def seal(self) -> str:
        """Return the checksum of the rows: twelve hex digits, the same in whichever order they stand."""
        lines = sorted("\t".join(_canonical(row)) for row in (*self.figures, *self.inputs))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _canonical(row: StoredRow) -> Iterator[str]:
    for field in sorted(row):
        if (said := identity(row[field])) is not None:
            yield f"{field}={said}"


def version_rows(results: Results, name: str) -> VersionRows:
    """Return the figures and inputs of a plan as the rows of a version."""
    return VersionRows(tuple(_figures(results, name)), tuple(_inputs(results.plan, name)))


def figure_key(version: str, line: str, item: str) -> str:
    """Return what names one row of figures."""
    return f"{version}|{line}|{item}"


def _figures(results: Results, name: str) -> Iterator[StoredRow]:
    start = results.plan.timeline.date_of(0)
    for line_id in STORED_LINES:
        line = results.lines[line_id]
        for place, item in enumerate(results.items(line_id)):
            values = results.values[line_id][0, place]
            # Nothing is billed in the month of the horizon.
            billed = values[:-1] if line_id.startswith("cost.") else values
            kept = [(month, value) for month, value in enumerate(billed.tolist()) if isfinite(value)]
            is_date, is_1904 = line.unit == "date", results.plan.date_1904
            months = {
                f"m{month}": day_of(value, is_1904).isoformat() if is_date else _stored(value) for month, value in kept
            }
            yield {
                "key": figure_key(name, line_id, item),
                "version": name,
                "line": line_id,
                "item": item,
                "unit": UNITS[line.unit].shown(results.plan.settings.currency),
                "first_month": start,
                **months,
            }


def _stored(value: float) -> float | int:
    return plain_number(significant(value, DIGITS))


def _inputs(plan: Plan, name: str) -> Iterator[StoredRow]:
    for sheet, row, column, value in _typed(plan):
        if value not in (None, ""):
            kind, said = _said(value)
            yield {"version": name, "sheet": sheet, "row": row, "column": column, "value": said, "kind": kind}


def _said(value: object) -> tuple[str, object]:
    """Return what kind of value a cell holds, and the value; a date as its text, which no date system changes."""
    match value:
        case datetime():
            return "date", value.date().isoformat()
        case date():
            return "date", value.isoformat()
        case str():
            return "text", value
        case _:
            return "number", value


def _typed(plan: Plan) -> Iterator[tuple[str, str, str, object]]:
    """Yield sheet, row, column and value of every input cell."""
    headers = {column.field: column.header for columns in SETTINGS_OF.values() for column in columns}
    for field, cell in plan.setting_cells.items():
        yield SHEETS[SHEET_OF_SETTING[field]].title, "", headers[field], plan.cells.get(cell)
    for sheet_id, table in plan.tables.items():
        if sheet_id in EVIDENCE:
            continue
        sheet = SHEETS[sheet_id]
        for (_, turn), found in rows_by_name(sheet, plan).items():
            name = row_name(sheet, found.row)
            for column in sheet.columns:
                place = table.cell(found.index, column.field)
                if place and place in plan.cells:
                    yield sheet.title, name if turn == 1 else f"{name} ({turn})", column.header, plan.cells[place]


class Version(Struct, frozen=True):
    """One approved version as the kept sheets hold it; `row` is the row of its sheet."""

    name: str
    row: int
    about: StoredRow
    rows: VersionRows

    @property
    def is_approved(self) -> bool:
        """Whether it counts: neither superseded nor withdrawn."""
        return name_key(str(self.about.get("status", ""))) == APPROVED

    @property
    def currency(self) -> str:
        """Return the currency of its cost; blank if its row does not say it."""
        return str(self.about.get("currency", ""))

    @property
    def is_sealed(self) -> bool:
        """Whether its rows are as they were approved."""
        return self.rows.seal == str(self.about.get("seal", ""))


def versions_of(plan: Plan) -> tuple[Version, ...]:
    """Return the versions of a workbook in the order in which they stand."""
    about = plan.kept.get("versions")
    if about is None:
        return ()
    figures, inputs = _by_version(plan.kept.get("version_figures")), _by_version(plan.kept.get("version_inputs"))
    found = []
    for number, row in zip(about.row_numbers, about.rows, strict=True):
        if name := str(row.get("version", "")):
            rows = VersionRows(figures.get(name_key(name), ()), inputs.get(name_key(name), ()))
            found.append(Version(name, number, row, rows))
    return tuple(found)


def version_named(versions: Iterable[Version], name: str) -> Version | None:
    """Return the version of a name, whatever its case; None if there is none."""
    return next((one for one in versions if name_key(one.name) == name_key(name)), None)


def _by_version(table: KeptTable | None) -> dict[str, tuple[StoredRow, ...]]:
    found: dict[str, list[StoredRow]] = {}
    for row in table.rows if table else ():
        found.setdefault(name_key(str(row.get("version", ""))), []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def compared_version(plan: Plan) -> Version | None:
    """Return the version that a plan is compared with: the one that Compare with names, else the default."""
    if asked := plan.settings.compare_with:
        return version_named(versions_of(plan), asked)
    return default_version(plan)


def default_version(plan: Plan) -> Version | None:
    """Return the last approved version of another run than the plan's own, from which nothing differs."""
    others = (one for one in reversed(versions_of(plan)) if one.is_approved and one.about.get("run") != plan.run_id)
    return next(others, None)


def plan_of(version: Version) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return the plan that a version's inputs make, and what this tool finds wrong with them."""
    rows = [row for row in version.rows.inputs if {"sheet", "column", "value"} <= row.keys()]
    by_sheet: dict[str, list[StoredRow]] = {}
    for row in rows:
        by_sheet.setdefault(str(row["sheet"]), []).append(row)
    tables = {
        sheet.id: _raw_table(sheet, by_sheet.get(sheet.title, ()))
        for sheet in SHEETS.values()
        if sheet.title in by_sheet or sheet.required
    }
    return build_plan(RawWorkbook(tables, tuple(SHEETS[sheet_id].title for sheet_id in tables)))


def _raw_table(sheet: Sheet, stored: Iterable[StoredRow]) -> RawTable:
    if sheet.id in SETTING_MODELS:
        headers, cells = {1: "Setting", 2: "Value"}, list(_setting_cells(sheet.id, stored))
    else:
        headers = {number: column.header for number, column in enumerate(sheet.columns, 1)}
        cells = [_row_cells(sheet, rows) for _, rows in groupby(stored, key=itemgetter("row"))]
    return RawTable(sheet.title, headers, dict(enumerate(cells, 2)), 1, 2, max(len(cells) + 1, 2))


def _setting_cells(sheet_id: str, stored: Iterable[StoredRow]) -> Iterator[dict[int, RawCell]]:
    columns = {column.header: column for column in SETTINGS_OF[sheet_id]}
    for row in stored:
        name = str(row["column"])
        yield {1: RawCell(name), 2: _cell(row, columns.get(name))}


def _row_cells(sheet: Sheet, stored: Iterable[StoredRow]) -> dict[int, RawCell]:
    numbers = {column.header: (number, column) for number, column in enumerate(sheet.columns, 1)}
    known = [(numbers[str(row["column"])], row) for row in stored if row["column"] in numbers]
    return {number: _cell(row, column) for (number, column), row in known}


def _cell(row: StoredRow, column: Column | None) -> RawCell:
    value = row["value"]
    if row.get("kind") == "date" and isinstance(value, str):
        value = date.fromisoformat(value)
    return RawCell(value, column.number_format if column else "General")
