"""Tells in a person's words what a file is that is only named like a workbook (files floor).

The first bytes decide, never the name; text is told apart by how its first lines look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

_HEAD = 4096
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a Rich Text document (.rtf)"),
    (b"\x1f\x8b", "a gzip archive (.gz)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive (.7z)"),
    (b"Rar!\x1a\x07", "a RAR archive (.rar)"),
    (b"BZh", "a bzip2 archive (.bz2)"),
    (b"\xfd7zXZ\x00", "an xz archive (.xz)"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive (.zst)"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"BM", "a picture (BMP)"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1", "a Parquet table"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"version https://git-lfs", "a Git LFS pointer instead of the workbook"),
    (b"ID;P", "a SYLK spreadsheet (.slk)"),
    (b"MIME-Version:", "a web archive or a mail (MHTML)"),
    (b"UEsDB", "a zip encoded as text (Base64), as in an email"),
)
_XML_KINDS: tuple[tuple[str, str], ...] = (
    ("urn:schemas-microsoft-com:office:spreadsheet", "an XML Spreadsheet 2003 file"),
    ("excel.sheet", "an XML Spreadsheet 2003 file"),
    ("urn:oasis:names:tc:opendocument", "a flat OpenDocument file (.fods)"),
    ("schemas.microsoft.com/office/2006/xmlpackage", "a flat Office file in XML"),
    ("<svg", "a picture (SVG)"),
    ("<html", "a web page (HTML)"),
)
_SEPARATED = {
    "\t": "tab-separated text (TSV)",
    ";": "semicolon-separated text (CSV)",
    ",": "comma-separated text (CSV)",
    "|": "text separated by bars",
}
# Streams of an OLE file by what they make it; the first rows win over what such a file may embed.
_PROTECTED = ("EncryptedPackage", "EncryptionInfo", "StrongEncryptionDataSpace")
_OLD_KINDS: tuple[tuple[str, str], ...] = (
    ("Workbook", "an Excel 97-2003 workbook (.xls)"),
    ("Book", "an Excel 5.0/95 workbook (.xls)"),
    ("WordDocument", "a Word 97-2003 document (.doc)"),
    ("PowerPoint Document", "a PowerPoint 97-2003 presentation (.ppt)"),
    ("__substg1.0_", "an Outlook message (.msg)"),
    ("!_StringPool", "a Windows installer (.msi)"),
)
_ZIP_KINDS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "a Word document (.docx)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (.pptx)"),
    ("visio/document.xml", "a Visio drawing (.vsdx)"),
    ("xl/workbook.bin", "an Excel Binary Workbook (.xlsb)"),
    ("index/document.iwa", "an Apple Numbers, Pages or Keynote document"),
    ("index.zip", "an Apple Numbers, Pages or Keynote document"),
    ("androidmanifest.xml", "an Android app (.apk)"),
    ("meta-inf/manifest.mf", "a Java archive (.jar)"),
)
_OPEN_DOCUMENTS = {
    "spreadsheet": "an OpenDocument file (.ods)",
    "text": "an OpenDocument text (.odt)",
    "presentation": "an OpenDocument presentation (.odp)",
    "graphics": "an OpenDocument drawing (.odg)",
}


def kind_of(data: bytes) -> str:
    """Return what bytes are that are neither a zip nor an OLE file."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[4:12] in (b"ftypheic", b"ftypmif1"):
        return "a picture (HEIC)"
    if data[:2] == b"\x09\x00" or data[:4] in (b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"):
        return "an Excel 2 to 4 sheet (.xls)"
    if not data.strip(b"\0"):
        return "nothing but zero bytes, as an interrupted download or a crash leaves behind"
    text = _text(data[:_HEAD])
    return "unknown binary data" if text is None else _kind_of_text(text, data)


def is_password_protected(data: bytes) -> bool:
    """Whether an OLE file holds an encrypted workbook."""
    return any(name.encode("utf-16-le") in data for name in _PROTECTED)


def is_rights_managed(data: bytes) -> bool:
    """Whether an OLE file is encrypted by an organisation's rights management instead of a password."""
    return "DRMEncrypted".encode("utf-16-le") in data


def old_kind(data: bytes) -> str:
    """Return which old Office file an OLE file is, by the stream that comes first in it."""
    places = [(data.find(name.encode("utf-16-le")), kind) for name, kind in _OLD_KINDS]
    found = [place for place in places if place[0] >= 0]
    return min(found)[1] if found else "an old Office file (OLE)"


def open_document_kind(mimetype: bytes) -> str:
    """Return which OpenDocument file a zip is, empty for none."""
    head, _, kind = mimetype[:100].decode("ascii", errors="replace").strip().rpartition("opendocument.")
    return _OPEN_DOCUMENTS.get(kind.partition("-")[0], "an OpenDocument file") if head else ""


def zip_kind(names: Iterable[str]) -> str:
    """Return what a zip is by its entries, empty where they do not tell."""
    known = {name.replace("\\", "/").lower() for name in names}
    return next((kind for name, kind in _ZIP_KINDS if name in known), "")


def office_kind(content_type: str) -> str:
    """Return which Office file a package is by the type of its main part, empty for a workbook."""
    for word, kind in (
        ("wordprocessingml", "a Word document (.docx)"),
        ("ms-word", "a Word document (.docm)"),
        ("presentationml", "a PowerPoint presentation (.pptx)"),
        ("ms-powerpoint", "a PowerPoint presentation (.pptm)"),
        ("visio", "a Visio drawing (.vsdx)"),
        ("addin", "an Excel add-in (.xlam)"),
    ):
        if word in content_type.lower():
            return kind
    return ""


def _text(head: bytes) -> str | None:
    """Return bytes as the text that they are, None where they are none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace").lstrip("\ufeff")
    if head[1::2].count(0) > len(head) // 4 and head[::2].count(0) == 0:
        return head[: len(head) // 2 * 2].decode("utf-16-le", errors="replace")
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        return None
    try:
        return head.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError:
        return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _kind_of_text(text: str, data: bytes) -> str:
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div", "<style")):
        return "a web page (HTML)"
    if start.startswith("<"):
        return next((kind for mark, kind in _XML_KINDS if mark in start), "an XML file")
    if start.startswith(("{", "[")) and _is_json(text, data):
        link = '"url"' in start and "docs.google.com" in start
        return "a link to an online document" if link else "a JSON file"
    if not start:
        return "a text file of blanks"
    return f"plain text: {separated}" if (separated := _separated(text)) else "plain text"


def _is_json(text: str, data: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return len(data) > _HEAD and bool(re.match(r'\s*[\[{]\s*["\[{\d]', text))
    except RecursionError:
        return True
    return True


def _separated(text: str) -> str:
    """Return which character parts the columns: one that stands equally often, but not never, in all first lines."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    lines = lines[:-1] if len(lines) > 2 else lines
    for mark, kind in _SEPARATED.items():
        counts = {line.count(mark) for line in lines}
        if counts and min(counts) > 0 and (len(counts) == 1 or mark in "\t;"):
            return kind
    return _SEPARATED[","] if lines and all("," in line for line in lines) else ""
