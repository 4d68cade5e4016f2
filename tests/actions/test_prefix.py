"""Sheets under a prefix, in a workbook whose own sheets have the plain names: from `new --into` to `remove`."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import SAMPLES, plan_sample, run
from tests.edits import parts_of, rewritten, with_values
from tests.engines import ENGINES, differences, formulas, poisoned, stored_values
from tests.files.graft_checks import lost_or_changed, not_given_back
from tests.workbooks import workbook_from_markdown
from workbook import actions
from workbook.address import Cell
from workbook.files.package.book_parts import PREFIX
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package
from workbook.inputs.parse.headers import find_sheets
from workbook.inputs.sheets.registry import SHEETS, TOOL_SHEETS
from workbook.problems import Code
from workbook.sheets.prefix import RESULT_SHEETS, prefix_fault, result_sheets

pytestmark = pytest.mark.slow

PLAN = "Plan "
OWN = {"Settings": "=1+1 -> 2", "Summary": "=Settings!A2*3 -> 6", "Cost": "=Summary!A2+1 -> 7"}
_HIDDEN = re.compile(rb'<definedName [^>]*name="_workbook[^>]*>[^<]*</definedName>')
_KEPT_PREFIX = re.compile(rb'<definedName [^>]*name="_workbook\.prefix"[^>]*>[^<]*</definedName>')


@cache
def own_workbook() -> bytes:
    return workbook_from_markdown("".join(f"## {name}\n| figure |\n| {text} |\n\n" for name, text in OWN.items()))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return a workbook with own sheets of plain names and input sheets under a prefix, and the same planned."""
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    path.write_bytes(own_workbook())
    done = run("new", path, "--into", "--template", "meridian", "--prefix", PLAN)
    assert done.exit_code == 0, done.output
    begun = path.read_bytes()
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    return begun, path.read_bytes()


@pytest.fixture
def begun(made: tuple[bytes, bytes], tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made[0])
    return path


@pytest.fixture
def planned(made: tuple[bytes, bytes], tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made[1])
    return path


def names_of(path: Path) -> list[str]:
    return [sheet.name for sheet in open_package(path.read_bytes()).sheets]


def own_sums(data: bytes) -> dict[str, str]:
    package = open_package(data)
    parts = {sheet.name: sheet.part for sheet in package.sheets if sheet.name in OWN}
    return {name: hashlib.sha256(package.read(part)).hexdigest() for name, part in parts.items()}


def kept_prefix(path: Path) -> list[str]:
    return [name.text for name in defined_names(open_package(path.read_bytes()).workbook) if name.name == PREFIX]


def without_names(data: bytes, pattern: re.Pattern[bytes]) -> bytes:
    made = rewritten(data, lambda name, part: pattern.sub(b"", part) if name == "xl/workbook.xml" else part)
    assert made != data
    return made


def test_the_input_sheets_come_beside_the_own_ones(begun: Path) -> None:
    titles = [PLAN + sheet.title for sheet in SHEETS.values()]
    assert names_of(begun) == [*OWN, f"{PLAN}Guide", *titles]
    assert kept_prefix(begun) == ['"Plan "']
    assert own_sums(begun.read_bytes()) == own_sums(own_workbook())


def test_the_own_sheets_are_not_read(begun: Path) -> None:
    read = actions.read_plan(begun)
    assert read.plan is not None, read.problems
    assert {cell.sheet for cell in read.plan.cells} <= {PLAN + sheet.title for sheet in SHEETS.values()}
    places = {problem.where.sheet for problem in read.problems if isinstance(problem.where, Cell)}
    assert places
    assert all(sheet.startswith(PLAN) for sheet in places)
    assert Code.SHEET_NAME_TAKEN not in {problem.code for problem in read.problems}


def test_drop_downs_and_links_name_the_real_sheets(begun: Path) -> None:
    book = openpyxl.load_workbook(begun)
    lists = [str(rule.formula1) for sheet in book for rule in sheet.data_validations.dataValidation]
    sources = [text for text in lists if "!" in text]
    assert sources
    assert all(text.startswith("'Plan ") for text in sources)
    cells = (cell for row in book[f"{PLAN}Guide"].iter_rows() for cell in row if cell.hyperlink)
    targets = [str(cell.hyperlink.location) for cell in cells if cell.hyperlink]
    assert len(targets) == len(SHEETS)
    assert all(target.startswith("'Plan ") for target in targets)


_OPTIONAL = ("Outlook", "Outlook workings", "Compare", "Compare workings", "Cases", "Risk", "Risk workings")
WRITTEN = {*result_sheets(PLAN), *(f"{PLAN}{name}" for name in _OPTIONAL)}
"""The template has measured months, scenarios and ranges, so that their sheets are written too."""


