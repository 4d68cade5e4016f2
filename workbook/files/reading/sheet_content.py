"""What one sheet's XML holds: its cells, and what stands beside them (files floor)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct, field

from workbook.address import MAX_COLUMNS, Area, parse_area
from workbook.inputs.raw import RawCell

Grid = dict[int, dict[int, RawCell]]

TRUE = ("1", "true")


class SheetContent(Struct):
    """The cells of a sheet that are not empty, by row and column, and what the sheet says about rows and columns.

    `folded_rows` are the hidden rows of collapsed groups, `rich_cells` have a picture or a data type besides a value,
    and `shared` gives the first cell of the formula that a cell shares.
    Columns are bits of a number: an element for all columns may be there half a million times.
    """

    grid: Grid = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    column_bits: int = 0
    folded_rows: set[int] = field(default_factory=set)
    folded_column_bits: int = 0
    rich_cells: set[tuple[int, int]] = field(default_factory=set)
    shared: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    filters: list[Area] = field(default_factory=list)
    is_filtered: bool = False
    is_frozen: bool = False
    is_fitted: bool = False
    empty_rows: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def hidden_columns(self) -> set[int]:
        """The columns that are hidden, folded away in a group or not."""
        return _numbers(self.column_bits)

    @property
    def folded_columns(self) -> set[int]:
        """The columns that a collapsed group folds away."""
        return _numbers(self.folded_column_bits)


def _keep_area(areas: list[Area], attributes: dict[str, str]) -> None:
    """Keep the area of an element, unless its address is none."""
    with suppress(ValueError):
        areas.append(parse_area(attributes.get("ref", "")))


def _merge(content: SheetContent, attributes: dict[str, str]) -> None:
    _keep_area(content.merged, attributes)


def _column(content: SheetContent, attributes: dict[str, str]) -> None:
    bounds = [attributes.get(name, "") for name in ("min", "max")]
    if attributes.get("hidden") not in TRUE or not all(text.isdecimal() and len(text) < 6 for text in bounds):
        return
    first, last = int(bounds[0]), min(int(bounds[1]), MAX_COLUMNS)
    bits = ((1 << max(last - first + 1, 0)) - 1) << first
    content.column_bits |= bits
    if attributes.get("outlineLevel", "0") != "0":
        content.folded_column_bits |= bits


def _numbers(bits: int) -> set[int]:
    return {number for number, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"}


def _filter_area(content: SheetContent, attributes: dict[str, str]) -> None:
    _keep_area(content.filters, attributes)


def _pane(content: SheetContent, attributes: dict[str, str]) -> None:
    content.is_frozen = content.is_frozen or attributes.get("state", "").startswith("frozen")


def _page(content: SheetContent, attributes: dict[str, str]) -> None:
    content.is_fitted = content.is_fitted or attributes.get("fitToPage") in TRUE


def _filter(content: SheetContent, _: dict[str, str]) -> None:
    content.is_filtered = True


BESIDE: dict[str, Callable[[SheetContent, dict[str, str]], None]] = {
    "mergeCell": _merge,
    "col": _column,
    "autoFilter": _filter_area,
    "filterColumn": _filter,
    "pane": _pane,
    "pageSetUpPr": _page,
}
