"""The option that says what the names of the tool's sheets begin with (roof)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from workbook import actions
from workbook.problems.sanitize import clean

_KEY = "workbook.prefix"

PREFIX = click.option(
    "--prefix",
    metavar="TEXT",
    expose_value=False,
    callback=lambda context, _, given: context.meta.update({_KEY: given}),
    help="Put TEXT before the names of the tool's sheets, such as 'Plan '; the workbook remembers it.",
)


@contextmanager
def asked_prefix() -> Iterator[str | None]:
    """Give the prefix of the command that runs, None if there is none; one that cannot be taken is a usage error."""
    try:
        yield click.get_current_context().meta.get(_KEY)
    except actions.PrefixError as error:
        raise click.BadParameter(clean(str(error)), param_hint="--prefix") from error
