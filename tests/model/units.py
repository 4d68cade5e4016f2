"""Units through the tree of a line: what an expression measures, or why it measures nothing.

A unit is followed with its factor, so MB where GB is declared is as wrong as minutes. A month is a count, a year is
twelve of them; a monthly cost is money, because each column is one month. Blanks, zeros and the figures of checks (of
which each row has its own unit) fit every unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from typing import TypeAlias, assert_never

import pint

from workbook.expr import tree
from workbook.expr.tree import Expr, Line
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.model.assurance.claims import HALF_DIGIT
from workbook.model.operations.alerts import FIXED_ALERTS
from workbook.units import MEASURES, UNITS

_REGISTRY: pint.UnitRegistry[float] = pint.UnitRegistry(None)
for _definition in MEASURES:
    _REGISTRY.define(_definition)

PRICES: Mapping[str, str] = {
    "node.position": "currency/h/node",
    "tier.position": "currency/GB",
    "offer": "currency/h/node",
    "node rate": "currency/h/node",
    "network": "currency/GB",
    "tier": "currency/GB",
    "fixed": "currency",
}
"""Unit of On-demand, by the line that finds its row or the dimension that runs over its rows."""

TARGETS: Mapping[str, str] = {"availability": "ratio", "queue wait": "s", "queue depth": "requests"}
"""Unit of Target by the kind of objective; that of a latency stands in the row, so it fits every unit."""

PERIODS: Mapping[str, str] = {
    "setting.discount_rate": "year",
    "setting.price_escalation": "year",
    "storage.growth": "month",
    "storage.decay": "month",
}
"""Rates of a period: only a number of these periods may stand in the exponent above them."""


OF_MANY_UNITS = ("check", "finding", *FIXED_ALERTS)
"""Dimensions of which each item has a unit of its own."""

SERVERS: Mapping[str, str] = {
    "service.time": "1/core",
    "service.servers": "1/core",
    "service.offered": "node/core",
    "service.segment_time": "1/core",
}
"""A core serves one request at a time, and a node is one queue: what these lines measure is multiplied by this."""


class Kind(Enum):
    """What is no quantity: texts, conditions, and what fits everything."""

    TEXT = "text"
    TRUTH = "truth"
    ANY = "any"


Unit: TypeAlias = "Kind | pint.Unit"


class UnitError(ValueError):
    """An expression that adds, compares or raises what does not go together."""


def unit_of(text: str) -> pint.Unit:
    """Read a unit that is declared, or an expression of units."""
    text = UNITS[text].dimension if text in UNITS else text
    return _REGISTRY.Unit(text) if text else _REGISTRY.dimensionless


def declared(line: Line) -> Unit:
    """Return the unit that a line declares."""
    return Kind.TEXT if line.unit == "text" else unit_of(line.unit)


def agree(left: Unit, right: Unit) -> bool:
    """Whether two units are the same, factor included."""
    if Kind.ANY in (left, right):
        return True
    if isinstance(left, Kind) or isinstance(right, Kind):
        return left is right
    return bool(left.dimensionality == right.dimensionality) and abs(_factor(left, right) - 1) < 1e-12


def measure(line: Line, lines: Mapping[str, Line]) -> Unit:
    """Return the unit of a line's expression. Raises UnitError where it has none."""
    found = _Measure(lines, line.item).of(line.expr)
    return _product(found, unit_of(SERVERS[line.id]), 1) if line.id in SERVERS else found


def measure_expr(expr: Expr, item: str, lines: Mapping[str, Line]) -> Unit:
    """Return the unit of an expression over the items of a dimension. Raises UnitError where it has none."""
    return _Measure(lines, item).of(expr)


def _factor(left: pint.Unit, right: pint.Unit) -> float:
    return float((1.0 * left).to(right).magnitude)


_PLAIN = unit_of("")


