"""The sentence that says how a cost has changed and why."""

from __future__ import annotations

import pytest

from tests.whatif.changes import changed_example, sample
from workbook.history.bridge import ADDED, GONE, Bridge, Step, bridge
from workbook.history.bridge_words import cost_words
from workbook.history.compared import Figure
from workbook.history.rolling.roll import rolled_plan

IDS = {"Months added": ADDED, "Months gone": GONE}


def words(before: float, steps: dict[str, float], materiality: float = 0.05, least: float = 0) -> str:
    """Return the sentence of a year with these steps."""
    found = Bridge(
        {Figure.COST_YEAR: before},
        {Figure.COST_YEAR: before + sum(steps.values())},
        tuple(Step(IDS.get(title, title), title, {Figure.COST_YEAR: amount}) for title, amount in steps.items()),
        (),
        ("FY2026", "FY2027"),
        None,
    )
    settings = sample("erlmcp").settings
    changed = settings.model_copy(update={"materiality": materiality, "materiality_amount": least})
    return cost_words(found, Figure.COST_YEAR, "Budget 2026", changed)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (
            Figure.COST_YEAR,
            "FY2026 costs USD 10.4k (11%) more than Budget 2026: users and growth USD 8.51k, prices USD 2.59k,"
            " usage per user USD 1.81k, partly offset by headroom and resilience USD 2.11k, others USD 431.",
        ),
        (
            Figure.COST_NEXT,
            "FY2027 costs USD 4.9k (2%) less than Budget 2026: stored data USD 21k, headroom and resilience USD 3.21k,"
            " others USD 2.42k, partly offset by users and growth USD 18.6k, usage per user USD 3.14k.",
        ),
        (
            Figure.COST_PLAN,
            "The whole plan costs USD 758k (35%) less than Budget 2026: stored data USD 702k, prices USD 89.5k,"
            " others USD 25.5, partly offset by users and growth USD 34k.",
        ),
    ],
)
def test_the_example(figure: Figure, text: str) -> None:
    found = bridge(sample("erlmcp"), None, changed_example(), {}, None, rolled_plan)
    settings = sample("erlmcp").settings.model_copy(update={"materiality": 0.01})
    assert cost_words(found, figure, "Budget 2026", settings) == text


@pytest.mark.parametrize(
    ("before", "steps", "text"),
    [
        (1000, {}, "FY2026 costs the same as Budget 2026."),
        (1000, {"Prices": 0.001}, "FY2026 costs the same as Budget 2026."),
        (1000, {"Prices": 20}, "FY2026 costs USD 20 (2%) more than Budget 2026; no single step is material."),
        (0, {"Prices": 20}, "FY2026 costs USD 20 more than Budget 2026: prices USD 20."),
        (
            1000,
            {"Prices": 60, "Stored data": -60},
            "FY2026 costs the same as Budget 2026: prices USD 60, offset by stored data USD 60.",
        ),
        (
            1000,
            {"Prices": -80, "Stored data": 30, "Purchasing": 15},
            "FY2026 costs USD 35 (3.5%) less than Budget 2026: prices USD 80, partly offset by others USD 45.",
        ),
        (
            1000,
            {"Prices": 60, "Months added": 400},
            "FY2026, in the months that both have, costs USD 60 (6%) more than Budget 2026: prices USD 60."
            " Months that only this plan has: USD 400.",
        ),
        (
            1000,
            {"Prices": 60, "Months gone": -200},
            "FY2026, in the months that both have, costs USD 60 (7.5%) more than Budget 2026: prices USD 60."
            " Months that only Budget 2026 has: USD 200.",
        ),
    ],
)
def test_other_changes(before: float, steps: dict[str, float], text: str) -> None:
    assert words(before, steps) == text


def test_an_amount_is_material_by_its_share_and_its_size() -> None:
    assert "prices" in words(1000, {"Prices": 50.0}, least=50)
    assert "prices" not in words(1000, {"Prices": 50.0}, least=51)
    assert "prices" not in words(1000, {"Prices": 50.0}, materiality=0.051)
