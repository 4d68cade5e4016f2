"""What a sheet with a time axis holds before a plan is known: sections and charts (paper floor)."""

from __future__ import annotations

from dataclasses import dataclass

from workbook.expr.tree import Section
from workbook.model.board.insights import InsightId


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart before a plan is known: `lines` with items give one series an item, six series at most in all.

    `insight` is the one whose text is its title, `limits` the lines that demand is held against, `total` the line that
    stands for all parts of a stack where not all of them are shown.
    """

    kind: str
    insight: InsightId
    lines: tuple[str, ...]
    unit: str
    description: str
    limits: tuple[str, ...] = ()
    total: str = ""
    is_billed: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A sheet with a time axis."""

    name: str
    purpose: str
    sections: tuple[Section, ...]
    charts: tuple[ChartPlan, ...]
    found: tuple[str, ...] = ()
