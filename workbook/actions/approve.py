"""Approve a planned workbook: keep its figures and inputs as a version inside it (roof)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook.actions.check import ReadWorkbook
from workbook.actions.kept_names import check_own_sheets
from workbook.actions.plan import expected_hash
from workbook.address import Cell
from workbook.figures import counted
from workbook.files.saving.rewrite import rewrite
from workbook.files.saving.save import check_target
from workbook.history.recorded import last_closed
from workbook.history.versions import APPROVED, Version, version_named, version_rows, versions_of
from workbook.inputs.plan import KeptTable, Plan
from workbook.model.results import Results
from workbook.naming import name_key
from workbook.problems import Code, Problem, Reason, Refusal, listed
from workbook.report.stamp import check_stamp
from workbook.sheets.theme.look import load_theme
from workbook.timeline import months_between, next_month
from workbook.version import MODEL_VERSION, VERSION

if TYPE_CHECKING:
    from workbook.files.grafting.cell_edits import Edits

SUPERSEDED = "superseded"
_LONGEST_NAME = 60
_NEVER_IN_NAMES = "|*?~"


class Approval(Struct, frozen=True):
    """What a version is called, what it is for, and what is to be said of it."""

    name: str
    kind: str = "budget"
    prepared_by: str = ""
    comment: str = ""
    supersedes: str = ""
    despite_checks: bool = False


class Approved(Struct, frozen=True):
    """What `approve` has written: the file, the backup of what was there before, and the version's seal."""

    path: Path
    backup: Path | None
    name: str
    seal: str
    figures: int
    inputs: int
    next_start: date | None
    """The month after the last closed one, to which the plan can be rolled."""


def approve_plan(reading: ReadWorkbook, results: Results, approval: Approval, out: Path | None = None) -> Approved:
    """Keep the plan of a planned workbook as a version in it, or in a copy at `out`; no version is ever rewritten.

    Raises Refusal: usage for a name that cannot be taken; inputs if the workbook was not planned, its inputs have
    changed since, a check fails, a name is taken, or something of the user's own is in the way; busy as writing does.
    """
    from workbook.files.grafting.kept_sheets import Additions, add_kept_rows  # noqa: PLC0415 - planning does without

    plan, target = results.plan, out or reading.path
    versions = versions_of(plan)
    _check_name(approval, versions)
    _check_orphans(plan, approval.name)
    _check_planned(reading, results, despite_checks=approval.despite_checks)
    check_own_sheets(reading.package, plan, ("versions", "version_figures", "version_inputs"))
    rows = version_rows(results, approval.name)
    about = _about(results, approval, rows.seal)
    additions = Additions(
        plan.kept,
        {"versions": (about,), "version_figures": rows.figures, "version_inputs": rows.inputs},
        _superseding(plan, versions, approval.supersedes),
    )
    check_target(target)
    theme = reading.theme or load_theme()
    backup = rewrite(
        target,
        reading.package,
        lambda file: add_kept_rows(reading.package, additions, theme, file),
        expected_hash(reading, target),
        reading.path,
    )
    start = _next_start(results.plan)
    return Approved(target, backup, approval.name, rows.seal, len(rows.figures), len(rows.inputs), start)


def _next_start(plan: Plan) -> date | None:
    closed = last_closed(plan)
    after = next_month(closed) if closed else plan.timeline.start
    return after if 1 <= months_between(plan.timeline.start, after) < plan.timeline.horizon else None


def _about(results: Results, approval: Approval, seal: str) -> dict[str, object]:
    """Return the row of a version on the sheet Versions."""
    settings = results.plan.settings
    said = {
        "version": approval.name,
        "kind": approval.kind,
        "status": APPROVED,
        "closed_through": last_closed(results.plan),
        "plan_start": settings.plan_start,
        "horizon": settings.horizon_months,
        "scenario": settings.active_scenario,
        "currency": settings.currency,
        "cost_this_year": results.value("cost.this_year"),
        "cost_next_year": results.value("cost.next_year"),
        "cost_plan": results.value("cost.horizon"),
        "run": results.plan.run_id,
        "seal": seal,
        "tool": f"workbook {VERSION}, model {MODEL_VERSION}",
        "prepared_by": approval.prepared_by,
        "comment": approval.comment,
    }
    return {field: value for field, value in said.items() if value not in (None, "")}


