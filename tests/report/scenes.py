"""A scene for each problem of a report; each gives the problem it provokes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from msgspec.structs import replace

from tests.report.reports import report_of_sample
from tests.workbooks import valid_workbook
from workbook.actions.report import compared
from workbook.files.reading.run_marks import WrittenRun
from workbook.problems import Problem, Refusal
from workbook.report import message, print_out
from workbook.report.addresses import checked_address
from workbook.report.disclosures import disclosure_problem
from workbook.report.make import page_problems
from workbook.report.message import header_problems, message_bytes, size_problems
from workbook.report.pages import Template, embedded, render
from workbook.report.stamp import check_runs
from workbook.report.store import store_all
from workbook.version import MODEL_VERSION


def refused(call: Callable[[], object]) -> Problem:
    """Return the problem with which a call is refused."""
    try:
        call()
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def no_libreoffice(_: Path) -> Problem:
    with patch.object(print_out, "office_program", lambda: None):
        return refused(lambda: print_out.pdf_of(valid_workbook(), "plan.xlsx"))


def no_pdf(folder: Path) -> Problem:
    program = folder / "soffice"
    program.write_text("#!/bin/sh\necho no export filter\n")
    program.chmod(0o755)
    with patch.object(print_out, "office_program", lambda: str(program)):
        return refused(lambda: print_out.pdf_of(valid_workbook(), "plan.xlsx"))


def wrong_template(_: Path) -> Problem:
    template = Template("mine.html", "<p>\n{{ report.headline }}\n</p>")
    return refused(lambda: render(report_of_sample("erlmcp").report, template, embedded))


def long_page(_: Path) -> Problem:
    return page_problems(replace(report_of_sample("erlmcp"), page="x" * 100_000))[0]


def forged_message(_: Path) -> Problem:
    meant = message.build_message(report_of_sample("erlmcp"))
    with patch.object(type(meant), "as_bytes", lambda _: b"Bcc: evil@example.org\r\nSubject: Plan\r\n\r\n"):
        return refused(lambda: message_bytes(meant))


def not_a_report(folder: Path) -> Problem:
    (folder / "plan-report.txt").write_text("My own notes")
    return refused(lambda: store_all({folder / "plan-report.txt": b"report"}))


REPORT_SCENES: dict[str, Callable[[Path], Problem]] = {
    "report, not planned": lambda _: refused(lambda: check_runs("plan.xlsx", "0123abcd", set())),
    "report, stale": lambda _: refused(
        lambda: check_runs("plan.xlsx", "0123abcd", {WrittenRun("89ab4567", MODEL_VERSION)})
    ),
    "report, other version": lambda _: refused(
        lambda: check_runs("plan.xlsx", "0123abcd", {WrittenRun("89ab4567", 0)})
    ),
    "report, name with a line break": lambda _: header_problems("Plan\n2026", "Settings!B2")[0],
    "report, no plain address": lambda _: refused(lambda: checked_address("Anna <a@example.org>")),
    "report, too large": lambda _: refused(lambda: size_problems(bytes(22 << 20))),
    "report, large": lambda _: size_problems(bytes(10 << 20))[0],
    "report, no LibreOffice": no_libreoffice,
    "report, no PDF": no_pdf,
    "report, wrong template": wrong_template,
    "report, long page": long_page,
    "report, discloses": lambda _: disclosure_problem(["1 hidden sheet (Pay)", "author Anna"], "plan.xlsx"),
    "report, earlier one has errors": lambda _: refused(lambda: compared(Path("then.xlsx"), None)),
    "report, other headers": forged_message,
    "report, not an earlier report": not_a_report,
}
