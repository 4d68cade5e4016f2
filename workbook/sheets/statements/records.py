"""What a statement shows before a plan is known: blocks of lines, and charts (paper floor)."""

from __future__ import annotations

from msgspec import Struct

from workbook.model.board.insights import InsightId


class ChartPlan(Struct, frozen=True):
    """A chart before a plan is known: `lines` with items give one series an item, six series at most in all.

    `insight` is the one whose text is its title, `limits` the lines that demand is held against.
    """

    kind: str
    insight: InsightId
    lines: tuple[str, ...]
    unit: str
    description: str
    limits: tuple[str, ...] = ()
    is_billed: bool = False


class Row(Struct, frozen=True):
    """A line of a statement; its emphasis is blank, `total` or `ratio`."""

    line: str
    emphasis: str = ""


class Block(Struct, frozen=True):
    """Lines under one heading; those that a plan does not have are left out, and so is a block without any."""

    title: str
    rows: tuple[Row, ...]


class Statement(Struct, frozen=True):
    """A sheet that answers one question on its first screen: charts, then the blocks in the order of their weight."""

    name: str
    purpose: str
    blocks: tuple[Block, ...]
    charts: tuple[ChartPlan, ...]


def block(title: str, *lines: str) -> Block:
    """Return a block; a line's name ends with `=` if it is a total of those above it, with `%` if it is a ratio."""
    marks = {"=": "total", "%": "ratio"}
    return Block(title, tuple(Row(line.rstrip("=%"), marks.get(line[-1], "")) for line in lines))
