"""The first half of the mutations that every run of the tests makes; `fuzz.py` makes as many as are wanted."""

from __future__ import annotations

import pytest

from tests.slow.hostile.fuzz import assert_all_told

pytestmark = pytest.mark.fuzz


@pytest.mark.parametrize("first", range(0, 5000, 500))
def test_every_mutation_is_planned_or_told(first: int) -> None:
    assert_all_told("suite", range(first, first + 500))
