"""Sheet and code agree: engines that we did not write calculate what we stored, and follow every edit of an input."""

from __future__ import annotations

import math
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl.formula import Tokenizer

from tests.conftest import SAMPLES, made_once, plan_file, plan_sample
from tests.edits import with_row, with_values
from tests.engines import ENGINES, EVERY_ENGINE, POISON, differences, formulas, poisoned, stored_values
from workbook import actions
from workbook.address import Cell, column_number
from workbook.figures import LETTERS_OF_A_MONTH
from workbook.inputs.plan import Table
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.inputs.sheets.supply import SIZES, Dataset
from workbook.model.assurance.integrity import SNAPSHOT
from workbook.model.results import Results
from workbook.schema import Row
from workbook.sheets.book import lay_out_book, written_sheets
from workbook.sheets.checks.layout import snapshot_row
from workbook.sheets.layout import MONTH_ROW, STATUS_ROW, columns_of
from workbook.sheets.summary.tables import RIGHT
from workbook.sheets.summary.top import STATUS_ROW as SUMMARY_STATUS

FUNCTIONS = {
    *("ROUND", "ROUNDUP", "INT", "MOD", "ABS", "MIN", "MAX", "IF", "AND", "OR", "NOT", "INDEX", "MATCH", "SUM"),
    *("PRODUCT", "SUMIF", "SUMPRODUCT", "COUNT", "COUNTA", "COUNTIF", "LARGE", "LN", "EXP", "POISSON", "BINOMDIST"),
    *("GAMMALN", "GAMMADIST", "LOGEST", "TINV", "DATE", "YEAR", "MONTH", "EDATE", "TEXT", "MID"),
}
LITERALS = {0, 0.9, 1, 2, LETTERS_OF_A_MONTH, 9, 8, 12, 24, 60, 100, 1000, 1024, 3600, 81, 525600, 31536000}
ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_every_formula_cell_recalculates_to_what_is_stored(sample: str, engine: str) -> None:
    data, results = plan_sample(sample)
    sheets = written_sheets(results)
    cells = formulas(data, sheets)
    assert len(cells) > 5000
    wrong = poisoned(data)
    poison = stored_values(wrong, sheets)
    assert {poison[cell] for cell in cells} <= {float(POISON), "#VALUE!"}
    theirs = stored_values(ENGINES[engine](wrong), sheets)
    assert differences(stored_values(data, sheets), theirs, cells) == []


def _edits(name: str) -> dict[Cell, float | str | None]:
    """Change users, growth, rates, settings and the active scenario of a sample."""
    plan = actions.read_plan(SAMPLES / f"{name}.xlsx").plan
    assert plan is not None
    edits: dict[Cell, float | str | None] = {
        plan.setting_cells["safety_factor"]: 1.7,
        plan.setting_cells["dr_combination"]: "concurrent",
        plan.setting_cells["headroom_mode"]: "product",
        plan.setting_cells["growth_beyond_anchors"]: "flat",
        plan.setting_cells["budget"]: 123456,
        plan.setting_cells["lead_time_months"]: 5,
        plan.setting_cells["active_scenario"]: plan.rows("scenarios")[-1].scenario,  # type: ignore[attr-defined]
    }
    for sheet, field, value in (
        ("users", "current_users", 6543),
        ("users", "peak_ratio", 1.25),
        ("growth", "total_growth", 0.37),
        ("rates", "on_demand", 0.31),
        ("rates", "reserved", None),
        ("retention", "history", "none"),
        ("retention", "growth_per_month", 0),
        ("components", "current_nodes", 2),
        ("components", "spot_share", 0.5),
        ("components", "fault_tolerant", "yes"),
        ("resilience", "redundancy", "Active-Passive"),
    ):
        cell = plan.tables[sheet].cell(0, field)
        assert cell is not None, field
        if plan.cells[cell] is not None or value is not None:
            edits[cell] = value
    return edits


