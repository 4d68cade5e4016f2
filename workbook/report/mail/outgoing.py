"""A rendered report and its envelope into the bytes that are sent, read back and compared with what was meant (post).

Whatever a cell holds, the bytes have these headers and no others, and the recipients of the envelope.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32, default
from email.utils import format_datetime, getaddresses

from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.mail.recipients import Envelope
from workbook.report.message import RenderedReport, build_message, message_bytes, subject_of

KIND = "management report"
ALLOWED_HEADERS = frozenset({
    "subject", "from", "to", "cc", "reply-to", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
    "mime-version", "content-type", "content-transfer-encoding",
})  # fmt: skip
LONGEST_LINE = 998
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def report_key(rendered: RenderedReport, envelope: Envelope) -> str:
    """Return what makes two mails the same one: kind, run, period and recipients, as 64 hexadecimal digits."""
    parts = [KIND, rendered.report.run_id, rendered.report.period, sorted(envelope.names)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def message_id(key: str, sender: str, attempt: int) -> str:
    """Return the Message-ID of a mail: the same for the same mail, another one each time it is sent again."""
    again = f".{attempt}" if attempt > 1 else ""
    return f"<{key[:32]}{again}@{sender.rpartition('@')[2]}>"


def outgoing_bytes(
    rendered: RenderedReport, envelope: Envelope, reply_to: str | None, identity: str, now: datetime
) -> bytes:
    """Return the message as it is sent.

    Raises Refusal (usage) where reading it back gives other headers, recipients, a subject or lines than meant.
    """
    message = build_message(rendered, envelope.to, envelope.cc, envelope.sender, is_draft=False)
    if reply_to:
        message["Reply-To"] = reply_to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = identity
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    data = message_bytes(message)
    check_bytes(data, envelope, subject_of(rendered.report))
    return data


def check_bytes(data: bytes, envelope: Envelope, subject: str) -> None:
    """Read the final bytes as a mail program of today and one of old do. Raises Refusal (usage)."""
    for policy in (default, compat32):
        read = BytesHeaderParser(policy=policy).parsebytes(data)
        names = [name.lower() for name in read]
        if wrong := sorted({name for name in names if name not in ALLOWED_HEADERS or names.count(name) > 1}):
            raise _not_as_meant("its headers", ", ".join(wrong))
        meant = {"From": [envelope.sender], "To": list(envelope.to), "Cc": list(envelope.cc)}
        for name, addresses in meant.items():
            found = getaddresses([str(value) for value in read.get_all(name, [])])
            if found != [("", address) for address in addresses]:
                raise _not_as_meant(name, str(read[name]))
        found_subject = str(make_header(decode_header(str(read["Subject"]))))
        if " ".join(found_subject.split()) != subject:
            raise _not_as_meant("Subject", found_subject)
    if _BARE.search(data) or not data.isascii() or b"\0" in data or max(map(len, data.split(b"\r\n"))) > LONGEST_LINE:
        raise _not_as_meant("its lines", "a line that some servers would take apart")


def _not_as_meant(what: str, seen: str) -> Refusal:
    problem = Problem(
        Code.REPORT_MESSAGE,
        f"the message would not say what it is meant to say: {what}",
        seen="".join(char if char.isprintable() else "·" for char in seen[:160]),
        expected="the headers and recipients that were asked for, and no others",
        remedy="type the plan name again, in plain characters",
    )
    return Refusal(problem, reason=Reason.USAGE)
