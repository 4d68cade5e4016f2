"""The command that exports what operates a service by its plan (roof)."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict, Unpack

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result
from workbook.cli.files import read_or_exit
from workbook.cli.group import AS_JSON, FILE, guarded, main

_FORMATS = ("prometheus", "grafana", "kubernetes", "tables")
_TARGETS = ("cluster-autoscaler", "openshift", "karpenter")


class Options(TypedDict):
    """The options of the command, as they are given."""

    output: Path | None
    only: str | None
    target: str | None
    api_body: bool
    crd: bool
    bom: bool
    force: bool
    as_json: bool


@main.command()
@FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Output folder; by default NAME-export.")
@click.option("--only", metavar="FORMATS", help=f"Comma-separated list of {', '.join(_FORMATS)}.")
@click.option(
    "--target", type=click.Choice(_TARGETS), help="Node autoscaler; overrides Autoscaler target on Operations."
)
@click.option("--api-body", is_flag=True, help="Wrap dashboards for Grafana's HTTP API.")
@click.option("--crd", is_flag=True, help="Write the alert rules as a PrometheusRule as well.")
@click.option("--bom", is_flag=True, help="Start tables with a byte order mark, so that Excel reads them as UTF-8.")
@click.option("--force", is_flag=True, help="Replace exported files even if they were edited.")
@AS_JSON
@guarded
def export(file: Path, **options: Unpack[Options]) -> None:
    r"""Write alert rules, dashboards, autoscalers, schedules and tables from a planned FILE.

    \b
    Examples:
      workbook export plan.xlsx                      write the folder plan-export
      workbook export plan.xlsx --only prometheus,grafana -o monitoring
      workbook export plan.xlsx --only kubernetes --target karpenter
      workbook export plan.xlsx --only tables --bom

    Thresholds and replicas are those of the sheet Alerts and scaling; Operations sets names, metrics and delays. Each
    alert rule comes with tests for promtool. EXPORT.md in the folder lists the files, the metrics that the service must
    export, and what could not be exported. Files that were edited since are not replaced without --force.
    """
    chosen = actions.ExportOptions(
        formats=_formats(options["only"]),
        target=actions.AutoscalerTarget(options["target"]) if options["target"] else None,
        has_api_body=options["api_body"],
        has_crd=options["crd"],
        has_bom=options["bom"],
        is_forced=options["force"],
    )
    reading, plan = read_or_exit(file)
    made = actions.make_export(reading, actions.calculate(plan), chosen)
    folder = options["output"] or file.with_name(f"{file.stem}-export")
    paths = actions.write_export(made, folder)
    if options["as_json"]:
        left = [{"alert": one.rule.value, "item": one.item, "reason": one.reason} for one in made.left_out]
        print_json({"file": str(file), "folder": str(folder), "files": sorted(made.files), "left_out": left})
        return
    print_result(f"Wrote {folder}: {len(paths)} files")
    print_note(f"Next: read {folder / 'EXPORT.md'}, which says how to check and apply them")


def _formats(only: str | None) -> tuple[actions.Format, ...]:
    """Return the formats that are asked for. Raises BadParameter (exit code 2) for an unknown one."""
    names = [name.strip() for name in (only or ",".join(_FORMATS)).split(",")]
    for name in names:
        if name not in _FORMATS:
            raise click.BadParameter(f"unknown format {name!r}; choose from {', '.join(_FORMATS)}", param_hint="--only")
    return tuple(actions.Format(name) for name in names)
