"""Other files that bear a workbook's name."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from functools import partial

from tests.slow.hostile import Hostile
from tests.slow.hostile.makers import refused
from tests.slow.hostile.zips import packed, replaced, valid_parts
from workbook.problems import Code

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
_SS = (
    b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)


def ole(*streams: str) -> bytes:
    """Return an OLE file with directory entries of these names."""
    return OLE + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)


def office(main: str, content_type: str) -> bytes:
    """Return a package of another Office program."""
    types = replaced(
        "[Content_Types].xml",
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        content_type.encode(),
    )
    rels = replaced("_rels/.rels", b"xl/workbook.xml", main.encode())["_rels/.rels"]
    book = types["[Content_Types].xml"].replace(b"/xl/workbook.xml", f"/{main}".encode())
    return packed({"[Content_Types].xml": book, "_rels/.rels": rels, main: b"<document/>"})


_TEXTS: Mapping[str, tuple[bytes, str]] = {
    "CSV": (b"Month,Users\n1,20\n2,30\n", "comma-separated"),
    "CSV of Europe": (b"Month;Users\n1;20,5\n2;30,1\n", "semicolon-separated"),
    "CSV in Windows letters": ("Hónap;Felhasználók\n1;20\n".encode("cp1250"), "semicolon-separated"),
    "TSV": (b"Month\tUsers\n1\t20\n", "tab-separated"),
    "Unicode text of Excel": ("Month\tUsers\r\n1\t20\r\n".encode("utf-16"), "tab-separated"),
    "text": (b"Dear Anna\nhere is the plan\n", "plain text"),
    "web page": (b"\xef\xbb\xbf \n<HTML><table><tr><td>1</td></tr></table>", "HTML"),
    "web page in UTF-16": ("<!DOCTYPE html><html></html>".encode("utf-16"), "HTML"),
    "web archive": (b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", "MHTML"),
    "XML Spreadsheet 2003": (_SS, "XML Spreadsheet 2003"),
    "flat OpenDocument": (
        b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "OpenDocument",
    ),
    "other XML": (b"<?xml version='1.0'?><rows><row/></rows>", "XML"),
    "JSON": (json.dumps({"users": [1, 2]}).encode(), "JSON"),
    "long JSON": (json.dumps([{"users": 5}] * 2000).encode(), "JSON"),
    "link to a Google sheet": (b'{"url": "https://docs.google.com/open?id=1"}', "online document"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "RTF": (rb"{\rtf1 plan}", "Rich Text"),
    "SYLK": (b"ID;PWXL;N;E\nC;Y1;X1;K1\n", "SYLK"),
    "mail text": (base64.encodebytes(packed({"a": b"b"})), "Base64"),
    "Git LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(40), "JPEG"),
    "gzip": (gzip.compress(packed({"a": b"b"})), "gzip"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(40), "7-Zip"),
    "RAR": (b"Rar!\x1a\x07\x01\0", "RAR"),
    "SQLite": (b"SQLite format 3\0" + bytes(40), "SQLite"),
    "Parquet": (b"PAR1" + bytes(40), "Parquet"),
    "program": (b"MZ\x90\0" + bytes(40), "program"),
    "zero bytes": (bytes(5000), "zero bytes"),
    "noise": (bytes(range(256)) * 3, "binary"),
    "blanks": (b" \n\n", "blanks"),
}
_OLD: Mapping[str, tuple[bytes, Code, str]] = {
    "xls": (ole("Root Entry", "Workbook"), Code.OTHER_SPREADSHEET_FORMAT, "97-2003"),
    "xls of Excel 95": (ole("Root Entry", "Book"), Code.OTHER_SPREADSHEET_FORMAT, "5.0/95"),
    "xls of Excel 4": (b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(40), Code.OTHER_SPREADSHEET_FORMAT, "Excel 2 to 4"),
    "unknown OLE": (ole("Root Entry"), Code.OTHER_SPREADSHEET_FORMAT, "OLE"),
    "doc": (ole("Root Entry", "WordDocument"), Code.NOT_A_WORKBOOK, "Word"),
    "ppt": (ole("Root Entry", "PowerPoint Document"), Code.NOT_A_WORKBOOK, "PowerPoint"),
    "Outlook message": (ole("Root Entry", "__substg1.0_0037001F"), Code.NOT_A_WORKBOOK, "Outlook"),
    "password, agile": (ole("EncryptionInfo", "EncryptedPackage"), Code.PASSWORD_PROTECTED, "password"),
    "password, standard": (ole("\6DataSpaces", "StrongEncryptionDataSpace"), Code.PASSWORD_PROTECTED, "password"),
    "rights management": (
        ole("EncryptedPackage", "DRMEncryptedTransform"),
        Code.PASSWORD_PROTECTED,
        "rights management",
    ),
}
_ZIPS: Mapping[str, tuple[bytes, Code, str]] = {
    "ods": (
        packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        Code.OTHER_SPREADSHEET_FORMAT,
        ".ods",
    ),
    "odt": (packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), Code.NOT_A_WORKBOOK, ".odt"),
    "Numbers": (
        packed({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b""}),
        Code.OTHER_SPREADSHEET_FORMAT,
        "Numbers",
    ),
    "xlsb": (
        office("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        Code.OTHER_SPREADSHEET_FORMAT,
        ".xlsb",
    ),
    "docx": (
        office("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
        Code.NOT_A_WORKBOOK,
        ".docx",
    ),
    "pptx": (
        office(
            "ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
        ),
        Code.NOT_A_WORKBOOK,
        ".pptx",
    ),
    "jar": (packed({"META-INF/MANIFEST.MF": b"x"}), Code.NOT_A_WORKBOOK, "Java"),
    "a zipped workbook": (packed({"mail/plan.xlsx": packed(valid_parts())}), Code.NOT_A_WORKBOOK, "mail/plan.xlsx"),
    "a zipped CSV": (packed({"a.csv": b"a,b"}), Code.NOT_A_WORKBOOK, "a.csv"),
    "an empty zip": (packed({}), Code.NOT_A_WORKBOOK, "nothing"),
}

STRANGER_FILES: tuple[Hostile, ...] = (
    refused("empty", lambda: b"", Code.EMPTY_FILE, "0 bytes"),
    refused("owner file of Excel", lambda: b"\x04Anna" + bytes(160), Code.OWNER_FILE, "Excel keeps", "~$plan.xlsx"),
    refused("lock file of LibreOffice", lambda: b",anna,pc,1;", Code.OWNER_FILE, "LibreOffice", ".~lock.plan.xlsx#"),
    *(refused(name, partial(bytes, data), Code.NOT_A_WORKBOOK, seen) for name, (data, seen) in _TEXTS.items()),
    *(refused(name, partial(bytes, data), code, seen) for name, (data, code, seen) in (*_OLD.items(), *_ZIPS.items())),
)
