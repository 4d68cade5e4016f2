"""Reads a written package back and compares it with the person's, before it replaces anything (files floor).

A temporary file in, what is wrong with it in words out; empty where all is well.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from workbook.problems import Code, Refusal

if TYPE_CHECKING:
    from workbook.files.package.package import Package

Verify = Callable[[Path], str]


def verify_bytes(file: Path, expected: bytes) -> str:
    """Return whether a file holds these bytes."""
    return "" if file.read_bytes() == expected else "other bytes came back than were written"


def verify_zip(file: Path) -> str:
    """Return what keeps a file from being a whole package: a full disk can leave a wreck that looks like a zip."""
    try:
        with zipfile.ZipFile(file) as archive:
            broken = archive.testzip()
            complete = any(name.lower() == "[content_types].xml" for name in archive.namelist())
    except zipfile.BadZipFile as error:
        return str(error)
    return broken or ("" if complete else "parts are missing")


def verify_workbook(file: Path, host: zipfile.ZipFile | None = None, kept: Iterable[str] = ()) -> str:
    """Return what keeps a file from being a workbook as the next run will read it, with the person's parts untouched.

    Every part is read through against its checksum. `kept` are the parts of `host` that must be the same bytes still;
    every other part must be well-formed XML. Raises Refusal for one that is too large to be read.
    """
    from workbook.files.package.opening import open_package  # noqa: PLC0415 - a plain save does without

    try:
        package = open_package(file.read_bytes(), file.name, for_writing=False)
    except Refusal as refusal:
        if refusal.problem.code is Code.TOO_LARGE:
            raise
        return refusal.problem.message.rstrip(".")
    written = {info.filename: (info.CRC, info.file_size) for info in package.zip.infolist()}
    for name in kept:
        theirs = host.getinfo(name) if host else None
        if theirs and written.get(name) != (theirs.CRC, theirs.file_size):
            return f"the part {name} is not what it was"
    made = set(written) - set(kept)
    return next((trouble for name in sorted(made) if (trouble := _malformed(package, name))), "")


def _malformed(package: Package, name: str) -> str:
    """Return what keeps a part that was written here from being XML; drawings of notes are VML, which need not be."""
    from workbook.files.package.entries import inflated  # noqa: PLC0415 - a plain save does without

    if not name.lower().endswith((".xml", ".rels")):
        return ""
    parser, info = expat.ParserCreate(), package.zip.getinfo(name)
    try:
        # `ParseFile` would ask a zip's entry for two kilobytes at a time.
        for piece in inflated(package.packed(info), info.compress_type):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return f"the part {name} is not well-formed XML: {error}"
    return ""
