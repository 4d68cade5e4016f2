"""The inputs that drive the result, each with the source that its row names (post)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from workbook.figures import counted
from workbook.inputs.input_names import input_text, row_name
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS, SHEET_OF_SETTING, SHEETS
from workbook.inputs.sheets.supply import SIZES
from workbook.report.report import Assumption
from workbook.schema import Row, Sheet

DRIVING_SETTINGS = ("headroom_mode", "safety_factor", "utilisation_low", "dr_buffer", "lead_time_months", "budget")
DRIVING_COLUMNS = {
    "users": ("current_users", "requests_per_user"),
    "growth": ("total_growth",),
    "budget": ("amount",),
    "components": ("node_type", "current_nodes"),
    "rates": ("on_demand", "reserved"),
    "retention": (*SIZES, "growth_per_month"),
}
MOST_A_SHEET = 4


class AssumptionList(Struct, frozen=True):
    """What the report lists, how many rows of the same sheets it leaves out, and how many of all name no source."""

    listed: tuple[Assumption, ...]
    more: int
    sources: str


def assumptions_of(plan: Plan) -> AssumptionList:
    """Return the driving inputs, at most `MOST_A_SHEET` rows per sheet."""
    listed, more = list(_settings(plan)), 0
    for sheet_id, fields in DRIVING_COLUMNS.items():
        table = plan.tables.get(sheet_id)
        if table is None:
            continue
        for row in table.rows[:MOST_A_SHEET]:
            text = _figures(SHEETS[sheet_id], row, fields, plan.settings.currency)
            listed.append(Assumption(table.title, row_name(SHEETS[sheet_id], row), text, row.source))
        more += max(len(table.rows) - MOST_A_SHEET, 0)
    return AssumptionList(tuple(listed), more, _sources_text(plan))


def _settings(plan: Plan) -> Iterator[Assumption]:
    columns = {column.field: column for column in SETTINGS}
    for field in DRIVING_SETTINGS:
        value = plan.setting(field)
        if value is not None:
            text = input_text(columns[field], value, plan.settings.currency)
            source = plan.setting_sources.get(field, "") if field in plan.setting_cells else "default"
            yield Assumption(plan.setting_sheet(field), columns[field].header, text, source)


def _figures(sheet: Sheet, row: Row, fields: tuple[str, ...], currency: str) -> str:
    columns = [(sheet.column(field), getattr(row, field)) for field in fields]
    return ", ".join(
        f"{column.header} {input_text(column, value, currency)}" for column, value in columns if value is not None
    )


def _sources_text(plan: Plan) -> str:
    """Return how many rows name no source, or still a template's: an assumption without one cannot be reviewed."""
    # No figure of the report rests on a setting of Operations.
    settings = [field for field in plan.setting_cells if SHEET_OF_SETTING[field] == "settings"]
    missing = Counter(plan.setting_sheet(field) for field in settings if not _has_source(plan, field))
    every = len(settings)
    for table in plan.tables.values():
        every += len(table.rows)
        missing[table.title] = sum(not _is_source(row.source) for row in table.rows)
    number = sum(missing.values())
    if not number:
        return f"All {counted(every, 'input')} have a source."
    found = [title for title, count in missing.items() if count]
    places = f"all in {found[0]}" if len(found) == 1 else ", ".join(f"{title} {missing[title]}" for title in found)
    verb = "has" if number == 1 else "have"
    return f"{number:,} of {counted(every, 'input')} {verb} no source ({places})."


def _has_source(plan: Plan, field: str) -> bool:
    return _is_source(plan.setting_sources.get(field, ""))


def _is_source(text: str) -> bool:
    """Whether a text names a source, and is not the template's request for one."""
    return bool(text) and not text.casefold().startswith("example: replace")
