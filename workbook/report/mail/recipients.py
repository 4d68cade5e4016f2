"""Whom a mail goes to: configured addresses or those of the command line, all of them on the allow-list (post)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from workbook.problems import Code, Problem
from workbook.report.addresses import checked_address
from workbook.report.mail.settings import MailSettings


class Envelope(Struct, frozen=True):
    """Sender and recipients. Each address is in one of the three lists only; `bcc` is in no header."""

    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    @property
    def everyone(self) -> tuple[str, ...]:
        """All recipients, each once."""
        return (*self.to, *self.cc, *self.bcc)

    @property
    def names(self) -> frozenset[str]:
        """All recipients as they are compared: without regard to capitals."""
        return frozenset(address.lower() for address in self.everyone)


def envelope_of(settings: MailSettings, to: Sequence[str] = (), cc: Sequence[str] = ()) -> Envelope:
    """Return the addressed envelope: to `to` and `cc` alone if they are given, else to the configured recipients.

    Raises Refusal (usage) for an address that is not plain.
    """
    lists = (to, cc, ()) if to or cc else (settings.to, settings.cc, settings.bcc)
    seen: set[str] = set()
    kept: list[tuple[str, ...]] = []
    for addresses in lists:
        fresh = []
        for address in addresses:
            if address.lower() not in seen:
                seen.add(address.lower())
                fresh.append(checked_address(address))
        kept.append(tuple(fresh))
    return Envelope(settings.sender, *kept)


def recipient_problem(settings: MailSettings, envelope: Envelope, where: str) -> Problem | None:
    """Return which recipients the configuration does not allow, or that there are none.

    Without `allow` the configured recipients are the allow-list. A domain allows its own addresses, not those of
    domains below it.
    """
    rules = settings.allow if settings.allow is not None else (*settings.to, *settings.cc, *settings.bcc)
    allowed = {rule.lower() for rule in rules}
    off = [one for one in envelope.everyone if not {one.lower(), f"@{one.lower().rpartition('@')[2]}"} & allowed]
    if envelope.everyone and not off:
        return None
    return Problem(
        Code.MAIL_NOT_ALLOWED,
        f"the mail must not go to {', '.join(off)}" if off else "the mail has no recipient",
        f"{where}: mail.{'allow' if off else 'to'}",
        seen=", ".join(off) or "no address",
        expected=f"recipients among {', '.join(rules) or 'those of the configuration'}",
        remedy="add them to allow in the configuration, or leave them out" if off else "add to = [ … ] to it",
    )
