"""Figures in the sentences of the sheets: few digits, no exponent, and the same in every program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import asdict, replace

from tests.conftest import results_of
from tests.expr.bench import by_office, text, value
from tests.workbooks import read_plan, valid_workbook
from workbook import figures
from workbook.expr.tree import Expr, Number, Ref, Text
from workbook.figures import money_text, short_text, size_text
from workbook.model import audit
from workbook.model.assurance.contradiction_problems import told_apart
from workbook.model.figure_text import count_text, month_text, multiple_text, percent_text, short_lines
from workbook.problems import Code
from workbook.timeline import serial_of

FIGURES = (
    *(0.0, 1e-300, 9e-5, 0.0001, 0.00012, 0.0099999, 0.01, 0.2134, 0.999, 1.0, 13.0, 213.449, 999.994),
    *(1000.0, 97_312.0, 999_949.9, 999_950.0, 999_999.0, 1e6, 1.246e6, 5.5e9, 9.99e14, 1e15, 1e16, 1e24, 1e300),
)


def written(expr: Expr) -> str:
    return str(value(expr)[0][0])


def in_short(figure: float, size: str = "", step: float = 1000) -> Expr:
    """Return what a figure is in short, as one expression instead of the lines that make it."""
    found: dict[str, Any] = {"figure": Number(figure)}
    for line in short_lines(Ref("figure"), "Figure", size=(Text(size), Number(step)) if size else None):
        found[line.id] = _inlined(line.expr, found)
    expr: Expr = found["figure_words"]
    return expr


def _inlined(node: Any, found: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever a tree holds
    if isinstance(node, Ref):
        return found[node.line]
    if isinstance(node, tuple):
        return tuple(_inlined(part, found) for part in node)
    if not isinstance(node, Struct):
        return node
    return replace(node, **{name: _inlined(value, found) for name, value in asdict(node).items()})


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (0.0, "0"),
        (9e-5, "below 0.0001"),
        (0.00213, "0.00213"),
        (0.213, "0.213"),
        (13.0, "13"),
        (999.4, "999"),
        (999.5, "1k"),
        (97_312.0, "97.3k"),
        (123_456.0, "123k"),
        (999_499.0, "999k"),
        (999_500.0, "1M"),
        (1.246e6, "1.25M"),
        (2.46e9, "2.46bn"),
        (9.99e14, "999000bn"),
        (1e16, "over 1000000bn"),
    ],
)
def test_short(figure: float, shown: str) -> None:
    assert (written(in_short(figure)), short_text(figure)) == (shown, shown)
    assert money_text(figure, "USD") == f"USD {shown}"


@pytest.mark.parametrize(
    ("gigabytes", "unit", "shown"),
    [
        (0.5, "GB", "0.5 GB"),
        (484_700.0, "GB", "485 TB"),
        (16.71e6, "GB", "16.7 PB"),
        (999.6, "GB", "1 TB"),
        (1024.0, "GiB", "1 TiB"),
        (1000.0, "GiB", "0.977 TiB"),
        (3 * 1024.0**3, "GiB", "3 EiB"),
    ],
)
def test_a_size_is_in_the_largest_unit_that_it_fills(gigabytes: float, unit: str, shown: str) -> None:
    step = 1024 if unit == "GiB" else 1000
    assert (written(in_short(gigabytes, unit, step)), size_text(gigabytes, unit)) == (shown, shown)


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(0.0, "0%"), (0.534, "53%"), (-0.05, "-5%"), (0.125, "13%"), (20.926, "2093%"), (9.7e304, "over 10000%")],
)
def test_a_percentage(ratio: float, shown: str) -> None:
    assert (written(percent_text(Number(ratio))), figures.percent_text(ratio)) == (shown, shown)


@pytest.mark.parametrize(
    ("multiple", "shown"),
    [(1.0, "1×"), (2.14, "2.1×"), (9.96, "10×"), (12.4, "12×"), (2093.0, "2090×"), (1e5, "over 10000×")],
)
def test_a_multiple(multiple: float, shown: str) -> None:
    assert (written(multiple_text(Number(multiple))), figures.multiple_text(multiple)) == (shown, shown)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_has_its_english_name(month: int) -> None:
    day = date(2027, month, 1)
    assert written(month_text(Number(serial_of(day)))) == figures.month_text(day) == f"{day:%b %Y}"


@pytest.mark.parametrize(("count", "shown"), [(0, "0 nodes"), (1, "1 node"), (2, "2 nodes")])
def test_one_of_something_is_singular(count: int, shown: str) -> None:
    assert written(count_text(Number(count), "node")) == shown


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_no_figure_has_an_exponent_or_reaches_its_next_unit(figure: float) -> None:
    for shown in (written(in_short(figure)), written(percent_text(Number(figure)))):
        assert re.fullmatch(r"(below |over )?[0-9]+(\.[0-9]+)?(k|M|bn|%)?", shown), shown
        assert shown not in ("1000", "1000k", "1000M")
    assert written(in_short(figure)) == short_text(figure)


def _texts(figure: float) -> tuple[Expr, ...]:
    number = Number(figure)
    return in_short(figure), in_short(figure, "GiB", 1024), percent_text(number), multiple_text(number)


@pytest.mark.office
def test_libreoffice_writes_the_same_texts() -> None:
    exprs = [expr for figure in FIGURES for expr in _texts(figure)]
    exprs += [month_text(Number(serial_of(date(2027, month, 1)))) for month in range(1, 13)]
    assert by_office([text(expr) for expr in exprs]) == [written(expr) for expr in exprs]


def test_json_names_the_milestones_of_a_line() -> None:
    printed = results_of("erlmcp").line_json("milestone.users")
    assert printed["milestones"] == ["Now", "3 months", "6 months", "12 months", "24 months", "Horizon"]
    assert "milestones" not in results_of("erlmcp").line_json("users.total")


@pytest.mark.parametrize(
    ("found", "limit", "unit", "shown"),
    [
        (0.9, 0.9000001, "ratio", ("90%", "90.00001%")),
        (0.899999999, 0.9, "ratio", ("89.9999999%", "90%")),
        (0.9, 0.9, "ratio", ("90%", "90%")),
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
