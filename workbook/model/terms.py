"""The words in which the planning lines are written (plan floor): settings, and lines that hold them."""

from __future__ import annotations

from workbook.expr.tree import BLANK, Line, Ref, Section, Setting, if_, is_blank
from workbook.inputs.sheets.registry import SETTINGS

SETTINGS_IN_FORCE = Section("Settings applied")

_COLUMNS = {column.field: column for column in SETTINGS}


def setting(field: str) -> Ref:
    """Name the line that holds a setting in force."""
    return Ref(f"setting.{field}")


def setting_lines(references: frozenset[str]) -> tuple[Line, ...]:
    """Return one constant line for each setting that some line names, in the order of the Settings sheet."""
    return tuple(_setting_line(field) for field in _COLUMNS if f"setting.{field}" in references)


def _setting_line(field: str) -> Line:
    column = _COLUMNS[field]
    value = Setting(field)
    has_value = column.required or column.default is not None
    expr = value if has_value else if_(is_blank(value), BLANK, value)
    return Line(f"setting.{field}", column.header, column.line_unit, (), expr, section=SETTINGS_IN_FORCE)
