"""A formula without a stored result: the message names the program that saved the file, and what fixes it."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.inputs.cases import text_of
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.problems import Severity


def test_openpyxl_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    book = openpyxl.load_workbook(path)
    book["Users"]["B2"] = "=5000"
    book.save(path)
    assert [text_of(problem) for problem in actions.read_plan(path).problems if problem.severity is Severity.ERROR] == [
        "error WB307 Users!B2: Current users has a formula without a stored result: the file was saved without "
        f"calculating it (by Microsoft Excel Compatible / Openpyxl {openpyxl.__version__}, according to its "
        "properties) | seen: =5000 | expected: at least 0 | "
        "remedy: open the workbook in Excel or LibreOffice, save it once, and run again"
    ]
