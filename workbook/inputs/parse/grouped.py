"""Many problems of one kind in one column into one that names all the cells (plan floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from workbook.address import Cell, column_letters
from workbook.inputs.parse.names import listing
from workbook.problems import Code, Problem

_MOST_ALONE = 5


def grouped(problems: Iterable[Problem]) -> list[Problem]:
    """Make one problem of more than five that say the same of cells of one column; the first keeps its place."""
    groups: dict[tuple[Code, str, str, int], list[tuple[Problem, Cell]]] = {}
    order: list[Problem | list[tuple[Problem, Cell]]] = []
    for problem in problems:
        where = problem.where
        if not isinstance(where, Cell):
            order.append(problem)
            continue
        kind = (problem.code, problem.message, where.sheet, where.column)
        if kind not in groups:
            order.append(groups.setdefault(kind, []))
        groups[kind].append((problem, where))
    return [one for entry in order for one in ([entry] if isinstance(entry, Problem) else _together(entry))]


def _together(group: list[tuple[Problem, Cell]]) -> Iterator[Problem]:
    if len(group) <= _MOST_ALONE:
        yield from (problem for problem, _ in group)
        return
    first, where = group[0]
    letters = column_letters(where.column)
    cells = listing(_runs(letters, sorted({cell.row for _, cell in group})))
    yield replace(first, message=f"{first.message} ({len(group)} cells: {cells})")


def _runs(letters: str, rows: list[int]) -> Iterator[str]:
    """Return rows as ranges of cells: `E2:E9, E12`."""
    start = rows[0]
    for row, following in zip(rows, [*rows[1:], 0], strict=True):
        if following != row + 1:
            yield f"{letters}{start}" if row == start else f"{letters}{start}:{letters}{row}"
            start = following
