"""Trees into the text of Excel formulas (languages floor).

The formulas of all items of a line are printed at once where they differ only in the rows that they name.
A row is printed once as a template in which `COLUMN` stands for the letters of the current month's column and
`PREVIOUS` for those of the column before; the writer fills them in, so that a row has one relative formula. The same
column is the same month on every sheet: a reference is same column, other row. An INDEX into one row
names the row as well as the column: other programs take a single argument for the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from workbook.address import Cell, column_letters, quote_sheet
from workbook.expr import tree
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import FUNCTIONS, OPERATORS, SIGN_PRECEDENCE
from workbook.expr.tree import Expr, Line
from workbook.naming import choice_key

COLUMN = "\x01"
PREVIOUS = "\x02"
_ROW = "\x03"
"""Stands for a row in a pattern. No XML can hold the three, so they come in no name and no text of a user's."""
ATOM = 9
PERIOD_KEYS = {"fiscal_year": "time.fiscal_year", "fiscal_quarter": "time.quarter_name"}
"""The line that names, month by month, the period of each kind."""
STORED = ("version_figures", "months")
"""Where the figures of approved versions are: a row each, a column a month."""


class Home(NamedTuple):
    """Where a line lies: its first row, and the column of its constant or of its first month."""

    sheet: str
    row: int
    column: int


class InputColumn(Struct, frozen=True):
    """Where an input column stands in the person's file; no `column` means that it is absent.

    `rows` are the sheet rows of the table's rows, `first_row`..`last_row` the whole data range. `spelling` holds, by
    sheet row, texts that the user wrote in another way than the choice they mean.
    """

    sheet: str
    column: int | None
    rows: tuple[int, ...]
    first_row: int
    last_row: int
    default: float | str | None = None
    spelling: Mapping[int, str] = field(default_factory=dict)
    last_column: int = 0
    """The last of several columns side by side; 0 for a single one."""

    @property
    def area(self) -> str:
        """The whole column as an absolute reference."""
        if self.column is None:
            raise ValueError(f"a column of {self.sheet} is absent")
        first, last = column_letters(self.column), column_letters(self.last_column or self.column)
        return f"{quote_sheet(self.sheet)}!${first}${self.first_row}:${last}${self.last_row}"


class SettingCell(Struct, frozen=True):
    """Where a setting's value stands; no cell means that its row is absent."""

    cell: Cell | None
    default: float | str | None = None
    spelling: str = ""


class Placement(Struct, frozen=True):
    """Where everything that a formula can name lies.

    `months` is the first and the last month column, `periods` those of the fiscal years and quarters. `snapshots`
    gives, by (what, table), the text that counts what has moved since the run. `headers` holds, by (sheet, line), the
    rows of lines that are repeated on top of each sheet, such as the months.
    """

    lines: Mapping[str, Line]
    spots: Mapping[str, Home]
    inputs: Mapping[tuple[str, str], InputColumn]
    settings: Mapping[str, SettingCell]
    months: tuple[int, int]
    periods: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    snapshots: Mapping[tuple[str, str], str] = field(default_factory=dict)
    headers: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def without_headers(self) -> Placement:
        """Return the placement for the repeated lines themselves, which name their one home."""
        return replace(self, headers={})


class Place(NamedTuple):
    """The row for which a formula is printed: its sheet, its dimensions, and which item it is of.

    `position` matters only where each column of an axis has an expression of its own. A row that is elsewhere shows an
    axis in other columns than its home, so that references name their columns.
    """

    sheet: str
    scope: Scope
    item: int = 0
    position: int = 0
    is_elsewhere: bool = False

    def at(self, position: int) -> Place:
        """Return the same row in another column of its axis."""
        return self._replace(position=position)


def print_formula(expr: Expr, place: Place, placement: Placement, frame: Frame) -> str:
    """Return the formula of one row as a template, `=` included: `COLUMN` marks the current column.

    Raises ValueError where a tree names what the scope does not have.
    """
    return "=" + _Printer(placement, frame, place).text(expr)


