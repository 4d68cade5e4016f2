"""Fails the system's own calls while a process saves, each in turn, by strace: no layer of Python is between.

A driver has everything imported, and forks a child for each fault. The child stops, strace takes hold of it with the
order to fail (or kill at) the Nth call of one kind, and the child goes on. N runs from 1 until a child comes through
without an injection. Run it as `python -m tests.slow.faults system`.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS")
RENAME_ERRORS = ("EXDEV", "EBUSY")
RENAMES = ("rename", "link")
CHANGING = (
    "openat", "write", "close", "fsync", "ftruncate", "flock", "chmod", "fchmodat", "chown", "utimensat", "unlink",
    *RENAMES,
)  # fmt: skip
READING = ("read", "lseek", "newfstatat", "getdents64", "listxattr")
KILLED = -signal.SIGKILL
_INJECTED = re.compile(r"\(INJECTED\)|\+\+\+ killed by SIGKILL")


@dataclass(slots=True)
class Tally:
    """How many faults were put in, how many kills, what the attempts came to, and what was found wrong."""

    errors: int = 0
    kills: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {end}" for end, count in self.ends.most_common())
        return f"{self.errors} errors and {self.kills} kills injected ({ends}); {len(self.found)} findings"

    def note(self, place: str, end: int, findings: list[str]) -> None:
        """Count one injection."""
        self.kills += "SIGKILL" in place
        self.errors += "SIGKILL" not in place
        self.ends[{0: "succeeded", KILLED: "killed"}.get(end, f"exit code {end}")] += 1
        self.found += [f"{place}: {finding}" for finding in findings]


def can_trace() -> bool:
    """Whether strace is there and may take hold of a process."""
    if shutil.which("strace") is None:
        return False
    end, log = traced(lambda: 0, "trace=none")
    return end == 0 and "exited with 0" in log


def injections(syscall: str, *, is_quick: bool) -> Iterator[str]:
    """Return what strace is told to do to one kind of call.

    A quick sweep only kills at calls that change something, because between them the disk is the same.
    """
    if is_quick and syscall in READING:
        yield "error=EIO"
        return
    for error in (*ERRORS, *(RENAME_ERRORS if syscall in RENAMES else ())):
        yield f"error={error}"
    yield "signal=SIGKILL"


def traced(work: Callable[[], int], *expressions: str) -> tuple[int, str]:
    """Do some work in a child under strace; gives its exit code (or minus the signal) and what strace wrote."""
    log = Path(f"/proc/self/fd/{_log()}").readlink()
    child = os.fork()
    if child == 0:
        _stop_until_traced()
        code = 70
        with contextlib.suppress(BaseException):
            code = work()
        os._exit(code)
    os.waitpid(child, os.WUNTRACED)
    options = [part for expression in expressions for part in ("-e", expression)]
    tracer = subprocess.Popen(["strace", "-o", str(log), *options, "-p", str(child)], stderr=subprocess.DEVNULL)
    _wait_for_tracer(child, tracer)
    os.kill(child, signal.SIGCONT)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    tracer.wait()
    return status, log.read_text(encoding="utf-8", errors="replace")


def inject(work: Callable[[], int], syscall: str, what: str, nth: int) -> tuple[int, bool]:
    """Do some work with the nth call of a kind failed or killed; gives its exit code and whether it came to that."""
    end, log = traced(work, f"trace={syscall}", f"inject={syscall}:{what}:when={nth}")
    return end, bool(_INJECTED.search(log))


_log_handle: list[int] = []


def _log() -> int:
    """Return the handle of this process's file for what strace writes."""
    if not _log_handle:
        handle, name = tempfile.mkstemp(prefix="strace-", suffix=".log")
        atexit.register(Path(name).unlink, missing_ok=True)
        _log_handle.append(handle)
    return _log_handle[0]


def _stop_until_traced() -> None:
    """Stop this process, and let any other one of the person's take hold of it (Yama would only let its parent)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(2**64 - 1), 0, 0, 0)
    os.kill(os.getpid(), signal.SIGSTOP)


def _wait_for_tracer(child: int, tracer: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while "\nTracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text(encoding="ascii"):
        if tracer.poll() is not None or time.monotonic() > end:
            return
        time.sleep(0.0005)


def silence() -> None:
    """Have a child's words go nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
