"""What is wrong or worth knowing about measured months: gaps, bias, growth that does not fit (many floor)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbook.address import Cell
from workbook.figures import MINUS, counted, month_text, share_text, short_text
from workbook.history.calculate import calculate_accuracy
from workbook.history.fit import FEWEST
from workbook.history.growth import measured_users
from workbook.history.lines import accuracy, fitted
from workbook.history.recorded import Recorded, closed_rows, is_final, recorded, rows_of
from workbook.history.versions import versions_of
from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity, listed
from workbook.timeline import months_between

_YEAR_AHEAD = fitted.POINTS.index("12 months on")
_TOO_MUCH = 0.2
"""By how much of itself growth may move when one month is left out."""


def measured_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return what is wrong with the measured months of a plan; without any, only that they cannot be closed."""
    rows = rows_of(plan)
    too_late = tuple(_closed_too_late(plan))
    if too_late or not rows:
        return too_late
    results = calculate_accuracy(plan)
    return (
        *_final_not_closed(plan),
        *_uncovered(plan),
        *_outside_the_fit(plan, results),
        *_too_few(plan),
        *_biased(plan, results),
        *_base_effect(plan, results),
    )


def _closed_too_late(plan: Plan) -> Iterator[Problem]:
    asked = plan.settings.closed_through
    last = max((row.month for row in rows_of(plan) if is_final(row)), default=None)
    if asked is None or (last is not None and months_between(last, asked) <= 0):
        return
    yield Problem(
        Code.CLOSED_TOO_LATE,
        f"Closed through is {month_text(asked)}, but the last final month of Actuals is {month_text(last)}"
        if last
        else f"Closed through is {month_text(asked)}, but no month of Actuals is final",
        plan.setting_place("closed_through"),
        seen=month_text(asked),
        expected=f"{month_text(last)} or earlier" if last else "a blank cell",
        remedy="add the missing months to Actuals, or clear the cell to close the months that are final",
    )


def _final_not_closed(plan: Plan) -> Iterator[Problem]:
    """A month that is final and not counted is easily overlooked once Closed through has been typed."""
    asked = plan.settings.closed_through
    later = sorted(row.month for row in rows_of(plan) if is_final(row) and asked and row.month > asked)
    if asked is None or not later:
        return
    seen, whole = listed([month_text(day) for day in later])
    yield Problem(
        Code.FINAL_NOT_CLOSED,
        f"Closed through is {month_text(asked)}: final months after it are shown, but not counted",
        plan.setting_place("closed_through"),
        seen=seen,
        expected=f"{month_text(later[-1])}, if these months are closed",
        remedy="enter the last closed month, or clear the cell to close the months that are final",
        severity=Severity.INFO,
        whole=whole,
    )


def _uncovered(plan: Plan) -> Iterator[Problem]:
    if not (missing := uncovered_months(plan)):
        return
    seen, whole = listed([month_text(day) for day in missing])
    year = plan.timeline.fiscal_years[0]
    yield Problem(
        Code.NO_OUTLOOK,
        f"{counted(len(missing), 'month')} of {year} {'are' if len(missing) != 1 else 'is'} neither "
        "measured nor planned, so the year has no outlook",
        plan.tables["actuals"].title,
        seen=seen,
        expected="every month of the year measured for good, or after Closed through and in the plan",
        remedy="add the cost of the months to Actuals with Status final",
        severity=Severity.WARNING,
        whole=whole,
    )


def uncovered_months(plan: Plan) -> tuple[date, ...]:
    """Return the months of this fiscal year that are neither measured nor planned, after the first that is."""
    known, months = recorded(plan), plan.timeline.months_of_first_year
    covered = {day for day in months if _is_measured(known, day) or _is_planned(plan, known, day)}
    first = min(covered, default=months[0])
    return tuple(day for day in months if day >= first and day not in covered)


def _is_measured(known: Recorded, day: date) -> bool:
    return known.is_closed(day) and known.rows[day].cost is not None


