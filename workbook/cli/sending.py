"""`workbook report --send` and `--dry-run`: what is printed before and after a report is sent (roof)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workbook import actions
from workbook.cli.console import say, show, tell
from workbook.cli.exit_codes import OF_REASON
from workbook.problems import Reason, Refusal

if TYPE_CHECKING:
    from workbook.actions import MadeReport, Mail
    from workbook.cli.report_options import Options


def send_report(file: Path, options: Options, make: Callable[[], MadeReport]) -> None:
    """Send the report that `make` makes, or with --dry-run show what would be sent.

    Ends the command: exit code 0, 2 for the configuration, 6 for a mail that was not sent, or not to everybody. Raises
    Refusal.
    """
    configuration = actions.read_mail_settings(file, options["config"])
    show(configuration.problems, file)
    if configuration.settings is None:
        sys.exit(OF_REASON[Reason.USAGE])
    recipients = options["to"], options["cc"]
    wrong = actions.recipients_problem(configuration, *recipients)
    if wrong and not options["dry_run"]:
        raise Refusal(wrong, reason=Reason.USAGE)
    mail = actions.address_report(make(), configuration, *recipients)
    if options["dry_run"]:
        _rehearse(mail, file)
        sys.exit(OF_REASON[Reason.USAGE if wrong else None])
    for line in actions.mail_summary(mail).splitlines():
        say(line)
    outcome = actions.send_mail(mail, actions.Consent(options["yes"], options["resend"]), say)
    show(outcome.problems, file)
    tell(outcome.text)
    sys.exit(OF_REASON[outcome.reason])


def _rehearse(mail: Mail, file: Path) -> None:
    """Print what would be sent and what would be refused."""
    rehearsal = actions.rehearse_mail(mail)
    tell(rehearsal.text)
    show(rehearsal.problems, file)
    say("Nothing was sent: this is a dry run")
