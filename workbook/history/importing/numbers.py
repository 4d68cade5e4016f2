"""Numbers as files write them, with a decimal point or a decimal comma, into floats (many floor)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

POINT, COMMA = ".", ","
_MISSING = ("", "null", "undefined", "none", "n/a", "-")
_NO_NUMBER = ("nan", "inf", "+inf", "-inf", "infinity", "-infinity")
_PLAIN = ("\t", "|")
"""Delimiters that say nothing of the decimal sign."""
_GROUPED = {
    POINT: re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?"),
    COMMA: re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?"),
}
"""Numbers whose thousands are separated."""
_SPACES = re.compile(r"[\s\u00a0\u202f']")


class AmbiguousDecimalsError(ValueError):
    """The numbers of a file do not show whether a comma or a point is the decimal sign."""


def decimal_sign(texts: Iterable[str], delimiter: str) -> str:
    """Return the decimal sign of numbers. Raises AmbiguousDecimalsError, with one of them, where both are possible.

    In a file with commas between its columns a comma in a number separates thousands.
    """
    signs: dict[str, str] = {}
    doubtful = ""
    for text in texts:
        if sign := _sign(text):
            signs.setdefault(sign, text)
        elif _could_be_either(text):
            doubtful = doubtful or text
    if len(signs) > 1:
        raise AmbiguousDecimalsError(" and ".join(signs.values()))
    if not signs and doubtful and (delimiter == ";" or (delimiter in _PLAIN and COMMA in doubtful)):
        raise AmbiguousDecimalsError(doubtful)
    return next(iter(signs), POINT)


def _sign(text: str) -> str:
    """Return the decimal sign that a number shows, blank where it shows none."""
    plain = _SPACES.sub("", text)
    for sign, other in ((POINT, ","), (COMMA, ".")):
        if re.fullmatch(rf"[-+]?\d{{1,3}}(\{other}\d{{3}})+\{sign}\d+", plain):
            return sign
        if re.fullmatch(rf"[-+]?\d{{1,3}}(\{other}\d{{3}}){{2,}}", plain):
            return sign
        if re.fullmatch(rf"[-+]?\d*\{sign}\d+([eE][-+]?\d+)?", plain) and not _could_be_either(plain):
            return sign
    return ""


def _could_be_either(text: str) -> bool:
    """Whether a number may have thousands or three decimal places: `1.234`."""
    return re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", _SPACES.sub("", text)) is not None


def reader(decimal: str) -> Callable[[str], float]:
    """Return what reads a number with this decimal sign; it raises ValueError for anything else."""
    return float if decimal == POINT else _with_comma


def _with_comma(text: str) -> float:
    if POINT in text and not _GROUPED[COMMA].fullmatch(text):
        raise ValueError(text)
    return float(text.replace(POINT, "").replace(COMMA, POINT))


def slowly(text: str, decimal: str) -> float:
    """Return a number with thousands and spaces, 0 for a blank one. Raises ValueError for anything else."""
    plain = _SPACES.sub("", text)
    if not plain:
        return 0.0
    if decimal == COMMA:
        return _with_comma(plain)
    return float(plain.replace(COMMA, "") if _GROUPED[POINT].fullmatch(plain) else plain)


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing was measured."""
    return text.strip().casefold() in _MISSING


def is_no_number(text: str) -> bool:
    """Whether a sample is what a division by zero gives."""
    return text.strip().casefold() in _NO_NUMBER
