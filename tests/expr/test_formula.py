"""Each kind of node into the text of a formula, and what engines that are not ours make of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.expr import bench
from tests.expr.bench import placement, spelled, text
from tests.expr.test_evaluate import CASES
from workbook.expr.formula import InputColumn, Place, literal, print_formula, print_formulas
from workbook.expr.frame import Scope
from workbook.expr.tree import (
    Above,
    AtMonth,
    Call,
    Expr,
    Input,
    Joined,
    Label,
    LastOfGroup,
    Lookup,
    Number,
    PerItem,
    Position,
    Ref,
    Sequence,
    Setting,
    SumWhere,
    Tally,
    Text,
    call,
    eq,
    if_,
)

GOLDEN = {
    "peak of some months": "=SUMPRODUCT(MAX(($D1:$F1>=0)*($D1:$F1<=$C$18-1)*$D12:$F12))",
    "peak of no month": "=SUMPRODUCT(MAX(($D1:$F1>=2)*($D1:$F1<=1)*$D12:$F12))",
    "number": "=2.5",
    "text": '="a"',
    "blank": '=""',
    "setting": "=Set!$B$1",
    "input": "=In!$B2",
    "input with a default": '=IF(In!$C2="",2,In!$C2)',
    "input that is blank": "=In!$E2",
    "label": "=In!$A2",
    "label without a table": '="A"',
    "reference": "=@12",
    "constant over items and months": "=$C$18",
    "sign": "=-$C$18",
    "operator": "=$C2*@$1",
    "call": "=MAX($C2,5,6)",
    "choice of a blank among texts": '=IF($C2>5,"","small")',
    "sum over items": "=SUM(@$12:@$13)",
    "sum over months": "=SUM($D12:$F12)",
    "sum over billed months": "=SUM($D12:$E12)",
    "least of blanks and numbers": "=MIN($D17:$F17)",
    "number of filled months": "=COUNT($D17:$F17)",
    "second largest month": "=LARGE($D12:$F12,2)",
    "sum over no items": "=0",
    "running sum": "=SUM($D12:@12)",
    "sum where a text matches": '=SUMPRODUCT(($C$9:$C$11=In!$A2)+($C$9:$C$11="all"),@$14:@$16)',
    "sum where a month matches": "=SUMIF($D1:$F1,$C$18,$D17:$F17)",
    "sum where a month fits, of the parent": "=SUMIF($D1:$F1,$C$18,$D12:$F12)",
    "largest month where a blank does not fit": "=SUMPRODUCT(LARGE(($D17:$F17=10)*$D12:$F12,1))",
    "largest month of each one's kind": "=SUMPRODUCT(LARGE(($D23:$F23=@$23)*$D12:$F12,1))",
    "beyond the months of its kind": "=SUMPRODUCT(LARGE(($D23:$F23=@$23)*$D12:$F12,2))",
    "sum where over no items": "=0",
    "sum of products": "=SUMPRODUCT($D12:$F12,$D1:$F1)",
    "first of a scale at least": "=INDEX($C$6:$C$8,SUMPRODUCT(($C$6:$C$8<$C2-1)*1)+1)",
    "first of a scale, met exactly": "=INDEX($C$6:$C$8,SUMPRODUCT(($C$6:$C$8<5)*1)+1)",
    "rank in a scale": "=SUMPRODUCT(($C$6:$C$8<$C2)*1)",
    "rank of an item among its own": "=SUMPRODUCT(($C$6:$C$8<$C6)*1)",
    "line at a place": "=INDEX($C$6:$C$8,$C$18)",
    "monthly line at a place of each row": "=INDEX(@$12:@$13,IF($C6>5,2,1))",
    "text at a place": "=$C$10",
    "line of the parent": "=$C2",
    "monthly line of the parent": "=@12",
    "line of the parent that has no items": "=$C$18",
    "product of a group": "=PRODUCT($C$6:$C$7)",
    "row above, within the group": "=-1",
    "last of the group": "=$C6",
    "an expression an item": "=@$1",
    "an expression a milestone": "=$C2",
    "a chosen month": "=INDEX($D12:$F12,1,$C$18+1)",
    "a chosen month of the parent": "=INDEX($D12:$F12,1,$C$18+1)",
    "the first month of the parent": "=$D12",
    "a month beyond the last": "=INDEX($D12:$F12,1,99+1)",
    "position": '=MATCH("south",In!$A$2:$A$4,0)',
    "optional position": '=IF(SUMPRODUCT((In!$A$2:$A$4="A")*1)=0,0,MATCH("A",In!$A$2:$A$4,0))',
    "look-up": "=INDEX(In!$B$2:$B$4,2)",
    "look-up of text": "=INDEX(In!$D$2:$D$4,1)",
    "look-up that found no row gives the default": '=IF(INDEX(In!$C$2:$C$4,0)="",2,INDEX(In!$C$2:$C$4,0))',
    "sum of a column": "=SUM(In!$B$2:$B$4)",
    "count of a column": "=COUNT(In!$E$2:$E$4)",
    "sum of a column where": "=SUMIF('My inputs'!$B$2:$B$4,2,'My inputs'!$C$2:$C$4)",
    "count of a column where": "=COUNTIF('My inputs'!$B$2:$B$4,@$1)",
    "month number": "=COUNT($C1:<1)",
    "sequence": "=2026",
    "moved since the run": "=(1-1)",
    "date": "=EDATE(Set!$B$3,@$1)",
    "year and month of a date": "=YEAR(Set!$B$3)*100+MONTH(Set!$B$3)",
    "date of a blank": '=EDATE(Set!$B$3,"")',
    "year of a blank": '=YEAR("")',
}
NOT_ALONE = {
    "as of the run": "a plain value, which has no formula",
    "input that is blank": "a sheet reads a blank cell as 0; lines ask for blanks first",
    "a month beyond the last": "lines ask first whether the month is within the horizon",
    "look-up that found no row gives the default": "lines ask first whether there is a row",
    "sequence": "its rows name the row above on the line's own sheet",
    "date of a blank": "an error in a sheet; lines ask for blanks first",
    "year of a blank": "an error in a sheet; lines ask for blanks first",
}
"""Nodes whose value and formula agree only where a line uses them as it should."""


@pytest.mark.parametrize("name", GOLDEN)
def test_a_node_into_text(name: str) -> None:
    expr, dimensions, _ = CASES[name]
    assert text(expr, *dimensions) == GOLDEN[name]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_formulas_of_all_items_are_those_of_each(name: str) -> None:
    expr, dimensions, values = CASES[name]
    place = Place("Out", bench.scope_of(dimensions))
    each = [print_formula(expr, place._replace(item=item), placement(), bench.frame()) for item in range(len(values))]
    assert list(print_formulas(expr, place, placement(), bench.frame(), len(values))) == each


def _cells_of_cases() -> tuple[list[str], list[object], list[str]]:
    """Return the formula and the expected value of every cell of every case, and the case's name."""
    formulas, expected, names = [], [], []
    for name in CASES.keys() - NOT_ALONE.keys():
        expr, dimensions, values = CASES[name]
        axis = next((dimension for dimension in dimensions if dimension in ("month", "milestone")), "")
        item = next((dimension for dimension in dimensions if dimension != axis), "")
        for row, cells in enumerate(values):
            for position, value in enumerate(cells):
                place = Place("Out", Scope(item, axis), row, position)
                template = print_formula(expr, place, placement(), bench.frame())
                formulas.append(bench.at_column(template, bench.FIRST_MONTH + position))
                expected.append(value)
                names.append(f"{name} {row} {position}")
    return formulas, expected, names


