"""`workbook report --send` and `--dry-run`: what is printed where, exit codes, what is written, what stays secret."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, plan_file, planned_base, run
from tests.report.mails import ALL, basics, toml
from tests.report.smtp import PASSWORD, USER, Behaviour, Server, mail_server
from tests.workbooks import replaced, valid_workbook
from workbook.report import make

pytestmark = pytest.mark.slow


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a planned workbook, in a home without configurations; charts are another file's business."""
    monkeypatch.setattr(make, "charts_of", lambda *_: ())
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    path = tmp_path / "books" / "plan.xlsx"
    path.parent.mkdir()
    path.write_bytes(planned_base())
    return path


def configured(planned: Path, **keys: object) -> Path:
    """Write `workbook.toml` beside the workbook; None takes a key out."""
    path = planned.with_name("workbook.toml")
    kept = ("sender", "to", "cc", "bcc")
    given = {key: value for key, value in basics(planned.parent).items() if key in kept}
    given |= {"host": "smtp.example.org", **keys}
    path.write_text(toml(**{key: value for key, value in given.items() if value is not None}), encoding="utf-8")
    return path


def with_login(planned: Path, server: Server) -> None:
    """Write the configuration of an encrypted server that wants a password."""
    keys = basics(planned.parent, server, "starttls") | {"user": USER, "password_env": "MAIL_PASSWORD", "ledger": None}
    configured(planned, **keys)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_send_says_to_whom_and_writes_nothing(planned: Path) -> None:
    with mail_server() as server:
        configured(planned, host="127.0.0.1", port=server.port, security="none")
        before = files(planned.parent)
        first = run("report", planned, "--send")
        assert (first.exit_code, first.stdout, server.commands) == (2, "", [])
        assert "WB727" in first.stderr
        result = run("report", planned, "--send", "--yes")
        assert result.exit_code == 0, result.output
        assert result.stdout == f"Sent to 3 of 3: {', '.join(ALL)}\n"
        for words in (f"To:       {ALL[0]}", f"Bcc:      {ALL[2]}", "Connecting to 127.0.0.1", "Sending "):
            assert words in result.stderr
        assert files(planned.parent) == before
        again = run("report", planned, "--send")
        assert (again.exit_code, "already sent" in again.stdout, "--resend" in again.stderr) == (0, True, True)
        assert run("report", planned, "--send", "--resend").exit_code == 0
        assert run("-q", "report", planned, "--send", "--resend").stderr == ""
        narrowed = run("report", planned, "--send", "--to", ALL[2])
        assert narrowed.stdout == f"Sent to 1 of 1: {ALL[2]}\n"
    assert [len(mail.recipients) for mail in server.mails] == [3, 3, 3, 1]
    home = planned.parent.parent / "home"
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["ledger.jsonl"]


def test_a_partial_refusal_is_exit_6(planned: Path) -> None:
    with mail_server(Behaviour(refused={ALL[1]: "550 5.1.1 no such user"})) as server:
        configured(planned, host="127.0.0.1", port=server.port, security="none")
        result = run("report", planned, "--send", "--yes")
    assert result.exit_code == 6
    assert result.stdout == f"Sent to 2 of 3: {ALL[0]}, {ALL[2]}; refused: {ALL[1]}\n"
    assert "WB736" in result.stderr
    assert "550 5.1.1 no such user" in result.stderr


def test_what_was_not_sent_is_exit_6(planned: Path) -> None:
    with mail_server(Behaviour({"EHLO": "drop"})) as server:
        configured(planned, host="127.0.0.1", port=server.port, security="none")
        result = run("report", planned, "--send", "--yes")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "the mail was not sent" in result.stderr


