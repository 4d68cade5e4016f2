"""Why the cost of a fiscal year differs from that of the year before (plan floor; help: model, Cost).

A month is compared with the same calendar month a year earlier. So a full year is compared with a full year, and of a
year that the plan covers in part only those months count that the year before has in the plan as well. The first
fiscal year of a plan has nothing to be compared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Joined,
    Label,
    Line,
    LineKind,
    Number,
    Parent,
    Ref,
    Section,
    Stacked,
    Text,
    all_of,
    call,
    eq,
    if_,
)
from workbook.model.demand.timing import MONTH, SECOND_YEAR, in_year
from workbook.model.money.cost import CATEGORIES, Category
from workbook.model.ranking import picked, places, ranked

CHANGE = Section("Year-on-year change in cost")
CONTRIBUTIONS = Section("Change in cost by contributor")
DRIVERS = Section("Largest cost drivers")

YEARS = ("fiscal_year",)
CONTRIBUTOR, CONTRIBUTION, DRIVER = ("contributor",), ("contribution",), ("driver",)
NETWORK = "traffic"
"""The dimension of the network as a contributor: one row."""
PARTS: Mapping[str, tuple[str, Category]] = {
    "component": ("cost.nodes", Category.NODES),
    "dataset": ("cost.storage", Category.STORAGE),
    NETWORK: ("cost.network", Category.NETWORK),
    "fixed": ("cost.fixed", Category.FIXED),
}
"""The dimensions whose items contribute to the cost, each with its monthly cost and its category."""
_IS_COMPARED = Ref("why.compared")
_YEAR = Number(12)
"""Months from a month to the same month of the next year."""


def contributors_of(items: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of all that contributes to the cost, with their category: `Nodes · Core`."""
    return tuple(
        CATEGORIES[category][0] if over == NETWORK else f"{CATEGORIES[category][0]} · {name}"
        for over, (_, category) in PARTS.items()
        for name in items[over]
    )


def lines() -> Iterator[Line]:
    """Yield the change of cost by month, fiscal year, category and contributor, and its three largest drivers."""
    yield from _by_category()
    yield from _by_contributor()
    yield from _drivers()


def _since_last_year(monthly: str) -> Expr:
    """Return a monthly cost less that of the same month a year earlier; 0 where the plan has no such month."""
    line = Ref(monthly)
    # What is left of two equal costs is no change.
    change = call("ROUND", line - AtMonth(line, MONTH - _YEAR), 9)
    return if_(_IS_COMPARED > 0, change, 0)


def _compared_in_year(line: str) -> Expr:
    """Return a monthly change over the compared months of a fiscal year; blank where there are none."""
    return if_(eq(Ref("why.months"), 0), BLANK, in_year(Ref("year.number"), Ref(line)))


@CHANGE
def _by_category() -> Iterator[Line]:
    has_both = if_(all_of(Ref("time.billed") > 0, MONTH >= _YEAR), 1, 0)
    title = "Same month last year in plan (1/0)"
    yield Line(_IS_COMPARED.line, title, "flag", ("month",), has_both, kind=LineKind.WORKING)
    months = in_year(Ref("year.number"), _IS_COMPARED)
    yield Line("why.months", "Months compared with prior year", "whole months", YEARS, months)
    named = {**{category.value: entry for category, entry in CATEGORIES.items()}, "total": ("Total", "cost.total")}
    for name, (title, line) in named.items():
        monthly = _since_last_year(line)
        words = f"Year-on-year change in cost: {title.lower()}"
        kind = LineKind.RESULT if name == "total" else LineKind.WORKING
        yield Line(f"why.month_{name}", words, "currency", ("month",), monthly, kind=kind)
    before = if_(_IS_COMPARED > 0, AtMonth(Ref("cost.total"), MONTH - _YEAR), 0)
    title = "Cost of same month last year"
    yield Line("why.month_before", title, "currency", ("month",), before, kind=LineKind.WORKING)
    for name, (title, _) in named.items():
        words = "Change in cost from prior year"
        line = "why.total" if name == "total" else f"why.year_{name}"
        titled = words if name == "total" else f"{words}: {title.lower()}"
        yield Line(line, titled, "currency", YEARS, _compared_in_year(f"why.month_{name}"))


@CONTRIBUTIONS
def _by_contributor() -> Iterator[Line]:
    monthly = Stacked(tuple((over, _since_last_year(line)) for over, (line, _) in PARTS.items()))
    title = "Year-on-year change in cost"
    yield Line("why.month", title, "currency", ("contributor", "month"), monthly)
    year = Joined("fiscal_year", Ref("year.number"))
    change = in_year(year, Parent(Ref("why.month")))
    has_none = eq(Joined("fiscal_year", Ref("why.months")), 0)
    title = "Contribution to change in cost from prior year"
    yield Line("why.change", title, "currency", CONTRIBUTION, if_(has_none, BLANK, change))
    of_all = Joined("fiscal_year", Ref("why.total"))
    # A blank total is a text in a sheet, so it is asked for before it is rounded.
    share = if_(has_none, BLANK, if_(eq(call("ROUND", of_all, 2), 0), BLANK, Ref("why.change") / of_all))
    yield Line("why.share", "Share of change in cost", "ratio", CONTRIBUTION, share)


@DRIVERS
def _drivers() -> Iterator[Line]:
    """The next fiscal year against this one: the first year of a plan that has a year before it."""
    yield from _next_year()
    yield from ranked("why", "contributor", call("ABS", call("ROUND", Ref("why.next"), 2)), "currency", "contributor")
    yield from places("why", "driver", "contributor", "contributor")
    yield Line("driver.name", "Driver", "text", DRIVER, picked("why", "contributor", "why.name"))
    yield Line("driver.change", "Change in cost", "currency", DRIVER, picked("why", "contributor", "why.next"))
    of_all = Ref("why.next_total")
    is_none = eq(call("ROUND", of_all, 2), 0)
    share = if_(is_none, BLANK, Ref("driver.change") / of_all)
    yield Line("driver.share", "Share of change", "ratio", DRIVER, share)


def _next_year() -> Iterator[Line]:
    names = {
        over: Text(CATEGORIES[category][0]) if over == NETWORK else Text(f"{CATEGORIES[category][0]} · ") & Label(over)
        for over, (_, category) in PARTS.items()
    }
    yield Line("why.name", "Contributor", "text", CONTRIBUTOR, Stacked(tuple(names.items())), kind=LineKind.WORKING)
    title = "Contribution to change in cost, next FY vs this FY"
    yield Line("why.next", title, "currency", CONTRIBUTOR, in_year(SECOND_YEAR, Ref("why.month")))
    title = "Months of next fiscal year compared"
    yield Line("why.next_months", title, "whole months", (), in_year(SECOND_YEAR, _IS_COMPARED))
    title = "Change in cost, next FY vs this FY"
    yield Line("why.next_total", title, "currency", (), in_year(SECOND_YEAR, Ref("why.month_total")))
    title = "Cost of same months, this fiscal year"
    yield Line("why.next_before", title, "currency", (), in_year(SECOND_YEAR, Ref("why.month_before")))
