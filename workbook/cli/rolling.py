"""The command that rolls a plan to a later start (roof)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result, show, suggest
from workbook.cli.files import check_ending, read_or_exit
from workbook.cli.group import AS_JSON, FILE, guarded, main
from workbook.figures import counted

if TYPE_CHECKING:
    from workbook.actions import ProposedRoll, RollOptions

_HOLDS = ("rates", "targets")
_METRICS = {"requests": "requests", "cpu": "cpu", "memory": "memory", "stored": "storage"}
"""The ids of proposals that calibrate, each with the metric that it rests on."""
_SKIPPED = (
    *("closed", "compare", "prices", "users", "growth", "features", "events"),
    *("storage", "since", "reserved", "fleet", "claims"),
)


class Options(TypedDict):
    """The options of the command, as they are given."""

    to: str
    output: Path | None
    hold: str
    keep_end: bool
    calibrate: str
    fit: bool
    skip: Sequence[str]
    unapproved: bool
    write: bool
    as_json: bool


@main.command()
@FILE
@click.option("--to", required=True, metavar="YYYY-MM", help="Month in which the rolled plan starts.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The new file; by default NAME with its month replaced."
)
@click.option(
    "--hold",
    type=click.Choice(_HOLDS),
    default="rates",
    show_default=True,
    help="What to hold if measured users differ from plan: growth rates, or users at milestones.",
)
@click.option("--keep-end", is_flag=True, help="Let the plan end in the month in which it ends now.")
@click.option(
    "--calibrate",
    default="",
    metavar="LIST",
    help="Adjust inputs to measured figures: a comma-separated list of " + ", ".join(_METRICS) + ".",
)
@click.option("--fit", is_flag=True, help="Replace growth by what is fitted to the closed months.")
@click.option("--skip", multiple=True, type=click.Choice(_SKIPPED), help="Leave out the proposals with this id.")
@click.option("--unapproved", is_flag=True, help="Write even if the plan is not approved with its present run.")
@click.option("--write", is_flag=True, help="Write the new file; without it nothing is written.")
@AS_JSON
@guarded
def roll(file: Path, **options: Unpack[Options]) -> None:
    r"""List what FILE would say if the plan started in a later month; with --write, write that as a new file.

    \b
    Examples:
      workbook roll plan.xlsx --to 2026-04
      workbook roll plan.xlsx --to 2026-04 --hold targets --calibrate requests,cpu
      workbook roll 'plan 2026-01.xlsx' --to 2026-04 --write      write 'plan 2026-04.xlsx'

    Users start at the level that Actuals measured; growth, events, storage and what is bought keep their calendar
    months. A proof by calculation says what is the same in the months of both plans, and why the rest is not. FILE
    stays as it is: it is the record of its forecast. The next step is to count the nodes, then: workbook plan NEW
    """
    output = options["output"]
    check_ending(file, output)
    asked = _asked(options)
    reading, _ = read_or_exit(file)
    proposed = actions.propose_roll(reading, options["to"], asked, output)
    written = actions.write_roll(proposed, unapproved=options["unapproved"]) if options["write"] else None
    if options["as_json"]:
        print_json({**proposed.as_json(), "written": str(written) if written else None})
        return
    show(proposed.problems, file)
    _print_proposals(proposed)
    _print_proof(proposed)
    if written:
        print_result(f"Wrote {written}.")
        suggest("workbook", "plan", written)
    else:
        print_note(f"Nothing was written. With --write this becomes {proposed.target}.")


def _asked(options: Options) -> RollOptions:
    """Return the options of a roll. Raises BadParameter for an unknown name in a list."""
    names = [name.strip() for name in options["calibrate"].split(",") if name.strip()]
    if unknown := [name for name in names if name not in _METRICS]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(_METRICS)}", param_hint="--calibrate")
    return actions.RollOptions(
        hold=actions.Hold(options["hold"]),
        keep_end=options["keep_end"],
        calibrate=tuple(actions.Metric(_METRICS[name]) for name in dict.fromkeys(names)),
        fit=options["fit"],
        skip=tuple(options["skip"]),
    )


def _print_proposals(proposed: ProposedRoll) -> None:
    """Print the proposals, those of one id together."""
    start = proposed.rolled.plan.settings.plan_start
    count = len(proposed.rolled.proposals)
    print_result(f"{proposed.reading.path.name} from {start:%Y-%m}: {counted(count, 'change')}")
    for name, proposals in groupby(proposed.rolled.proposals, attrgetter("id")):
        print_result(f"{name}")
        for one in proposals:
            title = ", ".join(dict.fromkeys(filter(None, (one.row, one.header))))
            print_result(f"  {one.place}  {title}: {one.was_text} → {one.value_text}  ({one.basis}: {one.why})")


def _print_proof(proposed: ProposedRoll) -> None:
    """Print what was measured, the sentences of the proof, and the way of the cost."""
    rolled = proposed.rolled
    for ratio in rolled.ratios:
        print_result(f"Measured {ratio.metric}: {ratio.words}.")
    for words in rolled.proof.words:
        print_result(words)
    currency = rolled.plan.settings.currency
    print_result(f"Cost, from the months in both plans to the whole rolled plan, {currency}:")
    for move in rolled.proof.moves:
        print_result(f"  {move.title:<14}{round(move.amount, 2) + 0:>18,.2f}")
