"""Make the management report of a planned workbook, and write it as files (roof)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from workbook.actions.check import ReadWorkbook, plan_to_compare
from workbook.actions.plan import calculate
from workbook.files.reading.disclosures import read_disclosures
from workbook.history.versions import compared_version, plan_of
from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.compose import Earlier
from workbook.report.disclosures import disclosure_phrases, disclosure_problem
from workbook.report.earlier import earlier_plan
from workbook.report.make import ReportOptions, page_problems, render_report, same_bytes, standalone_page
from workbook.report.message import RenderedReport, build_message, header_problems, message_bytes, size_problems
from workbook.report.since_version import has_version
from workbook.report.stamp import check_stamp
from workbook.report.store import store_all


class MadeReport(Struct, frozen=True):
    """A rendered report, the options that it was made with, and remarks on it."""

    rendered: RenderedReport
    options: ReportOptions
    problems: tuple[Problem, ...] = ()
    source: Path | None = None
    """The workbook. No file of the report is more open than it."""


class WrittenReport(Struct, frozen=True):
    """The files of a report, and remarks on the message among them."""

    paths: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


def make_report(
    reading: ReadWorkbook, results: Results, options: ReportOptions | None = None, since: Path | None = None
) -> MadeReport:
    """Return the report of a planned workbook, compared with the workbook `since`, else with the run before.

    Raises Refusal: inputs if the workbook was not planned, its inputs have changed since or `since` has errors; busy if
    the file was changed meanwhile; usage if a template cannot be filled or a PDF cannot be made.
    """
    chosen, plan = options or ReportOptions(), results.plan
    check_stamp(reading.package, plan.run_id)
    data = same_bytes(reading.path, reading.sha256)
    earlier = _earlier(reading.path, since, results)
    rendered = render_report(results, reading.problems, reading.path, data, earlier, chosen)
    found = disclosure_phrases(read_disclosures(reading.package)) if chosen.is_attached else ()
    name_cell = plan.setting_cells.get("plan_name")
    problems = (
        *header_problems(plan.settings.plan_name, str(name_cell or "")),
        *page_problems(rendered),
        *((disclosure_problem(found, reading.path.name),) if found else ()),
    )
    return MadeReport(rendered, chosen, problems, reading.path)


def write_report(
    report: MadeReport, folder: Path, stem: str, to: Sequence[str] = (), cc: Sequence[str] = ()
) -> WrittenReport:
    """Write the message as a draft, the page, the text and the PDF if there is one: `plan-report.eml` and so on.

    An earlier report of the same name is replaced. Raises Refusal: usage for an address that is not plain, or a file of
    that name which is no earlier report; inputs for a message that is too large; busy if a file cannot be written.
    """
    rendered = report.rendered
    message = message_bytes(build_message(rendered, to, cc))
    problems = size_problems(message)
    contents = {
        ".eml": message,
        ".html": standalone_page(rendered, report.options).encode("utf-8"),
        ".txt": rendered.text.encode("utf-8"),
    }
    contents |= {Path(one.name).suffix: one.data for one in rendered.attachments if one.name.endswith(".pdf")}
    folder.mkdir(exist_ok=True)
    files = {folder / f"{stem}-report{ending}": content for ending, content in contents.items()}
    return WrittenReport(store_all(files, report.options.is_forced, report.source), problems)


def _earlier(path: Path, since: Path | None, results: Results) -> Earlier | None:
    """Return the plan to compare with: the one asked for, else the version compared with, else that of the run before.

    None for a version whose inputs cannot be calculated any more.
    """
    if since is not None:
        return _of_run(since.name, compared(since, plan_to_compare(since)))
    if has_version(results):
        return _of_version(results.plan)
    found = earlier_plan(path, results.plan, plan_to_compare)
    return _of_run(*found) if found else None


def _of_run(name: str, plan: Plan) -> Earlier:
    return Earlier(name, calculate(plan))


def _of_version(plan: Plan) -> Earlier | None:
    version = compared_version(plan)
    before = plan_of(version)[0] if version else None
    if version is None or before is None:
        return None
    return Earlier(version.name, calculate(before), str(version.about.get("run", "")), is_version=True)


def compared(since: Path, before: Plan | None) -> Plan:
    """Return the plan to compare with. Raises Refusal (inputs) if it has errors."""
    if before is None:
        problem = Problem(
            Code.REPORT_EARLIER,
            f"{since.name} has errors, so there is nothing to compare with",
            since.name,
            expected="a workbook without errors",
            remedy=f"run workbook check {since.name}, or give another file with --since",
        )
        raise Refusal(problem, reason=Reason.INPUTS)
    return before
