"""Roll a plan to a later start: propose each change with its proof, and write a new file (roof)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from workbook.actions.check import ReadWorkbook
from workbook.actions.kept_names import check_own_sheets
from workbook.figures import month_text
from workbook.files.grafting.references import cells_reading
from workbook.history.rolling.log import log_rows
from workbook.history.rolling.names import rolled_name
from workbook.history.rolling.roll import Rolled, RollOptions, rolled
from workbook.history.versions import versions_of
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Reason, Refusal, Severity, in_order, listed
from workbook.timeline import months_between

_MOVED = ("growth", "events")
_MOST_NAMED = 8
_MONTH = re.compile(r"(\d{4})-(\d{1,2})(?:-0?1)?")


class ProposedRoll(Struct, frozen=True):
    """A roll as it is proposed: the workbook, the file that it would become, and what would change in it."""

    reading: ReadWorkbook
    before: Plan
    target: Path
    version: str
    rolled: Rolled
    readers: tuple[str, ...] = ()
    """Where formulas of the user's read settings, growth or events."""

    @property
    def is_approved(self) -> bool:
        """Whether the plan is approved with its present run."""
        return bool(self.version)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What should be known before it is written."""
        approval = () if self.is_approved else (replace(_not_approved(self.reading), severity=Severity.WARNING),)
        readers = (_read_by(self.readers),) if self.readers else ()
        return in_order((*approval, *self.rolled.problems, *readers))

    def as_json(self) -> dict[str, object]:
        """Return the roll as `--json` prints it."""
        return {
            "file": str(self.reading.path),
            "start": self.rolled.plan.settings.plan_start.isoformat(),
            "new_file": str(self.target),
            "version": self.version or None,
            "level": self.rolled.measured.level.value,
            "measured": [ratio.as_json() for ratio in self.rolled.ratios],
            "proposals": [proposal.as_json() for proposal in self.rolled.proposals],
            "proof": self.rolled.proof.as_json(),
            "problems": [problem.as_json() for problem in self.problems],
        }


def propose_roll(
    reading: ReadWorkbook, to: str, options: RollOptions | None = None, out: Path | None = None
) -> ProposedRoll:
    """Return what rolling a checked workbook to a month, such as 2026-04, would change; nothing is written.

    The new file is `out`, by default the name of the file with its month replaced. Raises Refusal (usage) for a month
    that is not within the plan, and ValueError for a workbook with errors.
    """
    plan = reading.plan
    if plan is None:
        raise ValueError(f"{reading.path.name} has errors in its inputs")
    months = _months_to(plan, to)
    version = _version(plan)
    made = rolled(plan, months, replace(options or RollOptions(), version=version))
    target = out or reading.path.with_stem(rolled_name(reading.path.stem, made.plan.timeline))
    return ProposedRoll(reading, plan, target, version, made, _readers(reading, plan))


def write_roll(proposed: ProposedRoll, *, unapproved: bool = False, day: date | None = None) -> Path:
    """Write the rolled workbook as a new file, and return its path; the file that was read stays as it is.

    The sheet Roll logs every change under `day`, by default today.

    Raises Refusal: usage where the new file exists; inputs for a plan that is not approved with its present run unless
    `unapproved`, or where something of the user's own is in the way; busy as writing does.
    """
    from workbook.actions.rolled_cells import rolled_edits  # noqa: PLC0415 - proposing does without
    from workbook.files.grafting.kept_sheets import Additions, add_kept_rows  # noqa: PLC0415
    from workbook.files.saving.rewrite import rewrite  # noqa: PLC0415
    from workbook.files.saving.save import check_target  # noqa: PLC0415
    from workbook.sheets.theme.look import load_theme  # noqa: PLC0415

    reading, before, target = proposed.reading, proposed.before, proposed.target
    if target.exists():
        raise Refusal(_exists(target), reason=Reason.USAGE)
    if not (proposed.is_approved or unapproved):
        raise Refusal(_not_approved(reading), reason=Reason.INPUTS)
    check_own_sheets(reading.package, before, ("roll",))
    check_target(target)
    origin = f"{reading.path.name} {before.run_id}"
    edits = rolled_edits(reading.package, before, proposed.rolled.proposals, origin)
    rows = log_rows(before, proposed.rolled, day or date.today())
    additions = Additions(before.kept, {"roll": rows}, edits)
    theme = reading.theme or load_theme()
    rewrite(target, reading.package, lambda file: add_kept_rows(reading.package, additions, theme, file), None)
    return target


def _months_to(plan: Plan, to: str) -> int:
    """Return the months from Plan start to the month asked for. Raises Refusal (usage) for one outside the plan."""
    found = _MONTH.fullmatch(to.strip())
    is_month = found is not None and 1 <= int(found[2]) <= 12 and int(found[1]) > 0
    months = months_between(plan.timeline.start, date(int(found[1]), int(found[2]), 1)) if found and is_month else 0
    if 1 <= months < plan.settings.horizon_months:
        return months
    raise Refusal(_outside(plan, to), reason=Reason.USAGE)


def _outside(plan: Plan, to: str) -> Problem:
    horizon = plan.settings.horizon_months
    message = f"{to!r} is no month to which this plan can be rolled"
    if horizon == 1:
        return Problem(
            Code.ROLL_START,
            message,
            plan.setting_place("horizon_months"),
            seen="a plan of one month, which has no later one",
            expected="2 months or more",
            remedy="raise Horizon (months) on Settings and plan again",
        )
    first, last = (plan.timeline.date_of(month) for month in (1, horizon - 1))
    return Problem(
        Code.ROLL_START,
        message,
        plan.setting_place("plan_start"),
        seen=to,
        expected=f"a month from {first:%Y-%m} to {last:%Y-%m}: the plan starts in {month_text(plan.timeline.start)}",
        remedy=f"type a later month of the plan, such as --to {first:%Y-%m}",
    )


def _version(plan: Plan) -> str:
    """Return the name of the last approved version of the plan's present run; nothing without one."""
    mine = (one.name for one in versions_of(plan) if one.is_approved and one.about.get("run") == plan.run_id)
    return next(reversed(list(mine)), "")


def _readers(reading: ReadWorkbook, plan: Plan) -> tuple[str, ...]:
    """Return where formulas of the user's read what a roll moves: months typed in them do not move along."""
    titles = {plan.setting_sheet("plan_start"), *(plan.tables[name].title for name in _MOVED if name in plan.tables)}
    return tuple(cells_reading(reading.package, titles))


def _read_by(readers: tuple[str, ...]) -> Problem:
    seen, whole = listed(readers, _MOST_NAMED)
    return Problem(
        Code.ROLL_BY_HAND,
        "formulas of your own read Settings, Growth or Events; month numbers typed in them are not shifted",
        seen=seen,
        expected="months counted from the new start",
        remedy="check these formulas in the new file",
        severity=Severity.INFO,
        whole=whole,
    )


def _not_approved(reading: ReadWorkbook) -> Problem:
    return Problem(
        Code.ROLL_NOT_APPROVED,
        f"{reading.path.name} is not approved with its present run, so the next plan could not be compared with it",
        seen="no approved version of these inputs",
        expected="a version that workbook approve has made of them",
        remedy=f"run workbook approve {reading.path.name} --as NAME first, or roll with --unapproved",
    )


def _exists(target: Path) -> Problem:
    return Problem(
        Code.ROLL_FILE_EXISTS,
        f"{target.name} exists already, and a roll never replaces a file",
        seen=str(target),
        expected="the name of a new file",
        remedy="choose another name with -o, or move the existing file away",
    )
