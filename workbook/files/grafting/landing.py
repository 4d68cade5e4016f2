"""What has become of cells of result sheets: where they are now, or why they are found no more (files floor)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from workbook.address import Area


class Loss(StrEnum):
    """Why cells are found no more."""

    LINE = "line"
    """A line, an item or a label is gone, or has no value in that column any more."""
    MONTH = "month"
    """A month lies before the plan's start or after its end."""
    RANGE = "range"
    """The ends of a range would cross, or other rows would come between them."""
    UNBOUND = "unbound"
    """The formula names a sheet that is not in the workbook, so nobody knows which line it read."""


class Lost(Struct, frozen=True):
    """Cells that are found no more: why, and what they stood for; `left` is the part of a range that is still there."""

    loss: Loss
    what: str
    left: Landed | None = None


class Landed(Struct, frozen=True):
    """Where cells are now."""

    sheet: str
    area: Area
