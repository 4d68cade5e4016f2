"""promtool reads the rules, and the tests that are exported with them prove their thresholds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.export.made import an_alert, every_alert, evil_operations, some_operations
from tests.export.promtool import promtool, written
from workbook.export.prometheus import prometheus_files
from workbook.export.records import Operations
from workbook.model.operations.rules import Rule

PROFILES = ("kubernetes", "node_exporter")
LATENCIES = ("histogram", "gauge")
TESTS = ("rules.test.yml", "rules.long.test.yml", "rules.date.test.yml")


@pytest.mark.parametrize("made", [some_operations, evil_operations])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("latency", LATENCIES)
def test_promtool_takes_the_rules(made: Callable[..., Operations], profile: str, latency: str, tmp_path: Path) -> None:
    operations = made(metric_profile=profile, latency_metric=latency)

    done = promtool(written(tmp_path, prometheus_files(operations)), "check", "rules", "rules.yml")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(operations.alerts)} rules found" in done.stdout


@pytest.mark.parametrize("tests", TESTS)
@pytest.mark.parametrize(
    ("made", "profile", "latency"),
    [(some_operations, *pair) for pair in zip(PROFILES, LATENCIES, strict=True)]
    + [(evil_operations, *pair) for pair in zip(PROFILES, reversed(LATENCIES), strict=True)],
)
def test_the_exported_tests_pass(
    made: Callable[..., Operations], profile: str, latency: str, tests: str, tmp_path: Path
) -> None:
    files = prometheus_files(made(metric_profile=profile, latency_metric=latency))

    done = promtool(written(tmp_path, files), "test", "rules", tests)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("factor", [0.98, 1.02])
def test_a_rule_with_another_threshold_fails_the_tests(factor: float, tmp_path: Path) -> None:
    files = prometheus_files(some_operations(alerts=(an_alert(Rule.CPU),)))
    other = prometheus_files(some_operations(alerts=(an_alert(Rule.CPU, threshold=0.8 * factor),)))

    files["prometheus/rules.yml"] = other["prometheus/rules.yml"]

    assert promtool(written(tmp_path, files), "test", "rules", "rules.test.yml").returncode == 1


@pytest.mark.parametrize(
    "threshold", [0.000123456, 0.0805, 0.123456789, 0.5, 0.80805, 0.995, 1.0, 3.3149, 60, 99.99, 123456.789]
)
@pytest.mark.parametrize("profile", PROFILES)
def test_thresholds_of_any_size_are_proved(threshold: float, profile: str, tmp_path: Path) -> None:
    numbers = (Rule.CPU, Rule.MEMORY, Rule.STORAGE, Rule.NETWORK, Rule.PACKET_LOSS, Rule.LATENCY)
    more = (Rule.QUEUE_DEPTH, Rule.QUEUE_WAIT, Rule.FEATURE, Rule.DR_TEST_STALE, Rule.BURN_FAST)
    alerts = [an_alert(rule, threshold=threshold) for rule in (*numbers, *more)]
    alerts += [an_alert(Rule.AVAILABILITY, threshold=threshold)] if threshold < 1 else []
    files = prometheus_files(some_operations(alerts=tuple(alerts), metric_profile=profile))

    done = promtool(written(tmp_path, files), "test", "rules", "rules.test.yml")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("ratio", [0.9, 1.005, 1.4, 2.5])
@pytest.mark.parametrize("days", [1, 400])
def test_trends_of_any_size_are_proved(ratio: float, days: float, tmp_path: Path) -> None:
    alerts = (
        an_alert(Rule.USER_GROWTH, threshold=ratio),
        an_alert(Rule.STORAGE_GROWTH, threshold=ratio / 3),
        an_alert(Rule.STORAGE_FORECAST, days=days),
        an_alert(Rule.USER_FORECAST, days=days, threshold=ratio * 1000),
    )
    files = prometheus_files(some_operations(alerts=alerts))

    done = promtool(written(tmp_path, files), "test", "rules", "rules.long.test.yml")

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_is_covered() -> None:
    assert {alert.rule for alert in every_alert()} == set(Rule)
