"""Sending to a real server: encryption, logins, refusals, hangs and drops, and what the server gets."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
import sys
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.conftest import exit_code_of
from tests.report.mails import AGREED, ALL, TIMEOUT_S, mail_to, sent
from tests.report.reports import DATA, report_of_sample
from tests.report.smtp import PASSWORD, TOKEN, USER, Behaviour, Server, mail_server
from workbook.problems import Problem, Refusal
from workbook.report.mail.connection import tls_context
from workbook.report.mail.ledger import DeliveryState, read_ledger
from workbook.report.mail.send import Consent, Mail

pytestmark = pytest.mark.slow

SAID = tuple[str, str]


def refused(mail: Mail, consent: Consent = AGREED) -> tuple[Problem, int]:
    with pytest.raises(Refusal) as caught:
        sent(mail, consent)
    return caught.value.problem, exit_code_of(caught.value)


def states(mail: Mail) -> list[DeliveryState]:
    return [entry.state for entry in read_ledger(mail.ledger)]


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


# What arrives


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mail_arrives(tmp_path: Path, security: str) -> None:
    with mail_server(security=security) as server:
        mail = mail_to(server, tmp_path, security)
        outcome = sent(mail)
    assert (outcome.text, exit_code_of(outcome)) == (f"Sent to 3 of 3: {', '.join(ALL)}", 0)
    (received,) = server.mails
    assert (received.sender, received.recipients) == ("reports@example.org", list(ALL))
    assert server.is_encrypted == [security != "none"]
    assert states(mail) == [DeliveryState.SENDING, DeliveryState.SENT]
    assert server.commands[-1] == "QUIT"


def test_what_arrives_is_what_was_meant(tmp_path: Path) -> None:
    with mail_server() as server:
        mail = mail_to(server, tmp_path, rendered=report_of_sample("erlmcp"), reply_to="owner@example.org")
        sent(mail)
    message = read(server.mails[0].data)
    headers = {name: str(value) for name, value in message.items() if not name.startswith(("MIME", "Content"))}
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", headers.pop("Date"))
    assert headers == {
        "Subject": mail.rendered.report.subject,
        "From": "reports@example.org",
        "To": "anna@example.org",
        "Cc": "ben@example.org",
        "Reply-To": "owner@example.org",
        "Message-ID": f"<{mail.key[:32]}@example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    assert b"cleo@example.org" not in server.mails[0].data
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == mail.rendered.text
    assert page.get_content().replace("\r\n", "\n") == mail.rendered.page
    for figure in mail.rendered.report.figures:
        assert figure.value in text.get_content()
        assert figure.value in page.get_content()
    assert [part.get_content() for part in message.walk() if part.get_content_type() == "image/png"] == [
        picture.png for picture in mail.rendered.report.pictures
    ]
    (file,) = message.iter_attachments()
    assert hashlib.sha256(file.get_content()).digest() == hashlib.sha256(DATA).digest()


def test_lines_that_begin_with_a_dot_arrive(tmp_path: Path) -> None:
    from msgspec.structs import replace  # noqa: PLC0415 - one test's business

    text = "first\n.\n..two\n.three\n"
    rendered = replace(report_of_sample("erlmcp"), text=text)
    with mail_server() as server:
        sent(mail_to(server, tmp_path, rendered=rendered))
    body = read(server.mails[0].data).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == text


def test_nothing_of_this_machine_is_told(tmp_path: Path) -> None:
    with mail_server() as server:
        sent(mail_to(server, tmp_path))
    assert server.greetings == ["[127.0.0.1]"]


# Encryption


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("certificate", "words"),
    [("expired", "has expired"), ("elsewhere", "is that of another server"), ("unknown", "does not know")],
)
def test_a_wrong_certificate_is_told_plainly(tmp_path: Path, security: str, certificate: str, words: str) -> None:
    with mail_server(security=security, certificate=certificate) as server:
        mail = mail_to(server, tmp_path, security)
        problem, code = refused(mail)
    assert (problem.code, code) == ("WB731", 6)
    assert words in problem.message
    assert (server.mails, states(mail)) == ([], [])


def test_a_server_without_encryption_gets_nothing(tmp_path: Path) -> None:
    with mail_server() as server:
        mail = mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MAIL_PASSWORD", PASSWORD)
            problem, code = refused(mail)
    assert (problem.code, code) == ("WB732", 6)
    assert server.logins == []
    assert "AUTH" not in server.commands


def test_an_answer_that_strips_the_offer_is_no_way_round(tmp_path: Path) -> None:
    with mail_server(Behaviour(without=("STARTTLS",)), "starttls") as server:
        problem, _ = refused(mail_to(server, tmp_path, "starttls"))
    assert problem.code == "WB732"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_encryption_is_refused(tmp_path: Path) -> None:
    with mail_server(security="tls", certificate="old") as server:
        problem, code = refused(mail_to(server, tmp_path, "tls"))
    assert code == 6
    assert problem.code in ("WB732", "WB730")  # some systems reset the connection before the reason is read
    assert server.mails == []
    assert tls_context(None).minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_wrong_kind_of_encryption_is_told(tmp_path: Path) -> None:
    with mail_server() as server:
        problem, _ = refused(mail_to(server, tmp_path, "tls"))
    assert problem.code == "WB732"
    with mail_server(security="tls") as server:
        problem, _ = refused(mail_to(server, tmp_path, "starttls", timeout=TIMEOUT_S))
    assert problem.code == "WB730"


# Logins


@pytest.mark.parametrize("without", [(), ("PLAIN",)])
def test_a_password_logs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...]) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with mail_server(Behaviour(has_login=True, without=without), "starttls") as server:
        outcome = sent(mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD"))
    assert exit_code_of(outcome) == 0
    assert [way for way, _, _ in server.logins] == ["LOGIN" if without else "PLAIN"]


def test_a_wrong_password_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "wr0ng word")
    with mail_server(Behaviour(has_login=True), "starttls") as server:
        problem, code = refused(mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD"))
    assert (problem.code, code, len(server.logins)) == ("WB733", 6, 1)
    assert problem.seen.startswith("535 5.7.8")


@pytest.mark.parametrize(("token", "exit_code"), [(TOKEN, 0), ("t0ken.expired", 6)])
def test_a_token_logs_in(tmp_path: Path, token: str, exit_code: int) -> None:
    command = [sys.executable, "-c", f"print({token!r})"]
    with mail_server(Behaviour(has_login=True), "starttls") as server:
        mail = mail_to(server, tmp_path, "starttls", user=USER, token_command=command)
        if exit_code:
            problem, code = refused(mail)
            assert (problem.code, code) == ("WB733", 6)
            assert problem.seen.startswith("535")
            assert token not in str(problem)
        else:
            assert exit_code_of(sent(mail)) == 0
    assert [way for way, _, _ in server.logins] == ["XOAUTH2"]


@pytest.mark.parametrize("without", ["PLAIN LOGIN", "AUTH"])
def test_a_server_without_a_fitting_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    words = tuple(without.split())
    with mail_server(Behaviour(without=words), "starttls") as server:
        problem, _ = refused(mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD"))
    assert problem.code == "WB733"
    assert "only" in problem.seen
    assert server.logins == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled", "token_command"),
        ("550 5.7.30 Basic authentication is not supported for Client Submission", "switched password logins off"),
    ],
)
def test_the_end_of_passwords_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, words: str
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with mail_server(Behaviour({"AUTH": answer}, has_login=True), "starttls") as server:
        problem, _ = refused(mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD"))
    assert problem.seen == answer
    assert words in problem.remedy


@pytest.mark.parametrize(
    "form", ["hush-hush", base64.b64encode(b"hush-hush").decode(), base64.b64encode(b"\0a@b.org\0hush-hush").decode()]
)
def test_a_server_that_repeats_the_secret_does_not_get_it_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hush-hush")
    with mail_server(
        Behaviour({"AUTH": f"535 no: {form} \x1b[31m, Authentication"}, has_login=True), "starttls"
    ) as server:
        problem, _ = refused(mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD"))
    assert problem.seen == "535 no: … [31m, Authentication"


# Refusals


def test_one_of_three_is_refused(tmp_path: Path) -> None:
    with mail_server(Behaviour(refused={ALL[1]: "550 5.1.1 no such user\x07 here"})) as server:
        mail = mail_to(server, tmp_path)
        outcome = sent(mail)
        assert exit_code_of(outcome) == 6
        assert outcome.text == f"Sent to 2 of 3: {ALL[0]}, {ALL[2]}; refused: {ALL[1]}"
        assert [(one.code, one.seen) for one in outcome.problems] == [("WB736", "550 5.1.1 no such user here")]
        assert states(mail) == [DeliveryState.SENDING, DeliveryState.PARTLY]
        again = sent(mail)
        assert (exit_code_of(again), again.problems[0].code) == (6, "WB728")
        assert f"--to {ALL[1]}" in again.problems[0].remedy
    assert len(server.mails) == 1


def test_all_are_refused(tmp_path: Path) -> None:
    with mail_server(Behaviour(refused=dict.fromkeys(ALL, "550 5.7.1 relaying denied"))) as server:
        mail = mail_to(server, tmp_path)
        outcome = sent(mail)
    assert (exit_code_of(outcome), outcome.text) == (6, "Sent to 0 of 3: the mail server refused")
    assert [problem.code for problem in outcome.problems] == ["WB736"] * 3
    assert (server.mails, states(mail), "DATA" in server.commands) == ([], [], False)


@pytest.mark.parametrize("kind", ["451 4.3.0 try later", "554 5.7.1 not you"])
@pytest.mark.parametrize("step", ["MAIL", "DATA", "END"])
def test_the_mail_is_refused(tmp_path: Path, step: str, kind: str) -> None:
    with mail_server(Behaviour({step: kind})) as server:
        mail = mail_to(server, tmp_path)
        if step == "MAIL":
            problem, code = refused(mail)
        else:
            outcome = sent(mail)
            (problem,), code = outcome.problems, exit_code_of(outcome)
    assert (problem.code, code, problem.seen) == ("WB735", 6, kind)
    assert states(mail) == ([] if step == "MAIL" else [DeliveryState.SENDING, DeliveryState.REFUSED])
    with mail_server() as server:  # nobody got it, so that it may be tried again
        assert exit_code_of(sent(mail_to(server, tmp_path))) == 0
    assert str(read(server.mails[0].data)["Message-ID"]) == f"<{mail.key[:32]}@example.org>"


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL"])
def test_a_server_that_closes_is_heard(tmp_path: Path, step: str) -> None:
    with mail_server(Behaviour({step: "421 4.3.2 closing"})) as server:
        problem, code = refused(mail_to(server, tmp_path))
    assert (problem.code, code) == ("WB730", 6)
    assert "421 4.3.2 closing" in problem.seen


def test_a_mail_that_is_too_large_is_not_begun(tmp_path: Path) -> None:
    with mail_server(Behaviour(size_limit=5000)) as server:
        mail = mail_to(server, tmp_path)
        problem, code = refused(mail)
    assert (problem.code, code, problem.expected) == ("WB734", 6, "at most 5,000 bytes")
    assert "MAIL" not in server.commands
    assert states(mail) == []


# Hangs and drops


@pytest.mark.parametrize("kind", ["hang", "drop"])
@pytest.mark.parametrize("step", ["GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "DATA"])
def test_a_failure_before_the_end_means_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, kind: str
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    patience = TIMEOUT_S if kind == "hang" else 10
    with mail_server(Behaviour({step: kind}, has_login=True), "starttls") as server:
        mail = mail_to(server, tmp_path, "starttls", user=USER, password_env="MAIL_PASSWORD", timeout=patience)
        problem, code = refused(mail)
    assert (problem.code, code) == ("WB730", 6)
    assert "was not sent" in problem.message
    assert problem.seen == ("no answer in time" if kind == "hang" else "the connection was closed")
    assert server.mails == []
    assert states(mail) == ([DeliveryState.SENDING, DeliveryState.REFUSED] if step == "DATA" else [])


@pytest.mark.parametrize("kind", ["hang", "drop", "999 what", "not an answer"])
def test_a_failure_after_the_end_means_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("workbook.report.mail.delivery.PATIENCE", 1)
    with mail_server(Behaviour({"END": kind})) as server:
        mail = mail_to(server, tmp_path, timeout=TIMEOUT_S if kind == "hang" else 10)
        outcome = sent(mail)
    assert (exit_code_of(outcome), outcome.problems[0].code) == (6, "WB737")
    assert outcome.text.startswith("Unknown whether sent to 3 of 3")
    assert states(mail) == [DeliveryState.SENDING, DeliveryState.UNKNOWN]
    with mail_server() as server:
        mail = mail_to(server, tmp_path)
        again = sent(mail)
        assert (exit_code_of(again), again.problems[0].code, server.mails) == (6, "WB737", [])
        assert "--resend" in again.problems[0].remedy
        assert exit_code_of(sent(mail, Consent(is_confirmed=True, is_again=True))) == 0
    assert str(read(server.mails[0].data)["Message-ID"]) == f"<{mail.key[:32]}.2@example.org>"


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = Server(held.getsockname()[1], "good")
        problem, code = refused(mail_to(server, tmp_path))
    assert (problem.code, code, problem.seen) == ("WB730", 6, "nothing listens on that port")


def test_a_good_bye_that_hangs_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.report.mail.connection._PARTING_S", 0.1)
    with mail_server(Behaviour({"QUIT": "hang"})) as server:
        assert exit_code_of(sent(mail_to(server, tmp_path))) == 0


# Once


def test_the_same_report_is_not_sent_twice(tmp_path: Path) -> None:
    with mail_server() as server:
        mail = mail_to(server, tmp_path)
        sent(mail)
        again = sent(mail)
        assert (exit_code_of(again), again.problems[0].code) == (0, "WB728")
        assert re.fullmatch(rf"Nothing sent: already sent \d{{4}}-\d\d-\d\d \d\d:\d\d to {', '.join(ALL)}", again.text)
        assert len(server.mails) == 1
        sent(mail, Consent(is_again=True))
    ids = [str(read(received.data)["Message-ID"]) for received in server.mails]
    assert ids == [f"<{mail.key[:32]}@example.org>", f"<{mail.key[:32]}.2@example.org>"]


def test_two_runs_at_once_send_one_mail(tmp_path: Path) -> None:
    outcomes: list[str] = []
    with mail_server() as server:
        mail = mail_to(server, tmp_path)
        threads = [threading.Thread(target=lambda: outcomes.append(sent(mail).text[:6])) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert sorted(outcomes) == ["Nothin", "Nothin", "Nothin", "Sent t"]
    assert len(server.mails) == 1


def test_what_a_killed_run_left_is_unknown(tmp_path: Path) -> None:
    with mail_server() as server:
        mail = mail_to(server, tmp_path)
        sent(mail)
        lines = mail.ledger.read_bytes().splitlines(keepends=True)
        mail.ledger.write_bytes(lines[0])
        again = sent(mail)
    assert (exit_code_of(again), again.problems[0].code, len(server.mails)) == (6, "WB737", 1)


def test_a_ledger_that_cannot_be_written_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    with mail_server() as server:
        mail = mail_to(server, tmp_path)
        monkeypatch.setattr("workbook.report.mail.ledger.flush", full)
        problem, code = refused(mail)
    assert (problem.code, code, problem.seen) == ("WB729", 6, "No space left on device")
    assert (server.mails, "DATA" in server.commands) == ([], False)


def test_a_result_that_cannot_be_written_down_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as server:
        mail = mail_to(server, tmp_path)

        def full(file: BinaryIO) -> None:
            if server.mails:
                raise OSError(28, "No space left on device")
            file.flush()

        monkeypatch.setattr("workbook.report.mail.ledger.flush", full)
        outcome = sent(mail)
    assert (exit_code_of(outcome), outcome.text[:11]) == (0, "Sent to 3 o")
    assert [(problem.code, problem.severity) for problem in outcome.problems] == [("WB729", "warning")]


@pytest.mark.slow
def test_a_run_that_is_ended_in_the_middle_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    with mail_server() as server:
        mail = mail_to(server, tmp_path)
        monkeypatch.setattr("workbook.report.mail.delivery._hand_over", ended)
        with pytest.raises(KeyboardInterrupt):
            sent(mail)
        assert states(mail) == [DeliveryState.SENDING]
        monkeypatch.undo()
        assert sent(mail).problems[0].code == "WB737"
    assert server.mails == []


def test_new_recipients_and_servers_need_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with mail_server() as server:
        problem, code = refused(mail_to(server, tmp_path), Consent())
        assert (problem.code, code, server.commands) == ("WB727", 2, [])
        sent(mail_to(server, tmp_path))
        narrowed = mail_to(server, tmp_path, cc=None, bcc=None)
        assert sent(narrowed, Consent()).text == f"Sent to 1 of 1: {ALL[0]}"
        widened = mail_to(server, tmp_path, bcc=["dora@example.org"])
        assert refused(widened, Consent())[0].code == "WB727"
        # The same recipients by another login, which may have a secret sent elsewhere.
        elsewhere = mail_to(server, tmp_path, to=["ben@example.org"], cc=None, user=USER, password_env="MAIL_PASSWORD")
        problem, _ = refused(elsewhere, Consent())
        assert "password from the environment, MAIL_PASSWORD" in problem.seen
    assert len(server.mails) == 2
