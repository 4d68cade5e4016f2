"""What an import of measured figures refuses or remarks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from tests.history.sources import (
    FOCUS_COLUMNS,
    Row,
    answer,
    csv_text,
    focus_row,
    focus_rows,
    hourly_march,
    imported,
)
from tests.workbooks import read_plan, valid_workbook
from workbook.history.importing.records import ImportOptions, Metric
from workbook.history.proposals import propose
from workbook.history.recorded import recorded
from workbook.problems import Code, Problem

AS_REQUESTS = ImportOptions({Metric.REQUESTS: ""})


def first(problems: tuple[Problem, ...], code: Code) -> Problem:
    """Return the first problem of a code."""
    return next(problem for problem in problems if problem.code is code)


def _bill(folder: Path, code: Code, *more: Row) -> Problem:
    rows = [*focus_rows(), *more]
    return first(imported(folder, csv_text(FOCUS_COLUMNS, rows), name="bill.csv").problems, code)


def no_format(folder: Path) -> Problem:
    columns = [name for name in FOCUS_COLUMNS if name != "EffectiveCost"]
    rows = [{name: value for name, value in row.items() if name != "EffectiveCost"} for row in focus_rows()]
    return first(imported(folder, csv_text(columns, rows), name="bill.csv").problems, Code.SOURCE_FORMAT)


def several_series(folder: Path) -> Problem:
    series = answer(({"pod": "a"}, hourly_march()), ({"pod": "b"}, hourly_march()))
    return first(imported(folder, series, AS_REQUESTS, "load.json").problems, Code.SOURCE_AMBIGUOUS)


def other_currency(folder: Path) -> Problem:
    euros = focus_row(5, date(2026, 1, 1), "Usage", datetime(2026, 1, 2), 5, BillingCurrency="EUR")
    return _bill(folder, Code.SOURCE_CURRENCY, euros, euros)


def instant_query(folder: Path) -> Problem:
    text = '{"status": "success", "data": {"resultType": "vector", "result": []}}'
    return first(imported(folder, text, AS_REQUESTS, "load.json").problems, Code.SOURCE_QUERY)


def closed_month(folder: Path) -> Problem:
    actuals = "| Month | Cost | Status |\n| 2026-01-01 | 350 | final |"
    plan, problems = read_plan(valid_workbook(Actuals=actuals))
    assert plan, problems
    measured = imported(folder, csv_text(FOCUS_COLUMNS, focus_rows()), name="bill.csv").months
    return first(propose(measured, recorded(plan)).problems, Code.CLOSED_MONTH_CHANGES)


def partial_month(folder: Path) -> Problem:
    return _bill(folder, Code.PARTIAL_MONTH)


def counter(folder: Path) -> Problem:
    text = answer(({"__name__": "http_requests_total"}, hourly_march()))
    return first(imported(folder, text, AS_REQUESTS, "load.json").problems, Code.COUNTER_SERIES)


def tax_left_out(folder: Path) -> Problem:
    return _bill(folder, Code.SOURCE_LEFT_OUT)


IMPORT_SCENES: dict[str, Callable[[Path], Problem]] = {
    "bill without a column": no_format,
    "several series": several_series,
    "bill in another currency": other_currency,
    "instant query": instant_query,
    "closed month": closed_month,
    "month in part": partial_month,
    "counter": counter,
    "what a cost consists of": tax_left_out,
}
