"""The names of the tool's sheets, and what they begin with where the plain ones are the user's own (paper floor)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from workbook.inputs.sheets.registry import SHEETS
from workbook.sheets.layout import Caption, Layout, Live
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.workings import WORKINGS

FRONT_SHEETS = ("Summary", *(sheet.name for sheet in STATEMENTS), "Alerts and scaling", "Outputs")
"""The sheets that people read, in the order of their tabs."""
RESULT_SHEETS = (
    *FRONT_SHEETS,
    "Summary workings",
    *(sheet.name for sheet in WORKINGS),
    "Checks",
)
"""The sheets that every plan has."""
OPTIONAL_FRONT = ("Bridge", "Outlook", "Accuracy", "Compare", "Risk")
OPTIONAL_SHEETS = (
    *OPTIONAL_FRONT,
    "Bridge workings",
    "Outlook workings",
    "Accuracy workings",
    "Compare workings",
    "Cases",
    "Risk workings",
)
"""The sheets that only a plan with an approved version, measured months, several scenarios or ranges has."""

SUGGESTED_PREFIX = "Plan "
_LONGEST_NAME = 31
_LONGEST_PREFIX = _LONGEST_NAME - max(
    map(len, (*RESULT_SHEETS, *OPTIONAL_SHEETS, *(sheet.title for sheet in SHEETS.values())))
)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")


def result_sheets(prefix: str) -> tuple[str, ...]:
    """Return the names of the result sheets that every plan has, under a prefix."""
    return tuple(prefix + name for name in RESULT_SHEETS)


def every_result_sheet(prefix: str) -> tuple[str, ...]:
    """Return the names that result sheets may have under a prefix."""
    return (*result_sheets(prefix), *(prefix + name for name in OPTIONAL_SHEETS))


def prefix_fault(prefix: str) -> str:
    """Return in words why the names of sheets cannot begin with a text; empty if they can."""
    if found := _FORBIDDEN.search(prefix):
        return f"{prefix!r} contains {found[0]!r}; names of sheets contain none of [ ] : * ? / \\ or control characters"
    if prefix != prefix.lstrip() or not prefix or prefix.startswith("'"):
        return f"{prefix!r} must begin with a letter, digit or sign that is neither a space nor an apostrophe"
    if len(prefix.encode("utf-16-le")) // 2 > _LONGEST_PREFIX:
        return f"{prefix!r} is longer than {_LONGEST_PREFIX} characters; names of sheets have at most {_LONGEST_NAME}"
    return ""


def under_prefix(layouts: Sequence[Layout], prefix: str) -> tuple[Layout, ...]:
    """Return layouts whose names begin with a prefix, and whose links and formulas know each other by these names."""
    return tuple(_renamed(layout, prefix) for layout in layouts) if prefix else tuple(layouts)


def _renamed(layout: Layout, prefix: str) -> Layout:
    return replace(
        layout,
        name=prefix + layout.name,
        words=tuple(_linked(words, prefix) for words in layout.words),
        cells=tuple(_placed(cell, prefix) for cell in layout.cells),
    )


def _linked(words: Caption, prefix: str) -> Caption:
    if words.target not in (*RESULT_SHEETS, *OPTIONAL_SHEETS):
        return words
    target = prefix + words.target
    is_named = words.text.endswith(words.target)
    return replace(
        words, target=target, text=words.text.removesuffix(words.target) + target if is_named else words.text
    )


def _placed(cell: Live, prefix: str) -> Live:
    return replace(cell, place=cell.place._replace(sheet=prefix + cell.place.sheet))
