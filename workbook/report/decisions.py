"""Results into what has to be ordered by when (post)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbook.figures import counted, money_text, month_text
from workbook.model.results import Results
from workbook.report.key_figures import as_number
from workbook.report.report import Decision


def decisions(results: Results) -> tuple[Decision, ...]:
    """Return a decision for each component that outgrows today's nodes, in the order in which Summary lists them."""
    return tuple(_decisions(results))


def _decisions(results: Results) -> Iterator[Decision]:
    for place in range(len(results.items("decision.rank"))):
        day = results.value("decision.date", place)
        if isinstance(day, str):
            yield _decision(results, place, date.fromisoformat(day))


def _decision(results: Results, place: int, day: date) -> Decision:
    component = int(as_number(results.value("decision.row", place))) - 1
    currency = results.plan.settings.currency
    extra = as_number(results.value("decision.late_cost", place))
    covering = (
        f"on-demand cover costs {money_text(extra, currency)} more per month"
        if extra > 0
        else "on-demand cover costs no more than planned"
    )
    impact = str(results.value("decision.late_words", place) or "")
    return Decision(
        when=month_text(day),
        soon=str(results.value("decision.when", place) or ""),
        is_overdue=bool(results.value("order.is_overdue", component)),
        item=str(results.value("decision.component", place) or ""),
        order=counted(int(as_number(results.value("decision.nodes", place))), "node"),
        cost=money_text(as_number(results.value("decision.monthly_cost", place)), currency),
        why=str(results.value("decision.why", place) or ""),
        late=f"{impact}; {covering}" if impact else covering,
    )
