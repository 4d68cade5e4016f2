"""What is stored, bought and running when a plan starts later (many floor).

A commitment that began before the new start becomes a fact of the plan: its number, its last month and its price. So
blocks that are still to be bought begin in the same calendar months as before.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator

from workbook.figures import month_text, multiple_text, percent_text
from workbook.history.rolling.measured import Ratio, without_multiplier
from workbook.history.rolling.steps import Edit, ProposalBasis, Start, Step
from workbook.history.rolling.users import Level
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.supply import Component, Dataset, Rate
from workbook.model import calculate
from workbook.naming import name_key
from workbook.timeline import months_between

_BOUGHT = ("reserved_today", "reserved_until", "reserved_at")


def storage_steps(start: Start, level: Level, stored: Ratio | None = None) -> Iterator[Step]:
    """Yield what is ingested or stored in the new month 0, calibrated if a measured size is given.

    What follows users starts at the users of the new month 0: at their measured level, which a measured size has in it.
    """
    name, basis = ("stored", ProposalBasis.MEASURED) if stored else ("storage", ProposalBasis.PLANNED)
    factor, users = stored.value if stored else 1.0, _users_level(start)
    for index, row in enumerate(start.plan.rows("retention")):
        if not isinstance(row, Dataset) or not (row.growth_per_month or stored or row.follows_users == "yes"):
            continue
        size: float = getattr(row, row.size_field)
        why = [f"growth of {percent_text(row.growth_per_month, 1)} per month to {month_text(start.day)}"]
        value = size * (1 + row.growth_per_month) ** start.months * factor
        if row.follows_users == "yes":
            value *= users * (1.0 if stored else level.value)
            why.append(f"{multiple_text(users)} the users of {month_text(start.plan.timeline.start)}")
            why += [level.words] if level.words and not stored else []
        why += [stored.words] if stored else []
        yield Step(name, Edit("retention", index, row.size_field, value), "; ".join(why), basis)


def _users_level(start: Start) -> float:
    """Return the users of the new month 0 relative to those of the old one, without the scenario: it begins again."""
    if not follow_users(start.plan):
        return 1.0
    values = calculate(without_multiplier(start.plan)).values["users.all"][0, 0]
    return float(values[start.months] / values[0]) if values[0] else 1.0


def follow_users(plan: Plan, method: str = "") -> bool:
    """Whether a dataset, or one of a method, follows the number of users."""
    rows = (row for row in plan.rows("retention") if isinstance(row, Dataset))
    return any(row.follows_users == "yes" and method in ("", row.method) for row in rows)


def reserved_steps(start: Start) -> Iterator[Step]:
    """Yield the commitment of each component that runs at the new start; one that is over is cleared."""
    for index, row in enumerate(start.plan.rows("components")):
        if not isinstance(row, Component) or _bought_months(start, row) > start.months:
            continue
        if _begins_before(start, index, row):
            yield from _running(start, index, row)
        else:
            yield from _cleared(index, row)


def fleet_steps(start: Start, measured: float | None) -> Iterator[Step]:
    """Yield today's nodes where they are typed: as measured if there is one component, else as planned."""
    rows = start.plan.rows("components")
    for index, row in enumerate(rows):
        if not isinstance(row, Component) or row.current_nodes is None:
            continue
        if measured is not None and len(rows) == 1:
            nodes, why, basis = measured, "measured in the last closed month", ProposalBasis.MEASURED
        else:
            nodes = start.figure("nodes.provisioned", index)
            why, basis = f"the nodes of {month_text(start.day)}: count them", ProposalBasis.PLANNED
        yield Step("fleet", Edit("components", index, "current_nodes", round(nodes)), why, basis)


def fleet_held(start: Start) -> Iterator[Step]:
    """Yield today's nodes as the nodes of the new month 0, so that no fleet grows by a later start."""
    for index, row in enumerate(start.plan.rows("components")):
        if isinstance(row, Component):
            nodes = int(start.results.values["nodes.today"][0, index, 0])
            yield Step("fleet", Edit("components", index, "current_nodes", nodes), "as before", ProposalBasis.PLANNED)


def _bought_months(start: Start, row: Component) -> int:
    """Return the months of the plan that are paid for already."""
    until = row.reserved_until
    return 0 if until is None else max(0, months_between(start.plan.timeline.start, until) + 1)


def _rate(start: Start, row: Component) -> Rate:
    rates = (rate for rate in start.plan.rows("rates") if isinstance(rate, Rate))
    return next(rate for rate in rates if name_key(rate.item) == name_key(row.node_type))


def _begins_before(start: Start, index: int, row: Component) -> bool:
    """Whether a block that may reserve nodes runs at the new start and began before it."""
    rate = _rate(start, row)
    pays = rate.reserved is not None and rate.reserved < rate.on_demand
    return pays and start.figure("reserved.first", index) < start.months


def _running(start: Start, index: int, row: Component) -> Iterator[Step]:
    nodes = int(start.figure("reserved.nodes", index))
    first = int(start.figure("reserved.first", index))
    last = start.plan.timeline.date_of(first + _rate(start, row).term_months - 1)
    until = last.replace(day=monthrange(last.year, last.month)[1])
    price = start.figure("reserved.price", index) if nodes else None
    why = f"the commitment of {month_text(start.plan.timeline.date_of(first))}: enter what was bought"
    for field, value in zip(_BOUGHT, (nodes, until, price), strict=True):
        yield Step("reserved", Edit("components", index, field, value), why, ProposalBasis.PLANNED)


def _cleared(index: int, row: Component) -> Iterator[Step]:
    for field in _BOUGHT:
        if getattr(row, field):
            why = "this commitment is over"
            yield Step("reserved", Edit("components", index, field, None), why)