def test_every_node_means_what_its_formula_means() -> None:
    formulas, expected, names = _cells_of_cases()
    found = bench.by_package(formulas, bench.cells())
    assert [row for row in zip(names, formulas, expected, found, strict=True) if not bench.same(row[2], row[3])] == []


@pytest.mark.office
def test_every_node_means_in_libreoffice_what_its_formula_means() -> None:
    formulas, expected, names = _cells_of_cases()
    found = bench.by_office(formulas, bench.cells())
    assert [row for row in zip(names, formulas, expected, found, strict=True) if not bench.same(row[2], row[3])] == []


@pytest.mark.parametrize(
    ("expr", "dimensions", "item", "printed"),
    [
        (Ref("load"), ("shop", "month"), 1, "=@13"),
        (Ref("size"), ("shop", "month"), 1, "=$C3"),
        (Ref("time.month"), ("shop", "month"), 1, "=@$1"),
        (Input("shops", "size"), ("shop",), 1, "=In!$B3"),
        (Label("shop"), ("shop",), 1, "=In!$A3"),
        (Input("shops", "late"), ("shop",), 0, "=6"),
        (Lookup("shops", "late", Ref("two")), (), 0, "=6"),
        (Setting("gone"), (), 0, "=9"),
        (Above(Ref("weight"), Number(0)), ("delivery",), 1, "=$C6"),
        (Above(Ref("weight"), Number(1) + 2) * 3, ("delivery",), 0, "=(1+2)*3"),
        (LastOfGroup(Number(1), Number(2)), ("delivery",), 1, "=1"),
        (LastOfGroup(Number(1), Number(2)), ("delivery",), 2, "=1"),
        (PerItem("hall", (("A", Number(1)), ("B", Ref("two") + 1))) * 2, ("hall",), 1, "=($C$18+1)*2"),
        (Sequence("weight", Number(2026)), ("delivery",), 2, "=$C7+1"),
        (Sequence("weight", Number(2026)) * 2, ("delivery",), 2, "=($C7+1)*2"),
        (AtMonth(Ref("load"), Number(0)), ("shop",), 1, "=$D13"),
        (AtMonth(Ref("load"), Ref("two") - 1), ("shop",), 1, "=INDEX($D13:$F13,1,$C$18-1+1)"),
        (AtMonth(Ref("even"), eq(Ref("two"), 2)), (), 0, "=INDEX($D17:$F17,1,($C$18=2)+1)"),
        (Position("shops", Text("a") & "b"), (), 0, '=MATCH(("a"&"b"),In!$A$2:$A$4,0)'),
        (SumWhere("delivery", Ref("of_shop"), (Text("a") & "b",), Ref("weight")), (), 0,
         '=SUMPRODUCT(($C$9:$C$11=("a"&"b"))*1,$C$6:$C$8)'),
        (Text('say "no"'), (), 0, '="say ""no"""'),
        (Number(1e-9), (), 0, "=1e-09"),
        (Number(12.0), (), 0, "=12"),
        (Number(12, "months/year"), (), 0, "=12"),
        (Number(-3), (), 0, "=-3"),
    ],
)  # fmt: skip
def test_rows_and_places(expr: Expr, dimensions: tuple[str, ...], item: int, printed: str) -> None:
    assert text(expr, *dimensions, item=item) == printed


