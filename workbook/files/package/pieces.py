"""A part that streams by, cut so that what is searched for stands whole in one piece (files floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from workbook.files.package.archive import CHUNK


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """Return what a stream holds, piece by piece."""
    return iter(lambda: file.read(CHUNK), b"")


def cut_at_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a stream of sheet XML anew so that no tag, and no cell with its content, is split between two pieces."""
    held: list[bytes] = []
    rest, is_cell = b"", False
    for chunk in chunks:
        # Only what is new is searched: a cell may be as long as the whole part.
        rest += chunk
        is_cell = is_cell or (not held and rest.startswith(b"<c "))
        at = rest.rfind(b"<c ")
        at = rest.rfind(b"<") if at < 0 and not is_cell else at
        if at > 0 or (held and at == 0):
            yield b"".join([*held, rest[:at]])
            held, rest = [], rest[at:]
            is_cell = rest.startswith(b"<c ")
        held.append(rest[:-2])
        rest = rest[-2:]
    yield b"".join([*held, rest])


def overlapping(chunks: Iterable[bytes], overlap: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces that begin with the end of the one before, and whether it is the last: all is seen whole somewhere.

    What is searched for must be shorter than `overlap`.
    """
    rest = b""
    for chunk in chunks:
        rest = rest[-overlap:] + chunk
        yield rest, False
    yield rest[-overlap:], True
