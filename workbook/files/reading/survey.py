"""A whole workbook into every cell of every sheet and what stands around them (files floor).

Where the reader of a plan looks at the input sheets only, this one surveys all of them, for whoever judges how a
workbook is built. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from xml.parsers import expat

from msgspec import Struct, field

from workbook.address import Area, column_letters, parse_area
from workbook.files.package.book_parts import RELATIONSHIPS
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry
from workbook.files.reading.reader import as_refusal
from workbook.files.reading.sheet_cells import TooManyCellsError, read_cells
from workbook.files.reading.sheet_content import Grid, SheetContent
from workbook.files.reading.stored import Stored, read_stored


class SheetSurvey(Struct, frozen=True):
    """One sheet: `grid` has its cells by row and column; `trouble` says why it could not be read, if it could not.

    Rows and columns that a collapsed group or a filter folds away are not hidden: the sheet shows that they are there.
    """

    name: str
    state: str
    grid: Grid
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    rich_cells: frozenset[tuple[int, int]] = frozenset()
    shared: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    is_frozen: bool = False
    is_fitted: bool = False
    trouble: str = ""


class NameSurvey(Struct, frozen=True):
    """A defined name and what it stands for; `sheet` is blank for a name of the whole workbook."""

    name: str
    text: str
    sheet: str


class BookSurvey(Struct, frozen=True):
    """A workbook: its sheets in tab order, its names, and the other workbooks that it leads to, by number."""

    sheets: tuple[SheetSurvey, ...]
    names: tuple[NameSurvey, ...]
    externals: Mapping[int, str]
    has_macros: bool


def survey(package: Package) -> BookSurvey:
    """Read every worksheet of a package. Raises Refusal for a package whose styles or texts cannot be read."""
    with as_refusal(""):
        stored = read_stored(package)
    entries = package.sheets
    names = [
        NameSurvey(name.name, name.text, entries[name.sheet].name if name.sheet is not None else "")
        for name in defined_names(package.workbook)
        if name.sheet is None or name.sheet < len(entries)
    ]
    return BookSurvey(
        sheets=tuple(_sheet(package, entry, stored) for entry in entries if _has_cells(package, entry)),
        names=tuple(names),
        externals=_externals(package),
        has_macros=package.follow(package.workbook_part, "vbaProject") is not None,
    )


def _has_cells(package: Package, entry: SheetEntry) -> bool:
    """Return a worksheet from a chart sheet, a dialogue, a macro sheet, and one that is missing."""
    return entry.part in package and "worksheet" in package.content_type(entry.part)


def _sheet(package: Package, entry: SheetEntry, stored: Stored) -> SheetSurvey:
    data = package.read(entry.part)
    content, trouble = SheetContent(), ""
    try:
        content = read_cells(data, stored)
    except TooManyCellsError:
        trouble = "it has too many cells to be checked"
    except (expat.ExpatError, ValueError) as error:
        trouble = f"its part {entry.part} cannot be read ({error})"
    filtered = [*(content.filters if content.is_filtered else ()), *_filtered_tables(package, entry)]
    return SheetSurvey(
        name=entry.name,
        state=entry.state or "visible",
        grid=content.grid,
        hidden_rows=_hidden_rows(content, filtered),
        hidden_columns=frozenset(content.hidden_columns - content.folded_columns),
        rich_cells=frozenset(content.rich_cells),
        shared=content.shared,
        is_frozen=content.is_frozen,
        is_fitted=content.is_fitted,
        trouble=trouble,
    )


def _hidden_rows(content: SheetContent, filtered: Sequence[Area]) -> frozenset[int]:
    """Return hidden rows without those that a collapsed group or a filter folds away."""
    folded = set(content.folded_rows)
    for area in filtered:
        folded.update(row for row in content.hidden_rows if area.first_row < row <= area.last_row)
    return frozenset(content.hidden_rows - folded)


def _filtered_tables(package: Package, entry: SheetEntry) -> Iterator[Area]:
    """Yield the area of each Excel Table on a sheet that is filtered."""
    for rel in package.relationships(entry.part):
        if rel.kind.endswith("/table") and rel.target in package:
            root = package.root(rel.target, 2)
            if any(True for _ in root.under("autoFilter")):
                with suppress(ValueError):
                    yield parse_area(root.attributes.get("ref", ""))


def _externals(package: Package) -> dict[int, str]:
    """Return the target of each external workbook by the number that formulas write in brackets."""
    links = package.workbook.find("externalReferences")
    if links is None:
        return {}
    by_id = {relation.id: relation.target for relation in package.relationships(package.workbook_part)}
    found = {}
    for number, link in enumerate(links.children, start=1):
        part = by_id.get(link.attributes.get(f"{RELATIONSHIPS} id", ""), "")
        targets = [relation.target for relation in package.relationships(part) if relation.is_external] if part else []
        found[number] = targets[0] if targets else part
    return found


def columns_text(columns: frozenset[int]) -> str:
    """Return columns as a person names them: `C, D, H`."""
    return ", ".join(column_letters(column) for column in sorted(columns))
