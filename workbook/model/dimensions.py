"""A plan into the frame over which its lines are calculated (plan floor)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product

from workbook.expr.frame import Frame
from workbook.expr.functions import Array, numbers, texts
from workbook.inputs.plan import Plan, Table
from workbook.inputs.sheets.operations import DAYS, LoadHour
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.inputs.sheets.spending import BudgetRow, row_title
from workbook.model.assurance.claims import HALF_DIGIT, half_digits
from workbook.model.assurance.contradictions import rule_names
from workbook.model.assurance.integrity import CHECK_TITLES, entries
from workbook.model.board.headline import WATCHED
from workbook.model.board.insights import TITLES
from workbook.model.board.largest import items_of
from workbook.model.demand.compute import CLASSES
from workbook.model.demand.timing import MILESTONES
from workbook.model.fleet.headroom import STEP_NAMES
from workbook.model.money.change import NETWORK, contributors_of
from workbook.model.money.commitments import commitments_of, names_of
from workbook.model.money.cost import CATEGORIES, Category
from workbook.model.money.levers import levers_of
from workbook.model.money.purchase import CATALOGUES
from workbook.model.operations.alerts import FIXED_ALERTS, alerts_of
from workbook.model.pairs import pairs_of
from workbook.model.ranking import PLACES
from workbook.naming import name_key
from workbook.schema import Column, Row, Sheet
from workbook.timeline import serial_of

DIMENSIONS = {
    "segment": "users",
    "anchor": "growth",
    "feature": "features",
    "event": "events",
    "dataset": "retention",
    "component": "components",
    "resilience": "resilience",
    "scenario": "scenarios",
    "fixed": "rates",
    "network": "rates",
    "tier": "rates",
    "objective": "slas",
    "availability": "slas",
    "queue wait": "slas",
    "queue depth": "slas",
    "node rate": "rates",
    "claim": "claims",
    "budget row": "budget",
    "packet loss": "slas",
    "profile hour": "load_profile",
}
"""The dimensions whose items are rows of an input table."""

KINDS = {
    "fixed": "fixed",
    "network": "network",
    "tier": "storage",
    "objective": "latency",
    "availability": "availability",
    "queue wait": "queue wait",
    "queue depth": "queue depth",
    "packet loss": "packet loss",
    "node rate": "node",
}
"""The kind of the rows of a dimension that takes some of its table's rows only."""


def frame_of(plan: Plan) -> Frame:
    """Return items, columns and settings of a plan as arrays; blanks with a default hold it, others are NaN or ''."""
    rows = {dimension: _rows(plan, dimension, table) for dimension, table in DIMENSIONS.items()}
    items = {**_items(plan, rows), **_fixed_items(plan)}
    items |= _ranked_items(items)
    pairs, offers = pairs_of(items), _offers(plan)
    components = tuple(component for component, _ in offers)
    commitments = commitments_of(plan)
    holders, places = (tuple(pair[side] for pair in commitments) for side in (0, 1))
    return Frame(
        months=plan.timeline.horizon + 1,
        items={
            **items,
            **pairs.items,
            "offer": _offer_names(plan, offers),
            "commitment": names_of(items["component"], commitments),
            "place": tuple(str(place + 1) for place in range(1 + max(places))),
            "rule": rule_names(items),
        },
        tables={**DIMENSIONS, "offer": "rates"},
        rows={**rows, "offer": tuple(row for _, row in offers)},
        keys={table: _key(table) for table in set(DIMENSIONS.values())},
        columns={HALF_DIGIT: numbers(half_digits(plan)), **_columns(plan)},
        defaults={
            (sheet.id, column.field): _array(column, [column.default], plan.date_1904)[0:1].reshape(1, 1, 1)
            for sheet in SHEETS.values()
            for column in sheet.columns
        },
        settings=settings_of(plan),
        groups={"anchor": _parents(plan), **pairs.groups, "offer": components, "commitment": holders},
        joins={
            **pairs.joins,
            ("offer", "component"): components,
            ("commitment", "component"): holders,
            ("commitment", "place"): places,
        },
        periods={
            "fiscal_year": plan.timeline.periods(plan.timeline.fiscal_year),
            "fiscal_quarter": plan.timeline.periods(plan.timeline.quarter_name),
        },
        is_1904=plan.date_1904,
    )


def _key(table: str) -> str:
    """Return the field that names a table's rows; tables without unique names have a first column that does."""
    return SHEETS[table].key or SHEETS[table].columns[0].field


def _rows(plan: Plan, dimension: str, table: str) -> tuple[int, ...]:
    rows = plan.rows(table)
    if dimension in KINDS:
        return _rows_of_kind(plan, table, KINDS[dimension])
    return tuple(range(len(rows)))


def _rows_of_kind(plan: Plan, table: str, kind: str) -> tuple[int, ...]:
    return tuple(place for place, row in enumerate(plan.rows(table)) if getattr(row, "kind", "") == kind)


