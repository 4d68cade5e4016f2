"""Rules of failover, DR tests, autoscaler and the plan's validity into what they measure (post floor)."""

from __future__ import annotations

from workbook.export.names import resource_name
from workbook.export.prometheus.measure import DAY, Clock, Measure, Sample, flat, series
from workbook.export.prometheus.quoting import number, string
from workbook.export.prometheus.service import own_metric
from workbook.export.prometheus.shown import DATE, NUMBER, PERCENTAGE
from workbook.export.records import Alert, Options

_TWO_HOURS = 7200
_REPLICAS = 100


def site_failover(_alert: Alert, options: Options) -> Measure:
    """Return whether a site other than the primary is active."""
    metric = own_metric(options, "active_site")

    def hold(value: float, clock: Clock) -> tuple[Sample, ...]:
        sites = {"primary": 1 - value, "dr": value}
        return tuple(flat(series(metric, site=site), is_active, clock) for site, is_active in sites.items())

    return Measure(
        measured=f'max by (site) ({metric}{{site!="primary"}})',
        limit=0,
        says="The active site is {site}",
        shown=NUMBER,
        hold=hold,
        labels=(("site", "dr"),),
        values=(0, 1),
        metrics=((metric, "gauge: 1 for the active site, else 0, with label site: `primary` or another"),),
    )


def dr_test(_alert: Alert, options: Options) -> Measure:
    """Return failures of DR tests within the hour; a counter that appears has no increase, so it counts as it is."""
    metric = own_metric(options, "dr_test_failures_total")

    def hold(value: float, clock: Clock) -> tuple[Sample, ...]:
        if not value:
            return (flat(series(metric, site="dr"), 3, clock),)
        absent = clock.before(_TWO_HOURS)
        return (Sample(series(metric, site="dr"), f"_x{absent} {number(value)}x{clock.count - absent}"),)

    return Measure(
        measured=f"(sum by (site) (increase({metric}[1h])) > 0 or sum by (site) ({metric} unless {metric} offset 1h))",
        limit=0,
        says="A disaster recovery test of site {site} failed",
        shown=NUMBER,
        hold=hold,
        starts=_TWO_HOURS,
        labels=(("site", "dr"),),
        values=(0, 1),
        metrics=((metric, "counter of failed disaster recovery tests, with label site"),),
    )


def dr_test_stale(alert: Alert, options: Options) -> Measure:
    """Return the days since a DR test succeeded."""
    metric = own_metric(options, "dr_test_last_success_timestamp_seconds")

    def hold(days: float, clock: Clock) -> tuple[Sample, ...]:
        return (Sample(metric, f"{number(-days * DAY)}+{clock.step}x{clock.count}"),)

    return Measure(
        measured=f"(time() - max({metric})) / {DAY}",
        limit=alert.threshold,
        says="The last successful disaster recovery test was {value} days ago; the limit is {limit} days",
        shown=NUMBER,
        hold=hold,
        metrics=((metric, "gauge: when a disaster recovery test last succeeded, in seconds since 1970"),),
    )


def autoscaler_max(_alert: Alert, options: Options) -> Measure:
    """Return what each autoscaler asks for, of its own maximum."""
    labels = {"namespace": resource_name(options.namespace), "horizontalpodautoscaler": "app"}
    space = f"{{namespace={string(labels['namespace'])}}}"
    by = "max by (namespace, horizontalpodautoscaler)"
    asked = "kube_horizontalpodautoscaler_status_desired_replicas"
    allowed, least = (f"kube_horizontalpodautoscaler_spec_{end}_replicas" for end in ("max", "min"))
    limited = "kube_horizontalpodautoscaler_status_condition"
    is_limited = {**labels, "condition": "ScalingLimited", "status": "true"}
    same = "and on (namespace, horizontalpodautoscaler)"
    # A schedule may ask for the maximum, and minimum and maximum may be one: only what is held back is short.
    can_scale = f"({by} ({allowed}{space}) > {by} ({least}{space}))"
    held_back = (
        f'({by} ({limited}{{namespace={string(labels["namespace"])},condition="ScalingLimited",status="true"}}) == 1)'
    )
    return Measure(
        measured=f"{by} ({asked}{space}) / {by} ({allowed}{space})",
        operator=">=",
        limit=1,
        guard=f"{same} {can_scale} {same} {held_back}",
        says="Autoscaler {namespace}/{horizontalpodautoscaler} needs more replicas than its maximum",
        shown=PERCENTAGE,
        hold=lambda value, clock: (
            flat(series(asked, **labels), value * _REPLICAS, clock),
            flat(series(allowed, **labels), _REPLICAS, clock),
            flat(series(least, **labels), 1, clock),
            flat(series(limited, **is_limited), 1, clock),
        ),
        labels=tuple(labels.items()),
        values=(0.99, 1),
    )


def plan_expired(alert: Alert, _options: Options) -> Measure:
    """Return the time."""
    return Measure(
        measured="vector(time())",
        limit=alert.threshold,
        says="The plan was valid until {limit}; export a new one",
        shown=DATE,
        hold=lambda _value, _clock: (),
    )
