"""The header of a bill into the columns that an import needs, and the amount of a row (many floor).

FOCUS is the FinOps Open Cost and Usage Specification, from version 1.0 on; AWS stands for its Cost and Usage Report,
GCP for the billing export, Azure for cost details. Names are in words: `line_item_usage_start_date`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from workbook.history.importing.records import Basis, SourceFormat

Row = Sequence[str]
Number = Callable[[str], float]
AmountOf = Callable[[Row], float]


class BillLayout(Struct, frozen=True):
    """Where a bill has what an import needs; blank where it does not say."""

    format: SourceFormat
    day: str
    billed: str
    currency: str
    category: str
    accrual: tuple[str, ...]
    """Columns of amounts in accrual; the first is at hand in every row."""
    cash: str
    end: str = ""
    class_: str = ""
    """Column that says whether a row corrects an earlier bill."""
    in_both: tuple[str, ...] = ()
    """Columns of further amounts."""

    def spelled(self, name: str) -> str:
        """Return a column as the maker of the bill writes it."""
        words = name.split("_")
        match self.format:
            case SourceFormat.FOCUS:
                return "".join(word.capitalize() for word in words)
            case SourceFormat.AZURE:
                return words[0] + "".join(word.capitalize() for word in words[1:])
            case _:
                return name

    def needed(self, basis: Basis) -> tuple[str, ...]:
        """Return the columns without which the bill cannot be read."""
        kept = self.accrual if basis is Basis.ACCRUAL else (self.billed, self.cash)
        return tuple(dict.fromkeys((self.day, self.currency, self.category, *kept, *self.in_both)))


FOCUS = BillLayout(
    SourceFormat.FOCUS,
    day="charge_period_start",
    billed="billing_period_start",
    currency="billing_currency",
    category="charge_category",
    accrual=("effective_cost",),
    cash="billed_cost",
    end="charge_period_end",
    class_="charge_class",
)
AWS = BillLayout(
    SourceFormat.AWS,
    day="line_item_usage_start_date",
    billed="bill_billing_period_start_date",
    currency="line_item_currency_code",
    category="line_item_line_item_type",
    accrual=("line_item_unblended_cost",),
    cash="line_item_unblended_cost",
)
GCP = BillLayout(
    SourceFormat.GCP,
    day="usage_start_time",
    billed="invoice_month",
    currency="currency",
    category="cost_type",
    accrual=("cost",),
    cash="cost",
    in_both=("credits",),
)
AZURE = BillLayout(
    SourceFormat.AZURE,
    day="date",
    billed="billing_period_start_date",
    currency="billing_currency",
    category="charge_type",
    accrual=("cost_in_billing_currency",),
    cash="cost_in_billing_currency",
)
LAYOUTS = (FOCUS, AWS, GCP, AZURE)
_OTHER_NAMES = {"billing_currency_code": "billing_currency"}


def columns_of(columns: Mapping[str, int]) -> dict[str, int]:
    """Return the positions of columns, also under the name that another edition of the same bill gives them."""
    return {**{_OTHER_NAMES[name]: at for name, at in columns.items() if name in _OTHER_NAMES}, **columns}


_SAVINGS, _RESERVATION = "savings_plan_", "reservation_"
_ARN = "reservation_reservation_a_r_n"
_BY_TYPE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "SavingsPlanCoveredUsage": ((f"{_SAVINGS}savings_plan_effective_cost",), ()),
    "SavingsPlanRecurringFee": ((f"{_SAVINGS}total_commitment_to_date",), (f"{_SAVINGS}used_commitment",)),
    "SavingsPlanNegation": ((), ()),
    "SavingsPlanUpfrontFee": ((), ()),
    "DiscountedUsage": ((f"{_RESERVATION}effective_cost",), ()),
    "RIFee": (
        (
            f"{_RESERVATION}unused_amortized_upfront_fee_for_billing_period",
            f"{_RESERVATION}unused_recurring_fee",
        ),
        (),
    ),
}
"""What a line of AWS's report costs in accrual, by its type: the sum of the first columns less that of the second."""


def amount_of(layout: BillLayout, columns: Mapping[str, int], basis: Basis, number: Number) -> AmountOf:
    """Return what reads the amount of a row; it raises ValueError or IndexError where there is none."""
    if layout is AWS and basis is Basis.ACCRUAL:
        return _aws_accrual(columns, number)
    if layout is GCP:
        return _gcp(columns, number)
    position = columns[layout.cash if basis is Basis.CASH else layout.accrual[0]]
    return lambda row: number(row[position])


def _aws_accrual(columns: Mapping[str, int], number: Number) -> AmountOf:
    kind, unblended, arn = columns[AWS.category], columns[AWS.cash], columns.get(_ARN)
    by_type = {
        name: ([columns[one] for one in plus if one in columns], [columns[one] for one in minus if one in columns])
        for name, (plus, minus) in _BY_TYPE.items()
    }

    def amount(row: Row) -> float:
        found = by_type.get(row[kind])
        if found is None:
            is_upfront = row[kind] == "Fee" and arn is not None and row[arn]
            return 0.0 if is_upfront else number(row[unblended])
        return sum(number(row[one]) for one in found[0]) - sum(number(row[one]) for one in found[1])

    return amount


def missing_by_type(kinds: Iterable[str], columns: Mapping[str, int]) -> tuple[str, ...]:
    """Return the columns that lines of these types of AWS's report need in accrual, and that it lacks."""
    needed = [name for kind in sorted(kinds) for part in _BY_TYPE.get(kind, ()) for name in part]
    return tuple(name for name in dict.fromkeys(needed) if name not in columns)


def _gcp(columns: Mapping[str, int], number: Number) -> AmountOf:
    cost, credits_ = columns["cost"], columns["credits"]
    return lambda row: number(row[cost]) + _credits(row[credits_])


def _credits(text: str) -> float:
    """Return the sum of the credits of a row. Raises ValueError for what is no list of them."""
    if text in ("", "[]", "null"):
        return 0.0
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(text)
    return sum(float(one.get("amount") or 0) for one in found)
