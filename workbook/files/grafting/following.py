"""The references of the user's own parts to result sheets, as these are laid out anew (files floor).

A package and the sheets that a run has made in; out the new bytes of each part whose formulas must change so that they
read the same line, item and calendar month as before. Only the references change; every other byte stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from workbook.address import parse_a1
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.followed_formulas import Edit, Followed, Follower, shared_at
from workbook.files.grafting.formula_places import (
    FormulaPlace,
    PartPlaces,
    applied,
    escaped_text,
    replaced,
    users_parts,
    where,
)
from workbook.files.grafting.kept_places import KeptPlaces
from workbook.files.grafting.landing import Lost
from workbook.files.grafting.reference_problems import fixed_references, kept_references, lost_references
from workbook.files.grafting.result_lines import read_result_lines
from workbook.files.grafting.workbook_part import is_ours
from workbook.files.package.book_parts import BookParts
from workbook.files.package.names import DefinedName, defined_names
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry, rels_name
from workbook.files.package.splice import spliced
from workbook.files.reading.formula_tokens import TOKEN, Reference, references
from workbook.problems import Problem, Severity
from workbook.renames import sheet_today
from workbook.sheets.outputs import NAME as OUTPUTS

_MOST_LETTERS, _MOST_REFERENCES = 2_000_000, 50_000
"""Of the formulas of cells that share one, all written out: beyond these they cannot follow one by one."""
_SPAN = re.compile(r"'[^']*:[^']*'!|:[^!:'(),;+*/&=<>{}\s-]+!")
"""Sheets from one to another, between which one of ours may stand."""


class ReferencePolicy(StrEnum):
    """What becomes of references to result sheets."""

    FOLLOW = "follow"
    """They follow their lines; one that cannot stops the run."""
    BREAK = "break"
    """They follow their lines; one that cannot becomes `#REF!`."""
    KEEP = "keep"
    """They keep their positions."""


class ReferenceChange(Struct, frozen=True):
    """A formula of the user that was changed: where it is, how it read and how it reads."""

    where: str
    before: str
    after: str


class Following(Struct, frozen=True):
    """What becomes of the user's references: new bytes of parts, new texts of names, what changes, and what to say.

    An error among the problems says that nothing may be written.
    """

    parts: Mapping[str, bytes] = field(default_factory=dict)
    names: Mapping[DefinedName, str] = field(default_factory=dict)
    changes: tuple[ReferenceChange, ...] = ()
    problems: tuple[Problem, ...] = ()


def follow_references(host: Package, generated: BookParts, policy: ReferencePolicy) -> Following:
    """Return what becomes of references to the host's result sheets when the generated ones replace them.

    Nothing is written. Raises Refusal for damaged parts that name a result sheet.
    """
    made = {sheet.name.casefold() for sheet in generated.sheets}
    there = {sheet.name.casefold() for sheet in host.sheets}
    # The addresses of Outputs are published: who names them before they are there reads what is meant.
    unbound = frozenset(name for name in made - there if not name.endswith(OUTPUTS.casefold()))
    sheets = [
        sheet
        for sheet in host.sheets
        if sheet.name in host.owners and sheet.part in host and sheet_today(sheet.name).casefold() in made
    ]
    found = _Found(host, sheets, made, unbound)
    if found.is_empty:
        return Following()
    after = read_result_lines(generated, generated.sheets)
    lines = Correspondence(read_result_lines(host, sheets), after)
    followed = _followed(lines, host, found, unbound)
    if policy is ReferencePolicy.KEEP:
        return _kept(followed, _followed(KeptPlaces(lines.old, lines.new), host, found))
    return followed.following(Severity.ERROR if policy is ReferencePolicy.FOLLOW else Severity.WARNING)


def _followed(lines: Correspondence, host: Package, found: _Found, unbound: frozenset[str] = frozenset()) -> _Run:
    run = _Run(Follower(lines, [sheet.name for sheet in host.sheets], unbound), host, found)
    run.follow()
    return run


def _kept(followed: _Run, kept: _Run) -> Following:
    """Return references at their old positions, and a warning of those that would have moved.

    Where a sheet has another name today they name it: a sheet that is not there is an error to every program.
    """
    same = {(change.where, change.after) for change in kept.changes}
    readers = [change.where for change in followed.changes if (change.where, change.after) not in same]
    problems = (*kept_references(readers, followed.lost), *fixed_references(followed.fixed))
    return Following(kept.parts, kept.names, tuple(kept.changes), problems)


class _Found:
    """The parts and names of a package that may read result sheets, other than the corners of those that stay."""

    def __init__(
        self, host: Package, sheets: Sequence[SheetEntry], made: Collection[str], unbound: Collection[str]
    ) -> None:
        ours = {sheet.name.casefold() for sheet in sheets}
        self._names = {one.replace("'", "''") for one in (*ours, *unbound)}
        stays = (one.replace("'", "''") for one in ours & set(made))
        self._corners = {form.format(name) for name in stays for form in ("{}!a1", "'{}'!a1")}
        self.parts: list[tuple[SheetEntry, PartPlaces]] = []
        self.links: list[tuple[SheetEntry, str]] = []
        for sheet, part, places in users_parts(host, ours, unbound):
            if any(link.is_external and link.target.startswith("#") for link in host.relationships(part)):
                self.links.append((sheet, part))
            if places and (reading := self._reading(places.places)):
                self.parts.append((sheet, replace(places, places=reading)))
        positions = {number for number, sheet in enumerate(host.sheets) if sheet.name.casefold() in ours}
        names = (name for name in defined_names(host.workbook) if name.sheet not in positions)
        self.names = [name for name in names if not is_ours(name) and self._may_read(name.text)]

    def _reading(self, places: Sequence[FormulaPlace]) -> list[FormulaPlace]:
        """Return the places that may read a result sheet, with those that share such a formula."""
        shared = {place.group for place in places if place.group is not None and self._may_read(place.text)}
        return [place for place in places if place.group in shared or self._may_read(place.text)]

    def _may_read(self, formula: str) -> bool:
        """Whether a formula names one of the sheets, or a span of sheets."""
        text = formula.casefold()
        return text not in self._corners and (any(name in text for name in self._names) or bool(_SPAN.search(text)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to follow."""
        return not (self.parts or self.links or self.names)


