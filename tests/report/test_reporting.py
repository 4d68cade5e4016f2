"""The command `report`: what it writes, what it compares with, what it refuses, what it discloses."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, plan_file, planned_base, run
from tests.report.reports import edited, planned_twice
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.reading.disclosures import read_disclosures
from workbook.files.reading.run_marks import written_runs
from workbook.model.results import Results
from workbook.report import charts, make, print_out
from workbook.report.disclosures import disclosure_phrases
from workbook.report.report import Picture
from workbook.sheets.layout import STATUS_ROW
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.theme.look import Theme

pytestmark = pytest.mark.slow

DRAWN: dict[str, tuple[Picture, ...]] = {}
FILES = ["plan-report.eml", "plan-report.html", "plan-report.txt"]


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(planned_base())
    (tmp_path / "plan.backup.xlsx").write_bytes(valid_workbook())
    return path


@pytest.fixture(autouse=True)
def drawn_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the charts of a plan once for all these tests; what they look like is another file's business."""
    if request.node.name == "test_report_again_is_the_same_bytes":
        return

    def charts_of(results: Results, theme: Theme) -> tuple[Picture, ...]:
        if results.plan.run_id not in DRAWN:
            DRAWN[results.plan.run_id] = charts.charts_of(results, theme)
        return DRAWN[results.plan.run_id]

    monkeypatch.setattr(make, "charts_of", charts_of)


def reports(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if "-report" in path.name)


def test_report_writes_three_files_and_says_what_is_next(planned: Path) -> None:
    before = planned.read_bytes()
    result = run("report", planned)
    assert result.exit_code == 0, result.output
    assert reports(planned.parent) == FILES
    assert [line.rpartition("/")[2] for line in result.stdout.splitlines()] == FILES
    assert "Next: open plan-report.eml" in result.stderr
    assert planned.read_bytes() == before


def test_report_again_is_the_same_bytes(planned: Path, tmp_path: Path) -> None:
    run("report", planned)
    first = [(tmp_path / name).read_bytes() for name in FILES]
    run("report", planned)
    assert [(tmp_path / name).read_bytes() for name in FILES] == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FILES, "plan.backup.xlsx", "plan.xlsx"])


def test_report_into_a_folder_that_is_made(planned: Path, tmp_path: Path) -> None:
    assert run("report", planned, "-o", tmp_path / "reports").exit_code == 0
    assert reports(tmp_path / "reports") == FILES
    assert run("report", planned, "-o", tmp_path / "no" / "reports").exit_code == 2
    assert run("report", planned, "-o", planned).exit_code == 2


def test_report_compares_with_the_run_before(tmp_path: Path) -> None:
    path = planned_twice(tmp_path)
    assert run("report", path).exit_code == 0
    text = (tmp_path / "plan-report.txt").read_text(encoding="utf-8")
    assert "compared with plan.backup-2.xlsx" in text
    assert "- Users, Shoppers, Current users: 42,000 → 50,000" in text
    assert "- Settings, Lead time (months): 3 → 2" in text
    assert re.search(r"Users, Apr 2026 +51\.9k +44\.1k +\+7\.76k \(\+18%\)", text)


def test_the_earlier_run_is_found_by_the_name_of_the_plan_not_of_the_file(tmp_path: Path) -> None:
    path = planned_twice(tmp_path)
    renamed = path.rename(tmp_path / "q3.xlsx")
    assert run("report", renamed, "--no-attach").exit_code == 0
    text = (tmp_path / "q3-report.txt").read_text()
    assert "compared with plan.backup-2.xlsx" in text
    assert "Users, Shoppers, Current users: 42,000 → 50,000" in " ".join(text.split())


def test_another_plan_under_the_name_of_the_file_is_not_compared(tmp_path: Path) -> None:
    path, backup = tmp_path / "plan.xlsx", tmp_path / "plan.backup.xlsx"
    path.write_bytes(valid_workbook())
    plan_file(path)
    other = {**replaced("Settings", "Test plan", "Other plan"), **replaced("Users", "| 5000 ", "| 4000 ")}
    backup.write_bytes(valid_workbook(**other))
    assert run("report", path, "--no-attach").exit_code == 0
    assert "no earlier run of this plan" in (tmp_path / "plan-report.txt").read_text(encoding="utf-8")
    backup.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| 4000 ")))
    assert run("report", path, "--no-attach").exit_code == 0
    assert "compared with plan.backup.xlsx" in (tmp_path / "plan-report.txt").read_text(encoding="utf-8")


def test_report_compares_with_a_given_workbook(planned: Path, tmp_path: Path) -> None:
    since = tmp_path / "since.xlsx"
    since.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| 4000 ")))
    assert run("report", planned, "--since", since).exit_code == 0
    text = (tmp_path / "plan-report.txt").read_text(encoding="utf-8")
    assert "Users, Staff, Current users: 4,000 → 5,000" in text
    since.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    result = run("report", planned, "--since", since)
    assert (result.exit_code, "WB712" in result.stderr) == (1, True)
    assert run("report", planned, "--since", tmp_path / "none.xlsx").exit_code == 4


