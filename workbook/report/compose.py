"""A calculated plan, compared with an earlier one, into a report (post)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbook.figures import month_text
from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Problem, Severity
from workbook.report.assumptions import assumptions_of
from workbook.report.compare import changes
from workbook.report.decisions import decisions
from workbook.report.key_figures import key_figures
from workbook.report.report import Issue, Picture, Report, cleaned
from workbook.report.statements import (
    ask,
    ask_details,
    confidence,
    drivers,
    forecast,
    levers,
    levers_note,
    range_text,
    since,
    subject,
    why,
    year_figures,
)
from workbook.report.wording import counted

MOST_CHANGES = 20
MOST_DECISIONS = 12
MOST_ISSUES = 6
MOST_YEARS = 5


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
    found_levers = levers(results)
    return cleaned(
        Report(
            title=plan.settings.plan_name,
            subject=subject(results, ordered),
            file_name=file_name,
            period=_period(plan),
            scenario=plan.settings.active_scenario,
            ask=ask(results, ordered),
            ask_details=ask_details(results, ordered),
            forecast=forecast(results),
            years=year_figures(results)[:MOST_YEARS],
            why=why(results),
            drivers=drivers(results),
            levers_note=levers_note(found_levers),
            levers=found_levers,
            range=range_text(results),
            since=since(results, before, earlier.name if earlier else ""),
            confidence=confidence(results, assumed.sources),
            figures=key_figures(results, before),
            pictures=pictures,
            decisions=ordered[:MOST_DECISIONS],
            more_decisions=max(len(ordered) - MOST_DECISIONS, 0),
            before=f"{earlier.name} (run {earlier.results.plan.run_id})" if earlier else "",
            changes=changed[:MOST_CHANGES],
            more_changes=max(len(changed) - MOST_CHANGES, 0),
            findings=found[:MOST_ISSUES],
            more_findings=max(len(found) - MOST_ISSUES, 0),
            assumptions=assumed.listed,
            more_assumptions=assumed.more,
            sources=assumed.sources,
            run_id=plan.run_id,
            contact=str(getattr(plan.settings, "owner", None) or ""),
        )
    )


def _period(plan: Plan) -> str:
    timeline = plan.timeline
    span = f"{month_text(timeline.start)} to {month_text(timeline.date_of(timeline.horizon))}"
    return f"{span} ({counted(timeline.horizon, 'month')})"


def _issues(results: Results, problems: Sequence[Problem]) -> tuple[Issue, ...]:
    failing = [
        Issue("check", "Checks", f"{name}: failed")
        for item, name in enumerate(results.items("check.status"))
        if results.value("check.status", item) != "OK"
    ]
    warnings = [
        Issue(problem.code.value, str(problem.where), problem.message)
        for problem in problems
        if problem.severity is Severity.WARNING
    ]
    return (*failing, *warnings)