CHOICES: dict[tuple[str, str], tuple[float | str | None, ...]] = {
    ("", "dr_combination"): ("max", "concurrent", "sum", "stacked", None),
    ("", "headroom_mode"): ("max", "safety", "utilisation", "product"),
    ("", "growth_beyond_anchors"): ("flat", "last_segment", None),
    ("", "memory_unit_base"): (1000, 1024),
    ("", "days_per_month"): (28, 30.5),
    ("", "price_escalation"): (-0.1, 0, 0.07),
    ("", "discount_rate"): (0, 0.25),
    ("", "dr_buffer"): (0, 0.3, 1.5, None),
    ("", "budget"): (None, 0, 300000),
    ("", "lead_time_months"): (0, 9),
    ("", "queue_scope"): ("node", "pool", None),
    ("", "fixed_latency_ms"): (None, 0, 40, 5000),
    ("users", "cpu_per_request_s"): (0.0001, 0.02, 0.5),
    ("resilience", "target_availability"): (0.9, 0.99999),
    ("resilience", "failovers_per_year"): (None, 0, 200),
    ("resilience", "failover_time_s"): (0, 45),
    ("users", "user_basis"): ("concurrent", "STARTS", "seen"),
    ("users", "counting_window_min"): (15, 90),
    ("users", "linger_min"): (None, 0, 12),
    ("users", "peak_ratio"): (None, 1, 2.5),
    ("retention", "method"): (None, "window", "stock", "Ingest"),
    ("retention", "history"): (None, "extrapolate", "none"),
    ("retention", "growth_per_month"): (None, -0.2, 0, 0.0000001, 0.3),
    ("retention", "retention_days"): (7, 30, 45, 365),
    ("components", "minimum_nodes"): (None, 1, 20),
    ("components", "current_nodes"): (None, 0, 9),
    ("components", "fault_tolerant"): ("yes", "no", None),
    ("components", "spot_share"): (None, 0.4, 1),
    ("resilience", "k"): (1, 3),
    ("rates", "reserved"): (None, 0, 0.05, 9),
    ("rates", "spot"): (None, 0.01),
    ("rates", "reserved_coverage"): (None, 0, 0.75, 1),
    ("rates", "billing"): (None, "used", "Provisioned"),
    ("rates", "share_of_traffic"): (None, 0, 0.4),
    ("users", "load_factor"): (None, 0.35, 1),
    ("components", "reserved_at"): (None, 0, 0.2),
    ("", "prices_as_of"): (None, 45717, 46023),
    ("scenarios", "growth_multiplier"): (0, 1, 1.5),
    ("scenarios", "price_multiplier"): (0, 2),
    ("scenarios", "dr_buffer"): (None, 0.9),
    ("retention", "follows_users"): (None, "yes", "no", "Yes"),
}


KINDS = {"billing": "storage", "share_of_traffic": "network"}
"""The kind of rate that has a column, where that is not a node."""


def _random_edits(name: str, seed: int) -> dict[Cell, float | str | None]:
    """Change about half of the choices, each in a random row, and the active scenario."""
    plan = actions.read_plan(SAMPLES / f"{name}.xlsx").plan
    assert plan is not None
    chance = random.Random(seed)
    scenarios = [str(row.scenario) for row in plan.rows("scenarios")]  # type: ignore[attr-defined]
    edits: dict[Cell, float | str | None] = {plan.setting_cells["active_scenario"]: chance.choice(scenarios)}
    for (sheet, field), values in CHOICES.items():
        if chance.random() < 0.5:
            continue
        table = plan.tables[sheet] if sheet else None
        index = chance.randrange(len(table.rows)) if table else 0
        cell = table.cell(index, field) if table else plan.setting_cells[field]
        is_base = sheet == "scenarios" and table is not None and table.rows[index].scenario == "Base"  # type: ignore[attr-defined]
        kind = KINDS.get(field, "node")
        is_kind = sheet != "rates" or (table is not None and table.rows[index].kind == kind)  # type: ignore[attr-defined]
        if cell is not None and is_kind and not is_base:
            edits[cell] = chance.choice(values)
            window = table.cell(index, "counting_window_min") if table and field == "user_basis" else None
            if window is not None:
                edits[window] = 20
            if table and field == "method":
                edits |= _size_of_method(table, index, edits[cell])
    return edits


def _size_of_method(table: Table[Row], index: int, method: float | str | None) -> dict[Cell, float | str | None]:
    """Put the size of a dataset into the column of another method."""
    row = table.rows[index]
    assert isinstance(row, Dataset)
    stored, ingest = (table.cell(index, field) for field in SIZES[:2])
    assert stored is not None
    assert ingest is not None
    size = getattr(row, row.size_field)
    return {stored: size, ingest: None} if method == "stock" else {stored: None, ingest: size}


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_live_formulas_follow_edits_as_a_fresh_run_does(sample: str, engine: str, tmp_path: Path) -> None:
    fresh = _compare_live_and_fresh(sample, _edits(sample), engine, tmp_path)
    assert fresh.value("cost.horizon") != plan_sample(sample)[1].value("cost.horizon")


