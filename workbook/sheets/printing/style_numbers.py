"""The styles of a printed book: each one by a number, in the order of first use (paper floor)."""

from __future__ import annotations

from msgspec import Struct, field

from workbook.sheets.layout import Style


class StyleNumbers(Struct):
    """Hands out the numbers; `styles` is read by whoever makes looks of them."""

    styles: list[Style] = field(default_factory=list)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, role: str, unit: str = "") -> int:
        """Return the number of the style of a role and a unit."""
        if (role, unit) not in self.numbers:
            self.numbers[role, unit] = len(self.styles)
            self.styles.append(Style(role, unit))
        return self.numbers[role, unit]

    def of(self, style: Style) -> int:
        """Return the number of a style."""
        return self.number(style.role, style.unit)
