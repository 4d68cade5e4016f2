"""Opening: what a workbook says of itself, and every other file refused by its real kind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.conftest import exit_code_of, marked_slow
from tests.files.hosts import (
    HAND_MADE,
    generated_parts,
    made_by_xlsxwriter,
    pack,
    plain_parts,
    relationships,
)
from workbook.address import Area
from workbook.files.grafting.graft import graft
from workbook.files.package.opening import open_package
from workbook.files.package.package import owned_sheets
from workbook.files.package.parts import TableEntry
from workbook.problems import Code, Refusal


def with_part(name: str, old: str, new: str) -> bytes:
    parts = plain_parts()
    parts[name] = str(parts[name]).replace(old, new, 1)
    assert parts[name] != plain_parts()[name]
    return pack(parts)


def changed_byte(data: bytes) -> bytes:
    """Break the stored content of the sheet, so that its checksum does not fit."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue().replace(b"<v>1</v>", b"<v>2</v>", 1)


def with_doctype(encoding: str) -> bytes:
    doctype = '<?xml version="1.0"?>\n<!-- a --><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    return pack({**plain_parts(), "xl/worksheets/sheet1.xml": doctype.encode(encoding)})


def twice(name: str) -> bytes:
    out = io.BytesIO(pack(plain_parts()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, "<x/>")
    return out.getvalue()


def encrypted_entry() -> bytes:
    """Set the encryption bit of every entry, in the local headers and in the directory."""
    data = bytearray(pack(plain_parts()))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 1)
    return bytes(data)


def shared() -> bytes:
    parts = plain_parts()
    parts["xl/_rels/workbook.xml.rels"] = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        "</Rel", '<Relationship Id="r9" Type="x/revisionHeaders" Target="revisions/h.xml"/></Rel'
    )
    return pack({**parts, "xl/revisions/h.xml": "<headers/>"})


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
STRICT = ("schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml/spreadsheetml/main")
PROTECTION = ("<sheets>", '<workbookProtection lockStructure="1"/><sheets>')
RESERVED = ("<sheets>", '<fileSharing userName="Anna" reservationPassword="CC2A"/><sheets>')
WRONG: dict[str, tuple[Callable[[], bytes], Code, str]] = {
    "empty": (lambda: b"", Code.EMPTY_FILE, "empty"),
    "csv": (lambda: b"Month,Users\n1,20\n", Code.NOT_A_WORKBOOK, "plain text"),
    "csv in UTF-16": (lambda: "Month\tUsers\n".encode("utf-16"), Code.NOT_A_WORKBOOK, "plain text"),
    "web page": (lambda: b"\xef\xbb\xbf <html><table>", Code.NOT_A_WORKBOOK, "web page"),
    "pdf": (lambda: b"%PDF-1.7", Code.NOT_A_WORKBOOK, "PDF"),
    "noise": (lambda: bytes(range(99)), Code.NOT_A_WORKBOOK, "binary"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), Code.PASSWORD_PROTECTED, "password"),
    "xls": (lambda: OLE + "Workbook".encode("utf-16-le"), Code.OTHER_SPREADSHEET_FORMAT, "(.xls)"),
    "other OLE": (lambda: OLE, Code.OTHER_SPREADSHEET_FORMAT, "OLE"),
    "ods": (
        lambda: pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        Code.OTHER_SPREADSHEET_FORMAT,
        "OpenDocument",
    ),
    "numbers": (lambda: pack({"Index/Document.iwa": "x"}), Code.OTHER_SPREADSHEET_FORMAT, "Numbers"),
    "xlsb": (
        lambda: with_part("[Content_Types].xml", "spreadsheetml.sheet.main+xml", "sheet.binary.macroEnabled.main"),
        Code.OTHER_SPREADSHEET_FORMAT,
        ".xlsb",
    ),
    "zip of something": (lambda: pack({"a.txt": "x"}), Code.NOT_A_WORKBOOK, "a.txt"),
    "empty zip": (lambda: pack({}), Code.NOT_A_WORKBOOK, "nothing"),
    "document": (lambda: with_part("xl/workbook.xml", "<workbook", "<document"), Code.DAMAGED_FILE, "xl/workbook.xml"),
    "other root": (lambda: pack({**plain_parts(), "xl/workbook.xml": "<document/>"}), Code.NOT_A_WORKBOOK, "document"),
    "no main part": (
        lambda: pack({**plain_parts(), "_rels/.rels": relationships()}),
        Code.NOT_A_WORKBOOK,
        "zip archive",
    ),
    "strict": (lambda: with_part("xl/workbook.xml", *STRICT), Code.STRICT_FORMAT, "Strict"),
    "cut off": (lambda: pack(plain_parts())[:-300], Code.DAMAGED_FILE, "damaged"),
    "checksum": (lambda: changed_byte(pack(plain_parts())), Code.DAMAGED_FILE, "sheet1.xml"),
    "broken XML": (lambda: with_part("xl/workbook.xml", "</sheets>", ""), Code.DAMAGED_FILE, "xl/workbook.xml"),
    "unknown encoding": (
        lambda: with_part("xl/workbook.xml", "<workbook", "<?xml version='1.0' encoding='no-such'?><workbook"),
        Code.DAMAGED_FILE,
        "xl/workbook.xml",
    ),
    "part twice": (lambda: twice("xl/worksheets/SHEET1.xml"), Code.DUPLICATE_PARTS, "twice"),
    "part twice with backslashes": (lambda: twice("xl\\styles.xml"), Code.DUPLICATE_PARTS, "twice"),
    "DOCTYPE": (lambda: with_doctype("utf-8"), Code.FORBIDDEN_XML, "sheet1.xml"),
    "DOCTYPE in UTF-16": (lambda: with_doctype("utf-16"), Code.FORBIDDEN_XML, "sheet1.xml"),
    "DOCTYPE in UTF-16 without mark": (lambda: with_doctype("utf-16-be"), Code.FORBIDDEN_XML, "sheet1.xml"),
    "encrypted entry": (encrypted_entry, Code.PASSWORD_PROTECTED, "encrypted"),
    "bomb": (lambda: pack({**plain_parts(), "xl/media/a.bin": bytes((1 << 29) + 1)}), Code.TOO_LARGE, "a.bin"),
    "shared workbook": (shared, Code.SHARED_WORKBOOK, "shared workbook"),
    "signature": (lambda: pack({**plain_parts(), "_xmlsignatures/sig1.xml": "<x/>"}), Code.SIGNED, "signature"),
    "locked": (lambda: with_part("xl/workbook.xml", *PROTECTION), Code.STRUCTURE_LOCKED, "protected structure"),
    "reserved": (lambda: with_part("xl/workbook.xml", *RESERVED), Code.WRITE_RESERVED, "password to modify"),
}


