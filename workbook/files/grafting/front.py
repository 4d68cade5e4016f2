"""Sheets of a workbook to its front, shown when the file is opened, and the view as it was again (files floor).

Tabs are counted by position, so local names and views move with the sheet. What the view was is kept in a hidden name;
it is given back while the sheet is still the one that is shown, so that the view a user has chosen since then stays.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from msgspec import Struct

from workbook.files.grafting.changes import Changes, Receipt
from workbook.files.grafting.sheet_shell import SheetShell
from workbook.files.grafting.workbook_part import VIEW, set_names
from workbook.files.package.names import COMMENT, DefinedName, defined_names
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry, whole
from workbook.files.package.splice import Element, Splices

_TABS = ("activeTab", "firstSheet")
_RECORD = re.compile(r'"([0-9]*)\|([0-9]*)\|((?:[^=|,"]+=[a-z0-9]+,?)*)"')


class _View(Struct, frozen=True):
    """The tabs of the first view, empty if it names none, and the ids of selected sheets with the flag's text."""

    tabs: tuple[str, str]
    selected: Mapping[str, str]

    @property
    def text(self) -> str:
        """The text of the hidden name."""
        chosen = ",".join(f"{sheet}={flag}" for sheet, flag in self.selected.items())
        return f'"{self.tabs[0]}|{self.tabs[1]}|{chosen}"'


def to_front(host: Package) -> tuple[bytes, Receipt]:
    """Return the workbook with its last sheet first and shown, and what became of each part."""
    changes = Changes(host, [])
    book = host.splices(host.workbook_part, 2)
    sheets = book.root.under("sheets")
    last, container = len(sheets) - 1, book.root.find("sheets")
    if container is None:
        raise ValueError("a workbook without sheets")
    book.drop(sheets[last])
    book.insert(container, book.data[sheets[last].start : sheets[last].end], after=())
    places = {position: position + 1 for position in range(last)} | {last: 0}
    set_names(book, (), [_moved(changes, book, places, host.sheets[:last])])
    changes.edited[host.workbook_part] = book.result()
    changes.edited[host.sheets[last].part] = SheetShell(host, host.sheets[last].part, 2).with_selection("1")
    out = io.BytesIO()
    receipt = changes.write(out)
    return out.getvalue(), receipt


def next_to(host: Package, after: Mapping[str, str], out: BinaryIO) -> Receipt:
    """Write the workbook with some sheets each right behind another one, all others in their order.

    `after` gives the other sheet by the name of the one that moves. What is shown stays shown.
    """
    changes = Changes(host, [])
    book = host.splices(host.workbook_part, 2)
    sheets, container = book.root.under("sheets"), book.root.find("sheets")
    names = [sheet.name for sheet in host.sheets]
    if container is None:
        raise ValueError("a workbook without sheets")
    order = [name for name in names if name not in after]
    for name in (name for name in names if name in after):
        order.insert(order.index(after[name]) + 1, name)
    places = {names.index(name): place for place, name in enumerate(order)}
    texts = [book.data[sheet.start : sheet.end] for sheet in sheets]
    for sheet in sheets:
        book.drop(sheet)
    book.put(container.open_end, b"".join(texts[names.index(name)] for name in order))
    _recount(book, places)
    for view in book.root.under("bookViews"):
        for name in _TABS:
            if (place := whole(view.attributes.get(name, ""))) is not None:
                book.set_attribute(view, name, str(places.get(place, place)))
    changes.edited[host.workbook_part] = book.result()
    return changes.write(out)


def _recount(book: Splices, places: Mapping[int, int]) -> None:
    """Have local names follow their sheets to other places."""
    for name in book.root.under("definedNames"):
        local = whole(name.attributes.get("localSheetId", ""))
        if local is not None and local in places:
            book.set_attribute(name, "localSheetId", str(places[local]))


def make_room(changes: Changes, book: Splices, count: int) -> DefinedName:
    """Move every sheet back by `count` tabs, for as many new ones; return the hidden name that keeps the view.

    None of the sheets stays selected, and the first of the new ones is shown.
    """
    places = {position: position + count for position in range(len(changes.host.sheets))}
    return _moved(changes, book, places, changes.host.sheets)


