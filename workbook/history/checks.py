"""What is wrong with the approved versions of a workbook, before anything is compared with them (many floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.address import Cell
from workbook.history.versions import Version, compared_version, versions_of
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Severity, listed


def version_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return what is wrong with the versions: one that is not there, rows that were changed, none that counts."""
    versions = versions_of(plan)
    return (*_compared(plan, versions), *_changed(plan, versions))


def _compared(plan: Plan, versions: tuple[Version, ...]) -> Iterator[Problem]:
    names = [one.name for one in versions]
    asked = plan.settings.compare_with
    if asked and compared_version(plan) is None:
        seen, whole = listed(names or ["no version"])
        yield Problem(
            Code.NO_SUCH_VERSION,
            f"Compare with names no version: {asked!r}",
            plan.setting_place("compare_with"),
            seen=asked,
            expected=seen,
            remedy="choose a version of the sheet Versions, or clear the cell to compare with the last approved one",
            whole=whole,
        )
    elif versions and not any(one.is_approved for one in versions):
        yield Problem(
            Code.NO_VERSION,
            "no version is approved, so this plan is compared with none",
            plan.kept["versions"].title,
            seen=f"{len(versions)} superseded or withdrawn",
            expected="a version whose Status is approved",
            remedy="approve the plan with workbook approve, or name a version in Compare with on Settings",
            severity=Severity.INFO,
        )


def _changed(plan: Plan, versions: tuple[Version, ...]) -> Iterator[Problem]:
    for version in versions:
        if not version.is_sealed:
            yield Problem(
                Code.VERSION_CHANGED,
                f"the rows of version {version.name!r} are not as they were approved",
                _seal_cell(plan, version),
                seen=f"seal {version.rows.seal} of {_counted(version)}",
                expected=f"seal {version.about.get('seal', 'none')}",
                remedy="restore them from a backup or the file that was approved; comparisons with this version use "
                "the rows as they are",
                severity=Severity.WARNING,
            )


def _seal_cell(plan: Plan, version: Version) -> Cell:
    table = plan.kept["versions"]
    return Cell(table.title, version.row, table.column_numbers["seal"])


def _counted(version: Version) -> str:
    figures, inputs = len(version.rows.figures), len(version.rows.inputs)
    return f"{figures} row{'s' * (figures != 1)} of figures and {inputs} input{'s' * (inputs != 1)}"
