"""What speaks against comparing a version with now, as coded problems."""

from __future__ import annotations

import pytest

from tests.whatif.changes import sample, with_cell, with_rows, without_row
from workbook.history.comparable import look_alikes, other_currency, unusable_version
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Severity


def meridian() -> Plan:
    return sample("meridian")


def found(now: Plan) -> list[tuple[str, str]]:
    return [(str(problem.where), problem.seen) for problem in look_alikes(meridian(), now)]


def test_a_new_row_that_looks_like_one_that_is_gone() -> None:
    now = with_cell(meridian(), "rates", "Fast storage", "item", "NVMe storage")
    now = with_cell(now, "rates", "NVMe storage", "on_demand", 0.1)
    (problem,) = look_alikes(meridian(), now)
    assert (problem.code, problem.severity) == (Code.ROWS_LOOK_ALIKE, Severity.INFO)
    assert "'Fast storage'" in problem.message
    assert "Formerly" in problem.remedy


def test_a_row_that_is_joined_by_formerly_does_not_look_alike() -> None:
    now = with_cell(meridian(), "rates", "Fast storage", "item", "NVMe storage")
    assert found(with_cell(now, "rates", "NVMe storage", "formerly", "Fast storage")) == []


@pytest.mark.parametrize(("changed", "count"), [(2, 1), (3, 0)])
def test_four_columns_in_five_agree(changed: int, count: int) -> None:
    """A segment has 14 columns apart from its name, so two may differ."""
    now = with_cell(meridian(), "users", "Merchants", "segment", "Sellers")
    for field in ("current_users", "requests_per_user", "load_factor")[:changed]:
        now = with_cell(now, "users", "Sellers", field, 0.7)
    assert len(found(now)) == count


def test_an_item_of_another_kind_does_not_look_alike() -> None:
    now = with_cell(meridian(), "rates", "Monitoring licence", "item", "Monitoring link")
    assert len(found(now)) == 1
    assert found(with_cell(now, "rates", "Monitoring link", "kind", "network")) == []


def test_each_row_that_is_gone_is_named_once() -> None:
    now = with_cell(meridian(), "slas", "Median response", "objective", "Median")
    twin = now.rows("slas")[0].model_copy(update={"objective": "Middle"})
    assert len(found(with_rows(now, "slas", (*now.rows("slas"), twin)))) == 1
    assert found(without_row(meridian(), "slas", "Median response")) == []


def test_one_currency_is_no_problem() -> None:
    assert other_currency(meridian().settings.currency, meridian()) is None


def test_errors_of_a_version_are_counted() -> None:
    errors = (Problem(Code.SHARES_NOT_WHOLE, "the first", "Components!B2"), Problem(Code.UNKNOWN_NAME, "the second"))
    problem = unusable_version("Budget 2026", errors, "Version inputs")
    assert "2 errors" in problem.message
    assert problem.seen == "Components!B2: the first"
