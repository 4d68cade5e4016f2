"""What a text may have been meant as: the numbers and dates that people read in it (plan floor).

Nothing is guessed here: a text with two readings gives both, and the person decides.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from workbook.schema import Column
from workbook.units import conversion

_PLAIN = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_GROUPS = re.compile(r"([-+]?[0-9]{1,3})([.,' \u00a0\u202f\u2019])[0-9]{3}(?:\2[0-9]{3})*([.,][0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]*")
_ONE_GROUP = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_WITH_UNIT = re.compile(
    r"([-+]?[0-9][0-9.,' \u00a0\u202f]*)\s*([^\W\d_].*|[^\w\s.,'+-].*)|([^\W\d_]{3}|[^\w\s.,'+-])\s*([-+]?[0-9.,']+)"
)

_TIMES = {"k": 1e3, "thousand": 1e3, "mio": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-/. ]\s*([0-9]{1,2})[-/. ]\s*([0-9]{4}|[0-9]{2})\.?")


def ascii_text(text: str) -> str:
    """Return a text with full-width and other digits as the usual ones, without outer and repeated spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def numbers_in(text: str) -> tuple[float, ...]:
    """Return the numbers that a text may stand for: one, two where a sign may part thousands or decimals, or none."""
    clean = ascii_text(text).replace("\u2212", "-")
    if _ONE_GROUP.fullmatch(clean):
        return float(re.sub("[.,]", "", clean)), float(clean.replace(",", "."))
    if _PLAIN.fullmatch(clean):
        return (float(clean),)
    grouped = _GROUPS.fullmatch(clean)
    if grouped and grouped[3] and grouped[3][0] == grouped[2]:
        return ()
    if grouped:
        whole = clean[: len(clean) - len(grouped[3] or "")]
        return (float(whole.replace(grouped[2], "") + (grouped[3] or "").replace(",", ".")),)
    return (float(clean.replace(",", ".")),) if _COMMA.fullmatch(clean) else ()


def number_with_unit(column: Column, text: str) -> tuple[str, float | None]:
    """Return unit that was typed behind or before a number, and the number in the column's unit if that is known."""
    match = _WITH_UNIT.fullmatch(ascii_text(text))
    if match is None:
        return "", None
    number, unit = (match[1], match[2]) if match[1] else (match[4], match[3])
    readings = numbers_in(number.strip())
    factor = _factor(column, unit.strip())
    return unit.strip(), readings[0] * factor if len(readings) == 1 and factor is not None else None


def dates_in(text: str) -> tuple[date, ...]:
    """Return the days that a text may stand for: year first has one reading, day and month may have two."""
    clean = ascii_text(text)
    if iso := _ISO.fullmatch(clean):
        return _days((int(iso[1]), int(iso[2]), int(iso[3])))
    parts = _DAY_MONTH.fullmatch(clean)
    if parts is None:
        return ()
    first, second, year = int(parts[1]), int(parts[2]), int(parts[3])
    years = (year,) if len(parts[3]) == 4 else (2000 + year, 1900 + year)
    return _days(*(order for full in years for order in ((full, second, first), (full, first, second))))


def is_like_a_date(text: str) -> bool:
    """Whether a text is written as a date, even as one that no calendar has."""
    clean = ascii_text(text)
    return bool(_ISO.fullmatch(clean) or _DAY_MONTH.fullmatch(clean))


def _factor(column: Column, unit: str) -> float | None:
    """Return what a number in the typed unit is multiplied by to be in the column's; None where that is not known."""
    typed = unit.casefold()
    factor = conversion(typed, column.unit)
    # Memory may be counted in powers of 1000 or of 1024, so only its own unit is sure.
    if factor is not None and (factor == 1 or not column.is_memory):
        return factor
    if typed in _TIMES:
        return _TIMES[typed]
    if column.kind == "money" and not any(sign.isalnum() for sign in typed):
        return 1.0
    return None


def _days(*parts: tuple[int, int, int]) -> tuple[date, ...]:
    found = []
    for year, month, day in parts:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))
