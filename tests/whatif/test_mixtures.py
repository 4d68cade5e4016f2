"""Plans between two plans: what is kept, what is taken, and what falls out."""

from __future__ import annotations

import pytest

from tests.whatif.changes import sample, varied, with_cell, with_row, with_setting, without_row
from workbook.inputs.input_names import row_name
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SHEETS
from workbook.whatif.alike import renamed, renamed_fleet, renames_of, with_fleet
from workbook.whatif.mixtures import Mixtures
from workbook.whatif.places import ACTIVE_SCENARIO, ALL_SHARES, Place


def meridian() -> Plan:
    return sample("meridian")


def names(plan: Plan, sheet: str) -> set[str]:
    return {row_name(SHEETS[sheet], row) for row in plan.rows(sheet)}


def values(plan: Plan, sheet: str, field: str) -> list[object]:
    return [getattr(row, field) for row in plan.rows(sheet)]


def test_a_cell_is_kept_or_taken() -> None:
    before = meridian()
    now = with_cell(before, "users", "Merchants", "current_users", 4000.0)
    now = with_cell(now, "users", "Merchants", "requests_per_user", 0.2)
    place = Place("users", ("merchants", 1), "current_users")
    mixed = Mixtures(before, now).plan(frozenset({place}))
    assert values(mixed, "users", "current_users") == values(before, "users", "current_users")
    assert values(mixed, "users", "requests_per_user") == values(now, "users", "requests_per_user")


def test_rows_of_a_segment_that_is_not_there_fall_out() -> None:
    now = meridian()
    before = now
    for sheet in ("users", "growth"):
        before = without_row(before, sheet, "Merchants")
    kept = frozenset({Place("users", ("merchants", 1))})
    mixed = Mixtures(before, now).plan(kept)
    assert names(mixed, "users") == names(before, "users")
    assert {str(segment) for segment in values(mixed, "growth", "segment")} == {"Shoppers", "Partner systems"}
    assert names(mixed, "features") == {"Spending insights, Shoppers", "Status notifications, all"}
    assert names(mixed, "events") == {"Launch in Portugal, Shoppers", "Autumn campaign, all"}


def test_a_removed_row_is_there_as_long_as_it_is_kept() -> None:
    before = meridian()
    now = without_row(before, "retention", "Metrics")
    place = Place("retention", ("metrics", 1))
    assert names(Mixtures(before, now).plan(frozenset({place})), "retention") == names(before, "retention")
    assert names(Mixtures(before, now).plan(frozenset()), "retention") == names(now, "retention")


def test_nodes_and_storage_of_either_rate_card_are_always_there() -> None:
    before = with_row(meridian(), "rates", "General 8x32", item="Old 4x16")
    now = with_row(meridian(), "rates", "Fast storage", item="New storage")
    now = without_row(now, "rates", "Monitoring licence")
    everything = {*names(before, "rates"), *names(now, "rates")}
    licence = frozenset({Place("rates", ("monitoring licence, fixed", 1))})
    assert names(Mixtures(before, now).plan(licence), "rates") == everything
    assert names(Mixtures(before, now).plan(frozenset()), "rates") == everything - {"Monitoring licence"}


def test_shares_are_those_of_one_plan() -> None:
    """A component that is not in that plan has none, so that the others share all of the load."""
    before = meridian()
    now = with_cell(without_row(before, "components", "Reporting"), "components", "Gateway", "cpu_share", 0.36)
    reporting = Place("components", ("reporting", 1))
    still_there = Mixtures(before, now).plan(frozenset({reporting}))
    assert values(still_there, "components", "cpu_share")[-1] == 0
    for kept in (frozenset({reporting}), frozenset({reporting, ALL_SHARES})):
        shares = values(Mixtures(before, now).plan(kept), "components", "cpu_share")
        assert sum(float(str(share)) for share in shares) == pytest.approx(1)


def test_the_scenario_is_the_active_one_of_either_plan() -> None:
    before = meridian()
    now = with_setting(before, "active_scenario", "Lean year")
    mixtures = Mixtures(before, now)
    assert values(mixtures.plan(frozenset({ACTIVE_SCENARIO})), "scenarios", "growth_multiplier") == [1]
    assert values(mixtures.plan(frozenset()), "scenarios", "growth_multiplier") == [0.4]


def test_plans_of_one_structure_share_what_they_have_in_common() -> None:
    before, now = meridian(), varied(meridian(), 3)
    mixtures = Mixtures(before, with_setting(now, "safety_factor", 1.4))
    (structure, all_taken), (other, some_kept) = (
        mixtures.frame(kept) for kept in (frozenset(), frozenset({Place("settings", field="safety_factor")}))
    )
    assert structure == other
    assert all(all_taken.columns[key] is column for key, column in some_kept.columns.items())
    assert all_taken.settings["safety_factor"] != some_kept.settings["safety_factor"]


def test_a_renamed_row_is_renamed_wherever_it_is_named() -> None:
    before = meridian()
    now = with_cell(before, "components", "Gateway", "component", "Edge gateway")
    now = with_cell(now, "components", "Edge gateway", "formerly", "gateway")
    now = with_cell(now, "rates", "Fast storage", "item", "NVMe storage")
    now = with_cell(now, "rates", "NVMe storage", "formerly", "Fast storage")
    now = with_cell(now, "scenarios", "Base", "formerly", "Basis")
    renames = renames_of(before, now)
    assert {sheet: names for sheet, names in renames.items() if names} == {
        "components": {"gateway": "Edge gateway"},
        "rates": {"fast storage": "NVMe storage"},
    }
    found = renamed(before, renames)
    assert "Edge gateway" in names(found, "components") & names(found, "resilience")
    assert values(found, "retention", "storage_tier").count("NVMe storage") == 3
    assert "Fast storage" not in names(found, "rates")
    assert renamed_fleet({"gateway": 6, "payments": 4}, renames) == {"edge gateway": 6, "payments": 4}


@pytest.mark.parametrize(("old", "is_still_there"), [("Reporting", True), ("Nobody", False)])
def test_a_name_that_is_still_there_or_never_was_joins_nothing(old: str, is_still_there: bool) -> None:
    before = meridian()
    now = with_row(before, "components", "Reporting", component="Analytics", formerly=old)
    assert (old in names(now, "components")) is is_still_there
    assert renames_of(before, now)["components"] == {}


def test_the_fleet_fills_blanks_alone_or_all() -> None:
    plan = meridian()
    fleet = {"gateway": 9, "notifications": 4}
    assert values(with_fleet(plan, fleet, is_blank_only=True), "components", "current_nodes") == [6, 6, 3, 6, 4, None]
    assert values(with_fleet(plan, fleet, is_blank_only=False), "components", "current_nodes") == [9, 6, 3, 6, 4, None]
