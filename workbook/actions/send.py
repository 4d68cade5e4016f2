"""Send a report by mail, or show what would be sent (roof)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from workbook.actions.report import MadeReport
from workbook.problems import Problem, Reason, Refusal
from workbook.report.mail.recipients import envelope_of, recipient_problem
from workbook.report.mail.rehearsal import Rehearsal, rehearse
from workbook.report.mail.send import Consent, Mail, Outcome, send
from workbook.report.mail.settings import Config, MailSettings, find_config, read_settings


class MailConfiguration(Struct, frozen=True):
    """A configuration file of the mail: where it is, and its settings or the problems that it has."""

    config: Config
    settings: MailSettings | None
    problems: tuple[Problem, ...] = ()

    def checked(self) -> MailSettings:
        """Return the settings. Raises ValueError if the file has problems."""
        if self.settings is None:
            raise ValueError(f"{self.config.path} has problems")
        return self.settings


def read_mail_settings(workbook: Path, config: Path | None = None) -> MailConfiguration:
    """Read how a mail is sent: `config`, else `workbook.toml` beside the workbook, else the user's own file.

    Raises Refusal (usage) if there is none, or it cannot be read at all.
    """
    found = find_config(config, workbook)
    return MailConfiguration(found, *read_settings(found))


def address_report(
    report: MadeReport, configuration: MailConfiguration, to: Sequence[str] = (), cc: Sequence[str] = ()
) -> Mail:
    """Return the report as a mail to `to` and `cc`, or to the configured recipients if neither is given.

    Raises Refusal (usage) for an address that is not plain, and ValueError for a configuration with problems.
    """
    settings = configuration.checked()
    return Mail(report.rendered, envelope_of(settings, to, cc), settings, configuration.config)


def recipients_problem(
    configuration: MailConfiguration, to: Sequence[str] = (), cc: Sequence[str] = ()
) -> Problem | None:
    """Return which recipients the configuration does not allow, or that there are none; None if all are allowed.

    Raises Refusal (usage) for an address that is not plain, and ValueError for a configuration with problems.
    """
    settings = configuration.checked()
    return recipient_problem(settings, envelope_of(settings, to, cc), str(configuration.config.path))


def rehearse_mail(mail: Mail) -> Rehearsal:
    """Return what would be sent and what would be refused; nothing is connected to, and no secret is fetched."""
    return rehearse(mail)


def send_mail(mail: Mail, consent: Consent | None = None, on_step: Callable[[str], None] | None = None) -> Outcome:
    """Send a mail that was not sent before; `on_step` is called with each step.

    Raises Refusal: usage if a recipient is not allowed or something must be agreed to or corrected first, busy if
    another run is sending, mail if nothing was sent.
    """
    if wrong := recipient_problem(mail.settings, mail.envelope, str(mail.config.path)):
        raise Refusal(wrong, reason=Reason.USAGE)
    return send(mail, consent or Consent(), on_step or (lambda _: None))