def test_the_secret_is_nowhere(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    with mail_server(Behaviour({"AUTH": "535 hunter2 is wrong"}, has_login=True), "starttls") as server:
        with_login(planned, server)
        for options in ((), ("--dry-run",)):
            result = run("--debug", "-v", "report", planned, "--send", "--yes", *options)
            assert "hunter2" not in result.output
            assert "password from the environment, MAIL_PASSWORD" in result.output
    assert result.exit_code == 0
    written = [path for path in planned.parent.parent.rglob("*") if path.is_file()]
    assert planned in written
    assert [path for path in written if b"hunter2" in path.read_bytes()] == []


def test_a_fault_of_ours_does_not_tell_the_secret(planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)

    def fail(_client: object, *_: object) -> None:
        raise ZeroDivisionError("oops")

    with mail_server(Behaviour(has_login=True), "starttls") as server:
        with_login(planned, server)
        monkeypatch.setattr("workbook.report.mail.connection._converse", fail)
        result = run("--debug", "report", planned, "--send", "--yes")
    assert (result.exit_code, PASSWORD in result.output) == (2, False)
    assert "internal error: ZeroDivisionError" in result.stderr


@pytest.mark.parametrize("options", [("--dry-run",), ("--send", "--dry-run")])
def test_a_dry_run_says_everything_and_does_nothing(planned: Path, options: tuple[str, ...], tmp_path: Path) -> None:
    made = tmp_path / "made"
    command = [sys.executable, "-c", f"open({str(made)!r}, 'w')"]
    configured(planned, user=USER, token_command=command, bcc=[ALL[2], "eve@evil.org"], allow=["@example.org"])
    before = files(planned.parent)
    result = run("report", planned, *options)
    assert result.exit_code == 2, result.output  # as --send would end: eve is not on the list
    for line in (
        "From:     reports@example.org",
        f"To:       {ALL[0]}",
        f"Cc:       {ALL[1]}",
        f"Bcc:      {ALL[2]}, eve@evil.org",
        "Subject:  Approve USD ",
        "Attached: Test plan 2026-01 to 2028-01.xlsx (",
        "Server:   smtp.example.org:587, starttls, as reports@example.org with the token from the command ",
    ):
        assert f"\n{line}" in f"\n{result.stdout}"
    assert re.search(r"^Size:     [\d,]+ bytes$", result.stdout, re.MULTILINE)
    assert "WB726" in result.stderr
    assert "eve@evil.org" in result.stderr
    assert "WB727" in result.stderr
    assert not made.exists()
    assert files(planned.parent) == before
    assert not (tmp_path / "home").exists()


def test_a_dry_run_knows_what_was_sent(planned: Path) -> None:
    with mail_server() as server:
        configured(planned, host="127.0.0.1", port=server.port, security="none")
        run("report", planned, "--send", "--yes")
        result = run("report", planned, "--dry-run")
    assert (result.exit_code, "WB728" in result.stderr, "WB727" in result.stderr) == (0, True, False)
    assert len(server.mails) == 1


def test_who_is_not_allowed_is_refused(planned: Path) -> None:
    configured(planned)
    for option in ("--to", "--cc"):
        result = run("report", planned, "--send", "--yes", option, "eve@evil.org")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "WB726" in result.stderr
        assert "the mail must not go to eve@evil.org" in result.stderr


def test_problems_of_the_configuration_are_exit_2(planned: Path) -> None:
    result = run("report", planned, "--send")
    assert (result.exit_code, "WB720" in result.stderr) == (2, True)
    configured(planned, port=0, password="hunter2")
    result = run("report", planned, "--dry-run")
    assert (result.exit_code, "WB723" in result.stderr, "WB724" in result.stderr) == (2, True, True)
    assert "hunter2" not in result.output
    other = planned.with_name("other.toml")
    other.write_text("[mail\n")
    result = run("report", planned, "--send", "--config", other)
    assert (result.exit_code, "WB721" in result.stderr) == (2, True)


def test_options_that_do_not_go_together(planned: Path) -> None:
    for options in (("--yes",), ("--resend",), ("--config", "a.toml"), ("--send", "-o", "folder")):
        result = run("report", planned, *options)
        assert result.exit_code == 2
        assert "--send" in result.stderr
    assert files(planned.parent) == ["plan.xlsx"]


def test_a_hostile_name_reaches_nobody_else(planned: Path) -> None:
    name = "Plan =?utf-8?q?a=0ABcc=3A_evil=40example.org?="
    planned.write_bytes(valid_workbook(**replaced("Settings", "Test plan ", name)))
    plan_file(planned)
    with mail_server() as server:
        configured(planned, host="127.0.0.1", port=server.port, security="none")
        assert run("report", planned, "--send", "--yes").exit_code == 0
    (mail,) = server.mails
    assert mail.recipients == list(ALL)
    head = mail.data.split(b"\r\n\r\n")[0].lower()
    assert b"\nbcc" not in head


def test_what_is_not_sent_does_not_load_a_mailer() -> None:
    code = f"""
import sys
from click.testing import CliRunner
from workbook.cli import main
CliRunner().invoke(main, ["plan", {str(SAMPLES / "erlmcp.xlsx")!r}, "--json"])
print([name for name in ("smtplib", "workbook.cli.sending", "workbook.report.mail") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
