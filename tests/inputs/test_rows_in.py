"""Rows in are rows used and rows reported: nothing that a person typed is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbook.address import Area, Cell, column_number
from workbook.files.reading.sheet_content import SheetContent
from workbook.files.reading.tables import find_table
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.grouped import grouped
from workbook.inputs.parse.headers import match_columns
from workbook.inputs.parse.read_rows import read_table
from workbook.inputs.parse.surroundings import shape_problems
from workbook.inputs.raw import RawCell
from workbook.inputs.sheets.registry import SHEETS
from workbook.problems import Problem

HEADERS = ("Dataset", "Base size", "Instances", "Growth per month", "Retention", "Storage tier", "Notes")
KINDS = (
    "good", "good", "good", "blank", "only notes", "spaces", "no name", "no tier", "text", "error",
    "no result", "number as name", "same name", "fault", "negative", "total", "sum", "far", "look-alike", "odd name",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    sheet: str
    name: str
    area: Area
    header_rows: int = 1
    totals_rows: int = 0


@dataclass
class Sheet:
    """A sheet under way: its rows, and those in which a person sees something."""

    grid: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    typed: set[int] = field(default_factory=set)

    def add(self, row: int, kind: str) -> None:
        cells: list[object] = [f"Data {row}", 100, 1, 0.01, 30, "Block storage", "note"]
        changes: dict[str, tuple[int, object]] = {
            "no name": (0, None),
            "no tier": (5, None),
            "text": (1, "many"),
            "error": (1, RawCell("#REF!", formula="=A1", is_error=True)),
            "no result": (1, RawCell(formula="=A1", has_result=False)),
            "number as name": (0, 7),
            "same name": (0, "Data 2"),
            "fault": (4, RawCell(fault="its stored number is 'x'")),
            "negative": (1, -5),
            "total": (0, "Total"),
            "look-alike": (0, "D\u0430ta 2"),
            "odd name": (0, f"Dat\u0430 {row}"),
        }
        if kind in ("blank", "only notes", "spaces"):
            cells = [
                None,
                " " if kind == "spaces" else None,
                None,
                None,
                None,
                None,
                "x" if kind == "only notes" else None,
            ]
        elif kind == "sum":
            cells = [None, RawCell(5, formula=f"=SUM(B2:B{row - 1})"), None, None, None, None, None]
        elif kind in changes:
            number, value = changes[kind]
            cells[number] = value
        if kind not in ("blank", "only notes", "spaces"):
            self.typed.add(row)
        row_cells = {n: _raw(value) for n, value in enumerate(cells, 1) if value is not None}
        if row_cells:
            self.grid[row] = row_cells


def _raw(value: object) -> RawCell:
    return value if isinstance(value, RawCell) else RawCell(value)


def read(content: SheetContent, places: Sequence[Place]) -> tuple[set[int], list[Problem]]:
    """Read the sheet: the rows that can be used, and what a person is told."""
    schema, draft = SHEETS["retention"], PlanDraft()
    table = find_table(schema, "Retention", content, places)
    match = match_columns(schema, table.title, table.header_row, table.headers)
    read_table(draft, schema, table, match)
    told = [*match.problems, *shape_problems(table, match.column_numbers), *draft.problems]
    return set(draft.tables["retention"].row_numbers), grouped(told)


def rows_named(problems: Sequence[Problem]) -> set[int]:
    """Return the rows of Retention that a person is told of, by cell or in the list of a message."""
    rows = set()
    for problem in problems:
        where = problem.where
        if isinstance(where, Cell) and where.sheet == "Retention":
            rows |= {where.row, *_listed(problem.message)}
        elif str(where).startswith("Retention, row "):
            rows.add(int(str(where).rpartition(" ")[2]))
    return rows


def _listed(message: str) -> set[int]:
    """Return the rows in `rows 3, 4, 7 to 9`, `cells: E2:E9, E12`, `A2:A3 are merged` and the like."""
    rows: set[int] = set()
    for tail in [message, *re.split(r": |\brows? ", message)[1:]]:
        for part in tail.rstrip(")").split(", "):
            found = re.match(r"[A-G]?(\d+)(?:(?: to |:[A-G])(\d+))?", part)
            if found is None:
                break
            rows |= set(range(int(found[1]), int(found[2] or found[1]) + 1))
    return rows


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=25),
    table_rows=st.none() | st.integers(1, 25),
    hidden=st.frozensets(st.integers(2, 27), max_size=5),
    merge=st.none() | st.tuples(st.integers(2, 20), st.integers(0, 3), st.sampled_from("ABFG")),
)
def test_every_row_is_used_or_told(
    kinds: list[str], table_rows: int | None, hidden: frozenset[int], merge: tuple[int, int, str] | None
) -> None:
    sheet = Sheet()
    sheet.grid[1] = {n: RawCell(header) for n, header in enumerate(HEADERS, 1)}
    shift = 0
    for row, kind in enumerate(kinds, 2):
        shift += 1500 if kind == "far" and not table_rows else 0
        sheet.add(row + shift, kind)
    content = SheetContent(grid=sheet.grid, hidden_rows=set(hidden))
    if merge is not None:
        first, height, letters = merge
        column = column_number(letters)
        content.merged.append(Area(first, column, first + height, column))
        for row in range(first + 1, first + height + 1):
            sheet.grid.get(row, {}).pop(column, None)
    places = [Place("Retention", "Retention", Area(1, 1, 1 + table_rows, len(HEADERS)))] if table_rows else []
    used, problems = read(content, places)
    told = rows_named(problems)
    assert sheet.typed <= used | told, (sorted(sheet.typed - used - told), [str(p.message) for p in problems])
