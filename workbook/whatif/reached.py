"""Lines into those that moving inputs reach, with the choices decided that no run changes (many floor).

A plan has one way of sizing, one of combining reserves, one set of months: what its lines would be in another way need
not be calculated in each of ten thousand runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from workbook.expr import tree
from workbook.expr.evaluate import evaluate, evaluate_lines
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import Array
from workbook.expr.tree import Binary, Call, Expr, Line, Unary
from workbook.inputs.ranges import OF_SETTINGS, RangedInput
from workbook.model import with_references

TODAY = "nodes.today"
"""A fact: it stays what it is in the plan, whatever the plan would ask for in month 0 with other inputs."""

Cells = frozenset[tuple[str, str]]
"""Tables and fields; of a setting `settings` and its name."""


class Calculated(Struct, frozen=True):
    """Lines, each behind all that it names, and their values in the single run of a plan."""

    frame: Frame
    lines: Mapping[str, Line]
    values: Mapping[str, Array]


def calculated(frame: Frame, lines: Mapping[str, Line], names: Iterable[str]) -> Calculated:
    """Return the lines of these names and what they are made of, calculated; those not there are left out."""
    wanted = with_references([name for name in names if name in lines], lines)
    values = evaluate_lines(tuple(wanted.values()), frame)
    return Calculated(frame, {name: lines[name] for name in values}, values)


def reached(plan: Calculated, names: Collection[str], inputs: Iterable[RangedInput]) -> dict[str, Line]:
    """Return the lines that the lines of these names take, and that inputs reach; each behind all that it names."""
    cells = frozenset((one.table, one.field) for one in inputs)
    moving: set[str] = set()
    decided: dict[str, Line] = {}
    for name, line in plan.lines.items():
        if name != TODAY and _is_moving(line.expr, moving, cells):
            expr = _decided(line.expr, _Choices(plan, line, moving, cells)) if line.unit != "text" else line.expr
            if _is_moving(expr, moving, cells):
                moving.add(name)
                decided[name] = replace(line, expr=expr)
    needed = _needed(names, decided)
    return {name: line for name, line in decided.items() if name in needed}


def _needed(names: Iterable[str], lines: Mapping[str, Line]) -> set[str]:
    """Return the names of lines that some of them take, they themselves included."""
    needed: set[str] = set()
    waiting = [name for name in names if name in lines]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(other for other in lines[name].reads if other in lines)
    return needed


def _is_moving(expr: Expr, moving: Collection[str], cells: Cells) -> bool:
    """Whether an expression names a line that moves, or reads an input that does."""
    return any(_reads(node, moving, cells) for node in tree.walk(expr))


def _reads(node: Expr, moving: Collection[str], cells: Cells) -> bool:
    match node:
        case tree.Ref():
            return node.line in moving
        case tree.Setting():
            return (OF_SETTINGS, node.field) in cells
        case tree.SumColumnWhere():
            return (node.table, node.field) in cells or (node.table, node.key_field) in cells
        case tree.Input() | tree.Lookup() | tree.Tally():
            return (node.table, node.field) in cells
        case _:
            return False


class _Choices(Struct, frozen=True):
    """What a condition of a line is in every run, cell and month."""

    plan: Calculated
    line: Line
    moving: Collection[str]
    cells: Cells

    def outcome(self, condition: Expr) -> bool | None:
        """Return whether a condition always holds, or never; None where that depends."""
        if _is_moving(condition, self.moving, self.cells):
            return None
        scope = Scope(self.line.item, self.line.axis)
        found = evaluate(condition, scope, self.plan.lines, self.plan.values, self.plan.frame)
        if found.all():
            return True
        return None if found.any() else False


def _decided(expr: Expr, choices: _Choices) -> Expr:
    """Return an expression without the branches that are never taken."""
    match expr:
        case Call("IF", (condition, then, otherwise)):
            outcome = choices.outcome(condition)
            if outcome is not None:
                return _decided(then if outcome else otherwise, choices)
            return Call("IF", (condition, _decided(then, choices), _decided(otherwise, choices)))
        case Call(function, arguments):
            return Call(function, tuple(_decided(argument, choices) for argument in arguments))
        case Binary(operator, left, right):
            return Binary(operator, _decided(left, choices), _decided(right, choices))
        case Unary(operator, operand):
            return Unary(operator, _decided(operand, choices))
        case _:
            return expr
