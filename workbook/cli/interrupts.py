"""Signals that end a run: temporary files and locks are removed, as after Ctrl+C (roof)."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Turn the signals that end a process into an exit (128 + signal), so that temporary files and locks go.

    One of them comes when the processor time is up that the system allows it.
    """
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGXCPU", "SIGBREAK") if hasattr(signal, name)]
    try:
        before = {end: signal.signal(end, _end) for end in ends if signal.getsignal(end) == signal.SIG_DFL}
    except ValueError:  # not the main thread, which alone may handle signals
        before = {}
    try:
        yield
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
