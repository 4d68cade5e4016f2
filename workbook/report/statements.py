"""Results into the sentences of a report: ask, forecast, why, levers, range, since last time, confidence (post)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbook.figures import counted, money_text, month_text, share_text
from workbook.history.lines.outlook import has_closed
from workbook.model.results import Results
from workbook.report.key_figures import as_number, date_of, of_year, years
from workbook.report.like_for_like import MONTHS_PER_YEAR, billed_months, compared
from workbook.report.like_for_like import cost as cost_of
from workbook.report.report import Decision, Driver, Lever, YearFigures
from workbook.report.wording import growth_text, listed, value_text
from workbook.sheets.compare import has_compare
from workbook.sheets.risk import has_risk

LONGEST_SUBJECT = 70
MOST_NAMED = 6
"""Names that a sentence lists before it counts them."""
_NOT_ADDITIVE = (
    "Savings of different kinds do not add up; the latency and durability of storage tiers are not compared."
)


def ask(results: Results, ordered: tuple[Decision, ...]) -> str:
    """Return what to approve, by when and for how much per month and in total; or that nothing is needed."""
    end = month_text(_end(results))
    if not ordered:
        return f"No approval is needed: current capacity is sufficient through {end}."
    currency = results.plan.settings.currency
    due = f"{results.value('summary.ask')}."
    if as_number(results.value("order.nodes_total")) == as_number(results.value("orders.due_nodes")):
        return f"{due} In total {money_text(as_number(results.value('order.total')), currency)} by {end}."
    nodes = counted(int(as_number(results.value("order.nodes_total"))), "node")
    monthly, whole = (as_number(results.value(f"order.{name}")) for name in ("monthly_total", "total"))
    costs = f"{money_text(monthly, currency)} per month, {money_text(whole, currency)} in total by {end}"
    return f"{due} All orders: {nodes}, {costs}."


def ask_details(results: Results, ordered: tuple[Decision, ...]) -> str:
    """Return which orders are overdue or due now, and when the next is due."""
    if not ordered:
        return ""
    late = tuple(one.item for one in ordered if one.is_overdue)
    parts = []
    if late:
        named = listed(late) if len(late) <= MOST_NAMED else counted(len(late), "component")
        verb = "is" if len(late) == 1 else "are"
        noun = "order" if len(late) == 1 else "orders"
        parts.append(f"The {noun} for {named} {verb} overdue.")
    following = next((one for one in ordered if not one.is_overdue), None)
    if following:
        which = "next" if late else "first"
        parts.append(f"The {which} order is due by {following.when}: {following.order} for {following.item}.")
    hard = date_of(results, "exhaustion.first_hard_date")
    lost = (
        f"load exceeds capacity from {month_text(hard)}"
        if hard
        else "the load can still be served, but without all reserves"
    )
    parts.append(f"Without approval, {lost}.")
    return " ".join(parts)


def subject(results: Results, ordered: tuple[Decision, ...]) -> str:
    """Return the subject: the ask and the money first, then as much of the plan's name as there is room for."""
    currency, names = results.plan.settings.currency, years(results)
    if ordered:
        monthly = money_text(as_number(results.value("orders.due_cost")), currency)
        said = f"Approve {monthly} per month by {ordered[0].when}"
    else:
        cost = of_year(results, "cost.year", names[0]) if names else None
        said = (
            f"No approval needed, {names[0]} costs {money_text(cost, currency)}"
            if cost is not None
            else "No approval needed"
        )
    line = f"{said}: {results.plan.settings.plan_name}"
    if len(line) <= LONGEST_SUBJECT:
        return line
    cut = line[: LONGEST_SUBJECT - 1]
    # At the end of a word, where the name has one before the cut.
    return f"{(cut.rpartition(' ')[0] if ' ' in cut[len(said) + 2 :] else cut).rstrip()}…"


def forecast(results: Results) -> str:
    """Return what this fiscal year and the next cost against their budgets, and what is committed."""
    said = " ".join(_year_sentence(results, year) for year in years(results)[:2])
    return f"{said}{_committed(results)}"


