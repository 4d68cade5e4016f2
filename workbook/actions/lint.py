"""Check any workbook against modelling standards (roof)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.lint.violations import LintRule, Violation, load_rules


def lint_workbook(path: Path, sheets: Collection[str] = (), rules: Collection[str] = ()) -> tuple[Violation, ...]:
    """Return what breaks a modelling standard: in the sheets of these names, by these rules; all where none is given.

    Raises Refusal (unreadable) for an unreadable file, and LookupError for a sheet that is not there.
    """
    from workbook.files.reading.survey import survey  # noqa: PLC0415 - the list of rules does without it
    from workbook.lint.check import lint  # noqa: PLC0415

    package = open_package(read_file(path), path.name, for_writing=False)
    if missing := [name for name in sheets if name not in {sheet.name for sheet in package.sheets}]:
        raise LookupError(f"{path.name} has no sheet {missing[0]!r}")
    return lint(survey(package), sheets, rules)


def lint_rules() -> Mapping[str, LintRule]:
    """Return every rule by its id, with its source."""
    return load_rules()
