"""Random formulas over result sheets, and random edits of inputs: each formula reads afterwards what it read before.

The plans are laid out and read as the tool does; where a line, an item and a month are, openpyxl says.
"""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from tests.engines import recalculated_by_office, require_office, stored_values
from tests.files.plan_variants import Figure, by_months, fiscal_start, markdown, variant
from tests.files.readers import MINE, LineCells, Period, formula_rows, line_cells, sheet_xml, with_inputs, with_mine
from tests.workbooks import workbook_from_markdown
from workbook import actions
from workbook.address import Cell, column_letters, parse_a1
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.followed_formulas import Follower
from workbook.files.grafting.formula_places import applied
from workbook.files.grafting.landing import Loss
from workbook.files.reading.formula_tokens import references

pytestmark = pytest.mark.slow

SEEDS = range(7)
PAIRS = [(old, new) for old in SEEDS for new in SEEDS if old != new]
PLACES = ("-{}", 'IF({0}>0,{0},"{0}")', "SUM({},1)*2", '{}&"Cost!J12"', "ROUND({},2)+LOG10(9)")


@cache
def follower(old: int, new: int) -> Follower:
    known = variant(old).known
    tabs = [sheet.name for sheet in known.sheets.values()]
    return Follower(Correspondence(known, variant(new).known), [*tabs, MINE])


def written(address: str, chance: random.Random) -> str:
    """Return an address with `$` here and there, its sheet in quotes or in another case at times."""
    sheet, _, cell = address.partition("!")
    row, column = parse_a1(cell)
    name = sheet.strip("'")
    spelled = chance.choice((sheet, f"'{name}'", sheet.lower()))
    dollars = chance.choice(("", "$")), chance.choice(("", "$"))
    return f"{spelled}!{dollars[0]}{column_letters(column)}{dollars[1]}{row}"


def is_there(figure: Figure, book: LineCells) -> bool:
    line, item, period = figure
    places = book.rows.get((line, item))
    return places is not None and (period is None or book.has(places[0][0], period))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_each_formula_reads_the_same_figure_or_is_refused(old: int, new: int) -> None:
    chance = random.Random(f"{old} {new}")
    before, after = variant(old), variant(new)
    followed = lost = 0
    for address, figure in chance.sample(before.figures, 400):
        text = chance.choice(PLACES).format(written(address, chance))
        result = follower(old, new).follow(text)
        if not is_there(figure, after.found):
            lost += 1
            assert result.lost, (text, figure)
            assert {one.loss for one in result.lost} <= {Loss.LINE, Loss.MONTH}
            continue
        followed += 1
        assert not result.lost, (text, figure, result.lost)
        made = applied(text, result.edits)
        read = [reference for reference in references(made) if reference.sheets]
        assert {after.found.at(made[one.start : one.end]) for one in read} == {figure}, (text, made)
        assert without_addresses(made) == without_addresses(text)
    assert followed
    assert lost + followed == 400


def without_addresses(formula: str) -> str:
    """Return a formula without what may change: its texts, functions, sheets and `$` stay."""
    shown = formula
    for reference in sorted(references(formula), key=lambda one: -one.start):
        cells = "".join(sign for sign in reference.cells if sign in "$:")
        shown = shown[: reference.start] + shown[reference.start : reference.body] + cells + shown[reference.end :]
    return shown


@cache
def lines_of(seed: int) -> tuple[dict[str, list[str]], list[tuple[str, type]]]:
    """Return the items of each line, and the lines with figures, each with what these are of: see Period."""
    lines: dict[str, list[str]] = {}
    for line, item in variant(seed).found.rows:
        lines.setdefault(line, []).append(item)
    figures = {(figure[0], type(figure[2])) for _, figure in variant(seed).figures}
    return lines, sorted(figures, key=str)


