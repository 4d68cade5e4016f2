"""The nodes of an expression and the lines they define (languages floor).

A line is one row of the plan, written once: `foreach` names its dimensions, first the items (one row each), then the
axis (one column each; `month` or `milestone`). Nodes are declarations only: what they calculate stands in `evaluate`,
what they look like in Excel stands in `formula`. `==` compares trees; `eq(a, b)` builds a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache, cached_property, wraps
from typing import ClassVar, NoReturn, ParamSpec, TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from workbook.units import UNITS

AXES = ("month", "milestone")
PERIODS = ("fiscal_year", "fiscal_quarter")
"""Dimensions whose items also run across the columns of a sheet, in front of its months."""


class _Arithmetic(Struct, frozen=True):
    """Operators that build nodes, so that a line reads like its formula."""

    def __add__(self, other: Operand) -> Binary:
        return Binary("+", _node(self), _node(other))

    def __radd__(self, other: Operand) -> Binary:
        return Binary("+", _node(other), _node(self))

    def __sub__(self, other: Operand) -> Binary:
        return Binary("-", _node(self), _node(other))

    def __rsub__(self, other: Operand) -> Binary:
        return Binary("-", _node(other), _node(self))

    def __mul__(self, other: Operand) -> Binary:
        return Binary("*", _node(self), _node(other))

    def __rmul__(self, other: Operand) -> Binary:
        return Binary("*", _node(other), _node(self))

    def __truediv__(self, other: Operand) -> Binary:
        return Binary("/", _node(self), _node(other))

    def __rtruediv__(self, other: Operand) -> Binary:
        return Binary("/", _node(other), _node(self))

    def __pow__(self, other: Operand) -> Binary:
        return Binary("^", _node(self), _node(other))

    def __and__(self, other: Operand) -> Binary:
        return Binary("&", _node(self), _node(other))

    def __neg__(self) -> Unary:
        return Unary("-", _node(self))

    def __lt__(self, other: Operand) -> Binary:
        return Binary("<", _node(self), _node(other))

    def __le__(self, other: Operand) -> Binary:
        return Binary("<=", _node(self), _node(other))

    def __gt__(self, other: Operand) -> Binary:
        return Binary(">", _node(self), _node(other))

    def __ge__(self, other: Operand) -> Binary:
        return Binary(">=", _node(self), _node(other))

    def __bool__(self) -> NoReturn:
        raise TypeError("an expression has no truth value: build a condition with if_(...)")


class Number(_Arithmetic, frozen=True):
    """A literal. `unit` says what it converts, `Number(1000, "MB/GB")`, so that units can be checked."""

    value: float
    unit: str = ""


class Text(_Arithmetic, frozen=True):
    """A literal text, such as a choice of an enumeration."""

    value: str


class Blank(_Arithmetic, frozen=True):
    """No value: an empty text in a sheet, null in JSON, NaN in an array."""


class Setting(_Arithmetic, frozen=True):
    """The value of one row of Settings."""

    field: str


class Input(_Arithmetic, frozen=True):
    """The cell of an input table's column in the row of the current item, or in one `row` of the table, from 0."""

    table: str
    field: str
    row: int | None = None


class Label(_Arithmetic, frozen=True):
    """The name of the current item of a dimension."""

    over: str


class Ref(_Arithmetic, frozen=True):
    """Another line, at the current item and the current month."""

    line: str


class Unary(_Arithmetic, frozen=True):
    """A sign."""

    operator: str
    operand: Expr


class Binary(_Arithmetic, frozen=True):
    """Two operands of an operator of `functions.OPERATORS`."""

    operator: str
    left: Expr
    right: Expr


class Call(_Arithmetic, frozen=True):
    """A function of `functions.FUNCTIONS`."""

    function: str
    arguments: tuple[Expr, ...]


class Reduce(_Arithmetic, frozen=True):
    """A line over all items of a dimension, or over `month`, or over `billed` (all months but the horizon).

    `arguments` follow the range, as the k of LARGE does.
    """

    function: str
    over: str
    body: Ref
    arguments: tuple[Expr, ...] = ()


class Cumulative(_Arithmetic, frozen=True):
    """A monthly line summed from month 0 to the current one."""

    body: Ref


class SumWhere(_Arithmetic, frozen=True):
    """The sum of a line over the items of `over` whose `key` line equals one of the `values`.

    Over months, key and body may be lines of the item to which the current row belongs.
    """

    over: str
    key: Ref | Parent
    values: tuple[Expr, ...]
    body: Ref | Parent


class LargeWhere(_Arithmetic, frozen=True):
    """The k-th largest figure of a monthly line in the months whose `key` line equals `value`.

    Other months count 0, so no figure may be negative; 0 where fewer than k months fit.
    """

    key: Ref
    value: Expr
    body: Ref
    k: Expr


