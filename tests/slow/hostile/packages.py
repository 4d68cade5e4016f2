"""Hostile packages that are wrong in their zip or in how their parts hang together; `strangers.py` has other files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.slow.hostile import Hostile
from tests.slow.hostile.makers import (
    BOOK,
    BOOK_RELS,
    OFFICE,
    TYPES,
    USERS,
    book_without_rel_id,
    changed,
    circle,
    cut,
    edited,
    flipped,
    harmless,
    nested_headers,
    overlapping,
    plus,
    refused,
    smaller_than_it_is,
    styles_type,
    two_directories,
    with_entries,
    with_part,
    with_rel_of,
    with_relationship,
    without,
    zip64,
)
from tests.slow.hostile.zips import Entry, Frame, deflated, entries, packed, valid_parts, zip_of
from workbook.problems import Code


def _truncated() -> list[Hostile]:
    shares = (0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9999)
    return [refused(f"cut off at {share:.2%}", partial(cut, share), Code.DAMAGED_FILE, "cut off") for share in shares]


def _damaged() -> list[Hostile]:
    users = valid_parts()[USERS]
    rubbish = bytes(range(7, 250))
    return [
        refused("checksum of a sheet", lambda: flipped(USERS), Code.DAMAGED_FILE, f"{USERS} (sheet Users)"),
        refused("checksum of the styles", lambda: flipped("xl/styles.xml"), Code.DAMAGED_FILE, "xl/styles.xml"),
        refused("checksum of the workbook", lambda: flipped(BOOK), Code.DAMAGED_FILE, BOOK),
        refused("rubbish for a sheet", lambda: changed(USERS, packed=rubbish), Code.DAMAGED_FILE, "(sheet Users)"),
        refused("a sheet cut off", lambda: changed(USERS, packed=deflated(users)[:-9]), Code.DAMAGED_FILE, "cut off"),
        refused(
            "bytes behind a sheet",
            lambda: changed(USERS, packed=deflated(users) + b"x"),
            Code.DAMAGED_FILE,
            "(sheet Users)",
        ),
        refused(
            "stored, of another size",
            lambda: changed(USERS, method=0, packed=users + b" "),
            Code.DAMAGED_FILE,
            "instead of",
        ),
        refused(
            "packed, called stored", lambda: changed(USERS, method=0, packed=deflated(users)), Code.DAMAGED_FILE, USERS
        ),
        refused("smaller than it is", lambda: smaller_than_it_is(USERS), Code.DAMAGED_FILE, "instead of"),
        refused("an entry beyond the end", lambda: changed(USERS, central={"at": 1 << 30}), Code.DAMAGED_FILE, USERS),
        refused(
            "one piece of several", lambda: zip_of(entries(valid_parts()), Frame(disk=1)), Code.DAMAGED_FILE, "divided"
        ),
        refused("broken workbook part", lambda: edited(BOOK, b"</sheets>", b""), Code.DAMAGED_FILE, BOOK),
        refused("broken relationships", lambda: with_part(BOOK_RELS, b"<Relationships"), Code.DAMAGED_FILE, BOOK_RELS),
        refused("empty content types", lambda: with_part(TYPES, b""), Code.DAMAGED_FILE, TYPES),
        refused(
            "UTF-7",
            lambda: with_part(USERS, b'<?xml version="1.0" encoding="utf-7"?>+ADw-x/+AD4-'),
            Code.DAMAGED_FILE,
            "utf-7",
        ),
        refused(
            "EBCDIC",
            lambda: with_part(BOOK, '<?xml version="1.0" encoding="cp037"?><x/>'.encode("cp037")),
            Code.DAMAGED_FILE,
            BOOK,
        ),
    ]


def _two_ways() -> list[Hostile]:
    one = b"<v>1</v>"
    items = entries(valid_parts())
    styles = "xl/styles.xml"
    return [
        refused(
            "text before the zip",
            lambda: zip_of(items, Frame(prefix=b"#!/bin/sh\n")),
            Code.DAMAGED_FILE,
            "stand before it",
        ),
        refused(
            "noise before the zip", lambda: zip_of(items, Frame(prefix=b"\1\2\3")), Code.DAMAGED_FILE, "stand before it"
        ),
        refused(
            "a zip before the zip",
            lambda: packed({"a": b"b"}) + packed(valid_parts()),
            Code.AMBIGUOUS_FILE,
            "directory",
        ),
        refused(
            "a zip behind the zip",
            lambda: packed(valid_parts()) + packed({"a": b"b"}),
            Code.AMBIGUOUS_FILE,
            "directory",
        ),
        refused(
            "text behind the zip",
            lambda: zip_of(items, Frame(suffix=b"-- \nsent by mail")),
            Code.AMBIGUOUS_FILE,
            "follow",
        ),
        refused("a directory in the comment", two_directories, Code.AMBIGUOUS_FILE, "two directories"),
        refused(
            "fewer parts than counted",
            lambda: zip_of(items, Frame(count=len(items) + 1)),
            Code.AMBIGUOUS_FILE,
            "counts",
        ),
        refused("more parts than counted", lambda: zip_of(items, Frame(count=1)), Code.AMBIGUOUS_FILE, "counts 1"),
        refused("directory elsewhere", lambda: zip_of(items, Frame(shift=-4)), Code.AMBIGUOUS_FILE, "does not lie"),
        refused(
            "another name",
            lambda: changed(USERS, local={"name": b"xl/worksheets/sheet9.xml"}),
            Code.AMBIGUOUS_FILE,
            USERS,
        ),
        refused("another method", lambda: changed(USERS, local={"method": 0}), Code.AMBIGUOUS_FILE, USERS),
        refused("another size", lambda: changed(USERS, local={"size": 9}), Code.AMBIGUOUS_FILE, USERS),
        refused("another packed size", lambda: changed(USERS, local={"packed": 9}), Code.AMBIGUOUS_FILE, USERS),
        refused("another checksum", lambda: changed(USERS, local={"crc": 9}), Code.AMBIGUOUS_FILE, USERS),
        refused("encrypted in one place", lambda: changed(USERS, local={"flags": 1}), Code.AMBIGUOUS_FILE, USERS),
        refused(
            "an entry not listed",
            lambda: with_entries(Entry("xl/x.xml", one, is_listed=False)),
            Code.AMBIGUOUS_FILE,
            "does not list",
        ),
        refused(
            "a second sheet not listed",
            lambda: with_entries(Entry(USERS, one, is_listed=False)),
            Code.AMBIGUOUS_FILE,
            "does not list",
        ),
        refused("two rows, one entry", overlapping, Code.AMBIGUOUS_FILE, "share bytes"),
        refused("an entry in an entry", nested_headers, Code.AMBIGUOUS_FILE, "share bytes"),
        refused("64-bit record that lies", lambda: zip64(honest=False), Code.AMBIGUOUS_FILE, "64-bit"),
        refused(
            "a name that ends early", lambda: with_entries(Entry(b"xl/a.xml\0.png", b"")), Code.AMBIGUOUS_FILE, "name"
        ),
        refused("a part without a name", lambda: with_entries(Entry(b"", b"x")), Code.AMBIGUOUS_FILE, "name"),
        refused("a part twice", lambda: with_entries(Entry(styles, b"<x/>")), Code.DUPLICATE_PARTS, styles),
        refused(
            "a part twice in other case",
            lambda: with_entries(Entry("XL/Styles.xml", b"<x/>")),
            Code.DUPLICATE_PARTS,
            "XL/Styles",
        ),
        refused(
            "a part twice with backslashes",
            lambda: with_entries(Entry("xl\\styles.xml", b"<x/>")),
            Code.DUPLICATE_PARTS,
            "twice",
        ),
        refused(
            "a part twice with a root",
            lambda: with_entries(Entry("/xl/styles.xml", b"<x/>")),
            Code.DUPLICATE_PARTS,
            "twice",
        ),
        refused(
            "a sheet's name twice", lambda: edited(BOOK, b'name="Growth"', b'name="Users"'), Code.TOLD_TWICE, "Users"
        ),
        refused(
            "a sheet's name in other case",
            lambda: edited(BOOK, b'name="Growth"', b'name="USERS"'),
            Code.TOLD_TWICE,
            "Users",
        ),
        refused(
            "two sheets in one part", lambda: edited(BOOK, b'r:id="rId3"', b'r:id="rId2"'), Code.TOLD_TWICE, "one part"
        ),
        refused("a relationship twice", lambda: edited(BOOK_RELS, b'Id="rId3"', b'Id="rId2"'), Code.TOLD_TWICE, "rId2"),
        refused(
            "two workbooks",
            lambda: with_relationship("_rels/.rels", f'Id="r9" Type="{OFFICE}/officeDocument" Target="xl/other.xml"'),
            Code.TOLD_TWICE,
            "officeDocument",
        ),
        refused(
            "two lists of strings",
            lambda: with_relationship(BOOK_RELS, f'Id="r9" Type="{OFFICE}/sharedStrings" Target="s.xml"'),
            Code.TOLD_TWICE,
            "sharedStrings",
        ),
        refused(
            "two content types",
            lambda: edited(TYPES, b"</Types>", b'<Override PartName="/xl/workbook.xml" ContentType="x/y"/></Types>'),
            Code.TOLD_TWICE,
            "content types",
        ),
    ]


def _names_and_methods() -> list[Hostile]:
    names = ("../../hostile.xlsx", "..\\..\\hostile.xlsx", "xl/../../../hostile.xlsx", "C:\\hostile.xlsx", "xl/..")
    users = valid_parts()[USERS]
    return [
        *(
            refused(f"a part named {name}", partial(with_entries, Entry(name, b"x")), Code.UNSAFE_PART_NAME, name)
            for name in names
        ),
        *(
            refused(
                f"method {number}", partial(changed, USERS, method=number, packed=users), Code.UNKNOWN_PACKING, word
            )
            for number, word in ((9, "Deflate64"), (12, "bzip2"), (14, "LZMA"), (93, "Zstandard"), (77, "method 77"))
        ),
        refused(
            "encrypted entries",
            lambda: changed(USERS, local={"flags": 1}, central={"flags": 1}),
            Code.PASSWORD_PROTECTED,
            USERS,
        ),
        refused(
            "strong encryption",
            lambda: changed(USERS, local={"flags": 65}, central={"flags": 65}),
            Code.PASSWORD_PROTECTED,
            USERS,
        ),
        refused(
            "AES",
            lambda: changed(USERS, method=99, local={"flags": 1}, central={"flags": 1}),
            Code.PASSWORD_PROTECTED,
            USERS,
        ),
    ]


def _structure() -> list[Hostile]:
    strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    lock = b'<workbookProtection lockStructure="1"/><sheets>'
    kind = f'Id="r9" Type="{OFFICE}/revisionHeaders" Target="revisions.xml"'
    return [
        refused("no content types", lambda: without(TYPES), Code.NOT_A_WORKBOOK, "without an Excel workbook"),
        refused(
            "no package relationships", lambda: without("_rels/.rels"), Code.NOT_A_WORKBOOK, "without an Excel workbook"
        ),
        refused("no workbook part", lambda: without(BOOK), Code.NOT_A_WORKBOOK, "without an Excel workbook"),
        refused("another root", lambda: with_part(BOOK, b"<document/>"), Code.NOT_A_WORKBOOK, "document"),
        refused(
            "the workbook outside",
            lambda: edited(
                "_rels/.rels", b'Target="xl/workbook.xml"', b'Target="http://127.0.0.1/b.xml" TargetMode="External"'
            ),
            Code.NOT_A_WORKBOOK,
        ),
        refused("Strict Open XML", lambda: edited(BOOK, *strict), Code.STRICT_FORMAT, "Strict"),
        refused("structure locked", lambda: edited(BOOK, b"<sheets>", lock), Code.STRUCTURE_LOCKED, "structure"),
        refused("signed", lambda: with_part("_xmlsignatures/sig1.xml", b"<x/>"), Code.SIGNED, "signature"),
        refused(
            "shared",
            lambda: packed({**valid_parts(), "xl/revisions.xml": b"<x/>", BOOK_RELS: plus(BOOK_RELS, kind)}),
            Code.SHARED_WORKBOOK,
            "shared",
        ),
        refused("a sheet's part is missing", lambda: without(USERS), Code.UNREADABLE_SHEET, "Users"),
        refused(
            "a sheet's relationship is missing", lambda: packed(book_without_rel_id()), Code.UNREADABLE_SHEET, "Users"
        ),
        refused("no relationships of the workbook", lambda: without(BOOK_RELS), Code.UNREADABLE_SHEET),
        refused(
            "a sheet outside",
            lambda: with_rel_of("2", 'Target="http://127.0.0.1/s.xml" TargetMode="External"'),
            Code.UNREADABLE_SHEET,
            "Users",
        ),
        Hostile("a sheet that is the styles", lambda: with_rel_of("2", 'Target="styles.xml"'), Code.NO_HEADERS),
        harmless(
            "sizes behind the data",
            lambda: zip_of([replace(item, has_descriptor=True) for item in entries(valid_parts())]),
        ),
        harmless("64-bit directory", lambda: zip64(honest=True)),
        harmless("stored, not packed", lambda: zip_of([replace(item, method=0) for item in entries(valid_parts())])),
        harmless("a comment", lambda: zip_of(entries(valid_parts()), Frame(comment=b"made by hand"))),
        harmless("padding behind the end", lambda: zip_of(entries(valid_parts()), Frame(suffix=bytes(512)))),
        harmless(
            "backslashes", lambda: packed({name.replace("/", "\\"): data for name, data in valid_parts().items()})
        ),
        harmless("a root before the names", lambda: packed({f"/{name}": data for name, data in valid_parts().items()})),
        harmless("names in capitals", lambda: packed({name.upper(): data for name, data in valid_parts().items()})),
        harmless("relationships in a circle", lambda: with_part("xl/worksheets/_rels/sheet2.xml.rels", circle())),
        harmless("a content type told alike twice", lambda: edited(TYPES, b"</Types>", styles_type() + b"</Types>")),
        harmless(
            "a relationship to nothing",
            lambda: with_relationship(BOOK_RELS, f'Id="r9" Type="{OFFICE}/theme" Target="nothing.xml"'),
        ),
    ]


PACKAGE_FILES: tuple[Hostile, ...] = (
    *_truncated(),
    *_damaged(),
    *_two_ways(),
    *_names_and_methods(),
    *_structure(),
)