def year_figures(results: Results) -> tuple[YearFigures, ...]:
    """Return each fiscal year's cost, budget and variance."""
    currency = results.plan.settings.currency
    cost, budget, _ = _lines(results)
    return tuple(
        YearFigures(
            _named(results, year),
            value_text(of_year(results, cost, year), currency),
            value_text(of_year(results, budget, year), currency),
            _variance(results, year),
        )
        for year in years(results)
    )


def _lines(results: Results) -> tuple[str, str, str]:
    """Return the lines of a fiscal year's cost, budget and what is left: of its outlook once a month is closed."""
    if has_closed(results):
        return "outlook.year_cost", "outlook.year_budget", "outlook.year_left"
    return "cost.year", "budget.year", "budget.left"


def _named(results: Results, year: str) -> str:
    months = len(billed_months(results, year))
    if _measured_months(results, year):
        months = int(of_year(results, "outlook.months", year) or 0)
    return year if months == MONTHS_PER_YEAR else f"{year} ({months} of {MONTHS_PER_YEAR} months)"


def _year_sentence(results: Results, year: str) -> str:
    currency = results.plan.settings.currency
    cost, budget = (of_year(results, line, year) for line in _lines(results)[:2])
    if cost is None:
        return f"{_named(results, year)}: no outlook, because months of it are neither measured nor planned."
    said = f"{_named(results, year)}: {value_text(cost, currency)}{_measured(results, year)}"
    if budget is None:
        return f"{said}; no budget is given."
    return f"{said} against a budget of {value_text(budget, currency)}, {_variance(results, year)}."


def _measured(results: Results, year: str) -> str:
    """Return how much of a year's outlook is measured; nothing without a closed month of it."""
    months = _measured_months(results, year)
    if not months:
        return ""
    measured = value_text(of_year(results, "outlook.measured", year), results.plan.settings.currency)
    return f" ({measured} of it measured over {counted(months, 'month')})"


def _measured_months(results: Results, year: str) -> int:
    return int(of_year(results, "outlook.measured_months", year) or 0) if has_closed(results) else 0


def _variance(results: Results, year: str) -> str:
    """Return by how much a year is over or under its budget; on it to the cent."""
    _, *of_budget = _lines(results)
    budget, left = (of_year(results, line, year) for line in of_budget)
    if left is None or budget is None:
        return value_text(None)
    if round(left, 2) == 0:
        return "on budget"
    side = "under" if left > 0 else "over"
    size = share_text(abs(left) / budget) if budget > 0 else money_text(abs(left), results.plan.settings.currency)
    return f"{size} {side} budget"


def _committed(results: Results) -> str:
    """Return what reserved nodes bind in all, and the largest commitment; nothing where nothing is reserved."""
    total, largest = (results.value(line) for line in ("commitment.total", "commitment.largest"))
    if not isinstance(total, int | float) or not isinstance(largest, int | float) or largest <= 0:
        return ""
    currency = results.plan.settings.currency
    words = results.value("commitment.largest_words")
    return f" Reservations commit {money_text(total, currency)}, the largest {money_text(largest, currency)} ({words})."


def why(results: Results) -> str:
    """Return how much more or less the next fiscal year costs than this one, over the same months."""
    months, names = int(as_number(results.value("why.next_months"))), years(results)
    if not months or len(names) < 2:
        return "There is no change to explain: no calendar month of the plan is in two fiscal years."
    currency = results.plan.settings.currency
    change, before = (as_number(results.value(f"why.next_{name}")) for name in ("total", "before"))
    where = "" if months == MONTHS_PER_YEAR else f" in the same {counted(months, 'month')}"
    if round(change, 2) == 0:
        return f"{names[1]} costs the same as {names[0]}{where}."
    share = f" ({growth_text(change / before)})" if before > 0 else ""
    side = "more" if change > 0 else "less"
    return (
        f"{names[1]} costs {money_text(abs(change), currency)} {side} than {names[0]}{where}{share}. Largest drivers:"
    )


def drivers(results: Results) -> tuple[Driver, ...]:
    """Return the largest drivers of the change of cost, those that change anything."""
    return tuple(_drivers(results))


