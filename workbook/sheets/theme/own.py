"""A person's own theme file over the shipped theme, or the problems that it has (paper floor).

The file says only what shall differ, in the words of `theme.yaml`. What it restyles wins over the named styles that a
workbook has already.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from workbook.problems import Code, Problem, Severity
from workbook.sheets.theme.colours import LEAST_CONTRAST, MOST_COLOURS, contrast, is_colour
from workbook.sheets.theme.look import Look, Theme, shipped, theme_of

_LOOKS = ("styles", "roles", "states")
_WHITE, _BLACK = "#FFFFFF", "#000000"
_ALIGN = ("left", "center", "right", "center_across")
_VALIGN = ("top", "vcenter", "bottom")
_EDGES = ("border", "top", "bottom", "left", "right")
_FLAGS = ("bold", "italic", "text_wrap")
_NUMBERS = {"font_size": (6, 72), "underline": (0, 2), "indent": (0, 15), **dict.fromkeys(_EDGES, (0, 13))}
_COLOURS = ("font_color", "bg_color", *(f"{edge}_color" for edge in _EDGES))
_CHOICES = {"align": _ALIGN, "valign": _VALIGN}
_PROPERTIES = (*_FLAGS, *_NUMBERS, *_COLOURS, *_CHOICES, "font_name", "num_format")
# What may stand in a section of a number format; another letter outside quotes makes Excel call the file damaged.
_SECTION = re.compile(
    r'(?:"[^"]*"|\\.|[_*].|\[[^\[\]"]*\]|General|AM/PM|E[+-]|[ymdhs]|[0#?.,%/ $€£¥–:()+<>=^&~{}!@-])*',
)
_NOT_A_THEME = "a file of sections with their keys and values, as `workbook help themes` describes it"


def read_theme(document: object, name: str) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Return the shipped theme with what a document changes; None where the document has errors.

    `name` is the file's, for the problems: unknown keys, values that are no colour or format, contrast that is too low.
    """
    draft = _Draft(shipped(), name)
    if document is not None and not isinstance(document, Mapping):
        draft.wrong("", document, _NOT_A_THEME)
    else:
        draft.read(document or {})
    if draft.problems:
        return None, tuple(draft.problems)
    theme = theme_of(draft.data, frozenset(draft.touched & draft.data["styles"].keys()))
    return theme, tuple(_too_pale(theme, draft.touched, name))


class _Draft(Struct):
    """The theme under way: `data` is the shipped document, changed in place; `touched` names what was changed."""

    data: dict[str, Any]
    name: str
    problems: list[Problem] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def read(self, document: Mapping[str, Any]) -> None:
        for key, value in document.items():
            if self.knows("", key, self.data):
                match key:
                    case "palette":
                        self.palette(value)
                    case "limit":
                        self.value(key, value, is_colour(value), "a colour such as #0072B2")
                    case "formats":
                        self.formats(value)
                    case _:
                        self.looks(key, value)

    def palette(self, value: object) -> None:
        is_right = isinstance(value, list) and len(value) >= MOST_COLOURS and all(map(is_colour, value))
        self.value("palette", value, is_right, f"at least {MOST_COLOURS} colours such as #0072B2")

    def formats(self, value: object) -> None:
        for unit, code in self.entries("formats", value, self.data["formats"]):
            where = f"formats.{unit}"
            if _is_number_format(code):
                self.data["formats"][unit] = code
            else:
                self.wrong(where, code, "a number format as Excel has it, such as '#,##0;(#,##0);\"–\"'")

    def looks(self, section: str, value: object) -> None:
        for name, look in self.entries(section, value, self.data[section]):
            self.touched.add(name)
            own = self.data[section][name]
            known = ("style", *_PROPERTIES) if section == "roles" else _PROPERTIES
            for key, said in self.entries(f"{section}.{name}", look, known):
                expected = _expected(key, said, self.data["styles"])
                if expected:
                    self.wrong(f"{section}.{name}.{key}", said, expected)
                else:
                    own[key] = said

    def entries(self, where: str, value: object, known: Collection[str]) -> Iterator[tuple[str, Any]]:
        """Return the known keys of a section with their values; tell the unknown ones."""
        if not isinstance(value, Mapping):
            self.wrong(where, value, "keys with their values below it")
            return
        for key, said in value.items():
            if self.knows(where, key, known):
                yield key, said

    def knows(self, where: str, key: object, known: Collection[str]) -> bool:
        if key in known:
            return True
        near = difflib.get_close_matches(str(key), known, 1)
        problem = Problem(
            Code.THEME_UNKNOWN,
            f"the theme {self.name} says {key!r}, which no theme has",
            f"{self.name}: {where}.{key}" if where else f"{self.name}: {key}",
            seen=str(key),
            expected=near[0] if near else ", ".join(known),
            remedy=f"did you mean {near[0]}?" if near else "take it out, or see `workbook help themes`",
        )
        self.problems.append(problem)
        return False

    def value(self, key: str, value: object, is_right: bool, expected: str) -> None:
        if is_right:
            self.data[key] = value
        else:
            self.wrong(key, value, expected)

    def wrong(self, where: str, value: object, expected: str) -> None:
        problem = Problem(
            Code.THEME_VALUE,
            f"the theme {self.name} has a value that cells cannot have",
            f"{self.name}: {where}" if where else self.name,
            seen=str(value)[:60],
            expected=expected,
            remedy="correct the value, or leave the key out to keep the shipped look",
        )
        self.problems.append(problem)


