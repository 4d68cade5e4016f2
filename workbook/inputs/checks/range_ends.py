"""Checks of Low and High of one input, on Ranges or on Growth: both there, in order, around the input (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workbook.address import Cell
from workbook.inputs.parse.cell_problems import is_inside
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.sheets.commitments import Scenario
from workbook.naming import name_key
from workbook.problems import Code, Problem
from workbook.schema import Column, show

_LARGEST_PLAIN = 5
"""A percentage above it is taken as one only where its cell is formatted as one, as in every percentage column."""
Place = Cell | str


class Ends(Struct, frozen=True):
    """The ends of one input: its column and what people call it, and low, middle and high with their places.

    `middle` is None where the input is blank and has no default.
    """

    name: str
    column: Column
    low: float | None
    middle: float | None
    high: float | None
    low_place: Place
    middle_place: Place
    high_place: Place

    @property
    def sides(self) -> tuple[tuple[str, float | None, Place], ...]:
        """Return both ends with their headers."""
        return ("Low", self.low, self.low_place), ("High", self.high, self.high_place)

    def show(self, value: float | None) -> str:
        """Return a value as it is typed into the input's column."""
        return "blank" if value is None else show(value, self.column.kind)


def end_problems(draft: PlanDraft, ends: Ends) -> Iterator[Problem]:
    """Yield what is wrong with the ends of an input."""
    low, high = ends.low, ends.high
    if low is None or high is None:
        yield _incomplete(ends)
        return
    outside = [problem for side in ends.sides if (problem := _limit(draft, ends, *side)) is not None]
    yield from outside
    if outside:
        return
    if low > high:
        yield _reversed(ends)
    elif ends.middle is None:
        yield _without_middle(ends)
    elif not low <= ends.middle <= high:
        yield _passed(ends, is_low=ends.middle < low)


def shrinks(draft: PlanDraft, ends: Ends) -> Iterator[Problem]:
    """Yield the problem of a growth whose Low leaves no users in the active scenario; the growth itself leaves some."""
    settings = draft.settings
    if settings is None or ends.low is None or ends.middle is None:
        return
    active = name_key(settings.active_scenario)
    for _, row in draft.each("scenarios", Scenario):
        multiplier = row.growth_multiplier
        if name_key(row.scenario) == active and 1 + multiplier * ends.low <= 0 < 1 + multiplier * ends.middle:
            yield Problem(
                Code.RANGE_LIMITS,
                f"at Low, {ends.name} leaves no users in scenario {row.scenario!r}",
                ends.low_place,
                seen=f"{ends.show(ends.low)} × Growth multiplier {show(multiplier)}",
                expected="1 + Growth multiplier × Low above 0",
                remedy="type a Low above -100%, or lower the multiplier",
            )


def _incomplete(ends: Ends) -> Problem:
    blank = [(header, place) for header, value, place in ends.sides if value is None]
    given = [f"{header} {ends.show(value)}" for header, value, _ in ends.sides if value is not None]
    headers = " and ".join(header for header, _ in blank)
    middle = "" if ends.middle is None else f", {ends.show(ends.middle)},"
    return Problem(
        Code.RANGE_INCOMPLETE,
        f"{headers} of {ends.name} {'is' if len(blank) == 1 else 'are'} blank",
        blank[0][1],
        seen=", ".join([*given, f"{headers} blank"]),
        expected="a number in Low and in High",
        remedy=f"fill both; if it can only move one way, type the figure itself{middle} on the other side",
    )


def _reversed(ends: Ends) -> Problem:
    return Problem(
        Code.RANGE_REVERSED,
        f"Low of {ends.name} is above High",
        ends.low_place,
        seen=f"Low {ends.show(ends.low)}, High {ends.show(ends.high)}",
        expected="Low at most High",
        remedy="swap the two, or correct the one that is wrong",
    )


def _limit(draft: PlanDraft, ends: Ends, header: str, value: float | None, place: Place) -> Problem | None:
    """Return the problem of an end that the input's own column would refuse."""
    if value is None:
        return None
    column = ends.column
    is_plain = isinstance(place, Cell) and "%" not in draft.formats.get(place, "")
    is_whole = column.kind == "percent" and value > _LARGEST_PLAIN and is_plain
    if is_inside(column, value) and not is_whole:
        return None
    is_meant = column.kind == "percent" and value > 1 and is_inside(column, value / 100)
    limits = column.range_text
    if is_meant:
        message = f"{header} of {ends.name} looks like a whole number, not a percentage"
        seen, expected = f"{show(value)} ({ends.show(value)})", f"{limits}, typed as 20% or 0.2"
        return Problem(Code.RANGE_LIMITS, message, place, seen, expected, f"did you mean {show(value)}%?")
    return Problem(
        Code.RANGE_LIMITS,
        f"{header} of {ends.name} must be {limits}, not {ends.show(value)}",
        place,
        seen=ends.show(value),
        expected=f"{limits}, as in its own column",
        remedy="type a figure in that range",
    )


def _without_middle(ends: Ends) -> Problem:
    return Problem(
        Code.RANGE_PASSED,
        f"{ends.name} is blank, so nothing lies between Low and High",
        ends.middle_place,
        seen=f"Low {ends.show(ends.low)}, blank, High {ends.show(ends.high)}",
        expected="a figure between Low and High",
        remedy="type the most likely value into its cell, or delete the range",
    )


def _passed(ends: Ends, *, is_low: bool) -> Problem:
    side = "below Low" if is_low else "above High"
    return Problem(
        Code.RANGE_PASSED,
        f"{ends.name} is {ends.show(ends.middle)} in {ends.middle_place}, {side} of its range",
        ends.low_place if is_low else ends.high_place,
        seen=f"Low {ends.show(ends.low)}, the figure {ends.show(ends.middle)}, High {ends.show(ends.high)}",
        expected="Low at most the figure, High at least the figure",
        remedy="correct Low and High to fit the figure as it is now, or correct the figure",
    )
