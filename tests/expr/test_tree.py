"""The nodes as plain values, the traps that they close, and the order of lines."""

from __future__ import annotations

import pytest

from workbook.expr import tree
from workbook.expr.tree import (
    BLANK,
    Binary,
    Call,
    Expr,
    Input,
    Line,
    Lookup,
    Number,
    Operand,
    PerItem,
    Reduce,
    Ref,
    SumWhere,
    Text,
    Unary,
    children,
    eq,
    if_,
    in_order,
    references,
    walk,
)

ONE, A, B = Number(1), Ref("a"), Ref("b")


def _line(name: str, expr: Expr) -> Line:
    return Line(name, name, "–", (), expr)


def test_equality_compares_trees_and_builds_none() -> None:
    assert (A + 1 == A + 1) is True
    assert (A + 1 == A + 2) is False
    assert (A != B) is True
    assert eq(A, B) == Binary("=", A, B)
    assert len({A + 1, A + 1, A + 2}) == 2


def test_a_tree_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(A < B)
    with pytest.raises(TypeError, match="no truth value"):
        bool(Number(0))
    with pytest.raises(TypeError, match="no truth value"):
        _ = 0 < A < 2  # would ask for the truth of the first half


def test_a_truth_value_is_no_operand() -> None:
    with pytest.raises(TypeError, match="no operand"):
        A + True
    with pytest.raises(TypeError, match="no operand"):
        if_(True, A, B)


def test_nodes_are_frozen() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        A.line = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (A + 1, Binary("+", A, ONE)),
        (1 + A, Binary("+", ONE, A)),
        (A - 1, Binary("-", A, ONE)),
        (1 - A, Binary("-", ONE, A)),
        (A * 1, Binary("*", A, ONE)),
        (1 * A, Binary("*", ONE, A)),
        (A / 1, Binary("/", A, ONE)),
        (1 / A, Binary("/", ONE, A)),
        (A**1, Binary("^", A, ONE)),
        (A & "x", Binary("&", A, Text("x"))),
        (-A, Unary("-", A)),
        (A < 1, Binary("<", A, ONE)),
        (A <= 1, Binary("<=", A, ONE)),
        (A > 1, Binary(">", A, ONE)),
        (A >= 1, Binary(">=", A, ONE)),
        (tree.is_blank(A), Binary("=", A, BLANK)),
        (tree.total("shop", "a"), Reduce("SUM", "shop", A)),
        (tree.largest(A, 1), Call("MAX", (A, ONE))),
        (tree.smallest(A, 1), Call("MIN", (A, ONE))),
        (tree.any_of(A < 1), Call("OR", (A < 1,))),
        (tree.all_of(A < 1), Call("AND", (A < 1,))),
        (tree.ceiling(A), Call("ROUNDUP", (Call("ROUND", (A, Number(9))), Number(0)))),
        (tree.whole(A), Call("INT", (Call("ROUND", (A, Number(9))),))),
        (if_(A < 1, "x", BLANK), Call("IF", (A < 1, Text("x"), BLANK))),
    ],
)
def test_operators_build_nodes(built: Operand, expected: Expr) -> None:
    assert built == expected


def test_references_reach_into_every_node() -> None:
    expr = (
        if_(A < 1, SumWhere("month", Ref("key"), (Ref("value"),), Ref("body")), -Ref("signed"))
        + PerItem("hall", (("A", Ref("first")), ("B", Reduce("LARGE", "month", Ref("second"), (Ref("rank"),)))))
        + Lookup("shops", "rent", Ref("place"))
        + Input("shops", "size")
    )
    assert references(expr) == {"a", "key", "value", "body", "signed", "first", "second", "rank", "place"}


def test_children_come_in_the_order_in_which_they_are_held() -> None:
    assert list(children(SumWhere("month", Ref("k"), (A, B), Ref("x")))) == [Ref("k"), A, B, Ref("x")]
    assert list(children(PerItem("hall", (("A", A), ("B", B))))) == [A, B]
    assert list(children(ONE)) == []
    assert [type(part) for part in walk(-(A + 1))] == [Unary, Binary, Ref, Number]


def test_lines_stand_behind_what_they_name() -> None:
    lines = (_line("a", B + Ref("c")), _line("b", Ref("c") * 2), _line("c", ONE))
    assert [line.id for line in in_order(lines)] == ["c", "b", "a"]
    assert in_order(()) == ()


def test_a_circle_is_found() -> None:
    with pytest.raises(ValueError, match="circle of lines through a"):
        in_order((_line("a", B + 1), _line("b", Ref("c") + 1), _line("c", A + 1)))
    with pytest.raises(ValueError, match="circle of lines through a"):
        in_order((_line("a", A + 1),))


def test_two_lines_of_one_id_are_found() -> None:
    with pytest.raises(ValueError, match="two lines have one id"):
        in_order((_line("a", ONE), _line("a", Number(2))))


def test_a_line_that_does_not_exist_is_found() -> None:
    with pytest.raises(KeyError):
        in_order((_line("a", Ref("nowhere")),))


def test_dimensions_are_an_item_and_an_axis() -> None:
    assert Line("a", "", "", ("shop", "month"), ONE).item == "shop"
    assert Line("a", "", "", ("shop", "month"), ONE).axis == "month"
    assert Line("a", "", "", ("shop",), ONE).axis == ""
    assert Line("a", "", "", ("milestone",), ONE).item == ""
    assert Line("a", "", "", (), ONE).axis == ""
