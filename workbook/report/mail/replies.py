"""What a mail server answers, or fails to answer, into texts and problems (post).

A server's words are shown as one printable line, and never with a secret in them, should it repeat one.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.mail.bounded_smtp import DeadlineError, ReplyError
from workbook.report.mail.redaction import without_secret
from workbook.report.mail.secrets import Secret
from workbook.report.report import one_line

LONGEST_WORDS = 240
_CHECK = "check host, port and security in the configuration, then run again"
_HINTS = {
    "5.7.139": (
        "this mailbox does not take a password any more (Exchange Online): use token_command for XOAUTH2, ask the"
        " administrator to allow authenticated SMTP, or use a relay; a draft needs none of them"
    ),
    "5.7.30": (
        "Exchange Online has switched password logins off: use token_command for XOAUTH2, or a relay; a draft"
        " needs neither"
    ),
    "5.7.9": "the server wants a password made for this program: make an app password and store that one",
    "5.7.60": "the mailbox of user may not send as sender: use the address of user, or have it allowed",
    "5.7.1": "the server does not relay for this sender or recipient: ask who runs it, or log in with user",
    "5.7.0": "the server wants a login: set user and the place of its secret in the configuration",
}
_CERTIFICATES = {
    9: ("is not valid yet", "check the clock of this machine, then that of the server"),
    10: ("has expired", "who runs the server must renew it"),
    18: ("is self-signed", "ask the server's operator for its certificate authority, and name that file in ca_file"),
    19: (
        "was signed by an authority that this machine does not know",
        "ask the server's operator for its certificate authority, and name that file in ca_file",
    ),
    20: (
        "was signed by an authority that this machine does not know",
        "ask the server's operator for its certificate authority, and name that file in ca_file",
    ),
    62: ("is that of another server", "write host as the certificate names it"),
    64: ("is that of another server", "write host as the certificate names it"),
}


class ServerAnswer(Struct, frozen=True):
    """A server's answer: its code (-1 for something that is no answer) and its words, fit to be shown."""

    code: int
    words: str

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip() if self.code > 0 else self.words or "no words"

    @property
    def hint(self) -> str:
        """What helps against this answer, where that is known; else blank."""
        return next((hint for status, hint in _HINTS.items() if f"{status} " in f"{self.words} "), "")


def answer_of(code: int, words: bytes | str, secret: Secret | None = None) -> ServerAnswer:
    """Return a server's answer, fit to be shown."""
    data = words if isinstance(words, bytes) else words.encode("utf-8", "replace")
    line = one_line((data if secret is None else without_secret(data, secret.text)).decode("utf-8", "replace"))
    return ServerAnswer(code, line if len(line) <= LONGEST_WORDS else f"{line[: LONGEST_WORDS - 1]}…")


def not_sent(code: Code, message: str, server: str, seen: str, expected: str, remedy: str = _CHECK) -> Refusal:
    """Return the refusal of a mail that was not sent (Reason.MAIL)."""
    problem = Problem(code, f"{message}; the mail was not sent", server, seen, expected, remedy)
    return Refusal(problem, reason=Reason.MAIL)


@contextmanager
def as_not_sent(server: str, secret: Secret | None = None) -> Iterator[None]:
    """Raise a refusal for what a connection fails with; nothing of the mail has been accepted inside."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        trouble, remedy = _CERTIFICATES.get(error.verify_code, ("cannot be verified", _CHECK))
        seen = one_line(str(error.verify_message))
        message = f"the certificate of the mail server {trouble}"
        raise not_sent(Code.MAIL_CERTIFICATE, message, server, seen, "a certificate in order", remedy) from None
    except ssl.SSLError as error:
        seen, expected = one_line(str(error.reason or error)), "TLS 1.2 or later on this port"
        raise not_sent(Code.MAIL_NO_TLS, "no encrypted connection can be made", server, seen, expected) from None
    except smtplib.SMTPResponseException as error:
        answer = answer_of(error.smtp_code, error.smtp_error, secret)
        message, expected = "the mail server does not take mail now", "a server that is ready"
        raise not_sent(
            Code.MAIL_NO_CONNECTION,
            message,
            server,
            str(answer),
            expected,
            answer.hint or "try later, or ask who runs it",
        ) from None
    except (smtplib.SMTPException, OSError, EOFError) as error:
        seen = trouble_of(error)
        message, expected = "the mail server cannot be reached, or has gone", "a mail server that answers"
        raise not_sent(Code.MAIL_NO_CONNECTION, message, server, seen, expected) from None


def trouble_of(error: BaseException) -> str:
    """Return plainly why a connection failed; the library wraps the system's own reason."""
    link: BaseException | None = error
    while link is not None:
        match link:
            case DeadlineError() | ReplyError():
                return str(link)
            case TimeoutError():
                return "no answer in time"
            case socket.gaierror():
                return "no machine of that name"
            case ConnectionRefusedError():
                return "nothing listens on that port"
        link = link.__cause__ or link.__context__
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError | EOFError):
        return "the connection was closed"
    return one_line(getattr(error, "strerror", None) or str(error)) or type(error).__name__
