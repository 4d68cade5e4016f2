"""Records of plans into a group: one currency, labels that differ, fiscal years, and what is added (post floor)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from workbook.portfolio.rates import group_currency
from workbook.portfolio.records import CATEGORIES, Commitment, Figures, Found, Order, PlanRecord, PlanStatus

BLANK = "(blank)"
"""What the group of plans is called that have no value for a setting."""


class GroupedPlan(Struct, frozen=True):
    """A plan of a group: its number from 1, its file as seen from the group workbook, its label and its group.

    `rate` is what one unit of its currency is worth in that of the group, 0 for a plan that is not counted.
    """

    number: int
    record: PlanRecord
    file: str
    label: str
    group: str
    rate: float = 0.0

    @property
    def figures(self) -> Figures | None:
        """The figures of a plan that is counted."""
        return self.record.figures if self.record.status is PlanStatus.COUNTED else None

    def amounts(self, category: int, years: Sequence[int]) -> list[float]:
        """Return the cost of a category by fiscal year, in the plan's currency."""
        found = dict.fromkeys(years, 0.0)
        for month in self.figures.months if self.figures else ():
            found[month.fiscal_year] += month.amounts[category]
        return list(found.values())

    @property
    def total(self) -> float:
        """The cost of the whole plan in the currency of the group."""
        months = self.figures.months if self.figures else ()
        return sum(sum(month.amounts) for month in months) * self.rate


class Group(Struct, frozen=True):
    """All plans in their order, the currency that they are added in, and the rates of their currencies.

    `by` is the title of the setting that groups them, or empty.
    """

    currency: str
    by: str
    plans: tuple[GroupedPlan, ...]
    rates: Mapping[str, float]

    @property
    def counted(self) -> tuple[GroupedPlan, ...]:
        """The plans whose figures are added."""
        return tuple(plan for plan in self.plans if plan.figures)

    @property
    def years(self) -> tuple[int, ...]:
        """The fiscal years of all counted plans, none left out between the first and the last."""
        found = {month.fiscal_year for plan in self.counted if plan.figures for month in plan.figures.months}
        return tuple(range(min(found), max(found) + 1)) if found else ()

    @property
    def orders(self) -> list[tuple[GroupedPlan, Order]]:
        """What to order, by date, then plan."""
        found = [(plan, order) for plan in self.counted if plan.figures for order in plan.figures.orders]
        return sorted(found, key=lambda one: (one[1].order_by or "9999", one[0].number))

    @property
    def commitments(self) -> list[tuple[GroupedPlan, Commitment]]:
        """What is reserved, by first month, then plan."""
        found = [(plan, one) for plan in self.counted if plan.figures for one in plan.figures.commitments]
        return sorted(found, key=lambda one: (one[1].first_month or "9999", one[0].number))

    @property
    def groups(self) -> dict[str, list[GroupedPlan]]:
        """The counted plans of each group, the one that costs most first; names differ in more than their case."""
        found: dict[str, list[GroupedPlan]] = {}
        for plan in self.counted:
            found.setdefault(plan.group, []).append(plan)
        return dict(sorted(found.items(), key=lambda one: -sum(plan.total for plan in one[1])))

    @property
    def largest(self) -> list[GroupedPlan]:
        """The counted plans, the one that costs most first."""
        return sorted(self.counted, key=lambda plan: (-plan.total, plan.number))

    def by_status(self) -> Counter[PlanStatus]:
        """Return how many plans there are of each status."""
        return Counter(plan.record.status for plan in self.plans)


def make_group(
    records: Sequence[PlanRecord], output: Path, by: tuple[str, str], rates: Mapping[str, float] | None
) -> Group:
    """Return the group of some records, as a workbook at `output` shows them.

    `by` is the field and the title of the setting that groups them, or two empty texts. A plan in another currency
    without a rate is not counted. Raises RatesError as `group_currency` does.
    """
    given = dict(rates or {})
    currencies = [one.figures.currency for one in records if one.figures and one.status is PlanStatus.COUNTED]
    currency = group_currency(given, currencies)
    known = {currency: 1.0, **given}
    rated = [_rated(record, known, currency) for record in records if record.status is not PlanStatus.GROUP]
    files = [file_from(output, record) for record in rated]
    labels = _labels(rated, files)
    groups = _groups(rated, by[0])
    plans = tuple(
        GroupedPlan(
            number, record, file, label, group,
            known[record.figures.currency] if record.figures and record.status is PlanStatus.COUNTED else 0.0,
        )
        for number, (record, file, label, group) in enumerate(zip(rated, files, labels, groups, strict=True), 1)
    )  # fmt: skip
    used = {plan.figures.currency for plan in plans if plan.figures}
    shown = {one: rate for one, rate in known.items() if one in used or one == currency}
    return Group(currency, by[1], plans, dict(sorted(shown.items())) if currency else {})


def group_text(group: Group, plan: GroupedPlan) -> str:
    """Return what a row of a plan says of its group: its scenario where no setting groups the plans."""
    return plan.group if group.by else (plan.record.figures.scenario if plan.record.figures else "")


def file_from(output: Path, record: PlanRecord) -> str:
    """Return the path of a workbook as seen from the folder of the group workbook, with slashes."""
    try:
        return Path(os.path.relpath(record.path, output.absolute().parent)).as_posix()
    except ValueError:  # another drive
        return Path(record.path).as_posix()


def _rated(record: PlanRecord, rates: Mapping[str, float], currency: str) -> PlanRecord:
    figures = record.figures
    if record.status is not PlanStatus.COUNTED or figures is None or figures.currency in rates:
        return record
    message = f"the plan is in {figures.currency}, and there is no rate to {currency}"
    remedy = f"add a line to the rates file: {figures.currency},RATE"
    found = Found("error", "", message, seen=figures.currency, remedy=remedy)
    return replace(record, status=PlanStatus.NO_RATE, problems=(found, *record.problems))


def _labels(records: Sequence[PlanRecord], files: Sequence[str]) -> list[str]:
    """Return the names of the plans, with their files where two have the same."""
    names = [record.figures.plan_name if record.figures else Path(record.path).stem for record in records]
    often = Counter(name.casefold() for name in names)
    return [f"{name} ({file})" if often[name.casefold()] > 1 else name for name, file in zip(names, files, strict=True)]


def _groups(records: Sequence[PlanRecord], field: str) -> list[str]:
    """Return the value of a setting for each plan, spelled as in the first plan that has it."""
    spelled: dict[str, str] = {}
    values = []
    for record in records:
        value = (record.figures.settings.get(field) or BLANK) if field and record.figures else ""
        values.append(spelled.setdefault(value.casefold(), value))
    return values


__all__ = ["BLANK", "CATEGORIES", "Group", "GroupedPlan", "file_from", "group_text", "make_group"]
