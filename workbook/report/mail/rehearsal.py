"""A mail into what sending it would do: whom it goes to, what it holds, what would be refused (post).

Nothing is connected to, and no secret is fetched.
"""

from __future__ import annotations

from msgspec import Struct

from workbook.problems import Problem, Refusal
from workbook.report.mail.ledger import read_ledger
from workbook.report.mail.recipients import recipient_problem
from workbook.report.mail.secrets import secret_source
from workbook.report.mail.send import Mail, confirmation, draft_bytes, earlier
from workbook.report.message import size_problems, subject_of


class Rehearsal(Struct, frozen=True):
    """What would be sent, one fact a line, and what stands in its way or is worth a look."""

    text: str
    problems: tuple[Problem, ...]


def mail_summary(mail: Mail, size: int | None = None) -> str:
    """Return whom a mail goes to, what it holds and which way it goes, one fact a line."""
    settings, envelope = mail.settings, mail.envelope
    login = f"as {settings.user} with the {secret_source(settings)}" if settings.user else "without a login"
    files = [f"{file.name} ({len(file.data):,} bytes)" for file in mail.rendered.attachments]
    facts = {
        "From": envelope.sender,
        "To": ", ".join(envelope.to),
        "Cc": ", ".join(envelope.cc),
        "Bcc": ", ".join(envelope.bcc),
        "Reply to": settings.reply_to or "",
        "Subject": subject_of(mail.rendered.report),
        "Attached": ", ".join(files) or "nothing",
        "Size": f"{size:,} bytes" if size is not None else "",
        "Server": f"{settings.server}, {settings.security}, {login}",
        "Settings": str(mail.config.path),
    }
    return "\n".join(f"{name + ':':<10}{fact}" for name, fact in facts.items() if fact)


def rehearse(mail: Mail) -> Rehearsal:
    """Return what would be sent and what would be refused. Raises Refusal (usage) if the message cannot be built."""
    data = draft_bytes(mail)
    wrong = recipient_problem(mail.settings, mail.envelope, str(mail.config.path))
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
    return Rehearsal(mail_summary(mail, len(data)), tuple(found))
