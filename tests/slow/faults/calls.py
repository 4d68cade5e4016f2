"""Fails the calls by which Python asks the system, each in turn, once or for good; quickly, and without a tracer.

One save makes a hundred such calls or so. `sweep` repeats it with the first of them failing, then the second, until a
save comes through without a failure.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.slow.faults.scene import NEW, OLD, attempt, faults, set_up
from workbook.problems import Refusal

ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EXDEV", "EBUSY")
_CALLS = (
    "open", "close", "read", "write", "lseek", "ftruncate", "fsync", "stat", "lstat", "fstat", "scandir", "listdir",
    "replace", "rename", "link", "unlink", "chmod", "chown", "utime", "kill", "access", "listxattr", "getxattr",
    "setxattr",
)  # fmt: skip

Fault = Callable[[int, str], None]  # of the number of the call and its name; raises, or does something, or nothing


class Killed(BaseException):
    """Stands for the end of the process: from then on no call does anything any more."""


class _Stream:
    """An open file whose every method is a call."""

    def __init__(self, file: Any, count: Callable[[str], None]) -> None:  # noqa: ANN401 (io.open gives many kinds)
        self._file, self._count = file, count

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        real = getattr(self._file, name)
        if not callable(real) or name in ("readable", "writable", "seekable", "fileno"):
            return real

        def method(*arguments: object) -> object:
            self._count(f"file.{name}")
            return real(*arguments)

        return method

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._count("file.close")
        finally:
            # A real close gives the buffer away even where it fails.
            self._file.close()


@contextmanager
def calls(fault: Fault) -> Iterator[list[str]]:
    """Have `fault` look at every call before it is made; gives the names of the calls so far."""
    made: list[str] = []

    def count(name: str) -> None:
        made.append(name)
        fault(len(made), name)

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: object, **options: object) -> object:
            count(name)
            done = real(*arguments, **options)
            return _Stream(done, count) if name == "io.open" else done

        return call

    with ExitStack() as stack:
        for name in _CALLS:
            stack.enter_context(patch.object(os, name, counted(name, getattr(os, name))))
        stack.enter_context(patch.object(io, "open", counted("io.open", io.open)))
        stack.enter_context(patch.object(fcntl, "flock", counted("flock", fcntl.flock)))
        yield made


def failing(error: str, nth: int, *, for_good: bool) -> Fault:
    """Return the fault that the nth call fails, alone or with all after it."""
    number = getattr(errno, error)

    def fault(count: int, name: str) -> None:
        if count == nth or (for_good and count > nth):
            raise OSError(number, os.strerror(number))

    return fault


def killing(nth: int) -> Fault:
    """Return the fault that the process ends before the nth call."""

    def fault(count: int, name: str) -> None:
        if count >= nth:
            raise Killed(name)

    return fault


def interrupting(nth: int) -> Fault:
    """Return the fault that Ctrl+C comes before the nth call; what tidies up after it works."""

    def fault(count: int, name: str) -> None:
        if count == nth:
            raise KeyboardInterrupt

    return fault


def changing(nth: int, change: Callable[[], None]) -> Fault:
    """Return the fault that another program changes something before the nth call."""

    def fault(count: int, name: str) -> None:
        if count == nth:
            change()

    return fault


def run(target: Path, fault: Fault) -> tuple[Refusal | None, BaseException | None, list[str]]:
    """Save once under a fault; gives the refusal, the end of the process if that came, and the calls made."""
    with calls(fault) as made:
        try:
            return attempt(target), None, made
        except (Killed, KeyboardInterrupt) as end:
            return None, end, made


def sweep(folder: Path, fault_at: Callable[[int], Fault]) -> tuple[int, list[str]]:
    """Put the fault at the first call, the second, and so on until a save is over before; gives count and findings."""
    found: list[str] = []
    nth = 0
    while True:
        nth += 1
        target = set_up(folder)
        refusal, end, made = run(target, fault_at(nth))
        release(folder)
        place = f"call {nth} ({made[nth - 1] if nth <= len(made) else 'none'})"
        must = None if end else OLD if refusal else NEW
        found += [f"{place}: {fault}" for fault in faults(target, refusal, must=must)]
        if len(made) < nth:
            return nth - 1, found


def release(folder: Path) -> None:
    """Return back what the system frees when a process ends: handles left open by a faulty close, with their lock."""
    for handle in Path("/proc/self/fd").iterdir():
        try:
            if handle.readlink().is_relative_to(folder):
                os.close(int(handle.name))
        except OSError:
            continue
