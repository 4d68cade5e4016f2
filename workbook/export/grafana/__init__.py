"""The plan into dashboards for Grafana: use against the plan's limits, and growth against the plan (post floor)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime

from workbook.export.grafana.panels import Graph, Json, Target, Text, panels, shown_literally
from workbook.export.names import resource_name
from workbook.export.prometheus.profiles import profile_of, used_bytes
from workbook.export.prometheus.quoting import duration, number, one_line
from workbook.export.prometheus.resources import GBPS
from workbook.export.prometheus.service import own_metric
from workbook.export.prometheus.trends import week_of_month
from workbook.export.records import Alert, Operations, Series
from workbook.model.operations.rules import Rule
from workbook.timeline import next_month

__all__ = ["grafana_files"]

_LONGEST_UID = 40
_SCHEMA_VERSION = 39


def grafana_files(operations: Operations, api_body: bool = False) -> dict[str, str]:
    """Return the dashboards by file name: as Grafana imports them, or as the body of a call of its HTTP API."""
    made = {
        "overview": _dashboard(operations, "overview", "now-6h", panels(_overview(operations))),
        "growth": _dashboard(operations, "growth", "now-90d", panels(_growth(operations), [_plan(operations)])),
    }
    return {f"grafana/{name}.json": _text(board, api_body) for name, board in made.items()}


def _text(dashboard: Json, api_body: bool) -> str:
    content = {"dashboard": dashboard, "folderUid": "", "overwrite": True} if api_body else dashboard
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def _dashboard(operations: Operations, kind: str, since: str, made: list[Json]) -> Json:
    options, stamp = operations.options, operations.stamp
    titles = {"overview": "Capacity planning overview", "growth": "Growth capacity planning"}
    ending = f"-capacity-{kind}"
    name = resource_name(options.service_name)
    return {
        "id": None,
        "uid": name[: _LONGEST_UID - len(ending)].rstrip("-") + ending,
        "title": f"{titles[kind]}: {one_line(options.service_name)}",
        "description": f"Plan: {one_line(stamp.plan_name)}. Run: {one_line(stamp.run_id)}.",
        "tags": ["capacity-planning", name],
        "schemaVersion": _SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "time": {"from": since, "to": "now"},
        "refresh": duration(options.dashboard_refresh_s),
        "timezone": "utc" if options.time_zone == "UTC" else options.time_zone,
        "templating": {"list": [_datasource_choice()]},
        "annotations": {"list": []},
        "panels": made,
    }


def _datasource_choice() -> Json:
    return {
        "name": "datasource",
        "type": "datasource",
        "query": "prometheus",
        "label": "Data source",
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "skipUrlSync": False,
    }


def _overview(operations: Operations) -> tuple[Graph, ...]:
    profile = profile_of(operations.options, "$__rate_interval")
    used, capacity = used_bytes(profile), profile.capacity
    percent = "percentunit"
    return (
        _limited(
            Graph("CPU utilisation", percent, (Target(profile.cpu, "CPU utilisation"),)),
            _first(operations, Rule.CPU),
        ),
        _limited(
            Graph("Memory utilisation", percent, (Target(profile.memory, "Memory utilisation"),)),
            _first(operations, Rule.MEMORY),
        ),
        _limited(
            Graph(
                "Storage utilisation",
                percent,
                (
                    Target(f"sum({used}) / sum({capacity})", "Storage utilisation"),
                    Target(f"max({used} / {capacity})", "Fullest volume"),
                ),
            ),
            _first(operations, Rule.STORAGE),
        ),
        _limited(
            Graph("Network bandwidth", "bps", (Target(profile.received, "Received"),)),
            _first(operations, Rule.NETWORK),
            GBPS,
        ),
    )


def _growth(operations: Operations) -> tuple[Graph, ...]:
    options = operations.options
    profile = profile_of(options, "$__rate_interval")
    cpu = _first(operations, Rule.CPU)
    usable = f"{number(cpu.threshold)} * {profile.cores}" if cpu else profile.cores
    planned = _by_month(operations.cores)
    return (
        _limited(
            Graph(
                "User growth: sign-ups, 7 days ÷ 30 days",
                "percentunit",
                (Target(week_of_month(own_metric(options, "users_created_total")), "Sign-ups, 7 days ÷ 30 days"),),
            ),
            _first(operations, Rule.USER_GROWTH),
        ),
        Graph(
            "Request growth: 7 days ÷ 30 days",
            "percentunit",
            (Target(week_of_month(own_metric(options, "requests_total")), "Requests, 7 days ÷ 30 days"),),
        ),
        Graph(
            "Capacity projection",
            "short",
            (
                Target(usable, "CPU capacity up to the plan's limit" if cpu else "CPU capacity"),
                Target(profile.cores_used, "CPU in use"),
                *((Target(planned, "CPU required by the plan"),) if planned else ()),
            ),
            axis="cores",
        ),
    )


def _first(operations: Operations, rule: Rule) -> Alert | None:
    return next((alert for alert in operations.alerts if alert.rule is rule), None)


def _limited(graph: Graph, alert: Alert | None, scale: float = 1.0) -> Graph:
    """Return a graph with the plan's limit as a line, and where the limit comes from."""
    if alert is None:
        return graph
    source = f" ({shown_literally(alert.source)})" if alert.source.strip() else ""
    limit = float(number(alert.threshold * scale))
    return Graph(graph.title, graph.unit, graph.targets, limit, f"Red line: the plan's limit{source}.", graph.axis)


def _by_month(series: Series) -> str:
    """Return PromQL of a planned line: each month's value for the time of that month, in UTC."""
    months = sorted(series.values)
    known = {month: value for month in months if (value := series.values[month]) is not None}
    return " or ".join(
        f"(vector({number(value)}) and on () (vector(time()) >= {_second(month)} < {_second(next_month(month))}))"
        for month, value in known.items()
    )


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _plan(operations: Operations) -> Text:
    lines = (operations.users, operations.cores)
    heads = [f"{shown_literally(line.title)} ({shown_literally(line.unit)})" for line in lines]
    months = sorted({month for line in lines for month in line.values})
    rows = [[f"{month:%b %Y}", *(_figure(line.values, month) for line in lines)] for month in months]
    table = [["Month", *heads], ["---", *("---:" for _ in lines)], *rows]
    return Text("Plan by month", "\n".join(f"| {' | '.join(row)} |" for row in table))


def _figure(values: Mapping[date, float | None], month: date) -> str:
    value = values.get(month)
    return "–" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
