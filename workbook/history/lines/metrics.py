"""What is measured, and the line of the plan with which each is compared (many floor; help: planning, Outlook)."""

from __future__ import annotations

from msgspec import Struct

from workbook.expr.tree import Expr, Input, Number
from workbook.history.importing.records import FIELDS, Metric


class MetricLine(Struct, frozen=True):
    """One metric, and the monthly line of the plan whose figure it answers.

    `later` is by how many months the plan says it later: what is stored is measured at the end of a month, and planned
    at the beginning of the next. `is_billed` says that the plan has no figure of its last month.
    """

    metric: Metric
    title: str
    line: str
    unit: str
    later: int = 0
    is_billed: bool = False

    @property
    def id(self) -> str:
        """What the ids of its lines end in."""
        return self.metric.value

    @property
    def input(self) -> Input:
        """The measured figure in the row of a month."""
        return Input("actuals", FIELDS[self.metric])

    def month(self, number: Expr) -> Expr:
        """Return the month in which the plan has the figure that is measured in a month."""
        return number + Number(self.later, "month") if self.later else number

    def last(self, horizon: Expr) -> Expr:
        """Return the last month of which a plan has a figure."""
        return horizon - Number(1, "month") if self.is_billed else horizon


USERS = MetricLine(Metric.USERS, "users", "users.all", "users")
COST = MetricLine(Metric.COST, "cost", "cost.total", "currency", is_billed=True)
METRICS = (
    USERS,
    MetricLine(Metric.REQUESTS, "peak requests", "demand.total", "1/s"),
    MetricLine(Metric.CPU, "CPU used", "cpu.total", "cores"),
    MetricLine(Metric.MEMORY, "memory used", "memory.total", "GB of memory"),
    MetricLine(Metric.STORAGE, "storage used", "storage.total", "GB", later=1),
    MetricLine(Metric.NODES, "nodes", "nodes.total", "nodes"),
    COST,
)
SCORED = tuple(line for line in METRICS if line.metric is not Metric.NODES)
"""What forecasts are scored on: nodes are a decision, and no forecast."""
