"""Rules of growth and forecasts into what they measure: they look over days (post floor)."""

from __future__ import annotations

from workbook.export.names import resource_name
from workbook.export.prometheus import held
from workbook.export.prometheus.measure import DAY, Clock, Hold, Measure, Sample, flat, line, series
from workbook.export.prometheus.profiles import Profile, profile_of, used_bytes
from workbook.export.prometheus.quoting import number
from workbook.export.prometheus.service import own_metric
from workbook.export.prometheus.shown import NUMBER, PERCENTAGE
from workbook.export.records import Alert, Options

_BYTES = 1e12
_WEEK, _MONTH = 7, 30
_PART_OF_TREND = 0.25
"""How much of a forecast value the tests leave to the trend: the rest is there at the outset."""
_DRIFT = 0.004
"""How much a forecast value may move while the tests expect it to stay beyond its limit."""
_SIGN_UPS = 24_000.0


def storage_growth(alert: Alert, options: Options) -> Measure:
    """Return by how much the volumes of a dataset grew within a week; without a dataset, each volume."""
    profile = profile_of(options)
    name = resource_name(alert.item) if alert.item else "data"
    also = _volumes(profile, name) if alert.item else ""
    now, earlier = (used_bytes(profile, also, offset) for offset in ("", "7d"))
    labels = held.volume(options, name)
    first, second = profile.volume
    what = "Dataset {item}" if alert.item else f"Volume {{{first}}}/{{{second}}}"
    return Measure(
        measured=f"sum({now}) / sum({earlier}) - 1" if alert.item else f"{now} / ({earlier}) - 1",
        limit=alert.threshold,
        says=f"{what} grew by {{value}} within a week; the plan's limit is {{limit}}",
        shown=PERCENTAGE,
        hold=_weekly(profile, labels),
        starts=_WEEK * DAY,
        labels=() if alert.item else tuple(labels.items()),
    )


def _volumes(profile: Profile, name: str) -> str:
    """Return the matcher of a dataset's volumes: named after it, or with its name and a dash before the rest."""
    if profile.is_kubernetes:
        return f'persistentvolumeclaim=~"{name}(-.*)?"'
    return f'mountpoint=~"(/.*)?/{name}(-.*)?"'


def _weekly(profile: Profile, labels: dict[str, str]) -> Hold:
    """Return used bytes in steps of a week: at each moment they are so much more than a week before."""

    def hold(growth: float, clock: Clock) -> tuple[Sample, ...]:
        steps = clock.last // (_WEEK * DAY) + 1
        used = [_BYTES / 100 * (1 + growth) ** step for step in range(steps)]
        if profile.is_kubernetes:
            return (Sample(series("kubelet_volume_stats_used_bytes", **labels), _stairs(used, clock)),)
        disk = {**labels, "fstype": "ext4"}
        free = [_BYTES - each for each in used]
        return (
            Sample(series("node_filesystem_avail_bytes", **disk), _stairs(free, clock)),
            flat(series("node_filesystem_size_bytes", **disk), _BYTES, clock),
        )

    return hold


def _stairs(values: list[float], clock: Clock) -> str:
    each = _WEEK * DAY // clock.step
    return " ".join(f"{number(value)}x{each - 1}" for value in values)


def storage_forecast(alert: Alert, options: Options) -> Measure:
    """Return the share of each volume that is used when the lead time is over, at the trend of a week."""
    profile = profile_of(options)
    first, second = profile.volume
    days = alert.days or alert.threshold
    ahead = f"min by ({first}, {second}) (predict_linear({profile.available}[7d], {number(days * DAY)}))"
    labels = held.volume(options)
    available, capacity = "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"
    disk = dict(labels)
    if not profile.is_kubernetes:
        available, capacity = "node_filesystem_avail_bytes", "node_filesystem_size_bytes"
        disk["fstype"] = "ext4"
    return Measure(
        measured=f"1 - {ahead} / {profile.capacity}",
        limit=1,
        guard=f"and on ({first}, {second}) {profile.available} offset 7d",
        says=f"Volume {{{first}}}/{{{second}}} will be {{value}} full in {number(days)} days, at the trend of 7 days",
        shown=PERCENTAGE,
        hold=lambda use, clock: (
            line(series(available, **disk), _free(use, days, clock), clock),
            flat(series(capacity, **disk), _BYTES, clock),
        ),
        starts=_WEEK * DAY,
        labels=tuple(labels.items()),
    )


def _free(use: float, days: float, clock: Clock) -> tuple[float, float]:
    first, last = _trend(use, days, clock)
    return (1 - first) * _BYTES, (1 - last) * _BYTES


def _trend(value: float, days: float, clock: Clock) -> tuple[float, float]:
    """Return the ends of a line that reaches a value so many days after its last sample."""
    held_days = clock.last / DAY - _WEEK
    slope = value * min(_PART_OF_TREND / max(days, 1), _DRIFT / max(held_days, 1 / DAY))
    last = value - slope * days
    return last - slope * clock.count * clock.step / DAY, last


def user_growth(alert: Alert, options: Options) -> Measure:
    """Return the rate of sign-ups of a week, of that of a month; only when there is a month of history."""
    metric = own_metric(options, "users_created_total")
    return Measure(
        measured=week_of_month(metric),
        limit=alert.threshold,
        guard=f"and on () count({metric} offset 30d)",
        says="Sign-ups of the last 7 days are {value} of the average of 30 days; the plan's limit is {limit}",
        shown=PERCENTAGE,
        hold=lambda ratio, clock: (Sample(metric, _sign_ups(ratio, clock)),),
        starts=_MONTH * DAY,
        most=_MONTH / _WEEK * 0.99,
        metrics=((metric, "counter of users that signed up"),),
    )


def week_of_month(metric: str) -> str:
    """Return the rate of a counter within a week, of that within a month."""
    return f"sum(rate({metric}[7d])) / sum(rate({metric}[30d]))"


def _sign_ups(ratio: float, clock: Clock) -> str:
    """Return a counter with a jump that stays within the week, or within the month before it, for some days."""
    per_day = DAY // clock.step
    slope = _SIGN_UPS / per_day
    if ratio >= 1:
        day, jump = _MONTH, _SIGN_UPS * (ratio - 1) / (1 / _WEEK - ratio / _MONTH)
    else:
        day, jump = _MONTH - _WEEK - 1, _SIGN_UPS * _MONTH * (1 / ratio - 1)
    before = day * per_day - 1
    after = _SIGN_UPS * day + jump
    return f"0+{number(slope)}x{before} {number(after)}+{number(slope)}x{clock.count - before - 1}"


def user_forecast(alert: Alert, options: Options) -> Measure:
    """Return the users when the lead time is over, at the trend of a month; only when there is a week of history."""
    metric = own_metric(options, "active_users")
    return Measure(
        measured=f"predict_linear(sum({metric})[30d:1h], {number(alert.days * DAY)})",
        limit=alert.threshold,
        guard=f"and on () count({metric} offset 7d)",
        says=f"There will be {{value}} users in {number(alert.days)} days, at the trend of 30 days;"
        " the plan expects {limit} at most",
        shown=NUMBER,
        hold=lambda users, clock: (line(metric, _trend(users, alert.days, clock), clock),),
        starts=_WEEK * DAY,
        metrics=((metric, "gauge: active users of each instance, counted as Current users on the sheet Users"),),
    )
