"""The look of written sheets, read from `theme.yaml` (paper floor)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbook.resources import read_yaml
from workbook.sheets.layout import Style

Look = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Theme:
    """Roles, number formats and colours. A look is a set of font, fill, border and number format properties."""

    roles: Mapping[str, Look]
    formats: Mapping[str, str]
    states: Mapping[str, Look]
    palette: tuple[str, ...]
    limit: str

    def look(self, style: Style) -> Look:
        """Give the look of a cell. Raises KeyError for a role or unit that the theme does not know."""
        look = dict(self.roles[style.role])
        if style.unit:
            look["num_format"] = self.formats[style.unit]
        if style.unit == "text":
            # A text beside a figure would touch it.
            look |= {"align": "left", "indent": 1}
        return look


def load_theme() -> Theme:
    """Read the theme that ships with the tool."""
    data = read_yaml("theme.yaml")
    return Theme(data["roles"], data["formats"], data["states"], tuple(data["palette"]), data["limit"])
