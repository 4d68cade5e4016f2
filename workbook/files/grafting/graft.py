"""Puts generated sheets into a person's package (files floor).

A package and generated parts in, a new package out in which every part that is not ours is the person's, byte for byte.
Only the content types, the workbook part with its relationships, the styles and the end of the shared strings are
edited, by splices, and references of the user's to sheets that are replaced. A sheet of ours carries a hidden name with
the hash of what it says; a second graft replaces such sheets where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from workbook.files.grafting import workbook_part
from workbook.files.grafting.changes import Changes, Receipt
from workbook.files.grafting.donor import Donor, FreeNames, NewPart
from workbook.files.grafting.following import Following
from workbook.files.grafting.front import kept_view, make_room
from workbook.files.grafting.ownership import added_mark, ownership_mark
from workbook.files.grafting.sheet_shell import SheetShell
from workbook.files.grafting.styles import MINIMAL, StyleMap, TooManyStylesError, merge_styles
from workbook.files.grafting.text_pool import TextPool
from workbook.files.grafting.workbook_part import RECALCULATE, STRINGS, is_ours
from workbook.files.package.archive import Packed, pack
from workbook.files.package.book_parts import OWNED, BookParts
from workbook.files.package.names import COMMENT, DefinedName, defined_names
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry, key, whole
from workbook.files.package.refuse import XML_ERRORS, damaged, refusal
from workbook.files.package.soundness import check_writable
from workbook.problems import Code, Reason
from workbook.renames import former_sheet
from workbook.sheets.prefix import SUGGESTED_PREFIX

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


def graft(
    host: Package,
    generated: BookParts,
    out: BinaryIO,
    *,
    mark: bool = True,
    following: Following | None = None,
    front: int = 0,
    spill: Path | None = None,
) -> Receipt:
    """Write the host to `out` with every generated sheet in it: replaced where it is ours, else appended.

    `following` are the parts and names of the user's whose references to replaced sheets change. The first `front`
    sheets come before all others, where none replaces another, and the first of them is shown. Large sheets wait in
    files whose names begin as `spill` until they are joined; without it they are held in memory.

    Raises Refusal: inputs where a sheet or a name that is not ours has the same name, unreadable where the host cannot
    be edited. Raises ValueError for a generated package that does not fit (other date system, parts it cannot carry).
    Without `mark` the sheets are the person's: a later run does not replace them.
    """
    check_writable(host)
    return _Graft(host, generated, mark, front).run(out, following or Following(), spill)


class _Graft:
    """One graft under way: the sheets are placed, then styles, parts and names follow from the places."""

    def __init__(self, host: Package, generated: BookParts, mark: bool, front: int) -> None:
        if host.date_1904 != generated.date_1904:
            raise ValueError("the generated package counts dates from another day than the person's workbook")
        self.host, self.generated, self.mark, self.front = host, generated, mark, front
        own = {sheet.name.casefold(): position for position, sheet in enumerate(host.sheets)}
        self.positions: list[int] = []
        self.table_names: set[str] = set()
        self.replaced: list[SheetEntry] = []
        for sheet in generated.sheets:
            position = own.get(sheet.name.casefold(), self.former(own, sheet.name))
            if position is not None:
                self.replaced.append(self.owned(host.sheets[position]))
            self.positions.append(_or(position, len(host.sheets) + len(self.positions) - len(self.replaced)))
        self.changes = Changes(host, self.replaced)

    def former(self, own: Mapping[str, int], name: str) -> int | None:
        """Return the position of the sheet that an earlier version called otherwise; None for any but our own."""
        position = own.get(former_sheet(name).casefold())
        return position if position is not None and self.host.sheets[position].name in self.host.owners else None

    def owned(self, sheet: SheetEntry) -> SheetEntry:
        """Return back a sheet of the host that may be replaced. Raises Refusal for any other."""
        if sheet.name in self.host.owners and sheet.part in self.host:
            return sheet
        raise refusal(
            Code.SHEET_NAME_TAKEN, self.host.name, f'has a sheet "{sheet.name}" that this tool did not write',
            f'Rename or delete the sheet "{sheet.name}" and run again, or add --prefix "{SUGGESTED_PREFIX}".',
            reason=Reason.INPUTS,
        )  # fmt: skip

    def run(self, out: BinaryIO, following: Following, spill: Path | None) -> Receipt:
        """Do it."""
        self.changes.edited.update(following.parts)
        styles = self.styles()
        shown = self.generated.sheets[0].part if self.front or self.is_shown(self.positions[0]) else ""
        donor = Donor(self.generated, self.changes.base, self.free_names(), shown)
        appended = self.place(donor)
        pool = TextPool(self.changes, [sheet for sheet in self.host.sheets if sheet not in self.replaced])
        with ExitStack() as held:
            parts = []
            for part in donor.parts(styles, pool if pool.takes_texts else None, spill):
                held.enter_context(closing(part.body.body))
                parts.append(part)
            self.changes.added += parts
            self.edit_workbook(self.names(donor, {part.name: part.body for part in parts}), appended, pool, following)
            return self.changes.write(out)

    def place(self, donor: Donor) -> list[SheetEntry]:
        """Choose the part of each sheet, and return those sheets that are appended."""
        appended: list[SheetEntry] = []
        for sheet, position in zip(self.generated.sheets, self.positions, strict=True):
            if position < len(self.host.sheets):
                donor.place(sheet, self.host.sheets[position].part)
            else:
                part = donor.place(sheet, None)
                appended.append(replace(sheet, rel_id=self.changes.relate("worksheet", part)))
        return appended

    def edit_workbook(
        self,
        names: tuple[list[DefinedName], list[DefinedName]],
        appended: Sequence[SheetEntry],
        pool: TextPool,
        following: Following,
    ) -> None:
        """Edit the workbook part: the sheets, the names that leave it and come to it, and that it be recalculated."""
        book = self.host.splices(self.host.workbook_part, 2)
        for sheet, position in zip(self.generated.sheets, self.positions, strict=True):
            if position < len(self.host.sheets) and self.host.sheets[position].name.casefold() != sheet.name.casefold():
                book.set_attribute(book.root.under("sheets")[position], "name", sheet.name)
        workbook_part.add_sheets(book, appended, self.front)
        leaving, coming = names
        coming += [*pool.write(), *workbook_part.recalculation_mark(book)]
        view = kept_view(self.host)
        # What is written once more comes last, so that a second run writes the same bytes.
        coming += [make_room(self.changes, book, self.front)] if self.front else [view] if view else []
        leaving += [view] if view and not self.front else []
        leaving += [name for name in defined_names(self.host.workbook) if name.name in {RECALCULATE, STRINGS}]
        old, new = workbook_part.prefix_mark(book, self.host.prefix)
        leaving, coming = [*leaving, *old], [*coming, *new]
        workbook_part.set_texts(book, {name: text for name, text in following.names.items() if name not in leaving})
        workbook_part.set_names(book, leaving, coming)
        workbook_part.require_recalculation(book)
        self.changes.edited[self.host.workbook_part] = book.result()

    def styles(self) -> StyleMap:
        """Merge the styles, into a new part where the host has none."""
        relation = self.host.follow(self.host.workbook_part, "styles")
        part = relation.target if relation else f"{self.changes.base}styles.xml"
        known = part in self.host
        found = self.generated.follow(self.generated.workbook_part, "styles")
        generated = self.generated.read(found.target) if found else MINIMAL
        try:
            merged, indexes = merge_styles(self.host.read(part) if known else MINIMAL, generated)
        except TooManyStylesError as error:
            raise refusal(
                Code.TOO_MANY_STYLES, self.host.name, f"would hold {error}, more than Excel can read",
                "Remove unused cell formats, for example with Excel's Inquire add-in, and run again.",
                reason=Reason.INPUTS,
            ) from error  # fmt: skip
        except XML_ERRORS as error:
            raise damaged(self.host.name, part, str(error)) from error
        if known:
            self.changes.edited[part] = merged
        else:
            self.changes.added.append(NewPart(part, _STYLES_TYPE, pack([merged])))
            if relation is None:
                self.changes.relate("styles", part)
        return indexes

    def free_names(self) -> FreeNames:
        """Collect what the host keeps: part names (also of missing parts), table ids, table and defined names."""
        gone = self.changes.gone
        declared = {name[1:] for name in self.host.content_types if name.startswith("/")}
        kept = [part for part in self.host.entries if part not in gone]
        tables = [self.host.root(part, 0) for part in kept if self.host.content_type(part).endswith(".table+xml")]
        ids = {number for table in tables if (number := whole(table.attributes.get("id", ""))) is not None}
        both = {table.attributes.get(name, "") for table in tables for name in ("name", "displayName")}
        self.table_names = {name.casefold() for name in both}
        names = self.table_names | {name.name.casefold() for name in defined_names(self.host.workbook)}
        added = {key(part.name) for part in self.changes.added}
        # A sheet that is replaced keeps its part's name, also from one that is placed before it.
        replaced = {key(sheet.part) for sheet in self.replaced}
        return FreeNames({*kept, *(declared - gone), *added, *replaced}, ids, names)

    def names(self, donor: Donor, bodies: dict[str, Packed]) -> tuple[list[DefinedName], list[DefinedName]]:
        """Return the defined names that leave the host and those that come."""
        coming = [self.moved(name, donor) for name in defined_names(self.generated.workbook)]
        for placed, position in zip(donor.placed, self.positions, strict=True):
            name = placed.sheet.name
            body = bodies[placed.parts[placed.sheet.part]]
            coming.append(
                ownership_mark(name, self.tab(position), body, placed.content)
                if self.mark
                else added_mark(name, self.tab(position))
            )
        replaced = {(name.name.casefold(), name.sheet) for name in coming}
        leaving: list[DefinedName] = []
        kept: list[DefinedName] = []
        for own in defined_names(self.host.workbook):
            ours = own.sheet in self.positions or is_ours(own)
            builtin = own.sheet in self.positions and own.name.startswith(("_xlnm.", OWNED))
            is_leaving = builtin or (ours and (own.name.casefold(), own.sheet) in replaced)
            (leaving if is_leaving else kept).append(own)
        return leaving, self.without_taken(coming, kept)

    def is_shown(self, position: int) -> bool:
        """Whether a sheet of the host is the one that is shown and selected."""
        views = self.host.workbook.under("bookViews")
        active = whole(views[0].attributes.get("activeTab", "0")) if views else 0
        if position != active or position >= len(self.host.sheets):
            return False
        return SheetShell(self.host, self.host.sheets[position].part, 2).selection in {"1", "true"}

    def tab(self, position: int) -> int:
        """Return the tab of a sheet, by its position among the host's and those that are appended."""
        place = position - len(self.host.sheets)
        if place < 0:
            return position + self.front
        return place if place < self.front else position

    def moved(self, name: DefinedName, donor: Donor) -> DefinedName:
        """Return a generated name with its tab position and table names in the host."""
        sheet = None if name.sheet is None else self.tab(self.positions[name.sheet])
        comment = COMMENT if sheet is None and self.mark else ""
        return replace(name, sheet=sheet, text=donor.renamed(name.text.encode()).decode(), comment=comment)

    def without_taken(self, coming: Sequence[DefinedName], kept: Sequence[DefinedName]) -> list[DefinedName]:
        """Leave out names that the host defines alike. Raises Refusal where it defines one otherwise."""
        theirs = workbook_part.by_name(kept)
        fresh = []
        for name in coming:
            other = theirs.get(name.name.casefold()) if name.sheet is None else None
            is_table = name.sheet is None and name.name.casefold() in self.table_names
            if is_table or (other is not None and other.text != name.text):
                raise refusal(
                    Code.DEFINED_NAME_TAKEN, self.host.name, f'has a name "{name.name}" that this tool did not define',
                    "Rename it with Formulas > Name Manager and run again.", reason=Reason.INPUTS,
                )  # fmt: skip
            if other is None:
                fresh.append(name)
        return fresh


def _or(position: int | None, otherwise: int) -> int:
    return otherwise if position is None else position
