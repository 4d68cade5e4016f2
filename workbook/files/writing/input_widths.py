"""Texts into the widths and lines that they take on an input sheet (files floor).

Widths are digits of the default font, as a column's width counts them.
"""

from __future__ import annotations

from textwrap import wrap

_BUTTON = 5.3
"""What a header's indent and filter button take."""
_WIDE, _CAPITAL, _LETTER = 1.8, 1.35, 1.07
"""One bold letter of a header's word, of which none may break: m and w, capitals, others."""
_BOLD = 1.15
"""One bold letter of a header's text, on average and with room to spare."""
_NARROW = 1.04
"""Letters of a text for one digit: most letters are narrower than a digit."""
_HEADER_LINES = 2


def header_width(title: str) -> float:
    """Return the least width of a column in which no word of its header breaks, on about two lines."""
    word = max(map(_bold_width, title.split()))
    return max(word, len(title) // _HEADER_LINES * _BOLD) + _BUTTON


def header_lines(title: str, width: float) -> int:
    """Return how many lines a header takes in a column."""
    return _lines(title, (width - _BUTTON) / _BOLD)


def text_lines(text: object, width: float) -> int:
    """Return how many lines a cell takes in a column; anything but a text takes one."""
    return _lines(text, width * _NARROW) if isinstance(text, str) and text else 1


def _bold_width(word: str) -> float:
    return sum(_WIDE if sign in "mwMW%" else _CAPITAL if sign.isupper() else _LETTER for sign in word)


def _lines(text: str, letters: float) -> int:
    return len(wrap(text, max(1, int(letters))))
