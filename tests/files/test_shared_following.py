"""Formulas that many cells share, as their rows move: split where they must, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from tests.files.test_correspondence import D_BETWEEN, OLD, Row, sheet
from workbook.address import parse_a1
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.followed_formulas import Follower, shared_at
from workbook.files.grafting.result_lines import book_lines
from workbook.files.reading.formula_tokens import references
from workbook.files.reading.relative import SharedFormula


def follower(rows: Sequence[Row | str]) -> Follower:
    old, new = (book_lines([sheet("Cost", one)], is_1904=False) for one in (OLD, rows))
    return Follower(Correspondence(old, new), ["Mine", "Cost"])


@pytest.mark.parametrize("formula", ["Cost!D10*2+A1", "SUM(Cost!$D$10:D11)", 'Cost!$D10&"Cost!D10"', "B2+Cost!D$10"])
def test_a_shared_formula_reads_in_each_cell_as_other_programs_read_it(formula: str) -> None:
    one = SharedFormula(formula.replace('"Cost!D10"', '"x"'), 3, 3)
    every = list(references(formula))
    for cell in ("C4", "D3", "F9"):
        row, column = parse_a1(cell)
        text, moved = shared_at(formula, every, (row - 3, column - 3))
        assert text.replace('"Cost!D10"', '"x"') == one.at(row, column)
        assert [text[found.start : found.end] for found in moved] == [text[f.start : f.end] for f in references(text)]


def test_a_reference_beyond_the_sheet_is_none() -> None:
    assert shared_at("Cost!A2+1", list(references("Cost!A2+1")), (-2, 0)) == ("Cost!#REF!+1", [])


def test_cells_share_on_as_long_as_they_move_alike() -> None:
    made = follower(D_BETWEEN)
    ours = made.ours("Cost!D11")
    assert [made.shares(ours, (step, 0)) for step in range(3)] == [True, True, True]
    ours = made.ours("Cost!D10")
    assert [made.shares(ours, (step, 0)) for step in range(3)] == [True, False, False]
    assert not made.shares(made.ours("Cost!D10+Cost!D11"), (1, 0))


def test_too_many_cells_of_one_formula_are_lost_together_and_only_where_rows_move() -> None:
    formula = "Cost!D10+Cost!D11"
    stays = follower(OLD)
    assert stays.follow_together(formula, stays.follow(formula), 9_000_000).lost == ()
    moves = follower(D_BETWEEN)
    together = moves.follow_together(formula, moves.follow(formula), 9_000_000)
    assert "9000000 cells share this formula" in together.lost[0].what
    assert [text for _, _, text in together.edits] == ["Cost!#REF!", "Cost!#REF!"]


def test_following_takes_time_in_proportion_to_the_formula() -> None:
    made = follower(D_BETWEEN)

    def seconds(count: int) -> float:
        text = "+".join(["Cost!D11"] * count)
        started = time.process_time()
        made.follow(text)
        return time.process_time() - started

    seconds(500)
    base = max(min(seconds(500) for _ in range(3)), 0.002)
    assert min(seconds(2_000) for _ in range(2)) < 10 * base
