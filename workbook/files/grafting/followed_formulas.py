"""A formula of the user into the formula that reads the same cells of result sheets laid out anew (files floor)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from workbook.address import Area
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.landing import Landed, Loss, Lost
from workbook.files.reading.formula_tokens import Reference, on_sheet, references

Edit = tuple[int, int, str]
"""From where to where in a formula, and what is written there."""
_BROKEN = "#REF!"


class Followed(Struct, frozen=True):
    """What becomes of a formula: its edits, and what it read that is gone."""

    edits: tuple[Edit, ...] = ()
    lost: tuple[Lost, ...] = ()


class Target(Struct, frozen=True):
    """Where a reference leads now: its sheets, None for the ones that it names, and its cells."""

    sheet: str | None
    cells: Reference


class Follower(Struct):
    """Follows the references of formulas; `tabs` are the workbook's sheets in their order.

    `unbound` are result sheets that it does not have, in lower case: whoever names one would read any line there.
    """

    correspondence: Correspondence
    tabs: Sequence[str]
    unbound: frozenset[str] = frozenset()

    def reads(self, reference: Reference) -> list[str]:
        """Return the result sheets that a reference reads, in lower case."""
        ours = self.correspondence.old.sheets
        names = [name.casefold() for name in reference.sheets]
        if reference.is_foreign or not names:
            return []
        if absent := [name for name in names if name in self.unbound]:
            return absent
        if len(names) == 1:
            return [names[0]] if names[0] in ours else []
        tabs = [name.casefold() for name in self.tabs]
        if names[0] not in tabs or names[-1] not in tabs:
            return []
        first, last = sorted((tabs.index(names[0]), tabs.index(names[-1])))
        return [name for name in tabs[first : last + 1] if name in ours]

    def is_unbound(self, reference: Reference) -> bool:
        """Whether a reference names a result sheet that the workbook does not have."""
        return not self.unbound.isdisjoint(self.reads(reference))

    def ours(self, formula: str) -> list[Reference]:
        """Return the references of a formula that read result sheets."""
        return [reference for reference in references(formula) if self.reads(reference)]

    def target(self, reference: Reference) -> Target | Lost:
        """Return where a reference leads now."""
        if self.is_unbound(reference):
            return Lost(Loss.UNBOUND, f"no sheet {':'.join(reference.sheets)}")
        if len(reference.sheets) > 1:
            return self._through(reference)
        found = self.correspondence.find(reference.sheets[0], reference.area)
        return found if isinstance(found, Lost) else _target(reference, found)

    def _through(self, reference: Reference) -> Target | Lost:
        """Return where a reference through several sheets leads: all of them must have moved alike."""
        names = [name.casefold() for name in reference.sheets]
        tabs = [name.casefold() for name in self.tabs]
        first, last = sorted((tabs.index(names[0]), tabs.index(names[-1])))
        areas: set[Area] = set()
        for name in tabs[first : last + 1]:
            if name in self.correspondence.old.sheets:
                found = self.correspondence.find(name, reference.area)
                if isinstance(found, Lost):
                    return Lost(found.loss, found.what)
                is_here = found.sheet.casefold() == name
                areas.add(found.area if is_here else Area(0, 0, 0, 0))
            else:
                areas.add(reference.area)
        if len(areas) > 1 or Area(0, 0, 0, 0) in areas:
            return Lost(Loss.RANGE, "its sheets have moved differently")
        return Target(None, reference.at(areas.pop()))

    def follow(self, formula: str, ours: Sequence[Reference] | None = None) -> Followed:
        """Return the edits by which a formula reads the same cells; `#REF!` for what is gone, or what is left of it.

        `ours` are the formula's references to result sheets, where they are known.
        """
        edits: list[Edit] = []
        lost: list[Lost] = []
        for reference in self.ours(formula) if ours is None else ours:
            found = self.target(reference)
            if isinstance(found, Lost):
                lost.append(found)
                text = _text(formula, reference, _target(reference, found.left) if found.left else None)
            else:
                text = _text(formula, reference, found)
            if text != formula[reference.start : reference.end]:
                edits.append((reference.start, reference.end, text))
        return Followed(tuple(edits), tuple(lost))

    def follow_together(self, formula: str, followed: Followed, count: int) -> Followed:
        """Return what becomes of a formula that too many cells share: it stays if no row moves, else it is lost."""
        ours = self.ours(formula)
        sheets = {name for reference in ours for name in self.reads(reference)}
        if self.unbound.isdisjoint(sheets) and not any(map(self.correspondence.moves, sheets)):
            return followed
        lost = Lost(Loss.RANGE, f"{count} cells share this formula, too many to follow one by one")
        broken = [(one.start, one.end, formula[one.start : one.body] + _BROKEN) for one in ours]
        return Followed(tuple(broken), (lost,))

    def follow_rule(self, formula: str, cells: str) -> Followed:
        """Return the edits of a formula that holds for many cells, and reads from each what lies as far away.

        It follows only where all of these cells would read what they read before.
        """
        followed = self.follow(formula)
        areas = _areas(cells)
        if followed.lost or not areas:
            return followed
        down = max(area.last_row for area in areas) - min(area.first_row for area in areas)
        right = max(area.last_column for area in areas) - min(area.first_column for area in areas)
        for reference in self.ours(formula):
            if not all(self._is_steady(reference, step) for step in self._steps(reference, down, right)):
                return Followed(followed.edits, (Lost(Loss.RANGE, f"its cells {cells} would read other rows"),))
        return followed

    def _steps(self, reference: Reference, down: int, right: int) -> list[tuple[int, int]]:
        """Return the distances over which a reference reads other cells of result sheets."""
        corners = (reference.first, reference.last or reference.first)
        sheets = [self.correspondence.old.sheets[name] for name in self.reads(reference)]
        last_row = max(sheet.cells.last_row for sheet in sheets)
        last_column = max(sheet.cells.last_column + max(len(sheet.months), 1) for sheet in sheets)
        falls = any(corner.row and not corner.fixed_row for corner in corners)
        moves = any(corner.column and not corner.fixed_column for corner in corners)
        rows = range(1, min(down, last_row) + 1) if falls else ()
        columns = range(1, min(right, last_column) + 1) if moves else ()
        return [*((step, 0) for step in rows), *((0, step) for step in columns)]

    def _is_steady(self, reference: Reference, step: tuple[int, int]) -> bool:
        moved = reference.moved(*step)
        return not moved.is_inside or self._leads_alike(reference, moved, step)

    def _leads_alike(self, reference: Reference, moved: Reference, step: tuple[int, int]) -> bool:
        """Whether a moved reference leads to where the reference leads, moved as far."""
        one, other = self.target(reference), self.target(moved)
        if isinstance(one, Lost) or isinstance(other, Lost):
            return False
        return one.sheet == other.sheet and one.cells.moved(*step).cells == other.cells.cells

    def shares(self, ours: Sequence[Reference], step: tuple[int, int]) -> bool:
        """Whether a cell so far from the first one still shares its formula, with these references, when it follows."""
        return all(self._is_steady(reference, step) for reference in ours)


def shared_at(formula: str, every: Sequence[Reference], step: tuple[int, int]) -> tuple[str, list[Reference]]:
    """Return a shared formula with its references as it reads in a cell so far from the first one.

    A reference that would lie outside the sheet is `#REF!` there.
    """
    pieces: list[str] = []
    moved: list[Reference] = []
    at = length = 0
    for reference in every:
        one = reference.moved(*step)
        before, prefix = formula[at : reference.start], formula[reference.start : reference.body]
        cells = one.cells if one.is_inside else _BROKEN
        start = length + len(before)
        length = start + len(prefix) + len(cells)
        pieces += [before, prefix, cells]
        if one.is_inside:
            body = start + len(prefix)
            moved.append(Reference(start, body, length, one.sheets, one.is_foreign, one.first, one.last))
        at = reference.end
    return "".join([*pieces, formula[at:]]), moved


def _target(reference: Reference, landed: Landed) -> Target:
    is_here = landed.sheet.casefold() == reference.sheets[0].casefold()
    return Target(None if is_here else landed.sheet, reference.at(landed.area))


def _text(formula: str, reference: Reference, target: Target | None) -> str:
    prefix = formula[reference.start : reference.body]
    if target is None:
        return prefix + _BROKEN
    if target.sheet:
        return on_sheet(target.sheet, target.cells.cells)
    if target.cells.area == reference.area:
        # As it was written, such as with the sheet named twice.
        return formula[reference.start : reference.end]
    return prefix + target.cells.cells


def _areas(cells: str) -> list[Area]:
    """Return the areas of a list of them, `B2:B9 D2`."""
    return [area.area for text in cells.split() for area in references(text)]


__all__ = ["Edit", "Followed", "Follower", "shared_at"]
