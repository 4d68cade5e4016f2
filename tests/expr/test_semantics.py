"""Where Excel and Python mean different things by the same signs: each pinned, against engines that are not ours."""

from __future__ import annotations

from itertools import product

import pytest

from tests.expr import bench
from tests.expr.bench import ERROR
from workbook.expr.tree import (
    BLANK,
    Binary,
    Cumulative,
    Expr,
    Input,
    Lookup,
    Number,
    Position,
    Reduce,
    Ref,
    Setting,
    Text,
    Unary,
    all_of,
    any_of,
    call,
    ceiling,
    eq,
    if_,
    is_blank,
    total,
    whole,
)

TWO, THREE = Number(2), Number(3)

SHEET_READS = {
    "a sign binds tighter than a power": ("=-2^2", 4),
    "a power reads from the left": ("=2^3^2", 64),
    "a blank cell counts 0 in a sum": ("=In!E9+1", 1),
    "a blank cell equals an empty text": ('=IF(In!E9="",1,2)', 1),
    "a blank has no average": ("=AVERAGE(In!E9)", ERROR),
    "a text is compared without case": ('="Fast"="fAST"', True),
    "a text is found without case": ("=MATCH(\"NORTH\",In!$A$2:$A$4,0)", 1),
    "a root of a negative number is an error": ("=LN(-1)", ERROR),
    "a division by zero is an error": ("=1/0", ERROR),
}  # fmt: skip
"""What the signs mean in a sheet, and so what no printer may rely on."""

TREES: dict[str, tuple[Expr, object]] = {
    "minus a square": (Unary("-", TWO**2), -4),
    "the square of a negative": ((-TWO) ** 2, 4),
    "a difference from a negative": (THREE - (-TWO), 5),
    "twice negated": (Unary("-", -TWO), 2),
    "a power of a power, right": (TWO ** (THREE**2), 512),
    "a power of a power, left": ((TWO**3) ** 2, 64),
    "round half up": (call("ROUND", 2.5, 0), 3),
    "round half away from zero": (call("ROUND", -2.5, 0), -3),
    "round half with a digit": (call("ROUND", -0.25, 1), -0.3),
    "round below half": (call("ROUND", -2.4999, 0), -2),
    "round 2.675 as it is written": (call("ROUND", 2.675, 2), 2.68),
    "round 1.005 as it is written": (call("ROUND", 1.005, 2), 1.01),
    "round 0.285 as it is written": (call("ROUND", -0.285, 2), -0.29),
    "round beyond the digits of a float": (call("ROUND", 1000000.0000000005, 9), 1000000),
    "round up what is written whole": (call("ROUNDUP", Number(0.07) * 100, 0), 7),
    "round up with a digit": (call("ROUNDUP", 1.1, 1), 1.1),
    "round up away from zero": (call("ROUNDUP", -2.1, 0), -3),
    "round up a whole number": (call("ROUNDUP", -2.0, 0), -2),
    "a ceiling without noise": (ceiling(THREE / 0.3), 10),
    "a ceiling of noise above": (ceiling(Number(0.07) * 100), 7),
    "a ceiling of noise below": (ceiling(Number(0.29) * 100), 29),
    "a ceiling of more than noise": (ceiling(Number(7.000001)), 8),
    "a whole part of noise below": (whole(Number(0.29) * 100), 29),
    "a whole part of noise above": (whole(Number(0.07) * 100), 7),
    "a whole part of a negative": (call("INT", -2.5), -3),
    "a remainder has the sign of the divisor": (call("MOD", -3, 2), 1),
    "a remainder of months before the first": (call("MOD", Number(1) - 4, 12), 9),
    "a comparison of sums": (if_(Number(1) + 3 < TWO + 2, 1, 0), 0),
    "a comparison of sums with equality": (if_(Number(1) + 3 <= TWO + 2, 1, 0), 1),
    "a sum of sums": (Number(10) - (THREE - TWO), 9),
    "texts alike": (if_(eq(Setting("mode"), "fast"), 1, 0), 1),
    "texts not alike": (if_(eq(Setting("mode"), "faster"), 1, 0), 0),
    "a text in a line": (if_(eq(Ref("word"), "FAST"), 1, 0), 1),
    "a blank is a blank": (if_(is_blank(BLANK), 1, 0), 1),
    "a number is no blank": (if_(is_blank(Ref("two")), 1, 0), 0),
    "zero is no blank": (if_(is_blank(Number(0)), 1, 0), 0),
    "no text equals a number": (if_(eq(Text("2"), Ref("two")), 1, 0), 0),
    "a blank or a number": (if_(Ref("two") > 1, BLANK, 1), None),
    "a sum skips blanks": (Reduce("SUM", "month", Ref("even")), 30),
    "a count skips blanks": (Reduce("COUNT", "month", Ref("even")), 2),
    "a least skips blanks": (Reduce("MIN", "month", Ref("even")), 10),
    "billed months leave out the last": (Reduce("SUM", "billed", Ref("time.month")), 1),
    "a whole number joined has no point": (Text("n = ") & Ref("two") & "!", "n = 2!"),
    "a fraction joined": (Text("") & Number(0.25), "0.25"),
    "joined after a sum": (Text("n") & (Ref("two") + 1), "n3"),
    "all of": (if_(all_of(Ref("two") > 1, Ref("two") > 2), 1, 0), 0),
    "any of": (if_(any_of(Ref("two") > 1, Ref("two") > 2), 1, 0), 1),
    "none of": (if_(call("NOT", Ref("two") > 1), 1, 0), 0),
    "a branch that is not taken may fail": (if_(Ref("two") > 1, 1, Number(1) / (Ref("two") - 2)), 1),
    "a name is found without case": (Position("shops", Text("SOUTH")), 2),
    "an optional name that is not there": (Position("shops", Text("East"), optional=True), 0),
    "a default where the cell found is blank": (Lookup("shops", "rent", Number(2)), 2),
    "the cell found where it is filled": (Lookup("shops", "rent", Number(1)), 0.5),
    "nothing has the sum 0": (total("nobody", "nobody"), 0),
    "the setting that has no cell": (Setting("gone"), 9),
    "the largest but one": (Reduce("LARGE", "month", Ref("time.month"), (TWO,)), 1),
}


