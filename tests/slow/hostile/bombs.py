"""Small files that unpack, refer or nest without bound, and XML that fetches: each must be refused at little cost."""

from __future__ import annotations

from collections.abc import Iterator

from tests.slow.hostile import Hostile
from tests.slow.hostile.fuzz import bases
from tests.slow.hostile.makers import BOOK, BOOK_RELS, TYPES, USERS, changed, edited, refused, with_entries, with_part
from tests.slow.hostile.zips import Entry, Frame, entries, packed, valid_parts, zip_of
from workbook.files.package.opening import open_package
from workbook.problems import Code

MB = 1 << 20
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><x>&j;</x>"
)
FETCH = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "%s">]><x>&a;</x>'
PARAMETER = (
    '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><x/>'
)
_COMMENT = b"<!--" + b" " * 60_000 + b"-->"


def _doctype(name: str, part: str, data: bytes) -> Hostile:
    return refused(name, lambda: with_part(part, data), Code.FORBIDDEN_XML, part)


def _doctypes() -> Iterator[Hostile]:
    for part in (USERS, BOOK, TYPES, "_rels/.rels", BOOK_RELS, "xl/styles.xml", "xl/drawings/vmlDrawing1.vml"):
        yield _doctype(f"billion laughs in {part}", part, LAUGHS)
    yield _doctype("external entity, a file", USERS, (FETCH % "file:///etc/hostname").encode())
    yield _doctype("external entity, the net", USERS, (FETCH % "http://127.0.0.1:9/x").encode())
    yield _doctype("external DTD", USERS, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>')
    yield _doctype("parameter entity in UTF-16", USERS, PARAMETER.encode("utf-16"))
    yield _doctype("parameter entity in UTF-16, no mark", USERS, PARAMETER.encode("utf-16-be"))
    yield _doctype("DOCTYPE behind a comment", USERS, _COMMENT + LAUGHS[21:])
    yield _doctype("DOCTYPE behind long comments", USERS, _COMMENT * 2 + LAUGHS[21:])
    yield _doctype("DOCTYPE behind blanks", USERS, b" " * 70_000 + LAUGHS[21:])
    yield _doctype("DOCTYPE at the seam", USERS, b" " * 65_532 + b"<!DOCTYPE x><x/>")
    yield _doctype("DOCTYPE in a part called .bin", "xl/worksheets/sheet99.bin", LAUGHS)
    yield _doctype("DOCTYPE in UTF-16 in a part called .bin", "xl/sheet.bin", PARAMETER.encode("utf-16"))
    yield _doctype("DOCTYPE in custom XML", "customXml/item1.xml", LAUGHS)


def book_with(text: bytes) -> bytes:
    """Put text behind the sheets of the workbook part."""
    return edited(BOOK, b"</sheets>", b"</sheets>" + text)


def names(count: int) -> bytes:
    """Define many names."""
    return book_with(b"<definedNames>" + b'<definedName name="n">A1</definedName>' * count + b"</definedNames>")


def sheets(count: int) -> bytes:
    """List many sheets."""
    rows = b"".join(b'<sheet name="s%d" sheetId="%d"/>' % (number, number + 99) for number in range(count))
    return edited(BOOK, b"</sheets>", rows + b"</sheets>")


def nested(part: str, depth: int) -> bytes:
    """Nest elements in a part."""
    return with_part(part, b'<x xmlns="%s">' % SHEET.encode() + b"<a>" * depth + b"</a>" * depth + b"</x>")


def namespaces(count: int) -> bytes:
    """Declare many namespaces at each of many levels."""
    wide = b" ".join(b'xmlns:n%d="u"' % number for number in range(count))
    deep = b"".join(b'<a xmlns:m%d="u">' % number for number in range(200))
    return book_with(b"<extLst><ext %s>" % wide + deep + b"</a>" * 200 + b"</ext></extLst>")


def pieces(count: int) -> bytes:
    """Break one text into many pieces."""
    text = b"A1<!-- -->" * count
    return book_with(b'<definedNames><definedName name="n">' + text + b"</definedName></definedNames>")


def tables(count: int) -> bytes:
    """Let a sheet lead to one long table many times."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    arrow = b'<Relationship Id="r%%d" Type="%s/table" Target="/xl/tables/table1.xml"/>' % office.encode()
    arrows = b"".join(arrow % number for number in range(count))
    head = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    table = b'<table xmlns="%s" ref="A1:B2" name="t">' % SHEET.encode() + b"<a/>" * 20_000 + b"</table>"
    rels = {"xl/worksheets/_rels/sheet2.xml.rels": head + arrows + b"</Relationships>", "xl/tables/table1.xml": table}
    return packed({**valid_parts(), **rels})


def many_rows(count: int) -> bytes:
    """Let many rows of the directory lead to one entry."""
    twin = Entry("xl/a.xml", b"<x/>", central={"at": 0})
    items = entries(valid_parts())
    data = zip_of([*items, twin])
    row = data.rindex(b"PK\1\2")
    one = data[row:-22]
    more = b"".join(one[:46] + b"%08d" % number for number in range(count))
    start = data.index(b"PK\1\2")
    end = zip_of([], Frame())
    total = min(len(items) + 1 + count, 0xFFFE)
    body = data[:-22] + more
    size = len(body) - start
    return (
        body
        + end[:8]
        + total.to_bytes(2, "little") * 2
        + size.to_bytes(4, "little")
        + start.to_bytes(4, "little")
        + b"\0\0"
    )


def with_strings(items: bytes) -> bytes:
    """Append shared strings."""
    return edited("xl/sharedStrings.xml", b"</sst>", items + b"</sst>")


def formats(count: int) -> bytes:
    """Append cell formats."""
    return edited("xl/styles.xml", b"</cellXfs>", b'<xf numFmtId="9" fontId="0"/>' * count + b"</cellXfs>")


def pictures(count: int, size: int) -> bytes:
    """Add large parts that nothing reads."""
    return packed({**valid_parts(), **{f"xl/media/{number}.bin": bytes(size) for number in range(count)}})


def in_sheet(text: bytes) -> bytes:
    """Put text at the end of the rows of an input sheet."""
    return edited(USERS, b"</sheetData>", text + b"</sheetData>")


def in_result(text: bytes) -> bytes:
    """Put text at the end of the rows of a sheet that a run wrote."""
    planned = bases()[-1]
    package = open_package(planned.data)
    part = next(sheet.part for sheet in package.sheets if sheet.name == "Summary")
    return packed({**planned.parts, part: planned.parts[part].replace(b"</sheetData>", text + b"</sheetData>")})


def _text_cell(size: int) -> bytes:
    return b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"a" * size + b"</t></is></c></row>"


def _cells(count: int) -> bytes:
    return b'<row r="9"><c r="A9"><v>1</v></c></row>' * count


BOMBS: tuple[Hostile, ...] = (
    refused("a part of 300 MB", lambda: with_part("xl/media/a.bin", bytes(300 * MB)), Code.TOO_LARGE, "a.bin"),
    refused("a sheet of 300 MB", lambda: with_part(USERS, b"<x>" + b" " * (300 * MB)), Code.TOO_LARGE, USERS),
    refused(
        "600 MB in three parts",
        lambda: packed({**valid_parts(), **{f"xl/media/{n}.bin": bytes(200 * MB) for n in range(3)}}),
        Code.TOO_LARGE,
        "512 MB",
    ),
    refused(
        "a part that says it is small",
        lambda: changed("xl/styles.xml", data=bytes(300 * MB), local={"size": 9}, central={"size": 9}),
        Code.TOO_LARGE,
        "xl/styles.xml",
    ),
    refused("1,100 parts", lambda: with_entries(*(Entry(f"a/{n}", b"") for n in range(1100))), Code.TOO_LARGE, "parts"),
    refused("600,000 rows, one entry", lambda: many_rows(600_000), Code.TOO_LARGE, "parts"),
    refused(
        "a file of 60 MB",
        lambda: zip_of(entries(valid_parts()), Frame(comment=b"", between=bytes(60 * MB))),
        Code.TOO_LARGE,
        "60 MB",
    ),
    refused("2,000,000 names", lambda: names(2_000_000), Code.TOO_LARGE, BOOK),
    refused("100,000 sheets", lambda: sheets(100_000), Code.TOO_LARGE),
    refused("5,000 sheets", lambda: sheets(5_000), Code.TOO_LARGE, "sheets"),
    refused("a text of 70 MB", lambda: book_with(b"<x>" + b"a" * (70 * MB) + b"</x>"), Code.TOO_LARGE, BOOK),
    refused("an attribute of 70 MB", lambda: book_with(b'<x a="' + b"a" * (70 * MB) + b'"/>'), Code.TOO_LARGE, BOOK),
    refused(
        "500,000 attributes",
        lambda: book_with(b"<x%s/>" % b"".join(b' a%d=""' % n for n in range(500_000))),
        Code.TOO_LARGE,
        BOOK,
    ),
    refused("nested 50,000 deep", lambda: nested(BOOK, 50_000), Code.DAMAGED_FILE, "nested"),
    refused("nested 10,000,000 deep", lambda: nested(BOOK, 10_000_000), Code.TOO_LARGE, BOOK),
    refused("900 namespaces at 200 levels", lambda: namespaces(5_000), Code.DAMAGED_FILE, "namespaces"),
    Hostile("one table led to 20,000 times", lambda: tables(20_000), None),
    refused(
        "shared strings of 200 MB",
        lambda: with_part("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 11_000_000 + b"</sst>"),
        Code.TOO_LARGE,
        "sharedStrings",
    ),
    refused(
        "1,000,000 cell formats",
        lambda: edited("xl/styles.xml", b"</cellXfs>", b'<xf numFmtId="0"/>' * 1_000_000 + b"</cellXfs>"),
        Code.TOO_LARGE,
        "styles",
    ),
    refused(
        "1,000,000 content types",
        lambda: edited(TYPES, b"</Types>", b'<Default Extension="a" ContentType="b"/>' * 1_000_000 + b"</Types>"),
        Code.TOO_LARGE,
        TYPES,
    ),
    Hostile("a text in 80,000 pieces", lambda: pieces(80_000), None),
    Hostile("names up to the bound", lambda: names(50_000), None),
    Hostile("strings up to the bound", lambda: with_strings(b"<si><t>x</t></si>" * 400_000), None),
    Hostile(
        "long strings up to the bound", lambda: with_strings(b"<si><t>" + "☃".encode() * 10 * MB + b"</t></si>"), None
    ),
    Hostile("cell formats up to the bound", lambda: formats(100_000), Code.TOO_MANY_STYLES),
    Hostile("pictures up to the bound", lambda: pictures(2, 240 * MB), None),
    Hostile("a sheet of 250 MB of blanks", lambda: in_sheet(b" " * (250 * MB)), None),
    Hostile("a sheet of 250 MB in one comment", lambda: in_sheet(b"<!--" + b" " * (250 * MB) + b"-->"), None),
    Hostile("a sheet of 250 MB in one text", lambda: in_sheet(_text_cell(250 * MB)), None),
    Hostile("a sheet of 250 MB of cells", lambda: in_sheet(_cells(5_000_000)), None),
    Hostile("a sheet of 200 MB of empty elements", lambda: in_sheet(b"<a/>" * (50 * MB)), None),
    Hostile("a result sheet of 200 MB", lambda: in_result(_cells(5_000_000)), Code.EDITED_RESULT, "Summary"),
    Hostile("a sheet nested 1,000,000 deep", lambda: in_sheet(b"<a>" * 1_000_000 + b"</a>" * 1_000_000), None),
    Hostile("a sheet of 10,000,000 formatted rows", lambda: in_sheet(b'<row r="9" s="1"/>' * 10_000_000), None),
)

BOMB_FILES: tuple[Hostile, ...] = (*_doctypes(), *BOMBS)
