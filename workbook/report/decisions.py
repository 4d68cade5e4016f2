"""Results into what has to be ordered by when (post)."""

from __future__ import annotations

from workbook.model.results import Results
from workbook.report.key_figures import as_number
from workbook.report.report import Decision
from workbook.report.wording import counted, day_of, month_text, value_text


def decisions(results: Results) -> tuple[Decision, ...]:
    """Return a decision for each component that outgrows today's nodes, in the order in which Summary lists them."""
    found = [
        (as_number(results.value("order.rank", item)), _decision(results, item, name))
        for item, name in enumerate(results.items("order_by.date"))
        if results.value("order_by.date", item)
    ]
    return tuple(decision for _, decision in sorted(found, key=lambda entry: entry[0]))


def _decision(results: Results, item: int, name: str) -> Decision:
    day = day_of(results.value("order_by.date", item))
    bridged = value_text(as_number(results.value("late.cost", item)), results.plan.settings.currency)
    return Decision(
        when=month_text(day) if day else "",
        soon=str(results.value("order.when", item) or ""),
        is_overdue=as_number(results.value("order_by.overdue", item)) > 0,
        item=name,
        order=counted(int(as_number(results.value("order.nodes", item))), "node"),
        why=str(results.value("order.why", item) or ""),
        late=f"{results.value('late.words', item)}; bridged on demand at {bridged} a month",
    )
