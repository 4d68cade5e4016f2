"""The options of `workbook report`, and which of them go together (roof)."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import click

from workbook.cli.group import Command

PDF_KINDS = ("board", "full")


class Options(TypedDict):
    """The options of the command, as they are given."""

    output: Path | None
    since: Path | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    no_attach: bool
    pdf: str | None
    own: tuple[Path, ...]
    force: bool
    send: bool
    dry_run: bool
    config: Path | None
    resend: bool
    yes: bool


class ReportCommand(Command):
    """A command whose option --pdf may stand alone, whatever comes after it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; --pdf alone means the board paper."""
        after = [*args[1:], ""]
        alone = [one == "--pdf" and following not in PDF_KINDS for one, following in zip(args, after, strict=True)]
        given = [f"--pdf={PDF_KINDS[0]}" if is_alone else one for one, is_alone in zip(args, alone, strict=True)]
        return super().parse_args(ctx, given)


def is_for_mail(options: Options) -> bool:
    """Whether the report is sent, or would be, and no files are written."""
    return options["send"] or options["dry_run"]


def check_options(options: Options) -> None:
    """Raise UsageError (exit code 2) for options that do not go together."""
    if is_for_mail(options):
        if options["output"] is not None:
            raise click.UsageError("--send and --dry-run write no files, so that -o says nothing")
        if options["force"]:
            raise click.UsageError("--send and --dry-run write no files; --force has no effect")
        return
    for name, is_given in (
        ("--resend", options["resend"]),
        ("--yes", options["yes"]),
        ("--config", options["config"] is not None),
    ):
        if is_given:
            raise click.UsageError(f"{name} goes with --send")


def checked_folder(folder: Path) -> Path:
    """Return the folder to write into, if it is there or can be made. Raises BadParameter (exit code 2)."""
    if folder.exists() and not folder.is_dir():
        raise click.BadParameter(f"{folder} is a file, not a folder", param_hint="-o")
    if not folder.exists() and not folder.parent.is_dir():
        raise click.BadParameter(f"there is no folder {folder.parent}", param_hint="-o")
    return folder
