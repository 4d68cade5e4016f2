"""Chances drawn by key: goldens, one run in each slot, and how far the keys of a group move together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.expr.functions import Array
from workbook.whatif.draws import Sampling, chances

EIGHT = Sampling(runs=8)
GOLDEN = {
    "Users · erlmcp users · Current users": (
        (0.713555, 0.401700, 0.849401, 0.557030, 0.974611, 0.290760, 0.006737, 0.206542)
    ),
    "Growth · erlmcp users, month 12 · Total growth": (
        (0.215755, 0.883156, 0.799679, 0.434984, 0.110943, 0.275145, 0.689260, 0.539825)
    ),
}


def ranks(drawn: Array) -> Array:
    return np.asarray(np.floor(drawn * len(drawn)))


def rank_correlation(sampling: Sampling, group: str = "x") -> float:
    pair = [ranks(chances(sampling, key, group)) for key in ("a", "b")]
    return float(np.corrcoef(pair)[0, 1])


@pytest.mark.parametrize("key", GOLDEN)
def test_draws_of_a_key(key: str) -> None:
    assert chances(EIGHT, key) == pytest.approx(GOLDEN[key], abs=5e-7)


@given(st.text(max_size=20), st.integers(0, 2**31 - 1), st.integers(1, 300), st.sampled_from(["", "x"]))
def test_each_slot_has_one_run(key: str, seed: int, runs: int, group: str) -> None:
    drawn = chances(Sampling(runs, seed, 0.5), key, group)
    assert sorted(ranks(drawn)) == list(range(runs))
    assert ((drawn >= 0) & (drawn < 1)).all()


def test_other_seeds_and_keys_draw_anew() -> None:
    drawn = chances(EIGHT, "a")
    assert (chances(EIGHT, "a") == drawn).all()
    assert (chances(EIGHT, "b") != drawn).all()
    assert (chances(Sampling(8, 2), "a") != drawn).all()


def test_keys_of_a_group_move_together() -> None:
    half = Sampling(correlation=0.5)
    assert rank_correlation(half) == pytest.approx(0.492849, abs=5e-7)
    assert rank_correlation(half) == pytest.approx(6 / math.pi * math.asin(0.25), abs=0.02)
    assert rank_correlation(half, group="") == pytest.approx(0.020873, abs=5e-7)
    assert rank_correlation(Sampling(correlation=0.95)) == pytest.approx(0.945, abs=0.01)


def test_a_group_without_correlation_is_none() -> None:
    assert (chances(EIGHT, "a", "x") == chances(EIGHT, "a")).all()


def test_a_group_moves_ranks_and_not_what_is_within_a_slot() -> None:
    alone, together = (chances(Sampling(100, correlation=0.5), "a", group) for group in ("", "x"))
    assert (ranks(alone) != ranks(together)).any()
    assert alone * 100 % 1 == pytest.approx(together * 100 % 1, abs=1e-9)


@pytest.mark.parametrize("sampling", [Sampling(0), Sampling(10, correlation=1.1), Sampling(10, correlation=-0.1)])
def test_what_is_no_sample(sampling: Sampling) -> None:
    with pytest.raises(ValueError, match="not a sample"):
        chances(sampling, "a")
