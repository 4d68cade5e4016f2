"""What you may ask for, as functions: one module a verb (roof).

Each name is imported when it is first asked for, so that help and version come at once and a run loads what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbook.actions.check import ReadWorkbook, read_plan
    from workbook.actions.lint import lint_workbook
    from workbook.actions.mark import Marked, mark_problems, marked_path
    from workbook.actions.new import add_input_sheets, new_workbook
    from workbook.actions.plan import Written, calculate, write_plan
    from workbook.actions.remove import Removed, remove_sheets
    from workbook.actions.theme import read_theme

__all__ = [
    "Marked",
    "ReadWorkbook",
    "Removed",
    "Written",
    "add_input_sheets",
    "calculate",
    "lint_workbook",
    "mark_problems",
    "marked_path",
    "new_workbook",
    "read_plan",
    "read_theme",
    "remove_sheets",
    "write_plan",
]

_MODULES = {
    "check": ("ReadWorkbook", "read_plan"),
    "lint": ("lint_workbook",),
    "mark": ("Marked", "mark_problems", "marked_path"),
    "new": ("add_input_sheets", "new_workbook"),
    "plan": ("Written", "calculate", "write_plan"),
    "remove": ("Removed", "remove_sheets"),
    "theme": ("read_theme",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
