"""The options that say what becomes of the user's references to result sheets (roof)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbook import actions

if TYPE_CHECKING:
    from workbook.actions import ReferencePolicy

Command = TypeVar("Command", bound=Callable[..., Any])
_KEY = "workbook.references"


def reference_options(command: Command) -> Command:
    """Return a command with --anyway and --keep-references, which exclude each other."""
    keep = click.option(
        "--keep-references", is_flag=True, expose_value=False, callback=_keep,
        help="Leave your references to result sheets unchanged, even if they then read other figures.",
    )  # fmt: skip
    anyway = click.option(
        "--anyway", is_flag=True, expose_value=False, callback=_anyway,
        help="Write the results even if your own formulas lose what they refer to; those become #REF!.",
    )  # fmt: skip
    return anyway(keep(command))


def reference_policy() -> ReferencePolicy:
    """Return what the options of the command that runs ask for."""
    return actions.ReferencePolicy(click.get_current_context().meta.get(_KEY, "follow"))


def _anyway(context: click.Context, _: click.Parameter, given: bool) -> None:
    _take(context, "break", given)


def _keep(context: click.Context, _: click.Parameter, given: bool) -> None:
    _take(context, "keep", given)


def _take(context: click.Context, policy: str, given: bool) -> None:
    if given and _KEY in context.meta:
        raise click.UsageError("--anyway and --keep-references exclude each other.")
    if given:
        context.meta[_KEY] = policy