def test_without_an_earlier_run_nothing_is_compared(planned: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.backup.xlsx").write_bytes(b"broken")
    assert run("report", planned).exit_code == 0
    text = (tmp_path / "plan-report.txt").read_text(encoding="utf-8")
    assert "before" not in text.lower()
    assert "WHAT CHANGED" not in text


def test_a_workbook_that_was_not_planned(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    result = run("report", path)
    assert (result.exit_code, "WB701" in result.stderr, "workbook plan plan.xlsx" in result.stderr) == (1, True, True)
    assert reports(tmp_path) == []


def test_inputs_that_changed_since_the_run(planned: Path, tmp_path: Path) -> None:
    edited(planned, "users", 0, "current_users", 6000)
    result = run("report", planned)
    assert (result.exit_code, "WB702" in result.stderr) == (1, True)
    assert "inputs of plan.xlsx have changed since the last run" in result.stderr
    assert reports(tmp_path) == []


def test_errors_in_the_inputs(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    result = run("report", path)
    assert (result.exit_code, "Users!B2" in result.stderr) == (1, True)


def runs_of(package: Package) -> set[str]:
    return {run.run_id for run in written_runs(package, RESULT_SHEETS, STATUS_ROW)}


def disclosures_of(package: Package) -> tuple[str, ...]:
    return disclosure_phrases(read_disclosures(package))


def test_every_sheet_names_the_same_run(planned: Path) -> None:
    reading = actions.read_plan(planned)
    assert reading.plan is not None
    assert runs_of(reading.package) == {reading.plan.run_id}


@pytest.mark.parametrize("is_shared", [False, True])
def test_a_run_is_found_wherever_a_program_keeps_texts(planned: Path, is_shared: bool) -> None:
    """Programs keep a text in its cell, or in a part of its own."""
    reading = actions.read_plan(planned)
    assert reading.plan is not None
    run_id, (summary, *_) = reading.plan.run_id, [one for one in reading.package.sheets if one.name == "Summary"]
    part = reading.package.read(summary.part).decode()
    strings = "xl/sharedStrings.xml"
    shared = reading.package.read(strings).decode()
    count = len(re.findall(r"<si>", shared))
    cell, inline = f'<c r="K3" t="s"><v>{count}</v></c>', f'<c r="K3" t="inlineStr"><is><t>Run {run_id}</t></is></c>'
    found = re.search(r'<c r="K3".*?</c>', part)
    assert found is not None
    edits = {
        summary.part.lstrip("/"): (found[0], cell if is_shared else inline),
        strings: ("</sst>", f"<si><t>Run {run_id}</t></si></sst>"),
    }
    assert runs_of(open_package(with_parts(planned.read_bytes(), {}, edits))) == {run_id}
    other = "0" * 8
    edits[strings] = ("</sst>", f"<si><t>Run {other}</t></si></sst>")
    if is_shared:
        assert runs_of(open_package(with_parts(planned.read_bytes(), {}, edits))) == {run_id, other}


def test_recipients_stand_in_the_draft(planned: Path, tmp_path: Path) -> None:
    assert (
        run("report", planned, "--to", "a@example.org", "--to", "b@example.org", "--cc", "c@example.org").exit_code == 0
    )
    read = message_from_bytes((tmp_path / "plan-report.eml").read_bytes(), policy=default)
    assert (read["To"], read["Cc"], read["X-Unsent"]) == ("a@example.org, b@example.org", "c@example.org", "1")
    result = run("report", planned, "--to", "Anna <a@example.org>")
    assert (result.exit_code, "WB704" in result.stderr) == (2, True)


def test_a_name_with_a_line_break_makes_no_header(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Settings", "Test plan ", "Test\\nBcc: evil@example.org")))
    plan_file(path)
    result = run("report", path)
    assert result.exit_code == 0, result.output
    assert "WB703" in result.stderr
    read = message_from_bytes((tmp_path / "plan-report.eml").read_bytes(), policy=default)
    assert read["Bcc"] is None
    assert str(read["Subject"]).endswith(": Test Bcc: evil@example.org")


def test_the_attached_copy_is_the_workbook(planned: Path, tmp_path: Path) -> None:
    run("report", planned)
    read = message_from_bytes((tmp_path / "plan-report.eml").read_bytes(), policy=default)
    (file,) = [part for part in read.walk() if part.get_content_disposition() == "attachment"]
    assert file.get_filename() == "Test plan 2026-01 to 2028-01.xlsx"
    assert file.get_content() == planned.read_bytes()
    run("report", planned, "--no-attach")
    read = message_from_bytes((tmp_path / "plan-report.eml").read_bytes(), policy=default)
    assert [part for part in read.walk() if part.get_content_disposition() == "attachment"] == []


def test_a_file_that_changes_meanwhile_is_told(planned: Path, tmp_path: Path) -> None:
    reading = actions.read_plan(planned)
    planned.write_bytes(planned.read_bytes() + b" ")
    with pytest.raises(Exception, match="was changed while this ran"):
        make.same_bytes(planned, reading.sha256)


def with_parts(data: bytes, parts: dict[str, str], edits: dict[str, tuple[str, str]]) -> bytes:
    """Return the workbook with more parts, and with texts in some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename in edits:
                old, new = edits[info.filename]
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            if info.filename not in parts:
                target.writestr(info, content)
        for name, text in parts.items():
            target.writestr(name, text)
    return out.getvalue()


def test_what_an_attached_workbook_contains_is_told(planned: Path) -> None:
    core = "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:creator>Anna Kovács</dc:creator></cp:coreProperties>"
    data = with_parts(
        valid_workbook(**replaced("Users", "| census |", "| anna@example.org |")),
        {
            "docProps/core.xml": core,
            "xl/comments1.xml": "<comments/>",
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/connections.xml": "<connections/>",
        },
        {
            "xl/workbook.xml": ('name="Growth" ', 'name="Growth" state="veryHidden" '),
            "xl/worksheets/sheet2.xml": ('<row r="3"', '<row r="3" hidden="1"'),
            "xl/worksheets/sheet4.xml": ("<sheetData>", '<cols><col min="3" max="3" hidden="1"/></cols><sheetData>'),
        },
    )
    found = "; ".join(disclosures_of(open_package(data)))
    for words in (
        "1 hidden sheet (Growth)",
        "hidden rows on Users",
        "hidden columns on Retention",
        "1 part with notes",
        "1 link to other workbooks",
        "1 list of data connections",
        "author Anna Kovács",
        "1 mail address (anna@example.org)",
    ):
        assert words in found, found


def test_a_plain_workbook_discloses_nothing(planned: Path) -> None:
    assert disclosures_of(open_package(planned.read_bytes())) == ()
    assert "WB711" not in run("report", planned).stderr


def test_disclosures_are_printed_before_the_files(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Users", "| census |", "| anna@example.org |")))
    plan_file(path)
    stderr = run("report", path).stderr
    assert "WB711" in stderr
    assert "the attached workbook contains: 1 mail address (anna@example.org)" in stderr
    assert "WB711" not in run("report", path, "--no-attach").stderr


def test_a_pdf_needs_libreoffice(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_out, "office_program", lambda: None)
    result = run("report", planned, "--pdf")
    assert (result.exit_code, "WB707" in result.stderr) == (2, True)
    assert reports(planned.parent) == []


@pytest.mark.parametrize(("script", "words"), [("echo no filter", "no filter"), ("sleep 60", "no end after")])
def test_a_libreoffice_that_fails(
    planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(print_out, "office_program", lambda: str(program))
    monkeypatch.setattr(print_out, "PATIENCE_S", 0.5)
    result = run("report", planned, "--pdf")
    assert (result.exit_code, "WB708" in result.stderr, words in result.stderr) == (2, True, True), result.stderr


@pytest.mark.office
def test_a_pdf_of_the_workbook(planned: Path, tmp_path: Path) -> None:
    result = run("report", planned, "--pdf")
    assert result.exit_code == 0, result.output
    data = (tmp_path / "plan-report.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    read = message_from_bytes((tmp_path / "plan-report.eml").read_bytes(), policy=default)
    files = [part.get_filename() for part in read.walk() if part.get_content_disposition() == "attachment"]
    assert files == ["Test plan 2026-01 to 2028-01.xlsx", "Test plan 2026-01 to 2028-01.pdf"]


def test_a_pdf_is_made_of_a_file_of_the_workbook_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    # page footers show the name of the file
    commands: list[list[str]] = []

    def printed(command: list[str]) -> str:
        commands.append(command)
        Path(command[-1]).with_suffix(".pdf").write_bytes(b"%PDF")
        return ""

    monkeypatch.setattr(print_out, "office_program", lambda: "soffice")
    monkeypatch.setattr(print_out, "_run", printed)
    assert print_out.pdf_of(valid_workbook(), "Q3 plan.xlsx") == b"%PDF"
    assert Path(commands[0][-1]).name == "Q3 plan.xlsx"


def test_planning_does_not_draw() -> None:
    code = f"""
import sys
from click.testing import CliRunner
from workbook.cli import main
CliRunner().invoke(main, ["plan", {str(SAMPLES / "erlmcp.xlsx")!r}, "--json"])
print([name for name in ("matplotlib", "jinja2") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
