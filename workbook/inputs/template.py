"""A template's YAML into the sheets of a new workbook, checked like a person's own (plan floor).

A template gives, for each input sheet, the fields of its columns and rows in their order; a cell that starts with `=`
is a formula, with its value behind ` -> `. Settings that a template leaves out stand there with their defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from workbook.inputs.build import build_plan
from workbook.inputs.plan import Plan
from workbook.inputs.raw import RawCell, RawTable, RawWorkbook
from workbook.inputs.sheets.registry import SETTING_GROUPS, SETTINGS_OF, SHEETS
from workbook.problems import Problem
from workbook.resources import read_yaml, template_folder
from workbook.schema import Column, Sheet

GUIDE = "guide"
_ARROW = " -> "


class Formula(Struct, frozen=True):
    """A cell that holds a formula, and its value."""

    text: str
    value: float


class TemplateSheet(Struct, frozen=True):
    """One input sheet of a template: rows of cells in the order of the schema's columns, None where blank.

    `row_columns` gives, on Settings, the setting of each row: its format, choices and message are those of the Value.
    The title of a group of settings has none.
    """

    sheet: Sheet
    rows: tuple[tuple[object, ...], ...]
    row_columns: tuple[Column | None, ...] = ()


class Template(Struct, frozen=True):
    """The content of a new workbook's input sheets, in the order in which they stand."""

    name: str
    title: str
    sheets: tuple[TemplateSheet, ...]

    def as_raw(self) -> RawWorkbook:
        """Return the template as if its workbook had been read, headers in row 1."""
        return RawWorkbook(
            {part.sheet.id: _raw_table(part) for part in self.sheets},
            tuple(part.sheet.title for part in self.sheets),
        )

    def read(self) -> tuple[Plan | None, tuple[Problem, ...]]:
        """Return the plan that the template's workbook holds, and what a person would be told about it."""
        return build_plan(self.as_raw())


class Guide(Struct, frozen=True):
    """The text of the Guide sheet: what the tool is for, what to do, what each sheet is, and the legend."""

    title: str
    purpose: tuple[str, ...]
    steps: tuple[str, ...]
    sheets: tuple[tuple[str, str], ...]
    legend: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]


def template_names() -> tuple[str, ...]:
    """Return the names of all templates, as `workbook new` takes them."""
    return tuple(sorted(path.stem for path in template_folder().glob("*.yaml") if "settings" in _load(path.stem)))


@cache
def load_template(name: str) -> Template:
    """Load a template by its name. Raises KeyError for an unknown name, ValueError for content that does not fit."""
    if name not in template_names():
        raise KeyError(name)
    content = _load(name)
    sheets = tuple(_sheet(sheet.as_written(), content) for sheet in SHEETS.values())
    unknown = content.keys() - SHEETS.keys() - {"title"}
    if unknown:
        raise ValueError(f"template {name}: no such sheets: {sorted(unknown)}")
    return Template(name, str(content["title"]), sheets)


@cache
def load_guide() -> Guide:
    """Load the text of the Guide sheet; the input sheets' own purposes come first among its sheets."""
    content = _load(GUIDE)
    inputs = [(sheet.title, sheet.purpose) for sheet in SHEETS.values()]
    return Guide(
        title=str(content["title"]),
        purpose=tuple(content["purpose"]),
        steps=tuple(content["steps"]),
        sheets=(*inputs, *content["sheets"].items()),
        legend=tuple(content["legend"].items()),
        rules=tuple(content["rules"]),
    )


@cache
def _load(name: str) -> Mapping[str, Any]:
    content = read_yaml(f"{name}.yaml")
    return content if isinstance(content, dict) else {}


def _sheet(sheet: Sheet, content: Mapping[str, Any]) -> TemplateSheet:
    part = content.get(sheet.id) or {"fields": [], "rows": []}
    fields: list[str] = part["fields"]
    unknown = set(fields) - {column.field for column in sheet.columns}
    if unknown:
        raise ValueError(f"sheet {sheet.id}: no such fields: {sorted(unknown)}")
    rows = [dict(zip(fields, row, strict=True)) for row in part["rows"]]
    if sheet.id in SETTINGS_OF:
        every = tuple(_grouped_settings(sheet.id))
        return TemplateSheet(sheet, _setting_rows(sheet, rows, every), tuple(column for _, column in every))
    return TemplateSheet(sheet, tuple(_in_order(sheet, row) for row in rows))


def _grouped_settings(sheet_id: str) -> Iterator[tuple[str, Column | None]]:
    """Yield the title of each group without a setting, and then its settings."""
    titles = {field: title for title, field in SETTING_GROUPS[sheet_id].items()}
    for column in SETTINGS_OF[sheet_id]:
        if column.field in titles:
            yield titles[column.field], None
        yield column.header, column


def _setting_rows(
    sheet: Sheet, rows: Sequence[Mapping[str, object]], every: Sequence[tuple[str, Column | None]]
) -> tuple[tuple[object, ...], ...]:
    given = {row["setting"]: row for row in rows}
    unknown = given.keys() - {column.header for column in SETTINGS_OF[sheet.id]}
    if unknown:
        raise ValueError(f"no such settings: {sorted(map(str, unknown))}")
    return tuple(_in_order(sheet, _setting_row(name, column, given.get(name, {}))) for name, column in every)


def _setting_row(name: str, column: Column | None, row: Mapping[str, object]) -> dict[str, object]:
    if column is None:
        return {"setting": name}
    value = row.get("value", column.default)
    shown = column.show(value) if column.words and value is not None else value
    return {**row, "value": shown, "setting": name, "unit": column.unit or None, "meaning": column.description}


def _in_order(sheet: Sheet, row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(_cell(row.get(column.field)) for column in sheet.columns)


def _cell(value: object) -> object:
    if not isinstance(value, str) or not value.startswith("="):
        return value
    text, arrow, result = value.partition(_ARROW)
    if not arrow:
        raise ValueError(f"a formula without its value: {value}")
    return Formula(text, float(result))


def _raw_table(part: TemplateSheet) -> RawTable:
    columns = part.sheet.columns
    headers = {number: column.title for number, column in enumerate(columns, 1)}
    formats = {number: column.number_format for number, column in enumerate(columns, 1)}
    rows: dict[int, dict[int, RawCell]] = {}
    for row, cells in enumerate(part.rows, 2):
        setting = part.row_columns[row - 2] if part.row_columns else None
        value_format = setting.number_format if setting else ""
        rows[row] = {
            number: _raw_cell(value, value_format or formats[number])
            for number, value in enumerate(cells, 1)
            if value is not None
        }
    return RawTable(part.sheet.title, headers, rows, 1, 2, max(len(rows) + 1, 2))


def _raw_cell(value: object, number_format: str) -> RawCell:
    if isinstance(value, Formula):
        return RawCell(value.value, number_format, formula=value.text)
    return RawCell(value, number_format)
