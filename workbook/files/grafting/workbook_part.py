"""Splices into the workbook part: sheets, defined names, tab positions, recalculation (files floor).

Each function adds its edits to the splices of a scanned workbook part (two levels deep) and changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from workbook.files.grafting.output_names import is_output
from workbook.files.package.book_parts import PREFIX, RELATIONSHIPS
from workbook.files.package.names import COMMENT, DefinedName, defined_names, read_name
from workbook.files.package.parts import SheetEntry, whole
from workbook.files.package.splice import Element, Splices, tag, wrap

RECALCULATE = "_workbook.recalculate"
"""The hidden name that says what `require_recalculation` did to the calculation properties."""
STRINGS = "_workbook.strings"
"""The hidden name that says which shared strings are ours."""
VIEW = "_workbook.view"
"""The hidden name that says which sheets were shown before ours came to the front."""
_NO_ELEMENT = "none"
# The order in which the schema wants what stands before the calculation properties.
_BEFORE_SHEETS = ("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews")
_BEFORE_NAMES = (*_BEFORE_SHEETS, "sheets", "functionGroups", "externalReferences")
_LAST_SHEET_ID = 65_534


def is_ours(name: DefinedName) -> bool:
    """Whether a name of the whole workbook came with our sheets."""
    is_marked = name.is_ours and name.name not in {PREFIX, RECALCULATE, STRINGS, VIEW}
    return name.sheet is None and (is_marked or is_output(name))


def prefix_mark(book: Splices, prefix: str) -> tuple[list[DefinedName], list[DefinedName]]:
    """Return the names that leave and come so that the hidden name says the prefix of our sheets; none if it does."""
    known = [name for name in defined_names(book.root) if name.name == PREFIX]
    text = '"' + prefix.replace('"', '""') + '"'
    if [name.text for name in known] == ([text] if prefix else []):
        return [], []
    coming = [DefinedName(PREFIX, None, text, is_hidden=True, comment=COMMENT)] if prefix else []
    return known, coming


def add_sheets(book: Splices, sheets: Sequence[SheetEntry]) -> None:
    """Append `<sheet>` elements under free sheet ids; the ids of the entries are not looked at."""
    if not sheets:
        return
    container = book.root.find("sheets")
    scope = container.scope if container else book.root.scope
    known = next((prefix for prefix, uri in scope.items() if prefix and uri == RELATIONSHIPS), None)
    declared = {} if known else {"xmlns:r": RELATIONSHIPS}
    taken = {number for item in book.root.under("sheets") if (number := whole(_own(item, "sheetId"))) is not None}
    texts = []
    for sheet in sheets:
        number = max(taken, default=0) + 1
        if number > _LAST_SHEET_ID:
            number = next(free for free in range(1, _LAST_SHEET_ID) if free not in taken)
        taken.add(number)
        state = {} if sheet.state == "visible" else {"state": sheet.state}
        attributes = {"name": sheet.name, "sheetId": str(number), **state, **declared}
        attributes[f"{known or 'r'}:id"] = sheet.rel_id
        texts.append(tag((container or book.root).prefix, "sheet", attributes))
    if container:
        book.append(container, b"".join(texts))
    else:
        book.insert(book.root, wrap(book.root.prefix, "sheets", {}, b"".join(texts)), after=_BEFORE_SHEETS)


def set_names(book: Splices, gone: Collection[DefinedName], added: Sequence[DefinedName]) -> None:
    """Take names out and append others; a container that would stay empty goes with its last name."""
    container = book.root.find("definedNames")
    body = b"".join(name.as_xml((container or book.root).prefix) for name in added)
    if container is None:
        if added:
            book.insert(book.root, wrap(book.root.prefix, "definedNames", {}, body), after=_BEFORE_NAMES)
        return
    leaving = [element for element in container.children if read_name(element) in gone]
    if leaving and len(leaving) == len(container.children) and not added:
        book.drop(container)
        return
    for element in leaving:
        book.drop(element)
    if added:
        book.append(container, body)


def set_texts(book: Splices, texts: Mapping[DefinedName, str]) -> None:
    """Write what names refer to; all else that the part says about them stays."""
    for element in book.root.under("definedNames"):
        text = texts.get(read_name(element))
        if text is not None:
            book.set_text(element, text)


def require_recalculation(book: Splices) -> None:
    """Have Excel calculate everything when it opens the file; the person's calculation mode stays."""
    properties = book.root.find("calcPr")
    if properties is None:
        text = tag(book.root.prefix, "calcPr", {"fullCalcOnLoad": "1"})
        book.insert(book.root, text, after=(*_BEFORE_NAMES, "definedNames"))
    elif not _recalculates(properties):
        book.set_attribute(properties, "fullCalcOnLoad", "1")


