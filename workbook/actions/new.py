"""Write a new workbook of input sheets, or add them to an existing workbook (roof)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct

from workbook.actions.recognition import recognise
from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.saving.save import check_target, save
from workbook.files.saving.verify import verify_workbook
from workbook.inputs.parse.headers import find_sheets, input_prefix
from workbook.inputs.template import load_guide, load_template
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.sheets.prefix import result_sheets
from workbook.sheets.theme.look import Theme, load_theme

DEFAULT_TEMPLATE = "example"


def new_workbook(path: Path, template: str = DEFAULT_TEMPLATE, theme: Theme | None = None) -> None:
    """Write a workbook with every input sheet. Raises Refusal (usage) for a file that exists already."""
    from workbook.files.writing.input_writer import InputJob, write_inputs  # noqa: PLC0415 - planning does without

    if path.exists():
        raise Refusal(_exists(path), reason=Reason.USAGE)
    check_target(path)
    made = write_inputs(InputJob(load_template(template).sheets, theme or load_theme(), load_guide())).packed()
    save(path, lambda file: file.write(made), None, backup=False, verify=verify_workbook)


def add_input_sheets(
    path: Path, template: str = DEFAULT_TEMPLATE, theme: Theme | None = None, prefix: str | None = None
) -> tuple[str, ...]:
    """Write the input sheets that a workbook lacks into it, and return their names; nothing else in it changes.

    The names begin with `prefix`, else with what the workbook says; the workbook keeps it. Raises PrefixError for one
    that cannot be taken.
    """
    from workbook.files.grafting.input_sheets import add_inputs  # noqa: PLC0415 - planning does without

    data = read_file(path)
    package = open_package(data, path.name)
    begin = _input_prefix(package, prefix)
    check_target(path)
    added: list[str] = []
    content, look = load_template(template), theme or load_theme()
    save(
        path,
        lambda file: added.extend(add_inputs(package, content, look, file, begin)),
        hashlib.sha256(data).hexdigest(),
        backup=True,
        verify=verify_workbook,
    )
    return tuple(added)


class SheetsMet(Struct, frozen=True):
    """Sheets of the user's own whose names mean something: read as `inputs`, or in the way of the `results`."""

    inputs: tuple[str, ...]
    results: tuple[str, ...]
    prefix: str = ""
    """What the names of the tool's sheets begin with."""


def sheets_met(path: Path, prefix: str | None = None) -> SheetsMet:
    """Return which sheets of a workbook `plan` would read as inputs or could not write over.

    Raises Refusal, and PrefixError for a prefix that cannot be taken.
    """
    package = open_package(read_file(path), path.name)
    begin = _input_prefix(package, prefix)
    names = [sheet.name for sheet in package.sheets]
    made = {name.casefold() for name in result_sheets(package.prefix)}
    results = tuple(name for name in names if name.casefold() in made and name not in package.owners)
    return SheetsMet(tuple(find_sheets(names, begin)[0].values()), results, package.prefix)


def _input_prefix(package: Package, prefix: str | None) -> str:
    """Return what the names of a workbook's input sheets begin with, now that `prefix` was asked for."""
    recognise(package, prefix)
    names = [sheet.name for sheet in package.sheets]
    return package.prefix if prefix is not None else input_prefix(names, package.prefix)


def _exists(path: Path) -> Problem:
    return Problem(
        Code.FILE_EXISTS,
        f"{path.name} exists already and is left as it is",
        seen=str(path),
        expected="a new name",
        remedy="choose another name, or add what the workbook lacks with --into",
    )
