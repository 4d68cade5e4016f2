"""Alerting rules into their tests for promtool: silent 1% below the plan's limit, firing 1% beyond it (post floor).

Rules over days are tested in steps of three hours, because promtool evaluates every rule at each step. A date is
tested in steps of four weeks: promtool begins in 1970. Each step has a sample of its own, so none is
stale; promtool refuses queries of more than 10,000 samples, so rules over days have one every 15 minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from workbook.export.prometheus.measure import DAY, Clock
from workbook.export.prometheus.quoting import duration
from workbook.export.prometheus.rules import AlertRule
from workbook.model.operations.rules import Rule

Test = dict[str, object]


class Pace(Struct, frozen=True):
    """How often promtool evaluates the rules, and how often series over days have a sample; others: each minute."""

    evaluation: int
    sample: int

    def clock(self, rule: AlertRule, last: int) -> Clock:
        """Return the samples of a test of a rule."""
        return Clock(self.sample if rule.measure.starts >= DAY else 60, last)


class Range(Enum):
    """The files of tests, by how far their rules look."""

    SHORT = Pace(60, 60)
    LONG = Pace(3 * 3600, 900)
    DATE = Pace(28 * DAY, 28 * DAY)


def range_of(rule: AlertRule) -> Range:
    """Return which file a rule is tested in."""
    if rule.alert.rule is Rule.PLAN_EXPIRED:
        return Range.DATE
    return Range.LONG if max(rule.measure.starts, rule.hold_s) >= DAY else Range.SHORT


def test_file(rules: Iterable[AlertRule], pace: Pace) -> dict[str, object]:
    """Return the content of a file of tests."""
    tests: list[Test] = []
    for rule in rules:
        tests += _of_date(rule, pace) if rule.alert.rule is Rule.PLAN_EXPIRED else _of_limit(rule, pace)
    return {"rule_files": ["rules.yml"], "evaluation_interval": duration(pace.evaluation), "tests": tests}


def _of_limit(rule: AlertRule, pace: Pace) -> list[Test]:
    measure = rule.measure
    begins = _up(measure.starts, pace.evaluation)
    fires = begins + _up(rule.hold_s, pace.evaluation)
    silent = _test(rule, "silent below its limit", measure.silent_value, pace.clock(rule, fires + pace.evaluation))
    tests = [silent | {"alert_rule_test": [_expected(rule, fires), _expected(rule, fires + pace.evaluation)]}]
    value = measure.firing_value
    if value is not None:
        beyond = _test(rule, "fires beyond its limit", value, pace.clock(rule, fires))
        held = [_expected(rule, fires - pace.evaluation)] if rule.hold_s else []
        tests.append(beyond | {"alert_rule_test": [*held, _expected(rule, fires, value)]})
    return tests


def _of_date(rule: AlertRule, pace: Pace) -> list[Test]:
    """Return the test of a date: silent before it, and at the first step after it, when `for` is not over."""
    step, limit = pace.evaluation, rule.measure.limit
    first = (int(limit) // step + 1) * step
    fires = first + _up(rule.hold_s, step)
    held = [first] if fires > first else []
    expected = [_expected(rule, moment) for moment in (first - step, *held)]
    expected.append(_expected(rule, fires, limit))
    return [{"name": f"{rule.name}: fires after its date", "interval": duration(step), "alert_rule_test": expected}]


def _test(rule: AlertRule, name: str, value: float, clock: Clock) -> Test:
    return {
        "name": f"{rule.name}: {name}",
        "interval": duration(clock.step),
        "input_series": [
            {"series": sample.series, "values": sample.values} for sample in rule.measure.hold(value, clock)
        ],
    }


def _expected(rule: AlertRule, moment: int, value: float | None = None) -> dict[str, object]:
    """Return what is expected at a moment: no alert without a value, the alert with one."""
    alert = {
        "exp_labels": dict(rule.measure.labels) | dict(rule.labels),
        "exp_annotations": {} if value is None else rule.annotations_at(value),
    }
    return {
        "eval_time": duration(moment),
        "alertname": rule.name,
        "exp_alerts": [] if value is None else [alert],
    }


def _up(seconds: int, step: int) -> int:
    return -(-seconds // step) * step
