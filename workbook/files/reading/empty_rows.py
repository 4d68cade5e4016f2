"""A sheet's XML without the rows that hold a format and nothing else (files floor).

A column that is formatted down to the last row can weigh a hundred times what is typed in it. What is left out here is
never parsed, so that reading costs what the figures cost.
"""

from __future__ import annotations

import re

MOST_BYTES = 32 << 20
"""What a sheet may weigh without its empty rows: several times what the most cells that are read take."""

_WORTH_IT = 1 << 16
_PIECE = 1 << 20
_CONTENT = (b"<v", b"<f", b"<is", b":v", b":f", b":is")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData[\s>]")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*(?:/>|>(?:<(?:\w+:)?c\s[^<>]*(?:/>|></(?:\w+:)?c>))*</(?:\w+:)?row>)")
_NO_ADDRESS = re.compile(rb"<(?:\w+:)?(?:c|row)(?![\w:])(?![^<>]*\sr=)")

Xml = bytes | bytearray


class TooMuchXmlError(ValueError):
    """A sheet weighs more than any plan's does, also without its empty rows."""


def without_empty_rows(data: Xml) -> tuple[Xml, int]:
    """Return the XML without empty rows, and how many those were; small sheets stay as they are.

    Where a row has no number of its own, it counts from the one before it, so nothing is left out then; and what looks
    like a row in a comment or in literal text is none. Raises TooMuchXmlError where too much is left.
    """
    begin = _DATA.search(data, 0, _WORTH_IT)
    if len(data) < _WORTH_IT or begin is None or b"<!" in data:
        return _bounded(data), 0
    start, end, below = _tail(data, begin[1], begin.end())
    upper, rows = _without_rows(data, start, b"<" + begin[1] + b"row ")
    slim = _bounded(upper + _bounded(data[end:]))
    return (_bounded(data), 0) if _NO_ADDRESS.search(slim) else (slim, rows + below)


def _bounded(data: Xml) -> Xml:
    if len(data) > MOST_BYTES:
        raise TooMuchXmlError
    return data


def _tail(data: Xml, prefix: bytes, begin: int) -> tuple[int, int, int]:
    """Return where the rows below the last one with content begin and end, and how many they are."""
    end = data.rfind(b"</" + prefix + b"sheetData")
    if end < begin:
        return len(data), len(data), 0
    last = max(begin, *(data.rfind(mark, begin, end) for mark in _CONTENT))
    close = b"</" + prefix + b"row>"
    after = data.find(close, last, end)
    if last != begin and after < 0:
        return len(data), len(data), 0
    start = begin if last == begin else after + len(close)
    return start, end, data.count(b"<" + prefix + b"row ", start, end)


def _without_rows(data: Xml, end: int, opening: bytes) -> tuple[bytes, int]:
    """Leave empty rows out of the first bytes, a piece of some rows at a time, so that little is held twice."""
    kept: list[bytes] = []
    at = size = rows = 0
    while at < end:
        stop = data.rfind(opening, at + 1, min(at + _PIECE, end))
        if stop < 0:
            stop = data.find(opening, at + _PIECE, end)
        stop = end if stop < 0 else stop
        if stop - at > MOST_BYTES:
            raise TooMuchXmlError
        piece, count = _ROW.subn(b"", bytes(data[at:stop]))
        kept.append(piece)
        at, size, rows = stop, size + len(piece), rows + count
        if size > MOST_BYTES:
            raise TooMuchXmlError
    return b"".join(kept), rows
