"""What was sent to whom, and with which result: a file of lines of JSON, each flushed to disk (post).

An entry `sending` is written before a message is handed over and its result after it, so that a run that ends between
the two leaves a trace: a later run takes `sending` for a result that nobody knows.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from workbook.bounded import check_regular, read_bounded
from workbook.files.saving.filesystem import flush, flush_folder
from workbook.problems import Code, Problem, Reason, Refusal

_LARGEST = 50_000_000


class DeliveryState(StrEnum):
    """How far a mail has come. Of `sending` and `unknown` nobody knows whether it has arrived."""

    SENDING = "sending"
    SENT = "sent"
    PARTLY = "partly"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class LedgerEntry(Struct, frozen=True):
    """One line. `time` is ISO with its zone, `route` stands for server and login, `refused` is part of `recipients`."""

    time: str
    key: str
    state: DeliveryState
    recipients: tuple[str, ...]
    route: str
    message_id: str
    run: str
    refused: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The recipients as they are compared."""
        return frozenset(address.lower() for address in self.recipients)

    @property
    def moment(self) -> str:
        """When it was, in local time: `2026-11-02 09:14`."""
        return f"{datetime.fromisoformat(self.time).astimezone():%Y-%m-%d %H:%M}"


def ledger_path() -> Path:
    """Return the path of the user's own ledger."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "workbook" / "ledger.jsonl"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "workbook" / "ledger.jsonl"


def read_ledger(path: Path) -> tuple[LedgerEntry, ...]:
    """Return the entries, oldest first. A last line without an end was never finished, and nothing followed it.

    Raises Refusal (usage) for a file that cannot be read or that is damaged.
    """
    try:
        data = read_bounded(path, _LARGEST)
        lines = data[: data.rfind(b"\n") + 1].decode().split("\n")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(getattr(error, "strerror", "")) or "a file that is not in UTF-8") from None
    return tuple(_entry(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def last_of(entries: Sequence[LedgerEntry], key: str) -> LedgerEntry | None:
    """Return the newest entry of a mail."""
    return next((entry for entry in reversed(entries) if entry.key == key), None)


def attempts(entries: Sequence[LedgerEntry], key: str) -> int:
    """Return how often a mail may have reached somebody: each `refused` follows a `sending` of its own."""
    states = [entry.state for entry in entries if entry.key == key]
    return states.count(DeliveryState.SENDING) - states.count(DeliveryState.REFUSED)


def is_known(entries: Sequence[LedgerEntry], names: frozenset[str], route: str) -> bool:
    """Whether a mail has gone to all of these recipients, in one list, by the same server and login before."""
    return any(
        entry.route == route and entry.state in (DeliveryState.SENT, DeliveryState.PARTLY) and names <= entry.names
        for entry in entries
    )


def append(path: Path, entry: LedgerEntry) -> None:
    """Write an entry at the end, flushed to disk; only the user may read the file. Raises Refusal (mail)."""
    line = json.dumps(asdict(entry)).encode() + b"\n"
    try:
        is_new = not path.exists()
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(path, flags, 0o600)
        with os.fdopen(handle, "ab") as file:
            check_regular(os.fstat(handle).st_mode)
            _cut_unfinished(handle)
            file.write(line)
            flush(file)
        if is_new:
            flush_folder(path.parent)
    except OSError as error:
        problem = Problem(
            Code.MAIL_LEDGER,
            "what is sent cannot be written down",
            str(path),
            seen=error.strerror or type(error).__name__,
            expected="a file that can be written",
            remedy="free disk space or check the folder's rights, then run again",
        )
        raise Refusal(problem, reason=Reason.MAIL) from error


def _cut_unfinished(handle: int) -> None:
    """Remove a last line that a killed run has not finished; it was not acted upon."""
    size = os.fstat(handle).st_size
    os.lseek(handle, 0, os.SEEK_SET)
    data = b""
    while len(data) < size and (more := os.read(handle, size - len(data))):
        data += more
    kept = data.rfind(b"\n") + 1
    if kept < size:
        os.ftruncate(handle, kept)


def _entry(path: Path, number: int, line: str) -> LedgerEntry:
    try:
        data = json.loads(line)
        entry = LedgerEntry(
            str(data["time"]),
            str(data["key"]),
            DeliveryState(data["state"]),
            tuple(map(str, data["recipients"])),
            str(data["route"]),
            str(data["message_id"]),
            str(data["run"]),
            tuple(map(str, data["refused"])),
        )
        datetime.fromisoformat(entry.time)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(path, f"line {number}, which is no entry") from None
    return entry


def _damaged(path: Path, seen: str) -> Refusal:
    problem = Problem(
        Code.MAIL_LEDGER,
        "the ledger of what was sent cannot be read, so a mail might go twice",
        str(path),
        seen=seen,
        expected="the lines that this tool has written",
        remedy="correct that line, or move the file away if you are sure that nothing was sent",
    )
    return Refusal(problem, reason=Reason.USAGE)
