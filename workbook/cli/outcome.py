"""What a run has done, as text and as JSON (roof)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbook import actions
from workbook.cli.console import (
    command_line,
    is_one_of_many,
    is_quiet,
    is_verbose,
    print_note,
    print_result,
    shown_name,
    suggest,
)
from workbook.problems import count_text

if TYPE_CHECKING:
    from workbook.actions import Following, Marked, ReadWorkbook, ReferenceChange, Results, Written


_MOST_CHANGES = 20


def plan_json(
    reading: ReadWorkbook, results: Results | None, followed: Following | Written | Marked | None
) -> dict[str, object]:
    """Return the object that `plan --json` prints; without results its lines are empty."""
    problems = [problem.as_json() for problem in (*reading.problems, *(followed.problems if followed else ()))]
    if results is None:
        return {"plan": {}, "problems": problems, "lines": {}}
    changes = () if followed is None else followed.changes
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
    references = [{"where": one.where, "before": one.before, "after": one.after} for one in changes]
    return {"plan": plan, "problems": problems, "references": references, "lines": results.as_json()}


def summarise(text: str, form: str) -> None:
    """Print a summary: a result beside text, but no line of another format's data."""
    if form == "text" and not is_quiet():
        print_result(text)
    else:
        print_note(text)


def print_written(reading: ReadWorkbook, written: Written | None, form: str, *, is_marked: bool) -> None:
    """Print what was written and what comes next."""
    if written is not None:
        _print_results(reading, written, form)
        return
    if is_marked:
        print_note(f"{shown_name(reading.path)}: {count_text(reading.problems)}; the file is unchanged")
        return
    print_note(f"{shown_name(reading.path)}: {count_text(reading.problems)}; no changes were written")
    suggest("workbook", "plan", reading.path, "--mark")


def _print_results(reading: ReadWorkbook, written: Written, form: str) -> None:
    results = written.results
    if is_quiet():
        print_result(str(written.path))
        return
    summarise(f"Wrote {written.path} ({count_text(reading.problems)}). {results.value('checks.master')}.", form)
    for line in ("summary.verdict", "summary.order_by"):
        summarise(str(results.value(line)), form)
    summarise(_cost_text(results), form)
    print_changes(written.changes, form)
    if written.backup:
        print_note(f"Backup: {written.backup}")
    if original := actions.original_path(written.path):
        copy = command_line("workbook", "plan", written.path, "-o", original)
        print_note(f"This is the marked copy. To write it back to {original.name}, run: {copy}")
    if not is_one_of_many():
        print_note(f"Next: open {written.path} in Excel and start at {reading.package.prefix}Summary")


def _cost_text(results: Results) -> str:
    """Return what this fiscal year and the next cost; months that are closed count as they were measured."""
    currency = results.plan.settings.currency
    this_year, next_year = (f"{results.value(f'cost.{year}_year'):,.0f} {currency}" for year in ("this", "next"))
    if "outlook.words" in results.lines and results.value("outlook.measured_months"):
        return f"{results.value('outlook.words')}.\nCost: {next_year} the next fiscal year."
    return f"Cost: {this_year} this fiscal year, {next_year} the next."


def print_changes(changes: Sequence[ReferenceChange], form: str) -> None:
    """Print each formula of the user that was changed so that it reads the same lines as before."""
    if changes:
        count = "1 reference follows its line" if len(changes) == 1 else f"{len(changes)} references follow their lines"
        summarise(f"{count}:", form)
    shown = changes if is_verbose() else changes[:_MOST_CHANGES]
    for change in shown:
        summarise(f"  {change.where}: {change.before} → {change.after}", form)
    if len(shown) < len(changes):
        summarise(f"  … and {len(changes) - len(shown)} more (all of them with -v or --json)", form)


def print_marked(marked: Marked, form: str) -> None:
    """Print where the marked copy is and what to do with it."""
    if is_quiet():
        print_result(str(marked.path))
        return
    summarise(f"Wrote {marked.path}: a sheet {marked.sheet}; cell notes: {marked.notes}.", form)
    print_changes(marked.changes, form)
    if marked.backup:
        print_note(f"Backup of the copy: {marked.backup}")
    again = command_line("workbook", "plan", marked.path)
    print_note(f"Next: open {marked.path} in Excel, fix the listed problems, save, and run: {again}")
