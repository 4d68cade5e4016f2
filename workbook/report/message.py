"""A report's text, page and pictures into a mail message, as a draft or ready to be sent (post).

The structure is mixed(alternative(text, related(page, pictures)), files). Nothing in it depends on the clock or the
machine, so that one report is one sequence of bytes. The final bytes are read back: they carry the headers that were
meant, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import compat32, default

from msgspec import Struct

from workbook.problems import Code, Problem, Reason, Refusal, Severity
from workbook.report.addresses import checked_address
from workbook.report.headers import HEADERS
from workbook.report.report import Picture, Report, one_line

MEBIBYTE = 1 << 20
MOST_BYTES, MANY_BYTES = 15 * MEBIBYTE, 5 * MEBIBYTE
"""Raw sizes: mail services refuse messages of 20 to 25 MB, and a message grows by a third on its way."""
LONGEST_SUBJECT = 70
_TYPES = {
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    ".pdf": "pdf",
}


class Attachment(Struct, frozen=True):
    """A file that goes with the message."""

    name: str
    data: bytes


class RenderedReport(Struct, frozen=True):
    """A rendered report: its text, its page with `picture_source` as the pictures' places, its files."""

    report: Report
    text: str
    page: str
    attachments: tuple[Attachment, ...] = ()


def content_id(report: Report, picture: Picture) -> str:
    """Return the id by which the page of a message finds a picture in it."""
    return f"{picture.key}.{report.run_id}@report.workbook"


def picture_source(report: Report, picture: Picture) -> str:
    """Return a picture's place within a message."""
    return f"cid:{content_id(report, picture)}"


def build_message(
    rendered: RenderedReport,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    sender: str = "",
    is_draft: bool = True,
) -> EmailMessage:
    """Return the message. A draft has no sender of its own, and opens in Outlook with a Send button.

    Raises Refusal (usage) for an address that is not plain. Whoever sends adds Date, Message-ID and the like.
    """
    message = EmailMessage(policy=HEADERS)
    message["Subject"] = subject_of(rendered.report)
    for header, addresses in (("From", [sender] if sender else []), ("To", to), ("Cc", cc)):
        if addresses:
            message[header] = ", ".join(checked_address(address) for address in addresses)
    if is_draft:
        message["X-Unsent"] = "1"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.page, subtype="html", cte="quoted-printable")
    _add_pictures(message, rendered)
    for file in rendered.attachments:
        _attach(message, file)
    _fix_boundaries(message, rendered.report.run_id)
    return message


def subject_of(report: Report) -> str:
    """Return the subject: one line of printable text that no mail program can read as anything else."""
    line = one_line(report.subject).replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"


def header_problems(plan_name: str, where: str) -> tuple[Problem, ...]:
    """Return where the plan's name held what a header must not hold; the subject goes without it."""
    if plan_name.replace("\xa0", " ").isprintable() and "=?" not in plan_name:
        return ()
    problem = Problem(
        Code.REPORT_HEADER,
        "the plan name contains characters that an email subject must not contain; the report is sent without it",
        where,
        seen="".join(char if char.isprintable() else "·" for char in plan_name[:80]),
        expected="one line of printable characters without =?",
        remedy="type the name again, in one line",
        severity=Severity.WARNING,
    )
    return (problem,)


def message_bytes(message: EmailMessage) -> bytes:
    """Return the message's bytes, read back and compared with what was meant.

    Raises Refusal (usage) where a header, recipient or file name would be there that is not meant, or one is missing.
    """
    data = message.as_bytes()
    meant = [name.lower() for name in message]
    for policy in (default, compat32):
        read = message_from_bytes(data, policy=policy)
        if [name.lower() for name in read] != meant:
            raise _not_as_meant("its headers", ", ".join(read))
    strict = message_from_bytes(data, policy=default)
    for header in ("From", "To", "Cc", "Subject"):
        if header in message and str(strict[header]) != str(message[header]):
            raise _not_as_meant(header, one_line(str(strict[header])))
    if _file_names(strict) != _file_names(message):
        raise _not_as_meant("the names of its files", one_line(", ".join(_file_names(strict))))
    return data


def size_problems(message: bytes) -> tuple[Problem, ...]:
    """Return a warning of a message that some mailboxes refuse. Raises Refusal (inputs) for one that most do."""
    raw = len(message) * 3 // 4
    if raw <= MANY_BYTES:
        return ()
    too_large = raw > MOST_BYTES
    problem = Problem(
        Code.REPORT_TOO_LARGE if too_large else Code.REPORT_LARGE,
        "the message is too large to be sent" if too_large else "the message is large; some mailboxes refuse it",
        seen=f"{raw / MEBIBYTE:.1f} MB before it is encoded, {len(message) / MEBIBYTE:.1f} MB on its way",
        expected=f"at most {(MOST_BYTES if too_large else MANY_BYTES) // MEBIBYTE} MB before it is encoded",
        remedy="leave the workbook out with --no-attach, and tell where it lies",
        severity=Severity.ERROR if too_large else Severity.WARNING,
    )
    if too_large:
        raise Refusal(problem, reason=Reason.INPUTS)
    return (problem,)


def _file_names(message: Message) -> list[str]:
    return [name for part in message.walk() if (name := part.get_filename()) is not None]


def _add_pictures(message: EmailMessage, rendered: RenderedReport) -> None:
    page = message.get_payload(1)
    if not isinstance(page, EmailMessage):
        raise TypeError("the page is the second part of the message")
    for picture in rendered.report.pictures:
        page.add_related(
            picture.png, "image", "png", cid=f"<{content_id(rendered.report, picture)}>", disposition="inline",
            filename=f"{picture.key}.png",
        )  # fmt: skip


def _attach(message: EmailMessage, file: Attachment) -> None:
    subtype = _TYPES.get(file.name[file.name.rfind(".") :].lower(), "octet-stream")
    message.add_attachment(file.data, "application", subtype, filename=file.name)


def _fix_boundaries(message: EmailMessage, run_id: str) -> None:
    """Set boundaries made of the run: the library's own are random. None can occur in a part, all are encoded."""
    for place, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{run_id}_{place}")


def _not_as_meant(what: str, seen: str) -> Refusal:
    problem = Problem(
        Code.REPORT_MESSAGE,
        f"the message would not say what it is meant to say: {what}",
        seen=seen,
        expected="the headers and recipients that were asked for, and no others",
        remedy="type the plan name again, in plain characters",
    )
    return Refusal(problem, reason=Reason.USAGE)
