"""The configuration of the mail: what it says, what it must not say, where secrets come from, who is allowed."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import traceback
from email import message_from_bytes
from email.policy import compat32, default
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from tests.conftest import exit_code_of
from tests.report.mails import ALL, config_of, settings_of
from tests.report.reports import report_of_sample
from tests.report.test_message import HOSTILE, titled
from workbook.problems import Problem, Refusal
from workbook.report.mail.ledger import DeliveryState, LedgerEntry, append, attempts, is_known, ledger_path, read_ledger
from workbook.report.mail.outgoing import ALLOWED_HEADERS, check_bytes, message_id, outgoing_bytes, report_key
from workbook.report.mail.recipients import Envelope, envelope_of, recipient_problem
from workbook.report.mail.secrets import Secret, read_secret
from workbook.report.mail.settings import Config, find_config, read_settings
from workbook.report.message import subject_of

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
RIGHT: dict[str, object] = {"host": "smtp.example.org", "sender": "reports@example.org", "to": ["anna@example.org"]}
ENVELOPE = Envelope("reports@example.org", ("anna@example.org",), ("ben@example.org",), ("cleo@example.org",))


def problems_of(folder: Path, **keys: object) -> list[Problem]:
    settings, problems = read_settings(config_of(folder, **{**RIGHT, **keys}))
    assert (settings is None) == bool(problems)
    return list(problems)


def refusal_of(call: object, *arguments: object) -> Refusal:
    assert callable(call)
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    return caught.value


# Where it lies


def test_configurations_are_found_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "own"))
    workbook = tmp_path / "plan.xlsx"
    refusal = refusal_of(find_config, None, workbook)
    assert (refusal.problem.code, exit_code_of(refusal)) == ("WB720", 2)
    own = tmp_path / "own" / "workbook" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text("")
    assert find_config(None, workbook) == Config(own)
    beside = tmp_path / "workbook.toml"
    beside.write_text("")
    assert find_config(None, workbook) == Config(beside, is_beside=True)
    assert find_config(tmp_path / "given.toml", workbook) == Config(tmp_path / "given.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), (b"[mail\n", "line 1"), (b"\xff\xfe", "UTF-8"), (b"x" * 200_000, "200,000 bytes")],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "mail.toml"
    if content is not None:
        path.write_bytes(content)
    refusal = refusal_of(read_settings, Config(path))
    assert (refusal.problem.code, exit_code_of(refusal)) == ("WB721", 2)
    assert words in refusal.problem.seen


@POSIX
def test_a_file_that_everybody_may_write(tmp_path: Path) -> None:
    config = config_of(tmp_path, **RIGHT)
    config.path.chmod(0o666)
    assert "everybody may write" in refusal_of(read_settings, config).problem.seen


# What it says


def test_a_right_configuration(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, host="smtp.example.org", security="tls")
    assert (settings.server, settings.timeout, settings.secret_key) == ("smtp.example.org:465", 30, "")
    settings = settings_of(tmp_path, host="::1", security="none", timeout=5)
    assert (settings.server, settings.timeout) == ("[::1]:25", 5)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("host", None), ("host", ""), ("host", "smtp example"), ("host", "smtp.example.org:25"), ("host", "a" * 64),
        ("host", "a\nb"), ("port", 0), ("port", 65536), ("port", "587"), ("port", True), ("security", "ssl"),
        ("security", "none"), ("sender", None), ("sender", "Anna <anna@example.org>"), ("reply_to", "a@b"),
        ("to", "anna@example.org"), ("to", ["a@example.org, b@example.org"]), ("cc", ["a@example.org\r\nBcc: b@x.org"]),
        ("bcc", [7]), ("allow", ["example.org"]), ("allow", ["@"]), ("allow", ["*"]), ("timeout", 0),
        ("timeout", 601), ("timeout", "soon"), ("user", "a\nb"), ("user", "anna"), ("password_keyring", "mail"),
        ("token_command", []), ("token_command", "get-token"), ("ledger", ""), ("ca_file", ""),
    ],
)  # fmt: skip
def test_wrong_values_are_told(tmp_path: Path, key: str, value: object) -> None:
    (problem,) = problems_of(tmp_path, **{key: value})
    told = "user" if key == "password_keyring" and value else key
    assert problem.code == "WB723"
    assert str(problem.where).endswith(f"mail.toml: mail.{told}")
    assert problem.expected


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    found = problems_of(tmp_path, host="a b", port=0, securty="tls", password="x")
    assert sorted(problem.code for problem in found) == ["WB722", "WB723", "WB723", "WB724"]
    (near,) = [problem for problem in found if problem.code == "WB722"]
    assert near.remedy == "did you mean security?"


def test_other_sections_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    path.write_text("sender = 'a'\n[mial]\n[smtp]\npassword = 'x'\n")
    settings, problems = read_settings(Config(path))
    assert settings is None
    assert [problem.code for problem in problems][:3] == ["WB722", "WB722", "WB722"]
    path.write_text("mail = 7\n")
    assert [problem.code for problem in read_settings(Config(path))[1]] == ["WB723"]


def test_two_places_of_a_secret(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, user="a", password_env="A", password_file="b")
    assert (problem.code, problem.seen) == ("WB723", "password_file, password_env")


def test_a_ledger_beside_the_workbook_is_not_trusted(tmp_path: Path) -> None:
    config = config_of(tmp_path, **RIGHT, ledger="ledger.jsonl")
    assert read_settings(config)[0] is not None
    settings, (problem,) = read_settings(replace(config, is_beside=True))
    assert settings is None
    assert str(problem.where).endswith("mail.ledger")


@pytest.mark.parametrize("key", ["password", "Password", "smtp_pass", "token", "client_secret", "pwd", "api_key"])
def test_a_secret_in_the_configuration_is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    (problem,) = problems_of(tmp_path, **{key: "hunter2"})
    assert problem.code == "WB724"
    assert "hunter2" not in str(problem)
    assert "password_keyring" in problem.remedy


@pytest.mark.parametrize("key", ["password_env", "password_file", "password_keyring", "token_command"])
def test_a_secret_in_a_wrong_place_is_not_shown(tmp_path: Path, key: str) -> None:
    for value in ("hunter2!\n", ["hunter2!\n"], ["hunter2!", 7]):
        found = problems_of(tmp_path, user="anna", **{key: value})
        assert "hunter2" not in str(found)


# Secrets


def secret_by(folder: Path, **keys: object) -> str:
    settings = settings_of(folder, user="anna", **keys)
    secret = read_secret(settings, Config(folder / "mail.toml"))
    assert secret is not None
    return secret.text


def no_secret(folder: Path, **keys: object) -> Problem:
    refusal = refusal_of(read_secret, settings_of(folder, user="anna", **keys), Config(folder / "mail.toml"))
    assert (refusal.problem.code, exit_code_of(refusal)) == ("WB725", 2)
    return refusal.problem


def test_a_secret_shows_in_no_repr_and_no_traceback() -> None:
    secret = Secret("hunter2")
    try:
        raise ValueError(secret)
    except ValueError as error:
        told = "".join(traceback.format_exception(error))
    assert "hunter2" not in f"{secret!r} {secret} {secret.is_token} {told}"


def test_a_secret_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    assert secret_by(tmp_path, password_env="MAIL_PASSWORD") == "hunter2"
    monkeypatch.delenv("MAIL_PASSWORD")
    assert "MAIL_PASSWORD" in no_secret(tmp_path, password_env="MAIL_PASSWORD").seen


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hunter2\n")
    path.chmod(0o600)
    assert secret_by(tmp_path, password_file="secret") == "hunter2"
    assert secret_by(tmp_path, password_file=str(path)) == "hunter2"
    for content in ("", "\n", "a\nb\n"):
        path.write_text(content)
        assert "lines" in no_secret(tmp_path, password_file="secret").seen
    path.write_bytes(b"\xff")
    assert "UTF-8" in no_secret(tmp_path, password_file="secret").seen
    assert "No such file" in no_secret(tmp_path, password_file="none").seen
    assert "no small file" in no_secret(tmp_path, password_file=".").seen


@POSIX
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666])
def test_a_secret_that_everybody_may_read(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_text("hunter2\n")
    path.chmod(mode)
    problem = no_secret(tmp_path, password_file="secret")
    assert "others may read" in problem.seen
    assert "chmod 600" in problem.remedy


def test_a_secret_from_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = ModuleType("keyring")
    keyring.get_password = lambda service, user: {("mail", "anna"): "hunter2"}.get((service, user))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert secret_by(tmp_path, password_keyring="mail") == "hunter2"
    assert no_secret(tmp_path, password_keyring="post").remedy == "run: keyring set post anna"

    def locked(_service: str, _user: str) -> str:
        raise RuntimeError("locked: hunter2")

    keyring.get_password = locked  # type: ignore[attr-defined]
    assert no_secret(tmp_path, password_keyring="mail").seen == "a keyring that does not answer (RuntimeError)"
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install keyring" in no_secret(tmp_path, password_keyring="mail").remedy


def command(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_token_from_a_command(tmp_path: Path) -> None:
    assert secret_by(tmp_path, token_command=command("print('ya29.abc')")) == "ya29.abc"
    settings = settings_of(tmp_path, user="anna", token_command=command("print('$HOME')"))
    assert read_secret(settings, Config(tmp_path / "mail.toml")) == Secret("$HOME", is_token=True)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('hunter2'); raise SystemExit(3)", "ended with code 3"),
        ("print('two hunter2')", "printed something else"),
        ("print('')", "printed something else"),
        ("print('hunter2\\x01auth')", "printed something else"),
        ("print('hunter2ä')", "printed something else"),
        ("import time; print('hunter2', flush=True); time.sleep(60)", "without an end after"),
    ],
)
def test_a_command_that_gives_no_token(tmp_path: Path, code: str, words: str) -> None:
    problem = no_secret(tmp_path, token_command=command(code), timeout=0.5 if "sleep" in code else 30)
    assert words in problem.seen
    assert "hunter2" not in str(problem)


def test_a_command_that_is_not_there_and_no_shell(tmp_path: Path) -> None:
    problem = no_secret(tmp_path, token_command=[f"echo hunter2 > {tmp_path / 'made'}"])
    assert "No such file" in problem.seen
    assert not (tmp_path / "made").exists()


def test_no_secret_where_none_is_asked_for(tmp_path: Path) -> None:
    assert read_secret(settings_of(tmp_path), Config(tmp_path / "mail.toml")) is None


# Recipients


def test_recipients_of_the_configuration(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert envelope_of(settings).everyone == ALL
    assert recipient_problem(settings, envelope_of(settings), "mail.toml") is None


def test_an_address_goes_into_one_list_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, to=["a@example.org", "A@example.org"], cc=["a@Example.org"], bcc=["b@example.org"])
    assert envelope_of(settings) == Envelope("reports@example.org", ("a@example.org",), (), ("b@example.org",))


def test_given_recipients_only_narrow(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    envelope = envelope_of(settings, [ALL[2]], [ALL[0]])
    assert (envelope.to, envelope.cc, envelope.bcc) == ((ALL[2],), (ALL[0],), ())
    assert recipient_problem(settings, envelope, "mail.toml") is None
    problem = recipient_problem(settings, envelope_of(settings, ["eve@example.org", ALL[0]]), "mail.toml")
    assert problem is not None
    assert (problem.code, problem.seen) == ("WB726", "eve@example.org")


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("x@example.org", True),
        ("X@EXAMPLE.ORG", True),
        ("x@sub.example.org", False),
        ("x@notexample.org", False),
        ("x@example.org.evil.org", False),
        ("eve@evil.org", False),
        ("Mia@friend.org", True),
        ("mia2@friend.org", False),
    ],
)
def test_the_list_of_the_allowed(tmp_path: Path, address: str, is_allowed: bool) -> None:
    settings = settings_of(tmp_path, allow=["@Example.org", "mia@friend.org"])
    assert (recipient_problem(settings, envelope_of(settings, [address]), "mail.toml") is None) == is_allowed


def test_configured_recipients_must_be_allowed_too(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, allow=[ALL[0]])
    problem = recipient_problem(settings, envelope_of(settings), "mail.toml")
    assert problem is not None
    assert problem.seen == f"{ALL[1]}, {ALL[2]}"


def test_no_recipient_at_all(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, to=None, cc=None, bcc=None)
    problem = recipient_problem(settings, envelope_of(settings), "mail.toml")
    assert problem is not None
    assert problem.message == "the mail has no recipient"


@pytest.mark.parametrize("address", ["Anna <anna@example.org>", "anna@example.org\r\nBcc: x@y.org", "ä@example.org"])
def test_given_recipients_are_plain(tmp_path: Path, address: str) -> None:
    assert refusal_of(envelope_of, settings_of(tmp_path), [address]).problem.code == "WB704"


# The bytes


@pytest.mark.whole
@pytest.mark.parametrize("name", [*HOSTILE, "=?utf-8?q?a=0ABcc=3A_evil=40x.org?= " * 20, "a" * 5000, "ß=?x" * 90])
def test_no_name_changes_what_is_sent(name: str) -> None:
    rendered = titled(name)
    data = make(rendered)
    for policy in (default, compat32):
        read = message_from_bytes(data, policy=policy)
        assert {header.lower() for header in read} <= ALLOWED_HEADERS
        assert (str(read["To"]), str(read["Cc"]), read["Bcc"]) == ("anna@example.org", "ben@example.org", None)


def make(rendered: object) -> bytes:
    from datetime import UTC, datetime  # noqa: PLC0415 - one function's business

    return outgoing_bytes(rendered, ENVELOPE, None, "<a@example.org>", datetime(2026, 11, 2, tzinfo=UTC))  # type: ignore[arg-type]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"To: anna@example.org\r\n", b"To: anna@example.org, eve@example.org\r\n"),
        (b"To: anna@example.org\r\n", b"To: eve <anna@example.org>\r\n"),
        (b"Cc: ben@example.org\r\n", b""),
        (b"Cc: ben@example.org\r\n", b"Cc: ben@example.org\r\nBcc: eve@example.org\r\n"),
        (b"Cc: ben@example.org\r\n", b"Cc: ben@example.org\r\nTo: eve@example.org\r\n"),
        (b"Cc: ben@example.org\r\n", b"Cc: ben@example.org\r\nX-Mine: 1\r\n"),
        (b"From: reports@", b"From: eve@"),
        (b"Subject: ", b"Subject: Re: "),
        (b"\r\n\r\n", b"\r\n\r\n\n"),
        (b"\r\n\r\n", b"\r\n\r\n\r"),
        (b"\r\n\r\n", b"\r\n\r\n\xff"),
        (b"\r\n\r\n", b"\r\n\r\n" + b"x" * 999 + b"\r\n"),
    ],
)
def test_bytes_that_differ_are_refused(old: bytes, new: bytes) -> None:
    rendered = report_of_sample("erlmcp")
    data, subject = make(rendered), subject_of(rendered.report)
    check_bytes(data, ENVELOPE, subject)
    assert old in data
    refusal = refusal_of(check_bytes, data.replace(old, new, 1), ENVELOPE, subject)
    assert (refusal.problem.code, exit_code_of(refusal)) == ("WB713", 2)
    assert refusal.problem.seen.isprintable()


@pytest.mark.whole
def test_the_key_is_that_of_the_report() -> None:
    rendered = report_of_sample("erlmcp")
    key = report_key(rendered, ENVELOPE)
    assert re.fullmatch("[0-9a-f]{64}", key)
    moved = Envelope("x@example.org", ("CLEO@example.org", "anna@example.org", "ben@example.org"))
    assert report_key(rendered, moved) == key
    assert report_key(rendered, replace(ENVELOPE, bcc=())) != key
    for change in ({"run_id": "0"}, {"period": "0"}):
        other = replace(rendered, report=replace(rendered.report, **change))
        assert report_key(other, ENVELOPE) != key
    assert message_id(key, "a@example.org", 1) == f"<{key[:32]}@example.org>"
    assert message_id(key, "a@example.org", 3) == f"<{key[:32]}.3@example.org>"


# The ledger


def entry(state: DeliveryState, key: str = "k", recipients: tuple[str, ...] = ALL) -> LedgerEntry:
    return LedgerEntry("2026-11-02T09:14:00+01:00", key, state, recipients, "route", "<id>", "run")


def test_entries_come_back(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    assert read_ledger(path) == ()
    entries = (entry(DeliveryState.SENDING), replace(entry(DeliveryState.PARTLY), refused=(ALL[0],)))
    for one in entries:
        append(path, one)
    assert read_ledger(path) == entries
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("left", [b'{"time"', b"\xc3", b"x"])
def test_a_line_that_was_not_finished_is_dropped(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    append(path, entry(DeliveryState.SENDING))
    path.write_bytes(path.read_bytes() + left)
    assert read_ledger(path) == (entry(DeliveryState.SENDING),)
    append(path, entry(DeliveryState.SENT))
    assert read_ledger(path) == (entry(DeliveryState.SENDING), entry(DeliveryState.SENT))


@pytest.mark.parametrize("line", ["x", "{}", "[]", '{"state": "gone"}', json.dumps({"time": "then"})])
def test_a_damaged_ledger_sends_nothing(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ledger.jsonl"
    append(path, entry(DeliveryState.SENT))
    path.write_text(path.read_text() + line + "\n")
    refusal = refusal_of(read_ledger, path)
    assert (refusal.problem.code, exit_code_of(refusal)) == ("WB729", 2)
    assert "line 2" in refusal.problem.seen


def test_attempts_are_those_that_may_have_arrived() -> None:
    sending, refused, sent = entry(DeliveryState.SENDING), entry(DeliveryState.REFUSED), entry(DeliveryState.SENT)
    assert attempts((), "k") == 0
    assert attempts((sending, refused), "k") == 0
    assert attempts((sending, refused, sending, sent, sending), "k") == 2
    assert attempts((sending,), "other") == 0


def test_a_list_is_known_by_what_was_sent() -> None:
    names = frozenset(ALL)
    assert is_known((entry(DeliveryState.SENT),), names, "route")
    assert is_known((entry(DeliveryState.PARTLY),), frozenset(ALL[:1]), "route")
    assert not is_known((entry(DeliveryState.SENT),), names, "other")
    assert not is_known((entry(DeliveryState.SENT),), names | {"dora@example.org"}, "route")
    assert not is_known(
        (entry(DeliveryState.SENDING), entry(DeliveryState.UNKNOWN), entry(DeliveryState.REFUSED)), names, "route"
    )
    halves = (entry(DeliveryState.SENT, recipients=ALL[:1]), entry(DeliveryState.SENT, recipients=ALL[1:]))
    assert not is_known(halves, names, "route")


def test_the_ledger_is_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert os.path.commonpath([ledger_path(), tmp_path]) == str(tmp_path)
