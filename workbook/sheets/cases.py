"""Cases: the lines that a scenario reaches, a block of rows a scenario, on the time axis of the plan (paper floor)."""

from __future__ import annotations

from msgspec.structs import replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Number, Picked
from workbook.model.results import Results
from workbook.sheets.layout import HEADER_ROW, LABEL, Layout, Live, Style, columns_of
from workbook.sheets.time_axis import Lines, heading, lay_out_time_sheet
from workbook.whatif.lines import cases, compare

NAME = "Cases"
SECTIONS = (cases.CASES,)
PURPOSE = "Each scenario once more, whichever is active: the lines that it changes, as on the plan's own sheets."


def lay_out_cases(results: Results) -> Layout:
    """Lay out the block of each scenario under its name, which is live."""
    lines = Lines(HEADER_ROW + 2, columns_of(results.frame).first_month - 2)
    lines.line(cases.DIFFERENCE, results)
    block, scalar, names = cases.block_ids(results.lines), Place(NAME, Scope("", "")), []
    for place, scenario in enumerate(results.items(compare.NAME.line), 1):
        lines.row += 1
        name = Picked(compare.OVER, compare.NAME, Number(place))
        names.append(Live(lines.row, LABEL, name, scalar, Style("section")))
        lines.words += heading(lines.row, (LABEL, lines.width), "")[1:]
        lines.row += 1
        for line in block:
            lines.line(cases.case_id(scenario, line), results)
    layout = lay_out_time_sheet(NAME, PURPOSE, lines, results)
    return replace(layout, cells=(*layout.cells, *names), tab="workings_tab")