def _expected(key: str, value: object, styles: Collection[str]) -> str:
    """Return what a property has to be; empty where the value is that."""
    if key in _FLAGS:
        return "" if isinstance(value, bool) else "true or false"
    if key in _COLOURS:
        return "" if is_colour(value) else "a colour such as '#0072B2', in quotes"
    if key in _NUMBERS:
        low, high = _NUMBERS[key]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if is_number and low <= value <= high else f"a number from {low} to {high}"  # type: ignore[operator]
    if key in _CHOICES:
        return "" if value in _CHOICES[key] else f"one of {', '.join(_CHOICES[key])}"
    if key == "style":
        return "" if value in styles else f"one of {', '.join(styles)}"
    if key == "num_format":
        return "" if _is_number_format(value) else "a number format as Excel has it"
    return "" if isinstance(value, str) and 0 < len(value) < 32 else "the name of a font"


def _is_number_format(code: object) -> bool:
    if not isinstance(code, str) or not 0 < len(code) < 256:
        return False
    sections = re.sub(r'"[^"]*"', lambda hit: hit[0].replace(";", ","), code).split(";")
    return len(sections) <= 4 and all(_SECTION.fullmatch(section) for section in sections)


def _too_pale(theme: Theme, touched: Collection[str], name: str) -> Iterator[Problem]:
    """Warn of what was changed and can hardly be read."""
    told: set[tuple[str, str]] = set()
    for section, looks in zip(_LOOKS, (theme.styles, theme.roles, theme.states), strict=True):
        for key, look in looks.items():
            pair = look.get("font_color", _BLACK), look.get("bg_color", _WHITE)
            is_changed = key in touched or theme.parents.get(key) in touched
            if not is_changed or pair in told or not is_readable_text(key, look) or contrast(*pair) >= LEAST_CONTRAST:
                continue
            told.add(pair)
            yield Problem(
                Code.THEME_CONTRAST,
                f"text of {key} is hard to read: its contrast is {contrast(*pair):.1f} : 1",
                f"{name}: {section}.{key}",
                seen=f"{pair[0]} on {pair[1]}",
                expected=f"at least {LEAST_CONTRAST} : 1",
                remedy="take a darker font colour or a lighter fill",
                severity=Severity.WARNING,
            )


def is_readable_text(key: str, look: Look) -> bool:
    """Whether a look is one of text: tabs and bars have a colour only."""
    return not (key.endswith(("_tab", "_bar")) and "font_color" not in look)