def test_a_joined_item_names_the_row_that_it_belongs_to() -> None:
    frame = replace(bench.frame(), joins={("delivery", "shop"): (1, -1, 0)})
    expr = 2 - Joined("shop", Ref("size") - 1, Number(9))
    printed = [print_formula(expr, Place("Out", Scope("delivery", ""), row), placement(), frame) for row in range(3)]
    assert printed == ["=2-($C3-1)", "=2-9", "=2-($C2-1)"]


def test_each_milestone_has_its_own_expression() -> None:
    expr = PerItem("milestone", (("Now", Ref("size")), ("End", Number(8))))
    assert text(expr, "shop", "milestone", item=1, position=0) == "=$C3"
    assert text(expr, "shop", "milestone", item=1, position=1) == "=8"


def test_another_sheet_is_named_and_quoted() -> None:
    where = placement()
    elsewhere = replace(where, spots={**where.spots, "two": where.spots["two"]._replace(sheet="Bob's list")})
    assert text(Ref("two") + 1, where=elsewhere) == "='Bob''s list'!$C$18+1"
    assert text(Input("deliveries", "weight"), "delivery") == "='My inputs'!$C2"


def test_a_line_repeated_on_top_of_a_sheet_is_named_there() -> None:
    where = placement()
    other = replace(
        where,
        spots={**where.spots, "time.month": where.spots["time.month"]._replace(sheet="Home")},
        headers={("Out", "time.month"): 5},
    )
    assert text(Ref("time.month"), "month", where=other) == "=@$5"
    assert text(Ref("time.month"), "month", where=other.without_headers()) == "=Home!@$1"


def test_a_choice_that_is_written_with_other_spaces_is_matched_as_written() -> None:
    where = spelled({("shops", "kind"): {3: "  small"}}, mode="FAST ")
    assert text(eq(Ref("kind"), "small"), "shop", where=where) == '=OR($C4="small",$C4="  small")'
    assert text(eq(Input("shops", "kind"), "small"), "shop", where=where) == '=OR(In!$D2="small",In!$D2="  small")'
    assert text(eq(Input("shops", "kind"), "big"), "shop", where=where) == '=In!$D2="big"'
    assert text(if_(eq(Setting("mode"), "fast"), 1, 0), where=where) == '=IF(OR(Set!$B$2="fast",Set!$B$2="FAST "),1,0)'
    where = spelled({}, mode="in Order")
    assert text(eq(Setting("mode"), "in_order"), where=where) == '=OR(Set!$B$2="in_order",Set!$B$2="in Order")'


@pytest.mark.parametrize(
    ("expr", "dimensions", "message"),
    [
        (Ref("load"), ("month",), "does not fit"),
        (Ref("weight"), ("shop",), "does not fit"),
        (Input("shops", "size"), ("delivery",), "has no row"),
        (Tally("SUM", "shops", "late"), (), "is absent"),
    ],
)
def test_what_cannot_be_named_raises(expr: Expr, dimensions: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        text(expr, *dimensions)


def test_literals() -> None:
    assert [literal(value) for value in (None, "", "a", 0, 1.0, 0.1, -2.5, 1e20)] == [
        '""', '""', '"a"', "0", "1", "0.1", "-2.5", "100000000000000000000",
    ]  # fmt: skip


def test_an_area_spans_the_whole_column() -> None:
    assert InputColumn("In", 28, (2, 3), 2, 9).area == "In!$AB$2:$AB$9"


def test_functions_are_named_as_they_are() -> None:
    assert text(Call("MOD", (Number(7), Number(2)))) == "=MOD(7,2)"
    assert text(call("AND", Ref("two") > 1, call("NOT", Ref("two") > 2))) == "=AND($C$18>1,NOT($C$18>2))"


@pytest.mark.parametrize("name", ["POISSON", "BINOMDIST", "GAMMADIST"])
def test_the_last_argument_of_a_distribution_is_a_truth_value(name: str) -> None:
    others = tuple(Number(1) for _ in range(2 if name == "POISSON" else 3))
    for flag, word in ((0, "FALSE"), (1, "TRUE")):
        assert text(Call(name, (*others, Number(flag)))) == f"={name}({'1,' * len(others)}{word})"