def print_formulas(expr: Expr, place: Place, placement: Placement, frame: Frame, count: int) -> Iterator[str]:
    """Yield the formulas of `count` items, as `print_formula` gives each of them.

    Most differ in nothing but the rows that they name: these are printed once, as a pattern.
    """
    rows: list[Sequence[int]] = []
    try:
        pattern = "=" + _Printer(placement, frame, place, range(count), rows).text(expr) if count > 1 else ""
    except _OfOneItemError:
        pattern = ""
    if not pattern:
        yield from (print_formula(expr, place._replace(item=item), placement, frame) for item in range(count))
        return
    pieces = pattern.replace("%", "%%").split(_ROW)
    named = [rows[int(number)] for number in pieces[1::2]]
    pieces[1::2] = ["%d"] * len(named)
    form = "".join(pieces)
    yield from (form % numbers for numbers in (zip(*named, strict=True) if named else [()] * count))


class _OfOneItemError(Exception):
    """A formula depends on its item in more than the rows that it names, so it has no pattern."""


def literal(value: float | str | None) -> str:
    """Return a value as it stands in a formula; None is the empty text."""
    match value:
        case None:
            return '""'
        case str():
            return '"' + value.replace('"', '""') + '"'
        case _:
            return str(int(value)) if float(value).is_integer() else repr(float(value))


def _truth(node: tree.Number) -> str:
    """Return a truth value by name: some programs refuse a number where Excel documents a truth value."""
    return "TRUE" if node.value else "FALSE"


