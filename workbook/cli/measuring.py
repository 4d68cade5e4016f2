"""The command that imports measured figures (roof)."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result, show, suggest
from workbook.cli.exit_codes import OF_REASON
from workbook.cli.files import check_ending, read_or_exit
from workbook.cli.group import AS_JSON, FILE, guarded, main
from workbook.cli.progress import progress
from workbook.figures import counted
from workbook.problems import Reason, has_errors

_METRICS = ("users", "requests", "cpu", "memory", "storage", "nodes", "cost")
_FORMATS = (
    "focus", "aws", "gcp", "azure", "azure-actual", "azure-amortised", "prometheus", "grafana", "csv",
)  # fmt: skip


class Options(TypedDict):
    """The options of the command, as they are given."""

    assigned: tuple[str, ...]
    source_format: str | None
    basis: str
    without: tuple[str, ...]
    where: tuple[str, ...]
    zone: str
    restate: bool
    partial: bool
    sums: bool
    write: bool
    output: Path | None
    as_json: bool


@main.command()
@FILE
@click.argument("sources", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--as",
    "assigned",
    multiple=True,
    metavar="METRIC[=COLUMN]",
    help=f"What a source measures: one of {', '.join(_METRICS)}; may be repeated.",
)
@click.option(
    "--format", "source_format", type=click.Choice(_FORMATS), help="Format, if it cannot be recognised from the header."
)
@click.option(
    "--basis",
    type=click.Choice(["accrual", "cash"]),
    default="accrual",
    show_default=True,
    help="Count costs in the month that uses them, or in the month that bills them.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="CATEGORY",
    help="Category of cost to leave out as well as tax; none keeps tax; may be repeated.",
)
@click.option(
    "--where", multiple=True, metavar="COLUMN=VALUE", help="Count only rows with this value; may be repeated."
)
@click.option(
    "--zone", default="", metavar="NAME", help="Time zone of months and of times without an offset, such as UTC."
)
@click.option("--restate", is_flag=True, help="Change figures of closed months too.")
@click.option("--partial", is_flag=True, help="Also import the current month.")
@click.option("--sum", "sums", is_flag=True, help="Add several series of one metric.")
@click.option("--write", is_flag=True, help="Write the cells to sheet Actuals; a backup is kept next to FILE.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="With --write: write to this file; FILE is not changed."
)
@AS_JSON
@guarded
def actuals(file: Path, sources: tuple[Path, ...], **options: Unpack[Options]) -> None:
    r"""Import measured figures from each SOURCE into the sheet Actuals of FILE.

    \b
    Examples:
      workbook actuals plan.xlsx focus-2026-03.csv.gz
      workbook actuals plan.xlsx bill.csv --basis cash --where SubAccountId=shop
      workbook actuals plan.xlsx load.json --as requests --zone Europe/Berlin
      workbook actuals plan.xlsx grafana.csv --as cpu=gateway --zone UTC --write

    A SOURCE is a bill (FOCUS, AWS, GCP, Azure), a Prometheus range-query response, or a CSV file with a column
    of times or months; .gz files and Parquet are read too. The cells are listed, and written only with --write.
    """
    _check_output(file, options)
    chosen = _chosen(options)
    context = click.get_current_context()
    held = context.with_resource(actions.hold(file, options["output"])) if options["write"] else ()
    with progress() as run:
        run.stage("reading")
        reading, plan = read_or_exit(file, held)
        run.stage("importing")
        found = actions.import_actuals(plan, sources, chosen, options["restate"])
    is_wrong = has_errors(found.problems)
    is_writing = options["write"] and not is_wrong and bool(found.changes)
    written = actions.write_actuals(reading, found, options["output"]) if is_writing else None
    if options["as_json"]:
        print_json(_json(file, found, written))
    else:
        _print(file, found, written, is_writing=options["write"])
    sys.exit(OF_REASON[Reason.INPUTS if is_wrong else None])


def _check_output(file: Path, options: Options) -> None:
    output = options["output"]
    if output and not options["write"]:
        raise click.UsageError("-o is for --write: without it nothing is written.")
    check_ending(file, output)


def _chosen(options: Options) -> actions.ImportOptions:
    """Return the options of the import. Raises BadParameter (exit code 2) for one that cannot be read."""
    zone = options["zone"]
    if zone:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, LookupError):
            raise click.BadParameter(
                f"{zone!r} is no time zone such as Europe/Berlin or UTC", param_hint="--zone"
            ) from None
    return actions.ImportOptions(
        assignments=dict(map(_assignment, options["assigned"])),
        format=actions.SourceFormat(options["source_format"]) if options["source_format"] else None,
        basis=actions.Basis(options["basis"]),
        without=options["without"],
        where=tuple(map(_condition, options["where"])),
        zone=zone,
        is_partial=options["partial"],
        sums=options["sums"],
        today=date.today(),
    )


def _assignment(text: str) -> tuple[actions.Metric, str]:
    name, _, column = text.partition("=")
    if name not in _METRICS:
        raise click.BadParameter(f"{name!r} is none of {', '.join(_METRICS)}", param_hint="--as")
    return actions.Metric(name), column


def _condition(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not column or not sign:
        raise click.BadParameter(f"{text!r} is not COLUMN=VALUE", param_hint="--where")
    return column, value


def _json(file: Path, found: actions.ActualsImport, written: actions.WrittenActuals | None) -> dict[str, object]:
    return {
        "file": str(file),
        "sources": [
            {
                "source": one.source,
                "format": one.format.value,
                "rows": one.rows,
                "delimiter": one.delimiter,
                "decimal": one.decimal,
            }
            for one in found.sources
        ],
        "cells": [one.as_json() for one in found.cells],
        "problems": [problem.as_json() for problem in found.problems],
        "written": str(written.path) if written else None,
    }


def _print(
    file: Path, found: actions.ActualsImport, written: actions.WrittenActuals | None, *, is_writing: bool
) -> None:
    show(found.problems, file)
    for source in found.sources:
        print_note(actions.source_text(source))
    if found.cells:
        print_result(actions.actuals_text(found))
    else:
        print_note("No month is measured.")
    if written:
        print_result(f"Wrote {written.path}: {counted(written.cells, 'cell')} on Actuals.")
        if written.backup:
            print_note(f"Backup: {written.backup}")
        suggest("workbook", "plan", written.path)
    elif has_errors(found.problems):
        print_note("No changes were written.")
    elif not found.cells:
        print_note(f"No changes were made to {file.name}.")
    elif not found.changes:
        print_note(f"{file.name} already has these figures.")
    elif not is_writing:
        print_note("No changes were written. To write these cells, run the command again with --write.")
