"""What is wrong with the approved versions of a workbook, before anything is compared with them (many floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from workbook.address import Cell
from workbook.figures import counted
from workbook.history.versions import Version, compared_version, versions_of
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Severity, listed


def version_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return what is wrong with the versions: one that is not there, rows that were changed, none that counts."""
    versions = versions_of(plan)
    return (*_compared(plan, versions), *_changed(plan, versions))


def _compared(plan: Plan, versions: tuple[Version, ...]) -> Iterator[Problem]:
    asked, version = plan.settings.compare_with, compared_version(plan)
    if version:
        from workbook.history.comparable import comparison_problems  # noqa: PLC0415 - most workbooks have no version

        if not version.is_approved:
            yield _not_in_force(plan, version)
        yield from comparison_problems(version, plan)
    elif asked:
        seen, whole = listed([one.name for one in versions] or ["no version"])
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
        yield replace(no_version(plan), severity=Severity.INFO)


def _not_in_force(plan: Plan, version: Version) -> Problem:
    """Return a remark that the plan is compared with a version that no longer counts."""
    status = str(version.about.get("status", "")) or "blank"
    return Problem(
        Code.NO_VERSION,
        f"Compare with names {version.name!r}, whose Status is not approved",
        plan.setting_place("compare_with"),
        seen=status,
        expected="a version whose Status is approved",
        remedy="name another version in Compare with, or clear the cell to compare with the last approved one",
        severity=Severity.INFO,
    )


def no_version(plan: Plan) -> Problem:
    """Return an error that nothing is approved that a plan could be compared with."""
    count = len(versions_of(plan))
    return Problem(
        Code.NO_VERSION,
        "no version is approved, so there is nothing to compare this plan with",
        plan.kept["versions"].title if "versions" in plan.kept else "",
        seen=f"{count} superseded or withdrawn" if count else "no version",
        expected="a version whose Status is approved",
        remedy="approve the plan with workbook approve, or name a version in Compare with on Settings",
    )


def _changed(plan: Plan, versions: tuple[Version, ...]) -> Iterator[Problem]:
    yield from (seal_problem(plan, version) for version in versions if not version.is_sealed)


def seal_problem(plan: Plan, version: Version) -> Problem:
    """Return a warning that the rows of a version are not as they were approved."""
    return Problem(
        Code.VERSION_CHANGED,
        f"the rows of version {version.name!r} are not as they were approved",
        _seal_cell(plan, version),
        seen=f"seal {version.rows.seal} of {_counted(version)}",
        expected=f"seal {version.about.get('seal', 'none')}",
        remedy="restore them from a backup or the file that was approved; comparisons with this version use the rows "
        "as they are",
        severity=Severity.WARNING,
    )


def _seal_cell(plan: Plan, version: Version) -> Cell:
    table = plan.kept["versions"]
    return Cell(table.title, version.row, table.column_numbers["seal"])


def _counted(version: Version) -> str:
    figures, inputs = len(version.rows.figures), len(version.rows.inputs)
    return f"{counted(figures, 'row')} of figures and {counted(inputs, 'input')}"
