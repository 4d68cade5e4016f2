"""Reads a written package back and compares it with the person's, before it replaces anything (files floor).

A temporary file in, what is wrong with it in words out; empty where all is well.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.parsers import expat

from workbook.problems import Code, Refusal

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

    kept = tuple(kept)
    made = _Made(kept)
    try:
        package = open_package(file.read_bytes(), file.name, for_writing=False, listeners=made.begin)
        made.end()
    except Refusal as refusal:
        if refusal.problem.code is Code.TOO_LARGE:
            raise
        return refusal.problem.message.rstrip(".")
    except expat.ExpatError as error:
        return f"the part {made.name} is not well-formed XML: {error}"
    written = {info.filename: (info.CRC, info.file_size) for info in package.zip.infolist()}
    for name in kept:
        theirs = host.getinfo(name) if host else None
        if theirs and written.get(name) != (theirs.CRC, theirs.file_size):
            return f"the part {name} is not what it was"
    return ""


class _Made:
    """The parts that were written here, each parsed as it is read; drawings of notes are VML, which need not be XML."""

    def __init__(self, kept: Iterable[str]) -> None:
        self.name = ""
        self._kept = set(kept)
        self._parser: expat.XMLParserType | None = None

    def begin(self, name: str) -> Callable[[bytes], object] | None:
        """Return the parser of a part; None for what is kept or no XML. Raises ExpatError for the part before."""
        self.end()
        if name in self._kept or not name.lower().endswith((".xml", ".rels")):
            return None
        self.name, self._parser = name, expat.ParserCreate()
        return self._parser.Parse

    def end(self) -> None:
        """Tell that the last part is complete. Raises ExpatError where it is not."""
        if self._parser:
            self._parser.Parse(b"", True)
            self._parser = None