def recalculation_mark(book: Splices) -> list[DefinedName]:
    """Return hidden name that tells what stood there before `require_recalculation`; none where that does nothing."""
    properties = book.root.find("calcPr")
    if properties is not None and _recalculates(properties):
        return [name for name in defined_names(book.root) if name.name == RECALCULATE]
    before = _NO_ELEMENT if properties is None else _own(properties, "fullCalcOnLoad")
    return [DefinedName(RECALCULATE, None, f'"{before}"', is_hidden=True, comment=COMMENT)]


def forget_recalculation(book: Splices) -> list[DefinedName]:
    """Return the calculation properties back as they were, and the names that recorded it."""
    names = [name for name in defined_names(book.root) if name.name == RECALCULATE]
    properties = book.root.find("calcPr")
    if names and properties is not None and "fullCalcOnLoad" in properties.attributes:
        before = names[0].text.strip().strip('"')
        if before == _NO_ELEMENT and len(properties.attributes) == 1:
            book.drop(properties)
        else:
            book.set_attribute(properties, "fullCalcOnLoad", before if before in {"0", "false"} else None)
    return names


def drop_sheets(book: Splices, positions: Collection[int], visible: int) -> None:
    """Take sheets out, and move what counts tabs: local names and the active tab (`visible`, if that one goes)."""
    sheets = book.root.under("sheets")
    gone = {_own(sheets[position], "sheetId") for position in positions}
    for view in book.root.under("customWorkbookViews"):
        if _own(view, "activeSheetId") in gone:
            book.set_attribute(view, "activeSheetId", _own(_left(sheets, positions)[visible], "sheetId"))
    for position in positions:
        book.drop(sheets[position])
    for name in book.root.under("definedNames"):
        local = whole(_own(name, "localSheetId"))
        if local is not None and local not in positions:
            _move(book, name, "localSheetId", local, positions)
    for view in book.root.under("bookViews"):
        for attribute, otherwise in (("activeTab", visible), ("firstSheet", 0)):
            tab = whole(_own(view, attribute))
            if tab in positions:
                book.set_attribute(view, attribute, str(otherwise))
            elif tab is not None and tab < len(sheets):
                _move(book, view, attribute, tab, positions)


def _recalculates(properties: Element) -> bool:
    return _own(properties, "fullCalcOnLoad") in {"1", "true"}


def _left(sheets: Sequence[Element], gone: Collection[int]) -> list[Element]:
    return [sheet for position, sheet in enumerate(sheets) if position not in gone]


def _move(book: Splices, element: Element, attribute: str, tab: int, gone: Collection[int]) -> None:
    moved = tab - sum(position < tab for position in gone)
    if moved != tab:
        book.set_attribute(element, attribute, str(moved))


def _own(element: Element, attribute: str) -> str:
    return element.attributes.get(attribute, "")


def by_name(names: Sequence[DefinedName]) -> Mapping[str, DefinedName]:
    """Return the names of the whole workbook by their name without case."""
    return {name.name.casefold(): name for name in names if name.sheet is None}
