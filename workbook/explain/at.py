"""One line's expression at one item and month: its values, the branches that were taken, its leaves (post)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workbook.expr import tree
from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr
from workbook.model.results import Results


class At(Struct, frozen=True):
    """An item and a month, or another place of an axis, in which expressions of a plan have values."""

    results: Results
    scope: Scope
    item: int
    position: int

    def value(self, expr: Expr) -> float | str:
        """Return the value of an expression here; a blank is NaN."""
        array = evaluate(expr, self.scope, self.results.lines, self.results.values, self.results.frame)
        value: float | str = array[0, self.item, self.position].item()
        return value

    def resolved(self, expr: Expr) -> Expr:
        """Return the item's own expression if items have expressions of their own."""
        match expr:
            case tree.PerItem(over, items):
                return self.resolved(items[self.position if over in tree.AXES else self.item][1])
            case tree.LastOfGroup(last, others):
                return self.resolved(last if self.results.frame.is_last(self.scope.item, self.item) else others)
            case tree.Above(_, first) if self.results.frame.is_first(self.scope.item, self.item):
                return first
            case tree.Call("IF", (tree.Binary("=", tree.Input() as column, tree.Blank()), then, _)) if self._lacks(
                column
            ):
                return self.resolved(then)
            case _:
                return expr

    def _lacks(self, column: tree.Input) -> bool:
        """Whether the file has no such column, so that nothing but its absence could be said of it."""
        table = self.results.plan.tables.get(column.table)
        return table is not None and column.field not in table.column_numbers

    def taken(self, expr: Expr) -> Expr:
        """Return the expression with only those branches of its choices that were taken."""
        match expr:
            case tree.Call("IF", (condition, then, otherwise)):
                return self.taken(then if self.value(condition) else otherwise)
            case tree.Unary(operator, operand):
                return tree.Unary(operator, self.taken(operand))
            case tree.Binary(operator, left, right):
                return tree.Binary(operator, self.taken(left), self.taken(right))
            case tree.Call(function, arguments):
                return tree.Call(function, tuple(self.taken(argument) for argument in arguments))
            case _:
                return expr

    def parts(self, expr: Expr) -> Iterator[Expr]:
        """Yield the leaves that the value depends on: of a choice only the branch that was taken."""
        match expr:
            case tree.Call("IF", (condition, then, otherwise)):
                yield from self.parts(condition)
                yield from self.parts(then if self.value(condition) else otherwise)
            case tree.Unary() | tree.Binary() | tree.Call():
                for child in tree.children(expr):
                    yield from self.parts(child)
            case tree.Number() | tree.Text() | tree.Blank():
                return
            case _:
                yield expr

    def joined(self, node: tree.Joined | tree.Stacked) -> tuple[At, Expr]:
        """Return the row of another dimension to which the item belongs, if there is one, and the expression there."""
        if isinstance(node, tree.Stacked):
            return self._stacked(node)
        item = self.results.frame.joins[self.scope.item, node.over][self.item]
        if item < 0:
            return self, node.otherwise
        return At(self.results, Scope(node.over, self.scope.axis), item, self.position), node.body

    def _stacked(self, node: tree.Stacked) -> tuple[At, Expr]:
        item = self.item
        for over, body in node.parts:
            length = self.results.frame.length(over)
            if item < length:
                return At(self.results, Scope(over, self.scope.axis), item, self.position), body
            item -= length
        raise ValueError(f"{self.scope.item} has no item {self.item}")
