"""Where a user's own formulas read sheets of ours (files floor).

A package and the names of sheets in, places out, as a user finds them: cells, rules, charts and defined names that
would read nothing any more if those sheets went.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from msgspec import Struct
from msgspec.structs import replace

from workbook.files.grafting.formula_places import applied, users_parts, where
from workbook.files.grafting.ownership import added_sheets
from workbook.files.grafting.workbook_part import is_ours
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.reading.formula_tokens import TOKEN, references

_BROKEN = "#REF!"
_OWNER = re.compile(r"@?(?:'((?:[^']|'')++)'!|([^\W\d][\w.?\\]*+)([!\[]))")


class Gone(Struct, frozen=True):
    """Sheets that go, the tables on them and the names of their cells, in lower case; `tabs` are all in their order."""

    sheets: frozenset[str]
    tables: frozenset[str]
    names: frozenset[str]
    tabs: tuple[str, ...]

    @classmethod
    def of_sheets(cls, package: Package, sheets: Collection[str]) -> Gone:
        """Return sheets of these names with their tables, without the names of their cells."""
        names = frozenset(name.casefold() for name in sheets)
        tables = frozenset(table.name.casefold() for table in package.tables() if table.sheet.casefold() in names)
        return cls(names, tables, frozenset(), tuple(sheet.name.casefold() for sheet in package.sheets))

    def edits(self, formula: str) -> list[tuple[int, int, str]]:
        """Return what makes `#REF!` of a formula's references; one through sheets stays while both of its ends do."""
        return [
            (start, end, _BROKEN)
            for start, end, is_through in self.spans(formula)
            if not (is_through and self._keeps_ends(formula[start:end]))
        ]

    def spans(self, formula: str) -> Iterator[tuple[int, int, bool]]:
        """Yield what reads these sheets: from where to where, and whether other sheets are read by it too."""
        for token in TOKEN.finditer(formula):
            if token.lastgroup != "operand":
                continue
            if token[0].casefold() in self.names:
                yield token.start(), token.end(), False
                continue
            found = False
            for reference in references(token[0]):
                names = tuple(name.casefold() for name in reference.sheets)
                if not reference.is_foreign and self._meets(names):
                    found = True
                    yield token.start() + reference.start, token.start() + reference.end, len(names) > 1
            owner = None if found else _OWNER.match(token[0])
            if owner and (owner[1] or owner[3] == "!") and self._owns(owner[1] or owner[2]):
                yield token.start(), token.end(), True
            elif owner and owner[3] == "[" and owner[2].casefold() in self.tables:
                yield token.start(), token.end(), False

    def _keeps_ends(self, text: str) -> bool:
        reference = next(references(text), None)
        names = reference.sheets if reference else ()
        return len(names) > 1 and self.sheets.isdisjoint(name.casefold() for name in names)

    def _owns(self, names: str) -> bool:
        return self._meets(tuple(name.replace("''", "'").casefold() for name in names.split(":")))

    def _meets(self, names: tuple[str, ...]) -> bool:
        if len(names) < 2:
            return bool(self.sheets.intersection(names))
        ends = [self.tabs.index(name) for name in names if name in self.tabs]
        between = self.tabs[min(ends) : max(ends) + 1] if ends else ()
        return bool(self.sheets.intersection((*names, *between)))


def readers_of(package: Package, sheets: Collection[str], but: Collection[str] = ()) -> list[str]:
    """Return the places outside these sheets whose formulas name one of them, or a table on them; in tab order.

    Sheets that are to be replaced as well may be left out by `but`.

    Raises Refusal where a part that names one is not well formed.
    """
    gone = _gone(package, sheets)
    added = {*added_sheets(package)}  # the guide that was added with the inputs links to results: nobody loses by that
    found: list[str] = []
    for sheet, part, places in users_parts(package, gone.sheets, gone.tables | gone.names):
        if sheet.name in but:
            continue
        links = (link.target[1:] for link in package.relationships(part) if link.is_external)
        if any(next(gone.spans(link), None) for link in links):
            found.append(f"a hyperlink on {sheet.name}")
        found += [
            where(place, sheet.name)
            for place in (places.places if places else ())
            if next(gone.spans(place.text), None) and not (sheet.name in added and place.kind == "a hyperlink")
        ]
    positions = {number for number, name in enumerate(gone.tabs) if name in gone.sheets}
    names = (name for name in defined_names(package.workbook) if name.sheet not in positions and not is_ours(name))
    found += [f"the name {name.name}" for name in names if next(gone.spans(name.text), None)]
    return [*dict.fromkeys(found)]


def cells_reading(package: Package, sheets: Collection[str]) -> list[str]:
    """Return the cells outside these sheets and result sheets whose formulas name one of these; in tab order.

    Raises Refusal where a part that names one is not well formed.
    """
    gone = Gone.of_sheets(package, sheets)
    return [
        where(place, sheet.name)
        for sheet, _, places in users_parts(package, gone.sheets, gone.tables)
        for place in (places.places if places and sheet.name not in package.owners else ())
        if not place.kind and next(gone.spans(place.text), None)
    ]


def names_read(package: Package, sheets: Collection[str]) -> frozenset[str]:
    """Return the names of cells of these sheets, in lower case, that formulas or names of the user use."""
    gone = _gone(package, sheets)
    texts = [name.text for name in defined_names(package.workbook) if not is_ours(name)]
    for _, _, places in users_parts(package, gone.sheets, gone.names):
        texts += [place.text for place in (places.places if places else ())]
    used = {token[0].casefold() for text in texts for token in TOKEN.finditer(text)}
    return gone.names & used


def without_readings(text: str, package: Package, sheets: Collection[str]) -> str:
    """Return a name's formula with `#REF!` for each reference to these sheets, as a deletion in Excel leaves it."""
    spans = [*_gone(package, sheets).spans(text)]
    if any(reads_others for _, _, reads_others in spans):
        return _BROKEN
    return applied(text, [(start, end, _BROKEN) for start, end, _ in spans])


def _gone(package: Package, sheets: Collection[str]) -> Gone:
    of_sheets = Gone.of_sheets(package, sheets)
    ours = (name for name in defined_names(package.workbook) if is_ours(name) and not name.is_hidden)
    of_cells = frozenset(name.name.casefold() for name in ours if next(of_sheets.spans(name.text), None))
    return replace(of_sheets, names=of_cells)