@pytest.mark.parametrize("kind", marked_slow(WRONG, "bomb"))
def test_refuses_by_the_real_kind(kind: str) -> None:
    make, code, seen = WRONG[kind]
    with pytest.raises(Refusal) as caught:
        open_package(make(), "plan.xlsx")
    assert caught.value.problem.code is code
    assert exit_code_of(caught.value) == 4
    assert seen in str(caught.value)
    assert str(caught.value).startswith("plan.xlsx ")
    assert caught.value.problem.remedy


@pytest.mark.parametrize("kind", ["shared workbook", "signature", "locked", "reserved"])
def test_opens_for_reading_what_takes_no_new_sheet(kind: str) -> None:
    package = open_package(WRONG[kind][0](), for_writing=False)
    assert [sheet.name for sheet in package.sheets] == ["Mine"]
    with pytest.raises(Refusal):
        graft(package, generated_parts(), io.BytesIO())


def test_every_prefix_and_every_changed_byte_is_refused_or_read() -> None:
    data = pack(plain_parts())
    for at in range(0, len(data), 7):
        for wrong in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            try:
                package = open_package(wrong)
                package.tables()
                assert package.default_font
                owned_sheets(package)
            except Refusal as refusal:
                assert exit_code_of(refusal) == 4  # noqa: PT017 (either outcome is right)


@pytest.mark.parametrize("kind", HAND_MADE)
def test_reads_hand_made_workbooks(kind: str) -> None:
    package = open_package(pack(HAND_MADE[kind]()))
    assert [sheet.name for sheet in package.sheets] in (["Mine"], ["Árvíz"])
    assert package.sheets[0].part in package
    assert package.sheets[0].sheet_id == "7"
    assert package.default_font == (("Calibri", 11.0) if "styles" in kind else ("Arial", 10.0))
    assert not package.date_1904
    assert owned_sheets(package) == {}


def test_reads_tables_dates_and_states() -> None:
    package = open_package(made_by_xlsxwriter(date_1904=True))
    assert package.date_1904
    assert package.tables() == [TableEntry("Inputs", "Users", Area(1, 3, 4, 4), 1, 0)]
    assert [sheet.state for sheet in package.sheets] == ["visible", "visible"]


def test_ownership_is_lost_with_the_name_and_shaken_by_an_edit() -> None:
    out = io.BytesIO()
    graft(open_package(pack(plain_parts())), generated_parts(), out)
    package = open_package(out.getvalue())
    assert owned_sheets(package) == {"Results": True, "Cost": True}

    parts = {info.filename: package.read(info.filename) for info in package.zip.infolist()}
    cost = next(sheet.part for sheet in package.sheets if sheet.name == "Cost")
    parts[cost] = parts[cost].replace(b"<f>1*2</f>", b"<f>1*3</f>")
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'<sheet name="Results"', b'<sheet name="Results (2)"')
    assert owned_sheets(open_package(pack(parts))) == {"Cost": False}
