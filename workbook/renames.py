"""The ids that lines had in earlier versions, and what they are called today (ground floor)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from workbook.resources import read_yaml


@cache
def renamed_lines() -> Mapping[str, str | None]:
    """Return today's id of each line that an earlier version called otherwise; None for a line that is gone."""
    lines: dict[str, str | None] = read_yaml("renamed.yaml")["lines"]
    return lines


def today(line: str, known: Collection[str]) -> str:
    """Return what a line is called today: its id where that is still one of those known, else what it became."""
    return line if line in known else renamed_lines().get(line) or line
