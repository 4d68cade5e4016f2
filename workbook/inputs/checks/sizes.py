"""Checks of a dataset's size: one figure, in the column of its method (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from workbook.inputs.parse.cell_problems import blank_required
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.sheets.supply import SIZES, Dataset
from workbook.problems import Code, Problem
from workbook.schema import show

_OF_METHOD = {"stock": "stored_today_gb", "window": "ingest_per_month_gb", "ingest": "ingest_per_month_gb"}
_FORMER = "base_size_gb"
_SHEET = SHEETS["retention"]


def sizes(draft: PlanDraft) -> Iterator[Problem]:
    """Each dataset has one size; a stock is what is stored today, the other methods take what a month ingests."""
    table = draft.tables.get("retention")
    if table is None:
        return
    if not any(name in table.column_numbers for name in SIZES):
        yield _no_column(table.title)
        return
    for index, row in draft.each("retention", Dataset):
        match row.size_fields:
            case ():
                yield _blank(draft, index, row)
            case (name,):
                if name not in (_FORMER, _OF_METHOD[row.method]):
                    yield _of_other_method(draft, index, row, name)
            case (first, second, *_):
                yield _twice(draft, index, row, (first, second))


def _no_column(title: str) -> Problem:
    stored, ingest = (_SHEET.column(name) for name in SIZES if name != _FORMER)
    return Problem(
        Code.MISSING_COLUMN,
        f"no column for the size of datasets on sheet {title!r}",
        title,
        expected=f"{stored.title} or {ingest.title}",
        remedy=f"add a column {ingest.title!r}, and {stored.title!r} for datasets of method stock",
    )


def _blank(draft: PlanDraft, index: int, row: Dataset) -> Problem:
    table = draft.tables["retention"]
    named = _OF_METHOD[row.method]
    is_former = named not in table.column_numbers and _FORMER in table.column_numbers
    name = _FORMER if is_former else named
    problem = blank_required(_SHEET.column(name), draft.where("retention", index, name))
    if name in table.column_numbers:
        return problem
    return replace(problem, remedy=f"add a column {_SHEET.column(name).title!r} and fill it")


def _of_other_method(draft: PlanDraft, index: int, row: Dataset, name: str) -> Problem:
    seen, wanted = _SHEET.column(name), _SHEET.column(_OF_METHOD[row.method])
    others = " or ".join(method for method, column in _OF_METHOD.items() if column == name)
    return Problem(
        Code.SIZE_OF_OTHER_METHOD,
        f"dataset {row.dataset!r} of method {row.method} has {seen.header} instead of {wanted.header}",
        draft.where("retention", index, name),
        seen=f"{seen.header} {show(getattr(row, name))}, {wanted.header} blank",
        expected=f"a figure in {wanted.title}",
        remedy=f"move the figure to {wanted.title} if it is one, or set Method to {others}",
    )


def _twice(draft: PlanDraft, index: int, row: Dataset, names: tuple[str, str]) -> Problem:
    headers = [_SHEET.column(name).header for name in names]
    places = [draft.where("retention", index, name) for name in names]
    keep = _SHEET.column(_OF_METHOD[row.method]).header
    return Problem(
        Code.SIZE_TWICE,
        f"dataset {row.dataset!r} has two sizes: {headers[0]} in {places[0]} and {headers[1]} in {places[1]}",
        places[1],
        seen=", ".join(f"{header} {show(getattr(row, name))}" for header, name in zip(headers, names, strict=True)),
        expected=f"one of the two; method {row.method} takes {keep}",
        remedy="clear one of the two cells",
    )
