"""A raw table of settings, Settings or Operations, into the settings of the plan (plan floor)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from workbook.address import Cell
from workbook.inputs.parse.cell_problems import blank_required
from workbook.inputs.parse.cells import Value, read_cell
from workbook.inputs.parse.draft import PlanDraft, validate
from workbook.inputs.parse.names import did_you_mean, nearest
from workbook.inputs.parse.surroundings import is_covered, merges
from workbook.inputs.parse.totals import grown, rows_below
from workbook.inputs.raw import NOTHING, RawCell, RawTable
from workbook.inputs.sheets.currencies import CURRENCIES
from workbook.inputs.sheets.operations import OperationSettings
from workbook.inputs.sheets.registry import SETTING_MODELS, SETTINGS_OF, SHEETS
from workbook.inputs.sheets.settings import Settings
from workbook.naming import fold, name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, Sheet

_NAME = SHEETS["settings"].column("setting")


class _Names(Struct, frozen=True):
    """The settings of one sheet, by field and by the form in which names are compared."""

    sheet: Sheet
    by_field: Mapping[str, Column]
    by_key: Mapping[str, Column]

    def named(self, text: str) -> Column | None:
        return self.by_key.get(name_key(text))


_NAMES = {
    sheet_id: _Names(
        SHEETS[sheet_id],
        {column.field: column for column in columns},
        {name_key(column.header): column for column in columns},
    )
    for sheet_id, columns in SETTINGS_OF.items()
}


def read_settings(draft: PlanDraft, sheet_id: str, raw: RawTable, column_numbers: Mapping[str, int]) -> None:
    """Read one setting a row, found by the name in its first column; an absent row means the default."""
    draft.setting_titles[sheet_id] = raw.title
    draft.setting_columns[sheet_id] = column_numbers
    _keep(draft, sheet_id, None)
    label_column, value_column = column_numbers.get("setting"), column_numbers.get("value")
    if label_column is None or value_column is None:
        return
    names = _NAMES[sheet_id]
    joined = grown(names.sheet, raw, column_numbers)
    raw = joined.table
    draft.problems.extend((*joined.problems, *rows_below(names.sheet, raw, column_numbers)))
    values: dict[str, Value] = {}
    merged = merges(raw, column_numbers)
    is_good = not merged
    for row, cells in raw.rows.items():
        if is_covered(merged, row, value_column) or is_covered(merged, row, label_column):
            continue
        label = Cell(raw.title, row, label_column)
        name, value = cells.get(label_column, NOTHING), cells.get(value_column, NOTHING)
        where = Cell(raw.title, row, value_column)
        if (name.looks_blank and value.looks_blank) or _is_title(names, name, cells, column_numbers):
            draft.keep(where, value)
        else:
            is_good &= _SettingRow(draft, names, label, name).read(where, value, values)
            _keep_source(draft, names, name, cells.get(column_numbers.get("source", 0), NOTHING))
    is_good &= _has_required(draft, names, is_good)
    settings, problems = validate(SETTING_MODELS[sheet_id], values, names.by_field, draft.setting_cell)
    draft.problems.extend(problem for problem in problems if problem.code is not Code.BLANK_REQUIRED)
    _keep(draft, sheet_id, settings if is_good else None)


def _keep(draft: PlanDraft, sheet_id: str, settings: BaseModel | None) -> None:
    """Put the settings of a sheet where the draft has them; none while they cannot be used."""
    if sheet_id == "settings":
        draft.settings = settings if isinstance(settings, Settings) else None
    else:
        draft.operations = settings if isinstance(settings, OperationSettings) else None


class _SettingRow(Struct, frozen=True):
    """One row with the name of a setting."""

    draft: PlanDraft
    names: _Names
    label: Cell
    name: RawCell

    def read(self, where: Cell, value: RawCell, values: dict[str, Value]) -> bool:
        """Read the row into `values`; False, and a problem in the draft, if its value cannot be used."""
        draft, name, label = self.draft, self.name, self.label
        if name.fault or name.is_error or not name.has_result:
            draft.problems.extend(filter(None, [read_cell(_NAME, name, label, draft.program).problem]))
            return False
        text = "" if name.looks_blank else str(name.value)
        column = self.names.named(text)
        problem: Problem | None
        if column is None:
            problem = _unknown(self.names, text, label)
            draft.problems.append(problem)
            return problem.severity is not Severity.ERROR
        if column.field in draft.setting_cells:
            draft.problems.append(_duplicate(column, label, draft.setting_cells[column.field]))
            return False
        draft.setting_cells[column.field] = where
        draft.keep(where, value)
        reading = read_cell(column, value, where, draft.program)
        problem = reading.problem
        if column.field == "currency" and isinstance(reading.value, str):
            reading = replace(reading, value=fold(reading.value).upper())
            problem = _currency_problem(str(reading.value), where) or problem
        if problem is not None:
            draft.problems.append(problem)
            if problem.severity is Severity.ERROR:
                return False
        if reading.value is not None:
            values[column.field] = reading.value
        if reading.own_text:
            draft.setting_spelling[column.field] = reading.own_text
        return True


def _is_title(names: _Names, name: RawCell, cells: Mapping[int, RawCell], column_numbers: Mapping[str, int]) -> bool:
    """Whether a row has a name and nothing else, and is no setting: a title between settings, of the user's or ours."""
    others = (cells.get(column_numbers.get(field, 0), NOTHING) for field in ("value", "unit", "meaning"))
    return isinstance(name.value, str) and names.named(name.value) is None and all(cell.looks_blank for cell in others)


