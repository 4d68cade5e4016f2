"""A checked plan into the ranges of its inputs: what is drawn, between which ends, and in which shape (plan floor)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbook.inputs.plan import Plan

OF_SETTINGS = "settings"


class Means(StrEnum):
    """What Low and High of a range are: its ends, or the points that one case in ten lies below or above."""

    ENDS = "ends"
    P10_P90 = "p10-p90"


class Shape(StrEnum):
    """How likely each value between the ends is."""

    PERT = "pert"
    TRIANGULAR = "triangular"
    UNIFORM = "uniform"


@dataclass(frozen=True, slots=True)
class RangedInput:
    """One input of a range: its place, and low, middle and high in the unit in which a plan holds it.

    `table` is the id of its input sheet, `row` the place among the sheet's rows; of a setting `settings` and 0.
    """

    table: str
    row: int
    field: str
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Range:
    """One draw: a single input, or the milestones of one segment's growth, which move as one curve.

    `key` is what the draw is seeded with (`Users · Shoppers · Current users`, `Growth · Shoppers`), `name` what people
    read, `group` the ranges that it moves with (blank: alone).
    """

    key: str
    name: str
    inputs: tuple[RangedInput, ...]
    means: Means = Means.ENDS
    shape: Shape = Shape.PERT
    group: str = ""


def ranges_of(plan: Plan) -> tuple[Range, ...]:
    """Return the ranges of a plan: the rows of Ranges, then the curves of Growth with a Low and a High."""
    del plan
    return ()
