"""A calculated plan into the records that an export is made of (post floor).

Thresholds leave the sheet's units for those of the tools here and nowhere else: 82.5% is 0.825, a day of the plan a
number of seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from workbook.address import Cell
from workbook.export.names import metric_name, resource_name
from workbook.export.records import (
    Alert,
    LeftOut,
    NodePool,
    Operations,
    Options,
    Period,
    Series,
    Stamp,
    Workload,
)
from workbook.inputs.sheets.commitments import Objective
from workbook.inputs.sheets.operations import DAYS, HOURS
from workbook.inputs.sheets.supply import Component, Rate
from workbook.model.operations.alerts import rules_of
from workbook.model.operations.rules import BURNS, FACTS, UNITS_OF, Rule
from workbook.model.operations.week import hour_line
from workbook.model.results import Results
from workbook.naming import name_key
from workbook.sheets.book import Book
from workbook.timeline import next_month

_WITHOUT = {
    Rule.STORAGE_GROWTH: "The plan does not let the dataset grow.",
    Rule.NETWORK: "The plan has no bandwidth at the review month.",
    Rule.QUEUE_DEPTH: "No queue depth is committed, and the P99 target leaves none.",
    Rule.QUEUE_WAIT: "No queue wait is committed, and the P99 target leaves none.",
    Rule.USER_GROWTH: "The plan has no users now or a year from now.",
    Rule.USER_FORECAST: "The plan has no users at the lead time.",
    Rule.FEATURE: "The plan expects no use of the feature at the review month.",
    Rule.ZONE_HEADROOM: "No component has to survive the loss of a zone or region.",
}


def read_operations(book: Book, autoscaler_target: str = "") -> Operations:
    """Return what the formats are made of; `autoscaler_target` overrules the setting."""
    results = book.results
    found = tuple(_alerts(book))
    settings = results.plan.settings
    return Operations(
        stamp=Stamp(settings.plan_name, book.run_id),
        options=_options(results, autoscaler_target),
        alerts=tuple(one for one in found if isinstance(one, Alert)),
        left_out=tuple(one for one in found if isinstance(one, LeftOut)),
        later_events=tuple(_later_events(results)),
        workloads=tuple(_workloads(results)),
        node_pools=tuple(_node_pools(results)),
        users=_series(results, "users.all"),
        cores=_series(results, "cpu.required"),
    )


def _options(results: Results, autoscaler_target: str) -> Options:
    plan = results.plan
    own = plan.operations
    service = own.service_name or resource_name(plan.settings.plan_name)
    given = {
        "service_name": service,
        "metric_prefix": own.metric_prefix or metric_name(service),
        "autoscaler_target": autoscaler_target or own.autoscaler_target,
        "memory_unit": "GiB" if plan.settings.memory_unit_base == 1024 else "GB",
    }
    return Options.model_validate({**dict(own), **given})


def _alerts(book: Book) -> Iterator[Alert | LeftOut]:
    results = book.results
    home = book.placement.spots["alert.threshold"]
    for row, (rule, item, place) in enumerate(rules_of(results.frame.items)):
        figure = results.value("alert.threshold", row)
        if not isinstance(figure, int | float):
            yield LeftOut(rule, item, _WITHOUT.get(rule, "The plan has no figure for it."))
            continue
        if rule in BURNS and figure >= 100:
            yield LeftOut(rule, item, "The target is so low that errors cannot use up its budget this fast.")
            continue
        yield _alert(results, rule, item, place, row=row, source=str(Cell(home.sheet, home.row + row, home.column)))


def _alert(results: Results, rule: Rule, item: str, place: int, *, row: int, source: str) -> Alert:
    objective = _objective(results, rule, place)
    promised = objective.target if objective and rule in BURNS else 0.0
    is_forecast = rule in (Rule.STORAGE_FORECAST, Rule.USER_FORECAST)
    return Alert(
        rule=rule,
        item=item,
        threshold=_threshold(results, rule, row, promised),
        minutes=FACTS[rule].minutes,
        severity=str(results.value("alert.severity", row)),
        priority=str(results.value("alert.priority", row)),
        source=source,
        metric=_metric(objective, rule),
        percentile=(objective.percentile or 0.0) if objective else 0.0,
        objective=promised,
        days=_number(results, "alert.lead_days") if is_forecast else 0.0,
    )


def _metric(objective: Objective | None, rule: Rule) -> str:
    """Return the metric that an SLA names; a share of successes cannot say how fast an error budget burns."""
    metric = objective.metric if objective else ""
    return "" if rule in BURNS and not metric.endswith("_total") else metric


def _threshold(results: Results, rule: Rule, row: int, promised: float) -> float:
    """Return a threshold in the unit of its rule, of at most twelve digits: float noise is no part of a limit."""
    figure = _number(results, "alert.threshold", row)
    if rule is Rule.PLAN_EXPIRED:
        until = _day(results, "alert.valid_until")
        return datetime(until.year, until.month, until.day, tzinfo=UTC).timestamp()
    if rule in BURNS:
        figure /= 100 * (1 - promised)
    elif UNITS_OF[rule].startswith("%"):
        figure /= 100
    return float(f"{figure:.12g}")


_SLA_DIMENSIONS = {
    Rule.LATENCY: "objective",
    Rule.AVAILABILITY: "availability",
    Rule.BURN_FAST: "availability",
    Rule.BURN_SLOW: "availability",
    Rule.PACKET_LOSS: "packet loss",
    Rule.QUEUE_DEPTH: "queue depth",
    Rule.QUEUE_WAIT: "queue wait",
}


def _objective(results: Results, rule: Rule, place: int) -> Objective | None:
    """Return the SLA that an alert watches; of queues, which have one alert, the first that names a metric."""
    rows = results.frame.rows.get(_SLA_DIMENSIONS.get(rule, ""), ())
    objectives = [row for index in rows if isinstance(row := results.plan.rows("slas")[index], Objective)]
    if rule in (Rule.QUEUE_DEPTH, Rule.QUEUE_WAIT):
        return next((one for one in objectives if one.metric), objectives[0] if objectives else None)
    return objectives[place] if objectives else None


def _workloads(results: Results) -> Iterator[Workload]:
    pods, reserve = results.plan.operations.pods_per_node, results.plan.operations.node_reserve
    for row, component in enumerate(results.plan.rows("components")):
        if not isinstance(component, Component):
            continue
        is_warm = component.load_ramp * (component.provision_time_min or 0) > 0
        yield Workload(
            component=component.component,
            node_type=component.node_type,
            replicas_min=int(_number(results, "replicas.min", row)),
            replicas_max=int(_number(results, "replicas.max", row)),
            target_cpu=_number(results, "replicas.target_cpu", row),
            target_memory=_number(results, "replicas.target_memory", row),
            pods_per_node=pods,
            cores_per_node=_number(results, "node.cores", row) * (1 - reserve),
            memory_per_node=min(_number(results, "node.memory", row), _installed(results, row) * (1 - reserve)),
            max_unavailable=pods * int(_number(results, "resilience.k", row)),
            zones=int(_number(results, "resilience.zones", row)),
            spot_share=_number(results, "spot.share", row),
            warm_nodes=int(_number(results, "nodes.warm", row)) if is_warm else 0,
            hours=_hours(results, row),
            periods=tuple(_periods(results, row)),
        )


def _installed(results: Results, component: int) -> float:
    """Return all memory of a component's node."""
    rate = results.plan.rows("rates")[int(_number(results, "node.position", component)) - 1]
    return (rate.memory_gb or 0.0) if isinstance(rate, Rate) else 0.0


