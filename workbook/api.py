"""What a person may ask for, as functions: read, calculate, write, begin anew (roof).

Every arrow of the route of a number is called here, and only here do its two ends touch disk.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.files.grafting.graft import graft
from workbook.files.grafting.hand_edits import hand_edits
from workbook.files.grafting.rewrite import rewrite
from workbook.files.package.incoming import read_file
from workbook.files.package.package import Package, check_writable, open_package
from workbook.files.reading.reader import read_plan as read_inputs
from workbook.files.saving.place import as_refusal
from workbook.files.saving.save import backup_path, check_target, save
from workbook.files.saving.verify import verify_workbook
from workbook.files.writing.writer import write_book
from workbook.inputs.plan import Plan
from workbook.inputs.template import load_guide, load_template
from workbook.model import audit, calculate
from workbook.model.results import Results
from workbook.problems import Code, Problem, Refusal, count_text, in_order
from workbook.sheets.book import RESULT_SHEETS, lay_out_book
from workbook.sheets.problems import PROBLEMS_SHEET
from workbook.sheets.theme import Theme, load_theme

if TYPE_CHECKING:
    from workbook.lint.findings import Finding

_LARGEST_THEME = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook as it was read once: its package, its hash, and its plan or what stands in its way.

    `theme` is the person's own, the shipped one without it.
    """

    path: Path
    package: Package
    sha256: str
    plan: Plan | None
    problems: tuple[Problem, ...]
    theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a run has written: the file, the backup of what was there before, and the figures in it."""

    path: Path
    backup: Path | None
    results: Results


@dataclass(frozen=True, slots=True)
class Marked:
    """A copy with the problems in it: the file, the backup of what was there before, and how many notes it has."""

    path: Path
    backup: Path | None
    notes: int


@dataclass(frozen=True, slots=True)
class Removed:
    """What went out of a workbook: the sheets, the backup of the file as it was, and what read them."""

    sheets: tuple[str, ...]
    backup: Path | None
    problems: tuple[Problem, ...]


def read_plan(path: Path, remarks: Sequence[Problem] = (), theme: Path | None = None) -> Reading:
    """Read and check a workbook; `remarks` join what is found, as do the problems of a person's own theme file.

    Raises Refusal (exit code 4) for an unreadable file.
    """
    look, pale = read_theme(theme) if theme else (None, ())
    try:
        data = read_file(path)
        package = open_package(data, path.name, for_writing=False)
    except Refusal as refused:
        from workbook.files.saving.restore import with_newest_backup  # noqa: PLC0415 - only a lost file asks for its backup

        raise with_newest_backup(refused, path) from None
    plan, problems = read_inputs(data, package.tables())
    found = (
        *_taken_names(package),
        *hand_edits(package, plan, backup_path(path).name),
        *problems,
        *(audit(plan) if plan else ()),
        *remarks,
        *pale,
    )
    return Reading(path, package, hashlib.sha256(data).hexdigest(), plan, in_order(found), look)


def lint_workbook(path: Path, sheets: Collection[str] = (), rules: Collection[str] = ()) -> tuple[Finding, ...]:
    """Hold a workbook against modelling standards: its sheets of these names, by these rules, all where none is given.

    Raises Refusal (exit code 4) for an unreadable file, and LookupError for a sheet that is not there.
    """
    from workbook.files.reading.survey import survey  # noqa: PLC0415 - planning does without
    from workbook.lint.check import lint  # noqa: PLC0415

    package = open_package(read_file(path), path.name, for_writing=False)
    if missing := [name for name in sheets if name not in {sheet.name for sheet in package.sheets}]:
        raise LookupError(f"{path.name} has no sheet {missing[0]!r}")
    return lint(survey(package), sheets, rules)


def write_plan(reading: Reading, results: Results, out: Path | None = None) -> Written:
    """Write the result sheets into the workbook, or into a copy at `out`; whatever stood there is kept as a backup.

    What an earlier run has marked goes: the sheet Problems and the notes on cells.

    Raises Refusal: exit code 5 where the target cannot be replaced, 1 or 4 where the workbook takes no new sheets.
    """
    target = out or reading.path
    check_writable(reading.package)
    check_target(target)
    host = _unmarked(reading.package)
    with as_refusal(target), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        generated = Path(folder) / "generated.xlsx"
        write_book(lay_out_book(results), reading.theme or load_theme(), generated, reading.package.default_font)
        backup = rewrite(target, host, lambda file: graft(host, generated, file), _expected(reading, target))
    return Written(target, backup, results)


def mark_problems(
    reading: Reading, problems: Sequence[Problem], out: Path | None = None, results: Results | None = None
) -> Marked:
    """Write a copy with a sheet Problems and notes on the cells, with the result sheets too where there are results.

    The copy is `plan.problems.xlsx` beside `plan.xlsx`, or `out`; whatever stood there is kept as a backup. Raises
    Refusal as `write_plan` does, also where the workbook has a sheet Problems of the person's own (exit code 1).
    """
    from workbook.files.grafting.marking import mark  # noqa: PLC0415 - planning does without

    target = out or marked_path(reading.path)
    check_writable(reading.package)
    check_target(target)
    with as_refusal(target):
        host = _unmarked(reading.package)
        theme = reading.theme or load_theme()
        host = _grafted(host, results, theme) if results else host
        summary = f"{count_text(problems)} in {reading.path.name}, as of the run. Mend the cells, save, and run again."
        marked = mark(host, problems, summary, theme)
        backup = save(
            target,
            lambda file: file.write(marked.data),
            _expected(reading, target),
            backup=True,
            verify=lambda made: verify_workbook(made, marked.host.zip, marked.kept),
        )
    return Marked(target, backup, marked.notes)


def marked_path(path: Path) -> Path:
    """Give where the marked copy of a file lies; a marked copy is marked anew where it stands."""
    return path if path.stem.endswith(".problems") else path.with_name(f"{path.stem}.problems{path.suffix}")


def _unmarked(package: Package) -> Package:
    """Give the workbook without what an earlier run marked in it."""
    may_have_notes = any(kind.endswith(".comments+xml") for kind in package.content_types.values())
    if PROBLEMS_SHEET not in package.owners and not may_have_notes:
        return package
    from workbook.files.grafting.marking import unmark  # noqa: PLC0415 - most runs do without

    return unmark(package)


def _grafted(host: Package, results: Results, theme: Theme) -> Package:
    """Give the workbook with the result sheets, in memory."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        generated = Path(folder) / "generated.xlsx"
        write_book(lay_out_book(results), theme, generated, host.default_font)
        graft(host, generated, out)
    return Package(out, host.name)


