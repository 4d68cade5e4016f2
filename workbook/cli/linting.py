"""The command that checks a workbook against modelling standards (roof)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workbook import actions
from workbook.cli.console import print_json, print_result, show, shown_name
from workbook.cli.exit_codes import of_problems
from workbook.cli.group import FAIL_ON, FORMAT, guarded, main
from workbook.cli.many import run_each
from workbook.problems import count_text


@main.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, metavar="FILE…")
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help="Check this sheet only; may be repeated.")
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Check this rule only; may be repeated.")
@click.option("--rules", "lists_rules", is_flag=True, help="List the rules with their sources and exit.")
@FORMAT
@FAIL_ON
@guarded
def lint(
    files: tuple[Path, ...], sheets: tuple[str, ...], rules: tuple[str, ...], lists_rules: bool, form: str, fail_on: str
) -> None:
    """Check every sheet of each FILE against financial-modelling standards; change nothing.

    \b
    Examples:
      workbook lint model.xlsx
      workbook lint model.xlsx --sheet Forecast --rule EU-range
      workbook lint model.xlsx --format github --fail-on warning
      workbook lint models/
      workbook lint --rules

    It reports mixed rows, constants in formulas, ranges that omit data, hidden figures, volatile functions, numbers
    stored as text, missing units, links to other workbooks and more.
    """  # noqa: D301 (click's mark for lines that stay as they are)
    known = actions.lint_rules()
    if lists_rules:
        for rule in known.values():
            print_result(f"{rule.id:<18} {rule.severity.value:<8} {rule.title}   [{rule.source}]")
        return
    if not files:
        raise click.UsageError("Missing argument 'FILE…'.")
    for name in rules:
        if name not in known:
            raise click.BadParameter(f"{name!r} is none of {', '.join(known)}", param_hint="--rule")
    sys.exit(run_each(files, lambda file: _lint(file, sheets, rules, form, fail_on)))


def _lint(file: Path, sheets: tuple[str, ...], rules: tuple[str, ...], form: str, fail_on: str) -> int:
    try:
        found = actions.lint_workbook(file, sheets, rules)
    except LookupError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="--sheet") from error
    if form == "json":
        print_json({"file": str(file), "findings": [one.as_json() for one in found]})
    else:
        show(found, file, form)
        print_result(f"{shown_name(file)}: {count_text(found)}")
    return of_problems(found, fail_on)
