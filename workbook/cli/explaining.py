"""The command that explains a figure, an input or a problem code (roof)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import click

from workbook import actions
from workbook.cli.console import command_line, print_json, print_note
from workbook.cli.files import read_or_exit
from workbook.cli.group import AS_JSON, FILE, guarded, main
from workbook.cli.progress import progress
from workbook.problems.render import entry_text
from workbook.problems.sanitize import clean

_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})")


@main.command()
@FILE
@click.argument("target", required=False)
@click.option("--item", default="", help="With a line id: the item, such as the name of a component.")
@click.option(
    "--month",
    help="With the id of a line by month: a date such as 2027-01, or a month number (0 = Plan start, the default).",
)
@click.option("--all", "has_all", is_flag=True, help="Show every level down to the inputs, however long the output.")
@AS_JSON
@guarded
def explain(file: Path, target: str | None, item: str, month: str | None, has_all: bool, as_json: bool) -> None:
    r"""Trace a figure of FILE to its inputs, show what an input affects, or explain a problem code.

    \b
    Examples:
      workbook explain plan.xlsx 'Capacity!H40'
      workbook explain plan.xlsx nodes.provisioned --item gateway --month 2027-01
      workbook explain plan.xlsx 'Users!B2'
      workbook explain WB309

    TARGET is a cell of a result sheet, a line id, or an input cell. The parts of a sum are listed by their share,
    two levels deep; --all goes down to the input cells and their sources. For a problem code,
    give the code instead of FILE. The next step is to change an input, then: workbook plan FILE
    """
    if target is None:
        _explain_code(file, as_json)
        return
    with progress() as run:
        run.stage("reading")
        _, plan = read_or_exit(file)
        run.stage("calculating")
        results = actions.calculate(plan)
    try:
        number = None if month is None else _plan_month(month, results)
        text, data = _explained(results, target, item, number, has_all=has_all or as_json)
    except LookupError as error:
        raise click.BadParameter(clean(str(error.args[0])), param_hint="TARGET") from error
    if as_json:
        print_json(data)
    else:
        click.echo(text)
        print_note(f"Next: change an input in Excel, save, and run: {command_line('workbook', 'plan', file)}")


def _explained(
    results: actions.Results, target: str, item: str, month: int | None, *, has_all: bool
) -> tuple[str, dict[str, object]]:
    """Return an explanation as text and as data."""
    if actions.is_input(results, target):
        found = actions.explain_input(results, target)
        return actions.effect_text(found), found.as_json()
    explanation = actions.explain_figure(results, target, item, month, None if has_all else 2)
    return (actions.explanation_text if has_all else actions.brief_text)(explanation), explanation.as_json()


def _plan_month(text: str, results: actions.Results) -> int:
    """Return the plan month of a calendar month or of its own number."""
    if found := _MONTH.fullmatch(text.strip()):
        start: date = results.plan.settings.plan_start
        return (int(found[1]) - start.year) * 12 + int(found[2]) - start.month
    if text.strip().lstrip("-").isdecimal() and len(text) < 6:
        return int(text)
    raise click.BadParameter(
        f"{clean(text)!r} is neither a month such as 2027-01 nor a plan month", param_hint="--month"
    )


def _explain_code(file: Path, as_json: bool) -> None:
    """Print the catalogue's entry of a code that was given in the place of a file."""
    text = str(file)
    if not actions.looks_like_a_code(text):
        hint = "name a cell or a line of the workbook: workbook explain plan.xlsx 'Capacity!H40'; or give a code: WB309"
        raise click.UsageError(f"Missing argument 'TARGET'. {hint}")
    try:
        entry = actions.explain_code(text)
    except LookupError as error:
        raise click.BadParameter(clean(str(error.args[0])), param_hint="FILE") from error
    if as_json:
        print_json(entry.as_json())
    else:
        click.echo(entry_text(entry))
        print_note("Next: fix it in Excel, save, and run: workbook check FILE")