@pytest.mark.parametrize("seed", range(8))
def test_live_formulas_follow_random_edits(sample: str, seed: int, tmp_path: Path) -> None:
    edits = _random_edits(sample, seed)
    assert len(edits) > 5
    _compare_live_and_fresh(sample, edits, "formualizer", tmp_path)


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_cost_follows_terms_and_what_is_bought_before_the_next_run_lists_them(engine: str, tmp_path: Path) -> None:
    """Other terms are other rows of commitments, which the next run writes; every cost is right before it."""
    data, before = plan_sample("meridian")
    plan = before.plan
    edits: dict[Cell, float | str | None] = {}
    for sheet, index, field, value in (
        ("rates", 0, "term_months", 5),
        ("rates", 1, "term_months", 1),
        ("components", 0, "reserved_today", 4),
        ("components", 0, "reserved_until", 46387),
        ("components", 0, "reserved_at", 0.2),
        ("components", 3, "reserved_today", 3),
        ("components", 3, "reserved_until", 47483),
    ):
        cell = plan.tables[sheet].cell(index, field)
        assert cell is not None, field
        edits[cell] = value
    edited = with_values(data, edits)
    live = stored_values(ENGINES[engine](poisoned(edited)), written_sheets(before))
    again = tmp_path / "again.xlsx"
    again.write_bytes(edited)
    results = plan_file(again)
    placement = lay_out_book(before).placement
    for line in ("reserved.nodes", "reserved.price", "cost.nodes", "cost.total", "cost.year", "purchase.saving_total"):
        spot, values = placement.spots[line], results.values[line][0]
        ours = {
            Cell(spot.sheet, spot.row + row, spot.column + place): None if math.isnan(value) else float(value)
            for row, figures in enumerate(values)
            for place, value in enumerate(figures)
        }
        assert differences(ours, live, ours) == []
    assert results.value("cost.horizon") != before.value("cost.horizon")
    assert results.frame.length("commitment") > before.frame.length("commitment")


@made_once
def _without_ranges(name: str) -> tuple[bytes, Results]:
    """Return a sample that is planned without ranges, whose figures are of the run and say so by a failing check."""
    plan = actions.read_plan(SAMPLES / f"{name}.xlsx").plan
    assert plan is not None
    growth = plan.tables["growth"]
    cells = [growth.cell(row, end) for row in range(len(growth.rows)) for end in ("low", "high")]
    typed = {cell: None for cell in cells if cell is not None and plan.cells.get(cell) is not None}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        path.write_bytes(with_values((SAMPLES / f"{name}.xlsx").read_bytes(), typed))
        results = plan_file(path)
        return path.read_bytes(), results


def _compare_live_and_fresh(name: str, edits: dict[Cell, float | str | None], engine: str, folder: Path) -> Results:
    data, before = _without_ranges(name)
    sheets, edited = written_sheets(before), with_values(data, edits)
    live = stored_values(ENGINES[engine](poisoned(edited)), sheets)

    again = folder / "again.xlsx"
    again.write_bytes(edited)
    results = plan_file(again)
    fresh = stored_values(again.read_bytes(), sheets)
    is_watching = _watching_the_snapshot(results)
    cells = [cell for cell in formulas(again.read_bytes(), sheets) if not is_watching(cell)]
    assert len(cells) > 5000
    assert differences(fresh, live, cells) == []
    return results


def _watching_the_snapshot(results: Results) -> Callable[[Cell], bool]:
    """Return which cells are as of the run, or watch the snapshot: they say that inputs have moved."""
    first_of_snapshot = snapshot_row(results)
    rows = len(results.frame.items["input"]) + len(results.section(SNAPSHOT)) + 6

    book = lay_out_book(results)
    spots, summary = book.placement.spots, book.layouts[0]
    # Which commitments the Summary lists is chosen at the run; each figure of a row is live.
    listed = {cell.row for cell in summary.cells if cell.place.scope.item == "commitment"}
    chosen = listed | {max(listed, default=0) + 1}
    searched = {(spots[line].sheet, spots[line].row) for line in results.frame.found}

    def watches(cell: Cell) -> bool:
        is_of_snapshot = cell.sheet == "Checks" and cell.row >= first_of_snapshot - rows
        is_status = cell.row == (SUMMARY_STATUS if cell.sheet == "Summary" else STATUS_ROW)
        is_chosen = cell.sheet == "Summary" and cell.row in chosen and cell.column < RIGHT[0]
        return is_status or is_of_snapshot or is_chosen or (cell.sheet, cell.row) in searched

    return watches


def test_moved_values_are_told_and_moved_rows_fail_a_check(tmp_path: Path) -> None:
    data, results = plan_sample("erlmcp")
    plan = results.plan
    value = plan.tables["users"].cell(0, "current_users")
    name = plan.tables["components"].cell(0, "component")
    assert value is not None
    assert name is not None
    checks = ("Checks",)
    edited = stored_values(ENGINES["formualizer"](with_values(data, {value: 6000})), checks)
    assert "1 input cell changed since last run" in str(edited.values())
    assert "Model integrity: all 15 checks passed" in edited.values()
    shorter = with_values(data, {plan.setting_cells["horizon_months"]: 35})
    renamed = with_values(data, {name: "core, renamed"})
    longer = with_row(data, "Users", plan.tables["users"].last_row + 1, "Newcomers")
    for moved, failing in ((shorter, 2), (renamed, 1), (longer, 1)):
        values = stored_values(ENGINES["formualizer"](moved), checks).values()
        assert any(f"{failing} of 15 checks failed" in str(value) for value in values)