def _expected(reading: Reading, target: Path) -> str | None:
    """Give the hash that a target must still have: that of the file that was read, if it is that file."""
    is_in_place = target.exists() and reading.path.exists() and target.samefile(reading.path)
    return reading.sha256 if is_in_place or target == reading.path else None


def read_theme(path: Path) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Read a person's own theme file over the shipped theme; no theme where it has errors.

    Raises Refusal (exit code 4) for a file that cannot be read or is no YAML.
    """
    from workbook.resources import parse_yaml  # noqa: PLC0415 - most runs have no theme of their own
    from workbook.sheets.theme_file import read_theme as read_document  # noqa: PLC0415

    try:
        if path.stat().st_size > _LARGEST_THEME:
            raise ValueError(f"it has {path.stat().st_size:,} bytes")
        document = parse_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        problem = Problem(
            Code.THEME_UNREADABLE,
            f"the theme {path.name} cannot be read",
            path.name,
            seen=getattr(error, "strerror", None) or str(error),
            expected="a YAML file such as: styles: {Input: {bg_color: '#FFF2CC'}}",
            remedy="correct the file, or leave --theme out",
        )
        raise Refusal(problem, exit_code=4) from error
    return read_document(document, path.name)


def new_workbook(path: Path, template: str = "erlmcp", theme: Theme | None = None) -> None:
    """Write a workbook with every input sheet. Raises Refusal (exit code 2) for a file that exists already."""
    from workbook.files.writing.input_writer import write_inputs  # noqa: PLC0415 - planning does without

    if path.exists():
        raise Refusal(_exists(path), exit_code=2)
    check_target(path)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "new.xlsx"
        write_inputs(load_template(template), theme or load_theme(), made, guide=load_guide())
        save(path, lambda file: _copy(made, file), None, backup=False, verify=verify_workbook)


def add_input_sheets(path: Path, template: str = "erlmcp", theme: Theme | None = None) -> tuple[str, ...]:
    """Add the input sheets that a workbook lacks, and give their names; nothing else in it changes."""
    from workbook.files.writing.input_writer import add_inputs  # noqa: PLC0415 - planning does without

    data = read_file(path)
    package = open_package(data, path.name)
    check_target(path)
    added: list[str] = []
    save(
        path,
        lambda file: added.extend(add_inputs(package, load_template(template), theme or load_theme(), file)),
        hashlib.sha256(data).hexdigest(),
        backup=True,
        verify=verify_workbook,
    )
    return tuple(added)


def remove_sheets(path: Path, inputs: bool = False, anyway: bool = False) -> Removed:
    """Take the sheets that runs wrote out of a workbook, with `inputs` also those that were added to it.

    Raises Refusal: exit code 1 where there is none, where formulas of the person's own read them (unless `anyway`), or
    where no visible sheet would be left; 4 and 5 as writing does.
    """
    from workbook.files.grafting.marking import without_notes  # noqa: PLC0415 - planning does without
    from workbook.files.grafting.removal import choose_sheets, remove  # noqa: PLC0415

    data = read_file(path)
    package = without_notes(open_package(data, path.name))
    check_target(path)
    sheets, problems = choose_sheets(package, inputs, anyway)
    backup = rewrite(path, package, lambda file: remove(package, file, sheets), hashlib.sha256(data).hexdigest())
    return Removed(sheets, backup, problems)


def _copy(source: Path, target: object) -> None:
    target.write(source.read_bytes())  # type: ignore[attr-defined]


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
    "Marked",
    "Reading",
    "Removed",
    "Written",
    "add_input_sheets",
    "calculate",
    "mark_problems",
    "marked_path",
    "new_workbook",
    "read_plan",
    "read_theme",
    "remove_sheets",
    "write_plan",
]