@dataclass(frozen=True, slots=True)
class _Measure:
    lines: Mapping[str, Line]
    item: str

    def of(self, node: Expr) -> Unit:  # noqa: C901, PLR0912, PLR0915 - one case a node, nothing else
        match node:
            case tree.Number():
                return self.number(node.value, node.unit)
            case tree.Text() | tree.Label():
                return Kind.TEXT
            case tree.Blank():
                return Kind.ANY
            case tree.Setting():
                return _setting(node.field)
            case tree.Input():
                return _column(node.table, node.field, self.item)
            case tree.Ref():
                return declared(self.lines[node.line])
            case tree.Unary():
                return self.of(node.operand)
            case tree.Binary():
                return self.binary(node)
            case tree.Call():
                return self.call(node.function, [self.of(argument) for argument in node.arguments])
            case tree.Reduce():
                self.expect_plain(*(self.of(argument) for argument in node.arguments))
                return _over_range(node.function, self.of(node.body))
            case tree.SumOfProducts():
                return _product(self.of(node.left), self.of(node.right), 1)
            case tree.Peak() | tree.SumBetween():
                self.expect_plain(self.of(node.first), self.of(node.last))
                return self.of(node.body)
            case tree.AtLeast():
                return self.common(self.of(node.body), self.of(node.value))
            case tree.Below():
                self.common(self.of(node.body), self.of(node.value))
                return _PLAIN
            case tree.Picked():
                self.expect_plain(self.of(node.position))
                return self.of(node.body)
            case tree.Group():
                return _over_range(node.function, self.of(node.body))
            case tree.Parent():
                return self.of(node.body)
            case tree.Cumulative():
                return self.of(node.body)
            case tree.SumWhere():
                self.common(self.of(node.key), *(self.of(value) for value in node.values))
                return self.of(node.body)
            case tree.LargeWhere():
                self.common(self.of(node.key), self.of(node.value))
                self.expect_plain(self.of(node.k))
                return self.of(node.body)
            case tree.Joined():
                return self.common(_Measure(self.lines, node.over).of(node.body), self.of(node.otherwise))
            case tree.Above():
                return self.common(self.of(node.body), self.of(node.first))
            case tree.LastOfGroup():
                return self.common(self.of(node.last), self.of(node.others))
            case tree.PerItem():
                # Each check and each finding has a unit of its own; they are compared row by row in tests of their own.
                units = [self.of(expr) for _, expr in node.items]
                is_mixed = node.over in OF_MANY_UNITS and not all(agree(unit, units[0]) for unit in units)
                return Kind.ANY if is_mixed else self.common(*units)
            case tree.Stacked():
                # Each part may have a unit of its own, as a check has.
                units = [_Measure(self.lines, over).of(expr) for over, expr in node.parts]
                return units[0] if all(agree(unit, units[0]) for unit in units) else Kind.ANY
            case tree.Cited():
                self.expect_plain(self.of(node.month))
                return Kind.ANY
            case tree.AtMonth():
                self.expect_plain(self.of(node.month))
                return self.of(node.body)
            case tree.Position():
                self.common(Kind.TEXT, self.of(node.key))
                return _PLAIN
            case tree.Lookup():
                self.expect_plain(self.of(node.position))
                place = node.position.line if isinstance(node.position, tree.Ref) else ""
                return _column(node.table, node.field, place)
            case tree.Tally():
                return _over_range(node.function, _column(node.table, node.field, ""))
            case tree.SumColumnWhere():
                self.common(_column(node.table, node.key_field, ""), self.of(node.value))
                return _PLAIN if node.function == "COUNTIF" else _column(node.table, node.field, "")
            case tree.OverPeriod() | tree.OfPeriod():
                return self.of(node.body)
            case tree.StoredFigure():
                self.expect_plain(self.of(node.row))
                self.expect_plain(self.of(node.month))
                return Kind.ANY  # whatever the line was measured in
            case tree.StoredSum():
                self.expect_plain(self.of(node.row))
                self.expect_plain(self.of(node.first))
                self.expect_plain(self.of(node.last))
                return Kind.ANY
            case tree.MonthNumber():
                return unit_of("month")
            case tree.Sequence():
                return self.of(node.first)
            case tree.Moved():
                return _PLAIN
            case tree.AsOfRun():
                return unit_of("1/s")  # the one figure that is found by search is a load
            case _:
                assert_never(node)

    @staticmethod
    def number(value: float, text: str) -> Unit:
        """A literal of two units of one kind converts one into the other, so value and unit together are 1."""
        unit = unit_of(text)
        if value == 0 and not text:
            return Kind.ANY
        is_conversion = "/" in text and unit.dimensionless
        if is_conversion and abs(value * _factor(unit, _PLAIN) - 1) > 1e-12:
            raise UnitError(f"{value} {text} is not 1")
        return unit

    @staticmethod
    def common(*units: Unit) -> Unit:
        def both(left: Unit, right: Unit) -> Unit:
            if not agree(left, right):
                raise UnitError(f"{left} and {right} do not go together")
            return right if left is Kind.ANY else left

        return reduce(both, units)

    def expect_plain(self, *units: Unit) -> None:
        """Numbers of months and rows are numbers too."""
        for unit in units:
            self.common(_PLAIN, unit)

    def binary(self, node: tree.Binary) -> Unit:
        match node:
            case tree.Binary("+", tree.Number(first, unit), tree.Number(second, other)) if unit == other:
                return self.number(first + second, unit)
            case tree.Binary("^"):
                return self.power(node)
        left, right = self.of(node.left), self.of(node.right)
        match node.operator:
            case "+" | "-":
                return self.quantity(self.common(left, right))
            case "*":
                return _product(left, right, 1)
            case "/":
                return _product(left, right, -1)
            case "&":
                return Kind.TEXT
            case _:
                self.common(left, right)
                return Kind.TRUTH

    def power(self, node: tree.Binary) -> Unit:
        """Only plain numbers are raised; a rate of a period to as many of these periods."""
        base, exponent = self.of(node.left), self.of(node.right)
        self.common(_PLAIN, base)
        named = tree.references(node.left) | {
            f"setting.{part.field}" for part in tree.walk(node.left) if isinstance(part, tree.Setting)
        }
        periods = {PERIODS[name] for name in named if name in PERIODS}
        self.common(exponent, *(unit_of(period) for period in periods or {""}))
        return _PLAIN

    @staticmethod
    def quantity(unit: Unit) -> Unit:
        if unit in (Kind.TEXT, Kind.TRUTH):
            raise UnitError(f"a {unit} cannot be calculated with")
        return unit

    def call(self, function: str, units: list[Unit]) -> Unit:  # noqa: C901, PLR0912 - one case a function, nothing else
        match function:
            case "IF":
                self.common(Kind.TRUTH, units[0])
                return self.common(*units[1:])
            case "AND" | "OR" | "NOT":
                return self.common(Kind.TRUTH, *units)
            case "MAX" | "MIN":
                return self.quantity(self.common(*units))
            case "ABS" | "INT":
                return self.quantity(units[0])
            case "ROUND" | "ROUNDUP":
                self.expect_plain(units[1])
                return self.quantity(units[0])
            case "MOD":
                # What is left of a cycle: months of twelve, or quarters of as many as a year has.
                per_year = _product(units[1], unit_of("year"), 1)
                return self.quantity(self.common(units[0], per_year if agree(units[0], per_year) else units[1]))
            case "GAMMADIST":
                self.common(units[0], units[2])
                self.expect_plain(units[1], units[3])
                return _PLAIN
            case "EXP" | "LN" | "GAMMALN" | "POISSON":
                self.expect_plain(*units)
                return _PLAIN
            case "BINOMDIST":
                self.common(*units[:2])
                self.expect_plain(*units[2:])
                return _PLAIN
            case "EDATE":
                self.expect_plain(units[1])
                return self.common(unit_of("date"), units[0])
            case "MID":
                self.common(Kind.TEXT, units[0])
                self.expect_plain(*units[1:])
                return Kind.TEXT
            case "YEAR" | "MONTH":
                self.common(unit_of("date"), units[0])
                return unit_of(function.lower())
            case _:
                raise UnitError(f"{function} has no rule")


