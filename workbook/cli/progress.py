"""The progress of a long run: a moving line on a terminal after two seconds, nothing before (roof).

The library that draws it is loaded only then, so that a short run pays nothing. With --verbose each stage is printed
with its time instead.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbook.cli.console import has_colours, is_quiet, is_terminal, is_verbose, print_note

if TYPE_CHECKING:
    from rich.status import Status
    from rich.text import Text

_WIDTH = 30
"""Of a bar, in characters."""
_MINUTE, _HOUR = 60, 3600
PATIENCE = 2.0
"""Seconds after which a user begins to wonder."""


class Progress:
    """The stages of a run, one after the other; `stage` names the next one."""

    def __init__(self, delay: float = PATIENCE, *, shows_rest: bool = False) -> None:
        self.name = ""
        self._shows_rest = shows_rest
        self._share: float | None = None
        self._first_share = 0.0
        self._since = time.monotonic()
        self._status: Status | None = None
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_over = False
        if is_terminal(sys.stderr) and not is_quiet() and not is_verbose():
            self._timer = threading.Timer(delay, self._appear)
            self._timer.daemon = True

    def stage(self, name: str) -> None:
        """Begin a stage, such as `reading`."""
        self._print_time()
        self.name, self._share, self._since = name, None, time.monotonic()
        if self._timer and not self._timer.is_alive() and not self._status:
            with contextlib.suppress(RuntimeError):  # it has run: the line appears at its own time
                self._timer.start()
        with self._lock:
            if self._status:
                self._status.update(self._line())

    def done(self, count: int, every: int) -> None:
        """Say how much of the stage is done."""
        with self._lock:
            if self._share is None:
                self._first_share = count / max(every, 1)
            self._share = count / max(every, 1)
            if self._status:
                self._status.update(self._line())

    def end(self) -> None:
        """Remove the line; what is printed next takes its place."""
        self._print_time()
        self.name = ""
        if self._timer:
            self._timer.cancel()
        with self._lock:
            self._is_over = True
            if self._status:
                self._status.stop()
                self._status = None

    def _appear(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only a long run on a terminal needs it

        with self._lock:
            if not self._is_over:
                console = Console(stderr=True, no_color=not has_colours(sys.stderr), markup=False, highlight=False)
                self._status = console.status(self._line())
                self._status.start()

    def _line(self) -> Text:
        from rich.text import Text  # noqa: PLC0415 - a plain text, in which brackets are no markup

        if self._share is None:
            return Text(f"{self.name} …")
        filled = round(self._share * _WIDTH)
        rest = self._rest() if self._shows_rest else ""
        return Text(f"{self.name} {'━' * filled}{'─' * (_WIDTH - filled)} {self._share:.0%}{rest}")

    def _rest(self) -> str:
        """Return how long the stage still takes if it goes on as it did; empty before anything is done."""
        gained = (self._share or 0.0) - self._first_share
        if self._share is None or gained <= 0:
            return ""
        seconds = round((time.monotonic() - self._since) * (1 - self._share) / gained)
        minutes, hours = seconds // _MINUTE, seconds // _HOUR
        left = f"{hours} h {minutes % _MINUTE} min" if hours else f"{minutes} min" if minutes else f"{seconds} s"
        return f", {left} left"

    def _print_time(self) -> None:
        if self.name and is_verbose():
            print_note(f"{self.name}: {time.monotonic() - self._since:.2f} s")


@contextmanager
def progress(delay: float = PATIENCE, *, shows_rest: bool = False) -> Iterator[Progress]:
    """Yield the progress of a run, with the time that is left if asked for; it is removed however the block ends."""
    made = Progress(delay, shows_rest=shows_rest)
    try:
        yield made
    finally:
        made.end()
