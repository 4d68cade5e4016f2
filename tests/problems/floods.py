"""A workbook with more problems than anybody reads: of several kinds, each many times."""

from __future__ import annotations

from tests.workbooks import valid_workbook

_KINDS = ("many", "-1", "TRUE", "#REF!", "'12", "1e300", "2026-03-01", "")
_EACH = 5
"""Wrong cells of a kind in a column; more of them would be told as one problem."""


def flooded() -> bytes:
    """Return a workbook in which every figure of Users is wrong, in each column in eight ways, five times each."""
    header = "| Segment | Current users | Requests per user | CPU per request | Memory per session | Session duration |"
    lines = [
        "| " + " | ".join([f"S{row}", *(_KINDS[(row + column) % len(_KINDS)] for column in range(5))]) + " |"
        for row in range(_EACH * len(_KINDS))
    ]
    return valid_workbook(Users="\n".join([header, *lines]))
