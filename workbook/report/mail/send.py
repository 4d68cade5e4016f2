"""Sends a report once: checks the ledger, reads the secret, talks to the server, records the result (post).

The ledger is held from the first look to the last line, so that two runs never send the same report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from workbook.files.saving.lock import run_lock
from workbook.problems import Code, Problem, Reason, Refusal, Severity
from workbook.report.mail.connection import connected
from workbook.report.mail.delivery import Delivery, deliver
from workbook.report.mail.ledger import (
    DeliveryState,
    LedgerEntry,
    append,
    attempts,
    is_known,
    last_of,
    ledger_path,
    read_ledger,
)
from workbook.report.mail.outgoing import message_id, outgoing_bytes, report_key
from workbook.report.mail.recipients import Envelope
from workbook.report.mail.secrets import read_secret, secret_source
from workbook.report.mail.settings import Config, MailSettings
from workbook.report.message import RenderedReport, size_problems


class Mail(Struct, frozen=True):
    """A rendered report with its envelope, and how it is sent."""

    rendered: RenderedReport
    envelope: Envelope
    settings: MailSettings
    config: Config

    @property
    def key(self) -> str:
        """What makes it the same mail as another one."""
        return report_key(self.rendered, self.envelope)

    @property
    def ledger(self) -> Path:
        """Where it is written down."""
        return self.config.resolve(self.settings.ledger) if self.settings.ledger else ledger_path()

    @property
    def route(self) -> str:
        """Server and login as 16 hexadecimal digits: a secret must not go to a server that nobody has agreed to."""
        settings = self.settings
        login = [settings.user, settings.secret_key, getattr(settings, settings.secret_key or "user")]
        parts = [settings.host.lower(), settings.server, settings.security, settings.ca_file, settings.sender, *login]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


class Outcome(Struct, frozen=True):
    """What came of sending: one line of text, remarks, and why it failed if it did."""

    text: str
    problems: tuple[Problem, ...] = ()
    reason: Reason | None = None


class Consent(Struct, frozen=True):
    """What the user has agreed to: `is_confirmed` by --yes, `is_again` by --resend."""

    is_confirmed: bool = False
    is_again: bool = False


def send(mail: Mail, consent: Consent, on_step: Callable[[str], None]) -> Outcome:
    """Send a mail that was not sent before; `on_step` is called with each step.

    Raises Refusal: usage for something to be agreed to or corrected first, busy where another run is sending, mail
    where nothing was sent.
    """
    _make_folder(mail.ledger)
    with run_lock(mail.ledger):
        entries = read_ledger(mail.ledger)
        if (before := earlier(mail, entries)) and not consent.is_again:
            return before
        if (problem := confirmation(mail, entries)) and not consent.is_confirmed:
            raise Refusal(problem, reason=Reason.USAGE)
        identity = message_id(mail.key, mail.envelope.sender, attempts(entries, mail.key) + 1)
        now = datetime.now().astimezone()
        data = outgoing_bytes(mail.rendered, mail.envelope, mail.settings.reply_to, identity, now)
        remarks = size_problems(data)
        return _sent(mail, data, identity, remarks, on_step)


def draft_bytes(mail: Mail) -> bytes:
    """Return the bytes as they would be sent now."""
    identity = message_id(mail.key, mail.envelope.sender, 1)
    return outgoing_bytes(mail.rendered, mail.envelope, mail.settings.reply_to, identity, datetime.now().astimezone())


def earlier(mail: Mail, entries: Sequence[LedgerEntry]) -> Outcome | None:
    """Return what came of the same mail before; None where nobody can have got it."""
    last = last_of(entries, mail.key)
    if last is None or last.state is DeliveryState.REFUSED:
        return None
    when, everyone = last.moment, ", ".join(last.recipients)
    if last.state is DeliveryState.SENT:
        problem = Problem(
            Code.MAIL_ALREADY_SENT,
            f"this report was sent {when} to {everyone}",
            seen=f"run {last.run}, message {last.message_id}",
            expected="a report that was not sent yet",
            remedy="to send it once more, add --resend",
            severity=Severity.INFO,
        )
        return Outcome(f"Nothing sent: already sent {when} to {everyone}", (problem,))
    if last.state is DeliveryState.PARTLY:
        missing = ", ".join(last.refused)
        problem = Problem(
            Code.MAIL_ALREADY_SENT,
            f"this report was sent {when}, but not to {missing}",
            seen=f"run {last.run}, message {last.message_id}",
            expected="a report that was not sent yet",
            remedy=f"to reach the others, run with {' '.join(f'--to {one}' for one in last.refused)}",
            severity=Severity.WARNING,
        )
        return Outcome(f"Nothing sent: already sent {when}, refused were {missing}", (problem,), Reason.MAIL)
    problem = Problem(
        Code.MAIL_UNKNOWN,
        f"this report may have been sent {when} to {everyone}; whether it arrived is unknown",
        seen=f"run {last.run}, message {last.message_id}, {last.state.value}",
        expected="a report that was not sent yet",
        remedy="ask one of them; to send it once more, add --resend",
    )
    return Outcome("Nothing sent: an earlier try may have arrived", (problem,), Reason.MAIL)


def confirmation(mail: Mail, entries: Sequence[LedgerEntry]) -> Problem | None:
    """Return what must be agreed to first: recipients, or a server and login, that no mail has gone to before."""
    if is_known(entries, mail.envelope.names, mail.route):
        return None
    settings = mail.settings
    login = f" as {settings.user} with the {secret_source(settings)}" if settings.user else ", without a login"
    return Problem(
        Code.MAIL_CONFIRM,
        f"no mail has gone to {', '.join(mail.envelope.everyone)} through this server and login before",
        str(mail.config.path),
        seen=f"the server {settings.server}{login}",
        expected="recipients and a server that you have agreed to once",
        remedy="look at recipients and server; if they are right, add --yes",
    )


def _make_folder(ledger: Path) -> None:
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        problem = Problem(
            Code.MAIL_LEDGER,
            "what is sent cannot be written down",
            str(ledger),
            seen=error.strerror or type(error).__name__,
            expected="a folder that can be made",
            remedy="make the folder, or name another file with ledger in the configuration",
        )
        raise Refusal(problem, reason=Reason.USAGE) from None


def _sent(
    mail: Mail, data: bytes, identity: str, remarks: tuple[Problem, ...], on_step: Callable[[str], None]
) -> Outcome:
    """Send the mail, record it in the ledger, and return what came of it."""
    settings, envelope = mail.settings, mail.envelope
    run = mail.rendered.report.run_id
    entry = LedgerEntry(_now(), mail.key, DeliveryState.SENDING, envelope.everyone, mail.route, identity, run)
    secret = read_secret(settings, mail.config)
    on_step(f"Connecting to {settings.server}")
    begun: list[LedgerEntry] = []

    def begin() -> None:
        append(mail.ledger, replace(entry, time=_now()))
        begun.append(entry)
        on_step(f"Sending {len(data):,} bytes to {len(envelope.everyone)} recipients")

    with connected(settings, mail.config, secret) as client:
        try:
            delivery = deliver(client, settings.server, envelope, data, begin, settings.timeout)
        except Refusal:
            if begun:
                _written_down(mail.ledger, replace(entry, time=_now(), state=DeliveryState.REFUSED))
            raise
        outcome = outcome_of(mail, delivery)
        if begun:
            refused = tuple(address for address, _ in delivery.refused)
            closing = replace(entry, time=_now(), state=delivery.state, refused=refused)
            remarks = (*remarks, *_written_down(mail.ledger, closing))
    return replace(outcome, problems=(*remarks, *outcome.problems))


def _written_down(ledger: Path, entry: LedgerEntry) -> tuple[Problem, ...]:
    """Write the result into the ledger; if that fails now, the mail was sent nevertheless."""
    try:
        append(ledger, entry)
    except Refusal as refusal:
        return (replace(refusal.problem, severity=Severity.WARNING),)
    return ()


def outcome_of(mail: Mail, delivery: Delivery) -> Outcome:
    """Return what became of a mail as text and problems."""
    server, count = mail.settings.server, len(mail.envelope.everyone)
    refused = tuple(_refused_problem(server, address, str(answer), answer.hint) for address, answer in delivery.refused)
    reached = f"{len(delivery.reached)} of {count}"
    match delivery.state:
        case DeliveryState.SENT | DeliveryState.PARTLY:
            text = f"Sent to {reached}: {', '.join(delivery.reached)}"
            if refused:
                text += f"; refused: {', '.join(address for address, _ in delivery.refused)}"
            return Outcome(text, refused, Reason.MAIL if refused else None)
        case DeliveryState.REFUSED:
            if delivery.trouble:
                refused = (*refused, _message_refused(server, delivery.trouble))
            return Outcome(f"Sent to 0 of {count}: the mail server refused", refused, Reason.MAIL)
    problem = Problem(
        Code.MAIL_UNKNOWN,
        "the mail was handed over, but the server did not say whether it took it",
        server,
        seen=delivery.trouble,
        expected="an answer after the end of the message",
        remedy="ask a recipient; nothing is tried again by itself, and --resend sends it once more",
    )
    return Outcome(
        f"Unknown whether sent to {reached}: {', '.join(delivery.reached)}", (*refused, problem), Reason.MAIL
    )


def _refused_problem(server: str, address: str, words: str, hint: str) -> Problem:
    return Problem(
        Code.MAIL_RECIPIENT,
        f"the mail server refuses the recipient {address}",
        server,
        seen=words,
        expected="a recipient that the server takes",
        remedy=hint or "check the address with its owner",
    )


def _message_refused(server: str, words: str) -> Problem:
    return Problem(
        Code.MAIL_REFUSED,
        "the mail server refuses the mail; it was not sent",
        server,
        seen=words,
        expected="a mail that the server takes",
        remedy="its words say why; --no-attach leaves the workbook out",
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
