"""The key figures at addresses that never move, each cell with a name of the workbook (paper floor; help: outputs)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.model.board.outputs import COLUMN_TITLES, FIRST_NAME, OUTPUTS, Column
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Caption, Layout, Live, Style
from workbook.sheets.time_axis import back_to_summary, head
from workbook.units import UNITS, unit_in_base

NAME = "Outputs"
HEADER_ROW, FIRST_ROW = 5, 6
UNIT_COLUMN, FIRST_COLUMN = LABEL + 1, LABEL + 2
COLUMNS = {column: FIRST_COLUMN + place for place, column in enumerate(Column)}
NAME_COLUMN = FIRST_COLUMN + len(COLUMNS)
WIDTHS = (34.0, 10.0, *(22.0,) * len(COLUMNS), 28.0)
_ADVICE = "Link here: these cells and names never move."


def addresses() -> dict[str, tuple[int, int]]:
    """Return the row and column of each named cell, in the order of the rows."""
    return {
        output.cell_name(column): (row, COLUMNS[column])
        for row, output in enumerate(OUTPUTS, FIRST_ROW)
        for column in output.cells
    }


def lay_out_outputs(results: Results) -> Layout:
    """Lay out a row per key figure; cells that mean nothing are blank and grey."""
    return Layout(
        name=NAME,
        words=(
            back_to_summary(NAME_COLUMN),
            Caption(HEADER_ROW - 1, LABEL, _ADVICE, Style("context")),
            *_words(results),
        ),
        cells=(*head(NAME, results), *_cells()),
        widths=WIDTHS,
        frozen=(HEADER_ROW, LABEL),
        statuses=((3, LABEL, 3, LABEL),),
        names=addresses(),
    )


def _words(results: Results) -> Iterator[Caption]:
    yield Caption(HEADER_ROW, LABEL, "Key figure", Style("header"))
    yield Caption(HEADER_ROW, UNIT_COLUMN, "Unit", Style("header"))
    for column, place in COLUMNS.items():
        yield Caption(HEADER_ROW, place, COLUMN_TITLES[column], Style("header_figure"))
    yield Caption(HEADER_ROW, NAME_COLUMN, "Names of the cells", Style("header_word"))
    settings = results.plan.settings
    for row, output in enumerate(OUTPUTS, FIRST_ROW):
        yield Caption(row, LABEL, output.title, Style("label"))
        unit = UNITS[unit_in_base(output.unit, settings.memory_unit_base)]
        yield Caption(row, UNIT_COLUMN, unit.shown(settings.currency), Style("unit"))
        yield Caption(row, NAME_COLUMN, f"{FIRST_NAME}{output.name}_…", Style("id"))
        for column, place in COLUMNS.items():
            if column not in output.cells:
                yield Caption(row, place, "", Style("empty"))


def _cells() -> Iterator[Live]:
    place = Place(NAME, Scope("", ""))
    for row, output in enumerate(OUTPUTS, FIRST_ROW):
        for column, expr in output.cells.items():
            yield Live(row, COLUMNS[column], expr, place, Style("calculation", output.unit))