def test_the_results_are_written_beside_the_own_sheets(planned: Path) -> None:
    assert set(result_sheets(PLAN)) <= set(names_of(planned))
    assert set(open_package(planned.read_bytes()).owners) == WRITTEN
    assert own_sums(planned.read_bytes()) == own_sums(own_workbook())
    assert kept_prefix(planned) == ['"Plan "']


def test_a_second_run_replaces_them_and_nothing_was_changed_by_hand(planned: Path) -> None:
    before, names = planned.read_bytes(), names_of(planned)
    codes = {problem.code for problem in actions.read_plan(planned).problems}
    assert not codes & {Code.EDITED_RESULT, Code.RENAMED_RESULT, Code.MARKS_LOST, Code.SHEET_NAME_TAKEN}
    done = run("plan", planned)
    assert done.exit_code == 0, done.output
    assert f"start at {PLAN}Summary" in done.stderr
    assert names_of(planned) == names
    assert parts_of(planned.read_bytes()) == parts_of(before)


def test_a_formula_that_was_changed_by_hand_is_reported_with_its_cell(planned: Path) -> None:
    cell = next(cell for cell in formulas(planned.read_bytes(), (f"{PLAN}Capacity",)) if cell.row > 40)
    planned.write_bytes(with_values(planned.read_bytes(), {cell: 1.0}))
    edited = [problem for problem in actions.read_plan(planned).problems if problem.code is Code.EDITED_RESULT]
    assert [problem.where for problem in edited] == [str(cell)]


def test_a_figure_is_explained_by_its_cell(planned: Path) -> None:
    read = actions.read_plan(planned)
    assert read.plan is not None
    found = actions.explain_figure(actions.calculate(read.plan), "cost.total", "", 3)
    assert found.cell.startswith("Plan Cost!")
    done = run("explain", planned, f"'Plan Cost'!{found.cell.rpartition('!')[2]}")
    assert done.exit_code == 0, done.output
    assert "Plan Cost!" in done.stdout
    assert "'Cost'" in run("explain", planned, "Cost!A2").stderr
    assert run("explain", planned, "Plan Users!B2").exit_code == 0


def test_a_report_is_made(planned: Path) -> None:
    done = run("report", planned)
    assert done.exit_code == 0, done.output


def test_an_own_formula_follows_its_month_and_month_numbers_that_stayed_are_reported(planned: Path) -> None:
    plan = actions.read_plan(planned).plan
    assert plan is not None
    start = plan.settings.plan_start
    later = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    data = with_values(planned.read_bytes(), {plan.setting_cells["plan_start"]: (later - date(1899, 12, 30)).days})
    read = address(actions.explain_figure(actions.calculate(plan), "cost.total", "", 1).cell)
    old, new = b"<f>Summary!A2+1</f>", f"<f>{read}</f>".encode()
    planned.write_bytes(rewritten(data, lambda _, part: part.replace(old, new)))
    assert Code.START_MOVED in {problem.code for problem in actions.read_plan(planned).problems}
    done = run("plan", planned)
    assert done.exit_code == 0, done.output
    again = actions.read_plan(planned).plan
    assert again is not None
    reads = address(actions.explain_figure(actions.calculate(again), "cost.total", "", 0).cell)
    assert reads != read
    assert formulas(planned.read_bytes(), ("Cost",)) == {Cell("Cost", 2, 1): f"={reads}"}


def address(cell: str) -> str:
    """Return a cell as formulas write it."""
    sheet, _, place = cell.rpartition("!")
    return f"'{sheet}'!{place}"


def test_an_input_that_reads_a_result_is_an_error(planned: Path) -> None:
    read = actions.read_plan(planned)
    assert read.plan is not None
    cell = read.plan.tables["users"].cell(0, "current_users")
    assert cell is not None
    made = with_values(planned.read_bytes(), {cell: -7654321.0})
    formula = b"<f>'Plan Demand'!W27</f><v>42000</v>"
    planned.write_bytes(rewritten(made, lambda _, part: part.replace(b"<v>-7654321.0</v>", formula)))
    loops = [problem for problem in actions.read_plan(planned).problems if problem.code is Code.INPUT_LOOP]
    assert [problem.where for problem in loops] == [cell]


def test_removal_gives_the_workbook_back(planned: Path) -> None:
    assert run("remove", planned).exit_code == 0
    assert kept_prefix(planned) == ['"Plan "']
    assert actions.read_plan(planned).plan is not None
    done = run("remove", planned, "--inputs")
    assert done.exit_code == 0, done.output
    before, after = open_package(own_workbook()), open_package(planned.read_bytes())
    assert lost_or_changed(before, after) == []
    assert not_given_back(before, after) == []
    assert set(after.entries) == set(before.entries)