class SumOfProducts(_Arithmetic, frozen=True):
    """Two monthly lines multiplied month by month, and summed over all months."""

    left: Ref
    right: Ref


class Peak(_Arithmetic, frozen=True):
    """The largest figure of a monthly line from the month `first` to the month `last`; 0 if there is none above."""

    body: Ref
    first: Expr
    last: Expr


class SumBetween(_Arithmetic, frozen=True):
    """A monthly line summed from the month `first` to the month `last`, which may follow the column; 0 if none is."""

    body: Ref
    first: Expr
    last: Expr


class OverPeriod(_Arithmetic, frozen=True):
    """What a monthly line comes to over the billed months of the period in the current column.

    Over the months with a figure where it is a peak or a mean: blank if none has one.
    """

    body: Ref
    how: OverTime


class OfPeriod(_Arithmetic, frozen=True):
    """The value that a line over periods has for the period in the current column."""

    body: Ref


class AtLeast(_Arithmetic, frozen=True):
    """The first of the ascending values of `body` over `over` that is not below `value`; the last must not be."""

    over: str
    body: Ref
    value: Expr


class Below(_Arithmetic, frozen=True):
    """How many figures of `body` over `over` are below `value`: with distinct figures, the rank of one of them."""

    over: str
    body: Ref
    value: Expr


class Picked(_Arithmetic, frozen=True):
    """A line at the item of `over` that stands in the row `position`, counted from 1; it must be there."""

    over: str
    body: Ref
    position: Expr


class Group(_Arithmetic, frozen=True):
    """A line over the rows of `over` that belong to the current item, such as the anchors of a segment."""

    function: str
    over: str
    body: Ref


class Parent(_Arithmetic, frozen=True):
    """A line at the item to which the current row belongs, such as the component of an offer."""

    body: Ref

    @property
    def line(self) -> str:
        """The id of the line."""
        return self.body.line


class Joined(_Arithmetic, frozen=True):
    """An expression of another dimension, in the row that the current item belongs to by structure.

    `otherwise` stands where an item belongs to none.
    """

    over: str
    body: Expr
    otherwise: Expr = Blank()


class Above(_Arithmetic, frozen=True):
    """The same line or another one in the row above, within the group; `first` in the group's first row."""

    body: Ref
    first: Expr


class LastOfGroup(_Arithmetic, frozen=True):
    """One expression in the last row of each group, another in all rows before it."""

    last: Expr
    others: Expr


class PerItem(_Arithmetic, frozen=True):
    """A dimension whose items each have an expression of their own, such as the classes of traffic."""

    over: str
    items: tuple[tuple[str, Expr], ...]


class Stacked(_Arithmetic, frozen=True):
    """The items of other dimensions one below the other, each part with an expression over its own dimension."""

    parts: tuple[tuple[str, Expr], ...]


class Cited(_Arithmetic, frozen=True):
    """A line of its own in each row: at one of its items, or summed over all (−1), and in the row's `month`."""

    figures: tuple[tuple[int, Ref | Blank], ...]
    month: Expr


class AtMonth(_Arithmetic, frozen=True):
    """A monthly line in one chosen month; the month must lie within 0..horizon.

    It may be a line of the item to which the current row belongs.
    """

    body: Ref | Parent
    month: Expr


class Position(_Arithmetic, frozen=True):
    """The place, from 1, of a name in the key column of a table; 0 if it is `optional` and not there."""

    table: str
    key: Expr
    optional: bool = False


class Lookup(_Arithmetic, frozen=True):
    """The value of a table's column at a position found before."""

    table: str
    field: str
    position: Expr


class Tally(_Arithmetic, frozen=True):
    """A whole column of a table: its SUM, COUNT or COUNTA, blank rows and all."""

    function: str
    table: str
    field: str


class SumColumnWhere(_Arithmetic, frozen=True):
    """The sum of a table's column where its key column equals a number; `COUNTIF` gives the count instead."""

    function: str
    table: str
    key_field: str
    value: Expr
    field: str = ""


class StoredFigure(_Arithmetic, frozen=True):
    """A figure of an approved version: in a row of its figures, counted from 1, and in one of its own months.

    Row and month must be there; blank where the version has none.
    """

    row: Expr
    month: Expr


class StoredSum(_Arithmetic, frozen=True):
    """The sum of an approved version's figures in a row of them, from its month `first` to its month `last`."""

    row: Expr
    first: Expr
    last: Expr


class MonthNumber(_Arithmetic, frozen=True):
    """The number of the current month: 0, 1, 2 … counted along the row itself."""


class Sequence(_Arithmetic, frozen=True):
    """The rows of the line `line` numbered from `first`, such as fiscal years."""

    line: str
    first: Expr


