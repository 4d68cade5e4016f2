"""What the XML says of one cell into its value, or into the fault that makes it unusable (files floor)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, time
from functools import partial

from msgspec import Struct

from workbook.files.reading.stored import GENERAL, Stored, moment, plain_text
from workbook.inputs.raw import RawCell

_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_MOST_DIGITS = 18
_ERRORS = frozenset({
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!",
    "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#EXTERNAL!",
})  # fmt: skip
_TRUTH = {"1": True, "true": True, "0": False, "false": False}


class CellContent(Struct):
    """The texts of one cell's elements as far as they are there, with its kind and the number of its style."""

    kind: str
    style: str
    value: str | None = None
    formula: str | None = None
    text: str | None = None
    formula_kind: str = ""
    group: str = ""


def raw_cell(cell: CellContent, stored: Stored) -> RawCell:
    """Return cell's value with its formula. A result of an empty text has the kind `str`, a missing one has none."""
    formula = cell.formula or ""
    if cell.kind == "inlineStr" and cell.text is not None:
        return RawCell(plain_text(cell.text), formula=formula)
    if not cell.value:
        return RawCell(formula=formula, has_result=cell.kind == "str")
    return value_reader(cell.kind, cell.style, stored)(cell.value, formula)


def value_reader(kind: str, style: str, stored: Stored) -> Callable[..., RawCell]:
    """Return what makes a cell of this kind and style of its value's text, and of its formula if it has one."""
    if kind == "n":
        return partial(_number, stored, stored.look(style))
    read = _KINDS.get(kind)
    return partial(_unknown, kind) if read is None else partial(read, stored)


def _number(stored: Stored, look: tuple[str, str], text: str, formula: str = "") -> RawCell:
    if text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS:
        value: float = int(text)
    else:
        text = text.strip()
        if not _NUMBER.fullmatch(text):
            return RawCell(formula=formula, fault=f"its stored number is {text[:40]!r}")
        is_whole = "." not in text and len(text) <= _MOST_DIGITS and text.lstrip("+-").isdecimal()
        value = int(text) if is_whole else float(text)
    number_format, kind = look
    if kind == "number" or math.isinf(value):
        return RawCell(value, number_format, formula)
    shown = moment(value, is_1904=stored.is_1904, is_duration=kind == "duration")
    if shown is None:
        return RawCell(value, number_format, formula, is_off_calendar=True)
    return RawCell(shown, GENERAL, formula)


def _shared_text(stored: Stored, text: str, formula: str = "") -> RawCell:
    index = int(text) if text.isdecimal() and len(text) < 12 else -1
    if not 0 <= index < len(stored.texts):
        return RawCell(formula=formula, fault="its text is missing from the file")
    return RawCell(stored.texts[index], formula=formula)


def _text(_: Stored, text: str, formula: str = "") -> RawCell:
    return RawCell(plain_text(text), formula=formula, is_error=bool(formula) and text in _ERRORS)


def _truth(_: Stored, text: str, formula: str = "") -> RawCell:
    value = _TRUTH.get(text.strip().lower())
    if value is None:
        return RawCell(formula=formula, fault=f"its stored truth value is {text[:40]!r}")
    return RawCell(value, formula=formula)


def _error(_: Stored, text: str, formula: str = "") -> RawCell:
    return RawCell(text.strip()[:40], formula=formula, is_error=True)


def _iso_date(_: Stored, text: str, formula: str = "") -> RawCell:
    readers: tuple[Callable[[str], datetime | time], ...] = (datetime.fromisoformat, time.fromisoformat)
    for read in readers:
        try:
            return RawCell(read(text.strip()).replace(tzinfo=None), formula=formula)
        except ValueError:
            continue
    return RawCell(formula=formula, fault=f"its stored date is {text[:40]!r}")


def _unknown(kind: str, _: str, formula: str = "") -> RawCell:
    return RawCell(formula=formula, fault=f"the file stores it as {kind[:40]!r}, which no program knows")


_KINDS: dict[str, Callable[..., RawCell]] = {
    "s": _shared_text,
    "str": _text,
    "inlineStr": _text,
    "b": _truth,
    "e": _error,
    "d": _iso_date,
}
