"""Result sheets that lost the tool's hidden marks are recognised by their heads (roof).

Some programs drop hidden names when they save: ExcelJS, Google Sheets, Excel's Document Inspector.
"""

from __future__ import annotations

from workbook.files.package.package import Package
from workbook.files.reading.run_marks import sheets_that_name_a_run
from workbook.problems import Code, Problem, Severity
from workbook.sheets.book import RESULT_SHEETS
from workbook.sheets.layout import STATUS_ROW


def recognise(package: Package) -> tuple[Problem, ...]:
    """Take result sheets without their mark for the tool's own if their head names a run, and say so."""
    lost = [sheet.name for sheet in package.sheets if sheet.name in RESULT_SHEETS and sheet.name not in package.owners]
    if not lost:
        return ()
    found = sheets_that_name_a_run(package, lost, STATUS_ROW)
    package.owners.update(dict.fromkeys(found, ""))
    return (_said(found),) if found else ()


def _said(sheets: tuple[str, ...]) -> Problem:
    return Problem(
        Code.MARKS_LOST,
        f"result sheets recognised by their heads: {', '.join(sheets)}; the program that saved the file last dropped "
        "the hidden names by which the tool knows them",
        f"{sheets[0]}!A1",
        expected="nothing to do: the next run writes the names again",
        severity=Severity.INFO,
    )
