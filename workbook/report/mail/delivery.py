"""The bytes of a mail over a connection, and what became of them for each recipient (post).

Up to the end of the message nothing has been accepted, and whatever fails means: not sent. From the end of the message
to the server's answer nobody can know (RFC 1047), so that a failure there is a result of its own.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Sequence

from msgspec import Struct

from workbook.problems import Code
from workbook.report.mail.ledger import DeliveryState
from workbook.report.mail.recipients import Envelope
from workbook.report.mail.replies import ServerAnswer, answer_of, as_not_sent, not_sent, trouble_of

_ACCEPTED, _BEGIN, _CLOSING = (250, 251), 354, 421
_PIECE = 1 << 16
PATIENCE = 4
"""How many times longer the answer to a whole message may take: servers look through it first."""
_DOT = re.compile(rb"^\.", re.MULTILINE)


class Delivery(Struct, frozen=True):
    """What became of a mail: `reached` were accepted, `refused` were not, each with the server's words."""

    state: DeliveryState
    reached: tuple[str, ...]
    refused: tuple[tuple[str, ServerAnswer], ...] = ()
    trouble: str = ""
    """Why the result is unknown, or what the server said to the whole message."""


def deliver(
    client: smtplib.SMTP, server: str, envelope: Envelope, data: bytes, begin: Callable[[], None], timeout: float
) -> Delivery:
    """Return what became of a mail that is handed over; `begin` is called right before the server gets it.

    Raises Refusal (mail) where nothing was sent for a reason that is not the recipients'.
    """
    with as_not_sent(server):
        _check_size(client, server, data)
        _announce(client, server, envelope.sender, len(data))
        reached, refused = _address(client, envelope.everyone)
        if not reached:
            return Delivery(DeliveryState.REFUSED, (), refused)
        begin()
        code, words = client.docmd("DATA")
        if code != _BEGIN:
            return Delivery(DeliveryState.REFUSED, (), refused, str(answer_of(code, words)))
        _hand_over(client, data)
    try:
        if client.sock is not None:
            client.sock.settimeout(timeout * PATIENCE)
        client.send(b".\r\n")
        code, words = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Delivery(DeliveryState.UNKNOWN, reached, refused, trouble_of(error))
    answer = str(answer_of(code, words))
    match code // 100:
        case 2:
            return Delivery(DeliveryState.PARTLY if refused else DeliveryState.SENT, reached, refused)
        case 4 | 5:
            return Delivery(DeliveryState.REFUSED, (), refused, answer)
    return Delivery(DeliveryState.UNKNOWN, reached, refused, answer)


def _check_size(client: smtplib.SMTP, server: str, data: bytes) -> None:
    limit = client.esmtp_features.get("size", "")
    if limit.isdecimal() and 0 < int(limit) < len(data):
        raise not_sent(
            Code.MAIL_SIZE,
            "the mail is larger than the mail server takes",
            server,
            f"{len(data):,} bytes",
            f"at most {int(limit):,} bytes",
            "leave the workbook out with --no-attach, and tell where it lies",
        )


def _announce(client: smtplib.SMTP, server: str, sender: str, size: int) -> None:
    options = (f"SIZE={size}",) if client.has_extn("size") else ()
    code, words = client.mail(sender, options)
    if code == _CLOSING:
        raise smtplib.SMTPResponseException(code, words)
    if code != _ACCEPTED[0]:
        answer = answer_of(code, words)
        message, expected = f"the mail server refuses the sender {sender}", "a sender that the server takes"
        remedy = answer.hint or "set sender to an address that may send from there"
        raise not_sent(Code.MAIL_REFUSED, message, server, str(answer), expected, remedy)


def _address(
    client: smtplib.SMTP, everyone: Sequence[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ServerAnswer], ...]]:
    """Return which recipients the server accepts, named one by one, and which it refuses."""
    reached, refused = [], []
    for address in everyone:
        code, words = client.rcpt(address)
        if code == _CLOSING:
            raise smtplib.SMTPResponseException(code, words)
        if code in _ACCEPTED:
            reached.append(address)
        else:
            refused.append((address, answer_of(code, words)))
    return tuple(reached), tuple(refused)


def _hand_over(client: smtplib.SMTP, data: bytes) -> None:
    """Send all but the end of the message, in pieces, so that each of them has the whole time-out."""
    quoted = _DOT.sub(b"..", data)
    if not quoted.endswith(b"\r\n"):
        quoted += b"\r\n"
    for start in range(0, len(quoted), _PIECE):
        client.send(quoted[start : start + _PIECE])
