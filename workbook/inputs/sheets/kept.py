"""The kept sheets: approved versions with their figures and inputs, and the log of rolls (plan floor).

They are written a row at a time by `approve` and `roll`; no run writes them anew, and no figure of the plan itself
depends on them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from msgspec.structs import replace

from workbook.schema import Column, Header, Inputs, Sheet, columns_of

MONTHS = 121
"""The most months that a version has: month 0 to the longest horizon."""


class Version(Inputs):
    """One approved version of the plan."""

    version: Annotated[str, Header("Version", kind="name", example="Budget 2026", is_key=True)]
    """Name of the version. Written by workbook approve."""

    kind: Annotated[Literal["budget", "forecast", "other"], Header("Kind", example="budget")]
    """What the version is for."""

    status: Annotated[
        Literal["approved", "superseded", "withdrawn"], Header("Status", example="approved", is_by_people=True)
    ]
    """Whether the version still counts: only approved ones are compared with unless you name one."""

    closed_through: Annotated[date | None, Header("Closed through", is_month=True, number_format="mmm yyyy")]
    """Last closed month when the version was approved."""

    plan_start: Annotated[date, Header("Plan start", is_month=True, number_format="mmm yyyy")]
    """Calendar month of the version's month 0."""

    horizon: Annotated[int, Header("Horizon", "months", has_plain_title=True)]
    """How many months the version projects."""

    scenario: Annotated[str, Header("Scenario")]
    """The scenario that was active."""

    currency: Annotated[str, Header("Currency")]
    """The currency of all its money."""

    cost_this_year: Annotated[float, Header("Cost this fiscal year", kind="money", number_format="#,##0")]
    """Planned cost of the fiscal year of Plan start, without anything measured."""

    cost_next_year: Annotated[float | None, Header("Cost next fiscal year", kind="money", number_format="#,##0")]
    """Planned cost of the fiscal year after that."""

    cost_plan: Annotated[float, Header("Cost whole plan", kind="money", number_format="#,##0")]
    """Planned cost of all billed months."""

    run: Annotated[str, Header("Run", example="1a2b3c4d")]
    """The run that was approved, as the heads of result sheets name it."""

    seal: Annotated[str, Header("Seal", example="0123456789ab")]
    """Checksum of the version's figures and inputs; it no longer matches if a digit is changed."""

    tool: Annotated[str, Header("Tool")]
    """Version of the tool, and of its model, that made the figures."""

    prepared_by: Annotated[str, Header("Prepared by")]
    """Who ran workbook approve."""

    approved_by: Annotated[str, Header("Approved by", is_by_people=True)]
    """Who approved. This sheet records a sign-off; it does not prove one."""

    approved_on: Annotated[date | None, Header("Approved on", is_by_people=True)]
    """When it was approved. This sheet records a sign-off; it does not prove one."""

    comment: Annotated[str, Header("Comment", is_by_people=True)]
    """Anything a reader should know."""


class VersionFigure(Inputs):
    """One line of a version at one item: a figure a month."""

    key: Annotated[str, Header("Key", example="Budget 2026|cost.total|total")]
    """Version, line and item: what formulas look for."""

    version: Annotated[str, Header("Version")]
    """Name of the version."""

    line: Annotated[str, Header("Line", example="cost.total")]
    """Id of the line."""

    item: Annotated[str, Header("Item", example="total")]
    """The line's item, or total."""

    unit: Annotated[str, Header("Unit")]
    """Unit of the figures."""

    first_month: Annotated[date, Header("First month", is_month=True, number_format="mmm yyyy")]
    """Calendar month of M0."""


class VersionInput(Inputs):
    """One input cell of a version, as it was typed."""

    version: Annotated[str, Header("Version")]
    """Name of the version."""

    sheet: Annotated[str, Header("Sheet")]
    """Name of the input sheet, without a prefix."""

    row: Annotated[str, Header("Row")]
    """Name of the row: of the second row of one name with its turn. A setting has none."""

    column: Annotated[str, Header("Column")]
    """Header of the column, or the setting."""

    value: Annotated[str, Header("Value")]
    """What the cell held."""

    kind: Annotated[Literal["number", "text", "date", "blank"], Header("Kind")]
    """What kind of value that is."""


class Rolled(Inputs):
    """One cell that a roll has changed."""

    when: Annotated[date, Header("When")]
    """When the plan was rolled."""

    start_before: Annotated[date, Header("From", is_month=True, number_format="mmm yyyy")]
    """Plan start before."""

    start_after: Annotated[date, Header("To", is_month=True, number_format="mmm yyyy")]
    """Plan start after."""

    proposal: Annotated[str, Header("Id", example="users")]
    """Which rule of the roll changed the cell."""

    sheet: Annotated[str, Header("Sheet")]
    """Name of the input sheet, without a prefix."""

    row: Annotated[str, Header("Row")]
    """Name of the row."""

    column: Annotated[str, Header("Column")]
    """Header of the column, or the setting."""

    was: Annotated[str, Header("Was")]
    """What the cell held."""

    now: Annotated[str, Header("Is")]
    """Value after the roll."""

    why: Annotated[str, Header("Why")]
    """Why it changed."""

    basis: Annotated[Literal["calendar", "measured", "planned"], Header("Basis")]
    """What the new value rests on."""

    confirmed: Annotated[str, Header("Confirmed", is_by_people=True)]
    """Who has confirmed the new value, if it is measured or planned."""


MONTH_COLUMNS: Mapping[str, Column] = {
    f"m{month}": Column(f"m{month}", f"M{month}", "", "number", VersionFigure, None, number_format="#,##0.00")
    for month in range(MONTHS)
}
"""The columns of figures by their fields: months counted from the version's plan start."""
KEPT_MODELS: Mapping[str, type[Inputs]] = {
    "versions": Version,
    "version_figures": VersionFigure,
    "version_inputs": VersionInput,
    "roll": Rolled,
}
_PURPOSES = {
    "versions": "Approved versions of this plan, one row each, with their sign-off.",
    "version_figures": "The figures of each version by month.",
    "version_inputs": "The inputs of each version, cell by cell.",
    "roll": "What each roll to a later start has changed.",
}


def _sheet(sheet_id: str) -> Sheet:
    columns = columns_of(KEPT_MODELS[sheet_id])
    if sheet_id == "version_figures":
        columns = (*columns, *MONTH_COLUMNS.values())
    return Sheet(
        id=sheet_id,
        title=sheet_id.capitalize().replace("_", " "),
        required=False,
        columns=tuple(replace(column, required=False) for column in columns),
        key=next((column.field for column in columns if column.is_key), None),
        purpose=_PURPOSES[sheet_id],
        may_be_empty=True,
        is_kept=True,
    )


KEPT_SHEETS: Mapping[str, Sheet] = {sheet_id: _sheet(sheet_id) for sheet_id in KEPT_MODELS}
