"""A plan with what was and what may be: its version, measured months, scenarios and ranges, calculated (many floor)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.formula import STORED
from workbook.expr.frame import Frame
from workbook.expr.functions import Array, numbers, texts
from workbook.expr.tree import AsOfRun, Expr, Line, Number, Picked, Ref, call, if_, total
from workbook.figures import month_text
from workbook.history.lines import accuracy, compared, fitted, forecasts, measured, mix, outlook, planned, steps
from workbook.history.recorded import rows_of
from workbook.history.scoring import Scores, scores_of
from workbook.history.versions import Version, compared_version, versions_of
from workbook.inputs.plan import KeptTable, Plan
from workbook.inputs.sheets.kept import MONTH_COLUMNS
from workbook.model import Extension, Results, calculate_some
from workbook.model import calculate as calculate_lines
from workbook.model.assurance.integrity import CHECK_TITLES, Check, check_lines, entries
from workbook.timeline import serial_of
from workbook.whatif import at_risk, scenarios
from workbook.whatif.lines.cases import DIFFERENCE

if TYPE_CHECKING:
    from workbook.history.billed import BilledItems
    from workbook.history.facts import BridgeFacts

_FIGURES = STORED[0]
_HALF = Number(1) / 2
ACCURACY = ("score.verdict", "score.version", "score.metric", "fit.verdict", "fit.users", "fit.growth", "fit.without")
"""The lines that say whether forecasts were good and growth fits."""
KEYS = {"versions": "version", _FIGURES: "key"}
"""The columns in which formulas look for a row of a kept sheet."""


def calculate(plan: Plan, progress: Callable[[int, int], None] | None = None) -> Results:
    """Calculate every line of a checked plan, and what its history, its scenarios and its ranges add to it.

    `progress` is told of the plans that were drawn from ranges so far, and of all of them.

    Raises Refusal (inputs) as the model does.
    """
    return calculate_lines(
        plan, (*_history(plan), *scenarios.extensions(plan), *at_risk.extensions(plan, progress), _checked)
    )


def calculate_accuracy(plan: Plan) -> Results:
    """Calculate how good earlier versions were and the growth that fits, without anything that a plan costs."""
    scores = scores_of(plan)
    lines = tuple(_measured_lines(plan, scores, has_version=False))
    extended = _Extended(plan, None, scores)
    return calculate_some(plan, (lambda frame, _: (extended(frame), lines),), ACCURACY)


def _history(plan: Plan) -> Iterator[Extension]:
    """Yield what a version and measured months add to a plan."""
    version, has_measured = compared_version(plan), bool(plan.rows("actuals"))
    if version is None and not has_measured:
        return
    facts = _facts(plan, version) if version else None
    scores = scores_of(plan) if has_measured else None
    lines = (
        *(_measured_lines(plan, scores, has_version=facts is not None) if scores else ()),
        *(_compared_lines(has_measured=has_measured) if facts else ()),
    )
    extended = _Extended(plan, facts, scores)
    yield lambda frame, _: (extended(frame), lines)


def _checked(frame: Frame, lines: Mapping[str, Line]) -> tuple[Frame, Iterator[Line]]:
    """Extend a plan by the checks of the lines that it has."""
    checks = _checks(lines)
    titles = tuple(CHECK_TITLES[check] for check in checks)
    return replace(frame, items={**frame.items, "check": titles}), check_lines(checks)


def _facts(plan: Plan, version: Version) -> _Facts | None:
    """Return what no formula can hold of a comparison; None for a version that cannot be compared with."""
    from workbook.history.billed import billed_items  # noqa: PLC0415 - a plan without a version does without
    from workbook.history.comparable import ruled_out  # noqa: PLC0415
    from workbook.history.facts import facts_of  # noqa: PLC0415

    if ruled_out(version, plan):
        return None
    return _Facts(facts_of(plan, version), partial(billed_items, plan, version))


def _compared_lines(*, has_measured: bool) -> Iterator[Line]:
    """Yield the lines of the comparison with a version."""
    yield from compared.lines(has_measured)
    yield from steps.lines(has_measured)
    yield from mix.lines(has_measured)
    yield from _version_lines()


def _measured_lines(plan: Plan, scores: Scores, *, has_version: bool) -> Iterator[Line]:
    """Yield the lines of months that were measured, against what was planned for them and forecast of them."""
    yield from measured.lines()
    yield from planned.lines(has_version)
    yield from outlook.lines(has_budget_rows=bool(plan.rows("budget")))
    if scores.scored or scores.is_fitted:
        yield from forecasts.limits()
    if scores.scored:
        yield from forecasts.lines(scores.scored)
        yield from accuracy.lines()
    if scores.is_fitted:
        yield from fitted.lines(has_seasons=bool(plan.rows("seasonality")), shows_seasons=scores.shows_seasons)


def _version_lines() -> tuple[Line, ...]:
    """Return the line that says how many versions are not as they were approved."""
    found = Ref("version.broken")

    return (
        Line(found.line, "Versions changed since approval", "rows", (), AsOfRun(found.line), section=compared.VERSION),
    )


def _checks(lines: Mapping[str, Line]) -> Mapping[Check, tuple[Expr, Expr]]:
    """Return the checks of every plan, and those of the lines that only some plans have."""
    checks = entries()
    if "bridge.residual" in lines:
        # A residual below half of the smallest unit shown is none.
        left = if_(call("ABS", Ref("bridge.residual")) < _HALF, 0, Ref("bridge.residual"))
        checks[Check.BRIDGE] = (left, Number(0))
        checks[Check.VERSIONS] = (Ref("version.broken"), Number(0))
    if "outlook.gap" in lines:
        checks[Check.COVER] = (Picked("fiscal_year", Ref("outlook.gap"), Number(1)), Number(0))
    if "risk.words" in lines:
        checks[Check.RANGES] = (Ref("snapshot.changed"), Number(0))
    if DIFFERENCE in lines:
        checks[Check.CASES] = (total("month", DIFFERENCE), Number(0))
    return checks


class _Facts(Struct, frozen=True):
    """What no formula can hold of a comparison: its bridge, and what is billed in either plan."""

    bridge: BridgeFacts
    billed: Callable[[Frame], BilledItems]


class _Extended(Struct, frozen=True):
    """Extends the frame of a plan by its measured months, its version, and what the bridge has found."""

    plan: Plan
    facts: _Facts | None
    scores: Scores | None

    def __call__(self, frame: Frame) -> Frame:
        rows = self.plan.rows("actuals")
        items = {
            **frame.items,
            measured.OVER: tuple(month_text(row.month) for row in rows_of(self.plan)),
            outlook.FISCAL_MONTH: tuple(map(month_text, self.plan.timeline.months_of_first_year)) if rows else (),
        }
        extended = replace(
            frame,
            items=items,
            tables={**frame.tables, measured.OVER: "actuals"},
            rows={**frame.rows, measured.OVER: tuple(range(len(rows)))},
            keys={**frame.keys, "actuals": "month"},
        )
        kept = _with_kept(extended, self.plan) if self.plan.kept else extended
        compared_with = self.with_version(kept) if self.facts else kept
        return self.scores.extended(compared_with) if self.scores else compared_with

    def with_version(self, frame: Frame) -> Frame:
        """Return the frame with the rows of the comparison, and the facts."""
        if self.facts is None:
            return frame
        facts, billed = self.facts.bridge, self.facts.billed(frame)
        has_measured = bool(self.plan.rows("actuals"))
        return replace(
            frame,
            items={
                **frame.items,
                compared.OVER: compared.rows(has_measured),
                steps.STEP: facts.steps,
                steps.INPUT: facts.inputs,
                **billed.items,
            },
            joins={**frame.joins, **billed.joins},
            found={**frame.found, **facts.found, **billed.found, "version.broken": numbers([_broken(self.plan)])},
        )


def _with_kept(frame: Frame, plan: Plan) -> Frame:
    """Return the frame with the columns of the kept sheets and the figures of all versions."""
    kept = {key: table for key, table in plan.kept.items() if key in KEYS}
    columns = {key: column for table in kept.values() for key, column in _columns(table, plan.date_1904).items()}
    figures = plan.kept.get(_FIGURES)
    return replace(
        frame,
        keys={**frame.keys, **KEYS},
        columns={**frame.columns, **columns},
        defaults={**frame.defaults, **{key: _blank(column) for key, column in columns.items()}},
        stored=_stored(figures) if figures else frame.stored,
    )


def _broken(plan: Plan) -> int:
    return sum(not version.is_sealed for version in versions_of(plan))


def _columns(table: KeptTable, is_1904: bool) -> dict[tuple[str, str], Array]:
    """Return the columns of a kept sheet but its months, blank rows of the table included as formulas count them."""
    columns: dict[tuple[str, str], Array] = {}
    rows = dict(zip(table.row_numbers, table.rows, strict=True))
    every = [rows.get(number, {}) for number in range(table.first_row, table.last_row + 1)]
    for column in table.sheet.columns:
        if column.field in table.column_numbers and column.field not in MONTH_COLUMNS:
            values = [row.get(column.field) for row in every]
            is_number = column.is_numeric or column.kind == "date"
            columns[table.sheet.id, column.field] = (
                numbers(_number(value, is_1904) for value in values)
                if is_number
                else texts("" if value is None else str(value) for value in values)
            )
    return columns


def _number(value: object, is_1904: bool) -> float:
    match value:
        case date():
            return serial_of(value, is_1904)
        case int() | float():
            return float(value)
        case _:
            return float("nan")


def _blank(column: Array) -> Array:
    return (texts([""]) if column.dtype.kind == "U" else numbers([float("nan")])).reshape(1, 1, 1)


def _stored(table: KeptTable) -> Array:
    """Return the figures of all versions as (row, month), blank rows of the table included."""
    fields = [name for name in MONTH_COLUMNS if name in table.column_numbers]
    figures = np.full((table.last_row - table.first_row + 1, len(fields)), np.nan)
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        figures[number - table.first_row] = [_number(row.get(name), is_1904=False) for name in fields]
    return figures
