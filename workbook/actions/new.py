"""Write a new workbook of input sheets, or add them to an existing workbook (roof)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.files.saving.save import check_target, save
from workbook.files.saving.verify import verify_workbook
from workbook.inputs.template import load_guide, load_template
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.sheets.theme.look import Theme, load_theme


def new_workbook(path: Path, template: str = "erlmcp", theme: Theme | None = None) -> None:
    """Write a workbook with every input sheet. Raises Refusal (usage) for a file that exists already."""
    from workbook.files.writing.input_writer import InputJob, write_inputs  # noqa: PLC0415 - planning does without

    if path.exists():
        raise Refusal(_exists(path), reason=Reason.USAGE)
    check_target(path)
    made = write_inputs(InputJob(load_template(template).sheets, theme or load_theme(), load_guide())).packed()
    save(path, lambda file: file.write(made), None, backup=False, verify=verify_workbook)


def add_input_sheets(path: Path, template: str = "erlmcp", theme: Theme | None = None) -> tuple[str, ...]:
    """Write the input sheets that a workbook lacks into it, and return their names; nothing else in it changes."""
    from workbook.files.grafting.input_sheets import add_inputs  # noqa: PLC0415 - planning does without

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


def _exists(path: Path) -> Problem:
    return Problem(
        Code.FILE_EXISTS,
        f"{path.name} exists already and is left as it is",
        seen=str(path),
        expected="a new name",
        remedy="choose another name, or add what the workbook lacks with --into",
    )
