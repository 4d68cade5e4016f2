"""The comments that people have typed on result sheets, read before a run replaces the sheets (files floor)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from workbook.files.grafting.result_cells import read_result_cells
from workbook.files.package.package import Package
from workbook.files.reading.stored import read_stored
from workbook.sheets.comments import BELONGS, HEADER, PARKED, Comment, OfSheets
from workbook.sheets.layout import LABEL

Texts = Mapping[int, Mapping[int, str]]


def read_comments(package: Package, names: Collection[str]) -> OfSheets:
    """Return the comments on result sheets of these names, without their prefix. Raises Refusal for a damaged part."""
    found: dict[str, dict[Comment, str]] = {}
    wanted = {package.prefix + name: name for name in names}
    entries = [sheet for sheet in package.sheets if sheet.name in wanted and sheet.name in package.owners]
    strings = read_stored(package).texts if entries else ()
    for sheet in entries:
        cells = read_result_cells(package, sheet.name, sheet.part, strings)
        texts = {number: dict(row) for number, row in cells.texts.items()}
        for (row, column), formula in cells.formulas.items():
            # A formula without a stored result, typed as a comment, is kept as it was typed.
            texts.setdefault(row, {})[column] = texts.get(row, {}).get(column) or f"={formula}"
        found[wanted[sheet.name]] = dict(_comments(texts))
    return found


def _comments(texts: Texts) -> Iterator[tuple[Comment, str]]:
    every = (text for row in texts.values() for text in row.values())
    version = next((text.removeprefix(BELONGS) for text in every if text.startswith(BELONGS)), "")
    for number in sorted(texts):
        headers = texts[number]
        column = next((place for place, text in headers.items() if text == HEADER), 0)
        if column and headers.get(LABEL) == PARKED:
            yield from _parked(texts, number, sorted(place for place in headers))
        elif column:
            yield from _beside(texts, number, column, version)


def _rows_below(texts: Texts, number: int) -> Iterator[Mapping[int, str]]:
    while texts.get(number + 1, {}).get(LABEL):
        number += 1
        yield texts[number]


def _beside(texts: Texts, number: int, column: int, version: str) -> Iterator[tuple[Comment, str]]:
    for row in _rows_below(texts, number):
        if text := row.get(column, ""):
            yield Comment(version, texts[number][LABEL], row[LABEL]), text


def _parked(texts: Texts, number: int, columns: list[int]) -> Iterator[tuple[Comment, str]]:
    version, table, item, comment = columns[:4]
    for row in _rows_below(texts, number):
        if text := row.get(comment, ""):
            yield Comment(row.get(version, ""), row.get(table, ""), row.get(item, "")), text
