"""A calculated plan, compared with an earlier one, into a report (post)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from workbook.figures import counted, month_text
from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Problem, Severity
from workbook.report.assumptions import assumptions_of
from workbook.report.compare import changes
from workbook.report.decisions import decisions
from workbook.report.key_figures import key_figures
from workbook.report.report import Driver, InputChange, Issue, Picture, Report, cleaned
from workbook.report.since_version import has_version, inputs_since, since_version, steps_since, version_name, why_since
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

MOST_CHANGES = 20
MOST_DECISIONS = 12
MOST_ISSUES = 6
MOST_YEARS = 5


class Earlier(Struct, frozen=True):
    """The plan of an earlier run, or an approved version: where it was found, and what it came to."""

    name: str
    results: Results
    run_id: str = ""
    """The run that was approved, where it is a version: its plan is made of the version's rows."""
    is_version: bool = False


def compose(
    results: Results,
    problems: Sequence[Problem],
    pictures: tuple[Picture, ...],
    file_name: str,
    earlier: Earlier | None,
) -> Report:
    """Return the whole report; nothing in it contains a line break or another control character."""
    plan, before = results.plan, earlier.results if earlier else None
    ordered, change = decisions(results), _since_version(results, earlier) or _since_run(results, earlier)
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
            why=change.why,
            drivers=change.drivers,
            levers_note=levers_note(found_levers),
            levers=found_levers,
            range=range_text(results),
            since_title=change.title,
            since=change.since,
            confidence=confidence(results, assumed.sources),
            figures=key_figures(results, before),
            pictures=pictures,
            decisions=ordered[:MOST_DECISIONS],
            more_decisions=max(len(ordered) - MOST_DECISIONS, 0),
            before=f"{earlier.name} (run {earlier.run_id or earlier.results.plan.run_id})" if earlier else "",
            changes=change.inputs[:MOST_CHANGES],
            more_changes=max(len(change.inputs) - MOST_CHANGES, 0),
            findings=found[:MOST_ISSUES],
            more_findings=max(len(found) - MOST_ISSUES, 0),
            assumptions=assumed.listed,
            more_assumptions=assumed.more,
            sources=assumed.sources,
            run_id=plan.run_id,
            contact=str(getattr(plan.settings, "owner", None) or ""),
        )
    )


class _Change(Struct, frozen=True):
    """What has changed and why, and since when."""

    why: str
    drivers: tuple[Driver, ...]
    title: str
    since: str
    inputs: tuple[InputChange, ...]


def _since_version(results: Results, earlier: Earlier | None) -> _Change | None:
    """Return what the bridge says; None without a version, or where another plan was asked for."""
    if not has_version(results) or (earlier and not earlier.is_version):
        return None
    title = f"Since {version_name(results)}"
    return _Change(why_since(results), steps_since(results), title, since_version(results), inputs_since(results))


def _since_run(results: Results, earlier: Earlier | None) -> _Change:
    before, name = (earlier.results, earlier.name) if earlier else (None, "")
    inputs = changes(results.plan, before.plan) if before else ()
    return _Change(why(results), drivers(results), "Since last time", since(results, before, name), inputs)


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
