"""How far a portfolio has come: a file of lines next to the output, so that an interrupted run goes on (post floor).

Each line is the record of a workbook with the size, the time and the hash of the file that it was read from. A line
counts only while the file is the same; one that was cut off, or is of another run, is ignored.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct, field

from workbook.portfolio.records import PlanRecord, record_of
from workbook.version import MODEL_VERSION, VERSION

_KIND = "portfolio"
_BEGIN = f'{{"kind": "{_KIND}"'.encode()


class Fingerprint(Struct, frozen=True):
    """What tells a file from what it was: bytes, nanoseconds of its last change, SHA-256 of its content."""

    size: int
    modified: int
    sha256: str


def fingerprint(path: Path) -> Fingerprint | None:
    """Return the fingerprint of a file; None for one that cannot be read."""
    try:
        seen = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return Fingerprint(seen.st_size, seen.st_mtime_ns, digest)


def state_path(output: Path) -> Path:
    """Return where the state of a run lies: `group.xlsx.state` next to `group.xlsx`."""
    return output.with_name(f"{output.name}.state")


class State(Struct):
    """The records of a run so far, by path; `keep` adds one and writes it down."""

    file: IO[str]
    entries: dict[str, tuple[Fingerprint, PlanRecord]] = field(default_factory=dict)

    def kept(self, path: str) -> PlanRecord | None:
        """Return the record of a file if it is still as it was read."""
        entry = self.entries.get(path)
        return entry[1] if entry and fingerprint(Path(path)) == entry[0] else None

    def keep(self, record: PlanRecord, mark: Fingerprint | None) -> None:
        """Write a record down; one of a file that could not be read is found anew."""
        if mark:
            line = {"mark": [mark.size, mark.modified, mark.sha256], "record": record.as_json()}
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()


@contextmanager
def open_state(path: Path, options: Mapping[str, object]) -> Iterator[State]:
    """Open the state of a run with these options: what an earlier run of the same kind has left, or an empty one.

    The file is its owner's alone, and stays until the caller removes it. Raises OSError, also for a file of that name
    that is no state.
    """
    head = {"kind": _KIND, "version": VERSION, "model": MODEL_VERSION, **options}
    _check(path)
    entries = _entries(path, head)
    kept = os.O_APPEND if entries else os.O_TRUNC
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | kept, 0o600), "a", encoding="utf-8") as file:
        # The last line of a run that was killed may have been cut off.
        file.write("\n" if entries else json.dumps(head) + "\n")
        file.flush()
        yield State(file, entries)


def _check(path: Path) -> None:
    """Raise FileExistsError for a file that is no state, not even one whose first line was cut off."""
    try:
        with path.open("rb") as file:
            begin = file.read(len(_BEGIN))
    except FileNotFoundError:
        return
    if not _BEGIN.startswith(begin):
        raise FileExistsError(errno.EEXIST, "a file of that name is no state of a portfolio", str(path))


def _entries(path: Path, head: Mapping[str, object]) -> dict[str, tuple[Fingerprint, PlanRecord]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    entries = {}
    if lines and _parsed(lines[0]) == head:
        for line in lines[1:]:
            try:
                data = json.loads(line)
                record = record_of(data["record"])
                entries[record.path] = Fingerprint(*data["mark"]), record
            except (KeyError, TypeError, ValueError):
                continue
    return entries


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
