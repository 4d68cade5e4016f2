"""A plan with what was: calculated, compared with its version, and measured against (many floor)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from workbook.expr.formula import STORED
from workbook.expr.frame import Frame
from workbook.expr.functions import Array, numbers, texts
from workbook.expr.tree import AsOfRun, Expr, Line, Number, Ref, call, if_
from workbook.history.lines import compared, measured, mix, steps
from workbook.history.versions import Version, compared_version, versions_of
from workbook.inputs.plan import KeptTable, Plan
from workbook.inputs.sheets.kept import MONTH_COLUMNS
from workbook.model import NOTHING_MORE, Extension, Results
from workbook.model import calculate as calculate_lines
from workbook.model.assurance.integrity import CHECK_TITLES, Check, check_lines, entries
from workbook.timeline import serial_of

if TYPE_CHECKING:
    from workbook.history.billed import BilledItems
    from workbook.history.facts import BridgeFacts

_FIGURES = STORED[0]
_HALF = Number(1) / 2
KEYS = {"versions": "version", _FIGURES: "key"}
"""The columns in which formulas look for a row of a kept sheet."""


def calculate(plan: Plan) -> Results:
    """Calculate every line of a checked plan, and what its version and its measured months add to them.

    Raises Refusal (inputs) as the model does.
    """
    return calculate_lines(plan, _extension(plan))


def _extension(plan: Plan) -> Extension:
    version = compared_version(plan)
    return NOTHING_MORE if version is None else _comparison(plan, version)


def _comparison(plan: Plan, version: Version) -> Extension:
    """Return the lines of the comparison with a version; none if it is in another currency."""
    from workbook.history.billed import billed_items  # noqa: PLC0415 - a plan without a version does without
    from workbook.history.comparable import other_currency  # noqa: PLC0415
    from workbook.history.facts import facts_of  # noqa: PLC0415

    if other_currency(version.currency, plan):
        return NOTHING_MORE
    facts, has_measured = facts_of(plan, version), bool(plan.rows("actuals"))
    checks = _checks()
    lines = [
        *(measured.lines() if has_measured else ()),
        *compared.lines(has_measured),
        *steps.lines(has_measured),
        *mix.lines(has_measured),
        *check_lines(checks),
        *_version_lines(),
    ]
    billed = partial(billed_items, plan, version)
    return Extension(tuple(lines), _Extended(plan, facts, billed, tuple(CHECK_TITLES[check] for check in checks)))


def _version_lines() -> tuple[Line, ...]:
    """Return the line that says how many versions are not as they were approved."""
    found = Ref("version.broken")

    return (
        Line(found.line, "Versions changed since approval", "rows", (), AsOfRun(found.line), section=compared.VERSION),
    )


def _checks() -> Mapping[Check, tuple[Expr, Expr]]:
    """Return the checks of a plan that is compared with a version."""
    # A residual below half of the smallest unit shown is none.
    left = if_(call("ABS", Ref("bridge.residual")) < _HALF, 0, Ref("bridge.residual"))
    return {
        **entries(),
        Check.BRIDGE: (left, Number(0)),
        Check.VERSIONS: (Ref("version.broken"), Number(0)),
    }


@dataclass(frozen=True, slots=True)
class _Extended:
    """Extends the frame of a plan by its measured months, its version, and what the bridge has found."""

    plan: Plan
    facts: BridgeFacts
    billed: Callable[[Frame], BilledItems]
    checks: Sequence[str]

    def __call__(self, frame: Frame) -> Frame:
        rows = self.plan.rows("actuals")
        kept = {key: table for key, table in self.plan.kept.items() if key in KEYS}
        columns: dict[tuple[str, str], Array] = {}
        for table in kept.values():
            columns |= _columns(table, self.plan.date_1904)
        figures = self.plan.kept.get(_FIGURES)
        billed = self.billed(frame)
        return replace(
            frame,
            items={
                **frame.items,
                "check": tuple(self.checks),
                measured.OVER: tuple(_month_names(self.plan)),
                compared.OVER: compared.rows(bool(rows)),
                steps.STEP: self.facts.steps,
                steps.INPUT: self.facts.inputs,
                **billed.items,
            },
            joins={**frame.joins, **billed.joins},
            tables={**frame.tables, measured.OVER: "actuals"},
            rows={**frame.rows, measured.OVER: tuple(range(len(rows)))},
            keys={**frame.keys, "actuals": "month", **KEYS},
            columns={**frame.columns, **columns},
            defaults={**frame.defaults, **{key: _blank(column) for key, column in columns.items()}},
            found={**frame.found, **self.facts.found, **billed.found, "version.broken": numbers([_broken(self.plan)])},
            stored=_stored(figures) if figures else frame.stored,
        )


def _broken(plan: Plan) -> int:
    return sum(not version.is_sealed for version in versions_of(plan))


def _month_names(plan: Plan) -> list[str]:
    return [f"{row.month:%Y-%m}" for row in plan.rows("actuals")]  # type: ignore[attr-defined]


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
