"""Signals that end a run: temporary files and locks are removed, as after Ctrl+C (roof)."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_AGAIN_AFTER = 0.01
"""Seconds until a signal that fell where nothing can be raised is sent once more."""


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Turn the signals that end a process into an exit (128 + signal), so that temporary files and locks go.

    One of them comes when the processor time is up that the system allows it.
    """
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGXCPU", "SIGBREAK") if hasattr(signal, name)]
    hook = sys.unraisablehook
    try:
        before = {end: signal.signal(end, _end) for end in ends if signal.getsignal(end) == signal.SIG_DFL}
        sys.unraisablehook = _send_again
    except ValueError:  # not the main thread, which alone may handle signals
        before = {}
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for end, handler in before.items():
            signal.signal(end, handler)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _send_again(lost: UnraisableHookArgs) -> None:
    """Send a signal again that came while an object was being removed: Python only reports what is raised there."""
    match lost.exc_value:
        case KeyboardInterrupt():
            number = signal.SIGINT
        case SystemExit(code=int(code)) if code > 128:
            number = signal.Signals(code - 128)
        case _:
            sys.__unraisablehook__(lost)
            return
    again = threading.Timer(_AGAIN_AFTER, signal.raise_signal, (number,))
    again.daemon = True
    again.start()
