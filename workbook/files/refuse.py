"""Tells a sound workbook from everything else that is named .xlsx, in a person's words (files floor).

Bytes in, nothing or a `Refusal` out: what kind of file it really is, whether each entry of the zip is whole, and
whether any XML has a DOCTYPE, which no spreadsheet program writes and which can make a reader fetch or grow things.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import NoReturn
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from workbook.files.archive import CHUNK
from workbook.problems import Code, Problem, Refusal

XML_ERRORS = (expat.ExpatError, etree.XMLSyntaxError, ValueError, LookupError)
ZIP_ERRORS = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
)

MAX_PARTS = 10_000
MAX_PART_SIZE = 1 << 29
MAX_TOTAL_SIZE = 1 << 30

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_RESTORE = "Restore it from a backup, or try File > Open > Open and Repair in Excel."
_SAVE_AS = "Open it in the program it comes from and save it as an Excel workbook (.xlsx)."
# What may stand before a root element: white space, comments, processing instructions and the declaration.
_PROLOG = re.compile(r"\ufeff?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_XML_NAME = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_PROLOG_SIZE = 1 << 16


def refusal(code: Code, name: str, trouble: str, remedy: str, exit_code: int = 4) -> Refusal:
    """Make the refusal of a file: its name and what is the trouble with it become the message."""
    return Refusal(Problem(code, f"{name or 'The file'} {trouble}.", where=name, remedy=remedy), exit_code)


def damaged(name: str, part: str, detail: str) -> Refusal:
    """Make the refusal of a damaged file; `part` is where the damage lies, if that is known."""
    place = f" in its part {part}" if part else ""
    return refusal(Code.DAMAGED_FILE, name, f"is damaged{place}: {_plain(detail)}", _RESTORE)


def other_format(name: str, kind: str) -> Refusal:
    """Make the refusal of another program's or another decade's spreadsheet."""
    return refusal(Code.OTHER_SPREADSHEET_FORMAT, name, f"is {kind}, not an .xlsx or .xlsm workbook", _SAVE_AS)


def no_workbook(name: str, detail: str) -> Refusal:
    """Make the refusal of a sound archive that holds something else."""
    return refusal(Code.NOT_A_WORKBOOK, name, f"is a zip archive without an Excel workbook in it ({detail})", _SAVE_AS)


def check_kind(data: bytes, name: str) -> None:
    """Refuse bytes that do not begin as a zip does, by what they are instead. Raises Refusal."""
    if not data:
        raise refusal(
            Code.EMPTY_FILE, name, "is empty (0 bytes), perhaps from an interrupted download or synchronisation",
            "Restore it from a backup.",
        )  # fmt: skip
    if data.startswith(_OLE):
        raise _ole_refusal(data, name)
    if not data.startswith(b"PK"):
        raise refusal(Code.NOT_A_WORKBOOK, name, f"is {_kind_of_text(data)}, only named like a workbook", _SAVE_AS)


def check_entries(archive: ZipFile, name: str) -> None:
    """Read every entry through: unique names, sizes within bounds, checksums, no DOCTYPE. Raises Refusal."""
    infos = archive.infolist()
    if len(infos) > MAX_PARTS:
        raise refusal(Code.TOO_LARGE, name, f"holds {len(infos)} parts; {MAX_PARTS} are allowed", _SAVE_AS)
    seen: dict[str, str] = {}
    total = 0
    for info in infos:
        part = info.filename.replace("\\", "/").lstrip("/").lower()
        if part in seen:
            raise refusal(
                Code.DUPLICATE_PARTS, name, f"holds the part {info.filename} twice; programs would read different data",
                "Open it in Excel, check what it shows, and save it under a new name.",
            )  # fmt: skip
        seen[part] = info.filename
        total += _check_entry(archive, info, name)
        if total > MAX_TOTAL_SIZE:
            raise refusal(Code.TOO_LARGE, name, f"unpacks to more than {MAX_TOTAL_SIZE >> 20} MB", _SAVE_AS)


def check_foreign_zip(archive: ZipFile, name: str) -> NoReturn:
    """Refuse a zip without content types by what it is instead. Raises Refusal."""
    names = archive.namelist()
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise other_format(name, "an OpenDocument file (.ods)")
    if any(entry.endswith(".iwa") for entry in names):
        raise other_format(name, "an Apple Numbers document")
    raise no_workbook(name, "it holds " + (", ".join(names[:3]) or "nothing"))


def _check_entry(archive: ZipFile, info: ZipInfo, name: str) -> int:
    """Read one entry through and give its true size."""
    if info.flag_bits & 1:
        raise refusal(
            Code.PASSWORD_PROTECTED, name, f"has its part {info.filename} encrypted by a zip program",
            "Unpack it with the password and pack it again without one.",
        )  # fmt: skip
    try:
        with archive.open(info) as file:
            head = file.read(_PROLOG_SIZE)
            size = len(head)
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > MAX_PART_SIZE:
                    raise refusal(
                        Code.TOO_LARGE, name,
                        f"unpacks to more than {MAX_PART_SIZE >> 20} MB in its part {info.filename}", _SAVE_AS,
                    )  # fmt: skip
    except ZIP_ERRORS as error:
        raise damaged(name, info.filename, str(error)) from error
    if _XML_NAME.search(info.filename) or head.lstrip()[:1] == b"<":
        _check_prolog(head, info.filename, name)
    return size


def _check_prolog(head: bytes, part: str, name: str) -> None:
    """Refuse a DOCTYPE, and a prolog so long that one could hide behind it."""
    wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"} and "utf-16"
    narrow = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(head[:2], "utf-8-sig")
    text = head.decode(wide or narrow, errors="replace")
    at = _PROLOG.match(text)
    rest = text[at.end() :] if at else text
    hidden = rest.startswith(("<!--", "<?")) and len(head) == _PROLOG_SIZE
    if rest[:9].upper() == "<!DOCTYPE" or hidden:
        raise refusal(
            Code.FORBIDDEN_XML, name, f"has a DOCTYPE in its part {part}, which no spreadsheet program writes",
            "Ask where the file comes from; if you trust it, open it in Excel and save it under a new name.",
        )  # fmt: skip


def _ole_refusal(data: bytes, name: str) -> Refusal:
    """Tell an encrypted workbook from an old .xls by the names of the streams inside."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return refusal(
            Code.PASSWORD_PROTECTED, name, "is protected with a password to open it",
            "Remove the password with File > Info > Protect Workbook > Encrypt with Password, save it and run again.",
        )  # fmt: skip
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return other_format(name, "an Excel 97-2003 workbook (.xls)")
    return other_format(name, "an old Office file (OLE)")


def _kind_of_text(data: bytes) -> str:
    head = data[:2048]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")):
        return "a web page (HTML)"
    if start.startswith(b"<"):
        return "an XML file"
    if start.startswith(b"%pdf"):
        return "a PDF document"
    if any(byte < 9 for byte in head):
        return "not a workbook but unknown binary data"
    return "plain text (such as CSV)"


def _plain(detail: str) -> str:
    """Make an error text of a library fit for a line: no control characters, no full stop at the end."""
    return "".join(char if char.isprintable() else "?" for char in detail).rstrip(".")[:200] or "it cannot be read"