def _keep_source(draft: PlanDraft, names: _Names, name: RawCell, source: RawCell) -> None:
    column = names.named(str(name.value))
    if column is not None and not source.looks_blank:
        draft.setting_sources[column.field] = str(source.value)


def _has_required(draft: PlanDraft, names: _Names, is_good: bool) -> bool:
    """Report required settings whose rows are absent, unless a misspelt name already explains it."""
    absent = [
        column for column in names.by_field.values() if column.required and column.field not in draft.setting_cells
    ]
    for column in absent:
        problem = blank_required(column, draft.setting_titles[names.sheet.id])
        if is_good or not any(problem.code is Code.UNKNOWN_SETTING for problem in draft.problems):
            message = f"no setting {column.header!r}, but it is required"
            remedy = f"add a row {column.header!r} with its value in column Value"
            draft.problems.append(replace(problem, code=Code.MISSING_SETTING, message=message, remedy=remedy, seen=""))
    return not absent


def _unknown(names: _Names, text: str, where: Cell) -> Problem:
    """A name near a known one would silently leave a default in force, so it is an error; others are the person's."""
    short = {fold(name.split(" (")[0]): name for name in (column.header for column in names.by_field.values())}
    near = short.get(fold(text).split(" (")[0]) or nearest(text, (column.header for column in names.by_field.values()))
    return Problem(
        Code.UNKNOWN_SETTING,
        f"no setting is called {text!r}" if text else "a value without the name of a setting",
        where,
        seen=repr(text) if text else "blank",
        expected="the name of a setting",
        remedy=f"did you mean {near!r}?" if near else "the row is not read; delete it if nobody needs it",
        severity=Severity.ERROR if near else Severity.WARNING,
    )


def _duplicate(column: Column, where: Cell, first: Cell) -> Problem:
    return Problem(
        Code.DUPLICATE_NAME,
        f"setting {column.header!r} stands twice, here and in row {first.row}",
        where,
        seen=column.header,
        expected="each setting once",
        remedy="delete one of the two rows",
    )


def _currency_problem(code: str, where: Cell) -> Problem | None:
    if code in CURRENCIES:
        return None
    return Problem(
        Code.UNKNOWN_CURRENCY,
        f"Currency {code!r} is not a currency code",
        where,
        seen=repr(code),
        expected="three letters of ISO 4217, such as USD or EUR",
        remedy=did_you_mean(code, sorted(CURRENCIES)) or "type the three-letter code",
    )
