"""Samples of Prometheus and of tables into measured months: days, peaks, means, ends, zones, counters, sums."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.history.sources import Sample, answer, csv_text, figures, hourly_march, imported
from workbook.history.importing.read import read_sources
from workbook.history.importing.records import ImportOptions, MeasuredStatus, Metric, PlanFacts, SourceFormat
from workbook.history.importing.samples import percentile
from workbook.history.importing.times import typed_time
from workbook.problems import Code

MARCH = answer(({}, hourly_march()))


def asked(metric: Metric, column: str = "", **more: object) -> ImportOptions:
    """Return the options that ask for one metric."""
    return ImportOptions({metric: column}, **more)  # type: ignore[arg-type]


def hours(start: datetime, count: int, value: Callable[[int], float] = lambda hour: hour % 24 + 1) -> list[Sample]:
    """Return hourly samples."""
    return [((start + timedelta(hours=hour)).timestamp(), str(value(hour))) for hour in range(count)]


@pytest.mark.parametrize(
    ("metric", "has_peak_users", "expected"),
    [
        (Metric.REQUESTS, True, 6391),
        (Metric.CPU, True, 6391),
        (Metric.MEMORY, True, 6391),
        (Metric.USERS, True, 6391),
        (Metric.USERS, False, 5610.988949),
        (Metric.STORAGE, True, 5900),
        (Metric.NODES, True, 5900),
    ],
)
def test_a_month_of_hours(tmp_path: Path, metric: Metric, has_peak_users: bool, expected: float) -> None:
    path = tmp_path / "march.json"
    path.write_text(MARCH)
    found = read_sources([path], asked(metric), PlanFacts("USD", has_peak_users=has_peak_users))
    (march,) = found.months  # April has an hour only
    assert (march.month, march.status, march.days) == (date(2026, 3, 1), MeasuredStatus.FINAL, None)
    assert march.value == pytest.approx(expected, abs=1e-6)
    dropped, thin = found.problems
    assert dropped.seen == "1 of the series"
    assert thin.seen == "2026-03-21, 2026-04-01"  # 30 days are left
    assert march.rows == 30 * 24 - 1


def test_percentiles_are_those_of_excel() -> None:
    assert percentile([1, 2, 3, 4], 0.95) == pytest.approx(3.85)
    assert [percentile([7.0], share) for share in (0, 0.95, 1)] == [7, 7, 7]


@pytest.mark.parametrize(("zone", "month"), [("", 3), ("UTC", 3), ("Europe/Berlin", 4)])
def test_a_day_belongs_to_the_month_of_its_zone(tmp_path: Path, zone: str, month: int) -> None:
    text = csv_text(("Time", "Users"), [{"Time": "2026-04-01T00:30:00+02:00", "Users": 10}])
    (one,) = imported(tmp_path, text, ImportOptions(zone=zone)).months
    assert one.month == date(2026, month, 1)


def test_a_month_with_few_days_is_preliminary(tmp_path: Path) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for days, expected in ((27, 27), (28, None)):
        found = imported(tmp_path, answer(({}, hours(start, days * 24))), asked(Metric.CPU))
        (march,) = found.months
        assert march.days == expected
        assert (march.status is MeasuredStatus.PRELIMINARY) == (expected is not None)
        assert [one.code for one in found.problems] == ([Code.PARTIAL_MONTH] if expected else [])


def test_the_running_month_is_left_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    text = answer(({}, hours(datetime(2026, 2, 1, tzinfo=UTC), (28 + 10) * 24)))
    today = date(2026, 3, 11)
    left = imported(tmp_path, text, asked(Metric.CPU, today=today))
    assert list(figures(left, Metric.CPU)) == ["2026-02"]
    assert [one.seen for one in left.problems] == ["Mar 2026"]
    _, march = imported(tmp_path, text, asked(Metric.CPU, today=today, is_partial=True)).months
    assert (march.days, march.status) == (10, MeasuredStatus.PRELIMINARY)


def test_a_name_that_tells_its_metric_needs_no_option(tmp_path: Path) -> None:
    text = answer(({"__name__": "app_memory_bytes"}, hours(datetime(2026, 3, 1, tzinfo=UTC), 744, lambda _: 52e9)))
    assert figures(imported(tmp_path, text), Metric.MEMORY) == {"2026-03": 52}
    (problem,) = imported(tmp_path, MARCH).problems
    assert (problem.code, "--as METRIC" in problem.remedy) == (Code.SOURCE_AMBIGUOUS, True)


def test_several_series_need_a_sum(tmp_path: Path) -> None:
    series = [({"pod": pod}, hours(datetime(2026, 3, 1, tzinfo=UTC), 744, lambda _: 2)) for pod in "ab"]
    refused = imported(tmp_path, answer(*series), asked(Metric.CPU))
    assert (refused.months, [one.code for one in refused.problems]) == ((), [Code.SOURCE_AMBIGUOUS])
    assert figures(imported(tmp_path, answer(*series), asked(Metric.CPU, sums=True)), Metric.CPU) == {"2026-03": 4}
    one = asked(Metric.CPU, where=[("pod", "b")])
    assert figures(imported(tmp_path, answer(*series), one), Metric.CPU) == {"2026-03": 2}


def test_files_of_one_series_are_put_together(tmp_path: Path) -> None:
    every = hours(datetime(2026, 3, 1, tzinfo=UTC), 744)
    paths = [tmp_path / "first.json", tmp_path / "second.json"]
    paths[0].write_text(answer(({}, every[:400])))
    paths[1].write_text(answer(({}, every[380:])))
    whole = imported(tmp_path, answer(({}, every)), asked(Metric.CPU))
    parts = read_sources(paths, asked(Metric.CPU), PlanFacts("USD"))
    assert figures(parts, Metric.CPU) == figures(whole, Metric.CPU)
    assert parts.months[0].source == "first.json, second.json"
    paths[1].write_text(answer(({}, [(time, "9") for time, _ in every[380:]])))
    (problem,) = read_sources(paths, asked(Metric.CPU), PlanFacts("USD")).problems
    assert (problem.code, "differs between" in problem.message) == (Code.SOURCE_AMBIGUOUS, True)


@pytest.mark.parametrize(
    ("labels", "metric", "is_refused"),
    [
        ({"__name__": "http_requests_total"}, Metric.REQUESTS, True),
        ({}, Metric.REQUESTS, True),
        ({}, Metric.CPU, True),
        ({}, Metric.STORAGE, False),
        ({}, Metric.USERS, False),
    ],
)
def test_a_counter_is_refused(tmp_path: Path, labels: dict[str, str], metric: Metric, is_refused: bool) -> None:
    rising = hours(datetime(2026, 3, 1, tzinfo=UTC), 744, float)
    found = imported(tmp_path, answer((labels, rising)), asked(metric))
    assert (Code.COUNTER_SERIES in [one.code for one in found.problems], found.months == ()) == (is_refused,) * 2


def test_a_rate_that_never_changes_is_no_counter(tmp_path: Path) -> None:
    flat = hours(datetime(2026, 3, 1, tzinfo=UTC), 744, lambda _: 5)
    assert figures(imported(tmp_path, answer(({}, flat)), asked(Metric.CPU)), Metric.CPU) == {"2026-03": 5}


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        ({"status": "error", "errorType": "bad_data", "error": "parse error"}, "bad_data: parse error"),
        ({"status": "success", "data": {"resultType": "vector", "result": []}}, "resultType vector"),
        ({"status": "success", "data": {"resultType": "scalar", "result": [1, "2"]}}, "resultType scalar"),
    ],
)
def test_an_answer_without_a_range_is_refused(tmp_path: Path, data: object, seen: str) -> None:
    (problem,) = imported(tmp_path, json.dumps(data), asked(Metric.CPU)).problems
    assert (problem.code, problem.seen) == (Code.SOURCE_QUERY, seen)


@pytest.mark.parametrize(
    "result",
    [[{"metric": {}}], [1], "x", [{"metric": {}, "values": [[1]]}], [{"metric": {}, "values": [[1e300, "1"]]}]],
)
def test_a_damaged_answer_is_refused(tmp_path: Path, result: object) -> None:
    data = {"status": "success", "data": {"resultType": "matrix", "result": result}}
    found = imported(tmp_path, json.dumps(data), asked(Metric.CPU))
    assert (found.months, [one.code for one in found.problems]) == ((), [Code.SOURCE_FORMAT])


# Tables


def test_grafana_writes_times_of_the_browser(tmp_path: Path) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 1, tzinfo=berlin).timestamp()
    times = [datetime.fromtimestamp(start + 3600 * hour, berlin) for hour in range(31 * 24 + 1)]  # one hour comes twice
    rows = [{"Time": f"{time:%Y-%m-%d %H:%M:%S}", "gateway": 5 + time.hour % 2, "worker": ""} for time in times]
    text = "sep=,\n" + csv_text(("Time", "gateway", "worker"), rows)
    (problem,) = imported(tmp_path, text, asked(Metric.CPU, "gateway")).problems
    assert (problem.code, "--zone" in problem.remedy) == (Code.SOURCE_AMBIGUOUS, True)
    found = imported(tmp_path, text, asked(Metric.CPU, "gateway", zone="Europe/Berlin"))
    assert figures(found, Metric.CPU) == {"2026-10": 6}
    assert found.months[0].rows == 745
    assert found.readings[0].format is SourceFormat.GRAFANA
    assert found.months[0].days is None


def test_a_table_of_months_is_taken_as_it_is(tmp_path: Path) -> None:
    rows = [{"Month": month, "Users": users} for month, users in (("2026-01", 5000), ("Feb 2026", 5200))]
    found = imported(tmp_path, csv_text(("Month", "Users"), rows))
    assert figures(found, Metric.USERS) == {"2026-01": 5000, "2026-02": 5200}
    assert {one.status for one in found.months} == {MeasuredStatus.FINAL}


def test_several_columns_are_several_metrics(tmp_path: Path) -> None:
    text = "Monat;Aktive;Kosten\n31.01.2026;5.000,5;6.400,25\n28.02.2026;5.200;6.700,5\n"
    options = ImportOptions({Metric.USERS: "Aktive", Metric.COST: "Kosten"})
    found = imported(tmp_path, text, options)
    assert figures(found, Metric.USERS) == {"2026-01": 5000.5, "2026-02": 5200}
    assert figures(found) == {"2026-01": 6400.25, "2026-02": 6700.5}
    assert (found.readings[0].delimiter, found.readings[0].decimal) == (";", ",")


def test_months_that_are_not_over_are_named_once(tmp_path: Path) -> None:
    text = "Month,Users,Cost\n2026-01,5000,6400\n2026-02,5200,6700\n2026-03,5300,6900\n"
    options = ImportOptions({Metric.USERS: "Users", Metric.COST: "Cost"}, today=date(2026, 2, 10))
    found = imported(tmp_path, text, options)
    assert list(figures(found)) == ["2026-01"]
    assert [(one.code, one.seen) for one in found.problems] == [(Code.SOURCE_LEFT_OUT, "Feb 2026, Mar 2026")]


def test_thousands_that_may_be_decimals_are_refused(tmp_path: Path) -> None:
    found = imported(tmp_path, "Month;Users\n2026-01;1.234\n")
    assert [(one.code, one.seen) for one in found.problems] == [(Code.SOURCE_AMBIGUOUS, "1.234")]
    assert figures(imported(tmp_path, 'Month,Users\n2026-01,"1,234"\n'), Metric.USERS) == {"2026-01": 1234}


def test_daily_costs_are_added_and_grow_for_five_days(tmp_path: Path) -> None:
    days = [date(2026, 3, 1) + timedelta(days=day) for day in range(36)]
    text = csv_text(("Day", "Cost"), [{"Day": day, "Cost": 2} for day in days])
    march, april = imported(tmp_path, text).months
    assert (march.value, march.status) == (62, MeasuredStatus.FINAL)
    assert (april.value, april.days, april.status) == (10, 5, MeasuredStatus.PRELIMINARY)
    (short, *_) = imported(tmp_path, "\n".join(text.splitlines()[:-1])).months
    assert (short.value, short.status) == (62, MeasuredStatus.PRELIMINARY)


def test_rows_of_one_time_need_a_choice(tmp_path: Path) -> None:
    text = "Month,Team,Users\n2026-01,a,5\n2026-01,b,7\n"
    assert [one.code for one in imported(tmp_path, text, asked(Metric.USERS, "Users")).problems] == [
        Code.SOURCE_AMBIGUOUS
    ]
    assert figures(imported(tmp_path, text, asked(Metric.USERS, "Users", sums=True)), Metric.USERS) == {"2026-01": 12}
    one = asked(Metric.USERS, "Users", where=[("Team", "b")])
    assert figures(imported(tmp_path, text, one), Metric.USERS) == {"2026-01": 7}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ImportOptions(), "which column is which metric"),
        (asked(Metric.USERS), "which column is which metric"),
        (asked(Metric.USERS, "Frist"), "there is no column 'Frist'; did you mean First?"),
    ],
)
def test_columns_that_tell_no_metric_are_refused(tmp_path: Path, options: ImportOptions, words: str) -> None:
    (problem,) = imported(tmp_path, "Month,First,Second\n2026-01,1,2\n", options).problems
    assert words in problem.message


def test_a_number_with_its_unit_is_refused(tmp_path: Path) -> None:
    found = imported(tmp_path, "Month,Users\n2026-01,5\n2026-02,5 req/s\n2026-03,\n")
    assert [(one.code, one.where, one.seen) for one in found.problems] == [
        (Code.SOURCE_FORMAT, "source, line 3", "'5 req/s'")
    ]


@pytest.mark.parametrize("content", ["", "a,b\n1,x\n", "{", "[1]", '{"a": 1}', "PK\x03\x04", "\x00\x01"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    found = imported(tmp_path, content)
    assert (found.months, [one.code for one in found.problems]) == ((), [Code.SOURCE_FORMAT])


def test_a_row_of_totals_is_named(tmp_path: Path) -> None:
    found = imported(tmp_path, "Month,Users\n2026-01,5\n2026-02,6\nTotal,11\n")
    assert [(one.where, one.seen) for one in found.problems] == [("source, line 4", "'Total'")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", "2026-03-31T00:00:00"),
        ("31.03.2026 23:15", "2026-03-31T23:15:00"),
        ("2026-03-31T23:15:00Z", "2026-03-31T23:15:00+00:00"),
        ("1774998900", "2026-03-31T23:15:00+00:00"),
        ("1774998900000", "2026-03-31T23:15:00+00:00"),
        ("2026-03-31 23:15:00 UTC", "2026-03-31T23:15:00+00:00"),
        ("March 2026", "2026-03-01T00:00:00"),
        ("202603", "2026-03-01T00:00:00"),
        ("03/04/2026", None),
        ("Mayor 2026x", None),
        ("9999-01-01", None),
        ("12", None),
    ],
)
def test_times_as_they_are_written(text: str, expected: str | None) -> None:
    found = typed_time(text)
    assert (found.moment.isoformat() if found else None) == expected
