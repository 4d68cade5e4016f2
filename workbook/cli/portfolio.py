"""The command that adds up many workbooks (roof)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result
from workbook.cli.exit_codes import OF_REASON
from workbook.cli.group import AS_JSON, FILES, guarded, main
from workbook.cli.many import workbooks_of
from workbook.cli.progress import progress
from workbook.problems import Reason
from workbook.problems.sanitize import clean

if TYPE_CHECKING:
    from workbook.actions import GroupedPlan, Portfolio

_OUTPUT = "portfolio.xlsx"
_REASON: Mapping[str, Reason | None] = {
    "counted": None,
    "unreadable": Reason.UNREADABLE,
    "busy": Reason.BUSY,
    "internal fault": Reason.USAGE,
}
"""What a status makes an exit code of; any other is an error of inputs."""
_MOST_SHOWN = 20


class Options(TypedDict):
    """The options of the command, as they are given."""

    output: Path
    by: str
    rates: Path | None
    engine: str
    scheduler: str
    jobs: int | None
    plans_stale: bool
    tables: Path | None
    tables_format: str
    as_json: bool


@main.command()
@FILES
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=_OUTPUT, show_default=True, help="Group workbook."
)
@click.option(
    "--by", default="", metavar="SETTING", help="Group totals by the value of a setting, such as 'Plan name'."
)
@click.option(
    "--currency-rates", "rates", type=click.Path(path_type=Path),
    help="CSV file with the columns Currency and Rate: what one unit is worth in the currency of rate 1.",
)  # fmt: skip
@click.option("--engine", type=click.Choice(["processes", "dask"]), default="processes", show_default=True,
              help="Read in processes of this machine, or on a Dask cluster.")  # fmt: skip
@click.option(
    "--scheduler", default="", metavar="ADDRESS", help="Scheduler of the cluster, such as tcp://10.0.0.5:8786."
)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="NUMBER", help="Processes; by default one per core.")
@click.option("--plan", "plans_stale", is_flag=True, help="Plan workbooks whose results are stale, in place.")
@click.option(
    "--tables", type=click.Path(path_type=Path), metavar="FOLDER", help="Also write long tables of all plans."
)
@click.option("--tables-format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@AS_JSON
@guarded
def portfolio(files: tuple[Path, ...], **options: Unpack[Options]) -> None:
    r"""Add up the plans of many workbooks in one group workbook: cost, orders, commitments and input conflicts.

    \b
    Examples:
      workbook portfolio plans/
      workbook portfolio plans/ -o group.xlsx --by 'Active scenario'
      workbook portfolio plans/ --currency-rates rates.csv --tables tables --tables-format parquet
      workbook portfolio plans/ --engine dask --scheduler tcp://10.0.0.5:8786

    A folder means the .xlsx and .xlsm files in it. Workbooks with errors, with results that are stale, or in a currency
    without a rate are listed and not counted; --plan plans stale ones first, with backups. Totals in the group workbook
    are formulas. A run that was interrupted goes on where it was.
    """
    output = options["output"]
    if output.suffix.lower() != ".xlsx":
        raise click.BadParameter(f"{output.name} must end in .xlsx", param_hint="-o")
    if (options["engine"] == "dask") != bool(options["scheduler"]):
        raise click.UsageError("--engine dask and --scheduler ADDRESS belong together.")
    asked = actions.PortfolioOptions(
        by=options["by"],
        rates=options["rates"],
        engine=actions.Engine(options["engine"]),
        scheduler=options["scheduler"],
        jobs=options["jobs"] or actions.usable_cores(),
        plans_stale=options["plans_stale"],
    )
    try:
        made, tables = _made(workbooks_of(files), asked, options)
    except actions.PortfolioError as error:
        raise click.UsageError(clean(str(error))) from error
    if options["as_json"]:
        print_json(_json(made, tables))
    else:
        _print(made, tables)
    sys.exit(max((_code(plan) for plan in made.group.plans), default=0))


def _made(
    files: tuple[Path, ...], asked: actions.PortfolioOptions, options: Options
) -> tuple[Portfolio, tuple[Path, ...]]:
    with progress(shows_rest=True) as run:
        run.stage("reading")
        actions.check_output(options["output"])
        made = actions.make_portfolio(files, options["output"], asked, run.done)
        run.stage("writing")
        folder = options["tables"]
        tables = actions.write_tables(made, folder, options["tables_format"]) if folder else ()
        actions.write_portfolio(made)
    return made, tables


def _code(plan: GroupedPlan) -> int:
    return OF_REASON[_REASON.get(plan.record.status.value, Reason.INPUTS)]


def _print(made: Portfolio, tables: tuple[Path, ...]) -> None:
    group = made.group
    left = [plan for plan in group.plans if plan.figures is None]
    for plan in left[:_MOST_SHOWN]:
        first = plan.record.problems[0] if plan.record.problems else None
        why = f": {first.text}" if first else ""
        click.echo(clean(f"not counted: {_shown(plan.record.path)}: {plan.record.status.value}{why}"), err=True)
    if len(left) > _MOST_SHOWN:
        click.echo(f"… and {len(left) - _MOST_SHOWN} more, on the sheet Plans", err=True)
    if made.continued:
        print_note(f"{made.continued} of {len(group.plans)} workbooks were read before the run was interrupted")
    print_result(f"Wrote {made.output}: {made.counted} of {len(group.plans)} plans are counted.")
    for path in tables:
        print_result(f"Wrote {path}")
    for year, cost in _cost_by_year(made).items():
        print_result(f"Cost FY{year}: {cost:,.0f} {group.currency}")
    if any(plan.record.status.value in ("stale", "not planned") for plan in left):
        print_note("To plan workbooks whose results are stale, in place and with backups, add --plan")


def _shown(path: str) -> str:
    """Return a path as it is typed from the current folder, in full if it is elsewhere."""
    file = Path(path)
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else path


def _cost_by_year(made: Portfolio) -> dict[int, float]:
    costs = dict.fromkeys(made.group.years, 0.0)
    for plan in made.group.counted:
        for month in plan.figures.months if plan.figures else ():
            costs[month.fiscal_year] += sum(month.amounts) * plan.rate
    return costs


def _json(made: Portfolio, tables: tuple[Path, ...]) -> dict[str, object]:
    group = made.group
    plans = [
        {
            "file": plan.record.path,
            "plan": plan.label,
            "status": plan.record.status.value,
            "group": plan.group,
            "currency": plan.figures.currency if plan.figures else None,
            "rate": plan.rate or None,
            "cost": plan.total if plan.figures else None,
            "orders": len(plan.figures.orders) if plan.figures else None,
            "conflicts": [one.message for one in plan.record.conflicts],
            "problems": [
                {"code": one.code, "severity": one.severity, "where": one.where, "message": one.message}
                for one in plan.record.problems
            ],
        }
        for plan in group.plans
    ]
    cost = {f"FY{year}": amount for year, amount in _cost_by_year(made).items()}
    return {
        "output": str(made.output),
        "currency": group.currency,
        "counted": made.counted,
        "cost": cost,
        "tables": [str(path) for path in tables],
        "plans": plans,
    }
