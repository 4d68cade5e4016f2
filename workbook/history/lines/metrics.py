"""What is measured, and the line of the plan with which each is compared (many floor; help: planning, Outlook)."""

from __future__ import annotations

from dataclasses import dataclass

from workbook.expr.tree import Expr, Input, Number


@dataclass(frozen=True, slots=True)
class Metric:
    """One column of Actuals, and the monthly line whose figure it answers.

    `later` is by how many months the plan says it later: what is stored is measured at the end of a month, and planned
    at the beginning of the next. `is_billed` says that the plan has no figure of its last month.
    """

    id: str
    title: str
    field: str
    line: str
    unit: str
    later: int = 0
    is_billed: bool = False

    @property
    def input(self) -> Input:
        """The measured figure in the row of a month."""
        return Input("actuals", self.field)

    def month(self, number: Expr) -> Expr:
        """Return the month in which the plan has the figure that is measured in a month."""
        return number + Number(self.later, "month") if self.later else number

    def last(self, horizon: Expr) -> Expr:
        """Return the last month of which a plan has a figure."""
        return horizon - Number(1, "month") if self.is_billed else horizon


USERS = Metric("users", "users", "users", "users.all", "users")
COST = Metric("cost", "cost", "cost", "cost.total", "currency", is_billed=True)
METRICS = (
    USERS,
    Metric("requests", "peak requests", "peak_requests", "demand.total", "1/s"),
    Metric("cpu", "CPU used", "cpu_used_cores", "cpu.total", "cores"),
    Metric("memory", "memory used", "memory_used_gb", "memory.total", "GB of memory"),
    Metric("storage", "storage used", "storage_used_gb", "storage.total", "GB", later=1),
    Metric("nodes", "nodes", "nodes", "nodes.total", "nodes"),
    COST,
)
SCORED = tuple(metric for metric in METRICS if metric.id != "nodes")
"""What forecasts are scored on: nodes are a decision, and no forecast."""