class Moved(_Arithmetic, frozen=True):
    """How many `rows`, `keys` or `values` of the current input table differ from the snapshot of the run; then 0."""

    what: str


class AsOfRun(_Arithmetic, frozen=True):
    """A figure or a text that no formula can hold, such as what a search has found: a plain value, as of the run.

    Where its line has items, there is one for each.
    """

    name: str


Expr: TypeAlias = (
    Number
    | Text
    | Blank
    | Setting
    | Input
    | Label
    | Ref
    | Unary
    | Binary
    | Call
    | Reduce
    | Cumulative
    | SumWhere
    | SumOfProducts
    | SumBetween
    | Peak
    | OverPeriod
    | OfPeriod
    | AtLeast
    | Below
    | Picked
    | Group
    | Parent
    | Joined
    | Above
    | LastOfGroup
    | PerItem
    | Stacked
    | Cited
    | AtMonth
    | LargeWhere
    | Position
    | Lookup
    | Tally
    | SumColumnWhere
    | StoredFigure
    | StoredSum
    | MonthNumber
    | Sequence
    | Moved
    | AsOfRun
)
Operand: TypeAlias = "Expr | _Arithmetic | float | str"


class OverTime(StrEnum):
    """What a monthly line becomes over a period, such as a fiscal year."""

    SUM = "sum"
    END = "end"
    PEAK = "peak"
    MEAN = "mean"
    RATIO = "ratio"
    NONE = "none"


class LineKind(StrEnum):
    """Whether a line is a result that readers ask for, or a step on the way to one."""

    RESULT = "result"
    WORKING = "working"


P = ParamSpec("P")


class Section:
    """A heading on a sheet; as a decorator it makes what a function yields the lines under it.

    A section is itself: two sections may have one title.
    """

    every: ClassVar[list[Section]] = []

    def __init__(self, title: str, kind: LineKind = LineKind.RESULT) -> None:
        """Declare a section; lines that say nothing else are of its kind."""
        self.title, self.kind = title, kind
        self.every.append(self)

    def __repr__(self) -> str:
        return f"Section({self.title!r})"

    def __call__(self, make: Callable[P, Iterator[Line]]) -> Callable[P, Iterator[Line]]:
        """Return a function whose lines stand in this section, but for those that have one already."""

        @wraps(make)
        def lines(*args: P.args, **kwargs: P.kwargs) -> Iterator[Line]:
            return (line.placed_in(self) for line in make(*args, **kwargs))

        return lines


class Line(Struct, frozen=True, dict=True):
    """One row of the plan: its id in JSON and in the id column, its unit, its dimensions and its one definition.

    `unit` is the id of a unit in `units`. What a line leaves out follows from its section (`kind`) and its unit
    (`over_time`). `heading` is what stands above its figures where lines stand side by side; its title if blank.
    Raises ValueError for a unit that is not declared.
    """

    id: str
    title: str
    unit: str
    foreach: tuple[str, ...]
    expr: Expr
    heading: str = ""
    over_time: OverTime | None = None
    kind: LineKind | None = None
    section: Section | None = None
    item: str = ""
    """The dimension that runs down the rows; empty for a single row."""
    axis: str = ""
    """The dimension that runs across the columns; empty for a constant line."""

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"line {self.id} has a unit that units.py does not declare: {self.unit!r}")
        axis = self.foreach[-1] if self.foreach and self.foreach[-1] in AXES else ""
        items = [dimension for dimension in self.foreach if dimension not in AXES]
        force_setattr(self, "axis", axis)
        force_setattr(self, "item", items[0] if items else "")
        if self.kind is None and self.section is not None:
            force_setattr(self, "kind", self.section.kind)
        if self.over_time is None:
            force_setattr(self, "over_time", OverTime(UNITS[self.unit].over_time))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The ids of all lines that the definition names."""
        return references(self.expr)

    @property
    def adds_up(self) -> bool:
        """Whether the months of the line make a total."""
        return bool(self.axis) and self.over_time is OverTime.SUM

    def placed_in(self, section: Section) -> Line:
        """Return the line in a section, and of its kind, unless it has its own."""
        if self.section is not None:
            return self
        return replace(self, section=section, kind=self.kind or section.kind)


def _node(value: Operand) -> Expr:
    match value:
        case bool():
            raise TypeError("a truth value is no operand")
        case int() | float():
            return Number(value)
        case str():
            return Text(value)
        case _:
            return value  # type: ignore[return-value]


_PLAIN = {"str", "float", "int", "bool", "None", "OverTime"}
"""How fields are declared that hold no expression."""


def children(node: Expr) -> list[Expr]:
    """Return the expressions that a node holds, in the order in which it holds them."""
    found: list[Expr] = []
    for name in _holding(type(node)):
        value = getattr(node, name)
        if type(value) is tuple:
            inner = (entry[1] if type(entry) is tuple else entry for entry in value)
            found += (entry for entry in inner if isinstance(entry, _Arithmetic))  # type: ignore[misc]
        elif isinstance(value, _Arithmetic):
            found.append(value)  # type: ignore[arg-type]
    return found


@cache
def _holding(kind: type[Expr]) -> tuple[str, ...]:
    """Return the fields of a kind of node that may hold expressions; more than half of all nodes have none."""
    fields = {name: kind.__annotations__[name] for name in kind.__struct_fields__}
    return tuple(name for name, declared in fields.items() if not _PLAIN.issuperset(declared.split(" | ")))


def rewritten(node: Expr, change: Callable[[Ref], Expr]) -> Expr:
    """Return an expression in which each line that it names is what `change` makes of it.

    For expressions of single values: no node may name a line for more than its value in the current cell.
    """
    match node:
        case Ref():
            return change(node)
        case Unary(operator, operand):
            return Unary(operator, rewritten(operand, change))
        case Binary(operator, left, right):
            return Binary(operator, rewritten(left, change), rewritten(right, change))
        case Call(function, arguments):
            return Call(function, tuple(rewritten(argument, change) for argument in arguments))
        case _:
            return node


def with_names(node: Expr, names: Mapping[str, str]) -> Expr:
    """Return an expression in which lines have other names; those that are not among them keep theirs."""
    changed = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        other = names.get(value, value) if name == "line" else _with_names(value, names)
        if other is not value:
            changed[name] = other
    return replace(node, **changed) if changed else node


def _with_names(value: object, names: Mapping[str, str]) -> object:
    """Return what a node holds under other names; the same object where nothing in it has another one."""
    match value:
        case _Arithmetic():
            return with_names(value, names)  # type: ignore[arg-type]
        case tuple():
            others = tuple(_with_names(entry, names) for entry in value)
            return others if any(new is not old for new, old in zip(others, value, strict=True)) else value
        case _:
            return value


def walk(node: Expr) -> Iterator[Expr]:
    """Yield a node and everything below it, in the order in which it is written."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(children(part))


