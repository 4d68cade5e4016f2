"""The management report of a planned workbook (roof)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from workbook import actions
from workbook.cli.console import print_note, print_result, show
from workbook.cli.files import read_or_exit
from workbook.cli.group import FILE, guarded, main
from workbook.cli.report_options import PDF_KINDS, Options, ReportCommand, check_options, checked_folder, is_for_mail

if TYPE_CHECKING:
    from workbook.actions import MadeReport, ReportOptions

EPILOG = """\b
A custom template is a Jinja file; one that ends in .txt makes the text, any other the page. It may extend
report.html or report.txt and replace their blocks: head ask forecast why levers range since confidence figures charts
decisions assumptions foot. It may use:
\b
  report.title .period .scenario .run_id .ask .ask_details .forecast .why .levers_note .range .since_title .since
  report.confidence
  report.years         year cost budget variance
  report.drivers       name change share
  report.levers        action saving
  report.figures       label value before change
  report.pictures      finding description width height; {{ source(picture) }}
  report.decisions     when soon is_overdue item order cost why late
  report.changes       sheet row column old new effect
  report.findings      code where message
  report.assumptions   sheet row value source
  report.before .sources .contact .file_name, and .more_… of each list
  table({"Heading": "field", …}, records)    an aligned table of text
"""


@main.command(epilog=EPILOG, cls=ReportCommand)
@FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Output folder; by default that of FILE.")
@click.option(
    "--since", type=click.Path(path_type=Path), help="Compare with this workbook instead of the previous run."
)
@click.option("--to", "to", multiple=True, metavar="ADDRESS", help="Recipient; may be repeated.")
@click.option("--cc", "cc", multiple=True, metavar="ADDRESS", help="Copy recipient; may be repeated.")
@click.option("--no-attach", is_flag=True, help="Do not attach the workbook.")
@click.option(
    "--pdf",
    type=click.Choice(PDF_KINDS),
    metavar="[full]",
    help="Add a PDF board paper, or with 'full' the whole workbook (needs LibreOffice).",
)
@click.option(
    "--template",
    "own",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A custom Jinja template; see below.",
)
@click.option("--force", is_flag=True, help="Replace existing files even if they are not earlier reports.")
@click.option("--send", is_flag=True, help="Send it by email as configured, instead of writing files.")
@click.option("--dry-run", is_flag=True, help="Show what --send would send, without connecting.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Email configuration; by default workbook.toml next to FILE, else your own.",
)
@click.option("--resend", is_flag=True, help="Send it even if it was already sent, or may have been.")
@click.option("--yes", is_flag=True, help="Confirm recipients and a server that have not been used before.")
@guarded
def report(file: Path, **options: Unpack[Options]) -> None:
    r"""Write the management report of a planned FILE: a mail draft (.eml), a page (.html) and a text (.txt).

    \b
    Examples:
      workbook report plan.xlsx                      write plan-report.eml, .html and .txt next to it
      workbook report plan.xlsx --to cfo@example.org --pdf
      workbook report plan.xlsx --since last-month.xlsx -o reports
      workbook report plan.xlsx --dry-run            show what --send would send, and to whom
      workbook report plan.xlsx --send               send it to the recipients of workbook.toml

    With --send, --to and --cc narrow the recipients to those given; all must be allowed by the configuration. A report
    that was sent already is not sent again: exit code 0, or 6 if a recipient was refused or delivery is unknown.
    """
    from workbook.cli.sending import send_report  # noqa: PLC0415 - a plan does without

    for address in (*options["to"], *options["cc"]):
        actions.checked_address(address)
    templates = tuple(actions.read_template(path) for path in options["own"])
    check_options(options)
    kind = actions.PdfKind(options["pdf"]) if options["pdf"] else None
    chosen = actions.ReportOptions(templates, not options["no_attach"], kind, options["force"])
    if is_for_mail(options):
        send_report(file, options, lambda: _made(file, chosen, options["since"]))
        return
    folder = checked_folder(options["output"] or file.parent)
    made = _made(file, chosen, options["since"])
    written = actions.write_report(made, folder, file.stem, options["to"], options["cc"])
    show(written.problems, folder)
    for path in written.paths:
        print_result(f"Wrote {path}")
    print_note(f"Next: open {file.stem}-report.eml in your email program, review it and send it")


def _made(file: Path, options: ReportOptions, since: Path | None) -> MadeReport:
    """Return the report of a planned workbook; remarks go to standard error, errors end the command."""
    reading, plan = read_or_exit(file)
    made = actions.make_report(reading, actions.calculate(plan), options, since)
    show(made.problems, file)
    return made
