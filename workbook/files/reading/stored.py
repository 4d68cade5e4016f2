"""What the cells of a sheet point to: shared texts, number formats, and dates as numbers (files floor).

Parts of a package in, plain values out. Only what a cell's value needs is read, so a style or a theme that no program
should have written stands in nobody's way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from weakref import WeakKeyDictionary

from msgspec import Struct, field

from workbook.files.package.package import Package
from workbook.files.package.shared_strings import shared_strings
from workbook.files.package.walk import new_parser

GENERAL = "General"
_BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
# ids that stand for dates in some languages, without a text of their own in the file
_DATE_IDS = {*range(27, 37), *range(50, 59)}
_NO_CODE = re.compile(r'"[^"]*"?|\[(?!h+\]|m+\]|s+\])[^\[\]]*\]|[\\_*].', re.IGNORECASE)
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LEAP_DAY_1900 = 60  # 1900-02-29, which Excel counts and no calendar has


class Stored(Struct, frozen=True):
    """What cells refer to by a number: shared texts; by style a number format, and whether it shows a date."""

    texts: Sequence[str] = ()
    formats: Sequence[str] = ()
    is_1904: bool = False
    looks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def look(self, style: str) -> tuple[str, str]:
        """Return the number format of a style, by its number as a cell states it, and what it makes of a number.

        That is `date`, `duration` or `number`. A style that is not there is General.
        """
        known = self.looks.get(style)
        if known is None:
            index = int(style) if style.isdecimal() and len(style) < 7 else 0
            number_format = self.formats[index] if index < len(self.formats) else GENERAL
            known = self.looks[style] = number_format, _kind(number_format)
        return known


# A package never changes, and every reader of it asks for its texts.
_READ: WeakKeyDictionary[Package, Stored] = WeakKeyDictionary()


def read_stored(package: Package) -> Stored:
    """Return what the cells of a workbook refer to, read once. Raises ExpatError, ValueError or Refusal if damaged."""
    known = _READ.get(package)
    if known is None:
        texts = [plain_text(text) for text in shared_strings(package).texts]
        known = _READ[package] = Stored(texts, _formats(package), package.date_1904)
    return known


def plain_text(text: str) -> str:
    """Return a stored text as it was typed: `_x000D_` stands for the character of that number."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def moment(serial: float, *, is_1904: bool, is_duration: bool) -> datetime | time | timedelta | None:
    """Return what a number in a date format shows: a day, a time of day, a duration; None where no calendar has it."""
    try:
        if is_duration:
            return timedelta(milliseconds=round(serial * 86_400_000))
        since = timedelta(milliseconds=round(serial % 1 * 86_400_000), days=serial // 1)
        if 0 <= serial < 1 and not since.days:
            return (datetime.min + since).time()
        if is_1904:
            return _EPOCH_1904 + since if serial >= 0 else None
        if serial < 0 or int(serial) == _LEAP_DAY_1900:
            return None
        return _EPOCH_1900 + since + timedelta(days=serial < _LEAP_DAY_1900)
    except (OverflowError, ValueError):
        return None


def _kind(number_format: str) -> str:
    first = number_format.partition(";")[0]
    if first.casefold() in ("general", "standard", "@"):
        return "number"
    if _DURATION.search(first):
        return "duration"
    return "date" if re.search("[dmyhs]", _NO_CODE.sub("", first), re.IGNORECASE) else "number"


def _formats(package: Package) -> list[str]:
    arrow = package.follow(package.workbook_part, "styles")
    if arrow is None or arrow.target not in package:
        return []
    reader = _FormatReader(package.read(arrow.target))
    own = reader.own
    return [own.get(number) or _built_in(number) for number in reader.used]


def _built_in(number: int) -> str:
    return "yyyy-mm-dd" if number in _DATE_IDS else _BUILT_IN.get(number, GENERAL)


class _FormatReader:
    """Collects the number formats that a file defines, and the number of the one that each cell style uses."""

    def __init__(self, data: bytes) -> None:
        self.own: dict[int, str] = {}
        self.used: list[int] = []
        self.inside = ""
        parser = new_parser()
        parser.StartElementHandler = lambda name, attributes: self.start(name.rpartition(":")[2], attributes)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.Parse(data, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("numFmts", "cellXfs"):
            self.inside = name
        elif name == "numFmt" and self.inside == "numFmts":
            self.own[_whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name == "xf" and self.inside == "cellXfs":
            self.used.append(_whole(attributes.get("numFmtId", "")))

    def end(self, name: str) -> None:
        if name == self.inside:
            self.inside = ""


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
