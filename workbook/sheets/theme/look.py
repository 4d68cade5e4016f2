"""The look of written sheets, read from `theme.yaml` (paper floor).

Cells are based on named cell styles, as Excel lists them: a role takes the look of its style and adds what is its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from workbook.resources import read_yaml
from workbook.sheets.layout import Style
from workbook.sheets.theme.colours import dark_beside_light
from workbook.units import UNITS

Look = dict[str, Any]

BUILT_IN = {
    "Hyperlink": 8,
    "Note": 10,
    "Heading 1": 16,
    "Heading 2": 17,
    "Heading 3": 18,
    "Heading 4": 19,
    "Input": 20,
    "Calculation": 22,
    "Check Cell": 23,
    "Total": 25,
    "Explanatory Text": 53,
}
"""Excel's numbers of the named styles that it knows itself; it shows their names in the person's language."""


class Theme(Struct, frozen=True):
    """Named styles, roles, number formats and colours. A look is a set of font, fill, border and alignment properties.

    `parents` gives the named style of each role that has one. `insisted` names the styles of a person's own theme file:
    they win over what a workbook understands by the name.
    """

    styles: Mapping[str, Look]
    roles: Mapping[str, Look]
    parents: Mapping[str, str]
    formats: Mapping[str, str]
    states: Mapping[str, Look]
    palette: tuple[str, ...]
    """The colours of series in every chart, each next to one of another lightness."""
    limit: str
    insisted: frozenset[str] = frozenset()

    def look(self, style: Style) -> Look:
        """Return the look of a cell. Raises KeyError for a role or unit that the theme does not know."""
        look = dict(self.roles[style.role])
        if style.unit:
            look["num_format"] = self.formats[style.unit]
        if style.unit == "text":
            # A text beside a figure would touch it.
            look |= {"align": "left", "indent": 1}
        return look


def load_theme() -> Theme:
    """Read the theme that ships with the tool."""
    return theme_of(shipped())


def shipped() -> dict[str, Any]:
    """Return the document of the shipped theme; its number formats are those of the units."""
    formats = {unit.id: unit.number_format for unit in UNITS.values() if unit.number_format}
    return {**read_yaml("theme.yaml"), "formats": formats}


def theme_of(data: Mapping[str, Any], insisted: frozenset[str] = frozenset()) -> Theme:
    """Make a theme of a complete document. Raises KeyError for a role whose style is not among the styles."""
    roles, parents = {}, {}
    for role, own in data["roles"].items():
        look = dict(own)
        parent = look.pop("style", None)
        if parent:
            parents[role] = parent
            look = {**data["styles"][parent], **look}
        roles[role] = look
    palette = dark_beside_light(data["palette"])
    return Theme(data["styles"], roles, parents, data["formats"], data["states"], palette, data["limit"], insisted)
