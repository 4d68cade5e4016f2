"""Many plans of one structure as runs of one evaluation: each run has the figures of its plan calculated alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import plan_sample
from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame, side_by_side
from workbook.expr.functions import Array
from workbook.expr.tree import Line
from workbook.model.results import Results

pytestmark = pytest.mark.whole

NUMBERS = (
    ("users", "current_users"), ("users", "requests_per_user"), ("users", "peak_ratio"), ("growth", "total_growth"),
    ("retention", "growth_per_month"), ("retention", "copies"), ("components", "cpu_share"), ("rates", "cores"),
    ("rates", "on_demand"), ("scenarios", "demand_multiplier"), ("seasonality", "index"), ("slas", "target"),
)  # fmt: skip
SETTINGS = ("safety_factor", "dr_buffer", "price_escalation", "alert_margin")
CHOICES = {"dr_combination": ("max", "sum", "stacked", "concurrent"), "headroom_mode": ("max", "product")}


def changed(frame: Frame, seed: int) -> Frame:
    """Return a frame with other numbers and choices in the same structure."""
    random = np.random.default_rng(seed)
    columns = dict(frame.columns)
    for key in NUMBERS:
        columns[key] = columns[key] * random.uniform(0.9, 1.1, len(columns[key]))
    own = {name: frame.settings[name] * random.uniform(0.9, 1.1) for name in SETTINGS}
    chosen = {name: np.array([random.choice(choices)]) for name, choices in CHOICES.items()}
    return replace(frame, columns=columns, settings={**frame.settings, **own, **chosen})


def lines_of(results: Results) -> tuple[Line, ...]:
    return tuple(results.lines.values())


def assert_same(together: Mapping[str, Array], alone: Mapping[str, Array], run: int) -> None:
    for line, value in alone.items():
        runs = together[line]
        found = runs[run : run + 1] if runs.shape[0] > 1 else runs
        if value.dtype.kind == "U":
            assert np.array_equal(found, value), line
        else:  # sums over several runs add in another order
            assert np.allclose(found, value, rtol=1e-12, atol=1e-12, equal_nan=True), line


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_each_run_has_the_figures_of_its_plan(name: str) -> None:
    _, results = plan_sample(name)
    frames = [results.frame, *(changed(results.frame, seed) for seed in range(3))]
    together = evaluate_lines(lines_of(results), side_by_side(frames))
    for run, frame in enumerate(frames):
        assert_same(together, evaluate_lines(lines_of(results), frame), run)


def test_what_no_changed_input_reaches_keeps_one_run() -> None:
    _, results = plan_sample("erlmcp")
    other = replace(results.frame, columns={**results.frame.columns})
    prices = other.columns["rates", "on_demand"]
    frames = (results.frame, replace(other, columns={**other.columns, ("rates", "on_demand"): prices * 2}))
    together = evaluate_lines(lines_of(results), side_by_side(frames))
    assert together["cost.total"].shape[0] == 2
    assert together["nodes.provisioned"].shape[0] == together["users.all"].shape[0] == 1


def test_equal_frames_are_one_run() -> None:
    _, results = plan_sample("erlmcp")
    frame = side_by_side((results.frame, results.frame))
    assert all(column.ndim == 1 for column in frame.columns.values())


def test_other_structures_are_refused() -> None:
    frames = plan_sample("erlmcp")[1].frame, plan_sample("meridian")[1].frame
    with pytest.raises(ValueError, match="structures"):
        side_by_side(frames)


@given(seeds=st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=6))
@settings(max_examples=15, deadline=None)
def test_runs_of_any_numbers(seeds: list[int]) -> None:
    _, results = plan_sample("meridian")
    frames = [changed(results.frame, seed) for seed in seeds]
    together = evaluate_lines(lines_of(results), side_by_side(frames))
    assert_same(together, evaluate_lines(lines_of(results), frames[-1]), len(frames) - 1)
