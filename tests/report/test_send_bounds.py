"""Sending against servers and commands that do not end, flood, or repeat the secret."""

from __future__ import annotations

import base64
import getpass
import json
import os
import platform
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.report.mails import config_of, mail_to, sent, settings_of, small_report
from tests.report.smtp import PASSWORD, USER, Server
from workbook.problems import Refusal
from workbook.report.addresses import checked_address
from workbook.report.mail.connection import tls_context
from workbook.report.mail.ledger import DeliveryState, read_ledger
from workbook.report.mail.outgoing import outgoing_bytes
from workbook.report.mail.recipients import Envelope
from workbook.report.mail.redaction import without_secret
from workbook.report.mail.secrets import read_secret

pytestmark = pytest.mark.slow

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="commands and modes of POSIX systems")
Talk = Callable[[socket.socket], None]


@contextmanager
def server_that(talk: Talk) -> Iterator[Server]:
    """Run a server that does with each connection what `talk` does."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                talk(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield Server(listening.getsockname()[1], "good")
    listening.close()
    thread.join(3)


def drip(connection: socket.socket, text: bytes = b"2" * 10_000) -> None:
    for place in range(len(text)):
        connection.sendall(text[place : place + 1])
        time.sleep(0.05)


def drip_in_lines(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"220-wait\r\n")
        time.sleep(0.05)


def drip_after_the_greeting(connection: socket.socket) -> None:
    connection.sendall(b"220 ready\r\n")
    connection.recv(1000)
    drip(connection, b"250-" + b"x" * 10_000)


def drip_after_the_message(connection: socket.socket) -> None:
    connection.sendall(b"220 ready\r\n")
    data = b""
    while not data.endswith(b"DATA\r\n"):
        data = connection.recv(100_000)
        connection.sendall(b"354 go on\r\n" if data.startswith(b"DATA") else b"250 ok\r\n")
    while not data.endswith(b"\r\n.\r\n"):
        data = data[-10:] + connection.recv(100_000)
    drip(connection)


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"220-" + b"x" * 500 + b"\r\n")


@pytest.mark.parametrize("talk", [drip, drip_in_lines, drip_after_the_greeting])
def test_a_slow_server_is_left_at_the_deadline(talk: Talk, tmp_path: Path) -> None:
    with server_that(talk) as server:
        start = time.monotonic()
        with pytest.raises(Refusal) as caught:
            sent(mail_to(server, tmp_path, timeout=0.4, deadline=0.6))
        assert time.monotonic() - start < 3
    assert caught.value.problem.seen == "no end within 0.6 s"


def test_after_the_message_the_deadline_leaves_the_result_unknown(tmp_path: Path) -> None:
    with server_that(drip_after_the_message) as server:
        mail = mail_to(server, tmp_path, timeout=0.4, deadline=1)
        outcome = sent(mail)
    assert "no end within 1 s" in outcome.problems[-1].seen
    assert read_ledger(mail.ledger)[-1].state is DeliveryState.UNKNOWN


def test_without_a_deadline_a_sending_takes_ten_times_the_timeout(tmp_path: Path) -> None:
    assert settings_of(tmp_path, timeout=3).most_seconds == 30
    assert settings_of(tmp_path, timeout=3, deadline=5).most_seconds == 5


def test_a_flood_of_lines_is_left_at_once(tmp_path: Path) -> None:
    with server_that(flood) as server, pytest.raises(Refusal) as caught:
        sent(mail_to(server, tmp_path))
    assert "a reply of more than 200 lines" in caught.value.problem.seen


def forms_of_the_secret() -> list[bytes]:
    raw = PASSWORD.encode()
    return [
        raw,
        PASSWORD.encode("latin-1"),
        base64.b64encode(raw),
        base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()),
        base64.urlsafe_b64encode(b"x" + raw + b"yz"),
        raw.hex().encode(),
        raw.hex(":").upper().encode(),
        quote(PASSWORD).encode(),
        json.dumps(PASSWORD).encode(),
    ]


def test_long_words_are_read_in_linear_time() -> None:
    secret = "x" * 1400
    start = time.monotonic()
    for word in (b"A" * 100_000, b"78" * 50_000, (b"78" * 1399 + b"7a") * 36, b"x" * 100_000):
        without_secret(word, secret)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("form", forms_of_the_secret())
def test_a_secret_is_blotted_out_in_every_form(form: bytes) -> None:
    shown = without_secret(b"535 no: " + form + b" is wrong", PASSWORD)
    assert form not in shown
    assert shown.startswith(b"535 no: ")
    assert shown.endswith(b" is wrong")
    assert without_secret(b"550 5.1.1 no such mailbox", PASSWORD) == b"550 5.1.1 no such mailbox"


@pytest.mark.parametrize("step", [b"220", b"EHLO", b"AUTH", b"MAIL", b"RCPT", b"DATA"])
def test_no_refusal_shows_the_secret(step: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    refusal = b"550 no " + b" ".join(forms_of_the_secret()) + b"\r\n"

    def talk(connection: socket.socket) -> None:
        connection.sendall(refusal if step == b"220" else b"220 ready\r\n")
        while command := connection.recv(100_000):
            answers = {b"EHLO": b"250-x\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 ok\r\n"}
            is_refused = command.startswith(step)
            connection.sendall(refusal if is_refused else answers.get(command[:4], b"250 ok\r\n"))

    with server_that(talk) as server:
        mail = mail_to(server, tmp_path, user=USER, password_env="MAIL_PASSWORD", timeout=2)
        try:
            outcome = sent(mail)
            shown = repr(outcome)
        except Refusal as refused:
            shown = repr(refused.problem)
    assert "no" in shown
    for form in forms_of_the_secret():
        assert form.decode("utf-8", "replace") not in shown
    assert PASSWORD not in mail.ledger.read_text() if mail.ledger.exists() else True


def test_keys_of_the_connection_are_not_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = tls_context(None)
    assert context.keylog_filename is None
    assert not (tmp_path / "keys").exists()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.get_ca_certs() == ssl.create_default_context().get_ca_certs()


@POSIX
@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o660])
def test_a_secret_file_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hunter2\n")
    path.chmod(mode)
    with pytest.raises(Refusal) as caught:
        read_secret(settings_of(tmp_path, user=USER, password_file="secret"), config_of(tmp_path))
    assert f"mode {mode:o}" in caught.value.problem.seen
    assert "chmod 600" in caught.value.problem.remedy


@POSIX
@pytest.mark.parametrize(
    "script", ["yes s3cret", "echo s3cret; echo s3cret >&2; exit 3", "sleep 60 & echo s3cret; wait"]
)
def test_a_token_command_is_bounded_and_shows_nothing(
    script: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(tmp_path, user=USER, token_command=["sh", "-c", script], timeout=1)
    start = time.monotonic()
    with pytest.raises(Refusal) as caught:
        read_secret(settings, config_of(tmp_path))
    assert time.monotonic() - start < 5
    assert "s3cret" not in f"{caught.value.problem!r}{capfd.readouterr()}"


@pytest.mark.parametrize(
    "address", ["a%other@example.org", "other!a@example.org", "|run@example.org", "a/b@example.org"]
)
def test_an_address_that_is_routed_on_is_refused(address: str) -> None:
    with pytest.raises(Refusal):
        checked_address(address)


def test_a_mail_names_no_user_and_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "USERNAME", "LNAME"):
        monkeypatch.setenv(name, "loginname")
    assert getpass.getuser() == "loginname"
    envelope = Envelope("reports@example.org", ("anna@example.org",))
    data = outgoing_bytes(small_report(), envelope, None, "<1@example.org>", datetime.now(UTC))
    for name in ("loginname", platform.node(), str(Path.home()), os.getcwd()):  # noqa: PTH109
        assert len(name) < 6 or name.encode() not in data