def _is_planned(plan: Plan, known: Recorded, day: date) -> bool:
    """Whether a month is in the plan, and after the last closed month with a cost."""
    last = max((month for month in known.rows if _is_measured(known, month)), default=None)
    return (last is None or day > last) and 0 <= months_between(plan.timeline.start, day) < plan.timeline.horizon


def _outside_the_fit(plan: Plan, results: Results) -> Iterator[Problem]:
    if "fit.verdict" not in results.lines:
        return
    verdict = results.value("fit.verdict", _YEAR_AHEAD)
    if verdict not in (fitted.ABOVE, fitted.BELOW):
        return
    planned, users, low, high = (
        short_text(float(results.values[f"fit.{name}"][0, _YEAR_AHEAD, 0]))
        for name in ("planned", "users", "low_95", "high_95")
    )
    side = "more" if verdict == fitted.ABOVE else "fewer"
    yield Problem(
        Code.OUTSIDE_THE_FIT,
        f"the plan has {side} users 12 months ahead than the 95% range of the measured growth",
        plan.tables["growth"].title,
        seen=f"{planned} users planned 12 months after the last closed month",
        expected=f"{low} to {high}, with 95% probability; {users} is the median",
        remedy="check the growth, or say in Notes why it will change",
        severity=Severity.WARNING,
    )


def _too_few(plan: Plan) -> Iterator[Problem]:
    """Months without users say nothing about growth."""
    closed = sum(users > 0 for users in measured_users(plan, closed_rows(plan)).users)
    if closed >= FEWEST:
        return
    yield Problem(
        Code.TOO_FEW_CLOSED,
        "too few closed months to fit growth to the measured users",
        plan.tables["actuals"].title,
        seen=f"{counted(closed, 'closed month')} with users",
        expected=f"at least {FEWEST}",
        remedy="nothing; a version is scored from three closed months on, growth is fitted from six",
        severity=Severity.INFO,
    )


def _biased(plan: Plan, results: Results) -> Iterator[Problem]:
    """One problem a version, with every metric of it that is off on one side."""
    if "score.verdict" not in results.lines:
        return
    names, metrics, verdicts, signals = (
        results.values[f"score.{name}"][0, :, 0].tolist() for name in ("version", "metric", "verdict", "signal")
    )
    biased = [
        (name, f"{metric.lower() if metric[1:2].islower() else metric} {_signed(signal)}")
        for name, metric, verdict, signal in zip(names, metrics, verdicts, signals, strict=True)
        if verdict in (accuracy.TOO_HIGH, accuracy.TOO_LOW)
    ]
    table = plan.kept["versions"]
    for version in versions_of(plan):
        if own := [words for name, words in biased if name == version.name]:
            yield Problem(
                Code.BIASED_FORECAST,
                f"version {version.name!r} was off on the same side month after month",
                Cell(table.title, version.row, table.column_numbers["version"]),
                seen=f"tracking signal: {', '.join(own)}",
                expected=f"between {MINUS}4 and 4; above it the forecast was too high, below it too low",
                remedy="see the sheet Accuracy for what the next forecast should be multiplied by",
                severity=Severity.WARNING,
            )


def _signed(signal: float) -> str:
    return f"{MINUS if signal < 0 else ''}{short_text(abs(signal))}"


def _base_effect(plan: Plan, results: Results) -> Iterator[Problem]:
    if "fit.without" not in results.lines or (growth := results.value("fit.growth")) is None:
        return
    rate = float(growth)
    without = results.values["fit.without"][0, :, 0].tolist()
    for place, (row, other) in enumerate(zip(rows_of(plan), without, strict=True)):
        if abs(other - rate) > _TOO_MUCH * abs(rate):
            yield Problem(
                Code.BASE_EFFECT,
                f"leaving out {month_text(row.month)} changes the fitted growth by more than 20%",
                plan.tables["actuals"].cell(place, "users") or plan.tables["actuals"].title,
                seen=f"{share_text(rate)} per month with it, {share_text(other)} without it",
                expected="nearly the same growth with and without each month",
                remedy="check the figure of the month; clear it if the month was not a usual one",
                severity=Severity.WARNING,
            )
