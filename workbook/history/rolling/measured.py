"""Closed months of Actuals into the level that users have reached, and how far other figures are off (many floor)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.functions import Array
from workbook.figures import month_text, percent_text
from workbook.history.fit import Fit
from workbook.history.growth import measured_users
from workbook.history.importing.records import FIELDS, Metric
from workbook.history.lines.metrics import SCORED
from workbook.history.recorded import closed_rows, is_final, recorded
from workbook.history.rolling.users import Level
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.commitments import Scenario
from workbook.inputs.sheets.evidence import Actual
from workbook.model import calculate
from workbook.naming import name_key
from workbook.timeline import months_between

_LEVELS = 3
_FURTHEST = 0.2
"""How far the last month's level may be off the mean of the last months' levels before the mean is taken."""


_LINES: Mapping[Metric, str] = {one.metric: one.line for one in SCORED if one.metric is not Metric.COST}
"""The line of each metric that is compared."""


class Ratio(Struct, frozen=True):
    """One measured figure of a month next to the planned one."""

    metric: Metric
    day: date
    measured: float
    planned: float

    @property
    def value(self) -> float:
        """Measured as a multiple of planned."""
        return self.measured / self.planned

    def as_json(self) -> dict[str, object]:
        """Return the ratio as `--json` prints it."""
        figures = {"measured": self.measured, "planned": self.planned, "ratio": self.value}
        return {"metric": self.metric.value, "month": self.day.isoformat(), **figures}

    @property
    def words(self) -> str:
        """The ratio in words: `4.5% above plan in Mar 2026`."""
        return f"{against_plan(self.value)} in {month_text(self.day)}"


class Measured(Struct, frozen=True):
    """What the closed months before a new start say: ratios of the last of them, levels of users, and the level taken.

    `levels` are those of the last months in which users were measured, the latest last.
    """

    ratios: Mapping[Metric, Ratio]
    levels: tuple[Ratio, ...] = ()
    nodes: float | None = None
    fit: Fit | None = None

    @property
    def mean(self) -> float:
        """The mean of the last months' levels."""
        return fmean(ratio.value for ratio in self.levels)

    @property
    def is_off(self) -> bool:
        """Whether the last month's level is far off the mean of the last ones."""
        return bool(self.levels) and abs(self.levels[-1].value / self.mean - 1) > _FURTHEST

    @property
    def level(self) -> Level:
        """The level to start from: that of the last month, or the mean if the last one is far off."""
        if not self.levels:
            return Level()
        if self.is_off:
            return Level(self.mean, f"{against_plan(self.mean)} in the mean of {len(self.levels)} months")
        last = self.levels[-1]
        return Level(last.value, last.words)

    def factor(self, metric: Metric) -> float:
        """Return a metric's ratio, or that of users where the metric was not measured."""
        ratio = self.ratios.get(metric)
        return self.level.value if ratio is None else ratio.value


def closing_month(plan: Plan, months: int) -> date | None:
    """Return the month before a month of the plan if its row is final: it counts as closed from then on."""
    before = plan.timeline.date_of(months - 1)
    row = recorded(plan).rows.get(before)
    return before if row and is_final(row) else None


def measured_before(plan: Plan, months: int) -> Measured:
    """Return what the closed months before a month of the plan say; planned figures are without Growth multiplier."""
    every = closed_rows(plan, closing_month(plan, months))
    rows = [row for row in every if months_between(plan.timeline.start, row.month) < months]
    inside = [row for row in rows if months_between(plan.timeline.start, row.month) >= 0]
    if not inside:
        return Measured({}, fit=measured_users(plan, rows).fit())
    values = calculate(without_multiplier(plan)).values
    found = [_ratio(plan, values, row, Metric.USERS) for row in inside]
    last = {metric: _ratio(plan, values, inside[-1], metric) for metric in _LINES}
    return Measured(
        {metric: ratio for metric, ratio in last.items() if ratio},
        tuple(ratio for ratio in found if ratio)[-_LEVELS:],
        inside[-1].nodes,
        measured_users(plan, rows).fit(),
    )


def without_multiplier(plan: Plan) -> Plan:
    """Return the plan whose active scenario leaves growth as it is."""
    table = plan.tables["scenarios"]
    active = name_key(plan.settings.active_scenario)
    rows = (
        row.model_copy(update={"growth_multiplier": 1.0})
        if isinstance(row, Scenario) and name_key(row.scenario) == active
        else row
        for row in table.rows
    )
    return replace(plan, tables={**plan.tables, "scenarios": replace(table, rows=tuple(rows))})


def against_plan(ratio: float) -> str:
    """Return measured over planned in words: `4.5% above plan`."""
    if round(ratio, 3) == 1:
        return "as planned"
    return f"{percent_text(abs(ratio - 1), 1)} {'above' if ratio > 1 else 'below'} plan"


def _ratio(plan: Plan, values: Mapping[str, Array], row: Actual, metric: Metric) -> Ratio | None:
    """Return measured and planned of a row; storage is measured at the end of a month, planned at its start."""
    measured: float | None = getattr(row, FIELDS[metric])
    month = months_between(plan.timeline.start, row.month) + (metric is Metric.STORAGE)
    planned = float(values[_LINES[metric]][0, 0, month])
    if measured is None or planned <= 0:
        return None
    return Ratio(metric, row.month.replace(day=1), measured, planned)
