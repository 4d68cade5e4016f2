"""Calculation engines that we did not write, for proving that sheet and code agree.

Stored values are poisoned first, so that an engine that hands them back is found out. LibreOffice recalculates only
when its profile tells it to. Tests that need it carry the marker `office`: where it is absent they skip, or fail if
WORKBOOK_REQUIRE_LIBREOFFICE is set.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import formualizer
import openpyxl
import pytest

from tests.edits import rewritten
from tests.required import require
from workbook.address import Cell

POISON = "-987654.25"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
Values = dict[Cell, object]

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def require_office() -> None:
    """Skip where LibreOffice is absent; fail where it has to be there."""
    require("LibreOffice", OFFICE)


def poisoned(data: bytes) -> bytes:
    """Return the workbook with every stored result of a formula replaced by a wrong number."""

    def change(name: str, part: bytes) -> bytes:
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            return part
        part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>" + POISON.encode() + rb"</v>", part)
        return re.sub(rb'(<c r="[A-Z]+[0-9]+" s="[0-9]+") t="str"(><f>)', rb"\1\2", part)

    return rewritten(data, change)


def recalculated_by_office(data: bytes) -> bytes:
    """Return the workbook as LibreOffice calculates it."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        profile = work / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE)
        (work / "in.xlsx").write_bytes(data)
        subprocess.run(
            [
                str(OFFICE), "--headless", f"-env:UserInstallation=file://{work / 'profile'}",
                "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(work / "out"), str(work / "in.xlsx"),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        return (work / "out" / "in.xlsx").read_bytes()


def recalculated_by_package(data: bytes) -> bytes:
    """Return the workbook as a formula engine from PyPI calculates it anew."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        source.write_bytes(data)
        formualizer.recalculate_xlsx_file(str(source), str(target))
        return target.read_bytes()


ENGINES = {"LibreOffice": recalculated_by_office, "formualizer": recalculated_by_package}
EVERY_ENGINE = (pytest.param("LibreOffice", marks=pytest.mark.office), "formualizer")
"""The engines as the parameter of a test."""


def stored_values(data: bytes, sheets: tuple[str, ...]) -> Values:
    """Return every stored value of some sheets; blanks and empty texts are None."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    with warnings.catch_warnings():
        # A poisoned date is outside the range of dates.
        warnings.simplefilter("ignore")
        return {cell: value for name in sheets for cell, value in _cells(book[name], name)}


def _cells(sheet: object, name: str) -> Iterator[tuple[Cell, object]]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        for cell in row:
            if getattr(cell, "row", None) is not None:
                yield Cell(name, cell.row, cell.column), None if cell.value == "" else cell.value


def formulas(data: bytes, sheets: tuple[str, ...]) -> dict[Cell, str]:
    """Return the text of every formula of some sheets."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    every = ((cell, value) for name in sheets for cell, value in _cells(book[name], name))
    return {cell: value for cell, value in every if isinstance(value, str) and value.startswith("=")}


def differences(ours: Mapping[Cell, object], theirs: Mapping[Cell, object], cells: object) -> list[str]:
    """List the cells whose values differ by more than 1e-9 of their size."""
    found = []
    for cell in cells:  # type: ignore[attr-defined]
        left, right = ours.get(cell), theirs.get(cell)
        if not _agree(left, right):
            found.append(f"{cell}: ours {left!r}, theirs {right!r}")
    return found


def _agree(left: object, right: object) -> bool:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right), 1e-12)
    return left == right
