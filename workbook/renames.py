"""The ids and labels that result sheets had in earlier versions, and what they are today (ground floor)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from workbook.resources import read_yaml


def renamed_lines() -> Mapping[str, str | None]:
    """Return today's id of each line that an earlier version called otherwise; None for a line that is gone."""
    lines: Mapping[str, str | None] = _data()["lines"]
    return lines


@cache
def lines_by_month() -> frozenset[str]:
    """Return today's ids of the lines that had one value in an earlier version and have one per month now."""
    return frozenset(_data()["by_month"])


def moved_heads() -> Mapping[str, str]:
    """Return where cells of the heads of result sheets are today, by the addresses of an earlier version."""
    return _texts("heads")


def head_lines() -> Mapping[str, str]:
    """Return the lines of figures that an earlier version wrote into the heads of sheets, by their addresses."""
    return _texts("head_lines")


def heads_of_summary() -> Mapping[str, str]:
    """Return where cells above the tiles of an earlier version's Summary are today, by their addresses."""
    return _texts("heads_of_summary")


def sheet_today(name: str) -> str:
    """Return what a result sheet is called today, whatever prefix its name has."""
    for former, now in _texts("sheets").items():
        if name.endswith(former):
            return name.removesuffix(former) + now
    return name


def former_sheet(name: str) -> str:
    """Return what an earlier version called a result sheet; the name itself if it is as old."""
    for former, now in _texts("sheets").items():
        if name.endswith(now):
            return name.removesuffix(now) + former
    return name


def column_today(heading: str) -> str:
    """Return the heading that a column of a sheet with months has today."""
    return _texts("columns").get(heading, heading)


def today(line: str, known: Collection[str]) -> str:
    """Return what a line is called today: its id where that is still one of those known, else what it became."""
    return line if line in known else renamed_lines().get(line) or line


def label_today(text: str) -> str:
    """Return what a label, heading or title of a result sheet reads today: itself, else what replaced it.

    A label may end with a unit in brackets, or name an item after a colon: `Requests (1/s)`, `Rule: item`.
    """
    labels = _texts("labels")
    if text in labels:
        return labels[text]
    title, colon, item = text.partition(": ")
    if colon and title in labels:
        return f"{labels[title]}: {item}"
    title, bracket, unit = text.rpartition(" (")
    return f"{labels.get(title, title)} {labels.get(f'({unit}', f'({unit}')}" if bracket else text


def _texts(name: str) -> Mapping[str, str]:
    texts: Mapping[str, str] = _data()[name]
    return texts


@cache
def _data() -> Any:  # noqa: ANN401 - a document of the template folder
    return read_yaml("renamed.yaml")
