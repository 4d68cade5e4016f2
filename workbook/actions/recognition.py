"""Which sheets of a workbook are the tool's: what their names begin with, and those without marks (roof).

Some programs drop hidden names when they save: ExcelJS, Google Sheets, Excel's Document Inspector. The heads of result
sheets name their run and stay.
"""

from __future__ import annotations

from collections import Counter

from workbook.files.package.book_parts import OWNED
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.reading.run_marks import sheets_that_name_a_run
from workbook.inputs.parse.headers import find_sheets
from workbook.problems import Code, Problem, Severity
from workbook.sheets.layout import STATUS_ROW
from workbook.sheets.prefix import RESULT_SHEETS, every_result_sheet, prefix_fault


class PrefixError(ValueError):
    """The names of a workbook's sheets cannot begin with the prefix that was asked for."""


def recognise(package: Package, prefix: str | None = None) -> tuple[Problem, ...]:
    """Take result sheets without their mark for the tool's own if their head names a run, and say so.

    Their names begin with `prefix`, else with what the workbook says. Raises PrefixError for a prefix that no name may
    begin with, and where sheets of the workbook have another one.
    """
    kept = package.prefix
    package.prefix = kept if kept and not prefix_fault(kept) else _seen_prefix(package)
    found = _without_marks(package)
    package.owners.update(dict.fromkeys(found, ""))
    if prefix is not None and prefix != package.prefix:
        _check_prefix(package, prefix)
        package.prefix = prefix
        return recognise(package)
    return (_said(found),) if found else ()


def _without_marks(package: Package) -> tuple[str, ...]:
    made = every_result_sheet(package.prefix)
    lost = [sheet.name for sheet in package.sheets if sheet.name in made and sheet.name not in package.owners]
    return sheets_that_name_a_run(package, lost, STATUS_ROW) if lost else ()


def _seen_prefix(package: Package) -> str:
    """Return what the names of most result sheets begin with where the workbook does not say it.

    A few sheets that were renamed or copied do not make a prefix.
    """
    has_marks = any(name.name == OWNED for name in defined_names(package.workbook))
    names = [sheet.name for sheet in package.sheets if sheet.name in package.owners or not has_marks]
    pairs = [(name, title) for name in names for title in RESULT_SHEETS if name.endswith(title)]
    begins = Counter(name.removesuffix(title) for name, title in pairs)
    prefix, count = begins.most_common(1)[0] if begins else ("", 0)
    if not prefix or 2 * count <= len(RESULT_SHEETS):
        return ""
    found = sheets_that_name_a_run(package, [name for name, title in pairs if name == prefix + title], STATUS_ROW)
    return prefix if 2 * len(found) > len(RESULT_SHEETS) else ""


def _check_prefix(package: Package, prefix: str) -> None:
    """Raise PrefixError for a prefix that no name may begin with, and where sheets of the tool have another one."""
    if fault := prefix_fault(prefix):
        raise PrefixError(fault)
    names = [sheet.name for sheet in package.sheets]
    used = [name for name in names if name in every_result_sheet(package.prefix) and name in package.owners]
    if package.prefix:
        used += find_sheets(names, package.prefix)[0].values()
    if used:
        now = f"the prefix {package.prefix!r}" if package.prefix else "no prefix"
        raise PrefixError(
            f"the tool's sheets of {package.name} have {now}: {', '.join(used)}; remove them first with "
            f"workbook remove {package.name}, and rename the input sheets if they have another prefix"
        )


def _said(sheets: tuple[str, ...]) -> Problem:
    return Problem(
        Code.MARKS_LOST,
        f"result sheets recognised by their heads: {', '.join(sheets)}; the program that saved the file last dropped "
        "the hidden names by which the tool knows them",
        f"{sheets[0]}!A1",
        expected="nothing to do: the next run writes the names again",
        severity=Severity.INFO,
    )
