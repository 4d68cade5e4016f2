"""A version and now into what speaks against their comparison (many floor)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from workbook.history.versions import TOTAL, Version, plan_of
from workbook.inputs.input_names import FoundRow, row_name
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SHEETS
from workbook.problems import Code, Problem, Severity, count_text
from workbook.schema import Sheet
from workbook.whatif.alike import renamed, renames_of
from workbook.whatif.drivers import NAMES, REMARKS
from workbook.whatif.moved import changed_columns
from workbook.whatif.places import named_rows

_ALIKE = 4 / 5
"""The share of columns that agree from which an added row is probably a removed one of another name."""


def comparison_problems(version: Version, now: Plan) -> Iterator[Problem]:
    """Yield what speaks against comparing a plan with a version of its workbook, or makes it less exact."""
    if problem := ruled_out(version, now):
        yield replace(problem, severity=Severity.WARNING)
        return
    before, found = plan_of(version)
    if before is None:
        yield unusable_version(version.name, found, now.kept["version_inputs"].title if version.rows.inputs else "")
    else:
        yield from look_alikes(before, now)


def ruled_out(version: Version, now: Plan) -> Problem | None:
    """Return an error if a version cannot be compared with: it has lost its figures, or is in another currency."""
    return _lost_figures(version, now) or other_currency(version.currency, now)


def _lost_figures(version: Version, now: Plan) -> Problem | None:
    found = {row.get("line") for row in version.rows.figures if row.get("item") == TOTAL and "m0" in row}
    lost = sorted({"cost.total", "nodes.total"} - found)
    about = (version.about.get("plan_start"), version.about.get("horizon"))
    if not lost and isinstance(about[0], date) and isinstance(about[1], int | float):
        return None
    return Problem(
        Code.VERSION_CHANGED,
        f"version {version.name!r} has lost what it is compared by",
        now.kept["versions"].title,
        seen=f"no {' and no '.join(lost)}" if lost else "no Plan start or no Horizon",
        expected="Plan start, Horizon and figures as they were approved",
        remedy="restore the rows from a backup or the file that was approved, or compare with another version",
    )


def other_currency(then: str, now: Plan) -> Problem | None:
    """Return an error if the version is in another currency: no exchange rate is guessed."""
    here = now.settings.currency
    if then in ("", here):
        return None
    return Problem(
        Code.VERSION_CURRENCY,
        f"the version compared with is in {then}, this plan is in {here}",
        now.setting_place("currency"),
        seen=here,
        expected=then,
        remedy=f"compare with a version in {here}, or approve this plan as the first one in {here}",
    )


def unusable_version(name: str, problems: tuple[Problem, ...], sheet: str) -> Problem:
    """Return a warning that a version's inputs have errors under this tool, so that only totals are compared."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    return Problem(
        Code.VERSION_INPUTS,
        f"the inputs of version {name!r} have {count_text(errors)}: only totals are compared",
        sheet,
        seen=f"{errors[0].where}: {errors[0].message}",
        expected="inputs that can be calculated",
        remedy="compare with another version, or approve a new one",
        severity=Severity.WARNING,
    )


def look_alikes(before: Plan, now: Plan) -> Iterator[Problem]:
    """Yield a note for each row that is new and looks like one that is gone."""
    then = renamed(before, renames_of(before, now))
    for sheet in SHEETS.values():
        if any(column.field == "formerly" for column in sheet.columns):
            yield from _of_sheet(sheet, then, now)


def _of_sheet(sheet: Sheet, before: Plan, now: Plan) -> Iterator[Problem]:
    then, here = named_rows(sheet, before), named_rows(sheet, now)
    gone = {key: found for key, found in then.items() if key not in here}
    for key, found in here.items():
        if key in then or not gone:
            continue
        nearest = max(gone, key=lambda old: _agreement(sheet, gone[old], found))
        if _agreement(sheet, gone[nearest], found) >= _ALIKE:
            yield _look_alike(sheet, gone.pop(nearest), found)


def _agreement(sheet: Sheet, then: FoundRow, now: FoundRow) -> float:
    """Return the share of columns in which two rows agree, names and remarks left out; 0 for items of other kinds."""
    naming = NAMES.get(sheet.id, (sheet.key,))
    if any(getattr(then.row, field) != getattr(now.row, field) for field in naming[1:] if field):
        return 0
    columns = [column.field for column in sheet.columns if column.field not in (*REMARKS, *naming)]
    changed = [column for column in changed_columns(sheet, then.row, now.row) if column.field in columns]
    return 1 - len(changed) / len(columns)


def _look_alike(sheet: Sheet, then: FoundRow, now: FoundRow) -> Problem:
    old, new = row_name(sheet, then.row), row_name(sheet, now.row)
    return Problem(
        Code.ROWS_LOOK_ALIKE,
        f"row {new!r} of {now.table.title} is new and looks like {old!r}, which is gone",
        now.table.cell(now.index, sheet.key or "") or now.table.title,
        seen=repr(new),
        expected=f"{old!r} in Formerly if the row was renamed",
        remedy=f"type {old!r} into Formerly of {new!r}; otherwise the rows count as removed and added",
        severity=Severity.INFO,
    )
