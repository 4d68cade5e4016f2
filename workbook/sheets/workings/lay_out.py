"""Workings into their layout: every line of their sections that no statement shows (paper floor)."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from workbook.model.results import Results
from workbook.sheets.layout import HEADER_ROW, Layout, columns_of
from workbook.sheets.time_axis import Lines, lay_out_time_sheet
from workbook.sheets.workings import Workings


def lay_out_workings(workings: Workings, shown: Collection[str], results: Results) -> Layout:
    """Lay out each section's lines in order but for those shown elsewhere; empty sections are left out."""
    lines = Lines(HEADER_ROW + 2, columns_of(results.frame).first_month - 2)
    for section in workings.sections:
        if own := [line for line in results.section(section) if line not in shown]:
            lines.heading(section.title)
            for line in own:
                lines.line(line, results)
            lines.row += 1
    layout = lay_out_time_sheet(workings.name, workings.purpose, lines, results)
    return replace(layout, tab="workings_tab")