def test_the_prefix_is_seen_from_the_heads_when_the_hidden_names_are_lost(planned: Path) -> None:
    names = names_of(planned)
    planned.write_bytes(without_names(planned.read_bytes(), _HIDDEN))
    codes = [problem.code for problem in actions.read_plan(planned).problems]
    assert Code.MARKS_LOST in codes
    assert Code.SHEET_NAME_TAKEN not in codes
    done = run("plan", planned)
    assert done.exit_code == 0, done.output
    assert names_of(planned) == names
    assert kept_prefix(planned) == ['"Plan "']
    assert set(open_package(planned.read_bytes()).owners) == WRITTEN


def test_it_is_seen_as_well_when_only_its_own_name_is_lost(planned: Path) -> None:
    planned.write_bytes(without_names(planned.read_bytes(), _KEPT_PREFIX))
    read = actions.read_plan(planned)
    assert read.package.prefix == PLAN
    assert Code.MARKS_LOST not in {problem.code for problem in read.problems}


def test_a_workbook_that_lost_it_before_the_first_run_is_given_it_again(begun: Path) -> None:
    begun.write_bytes(without_names(begun.read_bytes(), _HIDDEN))
    assert actions.read_plan(begun).package.prefix == ""
    names = names_of(begun)
    done = run("new", begun, "--into", "--prefix", PLAN)
    assert "has every input sheet" in done.stdout
    assert "--prefix" not in done.stderr
    assert (kept_prefix(begun), names_of(begun)) == (['"Plan "'], names)
    assert actions.read_plan(begun).plan is not None


def test_a_renamed_set_of_result_sheets_is_no_prefix(tmp_path: Path) -> None:
    """They still carry the mark of the names that they were written with."""
    path = tmp_path / "plan.xlsx"
    named = re.compile(f'<sheet name="({"|".join(RESULT_SHEETS)})"'.encode())
    data, _ = plan_sample("meridian")
    path.write_bytes(rewritten(data, lambda _, part: named.sub(rb'<sheet name="Old \1"', part)))
    assert [name for name in names_of(path) if name.startswith("Old ")] == [f"Old {name}" for name in RESULT_SHEETS]
    read = actions.read_plan(path)
    assert read.package.prefix == ""
    assert Code.RENAMED_RESULT in {problem.code for problem in read.problems}