def references(node: Expr) -> frozenset[str]:
    """Return the ids of all lines that an expression names."""
    return frozenset(part.line for part in walk(node) if isinstance(part, Ref))


def in_order(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines so that each stands behind all that it names. Raises ValueError for a circle."""
    by_id = {line.id: line for line in lines}
    if len(by_id) != len(lines):
        raise ValueError("two lines have one id")
    done: dict[str, Line] = {}
    open_ids: set[str] = set()

    def visit(line: Line) -> None:
        if line.id in done:
            return
        if line.id in open_ids:
            raise ValueError(f"circle of lines through {line.id}")
        open_ids.add(line.id)
        for name in sorted(line.reads):
            visit(by_id[name])
        done[line.id] = line

    for line in lines:
        visit(line)
    return tuple(done.values())


# How lines are written: short names for the nodes.
BLANK = Blank()


def eq(left: Operand, right: Operand) -> Binary:
    """Build the comparison `left = right`."""
    return Binary("=", _node(left), _node(right))


def is_blank(operand: Operand) -> Binary:
    """Build the question whether a value is blank."""
    return eq(operand, BLANK)


def call(function: str, *arguments: Operand) -> Call:
    """Build a function call."""
    return Call(function, tuple(_node(argument) for argument in arguments))


def if_(condition: Operand, then: Operand, otherwise: Operand) -> Call:
    """Build a choice; the branch that is not chosen may be undefined."""
    return call("IF", condition, then, otherwise)


def any_of(*conditions: Operand) -> Call:
    """Build an OR."""
    return call("OR", *conditions)


def all_of(*conditions: Operand) -> Call:
    """Build an AND."""
    return call("AND", *conditions)


def largest(*operands: Operand) -> Call:
    """Build the MAX of some operands."""
    return call("MAX", *operands)


def smallest(*operands: Operand) -> Call:
    """Build the MIN of some operands."""
    return call("MIN", *operands)


def ceiling(operand: Operand) -> Call:
    """Build CEIL (help: model): float noise below 1e-9 never adds a unit."""
    return call("ROUNDUP", call("ROUND", operand, 9), 0)


def whole(operand: Operand) -> Call:
    """Build INT (help: model): float noise below 1e-9 never loses a unit."""
    return call("INT", call("ROUND", operand, 9))


def counted(over: str, body: Ref) -> Binary:
    """Build the COUNT of a line's figures that does not swallow errors: the SUM lets them through."""
    return Binary("+", Reduce("COUNT", over, body), Binary("*", Number(0), Reduce("SUM", over, body)))


def total(over: str, line: str) -> Reduce:
    """Build the SUM of a line over a dimension."""
    return Reduce("SUM", over, Ref(line))
