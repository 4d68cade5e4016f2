"""A calculated plan, compared with an earlier one, into a report (post)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Problem, Severity
from workbook.report.assumptions import assumptions_of
from workbook.report.compare import changes
from workbook.report.decisions import decisions
from workbook.report.key_figures import key_figures, of_year, years
from workbook.report.like_for_like import MONTHS_PER_YEAR, billed_months, compared
from workbook.report.like_for_like import cost as cost_of
from workbook.report.report import Issue, Picture, Report, cleaned
from workbook.report.wording import counted, growth_text, month_text, percent_text, value_text

MOST_CHANGES = 20
MOST_DECISIONS = 12
MOST_ISSUES = 8


@dataclass(frozen=True, slots=True)
class Earlier:
    """The plan of an earlier run: where it was found, and what it came to."""

    name: str
    results: Results


def compose(
    results: Results,
    problems: Sequence[Problem],
    pictures: tuple[Picture, ...],
    file_name: str,
    earlier: Earlier | None,
) -> Report:
    """Return the whole report; nothing in it contains a line break or another control character."""
    plan, before = results.plan, earlier.results if earlier else None
    ordered, changed = decisions(results), changes(plan, before.plan) if before else ()
    found, assumed = _issues(results, problems), assumptions_of(plan)
    return cleaned(
        Report(
            title=plan.settings.plan_name,
            subject=f"{plan.settings.plan_name}: {results.value('summary.runs_out')}",
            file_name=file_name,
            period=_period(plan),
            scenario=plan.settings.active_scenario,
            verdict=_sentence(str(results.value("summary.headline"))),
            money=_money(results, before),
            checks=f"{results.value('checks.master')}.",
            figures=key_figures(results, before),
            pictures=pictures,
            decisions=ordered[:MOST_DECISIONS],
            more_decisions=max(len(ordered) - MOST_DECISIONS, 0),
            before=f"{earlier.name} (run {earlier.results.plan.run_id})" if earlier else "",
            changes=changed[:MOST_CHANGES],
            more_changes=max(len(changed) - MOST_CHANGES, 0),
            evidence=_evidence(results),
            findings=found[:MOST_ISSUES],
            more_findings=max(len(found) - MOST_ISSUES, 0),
            assumptions=assumed.listed,
            more_assumptions=assumed.more,
            sources=assumed.sources,
            run_id=plan.run_id,
            contact=str(getattr(plan.settings, "owner", None) or ""),
        )
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _period(plan: Plan) -> str:
    timeline = plan.timeline
    span = f"{month_text(timeline.start)} to {month_text(timeline.date_of(timeline.horizon))}"
    return f"{span}, {counted(timeline.horizon, 'month')}"


def _money(results: Results, before: Results | None) -> str:
    """Return what this fiscal year and the next cost, against the budget and against the earlier plan."""
    currency, names = results.plan.settings.currency, years(results)
    year = names[0] if names else ""
    cost = of_year(results, "cost.year", year)
    if cost is None:
        return ""
    months = billed_months(results, year)
    part = f" ({counted(len(months), 'month')})" if len(months) < MONTHS_PER_YEAR else ""
    parts = [f"Cost {year}{part}: {value_text(cost, currency)}"]
    left = of_year(results, "budget.left", year)
    if left is not None:
        parts.append(f"{value_text(abs(left), currency)} {'below' if left >= 0 else 'above'} budget")
    both = compared(results, before, months, cost_of)
    if before and both and both.now is not None and both.then:
        moved = growth_text(both.now / both.then - 1, 1)
        is_same = moved[1:] == percent_text(0, 1)
        change = "as in the earlier plan" if is_same else f"{moved} against the earlier plan"
        parts.append(f"{change}{both.span}")
    following = of_year(results, "cost.year", names[1]) if len(names) > 1 else None
    after = f" {names[1]}: {value_text(following, currency)}." if following is not None else ""
    return f"{', '.join(parts)}.{after}{_committed(results)}"


def _committed(results: Results) -> str:
    """Return what reserved nodes bind in all, and the largest commitment; nothing where nothing is reserved."""
    total, largest = (results.value(line) for line in ("commitment.total", "commitment.largest"))
    if not isinstance(total, int | float) or not isinstance(largest, int | float) or largest <= 0:
        return ""
    currency = results.plan.settings.currency
    words = results.value("commitment.largest_words")
    return f" Commitments: {value_text(total, currency)}; the largest {value_text(largest, currency)} for {words}."


def _evidence(results: Results) -> str:
    lines = ("contradictions.summary", "claims.summary")
    return "; ".join(str(results.value(line)) for line in lines if line in results.lines and results.value(line)) + "."


def _issues(results: Results, problems: Sequence[Problem]) -> tuple[Issue, ...]:
    failing = [
        Issue("check", "Checks", f"{name}: fails")
        for item, name in enumerate(results.items("check.status"))
        if results.value("check.status", item) != "OK"
    ]
    warnings = [
        Issue(problem.code.value, str(problem.where), problem.message)
        for problem in problems
        if problem.severity is Severity.WARNING
    ]
    return (*failing, *warnings)