def ranges(seed: int, chance: random.Random) -> tuple[str, list[str], str, Period | None, Period | None]:
    """Return a random range of a line: its address, the items that it covers, the line, first and last month or period.

    Fiscal years and quarters are no ends of one range.
    """
    book = variant(seed)
    lines, figures = lines_of(seed)
    line, kind = chance.choice(figures)
    items = lines[line]
    first, last = sorted(chance.choices(range(len(items)), k=2))
    if chance.random() < 0.4:
        first, last = 0, len(items) - 1
    sheet = book.found.row(line, items[first])[0]
    columns = {column: one for column, one in book.found.columns[sheet].items() if isinstance(one, kind)}
    if kind is str:
        length = chance.choice(("12 ", "3 "))
        columns = {column: one for column, one in columns.items() if str(one).startswith(length)}
    ends = [columns[column] for column in sorted(chance.choices(sorted(columns), k=2))] if columns else [None, None]
    top, bottom = (
        book.found.cell(line, item, period, fixed=False)
        for item, period in zip((items[first], items[last]), ends, strict=True)
    )
    return f"{top}:{bottom.partition('!')[2]}", items[first : last + 1], line, ends[0], ends[1]


def expected(before: LineCells, after: LineCells, covered: list[str], line: str) -> list[str] | None:
    """Return the items that a range must cover in the new plan; None where it must be refused."""
    old = [item for one, item in before.rows if one == line]
    new = [item for one, item in after.rows if one == line]
    if len(covered) > 1 and covered == old:
        return new or None
    if covered[0] not in new or covered[-1] not in new:
        return None
    first, last = new.index(covered[0]), new.index(covered[-1])
    inside = new[first : last + 1]
    kept = {item for item in covered if item in new}
    strangers = {item for item in inside if item in old and item not in covered}
    return inside if first <= last and kept <= {*inside} and not strangers else None


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_each_range_covers_what_it_covered_or_is_refused(old: int, new: int) -> None:
    chance = random.Random(f"ranges {old} {new}")
    before, after = variant(old), variant(new)
    followed = 0
    for _ in range(300):
        text, covered, line, *ends = ranges(old, chance)
        items = expected(before.found, after.found, covered, line)
        sheet = before.found.row(line, covered[0])[0]
        is_inside = all(end is None or after.found.has(sheet, end) for end in ends)
        result = follower(old, new).follow(f"SUM({text})")
        if items is None or not is_inside:
            assert result.lost, (text, covered, line)
            continue
        followed += 1
        assert not result.lost, (text, covered, line, result.lost)
        [found] = references(applied(f"SUM({text})", result.edits))
        area = found.area
        cells = [after.found.at(f"{found.sheets[0]}!{column_letters(column)}{row}")
                 for row in range(area.first_row, area.last_row + 1)
                 for column in (area.first_column, area.last_column)]  # fmt: skip
        assert [cell[1] for cell in cells[::2]] == items
        assert {cell[0] for cell in cells} == {line}
        assert (cells[0][2], cells[-1][2]) == tuple(ends)
    assert followed > 20


@pytest.mark.office
@pytest.mark.parametrize(("old", "new"), [(0, 4), (3, 0), (5, 3)])
def test_recalculated_formulas_give_the_figures_of_their_lines(tmp_path: Path, old: int, new: int) -> None:
    """The same through a file: planned, edited, planned again, and calculated by LibreOffice."""
    require_office()
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown(markdown(old)))
    plan(path)
    before, after = variant(old), variant(new)
    chance = random.Random(old)
    figures = [(cell, figure) for cell, figure in before.figures if is_there(figure, after.found)]
    chosen = chance.sample(figures, 300)
    mine = with_mine(path.read_bytes(), sheet_xml(formula_rows({cell: cell for cell, _ in chosen})))
    path.write_bytes(with_inputs(mine, markdown(new)))
    plan(path)
    book = by_months(line_cells(path.read_bytes()), fiscal_start(new))
    data = recalculated_by_office(path.read_bytes())
    values = stored_values(data, tuple(sheet.name for sheet in before.known.sheets.values()))
    mine_values = stored_values(data, (MINE,))
    for row, (_, (line, item, month)) in enumerate(chosen, 1):
        sheet, _, cell = book.cell(line, item, month, fixed=False).partition("!")
        # A formula that reads an empty text shows nothing or 0, as the program pleases.
        read, held = mine_values[Cell(MINE, row, 2)], values[Cell(sheet.strip("'"), *parse_a1(cell))]
        assert (read or 0) == (held or 0), (line, item, month)


def plan(path: Path) -> None:
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    actions.write_plan(reading, actions.calculate(reading.plan))