class _Printer(Struct):
    placement: Placement
    frame: Frame
    place: Place
    items: Sequence[int] | None = None
    """Of a pattern, the item of each formula."""
    rows: list[Sequence[int]] = field(default_factory=list)
    """Of a pattern, the rows that stand for each mark in it, one a formula."""

    @property
    def scope(self) -> Scope:
        return self.place.scope

    @property
    def item(self) -> int:
        if self.items is not None:
            raise _OfOneItemError
        return self.place.item

    def row(self, first: int) -> str:
        """Print the row of the current item, among rows that begin with that of the first one."""
        if self.items is None:
            return str(first + self.place.item)
        return self.marked([first + item for item in self.items])

    def marked(self, rows: Sequence[int]) -> str:
        """Return the mark of a pattern in whose place each formula has a row of its own."""
        self.rows.append(rows)
        return f"{_ROW}{len(self.rows) - 1}{_ROW}"

    def printer_of(self, dimension: str, owners: Sequence[int]) -> _Printer | None:
        """Return the printer of the item to which the current one belongs; None where it belongs to none."""
        place = self.place._replace(scope=Scope(dimension, self.scope.axis))
        found = [owners[self.place.item]] if self.items is None else [owners[item] for item in self.items]
        if found.count(found[0]) == len(found):
            return _Printer(self.placement, self.frame, place._replace(item=found[0])) if found[0] >= 0 else None
        if min(found) < 0:
            raise _OfOneItemError
        return _Printer(self.placement, self.frame, place, found, self.rows)

    @property
    def sheet(self) -> str:
        return self.place.sheet

    def text(self, node: Expr) -> str:
        return self.print(node)[0]

    def at_least(self, node: Expr, precedence: int) -> str:
        """Print an operand, in parentheses where it binds less tightly than its place needs."""
        text, own = self.print(node)
        return text if own >= precedence else f"({text})"

    def print(self, node: Expr) -> tuple[str, int]:
        """Print a node and tell how tightly the outermost thing in the text binds."""
        # The cases that occur most stand first here and in `atom`: a plan prints some hundred thousand nodes.
        match node:
            case tree.Ref() | tree.Number() | tree.Call() | tree.Input():
                return self.atom(node), ATOM
            case tree.Binary():
                return self.binary(node)
            case tree.Unary():
                return f"-{self.at_least(node.operand, ATOM)}", SIGN_PRECEDENCE
            case tree.LastOfGroup():
                return self.print(node.last if self.frame.is_last(self.scope.item, self.item) else node.others)
            case tree.Above():
                return self.above(node)
            case tree.PerItem():
                return self.per_item(node)
            case tree.Joined():
                return self.joined(node)
            case tree.Stacked():
                return self.stacked(node)
            case tree.Sequence():
                return self.sequence(node)
            case _:
                return self.atom(node), ATOM

    def atom(self, node: Expr) -> str:  # noqa: C901, PLR0912 - one case a node, nothing else
        match node:
            case tree.Ref():
                return self.reference(node.line)
            case tree.Number() | tree.Text():
                return literal(node.value)
            case tree.Call():
                return self.call(node)
            case tree.Input():
                return self.input(node)
            case tree.Blank():
                return '""'
            case tree.Setting():
                return self.setting(node)
            case tree.Label():
                return self.label(node)
            case tree.Reduce():
                return self.reduce(node)
            case tree.Cumulative():
                return self.cumulative(node)
            case tree.SumWhere():
                return self.sum_where(node)
            case tree.LargeWhere():
                return self.large_where(node)
            case tree.SumOfProducts():
                return f"SUMPRODUCT({self.months_of(node.left)},{self.months_of(node.right)})"
            case tree.Peak():
                return self.peak(node)
            case tree.SumBetween():
                return f"SUMPRODUCT({self.between(node.first, node.last)}*{self.months_of(node.body)})"
            case tree.OverPeriod():
                return self.over_period(node)
            case tree.OfPeriod():
                return self.of_period(node)
            case tree.AtLeast():
                return self.first_at_least(node)
            case tree.Below():
                return f"SUMPRODUCT(({self.below(node)})*1)"
            case tree.Picked():
                return self.picked(node)
            case tree.Group():
                return self.group(node)
            case tree.Parent():
                return self.parent(node)
            case tree.Cited():
                return self.cited(node)
            case tree.AtMonth():
                return self.at_month(node)
            case tree.Position():
                return self.position(node)
            case tree.Lookup():
                return self.lookup(node)
            case tree.Tally():
                return f"{node.function}({self.placement.inputs[node.table, node.field].area})"
            case tree.SumColumnWhere():
                return self.sum_column_where(node)
            case tree.StoredFigure():
                figure = self.stored_cell(node.row, node.month)
                return f'IF({figure}="","",{figure})'
            case tree.StoredSum():
                return f"SUM({self.stored_cell(node.row, node.first)}:{self.stored_cell(node.row, node.last)})"
            case tree.MonthNumber():
                return self.month_number()
            case tree.Moved():
                return self.moved(node)
            case tree.AsOfRun():
                raise ValueError(f"{node.name} is a plain value, not a formula")
            case tree.Unary() | tree.Binary() | tree.LastOfGroup() | tree.Above() | tree.PerItem() | tree.Sequence():
                raise AssertionError("printed above")
            case tree.Joined() | tree.Stacked():
                raise AssertionError("printed above")
            case _:
                assert_never(node)

    def listed(self, nodes: tuple[Expr, ...]) -> str:
        return ",".join(self.text(node) for node in nodes)

    def binary(self, node: tree.Binary) -> tuple[str, int]:
        own = OPERATORS[node.operator].precedence
        if node.operator == "=" and (others := self.other_spellings(node)):
            spelled = [node, *(tree.Binary("=", node.left, tree.Text(other)) for other in others)]
            return f"OR({','.join(self.plain_binary(one, own) for one in spelled)})", ATOM
        return self.plain_binary(node, own), own

    def plain_binary(self, node: tree.Binary, own: int) -> str:
        # The right operand of equal rank keeps its parentheses: floats do not associate, and `^` reads from the left.
        left = self.at_least(node.left, ATOM if node.operator == "^" else own)
        return f"{left}{node.operator}{self.at_least(node.right, own + 1)}"

    def other_spellings(self, node: tree.Binary) -> list[str]:
        """Return how the person spelled the choice that is compared here, where it is not the canonical way."""
        if not isinstance(node.right, tree.Text):
            return []
        wanted = node.right.value
        # `=` ignores case, but neither spaces, underscores nor width.
        written = {text for text in self.spellings(node.left) if choice_key(text) == choice_key(wanted)}
        return sorted(text for text in written if text.lower() != wanted.lower())

    def spellings(self, node: Expr) -> Iterator[str]:
        """Yield how cells are spelled from which a text comes, through lines and choices."""
        match node:
            case tree.Ref():
                yield from self.spellings(self.placement.lines[node.line].expr)
            case tree.Call("IF", (_, then, otherwise)):
                yield from (*self.spellings(then), *self.spellings(otherwise))
            case tree.Input() | tree.Lookup():
                yield from self.placement.inputs[node.table, node.field].spelling.values()
            case tree.Setting():
                yield self.placement.settings[node.field].spelling

    def table_row(self, rows: Sequence[int]) -> str:
        """Print the row of the current item in its table, whose rows stand where `rows` says."""
        places = self.frame.rows[self.scope.item]
        if self.items is None:
            return str(rows[places[self.place.item]])
        return self.marked([rows[places[item]] for item in self.items])

    def absolute(self, cell: Cell) -> str:
        return f"{self.prefix(cell.sheet)}${column_letters(cell.column)}${cell.row}"

    def prefix(self, sheet: str) -> str:
        return "" if sheet == self.sheet else quote_sheet(sheet) + "!"

    @staticmethod
    def with_default(cell: str | None, default: float | str | None) -> str:
        if cell is None:
            return literal(default)
        return cell if default is None else f'IF({cell}="",{literal(default)},{cell})'

    def setting(self, node: tree.Setting) -> str:
        setting = self.placement.settings[node.field]
        return self.with_default(self.absolute(setting.cell) if setting.cell else None, setting.default)

    def input(self, node: tree.Input) -> str:
        if node.row is None and self.frame.tables[self.scope.item] != node.table:
            raise ValueError(f"{node.table}.{node.field} has no row for an item of {self.scope.item!r}")
        column = self.placement.inputs[node.table, node.field]
        if column.column is None:
            return literal(column.default)
        row = self.table_row(column.rows) if node.row is None else str(column.rows[node.row])
        cell = f"{self.prefix(column.sheet)}${column_letters(column.column)}{row}"
        return self.with_default(cell, column.default)

    def label(self, node: tree.Label) -> str:
        table = self.frame.tables.get(node.over)
        if table is None:
            return literal(self.frame.items[node.over][self.item])
        return self.input(tree.Input(table, self.frame.keys[table]))

    def spot(self, name: str) -> Home:
        header = self.placement.headers.get((self.sheet, name))
        spot = self.placement.spots[name]
        return Home(self.sheet, header, spot.column) if header else spot

    def reference(self, name: str, shift: int = 0) -> str:
        """Print a line at the current item and column, `shift` rows further down."""
        line, spot = self.placement.lines[name], self.spot(name)
        if line.item not in ("", self.scope.item) or line.axis not in ("", self.scope.axis):
            raise ValueError(f"{name} over {line.foreach} does not fit {self.scope}")
        row = self.row(spot.row + shift) if line.item else f"${spot.row}"
        return f"{self.prefix(spot.sheet)}{self.column_of(line, spot)}{row}"

    def column_of(self, line: tree.Line, spot: Home) -> str:
        """Print the column of a line: the current one along its axis, wherever its home is."""
        if line.axis and self.place.is_elsewhere:
            return column_letters(spot.column + self.place.position)
        return COLUMN if line.axis else "$" + column_letters(spot.column)

    def rows_of(self, name: str, over: str, members: range | None = None) -> str:
        """Print a line's block of rows over an item dimension, in the current column."""
        line, spot = self.placement.lines[name], self.spot(name)
        members = range(self.frame.length(over)) if members is None else members
        column = COLUMN if line.axis else "$" + column_letters(spot.column)
        first, last = spot.row + members.start, spot.row + members.stop - 1
        return f"{self.prefix(spot.sheet)}{column}${first}:{column}${last}"

    def row_of(self, node: tree.Ref | tree.Parent) -> str:
        """Print the row of a line at the current item, or at the item that it belongs to."""
        line, spot = self.placement.lines[node.line], self.spot(node.line)
        if not line.item:
            return str(spot.row)
        return self.printer_of_parent(line.item).row(spot.row) if isinstance(node, tree.Parent) else self.row(spot.row)

    def months_of(self, node: tree.Ref | tree.Parent, is_billed: bool = False) -> str:
        """Print a line's row over all months, or all but the last."""
        spot, row = self.spot(node.line), self.row_of(node)
        first, last = self.placement.months
        return f"{self.prefix(spot.sheet)}${column_letters(first)}{row}:${column_letters(last - is_billed)}{row}"

    def reduce(self, node: tree.Reduce) -> str:
        if node.over in ("month", "billed"):
            area = self.months_of(node.body, is_billed=node.over == "billed")
        elif self.frame.length(node.over) == 0:
            return literal(FUNCTIONS[node.function].identity)
        else:
            area = self.rows_of(node.body.line, node.over)
        return f"{node.function}({','.join([area, *(self.text(argument) for argument in node.arguments)])})"

    def cumulative(self, node: tree.Cumulative) -> str:
        spot, row = self.spot(node.body.line), self.row_of(node.body)
        first = column_letters(self.placement.months[0])
        return f"SUM({self.prefix(spot.sheet)}${first}{row}:{COLUMN}{row})"

    def sum_where(self, node: tree.SumWhere) -> str:
        if self.frame.length(node.over) == 0:
            return "0"
        if node.over == "month":
            key, body = self.months_of(node.key), self.months_of(node.body)
            return f"SUMIF({key},{self.listed(node.values)},{body})"
        key = self.rows_of(node.key.line, node.over)
        matches = "+".join(f"({key}={self.at_least(value, ATOM)})" for value in node.values)
        weights = matches if len(node.values) > 1 else f"{matches}*1"
        return f"SUMPRODUCT({weights},{self.rows_of(node.body.line, node.over)})"

    def large_where(self, node: tree.LargeWhere) -> str:
        """Print a product of rows within SUMPRODUCT, which needs no array entry."""
        fits = f"({self.months_of(node.key)}={self.at_least(node.value, ATOM)})*{self.months_of(node.body)}"
        return f"SUMPRODUCT(LARGE({fits},{self.text(node.k)}))"

    def peak(self, node: tree.Peak) -> str:
        """Print the largest month between two: SUMPRODUCT takes its argument as an array without array entry."""
        return f"SUMPRODUCT(MAX({self.between(node.first, node.last)}*{self.months_of(node.body)}))"

    def between(self, first: Expr, last: Expr) -> str:
        """Print 1 for each month from one to another, else 0."""
        months = self.months_of(tree.Ref("time.month"))
        ends = [self.at_least(month, OPERATORS["<"].precedence + 1) for month in (first, last)]
        return f"({months}>={ends[0]})*({months}<={ends[1]})"

    def over_period(self, node: tree.OverPeriod) -> str:
        """Print what the billed months of the column's period come to; the period's key is in the column's head."""
        row, first, last = self.spot(PERIOD_KEYS[self.scope.axis]).row, *map(column_letters, self.billed())
        keys, key = f"${first}${row}:${last}${row}", f"{COLUMN}${row}"
        body, end = self.months_of(node.body, is_billed=True), f"{COLUMN}${self.spot('time.month').row}+1"
        at_end = f"INDEX({body},1,{end})"
        months = f"INDEX({body},1,MATCH({key},{keys},0)):{at_end}"
        match node.how:
            case tree.OverTime.SUM:
                return f"SUMIF({keys},{key},{body})"
            case tree.OverTime.END:
                return at_end
            case tree.OverTime.PEAK:
                return f'IF(COUNT({months})=0,"",MAX({months}))'
            case tree.OverTime.MEAN:
                return f'IF(COUNT({months})=0,"",SUMIF({keys},{key},{body})/COUNT({months}))'
            case _:
                raise ValueError(f"{node.body.line} has no figure of a period")

    def of_period(self, node: tree.OfPeriod) -> str:
        """Print the item of a block of rows that has the number of the column in its block of columns."""
        first, _ = self.placement.periods[self.scope.axis]
        row = self.spot("time.fiscal_year").row
        before = f"COUNT(${column_letters(first - 1)}${row}:{PREVIOUS}${row})"
        # The column before the first block holds a text, before any other the last number of the block before.
        is_first = first == min(block for block, _ in self.placement.periods.values())
        return f"INDEX({self.rows_of(node.body.line, self.scope.axis)},{before}{'+1' if is_first else ''})"

    def billed(self) -> tuple[int, int]:
        """Return the columns of the first and the last billed month."""
        first, last = self.placement.months
        return first, last - 1

    def members(self, over: str) -> range:
        parents = self.frame.group_of(over)
        if self.item not in parents:
            return range(0)
        return range(parents.index(self.item), len(parents) - parents[::-1].index(self.item))

    def group(self, node: tree.Group) -> str:
        members = self.members(node.over)
        if not members:
            return literal(FUNCTIONS[node.function].identity)
        return f"{node.function}({self.rows_of(node.body.line, node.over, members)})"

    def picked(self, node: tree.Picked) -> str:
        """Print the row at a position: its cell where that is known, else by INDEX."""
        if isinstance(node.position, tree.Number):
            place = int(node.position.value) - 1
            return self.rows_of(node.body.line, node.over, range(place, place + 1)).partition(":")[0]
        return f"INDEX({self.rows_of(node.body.line, node.over)},{self.text(node.position)})"

    def below(self, node: tree.AtLeast | tree.Below) -> str:
        value = self.at_least(node.value, OPERATORS["<"].precedence + 1)
        return f"{self.rows_of(node.body.line, node.over)}<{value}"

    def first_at_least(self, node: tree.AtLeast) -> str:
        steps = self.rows_of(node.body.line, node.over)
        return f"INDEX({steps},SUMPRODUCT(({self.below(node)})*1)+1)"

    def parent(self, node: tree.Parent) -> str:
        return self.printer_of_parent(self.placement.lines[node.body.line].item).reference(node.body.line)

    def printer_of_parent(self, over: str) -> _Printer:
        """Return the printer of the item in whose group the current one is."""
        parent = self.printer_of(over, self.frame.group_of(self.scope.item))
        if parent is None:
            raise ValueError(f"an item of {self.scope.item!r} is in no group")
        return parent

    def above(self, node: tree.Above) -> tuple[str, int]:
        if self.frame.is_first(self.scope.item, self.item):
            return self.print(node.first)
        return self.reference(node.body.line, shift=-1), ATOM

    def per_item(self, node: tree.PerItem) -> tuple[str, int]:
        if node.over in tree.AXES:
            chosen, place = self.place.position, Place(self.sheet, Scope(self.scope.item, ""), self.item)
        else:
            chosen, place = self.item, Place(self.sheet, Scope("", self.scope.axis), position=self.place.position)
        return _Printer(self.placement, self.frame, place).print(node.items[chosen][1])

    def joined(self, node: tree.Joined) -> tuple[str, int]:
        owner = self.printer_of(node.over, self.frame.joins[self.scope.item, node.over])
        return self.print(node.otherwise) if owner is None else owner.print(node.body)

    def stacked(self, node: tree.Stacked) -> tuple[str, int]:
        item = self.item
        for over, body in node.parts:
            if item < self.frame.length(over):
                place = self.place._replace(scope=Scope(over, self.scope.axis), item=item)
                return _Printer(self.placement, self.frame, place).print(body)
            item -= self.frame.length(over)
        raise ValueError(f"{self.scope.item} has no item {self.item}")

    def call(self, node: tree.Call) -> str:
        """Print a function; a choice whose outcome the printed text decides is printed as that outcome.

        An absent column is blank, so that `IF(""="",…)` has one outcome; a claim without a line is blank either way.
        """
        flag = FUNCTIONS[node.function].truth_value
        arguments = [
            _truth(argument) if place == flag and isinstance(argument, tree.Number) else self.text(argument)
            for place, argument in enumerate(node.arguments)
        ]
        if node.function == "IF" and set(arguments[1:]) == {literal(None)}:
            return literal(None)
        if node.function == "IF" and arguments[0] == f"{literal(None)}={literal(None)}":
            return arguments[1]
        return f"{node.function}({','.join(arguments)})"

    def cited(self, node: tree.Cited) -> str:
        """Print one cell of a line, or the sum of a column of its block: SUM passes over blanks."""
        item, ref = node.figures[self.item]
        if isinstance(ref, tree.Blank):
            return '""'
        line, spot = self.placement.lines[ref.line], self.spot(ref.line)
        first, last = self.placement.months if line.axis else (spot.column, spot.column)
        rows = (spot.row + item,) * 2 if item >= 0 else (spot.row, spot.row + self.frame.length(line.item) - 1)
        area = f"{self.prefix(spot.sheet)}${column_letters(first)}${rows[0]}:${column_letters(last)}${rows[1]}"
        if item >= 0:
            cell = f"{self.prefix(spot.sheet)}${column_letters(first)}${rows[0]}"
            return f"INDEX({area},1,{self.text(node.month)}+1)" if line.axis else cell
        return f"SUM(INDEX({area},0,{self.text(node.month)}+1))" if line.axis else f"SUM({area})"

    def month_number(self) -> str:
        first = column_letters(self.placement.months[0] - 1)
        row = self.spot("time.month").row
        return f"COUNT(${first}{row}:{PREVIOUS}{row})"

    def sequence(self, node: tree.Sequence) -> tuple[str, int]:
        if self.item == 0:
            return self.print(node.first)
        spot = self.spot(node.line)
        above = f"{self.prefix(spot.sheet)}${column_letters(spot.column)}{spot.row + self.item - 1}"
        return f"{above}+1", OPERATORS["+"].precedence

    def moved(self, node: tree.Moved) -> str:
        return self.placement.snapshots[node.what, self.frame.items[self.scope.item][self.item]]

    def at_month(self, node: tree.AtMonth) -> str:
        if node.month == tree.Number(0):
            first = column_letters(self.placement.months[0])
            return f"{self.prefix(self.spot(node.body.line).sheet)}${first}{self.row_of(node.body)}"
        return f"INDEX({self.months_of(node.body)},1,{self.at_least(node.month, 3)}+1)"

    def position(self, node: tree.Position) -> str:
        area = self.placement.inputs[node.table, self.frame.keys[node.table]].area
        key = self.at_least(node.key, ATOM)
        place = f"MATCH({key},{area},0)"
        return f"IF(SUMPRODUCT(({area}={key})*1)=0,0,{place})" if node.optional else place

    def lookup(self, node: tree.Lookup) -> str:
        column = self.placement.inputs[node.table, node.field]
        if column.column is None:
            return literal(column.default)
        return self.with_default(f"INDEX({column.area},{self.text(node.position)})", column.default)

    def stored_cell(self, row: Expr, month: Expr) -> str:
        """Print the cell of a version's figure, as a reference."""
        area = self.placement.inputs[STORED].area
        return f"INDEX({area},{self.text(row)},{self.at_least(month, OPERATORS['+'].precedence)}+1)"

    def sum_column_where(self, node: tree.SumColumnWhere) -> str:
        key = self.placement.inputs[node.table, node.key_field].area
        value = self.text(node.value)
        if node.function == "COUNTIF":
            return f"COUNTIF({key},{value})"
        return f"SUMIF({key},{value},{self.placement.inputs[node.table, node.field].area})"
