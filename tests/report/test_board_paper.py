"""The board paper is one page per sheet, in letters that can be read; the full PDF has everything."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import plan_sample, run
from tests.workbooks import valid_workbook
from workbook.files.grafting.only_sheets import only_sheets
from workbook.report import make, print_out
from workbook.report.make import board_sheets
from workbook.sheets.statements import STATEMENTS

pytestmark = pytest.mark.slow

A4, A3 = (842, 595), (1191, 842)
BOARD = ("Summary", "Cost", "Capacity")


def pages(pdf: bytes) -> list[tuple[int, int]]:
    """Return the size of each page in points."""
    boxes = re.findall(rb"/Type\s*/Page\b[^s].*?/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]", pdf, re.DOTALL)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def sheets_of(data: bytes) -> dict[str, str]:
    """Return the state of each sheet."""
    text = zipfile.ZipFile(BytesIO(data)).read("xl/workbook.xml").decode()
    found = (dict(re.findall(r'([a-zA-Z]+)="([^"]*)"', one)) for one in re.findall(r"<sheet [^>]*>", text))
    return {one["name"]: one.get("state", "visible") for one in found}


def reported(folder: Path, name: str, *options: str) -> tuple[Result, bytes]:
    path = folder / f"{name}.xlsx"
    path.write_bytes(plan_sample(name)[0])
    result = run("report", path, *options)
    made = folder / f"{name}-report.pdf"
    return result, made.read_bytes() if made.exists() else b""


def test_recovery_is_in_the_board_paper_where_a_target_is_missed(sample: str) -> None:
    results = plan_sample(sample)[1]
    missed = [results.value("availability.missed", item) for item in range(len(results.items("availability.missed")))]
    assert board_sheets(results) == (*BOARD, *(["Recovery"] if any(missed) else []))
    assert {name: any(missed) for name in [sample]} == {sample: sample == "erlmcp"}


def test_other_sheets_are_hidden_and_have_no_print_area() -> None:
    data = plan_sample("meridian")[0]
    made = only_sheets(data, "plan.xlsx", BOARD)
    shown = {name for name, state in sheets_of(made).items() if state == "visible"}
    assert shown == set(BOARD)
    assert sheets_of(made).keys() == sheets_of(data).keys()
    text = zipfile.ZipFile(BytesIO(made)).read("xl/workbook.xml").decode()
    areas = re.findall(r'<definedName name="_xlnm.Print_Area" localSheetId="([0-9]+)"', text)
    assert {list(sheets_of(made))[int(place)] for place in areas} == set(BOARD)
    parts = [zipfile.ZipFile(BytesIO(one)) for one in (data, made)]
    kept = [name for name in parts[0].namelist() if name != "xl/workbook.xml"]
    assert all(parts[0].read(name) == parts[1].read(name) for name in kept)


def test_a_workbook_without_these_sheets_shows_all() -> None:
    assert only_sheets(valid_workbook(), "plan.xlsx", ("Nowhere",)) == valid_workbook()


@pytest.mark.parametrize(
    ("options", "is_full"),
    [(("--pdf",), False), (("--pdf", "board"), False), (("--pdf", "full"), True), (("--pdf=full",), True)],
)
def test_pdf_alone_is_the_board_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], is_full: bool
) -> None:
    asked: list[object] = []

    def printed(_data: bytes, _name: str, sheets: object) -> bytes:
        asked.append(sheets)
        return b"%PDF"

    monkeypatch.setattr(make, "pdf_of", printed)
    result, _ = reported(tmp_path, "meridian", *options)
    assert result.exit_code == 0, result.output
    assert asked == [() if is_full else BOARD]


def test_pdf_may_come_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "pdf_of", lambda *_: b"%PDF")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_sample("meridian")[0])
    assert run("report", "--pdf", path).exit_code == 0
    assert run("report", "--pdf=some", path).exit_code == 2


@pytest.mark.office
def test_the_board_paper_has_one_page_per_sheet(tmp_path: Path, sample: str) -> None:
    result, pdf = reported(tmp_path, sample, "--pdf")
    assert result.exit_code == 0, result.output
    sizes = pages(pdf)
    assert len(sizes) == len(board_sheets(plan_sample(sample)[1]))
    assert 2 <= len(sizes) <= 4
    assert sizes[0] == A4
    assert set(sizes) <= {A4, A3}


@pytest.mark.office
def test_each_statement_is_one_page() -> None:
    data = plan_sample("meridian")[0]
    names = [statement.name for statement in STATEMENTS]
    sizes = pages(print_out.pdf_of(data, "plan.xlsx", names))
    assert len(sizes) == len(names)
    assert set(sizes) <= {A4, A3}


@pytest.mark.office
def test_the_full_pdf_has_every_sheet(tmp_path: Path) -> None:
    result, pdf = reported(tmp_path, "meridian", "--pdf", "full")
    assert result.exit_code == 0, result.output
    assert len(pages(pdf)) > len(sheets_of(plan_sample("meridian")[0]))