def test_result_sheets_take_a_prefix_beside_plain_input_sheets(tmp_path: Path) -> None:
    """The workbook was begun without a prefix; only a sheet Cost of the user's own is in the way."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown("## Cost\n| figure |\n| 7 |"))
    first = run("new", path, "--into")
    assert "--prefix 'Plan '" in first.stderr
    refused = run("plan", path)
    assert refused.exit_code == 1
    assert "--prefix 'Plan '" in refused.stderr
    begun = path.read_bytes()
    assert run("plan", path, "--prefix", PLAN).exit_code == 0
    assert run("plan", path).exit_code == 0
    before = [sheet.name for sheet in open_package(begun).sheets]
    made = names_of(path)[len(before) :]
    assert names_of(path)[: len(before)] == before
    assert [name for name in made if name in result_sheets(PLAN)] == list(result_sheets(PLAN))
    assert {*made} <= WRITTEN
    unread = [one.message for one in actions.read_plan(path).problems if one.code is Code.UNKNOWN_SHEET]
    assert unread == []
    assert run("report", path).exit_code == 0
    assert run("remove", path).exit_code == 0
    assert kept_prefix(path) == []
    assert names_of(path) == [sheet.name for sheet in open_package(begun).sheets]


def test_no_result_sheet_counts_as_one_that_is_not_read() -> None:
    assert set(RESULT_SHEETS) <= set(TOOL_SHEETS)


def test_a_marked_copy_keeps_it(begun: Path) -> None:
    marked = begun.with_name("plan.problems.xlsx")
    assert run("plan", begun, "--mark").exit_code == 0
    assert kept_prefix(marked) == ['"Plan "']
    assert run("plan", marked).exit_code == 0
    assert [name for name in names_of(marked) if name in result_sheets(PLAN)] == list(result_sheets(PLAN))
    assert "Problems" not in names_of(marked)


@pytest.mark.parametrize("prefix", ["a/b ", "[x]", "'Plan ", " Plan", "", "x" * 21, "a\nb"])
def test_a_prefix_that_no_sheet_name_may_begin_with_is_a_usage_error(begun: Path, prefix: str) -> None:
    before = begun.read_bytes()
    assert prefix_fault(prefix)
    for command in (["plan", begun], ["new", begun, "--into"]):
        done = run(*command, "--prefix", prefix)
        assert done.exit_code == 2
        assert "--prefix" in done.stderr
    assert begun.read_bytes() == before


def test_another_prefix_is_refused_and_says_what_to_do(planned: Path) -> None:
    before = planned.read_bytes()
    done = run("plan", planned, "--prefix", "New ")
    assert done.exit_code == 2
    assert "workbook remove plan.xlsx" in " ".join(done.stderr.split())
    assert planned.read_bytes() == before
    assert run("plan", planned, "--prefix", PLAN).exit_code == 0


def test_a_new_workbook_takes_none(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    assert run("new", path, "--prefix", PLAN).exit_code == 2
    assert not path.exists()


def test_a_missing_sheet_is_called_by_its_real_name() -> None:
    names = [PLAN + sheet.title for sheet in SHEETS.values() if sheet.id != "users"]
    found, problems = find_sheets([*names, "Users", f"{PLAN}User"], PLAN)
    assert "users" not in found
    missing = next(problem for problem in problems if problem.code is Code.MISSING_SHEET)
    assert (missing.where, missing.seen, missing.expected) == (f"{PLAN}User", f"{PLAN}User", f"{PLAN}Users")


def test_a_plain_workbook_has_no_name_for_it() -> None:
    data, _ = plan_sample("meridian")
    assert PREFIX.encode() not in parts_of(data)["xl/workbook.xml"]


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.parametrize("prefix", [PLAN, "Bob's "])
def test_another_engine_recalculates_what_is_stored(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(own_workbook())
    assert run("new", path, "--into", "--template", "meridian", "--prefix", prefix).exit_code == 0
    assert run("plan", path).exit_code == 0
    data, sheets = path.read_bytes(), result_sheets(prefix)
    cells = formulas(data, sheets)
    plain, _ = plan_sample("meridian")
    assert len(cells) == len(formulas(plain, RESULT_SHEETS)) > 5000
    theirs = stored_values(ENGINES["LibreOffice"](poisoned(data)), sheets)
    assert differences(stored_values(data, sheets), theirs, cells) == []


def test_formulas_and_charts_are_those_of_the_plain_workbook(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes((SAMPLES / "meridian.xlsx").read_bytes())
    assert run("plan", path, "--prefix", PLAN).exit_code == 0
    plain, ours = parts_of(plan_sample("meridian")[0]), parts_of(path.read_bytes())
    charts = [name for name in plain if name.startswith("xl/charts/chart")]
    assert charts
    for name in charts:
        assert re.sub(rb"'Plan ([\w ]+)'!", rb"'\1'!", ours[name]) == re.sub(rb"\b(\w+)!", rb"'\1'!", plain[name])
    expected = {
        Cell(PLAN + cell.sheet, *cell_at(cell)): text
        for cell, text in formulas(plan_sample("meridian")[0], RESULT_SHEETS).items()
    }
    found = formulas(path.read_bytes(), result_sheets(PLAN))
    expected = {cell: re.sub(r"\b(\w+)!", r"'\1'!", text) for cell, text in expected.items()}
    plainly = {cell: re.sub(r"'Plan ([\w ]+)'!", r"'\1'!", text) for cell, text in found.items()}
    assert {cell: re.sub(r"\b(\w+)!", r"'\1'!", text) for cell, text in plainly.items()} == expected


def cell_at(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def test_every_link_and_the_guide_name_sheets_as_they_are_called(planned: Path) -> None:
    book = openpyxl.load_workbook(planned)
    names = {*book.sheetnames}
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    links = [str(cell.value) for cell in cells if cell.hyperlink and cell.hyperlink.location]
    assert len(links) > 50
    assert [text for text in links if text.removeprefix("← ") not in names] == []
    guide = [str(cell.value) for cell in book[f"{PLAN}Guide"]["B"]]
    assert any("start at Plan Summary. If a check on Plan Checks" in text for text in guide)


def test_problems_are_marked_beside_a_sheet_problems_of_the_users(tmp_path: Path) -> None:
    path, copy = tmp_path / "plan.xlsx", tmp_path / "plan.problems.xlsx"
    path.write_bytes(workbook_from_markdown("## Problems\n| mine |\n| 1 |\n\n## Cost\n| mine |\n| 2 |\n"))
    assert run("new", path, "--into", "--template", "meridian", "--prefix", PLAN).exit_code == 0
    done = run("plan", path, "--mark")
    assert f"a sheet {PLAN}Problems" in done.output
    marked = names_of(copy)
    assert marked[0] == f"{PLAN}Problems"
    assert "Problems" in marked
    book = openpyxl.load_workbook(copy)
    assert book["Problems"]["A1"].value == "mine"
    again = run("plan", copy)
    assert again.exit_code == 0, again.output
    assert f"{PLAN}Problems" not in names_of(copy)
    assert "Problems" in names_of(copy)
    assert run("plan", copy, "--mark").exit_code == 0
    assert names_of(copy).count(f"{PLAN}Problems") == 1
