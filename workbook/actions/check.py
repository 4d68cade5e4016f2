"""Read a workbook and check its inputs (roof)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from workbook.actions.hand_edits import hand_edits
from workbook.actions.loops import input_loops
from workbook.actions.moved_start import moved_start
from workbook.actions.recognition import recognise
from workbook.actions.theme import read_theme
from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.reading.reader import read_plan as read_inputs
from workbook.files.saving.save import backup_path
from workbook.history.checks import version_problems
from workbook.history.rolling.logged import open_proposals
from workbook.inputs.plan import Plan
from workbook.model import audit
from workbook.problems import Code, Problem, Refusal, has_errors, in_order
from workbook.sheets.prefix import SUGGESTED_PREFIX, result_sheets
from workbook.sheets.theme.look import Theme
from workbook.whatif.scenarios import problems as scenario_problems


class ReadWorkbook(Struct, frozen=True):
    """A workbook as it was read once: its package, its hash, and its plan or the problems that prevent one.

    `theme` is the user's own; without it the shipped one is used.
    """

    path: Path
    package: Package
    sha256: str
    plan: Plan | None
    problems: tuple[Problem, ...]
    theme: Theme | None = None


def read_plan(
    path: Path, remarks: Sequence[Problem] = (), theme: Path | None = None, prefix: str | None = None
) -> ReadWorkbook:
    """Read and check a workbook; `remarks` join what is found, as do the problems of a user's own theme file.

    The names of the tool's sheets begin with `prefix`, else with what the workbook says itself. Raises Refusal
    (unreadable) for an unreadable file, and PrefixError for a prefix that cannot be taken.
    """
    look, pale = read_theme(theme) if theme else (None, ())
    data, package = _opened(path)
    recognised = recognise(package, prefix)
    plan, sound, problems = _plan_in(package)
    edits = hand_edits(package, sound, backup_path(path).name)
    found = in_order((*_taken_names(package), *recognised, *edits, *problems, *remarks, *pale))
    return ReadWorkbook(path, package, hashlib.sha256(data).hexdigest(), plan, found, look)


def plan_to_compare(path: Path) -> Plan | None:
    """Return the plan of a workbook that is only compared with; None if it has errors.

    What was edited by hand on its result sheets is not looked for. Raises Refusal (unreadable) for an unreadable file.
    """
    _, package = _opened(path)
    recognised = recognise(package, None)
    plan, _, problems = _plan_in(package)
    return None if has_errors((*_taken_names(package), *recognised, *problems)) else plan


def _opened(path: Path) -> tuple[bytes, Package]:
    try:
        data = read_file(path)
        return data, open_package(data, path.name, for_writing=False)
    except Refusal as refused:
        from workbook.files.saving.restore import with_newest_backup  # noqa: PLC0415 - only a lost file asks for its backup

        raise with_newest_backup(refused, path) from None


def _plan_in(package: Package) -> tuple[Plan | None, Plan | None, tuple[Problem, ...]]:
    """Return the plan of a workbook, the same plan if it can be calculated, and what is wrong with its inputs."""
    plan, problems = read_inputs(package)
    audited = audit(plan) if plan else ()
    # what cannot be calculated is compared with nothing
    sound = None if has_errors(audited) else plan
    found = (
        *problems,
        *(input_loops(package, plan) if plan else ()),
        *(moved_start(package, plan) if plan else ()),
        *(version_problems(plan) if plan else ()),
        *(_measured(sound) if sound else ()),
        *(open_proposals(plan) if plan else ()),
        *(scenario_problems(sound) if sound else ()),
        *audited,
    )
    return plan, sound, found


def with_simulation(reading: ReadWorkbook, runs: int | None = None, seed: int | None = None) -> ReadWorkbook:
    """Return a workbook whose plan is simulated so many times, and from this seed, whatever its settings say."""
    if reading.plan is None:
        return reading
    asked = {"simulation_runs": runs, "simulation_seed": seed}
    fields = {name: value for name, value in asked.items() if value is not None}
    settings = reading.plan.settings.model_copy(update=fields)
    return replace(reading, plan=replace(reading.plan, settings=settings))


def _measured(plan: Plan) -> tuple[Problem, ...]:
    """Return what is wrong with measured months; most plans have none."""
    if not plan.rows("actuals") and plan.settings.closed_through is None:
        return ()
    from workbook.history.measured_checks import measured_problems  # noqa: PLC0415 - it needs all lines of history

    return measured_problems(plan)


def _taken_names(package: Package) -> list[Problem]:
    """Return a problem per sheet of the user's own that has a result sheet's name: it would have to be overwritten."""
    made = result_sheets(package.prefix)
    ours = {name.casefold() for name in made}
    return [
        Problem(
            Code.SHEET_NAME_TAKEN,
            f"sheet {sheet.name!r} has the name of a result sheet, but was not written by this tool",
            f"{sheet.name}!A1",
            seen=f"a sheet of your own called {sheet.name!r}",
            expected=f"no sheet of your own called {', '.join(made)}",
            remedy="rename your sheet, and formulas that refer to it follow; or keep it, and have the result sheets "
            f"named otherwise: workbook plan {package.name} --prefix '{SUGGESTED_PREFIX}'",
        )
        for sheet in package.sheets
        if sheet.name.casefold() in ours and sheet.name not in package.owners
    ]
