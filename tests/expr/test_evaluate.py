"""Each kind of node into arrays, on the bench's shops, deliveries, halls and months."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.expr import bench
from tests.expr.bench import frame, value
from workbook.expr.evaluate import evaluate, evaluate_lines
from workbook.expr.frame import Scope
from workbook.expr.tree import (
    BLANK,
    Above,
    AsOfRun,
    AtLeast,
    AtMonth,
    Below,
    Cumulative,
    Expr,
    Group,
    Input,
    Joined,
    Label,
    LargeWhere,
    LastOfGroup,
    Line,
    Lookup,
    MonthNumber,
    Moved,
    Number,
    Parent,
    Peak,
    PerItem,
    Picked,
    Position,
    Reduce,
    Ref,
    Sequence,
    Setting,
    SumBetween,
    SumColumnWhere,
    SumOfProducts,
    SumWhere,
    Tally,
    Text,
    call,
    if_,
    total,
)

CASES: dict[str, tuple[Expr, tuple[str, ...], list[list[Any]]]] = {
    "number": (Number(2.5), (), [[2.5]]),
    "text": (Text("a"), (), [["a"]]),
    "blank": (BLANK, (), [[None]]),
    "setting": (Setting("rate"), (), [[0.25]]),
    "input": (Input("shops", "size"), ("shop",), [[3], [7]]),
    "input with a default": (Input("shops", "rent"), ("shop",), [[0.5], [2]]),
    "input that is blank": (Input("shops", "spare"), ("shop",), [[None], [4]]),
    "label": (Label("shop"), ("shop",), [["North"], ["South"]]),
    "label without a table": (Label("hall"), ("hall",), [["A"], ["B"]]),
    "reference": (Ref("load"), ("shop", "month"), [[3, 6, 9], [7, 14, 21]]),
    "constant over items and months": (Ref("two"), ("shop", "month"), [[2, 2, 2], [2, 2, 2]]),
    "sign": (-Ref("two"), (), [[-2]]),
    "operator": (Ref("size") * Ref("time.month"), ("shop", "month"), [[0, 3, 6], [0, 7, 14]]),
    "call": (call("MAX", Ref("size"), 5, 6), ("shop",), [[6], [7]]),
    "choice of a blank among texts": (if_(Ref("size") > 5, BLANK, "small"), ("shop",), [["small"], [None]]),
    "sum over items": (total("shop", "load"), ("month",), [[10, 20, 30]]),
    "sum over months": (total("month", "load"), ("shop",), [[18], [42]]),
    "sum over billed months": (Reduce("SUM", "billed", Ref("load")), ("shop",), [[9], [21]]),
    "least of blanks and numbers": (Reduce("MIN", "month", Ref("even")), (), [[10]]),
    "number of filled months": (Reduce("COUNT", "month", Ref("even")), (), [[2]]),
    "second largest month": (Reduce("LARGE", "month", Ref("load"), (Number(2),)), ("shop",), [[6], [14]]),
    "sum over no items": (total("nobody", "nobody"), (), [[0]]),
    "running sum": (Cumulative(Ref("load")), ("shop", "month"), [[3, 9, 18], [7, 21, 42]]),
    "sum where a text matches": (
        SumWhere("delivery", Ref("of_shop"), (Label("shop"), Text("all")), Ref("parcel")),
        ("shop", "month"),
        [[0, 7, 14], [0, 11, 22]],
    ),
    "sum where a month matches": (SumWhere("month", Ref("time.month"), (Ref("two"),), Ref("even")), (), [[20]]),
    "sum where a month fits, of the parent": (
        SumWhere("month", Ref("time.month"), (Ref("two"),), Parent(Ref("load"))), ("delivery",), [[9], [9], [21]]),
    "largest month where a blank does not fit": (
        LargeWhere(Ref("even"), Number(10), Ref("load"), Number(1)), ("shop",), [[6], [14]]),
    "largest month of each one's kind": (
        LargeWhere(Ref("half"), Ref("half"), Ref("load"), Number(1)), ("shop", "month"), [[6, 6, 9], [14, 14, 21]]),
    "beyond the months of its kind": (
        LargeWhere(Ref("half"), Ref("half"), Ref("load"), Number(2)), ("shop", "month"), [[3, 3, 0], [7, 7, 0]]),
    "sum where over no items": (SumWhere("nobody", Ref("nobody"), (Number(1),), Ref("nobody")), (), [[0]]),
    "sum of products": (SumOfProducts(Ref("load"), Ref("time.month")), ("shop",), [[24], [56]]),
    "peak of some months": (Peak(Ref("load"), Number(0), Ref("two") - 1), ("shop",), [[6], [14]]),
    "peak of no month": (Peak(Ref("load"), Number(2), Number(1)), ("shop",), [[0], [0]]),
    "sum of some months": (SumBetween(Ref("load"), Number(1), Ref("two")), ("shop",), [[15], [35]]),
    "sum of no month": (SumBetween(Ref("load"), Number(2), Number(1)), ("shop",), [[0], [0]]),
    "sum of the two months up to each": (SumBetween(Ref("load"), Ref("time.month") - 1, Ref("time.month")),
                                         ("shop", "month"), [[3, 9, 15], [7, 21, 35]]),
    "first of a scale at least": (AtLeast("delivery", Ref("weight"), Ref("size") - 1), ("shop",), [[2], [11]]),
    "first of a scale, met exactly": (AtLeast("delivery", Ref("weight"), Number(5)), (), [[5]]),
    "rank in a scale": (Below("delivery", Ref("weight"), Ref("size")), ("shop",), [[1], [2]]),
    "rank of an item among its own": (Below("delivery", Ref("weight"), Ref("weight")), ("delivery",), [[0], [1], [2]]),
    "line at a place": (Picked("delivery", Ref("weight"), Ref("two")), ("shop",), [[5], [5]]),
    "monthly line at a place of each row": (Picked("shop", Ref("load"), if_(Ref("weight") > 5, 2, 1)),
                                            ("delivery", "month"), [[3, 6, 9], [3, 6, 9], [7, 14, 21]]),
    "text at a place": (Picked("delivery", Ref("of_shop"), Number(2)), (), [["North"]]),
    "line of the parent": (Parent(Ref("size")), ("delivery",), [[3], [3], [7]]),
    "monthly line of the parent": (Parent(Ref("load")), ("delivery", "month"), [[3, 6, 9], [3, 6, 9], [7, 14, 21]]),
    "line of the parent that has no items": (Parent(Ref("two")), ("delivery",), [[2], [2], [2]]),
    "product of a group": (Group("PRODUCT", "delivery", Ref("weight")), ("shop",), [[10], [11]]),
    "row above, within the group": (Above(Ref("weight"), Number(-1)), ("delivery",), [[-1], [2], [-1]]),
    "last of the group": (LastOfGroup(Number(1), Ref("weight")), ("delivery",), [[2], [1], [1]]),
    "an expression an item": (PerItem("hall", (("A", Ref("time.month")), ("B", Number(8)))), ("hall", "month"),
                              [[0, 1, 2], [8, 8, 8]]),
    "an expression a milestone": (PerItem("milestone", (("Now", Ref("size")), ("End", Number(8)))),
                                  ("shop", "milestone"), [[3, 8], [7, 8]]),
    "a chosen month": (AtMonth(Ref("load"), Ref("two")), ("shop",), [[9], [21]]),
    "a chosen month of the parent": (AtMonth(Parent(Ref("load")), Ref("two")), ("delivery",), [[9], [9], [21]]),
    "the first month of the parent": (AtMonth(Parent(Ref("load")), Number(0)), ("delivery",), [[3], [3], [7]]),
    "a month beyond the last": (AtMonth(Ref("load"), Number(99)), ("shop",), [[9], [21]]),
    "position": (Position("shops", Text("south")), (), [[2]]),
    "optional position": (Position("shops", Label("hall"), optional=True), ("hall",), [[0], [0]]),
    "look-up": (Lookup("shops", "size", Number(2)), (), [[7]]),
    "look-up of text": (Lookup("shops", "kind", Number(1)), (), [["big"]]),
    "look-up that found no row gives the default": (Lookup("shops", "rent", Number(0)), (), [[2]]),
    "sum of a column": (Tally("SUM", "shops", "size"), (), [[10]]),
    "count of a column": (Tally("COUNT", "shops", "spare"), (), [[1]]),
    "sum of a column where": (SumColumnWhere("SUMIF", "deliveries", "month", Number(2), "weight"), (), [[16]]),
    "count of a column where": (SumColumnWhere("COUNTIF", "deliveries", "month", Ref("time.month")), ("month",),
                                [[0, 1, 2]]),
    "month number": (MonthNumber(), ("month",), [[0, 1, 2]]),
    "sequence": (Sequence("weight", Number(2026)), ("delivery",), [[2026], [2027], [2028]]),
    "moved since the run": (Moved("rows"), ("shop",), [[0], [0]]),
    "as of the run": (AsOfRun("searched"), (), [[0.25]]),
    "date": (call("EDATE", Setting("start"), Ref("time.month")), ("month",), [[46023, 46054, 46082]]),
    "year and month of a date": (call("YEAR", Setting("start")) * 100 + call("MONTH", Setting("start")), (),
                                 [[202601]]),
    "date of a blank": (call("EDATE", Setting("start"), BLANK), (), [[None]]),
    "year of a blank": (call("YEAR", BLANK), (), [[None]]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_node_into_an_array(name: str) -> None:
    expr, dimensions, expected = CASES[name]
    assert value(expr, *dimensions) == expected


@pytest.mark.parametrize(
    ("expr", "dimensions", "message"),
    [
        (Ref("load"), ("month",), "does not fit"),
        (Ref("load"), ("shop",), "does not fit"),
        (Ref("weight"), ("shop",), "does not fit"),
        (Input("shops", "size"), ("delivery",), "has no row"),
        (Position("shops", Text("East")), (), "is not in shops"),
        (call("SUM", Number(1)), (), "not defined for single values"),
        (Reduce("ROUND", "month", Ref("even")), (), "not defined for ranges"),
        (Tally("ABS", "shops", "size"), (), "not defined for columns"),
    ],
)
def test_what_cannot_be_meant_raises(expr: Expr, dimensions: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        value(expr, *dimensions)


def test_an_unknown_function_raises() -> None:
    with pytest.raises(KeyError):
        value(call("IFERROR", Number(1), Number(2)))


def test_lines_have_the_shape_of_their_dimensions() -> None:
    values = evaluate_lines(tuple(reversed(bench.LINES.values())), frame())
    assert {name: array.shape for name, array in values.items()} == {
        "time.month": (1, 1, 3), "size": (1, 2, 1), "kind": (1, 2, 1), "weight": (1, 3, 1), "of_shop": (1, 3, 1),
        "load": (1, 2, 3), "parcel": (1, 3, 3), "even": (1, 1, 3), "half": (1, 1, 3), "two": (1, 1, 1),
        "hall": (1, 2, 1), "word": (1, 1, 1), "nobody": (1, 0, 1),
    }  # fmt: skip


def test_a_joined_item_takes_the_row_that_it_belongs_to() -> None:
    lines = bench.LINES
    values = evaluate_lines(tuple(lines.values()), frame())
    for joins, expected in (((1, -1, 0), [7, 9, 3]), ((-1, -1, -1), [9, 9, 9])):
        joined = replace(frame(), joins={("delivery", "shop"): joins})
        found = evaluate(Joined("shop", Ref("size"), Number(9)), Scope("delivery", ""), lines, values, joined)
        assert found[0, :, 0].tolist() == expected


def test_a_group_for_no_item_is_empty() -> None:
    values = evaluate_lines(tuple(bench.LINES.values()), frame())
    found = evaluate(Group("SUM", "delivery", Ref("weight")), Scope("nobody", ""), bench.LINES, values, frame())
    assert found.shape == (1, 0, 1)


def test_a_constant_line_fills_its_months() -> None:
    line = Line("flat", "", "", ("shop", "month"), Number(4))
    assert evaluate_lines((line,), frame())["flat"].tolist() == [[[4, 4, 4], [4, 4, 4]]]


def test_settings_of_many_runs_run_side_by_side() -> None:
    many = frame()
    runs = {**many.settings, "rate": np.array([0.25, 0.5, 1.0])}
    lines = {"rate": Line("rate", "", "", (), Setting("rate"))}
    found = evaluate_lines(tuple(lines.values()), replace(many, settings=runs))
    assert found["rate"].tolist() == [[[0.25]], [[0.5]], [[1.0]]]
    scaled = evaluate(Ref("rate") * 2, Scope("shop", "month"), lines, found, many)
    assert scaled.shape == (3, 2, 3)
