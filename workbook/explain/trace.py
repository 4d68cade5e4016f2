"""Where a number comes from: the formula in words, the numbers in it, and so on down to the input cells (post).

The explanation is read off the same expression that gives the number and the formula, so it cannot differ from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workbook.address import Cell
from workbook.explain.locate import LineValue
from workbook.expr import tree
from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Line
from workbook.expr.words import in_words
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.model.assurance.claims import HALF_DIGIT
from workbook.model.results import Results
from workbook.schema import Column, show
from workbook.sheets.book import Book
from workbook.units import UNITS

_SETTINGS = {column.field: column for column in SETTINGS}
_RANGE_WORDS = {
    "SUM": "the sum of",
    "PRODUCT": "the product of",
    "MAX": "the largest of",
    "MIN": "the smallest of",
    "COUNT": "how many there are of",
    "LARGE": "one of the largest of",
}


_RANGES = {"month": "all months", "billed": "all billed months"}


@dataclass(frozen=True, slots=True)
class InputCell:
    """An input that a number depends on; no cell means that a default is used for an absent one."""

    cell: str
    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number: its cell, its name, how it is calculated, and from what.

    `uses` is empty where the same number was explained further up (`is_known`).
    """

    cell: str
    line: str
    title: str
    item: str
    month: int | None
    unit: str
    value: float | str | None
    words: str
    numbers: str
    inputs: tuple[InputCell, ...] = ()
    uses: tuple[Explanation, ...] = ()
    is_known: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the explanation as `--json` prints it."""
        return {
            **{name: getattr(self, name) for name in ("cell", "line", "title", "item", "month", "unit", "value")},
            "words": self.words,
            "numbers": self.numbers,
            "inputs": [{name: getattr(one, name) for name in InputCell.__slots__} for one in self.inputs],
            "uses": [one.as_json() for one in self.uses],
        }


def explain(book: Book, spot: LineValue) -> Explanation:
    """Return the explanation of one value, and of everything that it depends on, each value once."""
    return _Explainer(book).explain(spot)


@dataclass(slots=True)
class _Explainer:
    book: Book
    known: set[LineValue] = field(default_factory=set)

    @property
    def results(self) -> Results:
        return self.book.results

    def explain(self, spot: LineValue) -> Explanation:
        line = self.results.lines[spot.line]
        is_known = spot in self.known
        self.known.add(spot)
        at = _At(self, Scope(line.item, line.axis), spot.item, spot.position)
        expr = at.resolved(line.expr)
        parts = [] if is_known else list(dict.fromkeys(at.parts(expr)))
        return Explanation(
            cell=self.cell(spot),
            line=line.id,
            title=line.title,
            item=self.results.items(line.id)[spot.item] if line.item else "",
            month=spot.position if line.axis == "month" else None,
            unit=UNITS[line.unit].label.replace("currency", self.results.plan.settings.currency),
            value=self.results.value(line.id, spot.item, spot.position),
            words=in_words(expr, at.name),
            numbers=in_words(at.taken(expr), at.figure),
            inputs=tuple(dict.fromkeys(one for part in parts for one in at.inputs(part))),
            uses=tuple(self.explain(used) for used in dict.fromkeys(s for part in parts for s in at.uses(part))),
            is_known=is_known,
        )

    def cell(self, spot: LineValue) -> str:
        place = self.book.placement.spots[spot.line]
        line = self.results.lines[spot.line]
        return str(Cell(place.sheet, place.row + (spot.item if line.item else 0), place.column + spot.position))


@dataclass(frozen=True, slots=True)
class _At:
    """The parts of one line's expression, in words, at one item and month."""

    explainer: _Explainer
    scope: Scope
    item: int
    position: int

    @property
    def results(self) -> Results:
        return self.explainer.results

    def value(self, expr: Expr) -> float | str:
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
            case _:
                return expr

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

    def name(self, node: Expr) -> str:
        """Return the name of a leaf."""
        match node:
            case tree.Setting():
                return _SETTINGS[node.field].header
            case tree.Input(table, field) if (table, field) == HALF_DIGIT:
                return "half of the last digit that Stated shows"
            case tree.Input() | tree.Lookup():
                return SHEETS[node.table].column(node.field).header
            case tree.Label():
                return f"the name of the {node.over}"
            case tree.Position():
                return f"the row of {in_words(node.key, self.name)} on {SHEETS[node.table].title}"
            case tree.Tally():
                return f"the sum of {SHEETS[node.table].column(node.field).header} on {SHEETS[node.table].title}"
            case tree.SumColumnWhere():
                return f"what {SHEETS[node.table].title} says for {in_words(node.value, self.name)}"
            case tree.MonthNumber():
                return "the number of the month column"
            case _:
                return self.name_of_lines(node)

    def name_of_lines(self, node: Expr) -> str:  # noqa: C901 - one case a node, nothing else
        """Return the name of a leaf that reads other lines."""
        lines = self.results.lines
        match node:
            case tree.Reduce(function, over, body) | tree.Group(function, over, body):
                where = _RANGES.get(over, f"every {over.replace('_', ' ')}")
                return f"{_RANGE_WORDS.get(function, function)} {lines[body.line].title} over {where}"
            case tree.Cumulative():
                return f"{lines[node.body.line].title} from month 0 on"
            case tree.SumWhere():
                return f"the sum of {lines[node.body.line].title} where {lines[node.key.line].title} fits"
            case tree.AtMonth():
                return f"{lines[node.body.line].title} in the month {in_words(node.month, self.name)}"
            case tree.Above():
                return f"{lines[node.body.line].title} of the row above"
            case tree.AsOfRun():
                return "what a search of the run has found"
            case tree.Moved():
                return f"{node.what} that differ from the snapshot of the run"
            case tree.Joined():
                return in_words(node.body, self.name)
            case tree.Stacked():
                at, own = self.joined(node)
                return in_words(own, at.name)
            case tree.Cited(figures):
                item, claimed = figures[self.item]
                if isinstance(claimed, tree.Blank):
                    return "no line"
                cited = lines[claimed.line]
                every = f"the sum of {cited.title} over every {cited.item}"
                return every if item < 0 else f"{cited.title} of {self.results.items(cited.id)[item]}"
            case _:
                titles = [lines[name].title for name in sorted(tree.references(node))]
                return " and ".join(titles) or type(node).__name__

    def figure(self, node: Expr) -> str:
        value = self.value(node)
        if isinstance(value, str):
            return f"“{value}”" if value else "blank"
        return "blank" if value != value else f"{value:.10g}"  # noqa: PLR0124 - NaN, the blank

    def inputs(self, node: Expr) -> Iterator[InputCell]:
        """Yield the input cells that a leaf reads itself."""
        plan = self.results.plan
        match node:
            case tree.Setting(setting):
                cell = plan.setting_cells.get(setting)
                column = _SETTINGS[setting]
                value = show(getattr(plan.settings, setting), column.kind)
                yield InputCell(str(cell or ""), column.header, value, plan.setting_sources.get(setting, ""))
            case tree.Input(table, name):
                name = "stated" if (table, name) == HALF_DIGIT else name
                yield self.input_cell(table, name, self.results.frame.rows[self.scope.item][self.item])
            case tree.Lookup(table, name, position):
                found = self.value(position)
                if isinstance(found, float) and found >= 1:
                    yield self.input_cell(table, name, int(found) - 1)
            case tree.Joined() | tree.Stacked():
                at, body = self.joined(node)
                for part in at.parts(body):
                    yield from at.inputs(part)
            case _:
                return

    def joined(self, node: tree.Joined | tree.Stacked) -> tuple[_At, Expr]:
        """Return the row of another dimension to which the item belongs, if there is one, and the expression there."""
        if isinstance(node, tree.Stacked):
            return self.stacked(node)
        item = self.results.frame.joins[self.scope.item, node.over][self.item]
        if item < 0:
            return self, node.otherwise
        return _At(self.explainer, Scope(node.over, self.scope.axis), item, self.position), node.body

    def stacked(self, node: tree.Stacked) -> tuple[_At, Expr]:
        item = self.item
        for over, body in node.parts:
            length = self.results.frame.length(over)
            if item < length:
                return _At(self.explainer, Scope(over, self.scope.axis), item, self.position), body
            item -= length
        raise ValueError(f"{self.scope.item} has no item {self.item}")

    def input_cell(self, table: str, name: str, row: int) -> InputCell:
        found = self.results.plan.tables[table]
        column: Column = found.sheet.column(name)
        model = found.rows[row]
        value = getattr(model, name)
        shown = "blank" if value in (None, "") else show(value, column.kind)
        cell = found.cell(row, name)
        is_typed = cell is not None and self.results.plan.cells.get(cell) not in (None, "")
        if not is_typed and shown != "blank":
            shown = f"blank, so {shown}"
        return InputCell(str(cell or ""), column.header, shown, model.source if is_typed else "")

    def uses(self, node: Expr) -> Iterator[LineValue]:
        """Yield the values of other lines that a leaf depends on; of a range over months only the ends."""
        if isinstance(node, tree.Joined | tree.Stacked):
            at, body = self.joined(node)
            yield from (spot for part in at.parts(body) for spot in at.uses(part))
            return
        if isinstance(node, tree.Cited):
            yield from self.cited(node)
            return
        for part in tree.walk(node):
            if isinstance(part, tree.Ref):
                yield from self.spots(node, self.results.lines[part.line])

    def cited(self, node: tree.Cited) -> Iterator[LineValue]:
        """Yield the cells of the line that a claim names, and the month that it names."""
        item, ref = node.figures[self.item]
        yield from (spot for part in self.parts(node.month) for spot in self.uses(part))
        if isinstance(ref, tree.Ref):
            line, found = self.results.lines[ref.line], self.value(node.month)
            month = int(found) if isinstance(found, float) and line.axis else 0
            items = range(self.results.frame.length(line.item)) if item < 0 else (item,)
            yield from (LineValue(line.id, one, month) for one in items)

    def spots(self, node: Expr, line: Line) -> Iterator[LineValue]:
        items = [self.item] if line.item in ("", self.scope.item) else self.members(node, line)
        if isinstance(node, tree.Above):
            items = [self.item - 1]
        if isinstance(node, tree.Parent):
            items = [self.results.frame.group_of(self.scope.item)[self.item]]
        positions = [self.position] if line.axis == self.scope.axis else self.months(node, line)
        for item in items:
            for position in positions:
                yield LineValue(line.id, item if line.item else 0, position if line.axis else 0)

    def members(self, node: Expr, line: Line) -> list[int]:
        count = self.results.frame.length(line.item)
        if isinstance(node, tree.Group):
            parents = self.results.frame.group_of(node.over)
            return [row for row in range(count) if parents[row] == self.item]
        return list(range(count))

    def months(self, node: Expr, line: Line) -> list[int]:
        if not line.axis:
            return [0]
        if isinstance(node, tree.AtMonth):
            month = self.value(node.month)
            return [int(month)] if isinstance(month, float) and month == month else []  # noqa: PLR0124
        last = self.results.frame.length(line.axis) - 1
        return [0, last] if isinstance(node, tree.Reduce | tree.SumWhere) else [self.position]
