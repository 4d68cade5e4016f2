"""Results into long tables for business intelligence: lines, orders and commitments as CSV (post floor).

Numbers have a dot and all their digits. A text that a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from workbook.inputs.sheets.supply import Component, Rate
from workbook.model.results import Results
from workbook.naming import name_key
from workbook.units import UNITS

LINES = ("id", "title", "unit", "item", "month", "value")
ORDERS = (
    "component", "node_type", "nodes", "order_by", "months_overdue", "needed_from",
    "monthly_cost", "cost_to_end_of_horizon", "cost_of_one_months_delay", "currency", "reason",
)  # fmt: skip
COMMITMENTS = (
    "component", "node_type", "nodes", "term_months", "billed_months", "first_month", "last_month",
    "reserved_price_per_hour", "on_demand_price_per_hour", "committed_money", "share_used", "break_even_utilisation",
    "currency",
)  # fmt: skip

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OF_ORDER = (
    "order.nodes", "order_by.date", "order_by.overdue", "exhaustion.date",
    "order.monthly_cost", "order.cost", "late.cost",
)  # fmt: skip


def table_files(results: Results, with_bom: bool = False) -> dict[str, str]:
    """Return the text of each table by its path."""
    tables = {
        "lines": (LINES, lines_rows(results)),
        "orders": (ORDERS, order_rows(results)),
        "commitments": (COMMITMENTS, commitment_rows(results)),
    }
    return {f"tables/{name}.csv": csv_text(header, rows, with_bom) for name, (header, rows) in tables.items()}


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]], with_bom: bool = False) -> str:
    """Return a table as CSV; `with_bom` begins it with the mark by which Excel knows that it is UTF-8."""
    stream = io.StringIO()
    # RFC 4180; with another end of line, a carriage return within a text would not be quoted.
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (_BOM if with_bom else "") + stream.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool() | int():
            return str(int(value))
        case float():
            return _number(value)
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return "'" + text if text.startswith(_FORMULA) else text


def _number(value: float) -> str:
    """Return a number with all its digits; blank for none."""
    if not math.isfinite(value):
        return ""
    return repr(float(value)).removesuffix(".0")


def lines_rows(results: Results) -> Iterator[tuple[object, ...]]:
    """Yield a row for each value of each line; blank values are left out."""
    currency, months = results.plan.settings.currency, results.plan.timeline
    for line_id, line in results.lines.items():
        fixed = (line_id, line.title, UNITS[line.unit].shown(currency))
        is_monthly = line.axis == "month"
        columns = () if line.axis in ("", "month") else results.frame.items[line.axis]
        for item, row in zip(results.items(line_id), results.values[line_id][0], strict=True):
            for position, cell in enumerate(row):
                value = results.plain(line_id, cell)
                if value is not None:
                    month = months.date_of(position) if is_monthly else None
                    yield (*fixed, _item(line.item, item, columns[position] if columns else ""), month, value)


def _item(dimension: str, item: str, column: str) -> str:
    """Return what a value belongs to: its item, its column where that is no month, or both."""
    return " · ".join(name for name in (item if dimension or not column else "", column) if name)


def order_rows(results: Results) -> Iterator[tuple[object, ...]]:
    """Yield what to order, in the order of the dates; a component that needs nothing has no row."""
    components = _components(results)
    ranks = [results.value("order.rank", row) for row in range(len(components))]
    for row in sorted(range(len(components)), key=lambda row: ranks[row] or 0):
        if results.value("exhaustion.date", row) is None:
            continue
        nodes, order_by, overdue, *rest = (results.value(line, row) for line in _OF_ORDER)
        component = components[row]
        reason = results.value("order.why", row)
        currency = results.plan.settings.currency
        yield component.component, component.node_type, nodes, order_by, overdue, *rest, currency, reason


def commitment_rows(results: Results) -> Iterator[tuple[object, ...]]:
    """Yield what is reserved, from when to when and at what price; one that begins after the horizon has no row."""
    components, currency = _components(results), results.plan.settings.currency
    terms = {name_key(row.item): row.term_months for row in results.plan.rows("rates") if isinstance(row, Rate)}
    for row, of in enumerate(results.frame.joins.get(("commitment", "component"), ())):
        start = results.value("commitment.start", row)
        if isinstance(start, int | float):
            component = components[of]
            nodes, *months = (results.value(f"commitment.{name}", row) for name in ("nodes", "months", "from", "to"))
            worth = (results.value(f"commitment.{name}", row) for name in ("money", "used", "break_even"))
            name = component.component, component.node_type
            term = terms.get(name_key(component.node_type))
            yield *name, nodes, term, *months, *_prices(results, of, int(start)), *worth, currency


def _prices(results: Results, component: int, month: int) -> tuple[object, object]:
    """Return the reserved and the on-demand price of a month, both with its price index."""
    values = results.values
    on_demand = values["price.on_demand"][0, component, 0] * values["price.factor"][0, 0, month]
    return results.value("reserved.price", component, month), float(on_demand)


def _components(results: Results) -> list[Component]:
    return [row for row in results.plan.rows("components") if isinstance(row, Component)]
