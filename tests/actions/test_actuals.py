"""Measured figures into a workbook: listed first, then written to Actuals, wherever the sheet stands."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.edits import parts_of
from tests.files.package_lint import lint
from tests.history.sources import FOCUS_COLUMNS, answer, csv_text, focus_rows, hourly_march
from tests.workbooks import valid_markdown, valid_workbook, workbook_from_markdown
from workbook import actions
from workbook.problems import Code

pytestmark = pytest.mark.whole

REQUESTS = actions.ImportOptions({actions.Metric.REQUESTS: ""})
HEADERS = "| Month | Users | Cost | Status |"
COLUMNS = ("Month", "Cost", "Days", "Status", "Peak requests")


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    bill, load = tmp_path / "bill.csv", tmp_path / "load.json"
    bill.write_text(csv_text(FOCUS_COLUMNS, focus_rows()))
    load.write_text(answer(({}, hourly_march())))
    return [bill, load]


def imported(path: Path, sources: list[Path], restates: bool = False) -> actions.ActualsImport:
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    return actions.import_actuals(reading.plan, sources, REQUESTS, restates)


def write(path: Path, sources: list[Path], out: Path | None = None) -> actions.WrittenActuals:
    reading = actions.read_plan(path)
    return actions.write_actuals(reading, imported(path, sources, restates=True), out)


def rows_of(path: Path, title: str = "Actuals") -> list[dict[str, object]]:
    """Return the rows of Actuals as another program reads them."""
    head, *rows = openpyxl.load_workbook(path)[title].iter_rows(values_only=True)
    names = [str(name).partition(" (")[0] for name in head]
    return [dict(zip(names, row, strict=True)) for row in rows if any(row)]


def shown(row: dict[str, object]) -> tuple[object, ...]:
    month = row["Month"]
    assert isinstance(month, date)
    return (f"{month:%Y-%m}", *(row.get(name) for name in COLUMNS[1:]))


IMPORTED = [
    ("2026-01", 320, None, "final", None),
    ("2026-02", 410, 10, "preliminary", None),
    ("2026-03", None, None, "final", 6391),
]


def workbooks() -> dict[str, bytes]:
    """Return workbooks whose sheet Actuals is absent, has headers only, or lacks columns, as table and as cells."""
    empty = {"Actuals": "| Month | Peak requests (1/s) | Cost | Days | Status |\n| | | | | |"}
    short = {"Actuals": f"{HEADERS}\n| | | | |"}
    return {
        "absent": valid_workbook(),
        "headers only": valid_workbook(**empty),
        "headers only, Excel Table": workbook_from_markdown(valid_markdown(**empty), tables=True),
        "missing columns": valid_workbook(**short),
        "missing columns, Excel Table": workbook_from_markdown(valid_markdown(**short), tables=True),
        "1904": workbook_from_markdown(valid_markdown(**empty), date_1904=True),
    }


@pytest.mark.parametrize("name", workbooks())
def test_what_is_written_is_read_as_the_same(name: str, tmp_path: Path, sources: list[Path]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbooks()[name])
    before = path.read_bytes()
    written = write(path, sources)
    assert [shown(row) for row in rows_of(path)] == IMPORTED
    assert written.backup is not None
    assert written.backup.read_bytes() == before
    assert lint(path.read_bytes()) == Counter()
    again = imported(path, sources)
    assert again.changes == ()
    assert {one.kind for one in again.cells} == {actions.ProposalKind.SAME}
    found = [one for one in actions.read_plan(path).problems if str(one.where).startswith("Actuals")]
    assert [one for one in found if one.code is not Code.TOO_FEW_CLOSED] == []


def test_months_that_are_there_change_in_their_rows(tmp_path: Path, sources: list[Path]) -> None:
    path = tmp_path / "plan.xlsx"
    rows = "| 2026-02-01 | 5200 | 17 | preliminary |\n| 2026-01-01 | 5100 | 310 | final |"
    path.write_bytes(valid_workbook(Actuals=f"{HEADERS}\n{rows}"))
    write(path, sources)
    february, january, march = rows_of(path)
    assert (february["Cost"], february["Days"], february["Users"]) == (410, 10, 5200)
    assert (january["Cost"], january["Status"], january["Users"]) == (320, "final", 5100)
    assert march["Peak requests"] == 6391
    assert imported(path, sources).changes == ()


def test_a_copy_leaves_the_file_and_other_sheets_as_they_are(tmp_path: Path, sources: list[Path]) -> None:
    path, out = tmp_path / "plan.xlsx", tmp_path / "out.xlsx"
    actions.new_workbook(path, "meridian")
    before = path.read_bytes()
    reading = actions.read_plan(path)
    assert reading.plan is not None
    euros = [{**row, "BillingCurrency": "EUR"} for row in focus_rows()]
    sources[0].write_text(csv_text(FOCUS_COLUMNS, euros))
    assert write(path, sources, out).backup is None
    assert path.read_bytes() == before
    old, new = parts_of(before), parts_of(out.read_bytes())
    entries = {sheet.name: sheet.part for sheet in reading.package.sheets}
    changed = {name for name in old if old[name] != new[name] and name.startswith("xl/worksheets/")}
    assert changed == {entries["Actuals"].lstrip("/")}


def test_a_prefix_is_kept(tmp_path: Path, sources: list[Path]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown("## Mine\n| a |\n| 1 |"))
    actions.add_input_sheets(path, "example", prefix="Plan ")
    path.write_bytes(path.read_bytes())
    write(path, sources)
    assert [shown(row) for row in rows_of(path, "Plan Actuals")] == IMPORTED


def test_a_formula_of_the_users_own_is_not_replaced(tmp_path: Path, sources: list[Path]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Actuals=f"{HEADERS}\n| 2026-02-01 | | =100+200 -> 300 | preliminary |"))
    before = path.read_bytes()
    with pytest.raises(actions.Refusal) as refused:
        write(path, sources)
    assert refused.value.problem.code is actions.Code.NO_ROOM
    assert path.read_bytes() == before


def test_the_list_says_what_would_change(tmp_path: Path, sources: list[Path]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    found = imported(path, sources)
    head, first, *_ = actions.actuals_text(found).splitlines()
    assert head.split() == ["Month", "Column", "Was", "Is", "From", "Kind"]
    assert first.split("  ")[0] == "Jan 2026"
    assert first.split()[2:] == ["Cost", "(blank)", "320", "bill.csv,", "5", "rows", "new"]
    assert [actions.source_text(one) for one in found.sources] == [
        "bill.csv: FOCUS 1.0, 7 rows, separated by commas, decimal point",
        "load.json: a range query of Prometheus, 732 rows",
    ]


def test_peak_users_are_means_where_a_ratio_makes_them_peaks(tmp_path: Path) -> None:
    path, users = tmp_path / "plan.xlsx", tmp_path / "users.json"
    users.write_text(answer(({}, hourly_march())))
    options = actions.ImportOptions({actions.Metric.USERS: ""})
    for name, expected in (("example", 5610.988949), ("blank", 6391)):
        path.unlink(missing_ok=True)
        actions.new_workbook(path, name)
        plan = actions.read_plan(path).plan
        assert plan is not None
        ratios = {row.model_dump()["peak_ratio"] for row in plan.rows("users")}
        assert (ratios == {1}) == (expected == 6391)
        assert actions.import_actuals(plan, [users], options).cells[0].is_ == pytest.approx(expected, abs=1e-6)
