"""The command that prints the help topics (roof)."""

from __future__ import annotations

import sys

import click

from workbook import actions
from workbook.cli.console import suggest, tell
from workbook.cli.group import guarded, main


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


@main.command(name="help")
@click.argument("topic", required=False)
@guarded
def show_help(topic: str | None) -> None:
    r"""Show a help topic, or list the topics.

    \b
    Examples:
      workbook help inputs
      workbook help model
      workbook help

    On a terminal a topic opens in your pager; otherwise it is printed as it is.
    """
    if topic is None:
        topics = actions.help_topics()
        width = max(map(len, topics))
        for name, summary in topics.items():
            tell(f"{name:<{width}}  {summary}")
        suggest("workbook", "help", "planning")
        return
    try:
        text = actions.help_text(topic)
    except LookupError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="TOPIC") from error
    if is_terminal():
        click.echo_via_pager(text)
    else:
        tell(text.rstrip("\n"))
