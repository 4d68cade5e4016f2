"""Rows that another program left under an Excel Table: in the plan and in its formulas, never lost in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import run
from tests.edits import rewritten
from tests.engines import differences, formulas, poisoned, recalculated_by_package, stored_values
from tests.workbooks import valid_markdown, workbook_from_markdown
from workbook import actions
from workbook.problems import Code
from workbook.sheets.prefix import RESULT_SHEETS

END = b"</sheetData>"
TRACES = (
    b'<row r="%d"><c r="A%d" t="str"><v>Traces</v></c><c r="B%d"><v>400</v></c><c r="C%d"><v>0</v></c>'
    b'<c r="D%d"><v>30</v></c><c r="E%d" t="str"><v>Disk</v></c></row>'
)
BUFFER = b'<row r="%d"><c r="A%d" t="str"><v>DR buffer</v></c><c r="B%d"><v>0.6</v></c></row>'


def with_rows(dataset: int, setting: int) -> bytes:
    """Return the valid plan with tables, a dataset and a setting in rows under theirs."""
    rows = {b"Retention": TRACES % ((dataset,) * 6), b"Settings": BUFFER % ((setting,) * 3)}

    def change(name: str, part: bytes) -> bytes:
        sheet = {"xl/worksheets/sheet1.xml": b"Settings", "xl/worksheets/sheet4.xml": b"Retention"}.get(name)
        return re.sub(rb"<dimension [^>]*/>", b"", part).replace(END, rows[sheet] + END) if sheet else part

    return rewritten(workbook_from_markdown(valid_markdown(), tables=True), change)


def test_rows_directly_under_a_table_are_planned(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_rows(3, 5))
    plan = actions.read_plan(path).plan
    assert plan is not None
    assert [getattr(row, "dataset") for row in plan.rows("retention")] == ["Logs", "Traces"]  # noqa: B009
    assert plan.settings.dr_buffer == 0.6
    storage = actions.calculate(plan).value("storage.total", position=0)
    path.write_bytes(with_rows(9, 5))
    shorter = actions.read_plan(path)
    assert Code.ROWS_OUTSIDE_TABLE in {problem.code for problem in shorter.problems}
    assert isinstance(storage, int | float)
    assert storage > 400


@pytest.mark.slow
def test_formulas_refer_to_the_extended_tables(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_rows(3, 5))
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    written = path.read_bytes()
    theirs = stored_values(recalculated_by_package(poisoned(written)), RESULT_SHEETS)
    stored = stored_values(written, RESULT_SHEETS)
    assert differences(stored, theirs, formulas(written, RESULT_SHEETS)) == []


def test_a_title_may_come_before_the_settings_under_a_table(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    title = b'<row r="5"><c r="A5" t="str"><v>Our titles</v></c></row>'

    def change(name: str, part: bytes) -> bytes:
        return part.replace(b'<row r="6">', title + b'<row r="6">') if name.endswith("/sheet1.xml") else part

    path.write_bytes(rewritten(with_rows(3, 6), change))
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    assert reading.plan.settings.dr_buffer == 0.6
    assert not {Code.ROWS_OUTSIDE_TABLE, Code.UNKNOWN_SETTING} & {problem.code for problem in reading.problems}


def test_a_row_after_a_gap_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_rows(4, 6))
    before = path.read_bytes()
    done = run("plan", path)
    assert done.exit_code == 1
    assert {"Retention!A4", "Settings!A6"} <= {word for word in done.stderr.split() if "!" in word}
    assert path.read_bytes() == before
