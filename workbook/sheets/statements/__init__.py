"""The statements, in the order of their tabs, and the charts that Summary shows (paper floor)."""

from __future__ import annotations

from workbook.sheets.statements.capacity import CAPACITY, FLEET_CHART, UTILISATION_CHART
from workbook.sheets.statements.cost import CATEGORY_CHART, COST
from workbook.sheets.statements.demand import DEMAND, USERS_CHART
from workbook.sheets.statements.recovery import RECOVERY
from workbook.sheets.statements.service import SERVICE

__all__ = ["STATEMENTS", "SUMMARY_CHARTS"]

STATEMENTS = (COST, CAPACITY, RECOVERY, SERVICE, DEMAND)
SUMMARY_CHARTS = (CATEGORY_CHART, FLEET_CHART, USERS_CHART, UTILISATION_CHART)
