"""A scene for each problem of sending a report; each gives the problem it provokes."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock, patch

from tests.report.mails import ALL, config_of, settings_of
from tests.report.reports import report_of_sample
from workbook.problems import Problem, Refusal
from workbook.report.mail.connection import _encrypt, _log_in
from workbook.report.mail.delivery import Delivery, _check_size
from workbook.report.mail.ledger import DeliveryState, LedgerEntry, read_ledger
from workbook.report.mail.recipients import envelope_of, recipient_problem
from workbook.report.mail.replies import ServerAnswer, as_not_sent
from workbook.report.mail.secrets import Secret, read_secret
from workbook.report.mail.send import Mail, confirmation, earlier, outcome_of
from workbook.report.mail.settings import Config, MailSettings, find_config, read_settings

Scene = Callable[[Path], Problem]
SERVER = "smtp.example.org:587"


def refused(call: Callable[[], object]) -> Problem:
    """Return the problem with which a call is refused."""
    try:
        call()
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def no_config(folder: Path) -> Problem:
    with patch("workbook.report.mail.settings.own_folder", lambda: folder / "own"):
        return refused(lambda: find_config(None, folder / "plan.xlsx"))


def unreadable(folder: Path) -> Problem:
    (folder / "mail.toml").write_text("[mail]\nhost = smtp.example.org\n")
    return refused(lambda: read_settings(Config(folder / "mail.toml")))


def told(**keys: object) -> Scene:
    """Read a configuration that has one problem."""
    right = {"host": "smtp.example.org", "sender": "reports@example.org", "to": list(ALL), **keys}
    return lambda folder: read_settings(config_of(folder, **right))[1][0]


def no_secret(folder: Path) -> Problem:
    settings = settings_of(folder, user="anna", password_env="WORKBOOK_TEST_NO_SUCH_VARIABLE")
    return refused(lambda: read_secret(settings, Config(folder / "mail.toml")))


def not_allowed(folder: Path) -> Problem:
    settings = settings_of(folder, allow=["@example.org"])
    problem = recipient_problem(settings, envelope_of(settings, ["eve@evil.org"]), "mail.toml")
    assert problem is not None
    return problem


def mail(folder: Path) -> Mail:
    settings = settings_of(folder, host="smtp.example.org", security="starttls")
    return Mail(report_of_sample("erlmcp"), envelope_of(settings), settings, Config(Path("mail.toml")))


def unconfirmed(folder: Path) -> Problem:
    problem = confirmation(mail(folder), ())
    assert problem is not None
    return problem


def before(state: DeliveryState, *refused_ones: str) -> Scene:
    """Look for a mail that was sent before."""

    def scene(folder: Path) -> Problem:
        this = mail(folder)
        time, identity = "2026-11-02T09:14:00+00:00", "<a@example.org>"
        outcome = earlier(
            this, [LedgerEntry(time, this.key, state, ALL, this.route, identity, "0123abcd", refused_ones)]
        )
        assert outcome is not None
        return outcome.problems[0]

    return scene


def damaged_ledger(folder: Path) -> Problem:
    (folder / "ledger.jsonl").write_text("sent to Anna\n")
    return refused(lambda: read_ledger(folder / "ledger.jsonl"))


def failing(error: Exception) -> Scene:
    """Fail with an error of a connection."""

    def fail() -> None:
        with as_not_sent(SERVER):
            raise error

    return lambda _: refused(fail)


def expired() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 10, "certificate has expired"
    return error


def offering(**features: str) -> smtplib.SMTP:
    """Return a connection to a server that offers this."""
    client = smtplib.SMTP()
    client.esmtp_features = features
    return client


def settings_there(folder: Path) -> MailSettings:
    return settings_of(folder, host="smtp.example.org", security="starttls", user="anna", password_env="A")


def login_refused(folder: Path) -> Problem:
    client, settings = offering(auth="PLAIN"), settings_there(folder)
    words = b"5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
    with patch.object(client, "docmd", Mock(return_value=(535, words))):
        return refused(lambda: _log_in(client, settings, Secret("hunter2")))


def outcome(delivery: Delivery) -> Scene:
    return lambda folder: outcome_of(mail(folder), delivery).problems[-1]


REFUSED = ((ALL[1], ServerAnswer(550, "5.1.1 no such user")),)
MAIL_SCENES: dict[str, Scene] = {
    "mail, no configuration": no_config,
    "mail, unreadable configuration": unreadable,
    "mail, unknown key": told(securty="tls"),
    "mail, wrong value": told(port=0),
    "mail, secret in the configuration": told(password="hunter2"),
    "mail, no secret": no_secret,
    "mail, not allowed": not_allowed,
    "mail, to be agreed to": unconfirmed,
    "mail, sent already": before(DeliveryState.SENT),
    "mail, sent in part": before(DeliveryState.PARTLY, ALL[1]),
    "mail, perhaps sent already": before(DeliveryState.SENDING),
    "mail, damaged ledger": damaged_ledger,
    "mail, no connection": failing(ConnectionRefusedError()),
    "mail, certificate": failing(expired()),
    "mail, no encryption": lambda folder: refused(
        lambda: _encrypt(offering(), settings_there(folder), ssl.create_default_context())
    ),
    "mail, login": login_refused,
    "mail, too large": lambda _: refused(lambda: _check_size(offering(size="10000000"), SERVER, bytes(12_345_678))),
    "mail, refused": outcome(Delivery(DeliveryState.REFUSED, (), (), "554 5.6.0 content refused")),
    "mail, recipient": outcome(Delivery(DeliveryState.PARTLY, ALL[:1], REFUSED)),
    "mail, unknown": outcome(Delivery(DeliveryState.UNKNOWN, ALL, (), "no answer in time")),
}