def _hours(results: Results, component: int) -> tuple[tuple[int, ...], ...]:
    if hour_line(0) not in results.lines:
        return ()
    rows = range(component * len(DAYS), (component + 1) * len(DAYS))
    return tuple(tuple(int(_number(results, hour_line(hour), row)) for hour in HOURS) for row in rows)


def _periods(results: Results, component: int) -> Iterator[Period]:
    if "schedule.replicas" not in results.lines:
        return
    lead = timedelta(minutes=results.plan.operations.warm_up_lead_min)
    count = len(results.frame.items["component"])
    for place, event in enumerate(results.frame.items["event"]):
        row = place * count + component
        replicas = results.value("schedule.replicas", row)
        if not isinstance(replicas, int | float) or _is_later(results, row):
            continue
        first, last = (_day(results, f"schedule.{end}", row) for end in ("from", "to"))
        yield Period(event, _midnight(first) - lead, _midnight(next_month(last)), int(replicas))


def _is_later(results: Results, row: int) -> bool:
    """Whether a scheduled event begins when the plan is no longer valid."""
    return _day(results, "schedule.from", row) >= _day(results, "alert.valid_until")


def _later_events(results: Results) -> Iterator[str]:
    if "schedule.replicas" not in results.lines:
        return
    count = len(results.frame.items["component"])
    for place, event in enumerate(results.frame.items["event"]):
        if results.value("schedule.from", place * count) is not None and _is_later(results, place * count):
            yield event


def _day(results: Results, line: str, row: int = 0) -> date:
    return date.fromisoformat(str(results.value(line, row)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _node_pools(results: Results) -> Iterator[NodePool]:
    """Yield the pool of each node type that a component runs on; spot is shared out by the nodes of its components."""
    components = [row for row in results.plan.rows("components") if isinstance(row, Component)]
    for place, row in enumerate(results.frame.rows["node rate"]):
        rate = results.plan.rows("rates")[row]
        most = int(_number(results, "nodepool.max", place))
        if not isinstance(rate, Rate) or not most:
            continue
        own = [i for i, one in enumerate(components) if name_key(one.node_type) == name_key(rate.item)]
        spot = sum(_number(results, "spot.share", i) * _number(results, "replicas.nodes_max", i) for i in own)
        yield NodePool(
            node_type=rate.item,
            nodes_min=int(_number(results, "nodepool.min", place)),
            nodes_max=most,
            cores_per_node=_number(results, "node.cores", own[0]),
            spot_share=spot / most,
            zones=max(int(_number(results, "resilience.zones", i)) for i in own),
            memory_installed=rate.memory_gb or 0.0,
        )


def _series(results: Results, line: str) -> Series:
    timeline = results.plan.timeline
    values: dict[date, float | None] = {}
    for month in range(results.frame.months):
        value = results.value(line, 0, month)
        values[timeline.date_of(month)] = float(value) if isinstance(value, int | float) else None
    return Series(results.lines[line].title, results.lines[line].unit, values)


def _number(results: Results, line: str, row: int = 0) -> float:
    value = results.value(line, row)
    if not isinstance(value, int | float):
        raise TypeError(f"{line} has no figure in row {row}")
    return float(value)
