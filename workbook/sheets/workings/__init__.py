"""Which line stands on which sheet, in which section, under which charts (paper floor).

Lines of a section stand in the order in which they are calculated. A line that a plan does not have (an optional sheet
is absent) is left out. A test demands that every line stands somewhere.
"""

from __future__ import annotations

from workbook.sheets.workings.capacity import CAPACITY, FLEET_CHART, STORAGE_CHART, UTILISATION_CHART
from workbook.sheets.workings.cost import CATEGORY_CHART, COST
from workbook.sheets.workings.projection import PROJECTION, USERS_CHART
from workbook.sheets.workings.records import ChartPlan, Content, Section
from workbook.sheets.workings.recovery import RECOVERY
from workbook.sheets.workings.service import SERVICE, STABLE_CHART

__all__ = ["OWN_FORMATS", "SERIES_SHEETS", "SUMMARY_CHARTS", "WITHOUT_TOTAL", "ChartPlan", "Content", "Section"]

SERIES_SHEETS = (CAPACITY, PROJECTION, RECOVERY, SERVICE, COST)
SUMMARY_CHARTS = (FLEET_CHART, CATEGORY_CHART, USERS_CHART, STABLE_CHART, UTILISATION_CHART, STORAGE_CHART)

WITHOUT_TOTAL = ("cost.cumulative", "budget.cumulative", "cost.per_user", "limit.budget")
"""Monthly money that does not add up: running sums, unit costs and lines of charts."""

OWN_FORMATS = {
    "time.billed": "row",
    "cost.per_user": "currency/user",
    "setting.memory_unit_base": "row",
    "resilience.domains": "nodes",
    "resilience.losses": "nodes",
    "resilience.regions": "nodes",
    "service.servers": "nodes",
    "availability.node": "availability",
    "availability.of_nodes": "availability",
    "availability.of_failovers": "availability",
    "availability.component": "availability",
    "availability.target": "availability",
    "availability.system": "availability",
    "availability.promised": "availability",
    "availability.stated": "availability",
    "spare.availability": "availability",
    "contradiction.promise": "availability",
    "contradiction.component_promise": "availability",
    "contradiction.lowest_promise": "availability",
    "contradiction.system": "availability",
    "finding.now": "mixed",
    "finding.then": "mixed",
    "finding.grows": "row",
    "order.is_overdue": "row",
    "band.is_above": "row",
    "budget.is_over": "row",
    "check.found": "checked",
    "check.expected": "checked",
    "check.difference": "mixed",
    "check.allowed": "mixed",
    "contradiction.found": "mixed",
    "contradiction.limit": "mixed",
    "contradiction.allowed": "mixed",
    "contradiction.fix": "mixed",
    "claim.stated": "mixed",
    "claim.recomputed": "mixed",
    "claim.allowed": "mixed",
    "claim.line_value": "mixed",
}
"""Lines of which more or fewer digits count than of others with their unit: the format in the theme."""
