"""Checks a mail address as it is typed on a command line or in a configuration (post)."""

from __future__ import annotations

import re

from workbook.problems import Code, Problem, Reason, Refusal

_ATOM = r"[A-Za-z0-9#&'+=_~-]+"
_LOCAL = rf"{_ATOM}(?:\.{_ATOM})*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+")
LONGEST = 254


def checked_address(text: str) -> str:
    """Return a plain address, `name@example.org`, as it is. Raises Refusal (usage) for anything else.

    Names in front of an address, lists, comments, quotes, letters beyond ASCII, encoded words and the marks with which
    servers route mail on (`%`, `!`, `|`, `/`) are all refused: each is a way to have a message go elsewhere.
    """
    if len(text) <= LONGEST and "=?" not in text and _ADDRESS.fullmatch(text):
        return text
    shown = "".join(char if char.isprintable() else "·" for char in text[:80])
    problem = Problem(
        Code.REPORT_ADDRESS,
        f"{shown!r} is not a plain mail address",
        seen=shown or "nothing",
        expected="one address such as name@example.org",
        remedy="give each address alone, without a name; repeat the option for more",
    )
    raise Refusal(problem, reason=Reason.USAGE)
