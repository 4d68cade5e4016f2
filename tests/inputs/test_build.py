"""A workbook's tables into a plan: what it holds, where it stands, which defaults hold."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workbooks import read_plan, replaced, valid_markdown, valid_workbook, workbook_from_markdown
from workbook.address import Cell
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS, SHEETS


def plan_of(**overrides: str | None) -> Plan:
    plan, problems = read_plan(valid_workbook(**overrides))
    assert plan is not None, problems
    return plan


def test_rows_and_their_places() -> None:
    table = plan_of(Retention="| Dataset | Base size | Retention | Storage tier |\n|-|\n| A | 1 | 2 | disk |").tables[
        "retention"
    ]
    assert (table.title, table.row_numbers, table.first_row, table.last_row) == ("Retention", (2,), 2, 2)
    assert table.column_numbers == {"dataset": 1, "base_size_gb": 2, "retention_days": 3, "storage_tier": 4}
    assert table.cell(0, "base_size_gb") == Cell("Retention", 2, 2)
    assert table.cell(0, "copies") is None


def test_blank_rows_leave_row_numbers_true() -> None:
    table = plan_of(**replaced("Retention", "| Logs ", "|  |\n|  |\n| Logs ")).tables["retention"]
    assert (table.row_numbers, table.first_row, table.last_row) == ((4,), 2, 4)


def test_sheet_title_as_the_person_wrote_it() -> None:
    data = workbook_from_markdown(valid_markdown().replace("## Users", "## USERS"))
    plan, problems = read_plan(data)
    assert plan is not None, problems
    assert plan.tables["users"].title == "USERS"


def test_settings_and_their_cells() -> None:
    plan = plan_of()
    assert plan.settings.plan_start == date(2026, 1, 1)
    assert (plan.settings.horizon_months, plan.timeline.horizon) == (24, 24)
    assert plan.setting_cells["horizon_months"] == Cell("Settings", 4, 2)
    assert "safety_factor" not in plan.setting_cells


def test_every_setting_has_its_default() -> None:
    plan = plan_of(Settings="| Setting | Value |\n| Plan start | 2026-01-01 |")
    for column in SETTINGS:
        assert column.required or (plan.setting(column.field) or None) == (column.default or None)


def test_blank_optional_cells_hold_the_default() -> None:
    """A column without a default gives None, or an empty text."""
    plan = plan_of()
    blank = [
        (sheet_id, column, getattr(row, column.field))
        for sheet_id, table in plan.tables.items()
        for index, row in enumerate(table.rows)
        for column in SHEETS[sheet_id].columns[:-2]  # Source and Notes are no figures of a plan
        if (cell := table.cell(index, column.field)) is None or plan.cells.get(cell) is None
    ]
    assert len({(sheet_id, column.field) for sheet_id, column, _ in blank}) > 40
    wrong = [
        (sheet_id, column.field, value)
        for sheet_id, column, value in blank
        if value not in ((None, "") if column.default is None else (column.default,))
    ]
    assert wrong == []


def test_blank_setting_cell_means_the_default() -> None:
    plan = plan_of(Settings="| Setting | Value |\n| Plan start | 2026-01-01 |\n| Safety factor | |")
    assert plan.settings.safety_factor == 1.5
    assert plan.setting_cells["safety_factor"] == Cell("Settings", 3, 2)
    assert plan.cells[Cell("Settings", 3, 2)] is None


def test_optional_sheets_without_rows_are_left_out() -> None:
    plan = plan_of(Claims="| Claim | Stated |", Events="| Event | First month | Last month | User multiplier |")
    assert not {"claims", "events"} & plan.tables.keys()
    assert plan.rows("claims") == ()
    assert plan.rows("nonsense") == ()


def test_growth_may_be_empty() -> None:
    plan = plan_of(Growth="| Segment | Month | Total growth |")
    assert plan.rows("growth") == ()
    assert plan.tables["growth"].last_row == plan.tables["growth"].first_row - 1


@pytest.mark.parametrize("text", ["last_segment", "Last segment", "LAST  SEGMENT", "last_Segment"])
def test_a_choice_is_read_with_a_blank_for_its_underscore(text: str) -> None:
    plan = plan_of(Settings=f'| Setting | Value |\n| Plan start | 2026-01-01 |\n| Growth beyond anchors | "{text}" |')
    assert plan.settings.growth_beyond_anchors == "last_segment"
    assert plan.setting_spelling == ({} if text == "last_segment" else {"growth_beyond_anchors": text})


def test_spelling_of_enumerations() -> None:
    """A stored text is spelled as the cell spells it, as Excel recalculates it."""
    slas = '| Objective | Kind | Target |\n| A | "queue  depth" | 5 |\n| B | AVAILABILITY | 99 % |'
    settings = '| Setting | Value |\n| Plan start | 2026-01-01 |\n| Headroom mode | " Safety" |'
    plan = plan_of(SLAs=slas, Settings=settings)
    assert plan.tables["slas"].spelling == {(2, "kind"): "queue  depth", (3, "kind"): "AVAILABILITY"}
    assert [row.model_dump()["kind"] for row in plan.rows("slas")] == ["queue depth", "availability"]
    assert plan.settings.headroom_mode == "safety"
    assert plan.setting_spelling == {"headroom_mode": " Safety"}


def test_raw_values_and_formats_for_snapshot_and_claims() -> None:
    plan = plan_of()
    assert plan.cells[Cell("Users", 2, 2)] == 5000
    assert plan.cells[Cell("Components", 3, 5)] is None
    assert plan.formats[Cell("Components", 2, 2)] == "0.0%"
    assert Cell("Users", 2, 7) not in plan.cells


@pytest.mark.parametrize("text", ["#REF!", "=1+1", "TRUE", "12"])
def test_source_and_notes_are_never_a_problem(text: str) -> None:
    assert read_plan(valid_workbook(**replaced("Users", "census", text)))[1] == ()


def test_lower_case_currency_and_header_in_that_currency() -> None:
    settings = "| Setting | Value |\n| Plan start | 2026-01-01 |\n| Currency | eur |"
    plan = plan_of(Settings=settings, **replaced("Rates", "On-demand", "On-demand (EUR)"))
    assert plan.settings.currency == "EUR"


def test_binary_memory_units_follow_the_setting() -> None:
    settings = "| Setting | Value |\n| Plan start | 2026-01-01 |\n| Memory unit base | 1024 |"
    assert plan_of(Settings=settings, **replaced("Rates", "Memory (GB)", "Memory (GiB)"))
    assert plan_of(Settings=settings)
    assert read_plan(valid_workbook(**replaced("Rates", "Memory (GB)", "Memory (GiB)")))[0] is None


def test_references_compare_without_case() -> None:
    assert plan_of(**replaced("Retention", "| Disk ", "| DISK "))


def test_formula_inputs_are_read() -> None:
    plan = plan_of(**replaced("Users", "| 800 ", "| =700+100 -> 800 "))
    assert plan.rows("users")[1].model_dump()["current_users"] == 800


def test_a_percent_above_500_percent_in_percent_format() -> None:
    assert plan_of(**replaced("Growth", "| 125 % ", "| 900 % ")).rows("growth")[1].model_dump()["total_growth"] == 9
