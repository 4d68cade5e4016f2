"""Which workings sheet is the home of which section (paper floor).

A statement takes its lines out of these sections; all others are here, in the order in which they are calculated. A
line that a plan does not have (an optional sheet is absent) is left out. A test demands that every line has a home.
"""

from __future__ import annotations

from msgspec import Struct

from workbook.expr.tree import Section
from workbook.model import terms
from workbook.model.assurance import availability, late_share, service
from workbook.model.board import chart_lines, extremes, headline, largest, orders, overview, reviews
from workbook.model.demand import compute, requests, storage, timing
from workbook.model.fleet import headroom, nodes, recovery
from workbook.model.money import budget, change, commitments, cost, levers, purchase, reservations
from workbook.model.operations import limits, replicas, week
from workbook.sheets.time_axis import AXIS_HOME


class Workings(Struct, frozen=True):
    """A sheet with every line of its sections that no statement shows."""

    name: str
    purpose: str
    sections: tuple[Section, ...]


DEMAND_WORKINGS = Workings(
    AXIS_HOME,
    "Settings, scenario, growth, seasons and features behind the demand.",
    (
        timing.TIMING,
        terms.SETTINGS_IN_FORCE,
        timing.SCENARIO,
        requests.GROWTH,
        requests.SEASONS,
        requests.USERS,
        requests.FEATURES,
        requests.REQUESTS,
    ),
)

CAPACITY_WORKINGS = Workings(
    "Capacity workings",
    "From the demand to nodes, headroom, right-sizing, reviews and orders.",
    (
        compute.CPU,
        compute.MEMORY,
        compute.NETWORK,
        storage.STORAGE,
        nodes.LOAD,
        recovery.PROVISIONED,
        nodes.UTILISATION,
        recovery.SHORTFALLS,
        nodes.EXHAUSTION,
        headroom.HEADROOM,
        purchase.RIGHT_SIZING,
        reviews.MONTHLY,
        reviews.QUARTERLY,
        reviews.YEARLY,
        overview.ORDERS,
        orders.DECISIONS,
        limits.LIMITS,
        replicas.STEPS,
        week.PROFILE,
        chart_lines.CAPACITY_CHARTS,
        extremes.EXTREMES,
    ),
)

RECOVERY_WORKINGS = Workings(
    "Recovery workings",
    "Capacity lost in failures, and the resulting availability.",
    (
        recovery.SURVIVAL,
        recovery.NEEDS,
        availability.RESERVE,
        recovery.AFTER_LOSS,
        availability.AVAILABILITY,
        availability.BUDGETS,
        availability.SPARES,
        availability.NODE_FAILURES,
        chart_lines.RECOVERY_CHARTS,
    ),
)

SERVICE_WORKINGS = Workings(
    "Service workings",
    "Service times, waiting, and the share of late responses.",
    (
        late_share.OBJECTIVES,
        service.LOAD,
        service.QUEUE,
        service.STATIONS,
        late_share.WAITS,
        late_share.MIX,
        late_share.SPLIT,
        late_share.LATE,
        service.LEAST,
    ),
)

COST_WORKINGS = Workings(
    "Cost workings",
    "Prices, purchase layers, commitments, fiscal periods and offers.",
    (
        cost.PRICES,
        reservations.PURCHASE,
        commitments.COMMITMENTS,
        cost.NODES,
        cost.STORAGE,
        cost.NETWORK,
        cost.FIXED,
        cost.COST,
        timing.FISCAL_QUARTERS,
        timing.FISCAL_YEARS,
        budget.BUDGET,
        change.CHANGE,
        change.DRIVERS,
        levers.LEVERS,
        purchase.COMPARISON,
        purchase.MIX,
        purchase.OFFERS,
        levers.STEPS,
        change.CONTRIBUTIONS,
        reviews.MONTHLY_COST,
        largest.LARGEST,
        headline.THIS_YEAR,
    ),
)

WORKINGS = (DEMAND_WORKINGS, CAPACITY_WORKINGS, RECOVERY_WORKINGS, SERVICE_WORKINGS, COST_WORKINGS)
