"""Lines that an earlier version wrote under another id: references follow them, and claims may name them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, results_of
from tests.workbooks import read_plan, valid_workbook
from workbook import renames
from workbook.model import audit, calculate
from workbook.renames import renamed_lines, today

FIRST = (Path(__file__).parents[1] / "golden" / "lines_of_0_1.txt").read_text().split()
CLAIMS = """
| Claim | Stated | Line | Item |
| Staff | 5000 | old.users | Staff |
"""


def ids() -> frozenset[str]:
    return frozenset(line for path in SAMPLES.glob("*.xlsx") for line in results_of(path.stem).lines)


def test_every_line_of_the_first_version_is_a_line_still_or_says_what_became_of_it() -> None:
    assert len(FIRST) == 514
    assert [line for line in FIRST if line not in ids() and line not in renamed_lines()] == []


def test_what_a_line_became_is_a_line() -> None:
    became = {old: new for old, new in renamed_lines().items() if old not in ids() and new}
    assert [old for old, new in became.items() if new not in ids()] == []


def test_a_line_that_exists_is_never_taken_for_another() -> None:
    assert today("reserved.baseline", {"reserved.baseline"}) == "reserved.baseline"
    assert today("reserved.baseline", {"reserved.nodes"}) == "reserved.nodes"
    assert today("service.station", {"reserved.nodes"}) == "service.station"
    assert today("cost.total", ()) == "cost.total"


def with_renamed(monkeypatch: pytest.MonkeyPatch, lines: Mapping[str, str | None]) -> None:
    monkeypatch.setattr(renames, "renamed_lines", lambda: lines)
    monkeypatch.setattr("workbook.model.assurance.claims.renamed_lines", lambda: lines)


def test_a_claim_may_name_a_line_by_its_former_id(monkeypatch: pytest.MonkeyPatch) -> None:
    with_renamed(monkeypatch, {"old.users": "users.total"})
    plan, problems = read_plan(valid_workbook(Claims=CLAIMS))
    assert plan is not None, problems
    assert calculate(plan).value("claim.recomputed", 0) == 5000


def test_a_claim_about_a_line_that_is_gone_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with_renamed(monkeypatch, {"old.users": None})
    plan, problems = read_plan(valid_workbook(Claims=CLAIMS))
    assert plan is not None, problems
    assert "of an earlier version does not exist any more" in str([*audit(plan)])
