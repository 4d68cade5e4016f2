"""What an import is asked for and what it gives: options, measurements, and how each file was read (many floor)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct, field

from workbook.problems import Problem
from workbook.timeline import next_month


class Metric(StrEnum):
    """What can be measured: a column of Actuals each."""

    USERS = "users"
    REQUESTS = "requests"
    CPU = "cpu"
    MEMORY = "memory"
    STORAGE = "storage"
    NODES = "nodes"
    COST = "cost"


FIELDS: Mapping[Metric, str] = {
    Metric.USERS: "users",
    Metric.REQUESTS: "peak_requests",
    Metric.CPU: "cpu_used_cores",
    Metric.MEMORY: "memory_used_gb",
    Metric.STORAGE: "storage_used_gb",
    Metric.NODES: "nodes",
    Metric.COST: "cost",
}
"""The field of Actuals that holds a metric."""


class SourceFormat(StrEnum):
    """What a source file is; told by its header, unless it is asked for."""

    FOCUS = "focus"
    AWS = "aws"
    GCP = "gcp"
    AZURE = "azure"
    AZURE_ACTUAL = "azure-actual"
    AZURE_AMORTISED = "azure-amortised"
    PROMETHEUS = "prometheus"
    GRAFANA = "grafana"
    CSV = "csv"


class Basis(StrEnum):
    """When a cost counts: in the month that uses it, or in the month that bills it."""

    ACCRUAL = "accrual"
    CASH = "cash"


class MeasuredStatus(StrEnum):
    """Whether a figure may still change."""

    FINAL = "final"
    PRELIMINARY = "preliminary"


KEEP_ALL = "none"
"""The category to leave out by which even tax counts."""


class ImportOptions(Struct, frozen=True):
    """How source files are read."""

    assignments: Mapping[Metric, str] = field(default_factory=dict)
    """The column of each metric that is asked for; blank where the file has one only."""
    format: SourceFormat | None = None
    basis: Basis = Basis.ACCRUAL
    without: Sequence[str] = ()
    """Categories of cost that are left out as well as tax; with `none` tax counts too."""
    where: Sequence[tuple[str, str]] = ()
    """Columns, or labels of a series, and the values that count; several values of one column are alternatives."""
    zone: str = ""
    """Time zone of days and months, and of times without an offset; blank: UTC, and such times are refused."""
    is_partial: bool = False
    """Whether the running month is measured too."""
    sums: bool = False
    """Whether several series are added."""
    today: date | None = None
    """Day of the import; None: no month is running."""

    def leaves_out(self, category: str) -> bool:
        """Whether a category of cost does not count."""
        names = {name.casefold() for name in self.without}
        taxes = set() if KEEP_ALL in names else {"tax"}
        return category.casefold() in names | taxes


class PlanFacts(Struct, frozen=True):
    """What an import needs to know of the plan."""

    currency: str
    memory_base: int = 1000
    """What Memory unit base says."""
    has_peak_users: bool = True
    """Whether Users counts the peak already: every Peak ratio is 1."""


class Measurement(Struct, frozen=True):
    """One metric of one calendar month, from one or more files."""

    month: date
    metric: Metric
    value: float
    status: MeasuredStatus
    source: str
    rows: int
    days: float | None = None
    """Days that were measured, if they are fewer than those of the month."""


class SourceReading(Struct, frozen=True):
    """How a file was read."""

    source: str
    format: SourceFormat
    rows: int
    delimiter: str = ""
    decimal: str = ""


class Imported(Struct, frozen=True):
    """What the source files measure, in the order of months and metrics, and what is to be said of them."""

    months: tuple[Measurement, ...]
    readings: tuple[SourceReading, ...]
    problems: tuple[Problem, ...]


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return date(day.year, day.month, 1)


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return next_month(month) - timedelta(days=1)


def length(month: date) -> int:
    """Return the number of days of a month."""
    return last_day(month).day


BILLED_AFTER = timedelta(days=5)
"""Bills grow for some days after the end of a month."""


def is_billed(month: date, reach: date) -> bool:
    """Whether costs of a month no longer grow, now that costs of a later day are known."""
    return reach >= last_day(month) + BILLED_AFTER


LEAST_DAYS = 0.9
"""The share of its days with which a month is measured."""
