"""Planned workbooks with parts that were made to take the time or the memory of the commands that read them."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import planned_base
from tests.edits import parts_of, rewritten
from tests.files.hosts import pack
from workbook.files.package.opening import open_package

BOOK, STRINGS, STYLES, TYPES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"


def _before_end(part: str, text: bytes) -> bytes:
    """Return the planned base with text before the end of a part."""
    data = planned_base()

    def change(name: str, content: bytes) -> bytes:
        at = content.rindex(b"</") if name == part else 0
        return content[:at] + text + content[at:] if name == part else content

    return rewritten(data, change)


def _replaced(part: str, old: bytes, new: bytes) -> bytes:
    assert old in parts_of(planned_base())[part]
    return rewritten(planned_base(), lambda name, content: content.replace(old, new, 1) if name == part else content)


def _sheet(name: str) -> str:
    return next(sheet.part for sheet in open_package(planned_base()).sheets if sheet.name == name)


def _cell(text: bytes) -> bytes:
    """Return the planned base with a long text in a cell of a result sheet, whose mark does not fit any more."""
    new = b'<row r="9999"><c r="A9999" t="inlineStr"><is><t>' + text + b"</t></is></c></row></sheetData>"
    return _replaced(_sheet("Summary"), b"</sheetData>", new)


def _own_cells(count: int, text: bytes) -> bytes:
    """Return the planned base whose sheet Users has many more cells far below its table."""
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>' + text + b"</t></is></c></row>"
    rows = b"".join(row % (number, number) for number in range(20_000, 20_000 + count))
    return _replaced(_sheet("Users"), b"</sheetData>", rows + b"</sheetData>")


def _names(count: int, comment: bytes) -> bytes:
    name = b'<definedName name="_workbook.owned" comment="%b" localSheetId="0" hidden="1">"a Summary"</definedName>'
    return _replaced(BOOK, b"</definedNames>", name % comment * count + b"</definedNames>")


def _comments(count: int) -> bytes:
    """Return the planned base with a part of notes by many authors."""
    parts = parts_of(planned_base())
    authors = b"".join(b"<author>%d</author>" % number for number in range(count))
    notes = b"".join(b'<comment ref="A%d" authorId="%d"/>' % (number + 1, number) for number in range(count))
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = b'<comments xmlns="%b"><authors>%b</authors><commentList>%b</commentList></comments>' % (
        main,
        authors,
        notes,
    )
    rels = _sheet("Users").replace("worksheets/", "worksheets/_rels/") + ".rels"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    arrow = b'<Relationship Id="rId99" Type="%b" Target="/xl/comments1.xml"/></Relationships>' % kind
    content = b"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    override = b'<Override PartName="/xl/comments1.xml" ContentType="%b"/></Types>' % content
    parts["xl/comments1.xml"] = part
    if rels in parts:
        parts[rels] = parts[rels].replace(b"</Relationships>", arrow)
    else:
        head = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        parts[rels] = head + arrow
    parts[TYPES] = parts[TYPES].replace(b"</Types>", override)
    return pack(parts)


WORST: dict[str, Callable[[], bytes]] = {
    "items in a comment of the strings": lambda: _before_end(STRINGS, b"<!--" + b"<si>" * 400_000 + b"-->"),
    "reading aids": lambda: _before_end(STRINGS, b"<si><t>a</t>" + b'<rPh sb="0" eb="1"/>' * 300_000 + b"</si>"),
    "rows in a comment of a result sheet": lambda: _before_end(
        _sheet("Summary"), b"<!--" + b"<row " * 300_000 + b"-->"
    ),
    "cells in a comment of a result sheet": lambda: _before_end(
        _sheet("Summary"), b"<!--" + b'<c r="A1"' * 300_000 + b"-->"
    ),
    "columns in a comment of a sheet": lambda: _before_end(_sheet("Users"), b"<!--" + b"<col " * 300_000 + b"-->"),
    "sheet data in a comment of a sheet": lambda: _before_end(
        _sheet("Users"), b"<!--" + b"<sheetData " * 100_000 + b"-->"
    ),
    "names that say they are ours": lambda: _names(30_000, b"Written by workbook"),
    "notes by many": lambda: _comments(350),
    "notes by very many": lambda: _comments(20_000),
    "a number format of brackets": lambda: _replaced(
        STYLES, b'formatCode="', b'formatCode="' + b"[" * 400_000
    ),
    "a long text in a result sheet": lambda: _cell(b"a" * 120_000_000),
    "long addresses in a result sheet": lambda: _cell(b"a.b@" * 5_000_000),
    "a large sheet of the user's": lambda: _own_cells(1_000_000, b"x" * 100),
    "a large sheet that reads a result": lambda: _own_cells(1_000_000, b"Summary!A1" + b"x" * 90),
}  # fmt: skip
