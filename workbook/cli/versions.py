"""The commands for approved versions of a plan (roof)."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result, show, suggest
from workbook.cli.files import check_ending, read_or_exit
from workbook.cli.group import AS_JSON, FILE, guarded, main
from workbook.cli.progress import progress


class Options(TypedDict):
    """The options of `approve`, as they are given."""

    name: str
    kind: str
    prepared_by: str
    comment: str
    supersedes: str
    despite_checks: bool
    output: Path | None
    as_json: bool


@main.command()
@FILE
@click.option("--as", "name", required=True, metavar="NAME", help="Name of the version, such as 'Budget 2026'.")
@click.option(
    "--kind",
    type=click.Choice(["budget", "forecast", "other"]),
    default="budget",
    show_default=True,
    help="What the version is for.",
)
@click.option("--by", "prepared_by", default="", metavar="TEXT", help="Who prepared it.")
@click.option("--comment", default="", metavar="TEXT", help="Anything a reader should know.")
@click.option("--supersede", "supersedes", default="", metavar="NAME", help="Set this version's status to superseded.")
@click.option("--despite-checks", is_flag=True, help="Approve even if checks of the plan fail.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the result to this file; FILE is not changed."
)
@AS_JSON
@guarded
def approve(file: Path, **options: Unpack[Options]) -> None:
    r"""Save the plan of FILE as an approved version in the same file.

    \b
    Examples:
      workbook approve plan.xlsx --as 'Budget 2026' --by 'J. Smith'
      workbook approve plan.xlsx --as 'Forecast 3+9' --kind forecast --supersede 'Budget 2026'

    FILE must be planned, and its inputs unchanged since. Its figures and inputs are added to the sheets Versions,
    Version figures and Version inputs, which no run changes; the sign-off is for you to fill in there. Later runs
    compare the plan with the last approved version, or with the one that Compare with on Settings names.
    """
    output = options["output"]
    check_ending(file, output)
    context = click.get_current_context()
    held = context.with_resource(actions.hold(file, output))
    reading, plan = read_or_exit(file, held)
    approval = actions.Approval(
        options["name"],
        options["kind"],
        options["prepared_by"],
        options["comment"],
        options["supersedes"],
        options["despite_checks"],
    )
    done = actions.approve_plan(reading, actions.calculate(plan), approval, output)
    if options["as_json"]:
        print_json({"file": str(done.path), "version": done.name, "seal": done.seal})
        return
    print_result(f"Approved in {done.path}: version {done.name!r}, seal {done.seal}.")
    print_note(f"Kept: {done.figures} rows of figures and {done.inputs} inputs. Sign it off on the sheet Versions.")
    if done.backup:
        print_note(f"Backup: {done.backup}")
    if done.next_start:
        suggest("workbook", "roll", done.path, "--to", f"{done.next_start:%Y-%m}")
    else:
        suggest("workbook", "report", done.path)


@main.command()
@FILE
@click.option(
    "--from",
    "source",
    default="",
    metavar="NAME|WORKBOOK",
    help="Start from this version, or from the plan of another workbook, instead of the version in Compare with.",
)
@AS_JSON
@guarded
def bridge(file: Path, source: str, as_json: bool) -> None:
    r"""Show what has changed since an approved version, why, and what each changed input is worth.

    \b
    Examples:
      workbook bridge plan.xlsx
      workbook bridge plan.xlsx --from 'Budget 2026'
      workbook bridge plan.xlsx --from last-quarter.xlsx --json

    The steps lead from the version's cost, nodes and first exhaustion to those of the inputs as they are now. A cost
    that rises is positive. Nothing is written: `workbook plan` writes the same to the sheet Bridge.
    """
    with progress() as run:
        run.stage("reading")
        _, now = read_or_exit(file)
        is_file = Path(source).suffix.lower() in (".xlsx", ".xlsm") and not actions.has_version(now, source)
        before = read_or_exit(Path(source))[1] if is_file else None
        run.stage("comparing")
        if before is None:
            found = actions.explain_change(now, source)
        else:
            found = actions.explain_change_between(before, now, Path(source).name)
    if as_json:
        print_json({"file": str(file), **found.as_json()})
    else:
        show(found.problems, file)
        print_result(actions.change_text(found))
