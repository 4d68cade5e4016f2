"""A connection to a mail server that ends: one deadline for a whole sending, and bounds for every reply (post).

The time limit of a socket starts anew with each byte, so that a slow server could hold it for ever. Here a timer shuts
the connection down when the deadline has passed, wherever the run is. What a server says is free of the secret before
anything else reads it.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from workbook.report.mail.redaction import without_secret

MOST_LINES, MOST_BYTES = 200, 100_000
"""Of one reply. Servers list some twenty extensions, in a few hundred bytes."""


class DeadlineError(OSError):
    """The time for the whole sending is over."""


class ReplyError(OSError):
    """A reply is longer than any that a mail server gives."""


class Deadline:
    """The end of a sending: it shuts down the connection that it watches."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(self._end - time.monotonic(), 0.001)

    def watch(self, connection: socket.socket) -> None:
        """Watch a connection. The copy stays valid when the connection is wrapped in TLS."""
        self._socket = connection.dup()
        if self.is_over:
            self._shut()

    def cancel(self) -> None:
        """End the watch."""
        self._timer.cancel()
        if self._socket is not None:
            self._socket.close()

    @contextmanager
    def limit(self) -> Iterator[None]:
        """Raise DeadlineError for what fails after the deadline."""
        try:
            yield
        except (OSError, EOFError, ValueError) as error:
            if self.is_over:
                raise DeadlineError(f"no end within {self.seconds:g} s") from error
            raise

    def _shut(self) -> None:
        self.is_over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Replies:
    """The lines of a server, counted for each reply."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lines = self._bytes = 0

    def begin(self) -> None:
        self._lines = self._bytes = 0

    def readline(self, most: int = -1) -> bytes:
        line = self._file.readline(most)
        self._lines += 1
        self._bytes += len(line)
        if self._lines > MOST_LINES or self._bytes > MOST_BYTES:
            raise ReplyError(f"a reply of more than {MOST_LINES} lines or {MOST_BYTES:,} bytes")
        # Half a line is no reply: `2` of a line that breaks off would count as success.
        return line if line.endswith(b"\n") or len(line) == most else b""

    def close(self) -> None:
        self._file.close()


class BoundedSMTP(smtplib.SMTP):
    """A client whose session ends by the deadline and whose replies are bounded and free of the secret."""

    def __init__(self, name: str, timeout: float, deadline: Deadline, context: ssl.SSLContext | None) -> None:
        self.deadline = deadline
        self.secret = ""
        self._from_the_start = context
        super().__init__(local_hostname=name, timeout=timeout)

    def open(self, host: str, port: int, secret: str) -> None:
        """Connect and read the greeting. Raises SMTPConnectError for a server that is not ready."""
        self.secret = secret
        self._host = host
        code, words = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:  # noqa: ANN401 - as the library has it
        with self.deadline.limit():
            made = socket.create_connection((host, port), min(timeout, self.deadline.left))
            made.settimeout(timeout)
            self.deadline.watch(made)
            context = self._from_the_start
            return made if context is None else context.wrap_socket(made, server_hostname=host)

    def starttls(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - as the library has it
        """Encrypt the connection."""
        with self.deadline.limit():
            return super().starttls(*args, **kwargs)

    def send(self, s: Any) -> None:  # noqa: ANN401 - as the library has it
        """Send text or bytes."""
        with self.deadline.limit():
            super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Return the code and the words of a reply, free of the secret."""
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock.makefile("rb"))
        if isinstance(self.file, _Replies):
            self.file.begin()
        with self.deadline.limit():
            code, words = super().getreply()
        return code, without_secret(words, self.secret)
