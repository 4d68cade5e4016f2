"""Files that the mutations of `fuzz.py` found to raise once, reduced to what they are about."""

from __future__ import annotations

from tests.slow.hostile import Hostile
from tests.slow.hostile.makers import refused, with_part
from tests.workbooks import replaced, valid_workbook
from workbook.problems import Code


def _settings_without_values() -> bytes:
    return valid_workbook(**replaced("Settings", "| Value      |", "|            |"))


def _encoding_with_a_nul() -> bytes:
    return with_part("xl/theme/theme1.xml", b'<?xml version="1.0" encoding="utf\0-8"?><x/>')


FOUND_FILES: tuple[Hostile, ...] = (
    Hostile("settings without their column Value", _settings_without_values, Code.MISSING_COLUMN, "Value", exit_code=1),
    refused("an encoding with a NUL in its name", _encoding_with_a_nul, Code.DAMAGED_FILE, "theme1.xml"),
)
