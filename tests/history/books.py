"""Workbooks with measured months and approved versions, each step as the commands take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from tests.conftest import SAMPLES
from workbook.inputs.sheets.registry import SHEETS


def with_actuals(name: str, rows: Sequence[Mapping[str, object]], path: Path) -> None:
    """Write a sample with these measured months to a path, before anything is planned.

    Its claims are left out: they are formulas, whose results do not survive.
    """
    book = openpyxl.load_workbook(SAMPLES / f"{name}.xlsx")
    for title in ("Actuals", "Claims"):
        del book[title]
    sheet = book.create_sheet("Actuals")
    columns = SHEETS["actuals"].columns
    for row in (tuple(column.header for column in columns), *(tuple(map(one.get, FIELDS)) for one in rows)):
        sheet.append(row)
    book.save(path)


FIELDS = tuple(column.field for column in SHEETS["actuals"].columns)


def typed(path: Path, setting: str, value: float | str) -> None:
    """Type a value into a setting of a workbook that was not planned yet."""
    book = openpyxl.load_workbook(path)
    row = next(row for row in book["Settings"].iter_rows(max_col=2) if row[0].value == setting)
    row[1].value = value
    book.save(path)
