"""Other programs that save a workbook, and what Excel and Google Sheets are known to write, emulated.

Bytes of a workbook in, bytes of the same workbook as the program saves it out. Each program is skipped where it is
absent, and fails where the variable WORKBOOK_REQUIRE_<PROGRAM> says that it has to be there.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.emulated import as_excel_saves, as_google_sheets_saves
from tests.engines import recalculated_by_office, require_office
from tests.required import require

Save = Callable[[bytes], bytes]

_EXCELJS = """
const ExcelJS = require('exceljs');
const book = new ExcelJS.Workbook();
book.xlsx.readFile(process.argv[1]).then(() => book.xlsx.writeFile(process.argv[2]));
"""
_SHEETJS = """
const XLSX = require('xlsx');
XLSX.writeFile(XLSX.readFile(process.argv[1], {cellStyles: true, cellNF: true, bookVBA: true}), process.argv[2]);
"""


def _through(command: Callable[[Path, Path], list[str]], data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        source.write_bytes(data)
        done = subprocess.run(command(source, target), capture_output=True, text=True, timeout=300, check=False)
        assert target.is_file(), done.stderr[-2000:]
        return target.read_bytes()


def _by_node(script: str) -> Save:
    return lambda data: _through(lambda source, target: ["node", "-e", script, str(source), str(target)], data)


def _by_gnumeric(data: bytes) -> bytes:
    return _through(
        lambda source, target: [
            "ssconvert", "--export-type=Gnumeric_Excel:xlsx", str(source), str(target)
        ],
        data,
    )  # fmt: skip


def _by_ironcalc(data: bytes) -> bytes:
    ironcalc = importlib.import_module("ironcalc")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        source.write_bytes(data)
        model = ironcalc.load_from_xlsx(str(source), "en", "UTC", "en")
        model.evaluate()
        model.save_to_xlsx(str(target))
        return target.read_bytes()


def _by_openpyxl_and_office(data: bytes) -> bytes:
    """Drop every stored result, as openpyxl does; a save in LibreOffice brings them back."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(out)
    return recalculated_by_office(out.getvalue())


def _has_node_package(name: str) -> bool:
    if shutil.which("node") is None:
        return False
    done = subprocess.run(["node", "-e", f"require('{name}')"], capture_output=True, check=False)
    return done.returncode == 0


@dataclass(frozen=True, slots=True)
class Program:
    """A program: how it saves, whether it is here, and the variable that says it must be."""

    save: Save
    is_here: Callable[[], bool]
    variable: str = ""


PROGRAMS = {
    "LibreOffice": Program(recalculated_by_office, lambda: True, "LIBREOFFICE"),
    "openpyxl and LibreOffice": Program(_by_openpyxl_and_office, lambda: True, "LIBREOFFICE"),
    "ExcelJS": Program(_by_node(_EXCELJS), lambda: _has_node_package("exceljs"), "EXCELJS"),
    "SheetJS": Program(_by_node(_SHEETJS), lambda: _has_node_package("xlsx"), "SHEETJS"),
    "Gnumeric": Program(_by_gnumeric, lambda: shutil.which("ssconvert") is not None, "GNUMERIC"),
    "IronCalc": Program(_by_ironcalc, lambda: importlib.util.find_spec("ironcalc") is not None, "IRONCALC"),
    "Excel, emulated": Program(as_excel_saves, lambda: True),
    "Google Sheets, emulated": Program(as_google_sheets_saves, lambda: True),
}


def program(name: str) -> Program:
    """Return a program. Skips the test where it is absent, and fails it where it has to be there."""
    found = PROGRAMS[name]
    if found.variable == "LIBREOFFICE":
        require_office()
    require(name, found.is_here(), found.variable)
    return found
