"""An input cell into the lines that read it and the key figures that follow from them (post)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from workbook.address import Cell
from workbook.explain.dependencies import column_input, setting_input
from workbook.explain.explanation import Dependent, InputCell, InputEffect
from workbook.explain.locate import LineValue, parse_cell
from workbook.explain.trace import home_cell
from workbook.expr import tree
from workbook.expr.tree import Expr
from workbook.model.results import Results
from workbook.sheets.book import Book

KEY_FIGURES = (
    "users.all",
    "demand.total",
    "cpu.required",
    "memory.required",
    "storage.provisioned_total",
    "nodes.total",
    "exhaustion.first_date",
    "cost.total",
    "cost.this_year",
    "availability.system",
)
"""What a plan is made for: demand, resources, nodes, the first shortage, money, availability."""


def is_input(results: Results, target: str) -> bool:
    """Whether a target such as `Users!B2` is on an input sheet of the plan."""
    sheet, mark, _ = target.rpartition("!")
    sheet = sheet.strip("'").replace("''", "'").casefold()
    titles = results.plan.titles
    return bool(mark) and sheet in [title.casefold() for title in titles]


def effect_of_input(book: Book, target: str) -> InputEffect:
    """Return what depends on the input cell at `Sheet!A1`. Raises LookupError for a cell that no input is read from."""
    results = book.results
    cell = parse_cell(target)
    found, sources = _find(results, cell)
    readers = [line.id for line in results.lines.values() if sources & set(_reads(line.expr))]
    reached = _reached(results, readers)
    figures = [line for line in KEY_FIGURES if line in reached]
    return InputEffect(found, _dependents(book, readers), _dependents(book, figures), len(reached))


def _find(results: Results, cell: Cell) -> tuple[InputCell, set[tuple[str, str]]]:
    """Return the input at a cell, and the names by which expressions read it."""
    plan = results.plan
    for name, place in plan.setting_cells.items():
        if _is_at(place, cell):
            return setting_input(results, name), {("", name)}
    for sheet, table in plan.tables.items():
        for row in range(len(table.rows)):
            for column in table.column_numbers:
                if _is_at(table.cell(row, column), cell):
                    return column_input(results, sheet, column, row), {(sheet, column)}
    raise LookupError(f"no input is read from {cell}: it is a header, a label, Source, Notes or outside the table")


def _is_at(place: Cell | None, cell: Cell) -> bool:
    """Whether an input is at a cell, whose sheet may be typed in another case."""
    return place is not None and replace(place, sheet=place.sheet.casefold()) == replace(
        cell, sheet=cell.sheet.casefold()
    )


def _reads(expr: Expr) -> Iterator[tuple[str, str]]:
    """Yield table and column of every input that an expression reads; a setting has no table."""
    for node in tree.walk(expr):
        match node:
            case tree.Setting(setting):
                yield "", setting
            case tree.Input(table, column) | tree.Lookup(table, column, _):
                yield table, column
            case tree.Tally(_, table, column):
                yield table, column
            case tree.SumColumnWhere(_, table, key, _, column):
                yield table, key
                yield table, column


def _reached(results: Results, readers: list[str]) -> set[str]:
    """Return the ids of all lines that depend on these, themselves included."""
    users: dict[str, list[str]] = defaultdict(list)
    for line in results.lines.values():
        for used in line.reads:
            users[used].append(line.id)
    reached, waiting = set(readers), list(readers)
    while waiting:
        found = [line for line in users[waiting.pop()] if line not in reached]
        reached.update(found)
        waiting += found
    return reached


def _dependents(book: Book, lines: list[str]) -> tuple[Dependent, ...]:
    homed = (line for line in lines if book.results.items(line))
    return tuple(Dependent(line, book.results.lines[line].title, home_cell(book, LineValue(line))) for line in homed)
