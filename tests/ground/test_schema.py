"""Every column of every input sheet says all that a person and the tool need to know."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import pytest
from msgspec.structs import replace
from pydantic import Field

from workbook.inputs.sheets.registry import MODELS, SETTINGS, SHEETS
from workbook.schema import Column, Header, Row, columns_of, show

EVERY_COLUMN = [
    *((sheet.id, column) for sheet in SHEETS.values() for column in sheet.columns),
    *(("a setting", column) for column in SETTINGS),
]
IDS = [f"{where}-{column.field}" for where, column in EVERY_COLUMN]


class Fruit(Row):
    name: Annotated[str, Header("Fruit", kind="name", example="Pear", is_key=True)]
    """What
    it is."""

    weight: Annotated[float | None, Header("Weight", "s", example=2), Field(gt=0, le=9)] = None
    """How heavy."""

    colour: Annotated[Literal["red", "green"], Header("Colour", example="red")] = "red"
    """How it looks."""

    ripe: Annotated[float, Header("Ripe", "%", kind="percent", example=0.5), Field(ge=0, le=1)] = 0.25
    """How many of them are."""


class Wordy(Row):
    told: Annotated[str, Header("Told")] = ""
    """xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx
    xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx
    xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx."""


@pytest.mark.parametrize(("where", "column"), EVERY_COLUMN, ids=IDS)
def test_every_column_is_described(where: str, column: Column) -> None:
    assert column.description.endswith(".")
    assert column.example is not None
    assert not column.cell_message.endswith("…"), "cut: Excel shows 255 characters"


@pytest.mark.parametrize(("where", "column"), EVERY_COLUMN, ids=IDS)
def test_defaults_and_examples_are_allowed(where: str, column: Column) -> None:
    for value in (column.example, column.default):
        if column.choices and value is not None:
            assert str(value) in column.choices
        elif column.is_numeric and value is not None:
            assert isinstance(value, int | float)
            assert column.minimum is None or value >= column.minimum
            assert column.maximum is None or value <= column.maximum


@pytest.mark.parametrize(("where", "column"), EVERY_COLUMN, ids=IDS)
def test_no_header_repeats_its_unit(where: str, column: Column) -> None:
    """The unit of a table's column stands in parentheses behind its header, that of a setting in a cell of its own."""
    if where == "a setting":
        assert column.title == column.header
    else:
        assert not column.unit or f"({column.unit})" not in column.header


def test_sheets_stand_in_the_order_of_the_contract() -> None:
    assert [sheet.title for sheet in SHEETS.values()] == [
        "Settings", "Users", "Growth", "Features", "Seasonality", "Events", "Retention", "SLAs", "Components",
        "Resilience", "Rates", "Budget", "Scenarios", "Ranges", "Operations", "Load profile", "Claims", "Actuals",
    ]  # fmt: skip
    optional = {
        "Features",
        "Seasonality",
        "Events",
        "Budget",
        "Ranges",
        "Operations",
        "Load profile",
        "Claims",
        "Actuals",
    }
    assert {sheet.title for sheet in SHEETS.values() if not sheet.required} == optional


@pytest.mark.parametrize("sheet_id", SHEETS)
def test_a_sheet_is_described_and_no_two_columns_have_one_header(sheet_id: str) -> None:
    assert len({column.header for column in SHEETS[sheet_id].columns}) == len(SHEETS[sheet_id].columns)
    assert SHEETS[sheet_id].purpose.endswith(".")
    assert MODELS[sheet_id].__doc__


def test_structural_inputs() -> None:
    structural = {(where, column.field) for where, column in EVERY_COLUMN if column.is_structural}
    assert {("a setting", "plan_start"), ("a setting", "horizon_months"), ("rates", "kind")} <= structural
    assert ("a setting", "fiscal_year_start") in structural
    assert {("users", "segment"), ("growth", "segment"), ("slas", "kind")} <= structural
    assert ("users", "current_users") not in structural


def test_a_field_yields_its_column() -> None:
    name, weight, colour, ripe, *shared = columns_of(Fruit)
    assert (name.description, name.is_key, name.required, name.kind) == ("What it is.", True, True, "name")
    assert (weight.title, weight.minimum, weight.is_minimum_exclusive) == ("Weight (s)", 0, True)
    assert weight.error_text == "Weight must be above 0 and at most 9 s"
    assert weight.cell_message == "How heavy. Allowed: above 0 and at most 9. May stay blank."
    assert (colour.kind, colour.choices, colour.default) == ("choice", ("red", "green"), "red")
    assert ripe.cell_message == "How many of them are. Allowed: 0% to 100%. Blank means 25%."
    assert [column.header for column in shared] == ["Source", "Notes"]
    assert name.cell_message == "What it is. Allowed: text."
    assert (weight.number_format, ripe.number_format, name.number_format) == ("General", "0.0%", "General")


def test_a_message_too_long_for_excel_is_cut() -> None:
    column = next(column for column in columns_of(Wordy) if column.field == "told")
    assert len(column.cell_message) == 255
    assert column.cell_message.endswith("…")


def test_a_unit_is_left_out_of_a_plain_title() -> None:
    weight = columns_of(Fruit)[1]
    assert replace(weight, has_plain_title=True).title == "Weight"


def test_unknown_field_of_a_sheet() -> None:
    with pytest.raises(KeyError):
        SHEETS["users"].column("shoe_size")


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.2, "percent", "20%"),
        (0.29, "percent", "29%"),
        (5000.0, "number", "5000"),
        (0.002, "number", "0.002"),
        (True, "number", "TRUE"),
        (date(2026, 1, 31), "date", "2026-01-31"),
        ("x", "text", "x"),
    ],
)
def test_show(value: object, kind: str, text: str) -> None:
    assert show(value, kind) == text
