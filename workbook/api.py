"""What a person may ask for, as functions: read, calculate, write, begin anew (roof).

Every arrow of the route of a number is called here, and only here do its two ends touch disk.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workbook.files.graft import graft
from workbook.files.package import Package, check_writable, open_package
from workbook.files.reader import read_plan as read_inputs
from workbook.files.save import check_target, save
from workbook.files.writer import write_book
from workbook.inputs.plan import Plan
from workbook.inputs.template import load_guide, load_template
from workbook.model import audit, calculate
from workbook.model.results import Results
from workbook.problems import Code, Problem, Refusal, in_order
from workbook.sheets.book import RESULT_SHEETS, lay_out_book
from workbook.sheets.theme import load_theme


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook as it was read once: its package, its hash, and its plan or what stands in its way."""

    path: Path
    package: Package
    sha256: str
    plan: Plan | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a run has written: the file, the backup of what was there before, and the figures in it."""

    path: Path
    backup: Path | None
    results: Results


def read_plan(path: Path) -> Reading:
    """Read and check a workbook. Raises Refusal (exit code 4) for a file that is no readable workbook."""
    data = _read_bytes(path)
    package = open_package(data, path.name, for_writing=False)
    plan, problems = read_inputs(data, package.tables())
    found = (*_taken_names(package), *problems, *(audit(plan) if plan else ()))
    return Reading(path, package, hashlib.sha256(data).hexdigest(), plan, in_order(found))


def write_plan(reading: Reading, results: Results, out: Path | None = None) -> Written:
    """Write the result sheets into the workbook, or into a copy at `out`; whatever stood there is kept as a backup.

    Raises Refusal: exit code 5 where the target cannot be replaced, 1 or 4 where the workbook takes no new sheets.
    """
    target = out or reading.path
    check_writable(reading.package)
    check_target(target)
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "generated.xlsx"
        write_book(lay_out_book(results), load_theme(), generated, reading.package.default_font)
        is_in_place = out is None or (out.exists() and out.samefile(reading.path))
        backup = save(
            target,
            lambda file: graft(reading.package, generated, file),
            reading.sha256 if is_in_place else None,
            backup=True,
        )
    return Written(target, backup, results)


def new_workbook(path: Path, template: str = "erlmcp") -> None:
    """Write a workbook with every input sheet. Raises Refusal (exit code 2) for a file that exists already."""
    from workbook.files.input_writer import write_inputs  # noqa: PLC0415 - planning does without

    if path.exists():
        raise Refusal(_exists(path), exit_code=2)
    check_target(path)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "new.xlsx"
        write_inputs(load_template(template), load_theme(), made, guide=load_guide())
        save(path, lambda file: _copy(made, file), None, backup=False)


def add_input_sheets(path: Path, template: str = "erlmcp") -> tuple[str, ...]:
    """Add the input sheets that a workbook lacks, and give their names; nothing else in it changes."""
    from workbook.files.input_writer import add_inputs  # noqa: PLC0415 - planning does without

    data = _read_bytes(path)
    package = open_package(data, path.name)
    check_target(path)
    added: list[str] = []
    save(
        path,
        lambda file: added.extend(add_inputs(package, load_template(template), load_theme(), file)),
        hashlib.sha256(data).hexdigest(),
        backup=True,
    )
    return tuple(added)


def _copy(source: Path, target: object) -> None:
    target.write(source.read_bytes())  # type: ignore[attr-defined]


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        problem = Problem(
            Code.NO_SUCH_FILE,
            f"{path.name} is a folder",
            seen="a folder",
            expected="an Excel workbook (.xlsx or .xlsm)",
            remedy="give the name of a workbook in it",
        )
        raise Refusal(problem, exit_code=4)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        problem = Problem(
            Code.NO_SUCH_FILE,
            f"there is no file {path.name}",
            seen=str(path),
            expected="the path of an Excel workbook",
            remedy=f"check the path, or begin with: workbook new {path.name}",
        )
        raise Refusal(problem, exit_code=4) from None
    except OSError as error:
        problem = Problem(
            Code.NO_SUCH_FILE,
            f"{path.name} cannot be read",
            seen=error.strerror or str(error),
            expected="a file that you may read",
            remedy="check the file's rights, or copy it to a folder of your own",
        )
        raise Refusal(problem, exit_code=4) from error


def _exists(path: Path) -> Problem:
    return Problem(
        Code.FILE_EXISTS,
        f"{path.name} exists already and is left as it is",
        seen=str(path),
        expected="a new name",
        remedy="choose another name, or add what the workbook lacks with --into",
    )


def _taken_names(package: Package) -> list[Problem]:
    """A sheet of the person's that bears a result sheet's name would have to be overwritten."""
    ours = {name.casefold() for name in RESULT_SHEETS}
    return [
        Problem(
            Code.SHEET_NAME_TAKEN,
            f"sheet {sheet.name!r} has the name of a result sheet, but was not written by this tool",
            f"{sheet.name}!A1",
            seen=f"a sheet of your own called {sheet.name!r}",
            expected=f"no sheet of your own called {', '.join(RESULT_SHEETS)}",
            remedy="rename your sheet; formulas that refer to it follow",
        )
        for sheet in package.sheets
        if sheet.name.casefold() in ours and sheet.name not in package.owners
    ]


__all__ = [
    "Reading",
    "Written",
    "add_input_sheets",
    "calculate",
    "new_workbook",
    "read_plan",
    "write_plan",
]
