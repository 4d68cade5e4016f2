"""Mails for tests: a configuration written as a person writes it, read as the command reads it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from tests.report.reports import report_of_sample
from tests.report.smtp import HOST, Server, authority_file
from workbook.report.mail.recipients import envelope_of
from workbook.report.mail.send import Consent, Mail, Outcome, send
from workbook.report.mail.settings import Config, MailSettings, read_settings
from workbook.report.message import RenderedReport

ALL = ("anna@example.org", "ben@example.org", "cleo@example.org")
AGREED = Consent(is_confirmed=True)
TIMEOUT_S = 0.4
"""For servers that hang; what a test then waits."""


def toml(**keys: object) -> str:
    """Return a configuration; its values are texts, numbers and lists, which JSON writes as TOML does."""
    return "[mail]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items())


def basics(folder: Path, server: Server | None = None, security: str = "none") -> dict[str, object]:
    """Return the keys of a configuration for a server of these tests."""
    keys: dict[str, object] = {"host": "127.0.0.1" if security == "none" else HOST, "security": security}
    if server:
        keys["port"] = server.port
    if security != "none":
        keys["ca_file"] = str(authority_file(folder))
    return keys | {
        "sender": "reports@example.org",
        "to": list(ALL[:1]),
        "cc": list(ALL[1:2]),
        "bcc": list(ALL[2:]),
        "ledger": str(folder / "state" / "ledger.jsonl"),
    }


def settings_of(folder: Path, **keys: object) -> MailSettings:
    """Read a configuration with these keys beside the basic ones; None takes one out."""
    config = config_of(folder, **{**basics(folder), **keys})
    settings, problems = read_settings(config)
    assert settings is not None, problems
    return settings


def config_of(folder: Path, **keys: object) -> Config:
    """Write a configuration."""
    path = folder / "mail.toml"
    path.write_text(toml(**{key: value for key, value in keys.items() if value is not None}), encoding="utf-8")
    return Config(path)


@cache
def small_report() -> RenderedReport:
    """Return a report without its pictures, which are long to encode."""
    rendered = report_of_sample("erlmcp")
    return replace(rendered, report=replace(rendered.report, pictures=()))


def mail_to(
    server: Server, folder: Path, security: str = "none", rendered: RenderedReport | None = None, **keys: object
) -> Mail:
    """Return a mail for a server."""
    config = config_of(folder, **{**basics(folder, server, security), **keys})
    settings, problems = read_settings(config)
    assert settings is not None, problems
    return Mail(rendered or small_report(), envelope_of(settings), settings, config)


def sent(mail: Mail, consent: Consent = AGREED) -> Outcome:
    """Send it, and say nothing."""
    return send(mail, consent, lambda _: None)