def test_one_relative_formula_a_row(sample: str) -> None:
    """Of each block of columns: fiscal years, fiscal quarters, months."""
    data, results = plan_sample(sample)
    columns = columns_of(results.frame)
    starts = [first for first, _ in columns.periods.values()] + [columns.first_month]
    rows: dict[tuple[str, int, int], set[str]] = {}
    names = tuple(layout.name for layout in lay_out_book(results).layouts if layout.has_months)
    for cell, text in formulas(data, names).items():
        if block := sum(cell.column >= start for start in starts):
            rows.setdefault((cell.sheet, cell.row, block), set()).add(_relative(text, cell))
    assert len(rows) > 100
    assert {place: texts for place, texts in rows.items() if len(texts) > 1} == {}
    months = [c for c in formulas(data, ("Cost",)) if c.row == MONTH_ROW and c.column >= columns.first_month]
    assert len(months) == results.frame.months


def _relative(text: str, cell: Cell) -> str:
    """Return a formula in R1C1 form, so that a formula filled along a row is one text."""

    def one(match: re.Match[str]) -> str:
        column = match[2] if match[1] else f"C[{column_number(match[2]) - cell.column}]"
        row = match[4] if match[3] else f"R[{int(match[4]) - cell.row}]"
        return f"{row}{column}"

    return re.sub(r"(?<![A-Za-z.])(\$?)([A-Z]{1,3})(\$?)([0-9]+)(?![0-9A-Za-z(])", one, text)


def test_only_the_functions_and_literals_of_the_house(sample: str) -> None:
    data, results = plan_sample(sample)
    defaults = {float(c.default) for s in SHEETS.values() for c in s.columns if isinstance(c.default, int | float)}
    defaults |= {float(c.default) for c in SETTINGS if isinstance(c.default, int | float)}
    found = formulas(data, written_sheets(results))
    assert len(found) > 5000
    for cell, text in found.items():
        tokens = Tokenizer(text).items
        named = {
            token.value.rstrip("(").lstrip(":") for token in tokens if token.type == "FUNC" and token.subtype == "OPEN"
        }
        assert named <= FUNCTIONS, (cell, named - FUNCTIONS)
        without_defaults = re.sub(r'="",[0-9.]+,', '="",,', text)
        for token in Tokenizer(without_defaults).items:
            if token.type == "OPERAND" and token.subtype == "NUMBER":
                is_absent_setting = text == f"={token.value}" and float(token.value) in defaults
                assert float(token.value) in LITERALS or is_absent_setting, (cell, text)


def test_arguments_are_those_that_every_program_takes(sample: str) -> None:
    data, results = plan_sample(sample)
    one_row = re.compile(r"INDEX\((?:[^(),!]+!)?\$?([A-Z]+)\$?([0-9]+):\$?([A-Z]+)\$?\2,([^,]*)(.)")
    seen = dict.fromkeys(("INDEX", "POISSON", "BINOMDIST", "GAMMADIST"), 0)
    for cell, text in formulas(data, written_sheets(results)).items():
        for hit in one_row.finditer(text):
            seen["INDEX"] += 1
            assert hit[1] == hit[3] or (hit[4] in ("0", "1") and hit[5] == ","), (cell, text)
        for name, last in _last_arguments(text):
            seen[name] += 1
            assert last in ("TRUE", "FALSE"), (cell, text)
    assert min(seen.values()) > 0


def _last_arguments(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the last argument of each call of a distribution."""
    calls: list[str] = []
    before = ""
    for token in Tokenizer(text).items:
        if token.subtype == "OPEN":
            calls.append(token.value.rstrip("("))
        elif token.subtype == "CLOSE" and (name := calls.pop()) in ("POISSON", "BINOMDIST", "GAMMADIST"):
            yield name, before
        before = token.value


def test_no_error_value_anywhere(sample: str) -> None:
    data, results = plan_sample(sample)
    values = stored_values(data, written_sheets(results))
    assert len(values) > 5000
    assert [cell for cell, value in values.items() if value in ERRORS] == []


def test_planning_twice_is_planning_once_and_gives_the_same_bytes(sample: str, tmp_path: Path) -> None:
    once, _ = plan_sample(sample)
    path = tmp_path / f"{sample}.xlsx"
    path.write_bytes((SAMPLES / f"{sample}.xlsx").read_bytes())
    plan_file(path)
    assert path.read_bytes() == once
    plan_file(path)
    assert path.read_bytes() == once
