"""Every input sheet in order: its schema, and the model that one of its rows becomes (plan floor)."""

from collections.abc import Mapping

from msgspec.structs import replace
from pydantic import BaseModel

from workbook.inputs.sheets.commitments import Objective, Resilience, Scenario
from workbook.inputs.sheets.demand import Event, Feature, GrowthAnchor, SeasonalIndex, UserSegment
from workbook.inputs.sheets.evidence import Actual, Claim
from workbook.inputs.sheets.operations import GROUPS as OPERATION_GROUPS
from workbook.inputs.sheets.operations import LoadHour, OperationSettings
from workbook.inputs.sheets.settings import GROUPS, SettingRow, Settings
from workbook.inputs.sheets.spending import BudgetRow
from workbook.inputs.sheets.supply import Component, Dataset, Rate
from workbook.inputs.sheets.uncertainty import RangeRow
from workbook.schema import Column, Row, Sheet, columns_of

MODELS: dict[str, type[Row]] = {
    "settings": SettingRow,
    "users": UserSegment,
    "growth": GrowthAnchor,
    "features": Feature,
    "seasonality": SeasonalIndex,
    "events": Event,
    "retention": Dataset,
    "slas": Objective,
    "components": Component,
    "resilience": Resilience,
    "rates": Rate,
    "budget": BudgetRow,
    "scenarios": Scenario,
    "ranges": RangeRow,
    "operations": SettingRow,
    "load_profile": LoadHour,
    "claims": Claim,
    "actuals": Actual,
}

GUIDE_TITLE = "Guide"
SETTING_MODELS: Mapping[str, type[BaseModel]] = {"settings": Settings, "operations": OperationSettings}
"""The sheets of settings: one setting a row, found by its name."""
SETTING_GROUPS: Mapping[str, Mapping[str, str]] = {"settings": GROUPS, "operations": OPERATION_GROUPS}
"""The titles between the settings of each such sheet, with the first setting under each."""


def _setting_columns(sheet_id: str) -> tuple[Column, ...]:
    """Return the settings of a sheet; those of Operations name tools, which are spelled as they are."""
    columns = columns_of(SETTING_MODELS[sheet_id])
    if sheet_id != "settings":
        return columns
    return tuple(
        replace(column, words=tuple(choice.replace("_", " ").capitalize() for choice in column.choices))
        if column.kind == "choice"
        else column
        for column in columns
    )


SETTINGS_OF: Mapping[str, tuple[Column, ...]] = {sheet_id: _setting_columns(sheet_id) for sheet_id in SETTING_MODELS}
SETTINGS: tuple[Column, ...] = tuple(column for columns in SETTINGS_OF.values() for column in columns)
SHEET_OF_SETTING: Mapping[str, str] = {
    column.field: sheet_id for sheet_id, columns in SETTINGS_OF.items() for column in columns
}
_WITH_WORKINGS = ("Summary", "Demand", "Capacity", "Recovery", "Service", "Cost")
TOOL_SHEETS = (
    *_WITH_WORKINGS,
    *(f"{name} workings" for name in _WITH_WORKINGS),
    "Alerts and scaling",
    "Outputs",
    "Checks",
    "Bridge",
    "Outlook",
    "Accuracy",
    "Compare",
    "Risk",
    "Bridge workings",
    "Outlook workings",
    "Accuracy workings",
    "Compare workings",
    "Cases",
    "Risk workings",
    "Projection",  # what version 0.1 called Demand
    GUIDE_TITLE,
    "Lists",
    "Problems",
)

_OPTIONAL = ("features", "seasonality", "events", "budget", "ranges", "operations", "load_profile", "claims", "actuals")
_TITLES = {"slas": "SLAs", "load_profile": "Load profile"}
_PURPOSES = {
    "settings": "Values that hold for the whole plan: start, horizon, safety, money.",
    "users": "Who uses the service today, and what one user asks for.",
    "growth": "How many users there will be: one row per known point of a segment's growth.",
    "features": "Features in adoption that make each user ask for more.",
    "seasonality": "How calendar months differ from a normal month.",
    "events": "Launches and campaigns that multiply users for some months.",
    "retention": "What is stored, how it grows, and how long it is kept.",
    "slas": "What is promised: response times, availability, queues, packet loss.",
    "components": "What runs on nodes, on which nodes, and its share of the load.",
    "resilience": "What each component and dependency must survive, and how.",
    "rates": "The rate card: nodes, storage, network and fixed items with their prices.",
    "budget": "What may be spent: the budget of each fiscal year, as a whole or by category.",
    "scenarios": "What-if cases: multipliers on growth, demand and prices.",
    "ranges": "How far inputs may be off: a low and a high value for each figure that is not known exactly.",
    "operations": "How alerts, autoscalers and schedules are set up, for the export.",
    "load_profile": "How load differs from hour to hour of a week, for scheduled scaling.",
    "claims": "Figures stated elsewhere, checked against this plan.",
    "actuals": "What was measured, one row per month: compared with the plan and with approved versions.",
}


def _sheet(sheet_id: str) -> Sheet:
    columns = columns_of(MODELS[sheet_id])
    if sheet_id in SETTING_MODELS:
        columns = tuple(replace(column, is_structural=False) for column in columns)
    return Sheet(
        id=sheet_id,
        title=_TITLES.get(sheet_id, sheet_id.capitalize()),
        required=sheet_id not in _OPTIONAL,
        columns=columns,
        key=next((column.field for column in columns if column.is_key), None),
        purpose=_PURPOSES[sheet_id],
        may_be_empty=sheet_id == "growth" or sheet_id in _OPTIONAL,
    )


SHEETS: dict[str, Sheet] = {sheet_id: _sheet(sheet_id) for sheet_id in MODELS}