class _Run(Struct):
    """Follows everything that was found, and collects what changes."""

    follower: Follower
    host: Package
    found: _Found
    changes: list[ReferenceChange] = field(default_factory=list)
    lost: list[tuple[str, Lost]] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    parts: dict[str, bytes] = field(default_factory=dict)
    names: dict[DefinedName, str] = field(default_factory=dict)

    def follow(self) -> None:
        """Follow every part, hyperlink and name."""
        for sheet, part in self.found.parts:
            splices = [*self._part(sheet, part)]
            if splices:
                self.parts[part.part] = spliced(part.data, splices)
        for sheet, part_name in self.found.links:
            self._links(sheet, part_name)
        for name in self.found.names:
            # Names such as Print_Area are of their own sheet and no figure.
            ours = self._bound(name.text) if name.name.startswith("_xlnm.") else None
            text = self._applied(f"the name {name.name}", name.text, self.follower.follow(name.text, ours))
            if text != name.text:
                self.names[name] = text

    def following(self, severity: Severity) -> Following:
        """Return what follows; what is lost is a problem of this severity."""
        problems = (*lost_references(self.lost, severity), *fixed_references(self.fixed))
        return Following(self.parts, self.names, tuple(self.changes), problems)

    def _applied(self, place: str, text: str, followed: Followed) -> str:
        """Keep what a formula has lost and how it changes; give the new one."""
        self.lost += [(place, lost) for lost in followed.lost]
        after = applied(text, followed.edits)
        if after != text:
            self.changes.append(ReferenceChange(place, text, after))
        if _is_fixed(text, self.follower):
            self.fixed.append(place)
        return after

    def _part(self, sheet: SheetEntry, part: PartPlaces) -> Iterator[tuple[int, int, bytes]]:
        """Yield the splices of a part."""
        groups: dict[str, list[FormulaPlace]] = {}
        for place in part.places:
            if place.group is not None and place.cell:
                groups.setdefault(place.group, []).append(place)
            else:
                yield from self._place(sheet, part, place)
        for places in groups.values():
            first = next((place for place in places if place.text), None)
            if first and (ours := self.follower.ours(first.text)):
                yield from self._group(sheet, part, [first, *(place for place in places if place is not first)], ours)

    def _place(self, sheet: SheetEntry, part: PartPlaces, place: FormulaPlace) -> Iterator[tuple[int, int, bytes]]:
        is_link = place.kind.startswith("a hyperlink")
        is_rule = bool(place.kind) and bool(place.cell) and not is_link
        follow = self.follower
        ours = self._bound(place.text) if is_link else None
        followed = follow.follow_rule(place.text, place.cell) if is_rule else follow.follow(place.text, ours)
        self._applied(where(place, sheet.name), place.text, followed)
        if followed.edits:
            yield from replaced(part.data, place, followed.edits)

    def _bound(self, link: str) -> list[Reference]:
        """Return the references of what shows no figure, such as a link: those to sheets that are there."""
        return [one for one in self.follower.ours(link) if not self.follower.is_unbound(one)]

    def _group(
        self, sheet: SheetEntry, part: PartPlaces, places: Sequence[FormulaPlace], ours: Sequence[Reference]
    ) -> Iterator[tuple[int, int, bytes]]:
        """Yield the splices of cells that share a formula: who reads otherwise from now on gets one of its own."""
        first = places[0]
        followed = self.follower.follow(first.text)
        if len(places) * len(ours) > _MOST_REFERENCES or len(places) * len(first.text) > _MOST_LETTERS:
            followed = self.follower.follow_together(first.text, followed, len(places))
            places = places[:1]
        self._applied(where(first, sheet.name), first.text, followed)
        if followed.edits:
            yield from replaced(part.data, first, followed.edits)
        row, column = parse_a1(first.cell)
        every = list(references(first.text))
        for place in places[1:]:
            at_row, at_column = parse_a1(place.cell)
            step = at_row - row, at_column - column
            still_shares = not place.text and self.follower.shares(ours, step)
            if still_shares and not followed.edits:
                continue
            text, moved = (place.text, None) if place.text else shared_at(first.text, every, step)
            mine = None if moved is None else [one for one in moved if self.follower.reads(one)]
            after = self._applied(where(place, sheet.name), text, self.follower.follow(text, mine))
            if not still_shares:
                yield (*place.element, _formula(place.name, after))

    def _links(self, sheet: SheetEntry, part: str) -> None:
        """Follow hyperlinks that lead to cells by an address of their own."""
        rels = self.host.splices(rels_name(part), 1)
        is_changed = False
        for element in rels.root.children:
            target = element.attributes.get("Target", "")
            if not target.startswith("#"):
                continue
            followed = self.follower.follow(target[1:], self._bound(target[1:]))
            edits: tuple[Edit, ...] = followed.edits
            after = self._applied(f"a hyperlink on {sheet.name}", target[1:], followed)
            if edits:
                rels.set_attribute(element, "Target", f"#{after}")
                is_changed = True
        if is_changed:
            self.parts[rels_name(part)] = rels.result()


def _formula(name: str, text: str) -> bytes:
    return b"<%b>%b</%b>" % (name.encode(), escaped_text(text), name.encode())


def _is_fixed(formula: str, follower: Follower) -> bool:
    """Whether a formula reads result sheets in a way that no address shows: by OFFSET, or by INDIRECT of a text."""
    upper = formula.upper()
    if "OFFSET(" not in upper and "INDIRECT(" not in upper:
        return False
    tokens = [*TOKEN.finditer(formula)]
    calls = {token[0].upper() for token in tokens if token.lastgroup == "call"}
    texts = "".join(token[0] for token in tokens if token.lastgroup == "text").casefold()
    if "INDIRECT(" in calls and any(name in texts for name in follower.correspondence.old.sheets):
        return True
    return "OFFSET(" in calls and bool(follower.ours(formula))