def _drivers(results: Results) -> Iterator[Driver]:
    currency = results.plan.settings.currency
    for place in range(len(results.items("driver.name"))):
        change, share = (results.value(f"driver.{name}", place) for name in ("change", "share"))
        if isinstance(change, int | float) and round(change, 2):
            size = money_text(abs(change), currency)
            of_all = share_text(share) if isinstance(share, int | float) else value_text(None)
            name = str(results.value("driver.name", place))
            yield Driver(name, f"{'+' if change > 0 else '−'}{size}", of_all)


def levers(results: Results) -> tuple[Lever, ...]:
    """Return the largest savings that the plan knows, without those that save nothing."""
    currency = results.plan.settings.currency
    found = []
    for place in range(len(results.items("lever.top_saving"))):
        saving = as_number(results.value("lever.top_saving", place))
        if saving > 0:
            found.append(Lever(str(results.value("lever.top_action", place)), money_text(saving, currency)))
    return tuple(found)


def levers_note(found: tuple[Lever, ...]) -> str:
    """Return what the savings do not say, or that there are none."""
    if found:
        return _NOT_ADDITIVE
    return "None: the plan uses the cheapest node types, storage tiers and reservations of the rate card already."


def range_text(results: Results) -> str:
    """Return where the plan lies in its ranges and among its scenarios."""
    return " ".join((*_within_ranges(results), _among_scenarios(results)))


def _within_ranges(results: Results) -> Iterator[str]:
    if has_risk(results):
        yield str(results.value("risk.words")).strip()


def _among_scenarios(results: Results) -> str:
    active = results.plan.settings.active_scenario
    if not has_compare(results):
        return f"All figures are of scenario {active}, the only one of the plan."
    return f"All figures are of scenario {active}. Across the scenarios, {results.value('compare.cost_year_words')}."


def since(results: Results, before: Results | None, name: str) -> str:
    """Return how the cost of this fiscal year has moved since the earlier run, over the same calendar months."""
    names = years(results)
    if before is None or not names:
        return "There is no earlier run of this plan to compare with."
    currency = results.plan.settings.currency
    both = compared(results, before, billed_months(results, names[0]), cost_of)
    if both is None or both.now is None or both.then is None or not both.has_both:
        return f"No month of {names[0]} is in the plan of the earlier run ({name})."
    where = both.span or f" in {names[0]}"
    moved = both.now - both.then
    if not round(moved, 2):
        return f"Cost is unchanged{where} ({value_text(both.now, currency)}), compared with {name}."
    size = money_text(abs(moved), currency)
    share = f" ({growth_text(moved / both.then)})" if both.then else ""
    return f"Cost is {size} {'higher' if moved > 0 else 'lower'}{share}{where}, compared with {name}."


def confidence(results: Results, sources: str) -> str:
    """Return how far the figures can be relied on: integrity, conflicts, claims, what is not assessed, sources."""
    return " ".join((*_confidence(results), sources))


def _confidence(results: Results) -> Iterator[str]:
    checks, failed = len(results.items("check.passed")), int(as_number(results.value("checks.failed")))
    passed = (
        f"all {checks} checks passed (OK)" if not failed else f"{failed} of {counted(checks, 'check')} failed (ACTION)"
    )
    yield f"Model integrity: {passed}."
    conflicts = int(as_number(results.value("contradictions.count")))
    yield f"Input conflicts: {f'{conflicts} (REVIEW)' if conflicts else 'none (OK)'}."
    if results.plan.rows("claims"):
        claims = [results.value("claim.reproduces", item) for item in range(len(results.items("claim.reproduces")))]
        known = [one for one in claims if one is not None]
        yield f"Claims reproduced: {int(sum(as_number(one) for one in known))} of {len(known)}."
    rows = range(len(results.items("availability.verdict")))
    unknown = sum(results.value("availability.verdict", row) == "NOT ASSESSED" for row in rows)
    if unknown:
        of_rows = f"{unknown} of {counted(len(rows), 'row')} on Resilience"
        yield f"NOT ASSESSED: availability of {of_rows} (no MTBF and MTTR)."
    if results.value("nodes.any_assumed"):
        yield "Current node counts are assumed for some components."


def _end(results: Results) -> date:
    timeline = results.plan.timeline
    return timeline.date_of(timeline.horizon)
