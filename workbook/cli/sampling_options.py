"""The options that try other simulations than Settings ask for, without editing them (roof)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbook import actions

if TYPE_CHECKING:
    from workbook.actions import ReadWorkbook

Command = TypeVar("Command", bound=Callable[..., Any])
_KEY = "workbook.sampling"
_LEAST_RUNS, _MOST_RUNS, _MOST_SEED = 100, 100_000, 2**31 - 1


def sampling_options(command: Command) -> Command:
    """Return a command with --runs and --seed."""
    runs = click.option(
        "--runs", type=int, metavar="NUMBER", expose_value=False, callback=_runs,
        help="Number of simulated plans (0 for none), overriding Simulation runs.",
    )  # fmt: skip
    seed = click.option(
        "--seed", type=click.IntRange(0, _MOST_SEED), metavar="NUMBER", expose_value=False, callback=_seed,
        help="Random seed, overriding Simulation seed.",
    )  # fmt: skip
    return runs(seed(command))


def as_asked(reading: ReadWorkbook) -> ReadWorkbook:
    """Return a workbook with the simulation that the options of the command that runs ask for."""
    asked = click.get_current_context().meta.get(_KEY, {})
    return actions.with_simulation(reading, **asked) if asked else reading


def _runs(context: click.Context, parameter: click.Parameter, given: int | None) -> None:
    if given is not None and given != 0 and not _LEAST_RUNS <= given <= _MOST_RUNS:
        raise click.BadParameter(f"{given} is neither 0 nor in the range {_LEAST_RUNS}<=x<={_MOST_RUNS}.")
    _take(context, parameter, given)


def _seed(context: click.Context, parameter: click.Parameter, given: int | None) -> None:
    _take(context, parameter, given)


def _take(context: click.Context, parameter: click.Parameter, given: int | None) -> None:
    if given is not None:
        context.meta.setdefault(_KEY, {})[parameter.name] = given
