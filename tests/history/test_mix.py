"""Price, volume and mix: the worked example, a case by hand, and what only one of the two plans has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.conftest import plan_file, results_of
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.history.approved_files import VERSION, approved_file, changed_since, plan_in
from tests.whatif.changes import sample, varied, with_cell, with_row, with_setting, without_row
from workbook.expr.evaluate import evaluate_lines
from workbook.expr.functions import numbers, texts
from workbook.expr.tree import AsOfRun, Line
from workbook.history.calculate import calculate
from workbook.history.lines import mix
from workbook.inputs.plan import Plan
from workbook.model.results import Results

pytestmark = pytest.mark.whole

NODES = (224, 244, 23739.6, 2119.607143, 144.387122, -8.294265, 25995.3)
STORAGE = (298809.668377, 279219.638743, 7931.909307, -520.017773, 69.447092, -530.925331, 6950.413294)
SHOWN = ("quantity_before", "quantity_now", "cost_before", "volume", "mix", "price", "cost_now")
CATEGORIES = ("Nodes", "Storage", "Network", "Fixed")


def figures(results: Results, row: str, period: str = "year", names: tuple[str, ...] = SHOWN) -> list[object]:
    place = results.items("pvm.unit").index(row)
    return [results.value(f"pvm.{name}_{period}", place) for name in names]


def part(results: Results, row: str, name: str, period: str = "year") -> float:
    (value,) = figures(results, row, period, (name,))
    return float(str(value))


def assert_sums(results: Results) -> None:
    """Each row adds up, and the categories come to what the comparison by category says."""
    for period in mix.PERIODS:
        for row in results.items("pvm.unit"):
            volume, of_mix, price, change = (
                part(results, row, name, period) for name in ("volume", "mix", "price", "change")
            )
            if row.split(":")[0] != "Fixed":
                assert volume + of_mix + price == pytest.approx(change, abs=1e-6), (row, period)
        for place, category in enumerate(CATEGORIES):
            compared = results.value(f"variance.change_{period}", place)
            assert part(results, category, "change", period) == pytest.approx(compared, abs=1e-6), (category, period)


@pytest.fixture
def example(tmp_path: Path) -> Results:
    return calculate(changed_since(tmp_path / "plan.xlsx"))


def test_the_example(example: Results) -> None:
    assert figures(example, "Nodes") == pytest.approx(NODES, abs=1e-6)
    assert figures(example, "Storage") == pytest.approx(STORAGE, abs=1e-6)
    assert_sums(example)
    units = dict(zip(example.items("pvm.unit"), (example.value("pvm.unit", k) for k in range(99)), strict=False))
    assert [units[category] for category in CATEGORIES] == ["node-months", "GB-months", "GB", None]


def test_fixed_items_are_a_change_only(example: Results) -> None:
    assert figures(example, "Fixed: Licence") == [0, 0, 0, 0, 0, 0, 3000]
    assert part(example, "Fixed", "change") == 3000
    assert part(example, "Fixed", "volume", "plan") == 0


def test_by_hand() -> None:
    """A: 100 at 10, then 120 at 11; b: 50 at 20, then 30 at 21; c: new, 30 at 15."""
    amounts = {
        "quantity_before": (100.0, 50.0, 0.0),
        "quantity_now": (120.0, 30.0, 30.0),
        "cost_before": (1000.0, 1000.0, 0.0),
        "cost_now": (1320.0, 630.0, 450.0),
    }
    found = _divided(amounts)
    assert found == {"volume": pytest.approx(400), "mix": pytest.approx(-150), "price": pytest.approx(150)}


@pytest.mark.parametrize(
    ("before", "now", "volume", "of_mix", "price"),
    [
        # All of a category that is new is volume; what is gone takes its cost with it.
        (((0, 0), (0, 0)), ((5, 50), (1, 9)), 59, 0, 0),
        (((5, 50), (1, 9)), ((0, 0), (0, 0)), -59, 0, 0),
        # Paid for without a quantity, as reserved nodes are: still no amount is lost.
        (((10, 100), (0, 30)), ((10, 100), (0, 40)), 0, 10, 0),
        (((10, 100), (5, 50)), ((10, 100), (0, 20)), -50, 0, 20),
        (((10, 100), (5, 100)), ((5, 50), (10, 200)), 0, 50, 0),
    ],
)
def test_parts_that_are_not_there(
    before: tuple[tuple[int, int], ...], now: tuple[tuple[int, int], ...], volume: float, of_mix: float, price: float
) -> None:
    quantity, cost = ([tuple(float(pair[k]) for pair in side) for side in (before, now)] for k in (0, 1))
    found = _divided(
        {"quantity_before": quantity[0], "quantity_now": quantity[1], "cost_before": cost[0], "cost_now": cost[1]}
    )
    assert found == {"volume": pytest.approx(volume), "mix": pytest.approx(of_mix), "price": pytest.approx(price)}
    assert sum(found.values()) == pytest.approx(sum(cost[1]) - sum(cost[0]))


def _divided(amounts: Mapping[str, tuple[float, ...]]) -> dict[str, float]:
    """Return what the formulas of one category make of amounts."""
    given = {f"billed.{name}_year": numbers(values) for name, values in amounts.items()}
    count = len(amounts["cost_now"])
    found = {**given, mix.CATEGORY: texts(["Nodes"] * count), "billed.quantity_key": texts(["nodes|a"] * count)}
    wanted = [f"billed.{name}_year" for name in (*mix.PARTS, "old_price", "every_before", "every_now")]
    lines = {line.id: line for line in mix.lines(has_measured=False)}
    plain = [Line(name, lines[name].title, lines[name].unit, mix.EACH, AsOfRun(name)) for name in found]
    frame = replace(
        results_of("erlmcp").frame, items={mix.ITEM: tuple("abc"[:count])}, found=found, joins={}, tables={}, rows={}
    )
    values = evaluate_lines([*plain, *(lines[name] for name in wanted)], frame)
    return {name: float(values[f"billed.{name}_year"].sum()) for name in mix.PARTS}


def meridian_since(path: Path, now: Plan) -> Results:
    """Return another plan of meridian compared with the sample, as it was approved."""
    kept = plan_in(approved_file(path, name="meridian")).kept
    return calculate(replace(with_setting(now, "compare_with", VERSION), kept=kept))


def test_what_is_new_what_is_gone_and_what_is_renamed(tmp_path: Path) -> None:
    now = with_cell(sample("meridian"), "retention", "Metrics", "dataset", "Samples")
    now = with_cell(now, "retention", "Samples", "formerly", "Metrics")
    now = without_row(now, "retention", "Audit log")
    now = with_row(now, "retention", "Backups", dataset="Copies")
    now = without_row(now, "rates", "Monitoring licence")
    results = meridian_since(tmp_path / "plan.xlsx", now)
    storage = [row for row in results.items("pvm.unit") if row.startswith("Storage: ")]
    names = ("Transactions", "Application logs", "Samples", "Backups", "Copies", "Audit log")
    assert storage == [f"Storage: {name}" for name in names]
    assert part(results, "Storage: Samples", "quantity_before") == pytest.approx(
        part(results, "Storage: Samples", "quantity_now")
    )
    assert figures(results, "Storage: Copies", names=("quantity_before", "cost_before", "price")) == [0, 0, 0]
    assert figures(results, "Storage: Audit log", names=("quantity_now", "cost_now")) == [0, 0]
    assert part(results, "Storage: Audit log", "cost_before") > 0
    assert part(results, "Fixed: Monitoring licence", "change") < 0
    assert_sums(results)


def test_closed_months_are_left_out_on_both_sides(tmp_path: Path) -> None:
    shut, months = with_cell(sample("meridian"), "users", "Merchants", "current_users", 3500.0), (4, 5)
    for month in months:
        shut = with_row(shut, "actuals", date(2026, 3, 1), month=date(2026, month, 1))
    results = meridian_since(tmp_path / "plan.xlsx", shut)
    nodes = results.values["nodes.provisioned"][0].sum(axis=0)
    assert results.value("closed.month") == len(months) - 1
    assert part(results, "Nodes", "quantity_now", "plan") == nodes[len(months) : -1].sum()
    assert_sums(results)


def test_a_longer_plan_counts_its_further_months_as_volume(tmp_path: Path) -> None:
    before = sample("meridian")
    horizon = before.timeline.horizon + 6
    now = with_setting(before, "horizon_months", horizon)
    results = meridian_since(tmp_path / "plan.xlsx", replace(now, timeline=replace(now.timeline, horizon=horizon)))
    assert part(results, "Network", "volume", "plan") > 0
    assert part(results, "Network", "volume") == 0
    assert_sums(results)


@pytest.mark.parametrize("seed", range(6))
def test_parts_sum_for_random_plans(seed: int, tmp_path: Path) -> None:
    assert_sums(meridian_since(tmp_path / "plan.xlsx", varied(sample("meridian"), seed)))


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_engines_recalculate_the_sheet(engine: str, tmp_path: Path) -> None:
    path = approved_file(
        tmp_path / "plan.xlsx",
        ("users", "erlmcp users", "current_users", 5400),
        ("retention", "Backups", "dataset", "Copies"),
        ("rates", "node 6x16", "on_demand", 0.33),
    )
    plan_file(path)
    data, sheets = path.read_bytes(), ("Bridge", "Bridge workings")
    cells = formulas(data, sheets)
    assert len(cells) > 1000
    theirs = stored_values(ENGINES[engine](poisoned(data)), sheets)
    assert differences(stored_values(data, sheets), theirs, cells) == []
