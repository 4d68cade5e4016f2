"""Schedules: read as KEDA reads cron, they give the replicas of the plan in every hour."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.export.validated import check
from tests.export.workloads import CORE, DAY, EDGE, LAUNCH, ODD_TEXTS, WEEK, documents, of_kind, operations
from workbook.export.kubernetes import kubernetes_files, without_counterpart
from workbook.export.kubernetes.cron import period_window, week_windows
from workbook.export.records import Period, Workload

MONDAY = date(2026, 6, 1)
HOURS = [datetime(2026, 6, 8) + timedelta(hours=hour) for hour in range(168)]


def values(field: str, first: int, last: int) -> set[int]:
    """Return the numbers that a field of cron allows; one outside its range fails, as in KEDA."""
    found: set[int] = set()
    for part in field.split(","):
        low, _, high = part.partition("-")
        bounds = (first, last) if part == "*" else (int(low), int(high or low))
        assert first <= bounds[0] <= bounds[1] <= last, field
        found.update(range(bounds[0], bounds[1] + 1))
    return found


def fires(expression: str, begin: date, days: int) -> list[datetime]:
    """Return when an expression of cron fires within some days."""
    minute, hour, day, month, weekday = expression.split(" ")
    assert day == "*" or weekday == "*", "cron would take either"
    bounds = ((minute, 0, 59), (hour, 0, 23), (day, 1, 31), (month, 1, 12), (weekday, 0, 6))
    minutes, hours, monthdays, months, weekdays = (values(*bound) for bound in bounds)
    return [
        datetime(one.year, one.month, one.day, at, past)
        for one in (begin + timedelta(days=offset) for offset in range(days))
        if one.day in monthdays and one.month in months and one.isoweekday() % 7 in weekdays
        for at in sorted(hours)
        for past in sorted(minutes)
    ]


@dataclass(frozen=True)
class Trigger:
    """A cron trigger as KEDA understands it: active while its next end comes before its next start."""

    starts: list[datetime]
    ends: list[datetime]
    replicas: int

    @classmethod
    def of(cls, start: str, end: str, replicas: int, days: int = 28, begin: date = MONDAY) -> Trigger:
        assert start != end, "KEDA refuses it"
        assert replicas > 0, "KEDA refuses it"
        return cls(fires(start, begin, days), fires(end, begin, days), replicas)

    def is_active(self, now: datetime) -> bool:
        next_start = self.starts[bisect_right(self.starts, now)]
        next_end = self.ends[bisect_right(self.ends, now)]
        return not next_start < next_end


def replicas_at(triggers: Sequence[Trigger], minimum: int, now: datetime) -> int:
    return max([minimum, *(trigger.replicas for trigger in triggers if trigger.is_active(now))])


def scaled_object(workload: Workload, **changed: object) -> dict[str, Any]:
    [found] = documents(kubernetes_files(operations(workloads=(workload,), **changed))["kubernetes/schedules.yaml"])
    check(found)
    assert isinstance(found, dict)
    return found


def cron_triggers(found: dict[str, Any]) -> list[dict[str, str]]:
    return [trigger["metadata"] for trigger in found["spec"]["triggers"] if trigger["type"] == "cron"]


weeks = st.one_of(
    st.lists(st.lists(st.integers(1, 6), min_size=24, max_size=24), min_size=7, max_size=7),
    st.lists(st.sampled_from([[3] * 24, [5] * 24, [3] * 8 + [9] * 16, [9] * 6 + [3] * 18]), min_size=7, max_size=7),
)


@settings(deadline=None, max_examples=80)
@given(weeks)
@example([[5] * 24] * 7)
@example([[9] * 24] + [[3] * 24] * 6)
@example([[3] * 23 + [9]] * 7)
@example([[9] + [3] * 23] * 7)
def test_every_hour_of_the_week_has_the_replicas_of_the_profile(week: list[list[int]]) -> None:
    windows = week_windows(week, 3)
    assert not any("," in window.start + window.end for window in windows), "KEDA before 2.20 fails at a comma"
    triggers = [Trigger.of(window.start, window.end, window.replicas) for window in windows]
    planned = [max(3, replicas) for day in week for replicas in day]
    assert [replicas_at(triggers, 3, hour) for hour in HOURS] == planned
    # To the minute: a window neither begins late nor ends early.
    late = [hour + timedelta(minutes=59) for hour in HOURS]
    assert [replicas_at(triggers, 3, hour) for hour in late] == planned


def test_written_triggers_give_the_profile() -> None:
    found = scaled_object(replace(CORE, hours=WEEK), time_zone="Europe/Berlin")
    metadata = cron_triggers(found)
    assert {one["timezone"] for one in metadata} == {"Europe/Berlin"}
    triggers = [Trigger.of(one["start"], one["end"], int(one["desiredReplicas"])) for one in metadata]
    minimum = found["spec"]["minReplicaCount"]
    assert [replicas_at(triggers, minimum, hour) for hour in HOURS] == [one for day in WEEK for one in day]


def test_equal_hours_and_equal_days_are_one_trigger() -> None:
    [window] = week_windows(WEEK, 6)
    assert (window.start, window.end, window.replicas) == ("0 8 * * 1-5", "0 18 * * 1-5", 12)
    assert week_windows(WEEK, 12) == ()
    night = ((12,) * 6 + (6,) * 16 + (12,) * 2,) * 7
    [window] = week_windows(night, 6)
    assert (window.start, window.end) == ("0 22 * * *", "0 6 * * *")


def test_days_apart_and_the_turn_of_the_week_are_triggers_of_their_own() -> None:
    idle, late = (6,) * 24, (6,) * 20 + (12,) * 4
    windows = week_windows((late, idle, late, late, idle, late, late), 6)
    assert [(window.start, window.end) for window in windows] == [
        ("0 20 * * 0-1", "0 0 * * 1-2"),
        ("0 20 * * 3-4", "0 0 * * 4-5"),
        ("0 20 * * 6", "0 0 * * 0"),
    ]


def test_schedule_replaces_the_autoscaler_and_keeps_its_settings() -> None:
    files = kubernetes_files(operations(workloads=(replace(CORE, hours=WEEK), EDGE)))
    scalers = of_kind(files, "HorizontalPodAutoscaler")
    assert [scaler["metadata"]["name"] for scaler in scalers] == ["edge-gateway"]
    [found] = of_kind(files, "ScaledObject")
    spec = found["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "core"}
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (6, 24)
    assert spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"] == scalers[0]["spec"]["behavior"]
    assert spec["triggers"][:2] == [
        {"type": "cpu", "metricType": "Utilization", "metadata": {"value": "70"}},
        {"type": "memory", "metricType": "Utilization", "metadata": {"value": "80"}},
    ]
    assert "kubectl delete hpa" in files["kubernetes/schedules.yaml"]
    assert "ScaledObject" in files["kubernetes/core.yaml"].splitlines()[0]
    names = [setting for setting, _ in without_counterpart(operations(workloads=(replace(CORE, hours=WEEK), EDGE)))]
    assert "HorizontalPodAutoscaler: core" in names
    assert "HorizontalPodAutoscaler: Edge gateway" not in names


def test_a_profile_that_never_exceeds_the_minimum_needs_no_schedule() -> None:
    files = kubernetes_files(operations(workloads=(replace(CORE, hours=((6,) * 24,) * 7),)))
    assert "kubernetes/schedules.yaml" not in files
    assert len(of_kind(files, "HorizontalPodAutoscaler")) == 1


def test_scale_down_disabled_holds_for_schedules_too() -> None:
    found = scaled_object(replace(CORE, hours=WEEK), scale_down_enabled="no")
    behavior = found["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behavior["scaleDown"] == {"selectPolicy": "Disabled"}


moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31))
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=360))


@settings(deadline=None, max_examples=60)
@given(moments, lengths)
@example(datetime(2026, 12, 28, 6), timedelta(days=7))
@example(datetime(2028, 2, 29, 6), timedelta(hours=2))
@example(datetime(2028, 2, 28, 6), timedelta(hours=20))
@example(datetime(2026, 1, 31, 22, 30), timedelta(days=2))
def test_a_period_is_covered_and_little_more(begins: datetime, length: timedelta) -> None:
    period = Period("sale", begins, begins + length, 20)
    window = period_window(period)
    assert window is not None
    trigger = Trigger.of(window.start, window.end, window.replicas, 366 * 8, date(2025, 1, 1))
    inside = [begins + length * part / 20 for part in range(20)]
    assert all(trigger.is_active(moment) for moment in inside)
    assert not trigger.is_active(begins - timedelta(days=1, minutes=1))
    assert not trigger.is_active(period.ends + timedelta(days=1, minutes=1))


def test_a_period_is_to_the_minute() -> None:
    window = period_window(LAUNCH)
    assert window is not None
    assert (window.start, window.end) == ("45 8 10 6 *", "0 0 12 6 *")
    odd = Period("sale", datetime(2026, 6, 10, 8, 45, 30), datetime(2026, 6, 10, 9, 0, 1), 20)
    window = period_window(odd)
    assert window is not None
    assert (window.start, window.end) == ("45 8 10 6 *", "1 9 10 6 *")


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (datetime(2026, 6, 10), datetime(2027, 6, 10)),
        (datetime(2026, 6, 10), datetime(2029, 1, 1)),
        (datetime(2027, 3, 1), datetime(2028, 2, 29, 5)),
    ],
)
def test_a_year_or_longer_cannot_be_expressed(begins: datetime, ends: datetime) -> None:
    period = Period("sale", begins, ends, 20)
    assert period_window(period) is None
    made = operations(workloads=(replace(CORE, periods=(period,)),))
    assert "kubernetes/schedules.yaml" not in kubernetes_files(made)
    assert ("Event: sale, core", "It lasts a year or longer; cron has no years.") in without_counterpart(made)


def test_events_say_which_year_they_are_for() -> None:
    workload = replace(CORE, hours=(DAY,) * 7, periods=(LAUNCH, replace(LAUNCH, event="Sale", replicas=30)))
    text = kubernetes_files(operations(workloads=(workload,)))["kubernetes/schedules.yaml"]
    [found] = documents(text)
    assert "starts every year" in text.split("apiVersion")[0]
    texts = found["metadata"]["annotations"]
    assert texts["capacity-plan/event-1"] == "Product launch: 2026-06-10 08:45 to 2026-06-12 00:00"
    assert texts["capacity-plan/event-2"].startswith("Sale: 2026-06-10")
    names = [trigger["name"] for trigger in found["spec"]["triggers"] if "name" in trigger]
    assert names == ["week-1", "event-1", "event-2"]
    reasons = dict(without_counterpart(operations(workloads=(workload,))))
    assert reasons["Event: Sale, core"] == "It needs 30 replicas; the maximum of 24 limits the autoscaler."
    assert "Year 2026 of Event: Product launch, core" in reasons


def test_an_event_below_the_minimum_needs_no_trigger() -> None:
    workload = replace(CORE, periods=(replace(LAUNCH, replicas=6),))
    made = operations(workloads=(workload,))
    assert "kubernetes/schedules.yaml" not in kubernetes_files(made)
    assert any("no more than the minimum of 6" in reason for _, reason in without_counterpart(made))


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_names_of_events_stay_in_their_annotation(text: str) -> None:
    found = scaled_object(replace(CORE, periods=(replace(LAUNCH, event=text),)))
    assert found["metadata"]["annotations"]["capacity-plan/event-1"].startswith(f"{text}: 2026-06-10")
    assert len(found["spec"]["triggers"]) == 3


def test_clocks_that_change_are_mentioned_only_where_they_do() -> None:
    for zone in ("UTC", "Europe/Berlin"):
        made = operations(workloads=(replace(CORE, hours=WEEK),), time_zone=zone)
        assert ("clocks" in kubernetes_files(made)["kubernetes/schedules.yaml"]) == (zone != "UTC")
