"""Lets one run at a time work on a file: a lock beside it that says whose run it is (files floor).

The lock is the system's own, on a small hidden file (`.plan.xlsx.workbook.lock`): it ends with the process, however
that ends, so a lock file that a killed run left is taken over without guessing, and of two who take it over one wins.
What stands in the file (process, person, machine, start) is for the message only, with two exceptions. A lock file of
another machine, which a synchronising folder may have brought, is honoured for ten minutes. And where the file system
has no locks at all, a record of a living process is honoured; what stays then is that the target's hash is compared
before it is replaced.

The file is removed while it is still locked, and who locks a file looks whether it is still the one at its path:
otherwise one could hold a removed file and another a new one.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import get_ident

from msgspec import Struct
from msgspec.structs import asdict

from workbook.bounded import NOT_REGULAR
from workbook.files.saving.filesystem import as_refusal, busy, hidden, moment, real_path
from workbook.files.saving.process_identity import host_name, is_running, printable, user_name
from workbook.problems import Code, Refusal

PATIENCE = 2.0  # seconds that a run waits for another one to end
FOREIGN = timedelta(minutes=10)
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)  # a pipe in the lock's place is refused, not waited for
_PAUSE = 0.05
_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP}
_TAKEN = {errno.EACCES, errno.EDEADLK} if sys.platform == "win32" else {errno.EWOULDBLOCK}
_LOCKED_BYTE = 1 << 30  # far behind the record, which others may read then (Windows locks against reading too)
_held: dict[Path, int] = {}  # real path of each file that this process holds → the thread that does


class Run(Struct, frozen=True):
    """Whose run it is: what stands in a lock file. `start` is an ISO time with its zone."""

    pid: int = 0
    user: str = ""
    host: str = ""
    start: str = ""

    @property
    def words(self) -> str:
        """The run as a message names it: `run 4711 by anna on PC7 since 09:12`."""
        if not self.pid:
            return "another run"
        words = f"run {self.pid}"
        words += f" by {printable(self.user)}" if self.user else ""
        words += f" on {printable(self.host)}" if self.host else ""
        with contextlib.suppress(ValueError):
            words += f" since {moment(datetime.fromisoformat(self.start).astimezone())}"
        return words


def lock_path(target: Path) -> Path:
    """Return where the lock of a file lies; links are followed already."""
    return hidden(target, ".lock")


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold a file for this run; a thread that holds it already goes on.

    Raises Refusal (busy) where another run holds it and does not end within two seconds, or where no lock can be
    made. Nothing is left behind but by a killed process, whose lock file the next run takes over.
    """
    with as_refusal(path):
        target = real_path(path)
    if _held.get(target) == get_ident():
        yield
        return
    lock, handle = lock_path(target), None
    try:
        with as_refusal(path):
            handle = _acquire(path, lock)
        _held[target] = get_ident()
        yield
    finally:
        if handle is None:
            _tidy(lock)
        else:
            _held.pop(target, None)
            _release(lock, handle)


def _acquire(path: Path, lock: Path) -> int:
    end = time.monotonic() + PATIENCE
    while True:
        got = _attempt(lock)
        if isinstance(got, int):
            return got
        if time.monotonic() > end:
            raise _under_way(path, lock, got)
        time.sleep(_PAUSE)


def _attempt(lock: Path) -> int | Run:
    """Lock and give the handle, or give the run that is in the way. Raises OSError where no file can be made."""
    try:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | _WITHOUT_WAITING
        handle = os.open(lock, flags, 0o666)
        is_ours = True
    except PermissionError:
        if sys.platform == "win32":
            return Run()  # it is being removed this moment
        # The left-over of another person may be read and removed, though not written.
        handle, is_ours = os.open(lock, os.O_RDONLY | _WITHOUT_WAITING), False
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, f"{lock.name} is {NOT_REGULAR}; delete it")
        holder = _holder(lock, handle)
    except BaseException:
        os.close(handle)  # perhaps it is another run's: it stays
        raise
    if holder is None and is_ours:
        try:
            _write(handle)
        except BaseException:
            _release(lock, handle)
            raise
        return handle
    if holder is None:
        _release(lock, handle)
        return Run()
    os.close(handle)
    return holder


def _holder(lock: Path, handle: int) -> Run | None:
    """Lock an open file; give the run that holds it, None where that is this one now."""
    is_locked = _lock(handle)
    record = _read(handle)
    if is_locked is False:
        return record
    if not _is_at(lock, handle):
        return Run()
    if record.pid and record.host != host_name():
        age = abs(time.time() - os.fstat(handle).st_mtime)
        return record if age < FOREIGN.total_seconds() else None
    if is_locked is None and record.pid != os.getpid() and is_running(record.pid):
        return record
    return None


def _lock(handle: int) -> bool | None:
    """Ask the system for the lock: True got, False somebody has it, None no locks on this file system."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - each system has its own

            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        if error.errno in _TAKEN:
            return False
        raise
    return True


def _is_at(lock: Path, handle: int) -> bool:
    """Whether the open file is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(lock))  # noqa: PTH116
    except FileNotFoundError:
        return False


def _read(handle: int) -> Run:
    """Read what stands in a lock file; it may be half written, or nobody's."""
    os.lseek(handle, 0, os.SEEK_SET)
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        data = json.loads(os.read(handle, 4096))
        return Run(int(data["pid"]), str(data["user"]), str(data["host"]), str(data["start"]))
    return Run()


def _write(handle: int) -> None:
    start = datetime.now().astimezone().isoformat(timespec="seconds")
    record = json.dumps(asdict(Run(os.getpid(), user_name(), host_name(), start)))
    os.lseek(handle, 0, os.SEEK_SET)
    os.ftruncate(handle, 0)
    os.write(handle, record.encode())


def _release(lock: Path, handle: int) -> None:
    """Remove and unlock; what cannot be removed is no lock any more once the handle is closed."""
    with contextlib.suppress(OSError):
        if sys.platform != "win32" and _is_at(lock, handle):
            lock.unlink()
    with contextlib.suppress(OSError):
        os.close(handle)
    if sys.platform == "win32":
        # An open file cannot be removed there; where the next run has opened it by now, it stays for that one.
        with contextlib.suppress(OSError):
            lock.unlink()


def _tidy(lock: Path) -> None:
    """Remove a lock file that this run has made and not got, as after Ctrl+C; that of another run stays."""
    with contextlib.suppress(OSError):
        handle = os.open(lock, os.O_RDWR | _WITHOUT_WAITING)
        is_ours = stat.S_ISREG(os.fstat(handle).st_mode)
        is_ours = is_ours and _lock(handle) is True and _is_at(lock, handle) and _read(handle).pid in (0, os.getpid())
        if is_ours:
            _release(lock, handle)
        else:
            os.close(handle)


def _under_way(path: Path, lock: Path, run: Run) -> Refusal:
    remedy = "Run again when it has ended."
    if run.host and run.host != host_name():
        remedy += (
            f" A run on another machine is waited for {FOREIGN.total_seconds() / 60:.0f} minutes at most;"
            f" where it has ended without a word, delete {lock.name}."
        )
    return busy(Code.RUN_UNDER_WAY, path, f"is being written by {run.words}", remedy)
