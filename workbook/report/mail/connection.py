"""Settings and a secret into a checked, encrypted connection on which one is logged in (post).

Nothing is ever sent in clear text that was to be encrypted: a server without STARTTLS is refused.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.mail.bounded_smtp import BoundedSMTP, Deadline
from workbook.report.mail.replies import answer_of, as_not_sent, not_sent
from workbook.report.mail.secrets import Secret
from workbook.report.mail.settings import PORTS, Config, MailSettings

EHLO_NAME = "[127.0.0.1]"
"""An address literal: every server takes it, and it discloses nothing about this machine."""
_OK, _GO_ON, _LOGGED_IN = 250, 334, 235
_OLD_SERVER = (500, 502)
_LONGEST_COMMAND = 500
_PARTING_S = 2.0


@contextmanager
def connected(settings: MailSettings, config: Config, secret: Secret | None) -> Iterator[smtplib.SMTP]:
    """Yield a connection that is ready for a mail, and close it whatever happens.

    Raises Refusal: usage for certificates that cannot be read, mail where the connection or the login fails.
    """
    context = tls_context(config.resolve(settings.ca_file) if settings.ca_file else None)
    deadline = Deadline(settings.most_seconds)
    at_once = context if settings.security == "tls" else None
    client = BoundedSMTP(EHLO_NAME, settings.timeout, deadline, at_once)
    try:
        with as_not_sent(settings.server, secret):
            client.open(settings.host, settings.port or PORTS[settings.security], secret.text if secret else "")
            _greet(client, settings)
            if settings.security == "starttls":
                _encrypt(client, settings, context)
            if secret is not None:
                _log_in(client, settings, secret)
        yield client
    finally:
        _part(client)
        deadline.cancel()


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return what verifies a server: TLS 1.2 or later, its certificate and its name."""
    # The library's default context writes the keys of the connection where the environment's SSLKEYLOGFILE says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # an SSLError is one
            problem = Problem(
                Code.MAIL_CONFIG_VALUE,
                "the configuration has a wrong value: mail.ca_file",
                str(ca_file),
                seen=error.strerror or "a file without certificates",
                expected="a file with certificates (PEM)",
                remedy="correct ca_file in the configuration",
            )
            raise Refusal(problem, reason=Reason.USAGE) from None
    return context


def _greet(client: smtplib.SMTP, settings: MailSettings) -> None:
    code, words = client.ehlo()
    if code in _OLD_SERVER and settings.security == "none":
        code, words = client.helo()
    if code != _OK:
        raise smtplib.SMTPHeloError(code, words)


def _encrypt(client: smtplib.SMTP, settings: MailSettings, context: ssl.SSLContext) -> None:
    if not client.has_extn("starttls"):
        raise not_sent(
            Code.MAIL_NO_TLS,
            "the mail server offers no encryption",
            settings.server,
            "no STARTTLS among what it offers",
            "a server with STARTTLS",
            'take security = "tls" with its port, often 465; nothing is ever sent in clear text',
        )
    client.starttls(context=context)
    _greet(client, settings)


def _log_in(client: smtplib.SMTP, settings: MailSettings, secret: Secret) -> None:
    """Log in once, in one way: a second try with a wrong password may lock the account."""
    ways = ("XOAUTH2",) if secret.is_token else ("PLAIN", "LOGIN")
    offered = client.esmtp_features.get("auth", "").upper().split()
    way = next((way for way in ways if way in offered), None)
    if way is None:
        raise _no_login(settings, f"only {' '.join(offered) or 'no login'}", f"{' or '.join(ways)}", "")
    code, words = _converse(client, way, _answers(way, str(settings.user), secret.text))
    if code != _LOGGED_IN:
        answer = answer_of(code, words, secret)
        raise _no_login(settings, str(answer), "user and secret that the server takes", answer.hint)


def _answers(way: str, user: str, text: str) -> list[bytes]:
    match way:
        case "XOAUTH2":
            # The server answers a token that it does not take with a report, and wants an empty line then.
            return [f"user={user}\x01auth=Bearer {text}\x01\x01".encode(), b""]
        case "PLAIN":
            return [f"\0{user}\0{text}".encode()]
        case _:
            return [user.encode(), text.encode()]


def _converse(client: smtplib.SMTP, way: str, answers: list[bytes]) -> tuple[int, bytes]:
    """Return the server's last reply to the answers, the first sent with the command if it fits (RFC 4954)."""
    lines = [base64.b64encode(answer).decode() for answer in answers]
    first = f"{way} {lines[0]}"
    if way != "LOGIN" and len(first) <= _LONGEST_COMMAND:
        lines.pop(0)
    else:
        first = way
    code, words = client.docmd("AUTH", first)
    while code == _GO_ON and lines:
        code, words = client.docmd(lines.pop(0))
    if code == _GO_ON:
        code, words = client.docmd("*")
    return code, words


def _no_login(settings: MailSettings, seen: str, expected: str, hint: str) -> Refusal:
    return not_sent(
        Code.MAIL_LOGIN,
        f"the mail server does not let {settings.user} log in",
        settings.server,
        seen,
        expected,
        hint or "check user and the secret; a mailbox with two factors needs token_command or an app password",
    )


def _part(client: smtplib.SMTP) -> None:
    """End the session without waiting long: what matters has been sent."""
    with suppress(smtplib.SMTPException, OSError, ValueError):
        if client.sock is not None:
            client.sock.settimeout(_PARTING_S)
            client.quit()
    with suppress(OSError):
        client.close()
