"""A workbook of another program through everything: inputs added, planned, approved, rows spliced, taken out."""

from __future__ import annotations

import io
import shutil
import signal
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.files.graft_checks import lost_or_changed, moved_styles, moved_texts, new_sheets, not_given_back
from tests.files.package_lint import lint
from tests.slow.corpus import Entry
from tests.slow.corpus.validators import XSD, opens_in_openpyxl, schema_errors, sdk_errors
from workbook import actions
from workbook.files.grafting.cell_edits import CellEdit, Edits, edit_cells
from workbook.files.package.opening import open_package
from workbook.files.package.parts import key
from workbook.history.versions import versions_of
from workbook.problems import Refusal, has_errors

SECONDS = 300


@dataclass(slots=True)
class Examined:
    """What became of one file: refused by a code at a step, or planned; and all that should not be."""

    name: str
    before: Path
    after: Path | None = None
    refused: str = ""
    wrong: list[str] = field(default_factory=list)


def examine(entry: Entry, folder: Path, has_sdk: bool = False, template: str = "blank") -> Examined:
    """Go through all steps with a copy in `folder`, which the planned file stays in.

    The sheets that come are the same in every host but for numbers: a template of little content saves the time, and
    only with another one are their cells held against the schema.
    """
    # A template is written under a workbook's name: the command takes no other, and nothing in it depends on it.
    before = folder / f"before{entry.path.suffix}"
    after = folder / f"after{entry.path.suffix}"
    shutil.copyfile(entry.path, before)
    shutil.copyfile(entry.path, after)
    found = Examined(entry.path.name, before)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(SECONDS)
    try:
        found.refused = _plan(after, template)
        if not found.refused:
            found.after = after
            found.wrong += _compare(before, after, template != "blank")
            found.wrong += _sdk(before, after) if has_sdk else []
            found.wrong += _take_out(before, after, folder)
            found.wrong += _keep_versions(before, after, folder)
    except Exception as error:  # noqa: BLE001, RUF100 (a fault is what this looks for)
        found.wrong.append(f"fault: {type(error).__name__}: {error}")
    finally:
        signal.alarm(0)
    return found


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def _plan(path: Path, template: str) -> str:
    """Add the inputs and plan, twice; give the step and the code that refused."""
    try:
        actions.add_input_sheets(path, template)
    except Refusal as refusal:
        return f"{refusal.problem.code} at new --into"
    for _ in range(2):
        try:
            reading = actions.read_plan(path)
            if reading.plan is None or has_errors(reading.problems):
                codes = {problem.code.value for problem in reading.problems if problem.severity.value == "error"}
                return f"{', '.join(sorted(codes))} at plan"
            actions.write_plan(reading, actions.calculate(reading.plan))
        except Refusal as refusal:
            return f"{refusal.problem.code} at plan"
    return ""


def _compare(before: Path, after: Path, is_thorough: bool) -> list[str]:
    old, new = before.read_bytes(), after.read_bytes()
    host, made = open_package(old), open_package(new)
    wrong = [f"lost or changed: {part}" for part in lost_or_changed(host, made)]
    wrong += [f"style moved: {name}" for name in moved_styles(host, made)]
    wrong += [f"text moved: {name}" for name in moved_texts(host, made)]
    wrong += [f"lint: {finding}" for finding in lint(new, new_sheets(made) if is_thorough else frozenset()) - lint(old)]
    # Inputs, results, and results once more: the third must have found nothing to write.
    if len(list(after.parent.glob("after.backup*"))) != 2:
        wrong.append("a second run changes something")
    if XSD.is_dir():
        sheets = new_sheets(made)
        both = [name for name in host.zip.namelist() if name in made.zip.namelist()]
        edited = [name for name in both if _differ(host.zip, made.zip, name)]
        fresh = [name for name in made.zip.namelist() if name not in host.zip.namelist()]
        fresh = [name for name in fresh if is_thorough or key(name) not in sheets]
        more = schema_errors(new, [*fresh, *edited]) - schema_errors(old, edited)
        wrong += [f"schema: {error}" for error in more]
    if opens_in_openpyxl(old) and not opens_in_openpyxl(new):
        wrong.append("openpyxl does not open it any more")
    return wrong


def _differ(one: zipfile.ZipFile, other: zipfile.ZipFile, name: str) -> bool:
    return one.getinfo(name).CRC != other.getinfo(name).CRC


def _sdk(before: Path, after: Path) -> list[str]:
    old, new = sdk_errors(before), sdk_errors(after)
    if old is None or new is None:
        return [] if old is None else ["SDK: cannot read it any more"]
    return [f"SDK: {error}" for error in new - old]


def _take_out(before: Path, after: Path, folder: Path) -> list[str]:
    removed = folder / f"removed{after.suffix}"
    shutil.copyfile(after, removed)
    actions.remove_sheets(removed, inputs=True)
    host, back = open_package(before.read_bytes()), open_package(removed.read_bytes())
    wrong = [f"lost or changed by removal: {part}" for part in lost_or_changed(host, back)]
    return wrong + [f"not given back: {part}" for part in not_given_back(host, back)]


def _keep_versions(before: Path, after: Path, folder: Path) -> list[str]:
    """Approve twice, so that rows are spliced into kept sheets, edit an input cell, plan, and take everything out."""
    path = folder / f"approved{after.suffix}"
    shutil.copyfile(after, path)
    wrong = []
    for name in ("Budget", "Forecast"):
        plan, results = _calculated(path)
        actions.approve_plan(plan, results, actions.Approval(name, supersedes="Budget" if name == "Forecast" else ""))
    wrong += [f"seal of {version.name}" for version in versions_of(_plan_in(path)) if not version.is_sealed]
    _edit(path)
    actions.write_plan(*_calculated(path))
    host, made = open_package(before.read_bytes()), open_package(path.read_bytes())
    wrong += [f"lost or changed by versions: {part}" for part in lost_or_changed(host, made)]
    fresh = lint(path.read_bytes(), frozenset()) - lint(before.read_bytes())
    wrong += [f"lint of versions: {finding}" for finding in fresh]
    wrong += [f"seal of {version.name} after a run" for version in versions_of(_plan_in(path)) if not version.is_sealed]
    actions.remove_sheets(path, inputs=True, versions=True)
    back = open_package(path.read_bytes())
    return wrong + [f"not given back by versions: {part}" for part in not_given_back(host, back)]


def _calculated(path: Path) -> tuple[actions.ReadWorkbook, actions.Results]:
    reading = actions.read_plan(path)
    if reading.plan is None:
        raise AssertionError(reading.problems)
    return reading, actions.calculate(reading.plan)


def _plan_in(path: Path) -> actions.Plan:
    return _calculated(path)[1].plan


def _edit(path: Path) -> None:
    """Set the lead time by a splice, as a roll sets its cells."""
    plan = _plan_in(path)
    out = io.BytesIO()
    cell = plan.setting_cells["lead_time_months"]
    edit_cells(open_package(path.read_bytes()), out, Edits((CellEdit(cell, 3),)))
    path.write_bytes(out.getvalue())
