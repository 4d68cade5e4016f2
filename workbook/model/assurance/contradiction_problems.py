"""Contradictions of the inputs as warnings: both cells, both figures, and what would reconcile them (plan floor).

The figures are those of the lines in `contradictions`; here stand the words, and which cells a row compares as of the
run. Where a rule compares a setting with the worst of several rows, that row is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workbook.address import Cell
from workbook.inputs.parse.names import name_key
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.model.assurance.contradictions import CONTRADICTION, RULES, Contradiction
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity
from workbook.schema import Row, show

_COLUMNS = {column.field: column for column in SETTINGS}
_EXACT = 1000
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Named:
    """One cell of a comparison: where it is, what it shows, and what its row or setting is called."""

    where: Cell | str
    shown: str
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """How a rule's finding is told. `{a}` is the first cell, `{b}` the second; figures are found, limit and fix."""

    code: Code
    message: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row of the rules: its place among all rows, its rule, its subject, and the two cells that it compares."""

    place: int
    rule: Contradiction
    item: str
    cells: tuple[Named, Named]


WORDS: Mapping[str, Words] = {
    "queue_rate": Words(
        Code.QUEUE_LAW,
        "a queue {a.shown} deep waits {b.shown} s at {found} requests a second; the plan's nearest rate is {limit}",
        "a depth of {fix} requests beside the wait in {b.where}, at the rate of the review month",
        "set the depth to rate times wait, or the wait to depth over rate (Little's law)",
    ),
    "queue_wait": Words(
        Code.WAIT_BEYOND_P99,
        "a wait of {found} s in the queue is longer than the {limit} s that {b.name!r} leaves for the whole response",
        "at most {fix} s beside the P99 target in {b.where}",
        "alert on a shorter wait, or promise a slower P99",
    ),
    "cpu_today": Words(
        Code.CPU_BEYOND_TODAY,
        "{item!r} needs {found} cores in month 0, and its {a.shown} nodes of today have {limit}",
        "at least {fix} nodes for the CPU per request in {b.where}",
        "measure the CPU per request again, or correct Current nodes: one of the two cannot be so",
    ),
    "bandwidth": Words(
        Code.BANDWIDTH_PER_REQUEST,
        "API bandwidth of {item!r} is {found} kB a request; more than {limit} kB is hardly an API",
        "at most {fix} Mbps beside the requests per user in {b.where}",
        "check whether the bandwidth is that of a busy moment, or the requests are too few",
    ),
    "margins": Words(
        Code.MARGIN_TWICE,
        "Safety factor {a.shown} and Utilisation low {b.shown} are both applied: CPU is planned {found}-fold, "
        "{limit}-fold covers either",
        "a Safety factor of {fix} beside Utilisation low in {b.where}",
        "set Headroom mode to max, unless the two guard against different things",
    ),
    "buffer": Words(
        Code.BUFFER_BELOW_ZONES,
        "DR buffer {a.shown} is less than the {limit} that {b.name!r} needs to lose its zones",
        "at least {fix} for the Zones in {b.where}",
        "raise DR buffer, or spread over more zones",
    ),
    "band": Words(
        Code.BAND_ABOVE_ZONES,
        "at Utilisation low {a.shown} the loss of zones drives {b.name!r} above Utilisation high; {limit} stays within",
        "at most {fix} for the Zones in {b.where}",
        "run at a lower utilisation, spread over more zones, or add capacity on failover",
    ),
    "failover": Words(
        Code.FAILOVER_BEYOND_BUDGET,
        "one failover of {item!r} takes {found} s, and its target allows {limit} s of downtime a year",
        "at most {fix} s for the target in {b.where}",
        "shorten the failover, or promise less availability",
    ),
    "system": Words(
        Code.SYSTEM_BELOW_PROMISE,
        "all rows of Resilience in series are available {found}, less than the {limit} of {a.name!r} alone",
        "at most {fix} here, or more in {b.where} ({b.name!r}, {b.shown})",
        "promise no more of the whole than its parts give in series",
    ),
    "objective": Words(
        Code.OBJECTIVE_OFF_PROMISES,
        "availability objective {item!r} is {found}; the nearest that fits the targets on Resilience is {limit}",
        "{fix} for the targets on Resilience, of which {b.where} ({b.name!r}) is the lowest",
        "take the objective from the targets, or the targets from the objective",
    ),
    "growth": Words(
        Code.GROWTH_OFF_RATE,
        "growth of {item}, is {found}, but at the yearly rate of the twelve-month row it is {limit}",
        "{fix} beside the {b.shown} in {b.where}",
        "keep the row if growth is uneven; delete it if one yearly rate is meant",
    ),
    "reserved": Words(
        Code.RESERVED_ABOVE_ON_DEMAND,
        "reserved price {found} of {item!r} is above its on-demand price {limit}: nothing is reserved",
        "at most {fix}, the price in {b.where}",
        "check both prices: a price a month or a year may stand where one an hour is meant",
    ),
    "cpu_size": Words(
        Code.NODE_TOO_SMALL,
        "node type {b.shown!r} of {item!r} has {found} cores, and {limit} hold its CPU per node at the load limit",
        "a node of {fix} cores or more in {b.where}",
        "choose a larger node type, or correct CPU per node",
    ),
    "memory_size": Words(
        Code.NODE_TOO_SMALL,
        "node type {b.shown!r} of {item!r} has {found} GB, and {limit} hold its memory per node at the load limit",
        "a node of {fix} GB or more in {b.where}",
        "choose a larger node type, or correct Memory per node",
    ),
    "cpu_share": Words(
        Code.SHARE_OFF_SIZE,
        "CPU share of {item!r} is {found}, but its CPU per node is {limit} of all",
        "about {fix} for the CPU per node in {b.where}",
        "check both: a share far from the sizes leaves nodes idle or short",
    ),
    "memory_share": Words(
        Code.SHARE_OFF_SIZE,
        "memory share of {item!r} is {found}, but its memory per node is {limit} of all",
        "about {fix} for the memory per node in {b.where}",
        "check both: a share far from the sizes leaves nodes idle or short",
    ),
}
"""The words of each rule; growth of datasets is told by the inputs themselves (WB420)."""


def contradictions(results: Results) -> Iterator[Problem]:
    """Yield a warning for each row of the rules that contradicts."""
    for comparison in comparisons(results):
        words = WORDS.get(comparison.rule.id)
        if words and results.value("contradiction.status", comparison.place) == CONTRADICTION:
            yield _problem(comparison, words, results)


def comparisons(results: Results) -> Iterator[Comparison]:
    """Yield every row of the rules with the cells that it compares as of the run."""
    place = 0
    for rule in RULES:
        names = results.frame.items[rule.over] if rule.over else ("",)
        rows = results.frame.rows[rule.over] if rule.over else (0,)
        for row, name in zip(rows, names, strict=True):
            yield Comparison(place, rule, name, CELLS[rule.id](results.plan, row))
            place += 1


def _problem(comparison: Comparison, words: Words, results: Results) -> Problem:
    a, b = comparison.cells
    rule, place = comparison.rule, comparison.place
    figures = {
        "found": _figure(results.value("contradiction.found", place), rule.unit),
        "limit": _figure(results.value("contradiction.limit", place), rule.unit),
        "fix": _figure(results.value("contradiction.fix", place), rule.fix_unit or rule.unit),
        "item": comparison.item,
        "a": a,
        "b": b,
    }
    return Problem(
        words.code,
        words.message.format(**figures),
        a.where,
        seen=f"{a.shown}, and {b.shown} in {b.where}",
        expected=words.expected.format(**figures),
        remedy=words.remedy,
        severity=Severity.WARNING,
    )


def _figure(value: float | str | None, unit: str) -> str:
    if not isinstance(value, int | float):
        return "none" if value is None else value
    if unit == "ratio":
        # Between 99.9 % and 99.999 % every digit counts.
        return f"{value * 100:.{6 if value > _NEARLY_ALL else 4}g} %"
    return f"{value:,.0f}" if abs(value) >= _EXACT else f"{value:.4g}"


def _setting(plan: Plan, field: str) -> Named:
    column = _COLUMNS[field]
    where = plan.setting_cells.get(field, plan.setting_title)
    return Named(where, show(getattr(plan.settings, field), column.kind), column.header)


def _of_scenario(plan: Plan, field: str) -> Named:
    """Name the cell of the active scenario where it overrides the setting."""
    for index, row in enumerate(plan.rows("scenarios")):
        is_active = name_key(_text(row, "scenario")) == name_key(plan.settings.active_scenario)
        if is_active and getattr(row, field) is not None:
            return _of_row(plan, "scenarios", index, field)
    return _setting(plan, field)


def _of_row(plan: Plan, table_id: str, index: int, field: str) -> Named:
    table, column = plan.tables[table_id], SHEETS[table_id].column(field)
    row = table.rows[index]
    where = table.cell(index, field) or f"{table.title}, row {table.row_numbers[index]}"
    value = getattr(row, field)
    kind = (
        "percent" if (table_id, field) == ("slas", "target") and _text(row, "kind") == "availability" else column.kind
    )
    return Named(where, "blank" if value is None else show(value, kind), _text(row, SHEETS[table_id].columns[0].field))


def _text(row: Row, field: str) -> str:
    return str(getattr(row, field))


def _extreme(
    plan: Plan, table_id: str, field: str, key: Callable[[Row], float | None], *, is_largest: bool = False
) -> Named:
    """Name the cell in the row whose figure is the smallest or the largest; the sheet where no row has one."""
    found = [(value, index) for index, row in enumerate(plan.rows(table_id)) if (value := key(row)) is not None]
    if not found:
        return Named(SHEETS[table_id].title, "blank", SHEETS[table_id].title)
    sign = -1 if is_largest else 1
    return _of_row(plan, table_id, min(found, key=lambda entry: sign * entry[0])[1], field)


def _shortest_wait(plan: Plan) -> Named:
    return _extreme(
        plan, "slas", "target", lambda row: _number(row, "target") if _text(row, "kind") == "queue wait" else None
    )


def _p99(plan: Plan) -> Named:
    def target(row: Row) -> float | None:
        percentile = getattr(row, "percentile", None)
        is_p99 = _text(row, "kind") == "latency" and percentile is not None and abs(percentile - 0.99) < 1e-9
        return _number(row, "target") if is_p99 else None

    return _extreme(plan, "slas", "target", target)


def _number(row: Row, field: str) -> float:
    return float(getattr(row, field))


def _widest_zones(plan: Plan) -> Named:
    def share(row: Row) -> float | None:
        zones, lost = _number(row, "zones"), _number(row, "zone_losses_survived")
        return lost / (zones - lost) if _text(row, "redundancy") == "Multi-AZ" and zones > lost else None

    return _extreme(plan, "resilience", "zones", share, is_largest=True)


def _lowest_promise(plan: Plan) -> Named:
    return _extreme(plan, "resilience", "target_availability", lambda row: _number(row, "target_availability"))


def _system_cells(plan: Plan, _row: int) -> tuple[Named, Named]:
    """Name the lowest promise of a component, and the lowest of all other rows."""
    components = {name_key(_text(row, "component")) for row in plan.rows("components")}

    def of_component(row: Row) -> float | None:
        return _number(row, "target_availability") if name_key(_text(row, "component")) in components else None

    first = _extreme(plan, "resilience", "target_availability", of_component)

    def of_others(row: Row) -> float | None:
        return None if _text(row, "component") == first.name else _number(row, "target_availability")

    return first, _extreme(plan, "resilience", "target_availability", of_others)


def _busiest_segment(plan: Plan, _row: int) -> Named:
    def cores(row: Row) -> float:
        users = _number(row, "current_users") * _number(row, "peak_ratio")
        return users * _number(row, "requests_per_user") * _number(row, "cpu_per_request_s")

    return _extreme(plan, "users", "cpu_per_request_s", cores, is_largest=True)


def _twelve_months(plan: Plan, row: int) -> Named:
    segment = name_key(_text(plan.rows("growth")[row], "segment"))

    def is_of_year(other: Row) -> float | None:
        return 0 if name_key(_text(other, "segment")) == segment and _number(other, "month") == 12 else None

    return _extreme(plan, "growth", "total_growth", is_of_year)


def _pair(table: str, first: str, second: str) -> Callable[[Plan, int], tuple[Named, Named]]:
    return lambda plan, row: (_of_row(plan, table, row, first), _of_row(plan, table, row, second))


def _beside(table: str, field: str, other: Callable[[Plan, int], Named]) -> Callable[[Plan, int], tuple[Named, Named]]:
    return lambda plan, row: (_of_row(plan, table, row, field), other(plan, row))


CELLS: Mapping[str, Callable[[Plan, int], tuple[Named, Named]]] = {
    "queue_rate": _beside("slas", "target", lambda plan, _: _shortest_wait(plan)),
    "queue_wait": _beside("slas", "target", lambda plan, _: _p99(plan)),
    "cpu_today": _beside("components", "current_nodes", _busiest_segment),
    "bandwidth": _pair("users", "api_bandwidth_mbps", "requests_per_user"),
    "margins": lambda plan, _: (_of_scenario(plan, "safety_factor"), _setting(plan, "utilisation_low")),
    "buffer": lambda plan, _: (_of_scenario(plan, "dr_buffer"), _widest_zones(plan)),
    "band": lambda plan, _: (_setting(plan, "utilisation_low"), _widest_zones(plan)),
    "failover": _pair("resilience", "failover_time_s", "target_availability"),
    "system": _system_cells,
    "objective": _beside("slas", "target", lambda plan, _: _lowest_promise(plan)),
    "growth": _beside("growth", "total_growth", _twelve_months),
    "retention": _pair("retention", "growth_per_month", "retention_days"),
    "reserved": _pair("rates", "reserved", "on_demand"),
    "cpu_size": _pair("components", "cpu_per_node_cores", "node_type"),
    "memory_size": _pair("components", "memory_per_node_gb", "node_type"),
    "cpu_share": _pair("components", "cpu_share", "cpu_per_node_cores"),
    "memory_share": _pair("components", "memory_share", "memory_per_node_gb"),
}
"""The two cells of each rule in a table row: the one where the finding stands, and the one it is held against."""
