"""A text into whether it is a number that somebody meant as a figure (post).

A label that only looks like one is none: an address, a version, an outline number, a date, a year, a code with leading
zeros. Every pattern is anchored and the text is short, so the time is bounded.
"""

from __future__ import annotations

import re

from msgspec import Struct

_LONGEST = 40
_SIGNS = str.maketrans({
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u2212": "-", "\u2013": "-", "\u2019": "'",
    "\u02bc": "'", "\u066c": ",", "\u066b": ".",
})  # fmt: skip
_CODES = (
    "EUR|USD|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|ISK|TRY|RUB|UAH|CAD|AUD|NZD|SGD|HKD|INR|KRW|BRL|MXN|ZAR"
    "|ILS|AED|SAR|THB|IDR|MYR|PHP|TWD|VND|ARS|CLP|COP|EGP|NGN|KES"
)
_MONEY = rf"(?:{_CODES}|(?:US|AU|CA|R|A|C|S|HK|NZ)?\$|[\u00a2\u00a3\u00a5\u20a0-\u20cf]|kr|zł|Kč|Ft|Fr\.)"
_NUMBER = re.compile(
    rf"(?P<sign>[-+])?\(?(?P<before>{_MONEY})? ?(?P<inner>[-+])?"
    r"(?P<body>(?P<grouped>[1-9]\d{0,2}(?:(?P<mark>[,.' ])\d{3})(?:(?P=mark)\d{3})*|[1-9]\d?(?:,\d\d)+,\d{3})"
    r"(?:(?!(?P=mark))[.,]\d+)?|(?:0|[1-9]\d*)(?:[.,]\d+)?|[.,]\d+)"
    rf"(?:[eE][-+]?\d{{1,3}})? ?(?:(?P<scale>k|K|M|m|B|T|bn|Bn|mn|Mn|Mio|Mrd|Tsd)\.?)?"
    rf" ?(?P<share>[%‰])?(?P<after>{_MONEY})?"
    r"(?P<trailing>-)?\)?"
)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_YEAR = re.compile(r"(?:19|20|21)\d\d")


class TextNumber(Struct, frozen=True):
    """A number that is stored as text: `is_amount` if its form alone shows a figure, `is_year` if it may be a year."""

    is_amount: bool
    is_year: bool


def text_number(text: str) -> TextNumber | None:
    """Return what kind of number a text is, None if it is none."""
    if len(text) > _LONGEST * 3:
        return None
    plain = text.translate(_SIGNS).strip()
    found = _NUMBER.fullmatch(plain) if 0 < len(plain) <= _LONGEST else None
    if found is None or _ADDRESS.fullmatch(plain):
        return None
    has_money = bool(found["before"] or found["after"])
    is_bracketed = plain.count("(") + plain.count(")")
    if is_bracketed and not (plain.startswith("(") and plain.endswith(")")):
        return None
    if found["scale"] == "m" and not has_money:
        return None
    is_amount = has_money or bool(found["grouped"] and found["mark"] != ".") or bool(found["trailing"])
    return TextNumber(is_amount, _YEAR.fullmatch(plain) is not None)
