"""Every column and setting drives a line, names items or is checked; any other says that it is not used yet."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.history.approved import measured_plan
from workbook import export
from workbook.export.records import Alert
from workbook.expr import tree
from workbook.history import bridge_words
from workbook.inputs import named_inputs, ranges
from workbook.inputs.checks import rows
from workbook.inputs.sheets.registry import MODELS, SETTING_MODELS, SETTINGS, SHEETS
from workbook.model import dimensions, lines_of
from workbook.model.assurance import claims
from workbook.schema import Column, NamedRow
from workbook.whatif import alike, at_risk

NEVER_COMPUTED = ("source", "notes")
OTHERWISE: dict[tuple[str, str], ModuleType] = {
    ("growth", "segment"): dimensions,
    ("slas", "kind"): dimensions,
    ("rates", "kind"): dimensions,
    ("rates", "unit"): rows,
    ("claims", "item"): claims,
    **{("ranges", name): named_inputs for name in ("sheet", "row", "column")},
    **{("ranges", name): ranges for name in ("low", "high", "means", "shape", "moves_with")},
    **{(sheet.id, "formerly"): alike for sheet in SHEETS.values() if issubclass(MODELS[sheet.id], NamedRow)},
}
"""What is read by code that is no line: it chooses rows, groups or joins them, or is only checked."""
OF_BRIDGES = {"materiality", "materiality_amount"}
"""Settings that say what a bridge names."""
OF_DRAWS = {"simulation_runs", "simulation_seed", "correlation"}
"""Settings that say how ranges are drawn."""
_SOURCES = "".join(file.read_text(encoding="utf-8") for file in Path(export.__file__).parent.rglob("*.py"))
FOR_EXPORT = {
    *(("settings", name) for name in re.findall(r"\b(?:options|operations|own|self)\.(\w+)", _SOURCES)),
    *(("slas", name) for name in Alert.__struct_fields__),
}
"""What exported files are made of, beside lines."""
COLUMNS = [
    (sheet.id, column)
    for sheet in SHEETS.values()
    for column in sheet.columns
    if sheet.id not in SETTING_MODELS and column.field not in NEVER_COMPUTED
]


def _read(node: tree.Expr) -> Iterator[tuple[str, str]]:
    match node:
        case tree.Input(table, field) | tree.Lookup(table, field) | tree.Tally(_, table, field):
            yield table, field
        case tree.SumColumnWhere():
            yield from ((node.table, node.field), (node.table, node.key_field))
        case tree.Setting(field):
            yield "settings", field
    for child in tree.children(node):
        yield from _read(child)


@cache
def read_by_lines() -> set[tuple[str, str]]:
    lines = (*lines_of(frozenset(SHEETS)).values(), *measured_plan().lines.values())
    return {found for line in lines for found in _read(line.expr)}


def _names_items(sheet: str, column: Column) -> bool:
    names = SHEETS[sheet].key or SHEETS[sheet].columns[0].field
    return sheet in dimensions.DIMENSIONS.values() and column.field == names


def _says_unused(column: Column) -> bool:
    return "not used yet" in column.description.casefold()


@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=[f"{sheet}.{column.field}" for sheet, column in COLUMNS])
def test_a_column_is_used_or_says_that_it_is_not(sheet: str, column: Column) -> None:
    key = (sheet, column.field)
    is_used = key in read_by_lines() | FOR_EXPORT or key in OTHERWISE or _names_items(sheet, column)
    assert is_used != _says_unused(column)


@pytest.mark.parametrize("column", SETTINGS, ids=[column.field for column in SETTINGS])
def test_a_setting_is_used_or_says_that_it_is_not(column: Column) -> None:
    is_used = ("settings", column.field) in read_by_lines() | FOR_EXPORT or column.field in {*OF_BRIDGES, *OF_DRAWS}
    assert is_used != _says_unused(column)


@pytest.mark.parametrize("field", sorted(OF_BRIDGES))
def test_what_bridges_read_is_read_there(field: str) -> None:
    assert f"settings.{field}" in inspect.getsource(bridge_words)


@pytest.mark.parametrize("field", sorted(OF_DRAWS))
def test_what_draws_read_is_read_there(field: str) -> None:
    assert f"settings.{field}" in inspect.getsource(at_risk)


@pytest.mark.parametrize(("key", "module"), OTHERWISE.items())
def test_what_is_read_otherwise_is_read_there(key: tuple[str, str], module: ModuleType) -> None:
    assert key not in read_by_lines()
    source = inspect.getsource(module)
    assert f".{key[1]}" in source or f'"{key[1]}"' in source
