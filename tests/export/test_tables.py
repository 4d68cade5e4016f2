"""Tables for business intelligence: what they hold is what the results say, to the last digit."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import results_of
from workbook.export.tables import COMMITMENTS, LINES, ORDERS, csv_text, lines_rows, table_files
from workbook.inputs.sheets.supply import Component
from workbook.model.results import Results

pytestmark = pytest.mark.whole

Row = dict[str, str]


def read(text: str) -> list[Row]:
    """Return the rows of a table as another program reads them."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def total(rows: list[Row], column: str) -> float:
    return sum(float(row[column] or 0) for row in rows)


def number(results: Results, line_id: str) -> float:
    value = results.value(line_id)
    assert isinstance(value, int | float)
    return value


def test_every_value_of_every_line_is_there(sample: str) -> None:
    results = results_of(sample)
    rows = read(table_files(results)["tables/lines.csv"])
    expected = {line: [cell for row in values for cell in row if cell is not None] for line, values in as_json(results)}
    by_line: dict[str, list[str]] = {line: [] for line in expected}
    for row in rows:
        by_line[row["id"]].append(row["value"])
    assert set(by_line) == set(results.lines)
    for line, values in expected.items():
        assert len(by_line[line]) == len(values), line
        for written, value in zip(by_line[line], values, strict=True):
            assert written.removeprefix("'") == value if isinstance(value, str) else float(written) == value


def as_json(results: Results) -> Iterator[tuple[str, list[list[object]]]]:
    """Yield the values of the lines as `--json` prints them."""
    for line_id in results.lines:
        values = results.line_json(line_id)["values"]
        assert isinstance(values, list)
        yield line_id, values


def test_months_are_first_days_and_constants_have_none(sample: str) -> None:
    results = results_of(sample)
    start = results.plan.timeline.start
    rows = read(table_files(results)["tables/lines.csv"])
    cost = [row for row in rows if row["id"] == "nodes.provisioned"]
    first = results.items("nodes.provisioned")[0]
    assert date.fromisoformat(cost[0]["month"]) == start.replace(day=1)
    assert len({row["month"] for row in cost if row["item"] == first}) == results.frame.months
    assert all(date.fromisoformat(row["month"]).day == 1 for row in cost)
    assert all((row["month"] != "") == (results.lines[row["id"]].axis == "month") for row in rows)


def test_rows_are_told_apart_by_id_item_and_month(sample: str) -> None:
    rows = read(table_files(results_of(sample))["tables/lines.csv"])
    milestones = {row["item"] for row in rows if row["id"] == "milestone.users"}
    assert "12 months" in milestones
    keys = [(row["id"], row["item"], row["month"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_units_name_the_currency_of_the_plan() -> None:
    rows = read(table_files(results_of("meridian"))["tables/lines.csv"])
    units = {row["id"]: row["unit"] for row in rows}
    assert units["order.total"] == "EUR"
    assert units["price.on_demand"].startswith("EUR/")
    assert not any("currency" in unit for unit in units.values())


def test_orders_sum_to_the_plan(sample: str) -> None:
    results = results_of(sample)
    rows = read(table_files(results)["tables/orders.csv"])
    assert rows
    assert total(rows, "nodes") == number(results, "order.nodes_total")
    assert total(rows, "monthly_cost") == pytest.approx(number(results, "order.monthly_total"), rel=1e-12)
    assert total(rows, "cost_to_end_of_horizon") == pytest.approx(number(results, "order.total"), rel=1e-12)
    dates = [row["order_by"] for row in rows]
    assert dates == sorted(dates)
    assert all(row["order_by"] <= row["needed_from"] for row in rows)
    components = [row for row in results.plan.rows("components") if isinstance(row, Component)]
    types = {component.component: component.node_type for component in components}
    assert all(row["node_type"] == types[row["component"]] for row in rows)


def test_commitments_sum_to_the_plan(sample: str) -> None:
    results = results_of(sample)
    rows = read(table_files(results)["tables/commitments.csv"])
    assert rows
    assert total(rows, "committed_money") == pytest.approx(number(results, "commitment.total"), rel=1e-12)
    for row in rows:
        assert row["first_month"] <= row["last_month"]
        assert int(row["billed_months"]) <= int(row["term_months"])
        assert float(row["reserved_price_per_hour"]) <= float(row["on_demand_price_per_hour"])


def test_commitment_is_nodes_times_months_times_price() -> None:
    results = results_of("erlmcp")
    assert results.plan.settings.price_escalation == 0
    for row in read(table_files(results)["tables/commitments.csv"]):
        hours = int(row["billed_months"]) * results.plan.settings.hours_per_month
        expected = int(row["nodes"]) * hours * float(row["reserved_price_per_hour"])
        assert math.isclose(float(row["committed_money"]), expected, rel_tol=1e-9)


def test_headers_are_those_that_are_documented(sample: str) -> None:
    files = table_files(results_of(sample))
    headers = {path: tuple(text.splitlines()[0].split(",")) for path, text in files.items()}
    assert headers == {"tables/lines.csv": LINES, "tables/orders.csv": ORDERS, "tables/commitments.csv": COMMITMENTS}


def test_excel_gets_a_mark_only_where_asked_for() -> None:
    results = results_of("erlmcp")
    plain, marked = table_files(results), table_files(results, with_bom=True)
    assert all(marked[path] == "\ufeff" + text for path, text in plain.items())
    assert plain == table_files(results)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12, "12"), (12.0, "12"), (-3, "-3"), (-0.5, "-0.5"), (0.1 + 0.2, "0.30000000000000004"), (1e-7, "1e-07"),
        (None, ""), (float("nan"), ""), (float("inf"), ""), (True, "1"), (date(2026, 3, 1), "2026-03-01"),
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
        ("plain", "plain"), (" =1", " =1"), ("", ""), ("a,b", '"a,b"'), ('say "x"', '"say ""x"""'),
        ("two\nlines", '"two\nlines"'), ("\rx", '"\'\rx"'),
    ],
)  # fmt: skip
def test_cells(value: object, written: str) -> None:
    assert csv_text(("a", "b"), [(value, 1)]) == f"a,b\r\n{written},1\r\n"


@given(st.lists(st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers()), min_size=2))
def test_what_is_written_is_read_back(values: list[object]) -> None:
    header = [str(number) for number in range(len(values))]
    [found] = list(csv.reader(io.StringIO(csv_text(header, [values]), newline="")))[1:]
    for value, text in zip(values, found, strict=True):
        if isinstance(value, str):
            assert text.removeprefix("'") == value.removeprefix("'")
            assert not text.startswith(tuple("=+-@\t\r"))
        else:
            assert float(text) == float(value)  # type: ignore[arg-type]


def test_names_of_items_cannot_be_formulas() -> None:
    results = results_of("erlmcp")
    rows = list(lines_rows(results))
    assert len(rows) > 1_000
    text = csv_text(LINES, [(*row[:3], "=cmd|' /C calc'!A0", *row[4:]) for row in rows[:1]])
    assert "'=cmd" in text
