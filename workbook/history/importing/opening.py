"""Source files into text, unpacked and decoded as it is read, or into what Parquet holds (many floor)."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO, cast

from workbook.bounded import check_regular
from workbook.history.importing.said import unknown_format
from workbook.problems import Code, Problem, Reason, Refusal

_HEAD = 65_536
_PACKED, _PARQUET, _ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
UNREADABLE = (OSError, EOFError, zlib.error, csv.Error, UnicodeError, RecursionError)
"""What reading a damaged file may raise."""


@contextmanager
def open_source(path: Path) -> Iterator[TextIO]:
    """Open a source file as text; one that ends in the middle fails while it is read.

    Raises Refusal (unreadable) for one that is missing, or an Excel workbook.
    """
    try:
        check_regular(path.stat().st_mode)
        file = path.open("rb")
    except OSError as error:
        raise _unread(path, error) from error
    with file:
        packed = file.peek(2)[:2] == _PACKED
        content = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if packed else file
        head = content.peek(_HEAD)[:_HEAD]  # type: ignore[attr-defined]
        if head.startswith(_ZIP):
            raise Refusal(_workbook(path), Reason.INPUTS)
        with io.TextIOWrapper(content, _encoding(head), errors="replace", newline="") as text:
            yield text


def is_parquet(path: Path) -> bool:
    """Whether a file begins as Parquet does; False for one that cannot be read."""
    try:
        check_regular(path.stat().st_mode)
        with path.open("rb") as file:
            return file.read(len(_PARQUET)) == _PARQUET
    except OSError:
        return False


def _encoding(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _unread(path: Path, error: OSError) -> Refusal:
    problem = Problem(
        Code.NO_SUCH_FILE,
        f"the source {path.name} cannot be read",
        path.name,
        seen=error.strerror or str(error),
        expected="a file that you may read",
        remedy="check the path and the file's permissions",
    )
    return Refusal(problem, Reason.UNREADABLE)


def _workbook(path: Path) -> Problem:
    return unknown_format(
        path.name,
        f"{path.name} is a zip file or an Excel workbook",
        "a file that begins with PK",
        "CSV, JSON or Parquet, as it is or packed with gzip",
        "copy the figures into the sheet Actuals, or save the sheet as CSV",
    )


def damaged(path: Path, error: Exception) -> Problem:
    """Return the error that a file broke off or is damaged while it was read."""
    return unknown_format(
        path.name,
        f"{path.name} is damaged or incomplete",
        str(error)[:120] or type(error).__name__,
        "a complete file",
        "export or download the file again",
    )