def _product(left: Unit, right: Unit, power: int) -> Unit:
    for unit in (left, right):
        _Measure.quantity(unit)
    if isinstance(left, Kind) or isinstance(right, Kind):
        return Kind.ANY
    product: pint.Unit = left * right if power == 1 else left / right
    return product


def _over_range(function: str, unit: Unit) -> Unit:
    match function:
        case "SUM" | "MIN" | "MAX" | "LARGE":
            return _Measure.quantity(unit)
        case "COUNT" | "COUNTA":
            return _PLAIN
        case "PRODUCT":
            return _Measure.common(_PLAIN, unit)
        case _:
            raise UnitError(f"{function} has no rule")


def _setting(field: str) -> Unit:
    column = next(column for column in SETTINGS if column.field == field)
    if column.kind == "date":
        return unit_of("date")
    if not column.is_numeric and not column.choices:
        return Kind.TEXT
    return Kind.TEXT if column.kind in ("text", "name", "choice") else unit_of(column.measures or column.unit)


def _column(table: str, field: str, place: str) -> Unit:
    if (table, field) == HALF_DIGIT:
        return _PLAIN
    column = SHEETS[table].column(field)
    if not column.is_numeric:
        return unit_of("date") if column.kind == "date" else Kind.TEXT
    if column.is_plan_month:
        return Kind.ANY  # a month number, or a date
    if (table, field) == ("rates", "on_demand"):
        return unit_of(PRICES[place])
    if (table, field) == ("slas", "target"):
        return unit_of(TARGETS[place]) if place in TARGETS else Kind.ANY
    return unit_of(column.measures or column.unit)
