"""Rows that are made when a part is read: what passes between their maker and whoever stores them (files floor)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

RECORD_END = "\x01"
"""Stands between an address, its content and the next address: no XML may hold it."""

SPACE = " \t\r\n"
"""What counts as nothing in a content: programs write it in their own ways."""


class RowPiece(NamedTuple):
    """Some rows as XML, and what their cells say: addresses and formulas, and addresses and constants.

    Each stands as the XML has it, a number as `number_record` makes it, with `RECORD_END` behind it. `texts` is the
    number of cells that hold a text.
    """

    xml: str
    formulas: str
    constants: str
    texts: int


def number_record(value: float) -> str:
    """Return a number among the contents of cells: programs agree on 12 digits."""
    return f"#{value:.12g}"


def item_text(text: str) -> str:
    """Return an escaped text as the XML within its item."""
    return f'<t xml:space="preserve">{text}</t>'


def inline_text(text: str) -> str:
    """Return what stands between the attributes and the end of a cell that holds an escaped text itself."""
    return f' t="inlineStr"><is>{item_text(text)}</is>'


class Spelling(NamedTuple):
    """How a package has formats and texts: the index of each format, and what stands in a cell for an escaped text."""

    formats: Mapping[int, int] | None = None
    text: Callable[[str], str] = inline_text


class Rows(Protocol):
    """Rows that are made each time they are asked for; their formulas name no table of their own package."""

    def pieces(self, spelling: Spelling) -> Iterator[RowPiece]:
        """Yield the rows from top to bottom."""
