"""Alerts and scaling: what operates the service by the plan, each threshold beside its source (paper floor).

The first screen answers what raises an alert; replicas, node pools, schedules and the hours of a week follow. Columns
are narrow so that a day's 24 hours fit; texts run over several of them.
"""

from __future__ import annotations

from workbook.inputs.sheets.operations import HOURS
from workbook.model.operations import alerts, replicas, week
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Layout, StateRule
from workbook.sheets.page import Page
from workbook.sheets.time_axis import back_to_summary, head

NAME = "Alerts and scaling"
SECTIONS = (alerts.ALERTS, replicas.REPLICAS, replicas.NODE_POOLS, replicas.SCHEDULES, week.WEEK)
FIRST_ROW = 5
LAST_COLUMN = LABEL + len(HOURS)
WIDTHS = (44.0, 9.0, *(7.6,) * (len(HOURS) - 1), *(10.0,) * 9)
_ALERTS = {
    "alert.threshold": ("Threshold", 1),
    "alert.unit": ("Unit", 3),
    "alert.for": ("Fires after", 2),
    "alert.severity": ("Severity", 2),
    "alert.priority": ("Priority", 2),
    "alert.source": ("Threshold from", 10),
    "alert.seed": ("Source document's rule", 4),
    "alert.verdict": ("What that rule does", 6),
}
_REPLICAS = {
    "replicas.min": ("Min", 1),
    "replicas.max": ("Max", 1),
    "replicas.target_cpu": ("CPU", 1),
    "replicas.target_memory": ("Memory", 1),
    "replicas.note": ("Note", 8),
}
_POOLS = {"nodepool.min": ("Min", 1), "nodepool.max": ("Max", 1)}
_SCHEDULES = {"schedule.replicas": ("Pods", 1), "schedule.from": ("From", 1), "schedule.to": ("To", 1)}
_HOURS = {week.hour_line(hour): (f"{hour:02}:00", 1) for hour in HOURS}


def lay_out_scaling(results: Results) -> Layout:
    """Lay out the tables that the plan has."""
    page = Page(results, FIRST_ROW, LAST_COLUMN)
    page.table(alerts.ALERTS.title, "alert", "Alert", _ALERTS)
    page.table(replicas.REPLICAS.title, "component", "Component", _REPLICAS)
    page.table(replicas.NODE_POOLS.title, "node rate", "Node type", _POOLS)
    page.table(replicas.SCHEDULES.title, "scheduled event", "Event and component", _SCHEDULES)
    page.table(week.WEEK.title, "component day", "Component and day", _HOURS)
    return Layout(
        name=NAME,
        words=(back_to_summary(LABEL + len(HOURS) // 2), *page.words),
        cells=head(NAME, results),
        grids=tuple(page.grids),
        widths=WIDTHS,
        frozen=(FIRST_ROW - 1, LABEL),
        statuses=((3, LABEL, 3, LABEL),),
        findings=_notes(page),
        printed=(page.row - 2, LAST_COLUMN),
        runs_on=True,
    )


def _notes(page: Page) -> tuple[StateRule, ...]:
    """Mark where a floor or a ceiling holds against the plan."""
    grid = next(grid for grid in page.grids if grid.dimension == "component")
    column, count = grid.columns()["replicas.note"], page.results.frame.length("component")
    return (StateRule((grid.row + 1, column, grid.row + count, column), good="", bad="Ceiling", is_start=True),)
