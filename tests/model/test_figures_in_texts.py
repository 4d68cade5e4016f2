"""Figures in the sentences of the sheets: few digits, no exponent, and the same in every program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import results_of
from tests.expr.bench import by_office, text, value
from tests.workbooks import read_plan, valid_workbook
from workbook.expr.tree import Expr, Number, Ref
from workbook.model import audit
from workbook.model.assurance.contradiction_problems import told_apart
from workbook.model.board.insights import percent, short
from workbook.problems import Code

FIGURES = (
    *(0.0, 1e-300, 9e-5, 0.0001, 0.00012, 0.0099999, 0.01, 0.2134, 0.999, 1.0, 13.0, 213.449, 999.994),
    *(1000.0, 97_312.0, 999_949.9, 999_950.0, 999_999.0, 1e6, 1.246e6, 5.5e9, 9.99e14, 1e15, 1e16, 1e24, 1e300),
)


def written(expr: Expr) -> str:
    return str(value(expr)[0][0])


def in_short(figure: float) -> Expr:
    """Return what a figure is in short, as one expression instead of the lines that make it."""
    found: dict[str, Any] = {"figure": Number(figure)}
    for line in short(Ref("figure"), "Figure"):
        found[line.id] = _inlined(line.expr, found)
    expr: Expr = found["figure_words"]
    return expr


def _inlined(node: Any, found: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever a tree holds
    if isinstance(node, Ref):
        return found[node.line]
    if isinstance(node, tuple):
        return tuple(_inlined(part, found) for part in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    return replace(node, **{field.name: _inlined(getattr(node, field.name), found) for field in fields(node)})


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (0.0, "0"),
        (9e-5, "below 0.0001"),
        (0.00213, "0.00213"),
        (0.213, "0.213"),
        (13.0, "13"),
        (97_312.0, "97.3 k"),
        (999_940.0, "999.9 k"),
        (999_950.0, "1 M"),
        (1.246e6, "1.25 M"),
        (9.99e14, "999000000 M"),
        (1e16, "over 1000000000 M"),
    ],
)
def test_short(figure: float, shown: str) -> None:
    assert written(in_short(figure)) == shown


def test_a_percentage_of_next_to_nothing_is_bounded() -> None:
    assert [written(percent(Number(ratio))) for ratio in (0.534, 9.7e304)] == ["53 %", "over 100000000 %"]


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_no_figure_has_an_exponent_or_reaches_its_next_unit(figure: float) -> None:
    for shown in (written(in_short(figure)), written(percent(Number(figure)))):
        assert re.fullmatch(r"(below |over )?[0-9]+(\.[0-9]+)?( [kM%])?", shown), shown
        assert shown != "1000 k"


@pytest.mark.office
def test_libreoffice_writes_the_same_texts() -> None:
    exprs = [expr for figure in FIGURES for expr in (in_short(figure), percent(Number(figure)))]
    assert by_office([text(expr) for expr in exprs]) == [written(expr) for expr in exprs]


def test_json_names_the_milestones_of_a_line() -> None:
    printed = results_of("erlmcp").line_json("milestone.users")
    assert printed["milestones"] == ["Now", "3 months", "6 months", "12 months", "24 months", "Horizon"]
    assert "milestones" not in results_of("erlmcp").line_json("users.total")


@pytest.mark.parametrize(
    ("found", "limit", "unit", "shown"),
    [
        (0.9, 0.9000001, "ratio", ("90 %", "90.00001 %")),
        (0.899999999, 0.9, "ratio", ("89.9999999 %", "90 %")),
        (0.9, 0.9, "ratio", ("90 %", "90 %")),
        (1e16, 2.0, "cores", ("10,000,000,000,000,000", "2")),
        (9e-5, 1.0, "s", ("0.00009", "1")),
        (None, 2.0, "cores", ("blank", "2")),
    ],
)
def test_two_figures_that_differ_read_differently(
    found: float | None, limit: float, unit: str, shown: tuple[str, str]
) -> None:
    assert told_apart(found, limit, unit) == shown


def test_a_node_that_no_catalogue_offers_is_asked_for_by_what_is_needed() -> None:
    rates = (
        "| Item | Kind | Cores | Memory (GB) | On-demand |\n| Large | node | 4 | 16 | 0.2 |\n| Disk | storage | | | 1 |"
    )
    components = """
| Component | Memory per node | CPU share (%) | Memory share (%) | Node type |
| core      | 1000000         | 100 %         | 100 %            | Large     |
"""
    plan, problems = read_plan(valid_workbook(Rates=rates, Components=components))
    assert plan is not None, problems
    found = [problem for problem in audit(plan) if problem.code is Code.NODE_TOO_SMALL]
    assert [problem.expected for problem in found] == [
        "a node of 1,250,000 GB of usable memory or more in Components!E2"
    ]
