"""Raw tables into a checked plan, or into every problem that stands in its way (plan floor)."""

from __future__ import annotations

from collections.abc import Mapping

from workbook.inputs.checks.run import check_draft
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.grouped import grouped
from workbook.inputs.parse.headers import find_sheets, input_prefix, match_columns
from workbook.inputs.parse.read_kept import read_kept
from workbook.inputs.parse.read_rows import read_table
from workbook.inputs.parse.read_settings import read_settings
from workbook.inputs.parse.surroundings import headers_elsewhere, shape_problems, workbook_problems
from workbook.inputs.plan import KeptTable, Plan
from workbook.inputs.raw import RawTable, RawWorkbook
from workbook.inputs.sheets.kept import KEPT_SHEETS
from workbook.inputs.sheets.registry import SETTING_MODELS, SHEETS, TOOL_SHEETS
from workbook.problems import Problem, Severity, has_errors
from workbook.timeline import Timeline

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def build_plan(raw: RawWorkbook) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Read all input tables and check them; without an error there is a plan, warnings or not.

    Problems come errors first, each kind in the order of the sheets.
    """
    kept = _kept(raw)
    made = {*(raw.prefix + title for title in TOOL_SHEETS), *(table.title for table in kept.values())}
    names = [name for name in raw.sheet_names if name not in made]
    _, problems = find_sheets(names, input_prefix(names, raw.prefix))
    draft = PlanDraft(problems=list(problems), is_1904=raw.date_1904, program=raw.program)
    for sheet_id, table in sorted(raw.tables.items(), key=lambda item: list(SHEETS).index(item[0])):
        _read(draft, sheet_id, table)
    draft.problems.extend(check_draft(draft))
    draft.problems.extend(workbook_problems(raw, has_formulas=bool(draft.formulas)))
    ordered = tuple(sorted(grouped(draft.problems), key=lambda problem: _ORDER.index(problem.severity)))
    return (None if has_errors(ordered) else _plan(draft, raw, kept)), ordered


def _kept(raw: RawWorkbook) -> dict[str, KeptTable]:
    found = {sheet_id: read_kept(KEPT_SHEETS[sheet_id], table) for sheet_id, table in raw.kept.items()}
    return {sheet_id: table for sheet_id, table in found.items() if table is not None}


def _read(draft: PlanDraft, sheet_id: str, table: RawTable) -> None:
    sheet = SHEETS[sheet_id]
    if table.likely_header_row:
        draft.problems.append(headers_elsewhere(table))
        return
    match = match_columns(sheet, table.title, table.header_row, table.headers, draft.settings)
    draft.problems.extend(match.problems)
    draft.problems.extend(shape_problems(table, match.column_numbers))
    if sheet_id in SETTING_MODELS:
        read_settings(draft, sheet_id, table, match.column_numbers)
    elif match.column_numbers:
        read_table(draft, sheet, table, match)


def _plan(draft: PlanDraft, raw: RawWorkbook, kept: Mapping[str, KeptTable]) -> Plan:
    settings, operations = draft.settings, draft.operations
    if settings is None or operations is None:
        raise AssertionError("settings that could not be read left no problem")
    used = {key: table for key, table in draft.tables.items() if table.sheet.required or table.rows}
    return Plan(
        settings=settings,
        operations=operations,
        setting_cells=draft.setting_cells,
        tables=used,
        timeline=Timeline(settings.plan_start, settings.horizon_months, settings.fiscal_year_start),
        date_1904=raw.date_1904,
        cells=draft.cells,
        formats=draft.formats,
        formulas=draft.formulas,
        dates=draft.dates,
        setting_spelling=draft.setting_spelling,
        setting_titles=draft.setting_titles,
        setting_columns=draft.setting_columns,
        setting_sources=draft.setting_sources,
        prefix=raw.prefix,
        kept=kept,
    )
