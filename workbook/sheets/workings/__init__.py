"""Which line stands on which sheet, in which section, under which charts (paper floor).

Lines of a section stand in the order in which they are calculated. A line that a plan does not have (an optional sheet
is absent) is left out. A test demands that every line stands somewhere.
"""

from __future__ import annotations

from workbook.sheets.workings.capacity import CAPACITY, FLEET_CHART, UTILISATION_CHART
from workbook.sheets.workings.cost import CATEGORY_CHART, COST
from workbook.sheets.workings.projection import PROJECTION, USERS_CHART
from workbook.sheets.workings.records import ChartPlan, Content
from workbook.sheets.workings.recovery import RECOVERY
from workbook.sheets.workings.service import SERVICE

__all__ = ["SERIES_SHEETS", "SUMMARY_CHARTS", "ChartPlan", "Content"]

SERIES_SHEETS = (CAPACITY, PROJECTION, RECOVERY, SERVICE, COST)
SUMMARY_CHARTS = (CATEGORY_CHART, FLEET_CHART, USERS_CHART, UTILISATION_CHART)