def _items(plan: Plan, rows: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[str, ...]]:
    items = {}
    for dimension, table in DIMENSIONS.items():
        every = plan.rows(table)
        names = (str(getattr(every[row], _key(table))) for row in rows[dimension])
        items[dimension] = tuple(names)
    months = (getattr(row, "month") for row in plan.rows("growth"))  # noqa: B009 - rows are typed by their table
    items["anchor"] = tuple(f"{name}, month {month}" for name, month in zip(items["anchor"], months, strict=True))
    items["budget row"] = tuple(row_title(row) for row in plan.rows("budget") if isinstance(row, BudgetRow))
    items["profile hour"] = tuple(
        f"{row.day} {row.hour}" for row in plan.rows("load_profile") if isinstance(row, LoadHour)
    )
    return items


def _fixed_items(plan: Plan) -> dict[str, tuple[str, ...]]:
    timeline = plan.timeline
    return {
        "class": tuple(CLASSES.values()),
        "category": tuple(title for title, _ in CATEGORIES.values()),
        "milestone": MILESTONES,
        "step": STEP_NAMES,
        **{f"{resource}_size": tuple(sizes) for resource, sizes in CATALOGUES.items()},
        "check": tuple(CHECK_TITLES[check] for check in entries()),
        "finding": tuple(TITLES.values()),
        "attention": tuple(watched.title for watched in WATCHED),
        "decision": tuple(str(place) for place, _ in enumerate(plan.rows("components"), 1)),
        "input": plan.titles,
        "fiscal_year": timeline.fiscal_years,
        "fiscal_quarter": timeline.fiscal_quarters,
        "weekday": DAYS,
        **FIXED_ALERTS,
        NETWORK: (CATEGORIES[Category.NETWORK][0],),
    }


def _ranked_items(items: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return what is put together of other items or sorted by size, and the places of the largest."""
    contributors, levers = contributors_of(items), levers_of(items)
    return {
        "contributor": contributors,
        "driver": PLACES[: len(contributors)],
        "lever": levers,
        "alert": alerts_of(items),
        "largest_lever": PLACES[: len(levers)],
        **items_of(items),
    }


def _offers(plan: Plan) -> list[tuple[int, int]]:
    """Pair each component with each node type of the rate card, by their rows."""
    return list(product(range(len(plan.rows("components"))), _rows_of_kind(plan, "rates", "node")))


def _offer_names(plan: Plan, offers: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    components, rates = plan.rows("components"), plan.rows("rates")
    return tuple(
        f"{getattr(components[component], 'component')} · {getattr(rates[rate], 'item')}"  # noqa: B009
        for component, rate in offers
    )


def _parents(plan: Plan) -> tuple[int, ...]:
    segments = {name_key(str(getattr(row, "segment"))): i for i, row in enumerate(plan.rows("users"))}  # noqa: B009
    return tuple(segments.get(name_key(str(getattr(row, "segment"))), -1) for row in plan.rows("growth"))  # noqa: B009


def settings_of(plan: Plan) -> dict[str, Array]:
    """Return the settings of a plan as arrays."""
    return {column.field: _array(column, [_setting(plan, column)], plan.date_1904) for column in SETTINGS}


def columns_of(plan: Plan, sheet: Sheet) -> dict[tuple[str, str], Array]:
    """Return the columns of one input sheet as arrays."""
    columns = {}
    for column in sheet.columns:
        values: list[object] = [getattr(row, column.field) for row in plan.rows(sheet.id)]
        if sheet.id in plan.tables:
            _respell(values, column, plan.tables[sheet.id])
            if column.is_plan_month:
                _restore_dates(values, plan.tables[sheet.id], column, plan)
        columns[sheet.id, column.field] = _array(column, values, plan.date_1904)
    return columns


def _columns(plan: Plan) -> dict[tuple[str, str], Array]:
    return {key: column for sheet in SHEETS.values() for key, column in columns_of(plan, sheet).items()}


def _respell(values: list[object], column: Column, table: Table[Row]) -> None:
    """Put choices as the person spelled them: that is what the sheet's formulas find."""
    for place, number in enumerate(table.row_numbers):
        values[place] = table.spelling.get((number, column.field), values[place])


def _restore_dates(values: list[object], table: Table[Row], column: Column, plan: Plan) -> None:
    """Put dates where cells hold dates instead of month numbers: that is what the sheet's formulas find."""
    for place, value in enumerate(values):
        cell = table.cell(place, column.field)
        values[place] = plan.dates.get(cell, value) if cell else value


def _setting(plan: Plan, column: Column) -> object:
    return plan.setting_spelling.get(column.field) or plan.setting(column.field)


def _array(column: Column, values: Iterable[object], is_1904: bool) -> Array:
    if column.is_numeric or column.kind == "date":
        return numbers(_number(value, is_1904) for value in values)
    return texts("" if value is None else str(value) for value in values)


def _number(value: object, is_1904: bool) -> float:
    match value:
        case None | "":
            return float("nan")
        case date():
            return serial_of(value, is_1904)
        case int() | float():
            return float(value)
        case _:
            raise TypeError(f"not a number: {value!r}")