def _superseding(plan: Plan, versions: Sequence[Version], name: str) -> Edits:
    """Return the edit that sets the status of the version that the new one supersedes."""
    from workbook.files.grafting.cell_edits import CellEdit, Edits  # noqa: PLC0415 - planning does without

    table = plan.kept.get("versions")
    cells = (
        CellEdit(Cell(table.title, one.row, table.column_numbers["status"]), SUPERSEDED)
        for one in versions
        if table is not None and name and name_key(one.name) == name_key(name)
    )
    return Edits(tuple(cells))


def _check_name(approval: Approval, versions: Sequence[Version]) -> None:
    name = approval.name
    if not _is_usable(name):
        raise Refusal(
            Problem(
                Code.VERSION_EXISTS,
                f"{name!r} cannot be the name of a version",
                seen=repr(name),
                expected=f"1 to {_LONGEST_NAME} characters on one line, without {' '.join(_NEVER_IN_NAMES)} or "
                "spaces at the ends",
                remedy="choose another name, such as --as 'Budget 2026'",
            ),
            reason=Reason.USAGE,
        )
    if taken := version_named(versions, name):
        raise Refusal(_name_taken(taken.name), reason=Reason.INPUTS)
    if approval.supersedes and version_named(versions, approval.supersedes) is None:
        seen, whole = listed([one.name for one in versions] or ["no version"])
        raise Refusal(
            Problem(
                Code.NO_SUCH_VERSION,
                f"there is no version {approval.supersedes!r} to supersede",
                seen=seen,
                expected="the name of a version on the sheet Versions",
                remedy="give one of these names with --supersede, or leave the option out",
                whole=whole,
            ),
            reason=Reason.INPUTS,
        )


def _is_usable(name: str) -> bool:
    is_one_line = name == name.strip() and name.isprintable()
    return is_one_line and 0 < len(name) <= _LONGEST_NAME and not set(name) & set(_NEVER_IN_NAMES)


def _check_orphans(plan: Plan, name: str) -> None:
    """Raise Refusal if rows of a version of this name are left though no row of Versions says what they are."""
    tables = (plan.kept.get("version_figures"), plan.kept.get("version_inputs"))
    left = {table.title: cells for table in tables if table is not None and (cells := _rows_of(table, name))}
    if not left:
        return
    raise Refusal(
        Problem(
            Code.VERSION_CHANGED,
            f"rows of version {name!r} are left, but the sheet Versions has no such version",
            next(iter(left.values()))[0],
            seen=" and ".join(f"{counted(len(rows), 'row')} of {sheet}" for sheet, rows in left.items()),
            expected="no row of a version that is not on the sheet Versions",
            remedy="restore the row of Versions from a backup, delete the rows that are left, or choose another name",
        ),
        reason=Reason.INPUTS,
    )


def _rows_of(table: KeptTable, name: str) -> list[Cell]:
    return [
        Cell(table.title, row, table.column_numbers["version"])
        for row, stored in zip(table.row_numbers, table.rows, strict=True)
        if name_key(str(stored.get("version", ""))) == name_key(name)
    ]


def _name_taken(name: str) -> Problem:
    return Problem(
        Code.VERSION_EXISTS,
        f"there is a version {name!r} already, and a version is never rewritten",
        seen=name,
        expected="a name that no version has",
        remedy="choose another name with --as, and set the old version's status with --supersede",
    )


def _check_planned(reading: ReadWorkbook, results: Results, *, despite_checks: bool) -> None:
    """Raise Refusal for a workbook whose result sheets are not of its inputs, or whose checks fail."""
    try:
        check_stamp(reading.package, results.plan.run_id)
    except Refusal as refused:
        found = refused.problem
        problem = Problem(
            Code.NOT_PLANNED,
            f"{found.message}; only what was planned and seen can be approved",
            found.where,
            seen=found.seen,
            expected=found.expected,
            remedy=f"run workbook plan {reading.path.name}, look at the result, then approve it",
        )
        raise Refusal(problem, reason=Reason.INPUTS) from None
    if not results.value("checks.failed") or despite_checks:
        return
    items = results.items("check.status")
    failed = [title for place, title in enumerate(items) if results.value("check.passed", place) != 1]
    seen, whole = listed(failed)
    problem = Problem(
        Code.CHECKS_FAIL,
        "checks of the plan fail",
        f"{reading.package.prefix}Checks!A1",
        seen=seen,
        expected="every check passed",
        remedy="fix what the sheet Checks reports and plan again, or approve all the same with --despite-checks",
        whole=whole,
    )
    raise Refusal(problem, reason=Reason.INPUTS)
