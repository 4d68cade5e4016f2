"""The management report of a planned workbook (roof)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from workbook.cli.console import say, tell
from workbook.cli.group import FILE, guarded, main, show
from workbook.problems import Code, Problem, Reason, Refusal, has_errors

if TYPE_CHECKING:
    from workbook.actions import ReadWorkbook
    from workbook.inputs.plan import Plan
    from workbook.report.compose import Earlier
    from workbook.report.make import ReportOptions
    from workbook.report.message import RenderedReport

EPILOG = """\b
A template of your own is a Jinja file; one that ends in .txt makes the text, any other the page. It may extend
report.html or report.txt and replace their blocks: head verdict figures charts decisions changes checks assumptions
foot. It may use:
\b
  report.title .verdict .money .checks .evidence .period .scenario .run_id
  report.figures       label value before change
  report.pictures      finding description width height; {{ source(picture) }}
  report.decisions     when soon is_overdue item order why late
  report.changes       sheet row column old new
  report.findings      code where message
  report.assumptions   sheet row value source
  report.before .sources .contact .file_name, and .more_… of each list
  table({"Heading": "field", …}, records)    an aligned table of text
"""


class Options(TypedDict):
    """The options of the command, as they are given."""

    output: Path | None
    since: Path | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    no_attach: bool
    has_pdf: bool
    own: tuple[Path, ...]
    send: bool
    dry_run: bool
    config: Path | None
    resend: bool
    yes: bool


@main.command(epilog=EPILOG)
@FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write into; else beside FILE.")
@click.option("--since", type=click.Path(path_type=Path), help="Compare with this workbook, not with the run before.")
@click.option("--to", "to", multiple=True, metavar="ADDRESS", help="Recipient; may be repeated.")
@click.option("--cc", "cc", multiple=True, metavar="ADDRESS", help="Recipient of a copy; may be repeated.")
@click.option("--no-attach", is_flag=True, help="Leave the workbook out of the message.")
@click.option("--pdf", "has_pdf", is_flag=True, help="Add a PDF of the workbook (needs LibreOffice).")
@click.option(
    "--template",
    "own",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A Jinja template of your own; see below.",
)
@click.option("--send", is_flag=True, help="Send it by mail, as the configuration says, instead of writing files.")
@click.option("--dry-run", is_flag=True, help="Say what --send would send, and connect to nothing.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Configuration of the mail; else workbook.toml beside FILE, else your own.",
)
@click.option("--resend", is_flag=True, help="Send it though it was sent already, or may have been.")
@click.option("--yes", is_flag=True, help="Agree to recipients and a server that no mail has gone to before.")
@guarded
def report(file: Path, **options: Unpack[Options]) -> None:
    r"""Write the management report of a planned FILE: a mail draft (.eml), a page (.html) and a text (.txt).

    \b
    Examples:
      workbook report plan.xlsx                      write plan-report.eml, .html and .txt beside it
      workbook report plan.xlsx --to cfo@example.org --pdf
      workbook report plan.xlsx --since last-month.xlsx -o reports
      workbook report plan.xlsx --dry-run            say what --send would send, and to whom
      workbook report plan.xlsx --send               send it to the recipients of workbook.toml

    With --send, --to and --cc narrow the recipients to those given; all must be allowed by the configuration. A report
    that was sent already is not sent again: exit code 0, or 6 where somebody was refused or nobody knows.
    """
    from workbook.cli.sending import check_wishes, is_for_mail, send_report  # noqa: PLC0415 - help does without
    from workbook.report.make import ReportOptions  # noqa: PLC0415 - help and version do without
    from workbook.report.pages import own_template  # noqa: PLC0415

    recipients = Recipients(options["to"], options["cc"])
    check_addresses((*recipients.to, *recipients.cc))
    templates = tuple(own_template(path) for path in options["own"])
    wishes = ReportOptions(templates, not options["no_attach"], options["has_pdf"])
    check_wishes(options)
    if is_for_mail(options):
        send_report(file, options, recipients, lambda: letter_of(file, options["since"], wishes))
        return
    folder = checked_folder(options["output"] or file.parent)
    letter = letter_of(file, options["since"], wishes)
    for path in write_report(letter, wishes, folder, file.stem, recipients):
        tell(f"Wrote {path}")
    say(f"Next: open {file.stem}-report.eml in your mail program, look it over and send it")


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a message is for."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()


def check_addresses(addresses: tuple[str, ...]) -> None:
    """Refuse an address that is not plain, before any work is done. Raises Refusal (exit code 2)."""
    from workbook.report.addresses import checked_address  # noqa: PLC0415 - only a report has addresses

    for address in addresses:
        checked_address(address)


def checked_folder(folder: Path) -> Path:
    """Return the folder to write into, made if its parent is there."""
    if folder.exists() and not folder.is_dir():
        raise click.BadParameter(f"{folder} is a file, not a folder", param_hint="-o")
    if not folder.exists() and not folder.parent.is_dir():
        raise click.BadParameter(f"there is no folder {folder.parent}", param_hint="-o")
    return folder


def letter_of(file: Path, since: Path | None, wishes: ReportOptions) -> RenderedReport:
    """Read the planned workbook and render its report; remarks go to standard error, errors end the command.

    Raises Refusal: exit code 1 for a workbook that was not planned or whose inputs have changed since.
    """
    from workbook import actions  # noqa: PLC0415 - help and version do without
    from workbook.report.disclosures import disclosure_problem, disclosures  # noqa: PLC0415
    from workbook.report.make import make_letter, page_problems, same_bytes  # noqa: PLC0415
    from workbook.report.message import header_problems  # noqa: PLC0415
    from workbook.report.stamp import check_stamp  # noqa: PLC0415

    reading = actions.read_plan(file)
    plan = _sound(reading, file)
    check_stamp(reading.package, plan.run_id)
    data = same_bytes(file, reading.sha256)
    earlier = _earlier(file, since, plan)
    letter = make_letter(actions.calculate(plan), reading.problems, file, data, earlier, wishes)
    found = disclosures(reading.package) if wishes.is_attached else ()
    name_cell = plan.setting_cells.get("plan_name")
    remarks = (
        *header_problems(plan.settings.plan_name, str(name_cell or "")),
        *page_problems(letter),
        *((disclosure_problem(found, file.name),) if found else ()),
    )
    show(remarks, file)
    return letter


def write_report(
    letter: RenderedReport, wishes: ReportOptions, folder: Path, stem: str, recipients: Recipients
) -> list[Path]:
    """Write text, page, message and PDF into a folder, and give their paths; a report of the same name is replaced."""
    from workbook.report.make import standalone_page  # noqa: PLC0415 - help and version do without
    from workbook.report.message import build_message, message_bytes, size_problems  # noqa: PLC0415
    from workbook.report.store import store  # noqa: PLC0415

    message = message_bytes(build_message(letter, recipients.to, recipients.cc))
    show(size_problems(message), folder)
    contents = {
        ".eml": message,
        ".html": standalone_page(letter, wishes).encode("utf-8"),
        ".txt": letter.text.encode("utf-8"),
    }
    contents |= {Path(one.name).suffix: one.data for one in letter.attachments if one.name.endswith(".pdf")}
    folder.mkdir(exist_ok=True)
    return [store(folder / f"{stem}-report{ending}", content) for ending, content in contents.items()]


def _sound(reading: ReadWorkbook, file: Path) -> Plan:
    """Return the plan of a workbook without errors; with errors show them and end the command."""
    if reading.plan is None or has_errors(reading.problems):
        show(reading.problems, file)
        sys.exit(1)
    return reading.plan


def _earlier(file: Path, since: Path | None, plan: Plan) -> Earlier | None:
    """Return the plan to compare with: the one asked for, or that of the run before."""
    from workbook import actions  # noqa: PLC0415 - help and version do without
    from workbook.report.compose import Earlier  # noqa: PLC0415
    from workbook.report.earlier import earlier_plan  # noqa: PLC0415

    def read(path: Path) -> Plan | None:
        reading = actions.read_plan(path)
        return None if has_errors(reading.problems) else reading.plan

    if since is None:
        found = earlier_plan(file, plan, read)
        return Earlier(found[0], actions.calculate(found[1])) if found else None
    return Earlier(since.name, actions.calculate(compared(since, read(since))))


def compared(since: Path, before: Plan | None) -> Plan:
    """Return the plan of --since. Raises Refusal (exit code 1) where it has errors."""
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
