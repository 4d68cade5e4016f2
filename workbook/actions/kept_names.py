"""Sheets of the user's own in the place of kept sheets, as a refusal (roof)."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.files.package.package import Package
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.kept import KEPT_SHEETS
from workbook.problems import Code, Problem, Reason, Refusal


def check_own_sheets(package: Package, plan: Plan, wanted: Sequence[str]) -> None:
    """Raise Refusal (inputs) where a sheet of the user's own has the name of a kept sheet that is to be written."""
    kept = {package.prefix + KEPT_SHEETS[sheet_id].title for sheet_id in wanted}
    ours = {table.title for table in plan.kept.values()}
    own = [sheet.name for sheet in package.sheets if sheet.name in kept - ours]
    if own:
        problem = Problem(
            Code.SHEET_NAME_TAKEN,
            f"sheets of your own have the names of sheets that are to be kept: {', '.join(own)}",
            f"{own[0]}!A1",
            seen=", ".join(own),
            expected=f"no sheet of your own called {', '.join(sorted(kept))}",
            remedy="rename your sheets, and formulas that refer to them follow",
        )
        raise Refusal(problem, reason=Reason.INPUTS)
