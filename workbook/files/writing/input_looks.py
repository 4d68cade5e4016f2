"""The theme's looks into cell formats of a package, each made once (files floor)."""

from __future__ import annotations

from msgspec import Struct, field
from xlsxwriter.format import Format

from workbook.files.writing.formats import StyledWorkbook
from workbook.schema import Column
from workbook.sheets.theme.look import Theme

_OVERLAID = ("font_color", "bg_color", "border", "border_color")
"""What a conditional format can lay over a cell."""
_NUMBERS = {"number", "integer", "percent", "money", "date"}


class Looks(Struct):
    """The formats of one package under way. Texts wrap and stand at the top, so that long rows read as rows."""

    package: StyledWorkbook
    theme: Theme
    made: dict[tuple[object, ...], Format] = field(default_factory=dict)

    def role(self, role: str, **properties: object) -> Format:
        """Return the format of a role with further properties. Raises KeyError for a role that the theme lacks."""
        return self._format(("role", role), {**self.theme.roles[role], **properties})

    def state(self, state: str) -> Format:
        """Return the format that a conditional format lays over a cell."""
        return self._format(("state", state), self.theme.states[state])

    def header(self, *, is_required: bool) -> Format:
        """Return the format of a table's header; that of a column that may stay blank is lighter."""
        return self.role("header" if is_required else "header_optional", text_wrap=True, indent=1)

    def input(self, column: Column) -> Format:
        """Return the format of an input cell: numbers as the column shows them, texts wrapped."""
        if column.kind in _NUMBERS:
            return self.role("input", num_format=column.number_format, valign="top")
        return self.role("input", text_wrap=True, valign="top", align="left", indent=1)

    def below(self, column: Column) -> Format:
        """Return the format of a column under its table, so that a figure typed there reads like those above it."""
        if column.kind in _NUMBERS:
            return self.role("label", num_format=column.number_format, valign="top")
        return self.role("label", text_wrap=True, valign="top", align="left", indent=1)

    def new_row(self) -> Format:
        """Return the format that a conditional format lays over a row under the table once it is filled in."""
        look = self.theme.roles["input"]
        return self._format(("state", "new"), {name: look[name] for name in _OVERLAID if name in look})

    def colour(self, role: str) -> str:
        """Return the fill colour of a role."""
        return str(self.theme.roles[role]["bg_color"])

    def _format(self, name: tuple[str, str], properties: dict[str, object]) -> Format:
        key = (*name, *sorted(properties.items(), key=str))
        if key not in self.made:
            kind, role = name
            self.made[key] = self.package.styled(role if kind == "role" else "", properties)
        return self.made[key]
