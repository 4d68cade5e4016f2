"""Files that the mutations of `fuzz.py` found to raise once, reduced to what they are about."""

from __future__ import annotations

from tests.hostile import Hostile
from tests.workbooks import replaced, valid_workbook
from workbook.problems import Code


def _settings_without_values() -> bytes:
    return valid_workbook(**replaced("Settings", "| Value      |", "|            |"))


FOUND_FILES: tuple[Hostile, ...] = (
    Hostile("settings without their column Value", _settings_without_values, Code.MISSING_COLUMN, "Value", exit_code=1),
)
