"""Source files as their makers document them, written for tests."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workbook.history.importing.read import read_sources
from workbook.history.importing.records import Imported, ImportOptions, Metric, PlanFacts

USD = PlanFacts("USD")

FOCUS_COLUMNS = (
    "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
    "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd",
    "ChargePeriodStart", "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
    "CommitmentDiscountStatus", "CommitmentDiscountType", "ConsumedQuantity", "ConsumedUnit", "ContractedCost",
    "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory",
    "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId",
    "ResourceName", "ResourceType", "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId",
    "SubAccountName", "Tags",
)  # fmt: skip
"""The 43 columns of FOCUS 1.0."""

AWS_COLUMNS = (
    "bill_billing_period_start_date", "line_item_usage_start_date", "line_item_line_item_type",
    "line_item_currency_code", "line_item_unblended_cost", "savings_plan_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date", "savings_plan_used_commitment", "reservation_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period", "reservation_unused_recurring_fee",
    "reservation_reservation_a_r_n", "product_region_code",
)  # fmt: skip
AWS_LEGACY = {
    "bill_billing_period_start_date": "bill/BillingPeriodStartDate",
    "line_item_usage_start_date": "lineItem/UsageStartDate",
    "line_item_line_item_type": "lineItem/LineItemType",
    "line_item_currency_code": "lineItem/CurrencyCode",
    "line_item_unblended_cost": "lineItem/UnblendedCost",
    "savings_plan_savings_plan_effective_cost": "savingsPlan/SavingsPlanEffectiveCost",
    "savings_plan_total_commitment_to_date": "savingsPlan/TotalCommitmentToDate",
    "savings_plan_used_commitment": "savingsPlan/UsedCommitment",
    "reservation_effective_cost": "reservation/EffectiveCost",
    "reservation_unused_amortized_upfront_fee_for_billing_period": (
        "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod"
    ),
    "reservation_unused_recurring_fee": "reservation/UnusedRecurringFee",
    "reservation_reservation_a_r_n": "reservation/ReservationARN",
    "product_region_code": "product/regionCode",
}
"""The same columns as the legacy report names them."""

Row = Mapping[str, object]


def csv_text(columns: Sequence[str], rows: Iterable[Row], delimiter: str = ",") -> str:
    """Return rows as CSV; a column that a row does not have is blank."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def focus_row(billed: float, billing: date, category: str, start: datetime, effective: float, **more: object) -> Row:
    """Return a row of FOCUS, an hour long unless `ChargePeriodEnd` is given."""
    values = {
        "BilledCost": billed,
        "EffectiveCost": effective,
        "BillingCurrency": "USD",
        "BillingPeriodStart": f"{billing}T00:00:00Z",
        "ChargeCategory": category,
        "ChargePeriodStart": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "ChargePeriodEnd": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
    }
    return {**values, **more}


def focus_rows() -> list[Row]:
    """Return charges of January and February 2026, with a purchase, a credit, tax and a correction."""
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    return [
        focus_row(310, january, "Usage", datetime(2026, 1, 5), 280.50),
        focus_row(0, january, "Usage", datetime(2026, 1, 31, 23), 119.50),
        focus_row(1200, january, "Purchase", datetime(2026, 1, 1), 0),
        focus_row(-50, january, "Credit", datetime(2026, 1, 15), -50),
        focus_row(62, january, "Tax", datetime(2026, 1, 1), 62),
        focus_row(410, february, "Usage", datetime(2026, 2, 10), 410),
        focus_row(-30, february, "Usage", datetime(2026, 1, 20), -30, ChargeClass="Correction"),
    ]


