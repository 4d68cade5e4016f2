"""Items into their order by size: the largest first, of equals the upper row (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import Below, Expr, Line, LineKind, Number, Picked, Reduce, Ref, Sequence, SumWhere

MOST_LISTED = 3
"""How many of the largest items a list names."""
PLACES = tuple(str(place + 1) for place in range(MOST_LISTED))


def ranked(name: str, dimension: str, size: Expr, unit: str, of: str) -> Iterator[Line]:
    """Yield the lines `<name>.row` to `<name>.rank` of the items of a dimension, by falling `size`.

    Sizes that are equal are told apart by their rows as whole numbers, which no amount of money makes inexact.
    """
    row, less, key = (Ref(f"{name}.{part}") for part in ("row", "size", "key"))
    behind = Ref(f"{name}.behind")
    count = Reduce("COUNT", dimension, row)
    for line, title, of_line, expr in (
        (row, f"Row of the {of}", "row", Sequence(row.line, Number(1))),
        (less, f"Size of the {of}, negative", unit, -size),
        (behind, f"Number of larger {of}s", "row", Below(dimension, less, less)),
        (key, f"Rank and row of the {of} as one number", "row", behind * count + row),
        (Ref(f"{name}.rank"), f"Rank of the {of}", "row", Below(dimension, key, key) + 1),
    ):
        yield Line(line.line, title, of_line, (dimension,), expr, kind=LineKind.WORKING)


def places(name: str, top: str, over: str, of: str) -> Iterator[Line]:
    """Yield the ranks 1, 2, 3 and the row of the item of each, as `<name>.top_rank` and `<name>.top_row`."""
    rank, row = Ref(f"{name}.top_rank"), Ref(f"{name}.top_row")
    found = SumWhere(over, Ref(f"{name}.rank"), (rank,), Ref(f"{name}.row"))
    for line, title, expr in (
        (rank, "Rank", Sequence(rank.line, Number(1))),
        (row, f"Row of the {of} of that rank", found),
    ):
        yield Line(line.line, title, "row", (top,), expr, kind=LineKind.WORKING)


def picked(name: str, over: str, line: str) -> Picked:
    """Return a line at the item of the current rank."""
    return Picked(over, Ref(line), Ref(f"{name}.top_row"))
