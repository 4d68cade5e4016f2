"""Bills of FOCUS, AWS, GCP and Azure into the cost of months: both bases, tax, corrections, credits, currencies."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.history.sources import (
    AWS_COLUMNS,
    AWS_LEGACY,
    AZURE_COLUMNS,
    FOCUS_COLUMNS,
    GCP_COLUMNS,
    USD,
    Row,
    aws_rows,
    azure_rows,
    csv_text,
    figures,
    focus_row,
    focus_rows,
    gcp_rows,
    imported,
)
from workbook.history.importing.read import read_sources
from workbook.history.importing.records import Basis, ImportOptions, MeasuredStatus, Metric, SourceFormat
from workbook.problems import Code, has_errors

FOCUS = csv_text(FOCUS_COLUMNS, focus_rows())
CASH = ImportOptions(basis=Basis.CASH)
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_focus_has_its_43_columns() -> None:
    assert len(set(FOCUS_COLUMNS)) == 43


@pytest.mark.parametrize(
    ("options", "expected"),
    [(ImportOptions(), {"2026-01": 320, "2026-02": 410}), (CASH, {"2026-01": 1460, "2026-02": 380})],
)
def test_focus_in_both_bases(tmp_path: Path, options: ImportOptions, expected: dict[str, float]) -> None:
    found = imported(tmp_path, FOCUS, options)
    assert figures(found) == expected
    assert [(one.format, one.rows, one.delimiter, one.decimal) for one in found.readings] == [
        (SourceFormat.FOCUS, 7, ",", ".")
    ]


def test_a_charge_of_a_year_is_spread_by_days(tmp_path: Path) -> None:
    year = focus_row(365, JANUARY, "Purchase", datetime(2026, 1, 1), 365, ChargePeriodEnd="2027-01-01T00:00:00Z")
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, [*focus_rows(), year]))
    assert figures(found) == {"2026-01": 320 + 31, "2026-02": 410 + 28}  # nothing of months that are to come


def test_a_month_is_final_five_days_after_its_end(tmp_path: Path) -> None:
    def status(day: int) -> MeasuredStatus:
        rows = [focus_row(1, JANUARY, "Usage", datetime(2026, 1, 31), 1)]
        rows.append(focus_row(1, FEBRUARY, "Usage", datetime(2026, 2, day), 1))
        return imported(tmp_path, csv_text(FOCUS_COLUMNS, rows)).months[0].status

    assert [status(day) for day in (4, 5)] == [MeasuredStatus.PRELIMINARY, MeasuredStatus.FINAL]


def test_a_bill_that_ends_in_a_month_measures_it_in_part(tmp_path: Path) -> None:
    january, february = imported(tmp_path, FOCUS).months
    assert (january.days, january.status) == (None, MeasuredStatus.FINAL)
    assert (february.days, february.status) == (10, MeasuredStatus.PRELIMINARY)


def test_a_correction_alone_is_no_month(tmp_path: Path) -> None:
    later = [row for row in focus_rows() if str(row["BillingPeriodStart"]).startswith("2026-02")]
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, later))
    assert figures(found) == {"2026-02": 410}
    (alone,) = [one for one in found.problems if one.code is Code.PARTIAL_MONTH and "corrections" in one.message]
    assert alone.seen == "Jan 2026"


def test_bills_of_several_files_are_one_bill(tmp_path: Path) -> None:
    rows = focus_rows()
    paths = [tmp_path / "january.csv", tmp_path / "february.csv"]
    for path, part in zip(paths, (rows[:5], rows[5:]), strict=True):
        path.write_text(csv_text(FOCUS_COLUMNS, part))
    found = read_sources(paths, ImportOptions(), USD)
    assert figures(found) == {"2026-01": 320, "2026-02": 410}
    assert found.months[0].source == "january.csv, february.csv"
    assert read_sources([*paths, paths[0]], ImportOptions(), USD) == found  # a file that is named twice counts once


@pytest.mark.parametrize(
    ("without", "january"), [((), 320), (("none",), 382), (("Credit",), 370), (("credit", "none"), 432)]
)
def test_categories_that_do_not_count(tmp_path: Path, without: tuple[str, ...], january: float) -> None:
    found = imported(tmp_path, FOCUS, ImportOptions(without=without))
    assert figures(found)["2026-01"] == january


def test_categories_are_shown_apart(tmp_path: Path) -> None:
    counted, left = [one for one in imported(tmp_path, FOCUS).problems if one.code is Code.SOURCE_LEFT_OUT]
    assert counted.seen == "Credit USD -50 in 1 row, Purchase USD 0 in 1 row, Usage USD 780 in 4 rows"
    assert left.seen == "Tax USD 62 in 1 row"


def test_rows_are_chosen_by_a_column(tmp_path: Path) -> None:
    rows = [{**row, "SubAccountId": f"team {number % 2}"} for number, row in enumerate(focus_rows())]
    content = csv_text(FOCUS_COLUMNS, rows)
    one = imported(tmp_path, content, ImportOptions(where=[("SubAccountId", "team 0")]))
    assert figures(one) == {"2026-01": 280.5 - 30}
    both = ImportOptions(where=[("SubAccountId", "team 0"), ("SubAccountId", "team 1")])
    assert figures(imported(tmp_path, content, both)) == figures(imported(tmp_path, content))
    (wrong,) = imported(tmp_path, content, ImportOptions(where=[("SubAccount", "x")])).problems
    assert (wrong.code, "did you mean SubAccountId?" in wrong.message) == (Code.SOURCE_FORMAT, True)


def test_another_currency_is_refused_with_what_each_amounts_to(tmp_path: Path) -> None:
    euros = focus_row(5, JANUARY, "Usage", datetime(2026, 1, 2), 5, BillingCurrency="EUR")
    content = csv_text(FOCUS_COLUMNS, [*focus_rows(), euros])
    found = imported(tmp_path, content)
    assert (found.months, found.problems[0].code) == ((), Code.SOURCE_CURRENCY)
    assert found.problems[0].seen == "EUR 5 in 1 row; USD 730 in 5 rows"
    chosen = imported(tmp_path, content, ImportOptions(where=[("BillingCurrency", "USD")]))
    assert figures(chosen) == {"2026-01": 320, "2026-02": 410}


@pytest.mark.parametrize("names", [{}, AWS_LEGACY])
@pytest.mark.parametrize(("options", "cost"), [(ImportOptions(), 174), (CASH, 674)])
def test_aws_in_both_bases_and_editions(
    tmp_path: Path, names: dict[str, str], options: ImportOptions, cost: float
) -> None:
    columns = [names.get(name, name) for name in AWS_COLUMNS]
    rows: list[Row] = [{names.get(name, name): value for name, value in row.items()} for row in aws_rows()]
    found = imported(tmp_path, csv_text(columns, rows), options)
    assert found.readings[0].format is SourceFormat.AWS
    assert figures(found) == {"2026-01": cost}


def test_aws_without_the_columns_of_its_savings_plans_is_refused(tmp_path: Path) -> None:
    columns = [name for name in AWS_COLUMNS if not name.startswith("savings_plan")]
    rows: list[Row] = [{name: row[name] for name in columns if name in row} for row in aws_rows()]
    found = imported(tmp_path, csv_text(columns, rows))
    assert (found.months, found.problems[0].code) == ((), Code.SOURCE_FORMAT)
    assert "savings_plan_used_commitment" in found.problems[0].seen
    assert figures(imported(tmp_path, csv_text(columns, rows), CASH)) == {"2026-01": 674}


def gcp_json_lines() -> str:
    """The same charges as the export to JSON has them: nested, and numbers as numbers."""
    rows = []
    for row in gcp_rows():
        credits_ = json.loads(str(row["credits"]) or "[]")
        invoice = {"month": row["invoice.month"]}
        rows.append({**{name: row[name] for name in GCP_COLUMNS[:4]}, "invoice": invoice, "credits": credits_})
    return "\n".join(map(json.dumps, rows))


def test_gcp_counts_its_credits(tmp_path: Path) -> None:
    lines = gcp_json_lines()
    as_list = "[" + lines.replace("\n", ",\n") + "]"
    for content in (csv_text(GCP_COLUMNS, gcp_rows()), lines, as_list):
        for options in (ImportOptions(), CASH):
            found = imported(tmp_path, content, options)
            assert found.readings[0].format is SourceFormat.GCP
            assert figures(found) == {"2026-01": 127.5}


def test_gcp_without_credits_is_refused(tmp_path: Path) -> None:
    rows: list[Row] = [{name: row[name] for name in GCP_COLUMNS[:5]} for row in gcp_rows()]
    (problem,) = imported(tmp_path, csv_text(GCP_COLUMNS[:5], rows)).problems
    assert (problem.code, problem.message.endswith("which also needs credits")) == (Code.SOURCE_FORMAT, True)


@pytest.mark.parametrize(
    ("is_amortised", "format_", "basis", "cost"),
    [
        (True, None, Basis.ACCRUAL, 100),
        (True, None, Basis.CASH, None),
        (False, None, Basis.ACCRUAL, None),
        (False, None, Basis.CASH, 87.75),
        (False, SourceFormat.AZURE_AMORTISED, Basis.ACCRUAL, 87.75),
        (False, SourceFormat.AZURE_ACTUAL, Basis.ACCRUAL, None),
        (False, SourceFormat.AZURE_ACTUAL, Basis.CASH, 87.75),
    ],
)
def test_azure_amortised_and_actual(
    tmp_path: Path, is_amortised: bool, format_: SourceFormat | None, basis: Basis, cost: float | None
) -> None:
    content = csv_text(AZURE_COLUMNS, azure_rows(is_amortised=is_amortised))
    found = imported(tmp_path, content, ImportOptions(basis=basis, format=format_))
    assert figures(found) == ({} if cost is None else {"2026-01": cost})
    assert [one.code for one in found.problems if cost is None] == ([Code.SOURCE_AMBIGUOUS] if cost is None else [])


def test_azure_of_enterprise_agreements_spells_its_columns_otherwise(tmp_path: Path) -> None:
    text = csv_text(AZURE_COLUMNS, azure_rows())
    for name, other in (("billingCurrency,", "BillingCurrencyCode,"), ("date,", "Date,"), ("costIn", "CostIn")):
        text = text.replace(name, other, 1)
    assert figures(imported(tmp_path, text)) == {"2026-01": 100}


def test_a_bill_saved_again_by_a_german_excel(tmp_path: Path) -> None:
    rows: list[Row] = [
        {**row, **{name: str(row[name]).replace(".", ",") for name in ("BilledCost", "EffectiveCost")}}
        for row in focus_rows()
    ]
    rows.append({**rows[0], "EffectiveCost": "1.234,50"})
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, rows, ";").encode("utf-8-sig"))
    assert (found.readings[0].delimiter, found.readings[0].decimal) == (";", ",")
    assert figures(found)["2026-01"] == 320 + 1234.5


def test_a_packed_bill_is_read_as_it_is(tmp_path: Path) -> None:
    assert imported(tmp_path, gzip.compress(FOCUS.encode())) == imported(tmp_path, FOCUS)


def test_a_packed_bill_that_breaks_off_is_refused(tmp_path: Path) -> None:
    found = imported(tmp_path, gzip.compress(FOCUS.encode())[:-20])
    assert (found.months, [one.code for one in found.problems]) == ((), [Code.SOURCE_FORMAT])


@pytest.mark.parametrize(
    ("column", "value", "place"),
    [
        ("EffectiveCost", "many", "source, line 2"),
        ("ChargePeriodStart", "soon", "source"),
        ("EffectiveCost", "nan", "source"),
    ],
)
def test_a_cell_that_cannot_be_read_has_its_place(tmp_path: Path, column: str, value: str, place: str) -> None:
    rows = focus_rows()
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, [{**rows[0], column: value}, *rows[1:]]))
    assert found.months == ()
    assert [(one.code, one.where, one.seen) for one in found.problems if one.code is Code.SOURCE_FORMAT] == [
        (Code.SOURCE_FORMAT, place, repr(value))
    ]


def test_a_row_that_breaks_off_has_its_place(tmp_path: Path) -> None:
    found = imported(tmp_path, FOCUS + "a,b\r\n\r\n")
    assert [(one.code, one.where) for one in found.problems] == [(Code.SOURCE_FORMAT, "source, line 9")]


def test_a_blank_amount_is_none(tmp_path: Path) -> None:
    rows = focus_rows()
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, [{**rows[0], "EffectiveCost": ""}, *rows[1:]]))
    assert not has_errors(found.problems)
    assert figures(found)["2026-01"] == 320 - 280.5


def test_a_decimal_comma_among_decimal_points_is_refused(tmp_path: Path) -> None:
    rows = [*focus_rows()[:1] * 300, {**focus_rows()[0], "EffectiveCost": "280,50"}]
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, rows))
    assert [(one.where, one.seen) for one in found.problems] == [("source, line 302", "'280,50'")]
    commas = [{**row, "EffectiveCost": "280,50", "BilledCost": "310,25"} for row in rows[:300]]
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, [*commas, {**rows[0], "EffectiveCost": "280.5"}], ";"))
    assert [(one.where, one.seen) for one in found.problems] == [("source, line 302", "'280.5'")]


def test_a_bill_under_two_names_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / "bill.csv", tmp_path / "bill.csv.gz"]
    paths[0].write_text(FOCUS)
    paths[1].write_bytes(gzip.compress(FOCUS.encode()))
    found = read_sources(paths, ImportOptions(), USD)
    assert (found.months, [one.code for one in found.problems]) == ((), [Code.SOURCE_AMBIGUOUS])


def test_a_bill_has_no_other_metric(tmp_path: Path) -> None:
    found = imported(tmp_path, FOCUS, ImportOptions({Metric.USERS: ""}))
    assert (found.months, found.problems[0].code) == ((), Code.SOURCE_AMBIGUOUS)


def test_rows_that_nobody_wanted_are_remarked(tmp_path: Path) -> None:
    found = imported(tmp_path, FOCUS, ImportOptions(where=[("ServiceName", "none such")]))
    assert (found.months, [one.seen for one in found.problems]) == ((), ["ServiceName=none such"])


@pytest.mark.whole
def test_charges_of_more_times_than_a_batch_are_added(tmp_path: Path) -> None:
    start = datetime(2026, 1, 1)
    rows = (focus_row(1, JANUARY, "Usage", start + timedelta(seconds=second), 1) for second in range(60_000))
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, rows))  # more than one batch
    assert figures(found) == {"2026-01": 60_000}
    assert found.months[0].rows == 60_000
