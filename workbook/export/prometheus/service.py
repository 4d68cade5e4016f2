"""Rules of what the service itself exports into what they measure: latency, availability and so on (post floor)."""

from __future__ import annotations

from workbook.export.names import metric_name
from workbook.export.prometheus.measure import Clock, Hold, Measure, Sample, flat, rising, series
from workbook.export.prometheus.quoting import is_metric, number, string
from workbook.export.prometheus.shown import DURATION, NUMBER, fixed_percentage
from workbook.export.records import Alert, Options

_REQUESTS = 1e6
_FAST, _SLOW = ("1h", "5m"), ("6h", "30m")
_MOST_DECIMALS = 6


def own_metric(options: Options, name: str) -> str:
    """Return the name of a metric of the service."""
    return f"{metric_name(options.metric_prefix)}_{name}"


def _named(alert: Alert, options: Options, name: str) -> str:
    """Return the metric that the SLA names, or the usual one."""
    if not alert.metric:
        return own_metric(options, name)
    return alert.metric if is_metric(alert.metric) else metric_name(alert.metric)


def quantile(alert: Alert) -> float:
    """Return the percentile of an objective as a ratio; 95 and 0.95 are the same."""
    return alert.percentile / 100 if alert.percentile > 1 else alert.percentile


def latency(alert: Alert, options: Options) -> Measure:
    """Return a percentile of response times, from a histogram or from a gauge that has it already."""
    share = quantile(alert)
    short = f"p{number(share * 100).replace('.', '_')}"
    usual = "request_duration_seconds_bucket" if options.latency_metric == "histogram" else f"{short}_latency"
    metric = _named(alert, options, usual)
    is_histogram = metric.endswith("_bucket")
    label = short.upper().replace("_", ".")
    what = (
        "histogram of response times in seconds, with label le and a bucket that ends at each target"
        if is_histogram
        else f"gauge: {label} in seconds"
    )
    of_buckets = f"histogram_quantile({number(share)}, sum by (le) (rate({metric}[5m])))"
    return Measure(
        measured=of_buckets if is_histogram else f"max({metric})",
        limit=alert.threshold,
        says=f"{label} latency is {{value}}; the SLA is {{limit}}",
        shown=DURATION,
        hold=_buckets(metric, share) if is_histogram else _gauge(metric),
        starts=60 if is_histogram else 0,
        metrics=((metric, what),),
    )


def _gauge(metric: str) -> Hold:
    return lambda value, clock: (flat(metric, value, clock),)


def _buckets(metric: str, share: float) -> Hold:
    """Return a histogram of one finite bucket: PromQL interpolates from 0, so its end is the value over the share."""

    def hold(value: float, clock: Clock) -> tuple[Sample, ...]:
        ends = (number(value / share), "+Inf")
        return tuple(rising(series(metric, le=end), _REQUESTS, clock) for end in ends)

    return hold


def _errors(metric: str, window: str) -> str:
    failed = f'sum(rate({metric}{{status=~"5.."}}[{window}]))'
    return f"({failed} or vector(0)) / sum(rate({metric}[{window}]))"


def _answers(metric: str) -> tuple[tuple[str, str], ...]:
    return ((metric, "counter of requests, with label status: the HTTP status code"),)


def _failing(metric: str, share: float, clock: Clock) -> tuple[Sample, ...]:
    good = rising(series(metric, status="200"), (1 - share) * _REQUESTS, clock)
    return good, rising(series(metric, status="503"), share * _REQUESTS, clock)


def availability(alert: Alert, options: Options) -> Measure:
    """Return the percentage of requests that succeed; the tests fail 1% less and more than the target allows."""
    metric = _named(alert, options, "requests_total")
    is_counter = metric.endswith("_total")
    limit = 100 * alert.threshold
    decimals = len(number(limit).partition(".")[2]) + 2
    allowed = 100 - limit
    return Measure(
        measured=f"100 * (1 - {_errors(metric, '5m')})" if is_counter else f"100 * min({metric})",
        operator="<",
        limit=limit,
        says="{value} of requests succeed; the SLA is {limit}",
        shown=fixed_percentage(min(decimals, _MOST_DECIMALS)),
        hold=(lambda value, clock: _failing(metric, 1 - value / 100, clock))
        if is_counter
        else (lambda value, clock: (flat(metric, value / 100, clock),)),
        starts=60 if is_counter else 0,
        values=(100 - 0.99 * allowed, max(100 - 1.01 * allowed, 0.0) if allowed > 0 else 99.0),
        metrics=_answers(metric) if is_counter else ((metric, "gauge: share of requests that succeed, 0 to 1"),),
    )


def burn(windows: tuple[str, str], alert: Alert, options: Options) -> Measure:
    """Return how many times too fast the error budget is spent, in a long window and still in a short one."""
    metric = _named(alert, options, "requests_total")
    long, short = (f"{_errors(metric, window)} / {number(1 - alert.objective)}" for window in windows)
    return Measure(
        measured=long,
        limit=alert.threshold,
        guard=f"and {short} > {number(alert.threshold)}",
        says=f"Over the last {windows[0]} the error budget burned at {{value}} times the sustainable rate;"
        f" the limit is {{limit}} for an SLA of {number(100 * alert.objective)}%",
        shown=NUMBER,
        hold=lambda rate, clock: _failing(metric, rate * (1 - alert.objective), clock),
        starts=60,
        most=1 / (1 - alert.objective),
        metrics=_answers(metric),
    )


def burn_fast(alert: Alert, options: Options) -> Measure:
    """Return the burn rate over an hour."""
    return burn(_FAST, alert, options)


def burn_slow(alert: Alert, options: Options) -> Measure:
    """Return the burn rate over six hours."""
    return burn(_SLOW, alert, options)


def queue_depth(alert: Alert, options: Options) -> Measure:
    """Return how many requests wait, over all instances."""
    metric = _named(alert, options, "queue_depth")
    return Measure(
        measured=f"sum({metric})",
        limit=alert.threshold,
        says="{value} requests are queued; the plan's limit is {limit}",
        shown=NUMBER,
        hold=_gauge(metric),
        metrics=((metric, "gauge: requests that wait"),),
    )


def queue_wait(alert: Alert, options: Options) -> Measure:
    """Return how long requests wait, at the instance with the longest wait."""
    metric = _named(alert, options, "queue_wait_time_seconds")
    return Measure(
        measured=f"max({metric})",
        limit=alert.threshold,
        says="Requests wait for {value} in the queue; the plan's limit is {limit}",
        shown=DURATION,
        hold=_gauge(metric),
        metrics=((metric, "gauge: time that the slowest 1% of requests wait (P99), in seconds"),),
    )


def feature(alert: Alert, options: Options) -> Measure:
    """Return how often a feature was used within the hour."""
    metric = own_metric(options, "feature_usage_total")
    label = f"{{feature={string(alert.item)}}}" if alert.item else ""
    name = alert.item or "x"
    return Measure(
        measured=f"sum(increase({metric}{label}[1h]))" if alert.item else f"sum by (feature) (increase({metric}[1h]))",
        limit=alert.threshold,
        says=f"Feature {'{item}' if alert.item else '{feature}'} caused {{value}} requests within the hour;"
        " the plan expects {limit} at peak",
        shown=NUMBER,
        hold=lambda value, clock: (rising(series(metric, feature=name), value / 3600, clock),),
        starts=3600,
        labels=() if alert.item else (("feature", name),),
        metrics=((metric, "counter of requests of a feature, with label feature: its name as in the plan"),),
    )
