"""The commands around a plan: begin, check, plan, explain (roof)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.cli.group import AS_JSON, FAIL_ON, FILE, exit_code, guarded, main, print_json, show
from workbook.messages import count_text, explanation_text
from workbook.problems import has_errors

if TYPE_CHECKING:
    from workbook.api import Reading, Written
    from workbook.model.results import Results

TEMPLATE = click.option(
    "--template",
    default="erlmcp",
    show_default=True,
    help="What to begin with: erlmcp (the worked example), meridian (a company with several services) or blank.",
)


@main.command()
@FILE
@TEMPLATE
@click.option("--into", is_flag=True, help="Add the input sheets that an existing FILE lacks; change nothing else.")
@guarded
def new(file: Path, template: str, into: bool) -> None:
    """Write a new input workbook to FILE."""
    from workbook import api  # noqa: PLC0415 - help and version do without
    from workbook.inputs.template import template_names  # noqa: PLC0415

    if template not in template_names():
        raise click.BadParameter(f"{template!r} is none of {', '.join(template_names())}", param_hint="--template")
    if file.suffix.lower() not in (".xlsx", *([".xlsm"] if into else [])):
        raise click.BadParameter(f"{file.name} must end in .xlsx, as Excel workbooks do", param_hint="FILE")
    if into:
        added = api.add_input_sheets(file, template)
        click.echo(f"Added to {file.name}: {', '.join(added)}" if added else f"{file.name} has every input sheet.")
    else:
        api.new_workbook(file, template)
        click.echo(f"Wrote {file}. Edit its yellow cells in Excel, save and close it.")
    click.echo(f"Next: workbook plan {file}", err=True)


@main.command()
@FILE
@AS_JSON
@FAIL_ON
@guarded
def check(file: Path, as_json: bool, fail_on: str) -> None:
    """List every problem of the inputs in FILE; change nothing."""
    from workbook import api  # noqa: PLC0415 - help and version do without

    problems = api.read_plan(file).problems
    if as_json:
        print_json({"file": str(file), "problems": [problem.as_json() for problem in problems]})
    else:
        show(problems, file)
        click.echo(f"{file.name}: {count_text(problems)}")
        if not has_errors(problems):
            click.echo(f"Next: workbook plan {file}", err=True)
    sys.exit(exit_code(problems, fail_on))


@main.command()
@FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a copy there; FILE stays as it is.")
@AS_JSON
@FAIL_ON
@guarded
def plan(file: Path, output: Path | None, as_json: bool, fail_on: str) -> None:
    """Check FILE, calculate, and write the result sheets into it (a backup is kept beside it).

    With --json nothing is written unless -o is given.
    """
    from workbook import api  # noqa: PLC0415 - help and version do without

    _check_ending(file, output)
    reading = api.read_plan(file)
    results = api.calculate(reading.plan) if reading.plan and not has_errors(reading.problems) else None
    written = None
    code = exit_code(reading.problems, fail_on)
    if results and code == 0 and (output or not as_json):
        written = api.write_plan(reading, results, output)
    if as_json:
        print_json(_plan_json(reading, results))
    else:
        show(reading.problems, file)
        _tell(file, reading, written)
    sys.exit(code)


@main.command()
@FILE
@click.argument("target")
@click.option("--item", default="", help="With a line's id: the item, such as a component's name.")
@click.option("--month", default=0, show_default=True, help="With a line's id: the plan month.")
@AS_JSON
@guarded
def explain(file: Path, target: str, item: str, month: int, as_json: bool) -> None:
    """Tell where a figure of FILE comes from, down to the input cells and their sources.

    TARGET is a cell of a result sheet, such as 'Capacity!H40', or a line's id, such as nodes.provisioned.
    """
    from workbook import api  # noqa: PLC0415 - help and version do without
    from workbook.explain import explain as explained  # noqa: PLC0415
    from workbook.locate import find  # noqa: PLC0415
    from workbook.sheets.book import lay_out_book  # noqa: PLC0415

    reading = api.read_plan(file)
    if reading.plan is None or has_errors(reading.problems):
        show(reading.problems, file)
        sys.exit(1)
    book = lay_out_book(api.calculate(reading.plan))
    try:
        found = find(book, target, item, month)
    except LookupError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="TARGET") from error
    explanation = explained(book, found)
    if as_json:
        print_json(explanation.as_json())
    else:
        click.echo(explanation_text(explanation))


def _check_ending(file: Path, output: Path | None) -> None:
    if output and output.suffix.lower() != file.suffix.lower():
        raise click.BadParameter(
            f"{output.name} must end in {file.suffix}, as {file.name} does: macros and all are kept", param_hint="-o"
        )


def _plan_json(reading: Reading, results: Results | None) -> dict[str, object]:
    problems = [problem.as_json() for problem in reading.problems]
    if results is None:
        return {"plan": {}, "problems": problems, "lines": {}}
    settings = results.plan.settings
    plan = {
        "file": str(reading.path),
        "name": settings.plan_name,
        "start": settings.plan_start.isoformat(),
        "horizon": settings.horizon_months,
        "currency": settings.currency,
        "scenario": settings.active_scenario,
        "checks": results.value("checks.master"),
    }
    return {"plan": plan, "problems": problems, "lines": results.as_json()}


def _tell(file: Path, reading: Reading, written: Written | None) -> None:
    if written is None:
        click.echo(f"{file.name}: {count_text(reading.problems)}; nothing was written, the file is unchanged", err=True)
        return
    results = written.results
    click.echo(f"Wrote {written.path}: {count_text(reading.problems)}; {results.value('checks.master')}.")
    for line in ("summary.verdict", "summary.order_by"):
        click.echo(str(results.value(line)))
    currency = results.plan.settings.currency
    this_year, next_year = results.value("cost.this_year"), results.value("cost.next_year")
    click.echo(f"Cost: {this_year:,.0f} {currency} this fiscal year, {next_year:,.0f} {currency} the next.")
    if written.backup:
        click.echo(f"The file as it was: {written.backup}", err=True)
    click.echo(f"Next: open {written.path} in Excel and start at Summary", err=True)
