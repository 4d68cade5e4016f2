"""Reads each entry of a zip through once: true size, checksum, and whether its XML begins as it may (files floor).

An entry streams by in pieces, so that one that unpacks to gigabytes costs no more than its bound. Nothing that a header
says of a size is believed before it is counted.
"""

from __future__ import annotations

import codecs
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from zipfile import ZIP_STORED, BadZipFile, ZipInfo

from workbook.files.package.archive import CHUNK
from workbook.files.package.caps import MB, Caps, way_out
from workbook.files.package.package import Package
from workbook.files.package.parts import key
from workbook.files.package.refuse import ASK, ZIP_ERRORS, FileTrouble, damage
from workbook.problems import Code, Refusal

_HEAD = 1 << 16
# What may stand before a root element: white space, comments, processing instructions and the declaration.
_PROLOG = re.compile(r"\ufeff?(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]*)[\"']")
# Encodings in which `<` is one byte that stands for nothing else, so that a DOCTYPE cannot hide, and UTF-16.
_PLAIN = re.compile(
    r"utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp125\d|koi8-[ru]|gb18030|gbk|gb2312|big5|shift_jis|euc_\w+"
)
_XML_NAME = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)


Listeners = Callable[[str], Callable[[bytes], object] | None]
"""For the name of an entry the function that gets its pieces, or None. It must not raise any of `ZIP_ERRORS`."""


def nobody(_: str) -> None:
    """Let nobody listen to an entry."""


def check_entries(package: Package, caps: Caps, listeners: Listeners = nobody) -> None:
    """Read every entry through: unique names, sizes within bounds, checksums, no DOCTYPE. Raises FileTrouble."""
    seen: set[str] = set()
    total = 0
    for info in package.zip.infolist():
        part = key(info.filename)
        if part in seen:
            raise FileTrouble(
                Code.DUPLICATE_PARTS, f"contains the part {info.filename} twice; programs would read different data",
                "Open it in Excel, check what it shows, and save it under a new name.",
            )  # fmt: skip
        seen.add(part)
        room = min(caps.part, caps.total - total)
        total += check_entry(package, info, room, caps, listeners)


def check_entry(package: Package, info: ZipInfo, room: int, caps: Caps, listeners: Listeners = nobody) -> int:
    """Read one entry through and give its true size, at most `room` bytes. Raises FileTrouble."""
    head, size, crc, listener = b"", 0, 0, listeners(info.filename)
    try:
        for piece in inflated(package.packed(info), info.compress_type):
            head += piece[: _HEAD - len(head)]
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            if size > room:
                raise _too_large(info, room, caps)
            if listener:
                listener(piece)
        _check_told(info, size, crc)
    except ZIP_ERRORS as error:
        raise damage(str(error), _with_sheet(package, info, caps)) from error
    _check_prolog(head, info.filename)
    return size


def inflated(packed: Iterable[bytes], method: int) -> Iterator[bytes]:
    """Unpack in pieces. Raises zlib.error, EOFError or BadZipFile where the data is no whole deflate stream."""
    if method == ZIP_STORED:
        yield from packed
        return
    inflate = zlib.decompressobj(-15)
    for chunk in packed:
        rest = chunk
        while rest and not inflate.eof:
            yield inflate.decompress(rest, CHUNK)
            rest = inflate.unconsumed_tail
        if rest or inflate.unused_data:
            raise BadZipFile("bytes follow its end")
    while not inflate.eof:
        piece = inflate.decompress(b"", CHUNK)
        if not piece and not inflate.eof:
            raise EOFError("it is cut off")
        yield piece


def _check_told(info: ZipInfo, size: int, crc: int) -> None:
    if size != info.file_size:
        raise BadZipFile(f"it unpacks to {size} bytes instead of {info.file_size}")
    if crc != info.CRC:
        raise BadZipFile("its checksum does not fit")


def _too_large(info: ZipInfo, room: int, caps: Caps) -> FileTrouble:
    if room < caps.part:
        told = f"unpacks to more than {caps.total // MB} MB in all"
    else:
        told = f"unpacks to more than {caps.part // MB} MB in its part {info.filename}"
    return FileTrouble(Code.TOO_LARGE, f"{told} ({info.compress_size:,} bytes packed)", way_out())


def _with_sheet(package: Package, info: ZipInfo, caps: Caps) -> str:
    """Name a damaged part, and the sheet that it is, if the workbook part can still tell."""
    try:
        start = package.entries.get("_rels/.rels")
        frame = [start] if start else []
        frame += [one for part, one in package.entries.items() if part.endswith(("workbook.xml", "workbook.xml.rels"))]
        if info not in frame:
            for one in frame:
                check_entry(package, one, caps.text, caps)
            sheet = next((sheet for sheet in package.sheets if package.entries.get(key(sheet.part)) is info), None)
            if sheet:
                return f"{info.filename} (sheet {sheet.name})"
    except (FileTrouble, Refusal, ValueError, struct.error):
        pass
    return info.filename


def _check_prolog(head: bytes, part: str) -> None:
    """Refuse a DOCTYPE, and a prolog in which one could hide: too long, or in an encoding that disguises it."""
    text = _decoded(head)
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        if _XML_NAME.search(part) and len(head) == _HEAD and not text.strip("\ufeff \t\r\n"):
            raise _hidden(part)
        return
    declared = _DECLARED.match(text)
    if declared and not _is_plain(declared[1]):
        raise damage(f"it is written in the encoding {declared[1]}", part)
    at = _PROLOG.match(text)
    rest = text[at.end() :] if at else text
    if rest[:9].upper() == "<!DOCTYPE":
        raise FileTrouble(
            Code.FORBIDDEN_XML, f"has a DOCTYPE in its part {part}, which no spreadsheet program writes", ASK
        )
    is_cut = len(head) == _HEAD and (len(rest) < 9 or rest.startswith(("<!--", "<?")))
    if is_cut:
        raise _hidden(part)


def _hidden(part: str) -> FileTrouble:
    told = f"begins its part {part} with more than {_HEAD >> 10} KB of blanks and comments, which could hide a DOCTYPE"
    return FileTrouble(Code.FORBIDDEN_XML, told, ASK)


def _decoded(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace")
    narrow = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(head[:2], "utf-8-sig")
    return head.decode(narrow, errors="replace")


def _is_plain(encoding: str) -> bool:
    try:
        return bool(_PLAIN.fullmatch(codecs.lookup(encoding).name))
    except (LookupError, ValueError):  # a NUL in the name is a ValueError
        return False
