"""Which inputs moved between two plans: by name, with what they were and are in words, and their driver."""

from __future__ import annotations

import pytest

from tests.whatif.changes import (
    changed_example,
    sample,
    with_cell,
    with_row,
    with_rows,
    with_setting,
    without_row,
)
from workbook.inputs.plan import Plan
from workbook.whatif.drivers import Driver
from workbook.whatif.moved import Moved, moved_inputs


def meridian() -> Plan:
    return sample("meridian")


def said(before: Plan, now: Plan) -> list[tuple[str, ...]]:
    """Return sheet, row, column, what was and is, and the change, of what moved."""
    return [(one.sheet, one.row, one.column, one.was, one.now, one.change) for one in moved_inputs(before, now)]


def drivers(before: Plan, now: Plan) -> list[Driver | None]:
    return [one.driver for one in moved_inputs(before, now)]


def test_the_example() -> None:
    assert said(sample("erlmcp"), changed_example()) == [
        ("Settings", "DR buffer", "", "30%", "20%", "−33%"),
        ("Users", "erlmcp users", "Current users", "5,000", "5,400", "+8%"),
        ("Users", "erlmcp users", "CPU per request", "0.002 s", "0.0024 s", "+20%"),
        ("Users", "erlmcp users", "Memory per session", "10 MB", "11 MB", "+10%"),
        ("Growth", "erlmcp users", "Total growth", "month 12: 100%", "month 12: 120%", "changed"),
        ("Retention", "Logs", "Growth per month", "30%", "27%", "−10%"),
        ("Rates", "node 6x16", "On-demand", "0.3", "0.33", "+10%"),
        ("Rates", "Object storage", "On-demand", "0.023", "0.021", "−8.7%"),
        ("Rates", "Licence", "", "–", "–", "row added"),
    ]


def test_a_plan_has_not_moved_from_itself_or_from_its_rows_in_another_order() -> None:
    plan = meridian()
    assert moved_inputs(plan, plan) == ()
    assert moved_inputs(plan, with_rows(plan, "rates", plan.rows("rates")[::-1])) == ()


def test_the_second_row_of_one_name_is_found_as_its_second() -> None:
    before = with_row(meridian(), "events", "Autumn campaign", first_month=19, last_month=19)
    now = with_cell(before, "events", "Autumn campaign", "user_multiplier", 1.2, lambda row: _month(row) == 19)
    (moved,) = moved_inputs(before, now)
    assert moved.place.row == ("autumn campaign, all", 2)
    assert (moved.row, moved.was, moved.now) == ("Autumn campaign, all", "User multiplier 1.1", "User multiplier 1.2")


def _month(row: object) -> int:
    return int(getattr(row, "first_month"))  # noqa: B009


def test_a_curve_is_one_input_a_segment() -> None:
    before = meridian()
    now = with_cell(before, "growth", "Shoppers", "total_growth", 0.4, lambda row: getattr(row, "month", 0) == 12)
    now = with_row(now, "growth", "Shoppers", month=30, total_growth=0.9)
    assert said(before, now) == [
        ("Growth", "Shoppers", "Total growth", "month 12: 30%", "month 12: 40%, month 30: 90%", "changed")
    ]


def test_seasons_are_one_input() -> None:
    before = meridian()
    now = without_row(with_cell(before, "seasonality", 12, "index", 1.3), "seasonality", 2)
    assert said(before, now) == [
        ("Seasonality", "", "Index", "month 2: 0.9, month 12: 1.24", "month 12: 1.3", "changed"),
    ]


def test_shares_are_one_input() -> None:
    before = meridian()
    now = with_cell(before, "components", "Gateway", "cpu_share", 0.26)
    now = with_cell(now, "components", "Payments", "cpu_share", 0.32)
    assert said(before, now) == [
        (
            "Components",
            "",
            "CPU share and Memory share",
            "Gateway 28% and 16%, Payments 30% and 34%",
            "Gateway 26% and 16%, Payments 32% and 34%",
            "changed",
        )
    ]
    assert drivers(before, now) == [Driver.MIX]


@pytest.mark.parametrize(
    ("sheet", "name", "driver"),
    [
        ("users", "Support staff", Driver.VOLUME),
        ("events", "Autumn campaign", Driver.VOLUME),
        ("features", "Instant refunds", Driver.USAGE),
        ("retention", "Metrics", Driver.DATA),
        ("resilience", "Card network", Driver.POLICY),
        ("components", "Reporting", Driver.MIX),
        ("rates", "Monitoring licence", Driver.PRICE),
        ("rates", "Archive storage", None),
        ("scenarios", "Lean year", None),
        ("slas", "Median response", None),
    ],
)
def test_rows_belong_to_a_driver(sheet: str, name: str, driver: Driver | None) -> None:
    before = meridian()
    removed = _of_rows(moved_inputs(before, without_row(before, sheet, name)))
    added = _of_rows(moved_inputs(without_row(before, sheet, name), before))
    assert [(one.change, one.driver) for one in (*removed, *added)] == [("row removed", driver), ("row added", driver)]


def _of_rows(moved: tuple[Moved, ...]) -> list[Moved]:
    return [one for one in moved if one.change.startswith("row")]


@pytest.mark.parametrize(("active", "driver"), [("Fast growth", Driver.PRICE), ("Base", None)])
def test_a_multiplier_counts_where_its_row_is_active(active: str, driver: Driver | None) -> None:
    before = with_setting(meridian(), "active_scenario", active)
    now = with_cell(before, "scenarios", "Fast growth", "price_multiplier", 1.1)
    assert drivers(before, now) == [driver]


def test_a_multiplier_of_another_scenario_is_part_of_the_change_of_scenario() -> None:
    before = meridian()
    now = with_cell(before, "scenarios", "Fast growth", "price_multiplier", 1.1)
    now = with_setting(now, "active_scenario", "Fast growth")
    assert drivers(before, now) == [Driver.SCENARIO, None]


def test_what_drives_nothing_is_listed_without_a_driver() -> None:
    before = meridian()
    now = with_setting(with_cell(before, "users", "Merchants", "internal_bandwidth_mbps", 0.5), "budget", 170000.0)
    assert drivers(before, now) == [None, None]


def test_remarks_are_no_inputs() -> None:
    before = meridian()
    now = with_cell(before, "users", "Merchants", "notes", "counted again")
    assert moved_inputs(before, with_cell(now, "users", "Merchants", "formerly", "Dealers")) == ()
