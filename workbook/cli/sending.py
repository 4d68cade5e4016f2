"""`workbook report --send` and `--dry-run`: what is said before and after a report is sent (roof)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.cli.console import say, tell
from workbook.cli.exit_codes import OF_REASON
from workbook.cli.group import show
from workbook.problems import Problem, Reason, Refusal

if TYPE_CHECKING:
    from workbook.cli.reporting import Options, Recipients
    from workbook.report.mail.send import Mail
    from workbook.report.message import RenderedReport


def check_wishes(options: Options) -> None:
    """Refuse options that do not go together. Raises UsageError (exit code 2)."""
    if is_for_mail(options):
        if options["output"] is not None:
            raise click.UsageError("--send and --dry-run write no files, so that -o says nothing")
        return
    for name, is_given in (
        ("--resend", options["resend"]),
        ("--yes", options["yes"]),
        ("--config", options["config"] is not None),
    ):
        if is_given:
            raise click.UsageError(f"{name} goes with --send")


def is_for_mail(options: Options) -> bool:
    """Whether the report is sent, or would be, and no files are written."""
    return options["send"] or options["dry_run"]


def send_report(file: Path, options: Options, recipients: Recipients, letter: Callable[[], RenderedReport]) -> None:
    """Send the report that `letter` makes, or with --dry-run say what would be sent.

    Ends the command: exit code 0, 2 for the configuration, 6 for a mail that was not sent, or not to everybody. Raises
    Refusal.
    """
    from workbook.report.mail.recipients import envelope_of, recipient_problem  # noqa: PLC0415 - only mail needs it
    from workbook.report.mail.send import Consent, Mail, send  # noqa: PLC0415
    from workbook.report.mail.settings import find_config, read_settings  # noqa: PLC0415

    config = find_config(options["config"], file)
    settings, problems = read_settings(config)
    show(problems, file)
    if settings is None:
        sys.exit(2)
    envelope = envelope_of(settings, recipients.to, recipients.cc)
    wrong = recipient_problem(settings, envelope, str(config.path))
    if wrong and not options["dry_run"]:
        raise Refusal(wrong, reason=Reason.USAGE)
    mail = Mail(letter(), envelope, settings, config)
    if options["dry_run"]:
        _rehearse(mail, file, wrong)
        sys.exit(2 if wrong else 0)
    for line in summary(mail).splitlines():
        say(line)
    outcome = send(mail, Consent(options["yes"], options["resend"]), say)
    show(outcome.problems, file)
    tell(outcome.text)
    sys.exit(OF_REASON[outcome.reason])


def summary(mail: Mail, size: int | None = None) -> str:
    """Return whom a mail goes to, what it holds and which way it goes, one fact a line."""
    from workbook.report.mail.secrets import secret_source  # noqa: PLC0415 - only mail needs it
    from workbook.report.message import subject_of  # noqa: PLC0415

    settings, envelope = mail.settings, mail.envelope
    login = f"as {settings.user} with the {secret_source(settings)}" if settings.user else "without a login"
    files = [f"{file.name} ({len(file.data):,} bytes)" for file in mail.letter.attachments]
    facts = {
        "From": envelope.sender,
        "To": ", ".join(envelope.to),
        "Cc": ", ".join(envelope.cc),
        "Bcc": ", ".join(envelope.bcc),
        "Reply to": settings.reply_to or "",
        "Subject": subject_of(mail.letter.report),
        "Attached": ", ".join(files) or "nothing",
        "Size": f"{size:,} bytes" if size is not None else "",
        "Server": f"{settings.server}, {settings.security}, {login}",
        "Settings": str(mail.config.path),
    }
    return "\n".join(f"{name + ':':<10}{fact}" for name, fact in facts.items() if fact)


def _rehearse(mail: Mail, file: Path, wrong: Problem | None) -> None:
    """Return what would be sent and what would be refused; nothing is connected to, and no secret is fetched."""
    from workbook.report.mail.ledger import read_ledger  # noqa: PLC0415 - only mail needs it
    from workbook.report.mail.send import confirmation, draft_bytes, earlier  # noqa: PLC0415
    from workbook.report.message import size_problems  # noqa: PLC0415

    data = draft_bytes(mail)
    tell(summary(mail, len(data)))
    found = [wrong] if wrong else []
    try:
        found += size_problems(data)
        entries = read_ledger(mail.ledger)
    except Refusal as refusal:
        found.append(refusal.problem)
    else:
        before = earlier(mail, entries)
        unconfirmed = confirmation(mail, entries) if mail.envelope.everyone else None
        found += [*(before.problems if before else ()), *((unconfirmed,) if unconfirmed else ())]
    show(found, file)
    say("Nothing was sent: this is a dry run")