def _value(expr: Expr) -> object:
    return bench.value(expr)[0][0]


@pytest.mark.parametrize("name", SHEET_READS)
def test_a_sheet_reads_it_so(name: str) -> None:
    formula, expected = SHEET_READS[name]
    assert bench.same(bench.by_package([formula], bench.cells())[0], expected)


@pytest.mark.parametrize("name", TREES)
def test_a_tree_means_the_same_here_and_there(name: str) -> None:
    expr, expected = TREES[name]
    assert bench.same(_value(expr), expected)
    assert bench.same(bench.by_package([bench.text(expr)], bench.cells())[0], expected)


@pytest.mark.office
def test_libreoffice_reads_all_of_it_so() -> None:
    read = [*SHEET_READS.values(), *((bench.text(expr), expected) for expr, expected in TREES.values())]
    pairs = [(bench.text(tree), _value(tree)) for tree in _pairs()]
    found = bench.by_office([text for text, _ in read + pairs], bench.cells())
    wrong = [
        (text, theirs, expected)
        for (text, expected), theirs in zip(read + pairs, found, strict=True)
        if not bench.same(expected, theirs)
    ]
    assert wrong == []


ARITHMETIC = ("+", "-", "*", "/", "^")
COMPARISONS = ("=", "<", "<=", ">", ">=")


def _pairs() -> list[Expr]:
    """Return every pair of operators, nested on either side, with operands of either sign."""
    trees: list[Expr] = []
    operands = (Number(8), Number(4), Number(2))  # fractions that are joined to texts differ between engines
    for outer, inner in product((*ARITHMETIC, *COMPARISONS, "&"), ARITHMETIC):
        for a, b, c in (operands, (-operands[0], operands[1], -operands[2])):
            trees.append(Binary(outer, Binary(inner, a, b), c))
            # A root of a negative number is an error, and so tells nothing about parentheses.
            trees.append(Binary(outer, operands[0] if outer == "^" else a, Binary(inner, b, c)))
    for operator in ARITHMETIC:
        trees.append(Unary("-", Binary(operator, operands[0], operands[1])))
        trees.append(Binary(operator, Unary("-", operands[0]), operands[1]))
        trees.append(Binary(operator, operands[0], Unary("-", operands[1])))
    trees.append(Binary("=", Text("a") & "b", Text("A") & Text("B")))
    trees.append(Text("a") & (Text("b") & "c"))
    return trees


def test_every_pair_of_operators_keeps_its_parentheses() -> None:
    trees = _pairs()
    texts = [bench.text(tree) for tree in trees]
    theirs = bench.by_package(texts)
    wrong = [(text, _value(tree), found) for tree, text, found in zip(trees, texts, theirs, strict=True)
             if not bench.same(_value(tree), found)]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize(
    ("expr", "printed"),
    [
        (Number(1) + 2 + 3, "=1+2+3"),
        (Number(1) + (Number(2) + 3), "=1+(2+3)"),  # floats do not associate
        (Number(1) - (Number(2) - 3), "=1-(2-3)"),
        (Number(6) / (Number(3) * 2), "=6/(3*2)"),
        (Number(6) / 3 * 2, "=6/3*2"),
        ((Number(1) + 2) * 3, "=(1+2)*3"),
        (-(TWO**2), "=-(2^2)"),
        ((-TWO) ** 2, "=(-2)^2"),
        (TWO ** (-THREE), "=2^-3"),
        ((TWO**3) ** 2, "=(2^3)^2"),
        (Unary("-", -TWO), "=-(-2)"),
        (if_(Number(1) + 2 < 3, 1, 0), "=IF(1+2<3,1,0)"),
        (Text("a") & (Number(1) + 2), '="a"&1+2'),
        (Cumulative(Ref("even")) * 2, "=SUM($D17:@17)*2"),
        (Input("shops", "rent") * 2, '=IF(In!$C2="",2,In!$C2)*2'),
    ],
)
def test_parentheses_stand_where_the_languages_differ(expr: Expr, printed: str) -> None:
    assert bench.text(expr, "shop", "month") == printed


@pytest.mark.parametrize(
    "expr",
    [
        Number(1) / (Ref("two") - 2),
        call("LN", Number(0)),
        call("LN", -Ref("two")),
        call("MOD", Number(5), Ref("two") - 2),
        (-Ref("two")) ** 0.5,
        Number(0) ** -Ref("two"),
        call("EXP", Number(1000)),
    ],
)
def test_an_error_there_is_no_finite_number_here(expr: Expr) -> None:
    assert _value(expr) in (None, float("inf"), float("-inf"))
    assert bench.by_package([bench.text(expr)], bench.cells()) == [ERROR]