def _moved(changes: Changes, book: Splices, places: Mapping[int, int], behind: Sequence[SheetEntry]) -> DefinedName:
    """Have what counts tabs follow its sheets to their places, the first tab shown and no sheet `behind` selected."""
    _recount(book, places)
    view = _View(_show_first(book, places), _deselect(changes, behind))
    return DefinedName(VIEW, None, view.text, is_hidden=True, comment=COMMENT)


def view_before(host: Package) -> Package:
    """Return the workbook, its first sheet about to leave, with the view that it had before: itself if none is kept."""
    kept = kept_view(host)
    if kept is None:
        return host
    changes = Changes(host, [])
    book = host.splices(host.workbook_part, 2)
    views = book.root.under("bookViews")
    if record := _record(host, kept):
        if views:
            _show_again(book, views[0], (record[1], record[2]))
        changes.edited.update(_selected_again(host, record, host.sheets[1:]))
    set_names(book, [kept], [])
    changes.edited[host.workbook_part] = book.result()
    out = io.BytesIO()
    changes.write(out)
    return Package(out, host.name)


def kept_view(host: Package) -> DefinedName | None:
    """Return the hidden name that says what was shown before sheets came to the front."""
    return next((name for name in defined_names(host.workbook) if name.name == VIEW), None)


def selected_before(host: Package, left: Sequence[SheetEntry]) -> dict[str, bytes]:
    """Return the parts of sheets that were selected before others came to the front, selected again."""
    kept = kept_view(host)
    record = _record(host, kept) if kept else None
    return _selected_again(host, record, left) if record else {}


def _record(host: Package, kept: DefinedName) -> re.Match[str] | None:
    """Return what is kept of the view while the first sheet is still the one that is shown."""
    views = host.workbook.under("bookViews")
    is_shown = not views or whole(views[0].attributes.get("activeTab", "0")) == 0
    return _RECORD.fullmatch(kept.text.strip()) if is_shown else None


def _selected_again(host: Package, record: re.Match[str], sheets: Sequence[SheetEntry]) -> dict[str, bytes]:
    selected = dict(pair.split("=") for pair in record[3].split(",") if pair)
    return {
        sheet.part: SheetShell(host, sheet.part, 2).with_selection(selected[sheet.sheet_id])
        for sheet in sheets
        if sheet.sheet_id in selected and sheet.part in host
    }


def _show_first(book: Splices, places: Mapping[int, int]) -> tuple[str, str]:
    """Have the first view show the first sheet, and the others the sheets that they showed; return what it showed."""
    before = ("", "")
    for number, view in enumerate(book.root.under("bookViews")):
        tabs = [view.attributes.get(name, "") for name in _TABS]
        if number == 0:
            before = (tabs[0], tabs[1])
        for name, tab in zip(_TABS, tabs, strict=True):
            if (place := whole(tab)) is not None:
                book.set_attribute(view, name, "0" if number == 0 else str(places.get(place, 0)))
    return before


def _show_again(book: Splices, view: Element, tabs: tuple[str, str]) -> None:
    """Have a view show the sheets that it showed; they move back by one when the first sheet leaves."""
    for name, tab in zip(_TABS, tabs, strict=True):
        place = whole(tab)
        if name in view.attributes or place is not None:
            book.set_attribute(view, name, None if place is None else str(place + 1))


def _deselect(changes: Changes, sheets: Sequence[SheetEntry]) -> dict[str, str]:
    """Have no sheet selected: typing into one would change all that are. Return which were, by their ids."""
    selected = {}
    for sheet in sheets:
        if sheet.part not in changes.host or not _may_be_selected(changes.host, sheet.part):
            continue
        shell = SheetShell(changes.host, sheet.part, 2)
        if shell.selection in {"1", "true"}:
            selected[sheet.sheet_id] = shell.selection
            changes.edited[sheet.part] = shell.with_selection("0")
    return selected


def _may_be_selected(host: Package, part: str) -> bool:
    """Whether a part mentions a selection at all; most sheets do not, and need no scan."""
    return b"tabSelected" in host.read(part)
