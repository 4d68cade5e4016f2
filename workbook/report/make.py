"""A planned workbook into its rendered report, with the files that go with it (post)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Code, Problem, Reason, Refusal, Severity
from workbook.report.apart import render_apart
from workbook.report.charts import charts_of
from workbook.report.compose import Earlier, compose
from workbook.report.message import Attachment, RenderedReport, picture_source
from workbook.report.pages import MOST_HTML, PAGE, TEXT, ImageSource, Template, embedded, render, shipped_template
from workbook.report.print_out import pdf_of
from workbook.report.report import Report, one_line
from workbook.sheets.theme.look import load_theme

LONGEST_NAME = 80
BOARD_SHEETS, RECOVERY = ("Summary", "Cost", "Capacity"), "Recovery"
_ALLOWED = set(" -_()")


class PdfKind(StrEnum):
    """What a PDF of the workbook holds: the sheets of a board paper, or everything."""

    BOARD = "board"
    FULL = "full"


class ReportOptions(Struct, frozen=True):
    """What the user asked for besides the report itself."""

    templates: tuple[Template, ...] = ()
    is_attached: bool = True
    pdf: PdfKind | None = None
    is_forced: bool = False
    """Whether files that are no earlier report may be replaced."""


def render_report(
    results: Results,
    problems: Sequence[Problem],
    path: Path,
    data: bytes,
    earlier: Earlier | None,
    options: ReportOptions,
) -> RenderedReport:
    """Return the rendered report of a plan that was read from `data`, the bytes of the file at `path`.

    Raises Refusal (usage) for a template that cannot be filled, or a PDF that cannot be made.
    """
    report = compose(results, problems, charts_of(results, load_theme()), path.name, earlier)
    text_template, page_template = (_template(name, options.templates) for name in (TEXT, PAGE))
    name = attachment_name(results.plan)
    files = [Attachment(f"{name}{path.suffix.lower()}", data)] if options.is_attached else []
    if options.pdf:
        sheets = board_sheets(results) if options.pdf is PdfKind.BOARD else ()
        files.append(Attachment(f"{name}.pdf", pdf_of(data, path.name, sheets)))
    return RenderedReport(
        report,
        _filled(report, text_template, embedded),
        _filled(report, page_template, lambda picture: picture_source(report, picture)),
        tuple(files),
    )


def board_sheets(results: Results) -> tuple[str, ...]:
    """Return the sheets of a board paper, a page each; Recovery only if a target is missed."""
    missed = [results.value("availability.missed", item) for item in range(len(results.items("availability.missed")))]
    names = (*BOARD_SHEETS, RECOVERY) if any(missed) else BOARD_SHEETS
    return tuple(results.plan.prefix + name for name in names)


def standalone_page(rendered: RenderedReport, options: ReportOptions) -> str:
    """Return the page with its pictures inside, as a file that is opened by itself."""
    return _filled(rendered.report, _template(PAGE, options.templates), embedded)


def same_bytes(path: Path, sha256: str) -> bytes:
    """Return the bytes of the file as it was read. Raises Refusal (busy) where it was changed meanwhile."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        problem = Problem(
            Code.CHANGED_MEANWHILE,
            f"{path.name} was changed while this ran; no report was written",
            remedy="run again when it is not being saved",
        )
        raise Refusal(problem, reason=Reason.BUSY)
    return data


def page_problems(rendered: RenderedReport) -> tuple[Problem, ...]:
    """Return a warning of a page that mail services would cut off; only a template of the user's own makes one."""
    size = len(rendered.page.encode("utf-8"))
    if size <= MOST_HTML:
        return ()
    problem = Problem(
        Code.REPORT_PAGE_LARGE,
        "the page is so long that some mail services cut it off",
        seen=f"{size:,} bytes",
        expected=f"at most {MOST_HTML:,} bytes without its pictures",
        remedy="let the template list less",
        severity=Severity.WARNING,
    )
    return (problem,)


def attachment_name(plan: Plan) -> str:
    """Return the attached copy's name: plan and period, in characters that every system takes."""
    name = "".join(char if char.isalnum() or char in _ALLOWED else "-" for char in one_line(plan.settings.plan_name))
    end = plan.timeline.date_of(plan.timeline.horizon)
    return f"{name[:LONGEST_NAME].strip(' -') or 'plan'} {plan.timeline.start:%Y-%m} to {end:%Y-%m}"


def _template(name: str, own: Sequence[Template]) -> Template:
    """Return the user's own template of that kind, the last one given, or the one that ships with the tool."""
    chosen = [template for template in own if template.is_page == (name == PAGE)]
    return chosen[-1] if chosen else shipped_template(name)


def _filled(report: Report, template: Template, source: ImageSource) -> str:
    """Return a filled template; only one that ships with the tool is filled in this process."""
    is_shipped = template.name in (TEXT, PAGE) and template == shipped_template(template.name)
    return (render if is_shipped else render_apart)(report, template, source)
