"""Tells a sound workbook from everything else that is named .xlsx, in a person's words (files floor).

Bytes in, nothing or a `Refusal` out. The refusals that every room of this floor makes are worded here.
"""

from __future__ import annotations

import struct
import zlib
from xml.parsers import expat
from zipfile import BadZipFile

from lxml import etree

from workbook.files.package import sniff
from workbook.problems import Code, Problem, Reason, Refusal

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

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCAL, _END = b"PK\x03\x04", b"PK\x05\x06"
_DIVIDED = (b"PK00", b"PK\x07\x08")
_RESTORE = "Restore it from a backup, or try File > Open > Open and Repair in Excel."
_SAVE_AS = "Open it in the program it comes from and save it as an Excel workbook (.xlsx)."
ASK = "Ask where the file comes from; if you trust it, open it in Excel and save it under a new name."


def refusal(code: Code, name: str, trouble: str, remedy: str, reason: Reason = Reason.UNREADABLE) -> Refusal:
    """Make the refusal of a file: its name and what is the trouble with it become the message."""
    return Refusal(Problem(code, f"{name or 'The file'} {trouble}.", where=name, remedy=remedy), reason)


class FileTrouble(Exception):
    """What is wrong with a file, found where its name is not known; the door that knows it makes a refusal of it."""

    def __init__(self, code: Code, trouble: str, remedy: str) -> None:
        super().__init__(trouble)
        self.code, self.trouble, self.remedy = code, trouble, remedy

    def named(self, name: str) -> Refusal:
        """Return the refusal of a file of this name."""
        return refusal(self.code, name, self.trouble, self.remedy)


def damaged(name: str, part: str, detail: str) -> Refusal:
    """Make the refusal of a damaged file; `part` is where the damage lies, if that is known."""
    return damage(detail, part).named(name)


def damage(detail: str, part: str = "") -> FileTrouble:
    """Return the trouble of a damaged file; `part` is where the damage lies, if that is known."""
    place = f" in its part {part}" if part else ""
    return FileTrouble(Code.DAMAGED_FILE, f"is damaged{place}: {_plain(detail)}", _RESTORE)


def ambiguous(detail: str) -> FileTrouble:
    """Return the trouble of a file of which two programs would read different data."""
    trouble = f"can be read in two ways: {_plain(detail)}; programs would see different data"
    return FileTrouble(Code.AMBIGUOUS_FILE, trouble, ASK)


def other_format(kind: str) -> FileTrouble:
    """Return the trouble of another program's or another decade's spreadsheet."""
    return FileTrouble(Code.OTHER_SPREADSHEET_FORMAT, f"is {kind}, not an .xlsx or .xlsm workbook", _SAVE_AS)


def no_workbook(detail: str) -> FileTrouble:
    """Return the trouble of a sound archive that holds something else."""
    trouble = f"is a zip archive without an Excel workbook in it ({_plain(detail)})"
    return FileTrouble(Code.NOT_A_WORKBOOK, trouble, _SAVE_AS)


def not_a_workbook(kind: str) -> FileTrouble:
    """Return the trouble of another kind of file."""
    return FileTrouble(Code.NOT_A_WORKBOOK, f"is {kind}, not an Excel workbook", _SAVE_AS)


def check_kind(data: bytes, name: str) -> None:
    """Refuse bytes that do not begin as a zip does, by what they are instead. Raises FileTrouble."""
    if data.startswith((_LOCAL, _END)):
        return
    _check_owner_file(name)
    if not data:
        raise FileTrouble(
            Code.EMPTY_FILE, "is empty (0 bytes), perhaps from an interrupted download or synchronisation",
            "Restore it from a backup.",
        )  # fmt: skip
    if data.startswith(_OLE):
        raise _ole_trouble(data)
    if data.startswith(_DIVIDED):
        raise damage("it is one piece of a divided archive")
    kind = sniff.kind_of(data)
    before = data.find(_LOCAL)
    if before > 0 and data.rfind(_END) > before and kind.startswith(("unknown", "plain", "nothing")):
        raise damage(f"{before} bytes that belong to no workbook stand before it")
    if data.startswith(b"PK") or (len(data) < 4 and _LOCAL.startswith(data)):
        raise damage("it is cut off, or its beginning is overwritten")
    raise other_format(kind) if "(.xls)" in kind else not_a_workbook(kind)


def _check_owner_file(name: str) -> None:
    """Refuse the note that Excel or LibreOffice keeps beside a workbook while it is open. Raises FileTrouble."""
    if name.startswith("~$"):
        program, workbook = "Excel", name[2:]
    elif name.startswith(".~lock.") and name.endswith("#"):
        program, workbook = "LibreOffice", name[7:-1]
    else:
        return
    raise FileTrouble(
        Code.OWNER_FILE, f"is the note that {program} keeps while {workbook} is open, not the workbook",
        f"Give {workbook} instead, and close it in {program} first.",
    )  # fmt: skip


def _ole_trouble(data: bytes) -> FileTrouble:
    """Return an encrypted workbook from old Office files by the names of the streams inside."""
    if sniff.is_rights_managed(data):
        return FileTrouble(
            Code.PASSWORD_PROTECTED, "is encrypted by your organisation's rights management",
            "Take the label or the restriction off with File > Info > Protect Workbook, save it and run again.",
        )  # fmt: skip
    if sniff.is_password_protected(data):
        return FileTrouble(
            Code.PASSWORD_PROTECTED, "is protected with a password to open it",
            "Remove the password with File > Info > Protect Workbook > Encrypt with Password, save it and run again.",
        )  # fmt: skip
    kind = sniff.old_kind(data)
    is_sheet = "(.xls)" in kind or "OLE" in kind
    return other_format(kind) if is_sheet else not_a_workbook(kind)


def _plain(detail: str) -> str:
    """Make an error text of a library fit for a line: no control characters, no full stop at the end."""
    return "".join(char if char.isprintable() else "?" for char in detail).rstrip(".")[:200] or "it cannot be read"