def aws_rows() -> list[Row]:
    """Return lines of every type that AWS bills for savings plans and reservations."""
    names = AWS_COLUMNS
    rows: list[dict[str, object]] = [
        {"line_item_line_item_type": "Usage", names[4]: 100},
        {"line_item_line_item_type": "SavingsPlanCoveredUsage", names[4]: 80, names[5]: 56},
        {"line_item_line_item_type": "SavingsPlanNegation", names[4]: -80},
        {"line_item_line_item_type": "SavingsPlanRecurringFee", names[4]: 60, names[6]: 60, names[7]: 56},
        {"line_item_line_item_type": "DiscountedUsage", names[4]: 0, names[8]: 21},
        {"line_item_line_item_type": "RIFee", names[4]: 24, names[9]: 1, names[10]: 2},
        {"line_item_line_item_type": "Fee", names[4]: 500, names[11]: "arn:aws:ec2:eu-west-1:1:reserved-instances/2"},
        {"line_item_line_item_type": "Tax", names[4]: 19},
        {"line_item_line_item_type": "Credit", names[4]: -10},
    ]
    shared = {names[0]: "2026-01-01T00:00:00Z", names[1]: "2026-01-12T08:00:00Z", names[3]: "USD"}
    return [{**shared, **row} for row in rows]


def gcp_rows() -> list[Row]:
    """Return charges of GCP, one with credits and one of tax, as its export writes them."""
    shared = {"usage_start_time": "2026-01-12 08:00:00 UTC", "currency": "USD", "invoice.month": "202601"}
    credit = [{"name": "CUD", "amount": -18.5}, {"name": "Free tier", "amount": -4}]
    return [
        {**shared, "cost": 120, "cost_type": "regular", "credits": json.dumps(credit)},
        {**shared, "cost": 30, "cost_type": "regular", "credits": "[]"},
        {**shared, "cost": 7.5, "cost_type": "tax", "credits": ""},
    ]


GCP_COLUMNS = ("usage_start_time", "cost", "currency", "cost_type", "invoice.month", "credits")


def azure_rows(*, is_amortised: bool = True) -> list[Row]:
    """Return cost details of Azure, whose dates have the month first."""
    shared = {"billingPeriodStartDate": "01/01/2026", "billingCurrency": "USD"}
    unused = {"date": "01/31/2026", "chargeType": "UnusedReservation", "costInBillingCurrency": 12.25}
    usage = {"date": "01/05/2026", "chargeType": "Usage", "costInBillingCurrency": 87.75}
    return [{**shared, **usage}, *([{**shared, **unused}] if is_amortised else [])]


AZURE_COLUMNS = ("date", "billingPeriodStartDate", "billingCurrency", "chargeType", "costInBillingCurrency")

Sample = tuple[float, str]


def hourly_march() -> list[Sample]:
    """Return the hours of March 2026 in UTC: a daily rhythm that grows, an outlier, a gap, a NaN, an hour of April."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    made = []
    for hour in range(31 * 24):
        moment = start + timedelta(hours=hour)
        day = moment.day - 1
        if day == 20 and moment.hour >= 11:
            continue
        value = 5000 + 20 * day + 800 * (9 <= moment.hour <= 17) + 9999 * (day == 12 and moment.hour == 3)
        made.append((moment.timestamp(), "NaN" if (day, moment.hour) == (5, 2) else str(value)))
    return [*made, (datetime(2026, 4, 1, tzinfo=UTC).timestamp(), "4000")]


def answer(*series: tuple[Mapping[str, str], Sequence[Sample]]) -> str:
    """Return the answer of Prometheus to a range query."""
    result = [{"metric": dict(labels), "values": [list(sample) for sample in values]} for labels, values in series]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})


def imported(
    folder: Path, content: str | bytes, options: ImportOptions | None = None, name: str = "source"
) -> Imported:
    """Write a file and read it as a source of a plan in USD."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sources([path], options or ImportOptions(), USD)


def figures(found: Imported, metric: Metric = Metric.COST) -> dict[str, float]:
    """Return the values of a metric by month."""
    return {f"{one.month:%Y-%m}": one.value for one in found.months if one.metric is metric}
