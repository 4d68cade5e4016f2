"""Exports of whole plans through the tools that read them: promtool, kubernetes-validate and documented schemas.

Both samples, and three odd plans: nothing optional; other profile, gauges and OpenShift with texts that break out of
strings if anything can; and components, events and a week that scale to the limits.
"""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import export_of, plan_file
from tests.export.promtool import promtool, written
from tests.export.validated import check, check_schema
from tests.workbooks import valid_workbook
from workbook import actions

_EVIL = 'a"b {{ $value }} `c` : \\d'
_WEEK = "".join(f"| all | {hour} | {1.9 if 8 <= hour < 20 else 0.1} |\n" for hour in range(24))

ODD: dict[str, dict[str, str]] = {
    "plain": {},
    "evil": {
        "Operations": f"""
| Setting           | Value            |
| Service name      | {_EVIL}          |
| Metric profile    | node_exporter    |
| Latency metric    | gauge            |
| Runbook URL       | https://x.org/r? |
| Autoscaler target | openshift        |
| Deployment kind   | StatefulSet      |
| Scale-down enabled | no              |
""",
        "Features": f"""
| Feature | Segment | Extra requests per user | Adoption ceiling | Midpoint month | Ramp |
| {_EVIL} | all     | 0.1                     | 60 %             | 1              | 6    |
""",
    },
    "scaled": {
        "Operations": """
| Setting           | Value       |
| Alert margin      | 50 %        |
| Pods per node     | 3           |
| Autoscaler target | karpenter   |
| Time zone         | Asia/Kolkata |
| Warm-up lead (min) | 1440       |
| Plan valid until  | 2026-02-28  |
""",
        "Events": """
| Event | First month | Last month | User multiplier |
| New year | 11       | 12         | 4               |
| Leap  | 1           | 1          | 2               |
""",
        "Load profile": f"| Day | Hour | Index |\n{_WEEK}",
    },
}


@cache
def exported(name: str) -> dict[str, str]:
    """Return the files of a sample or of an odd plan."""
    if name not in ODD:
        return export_of(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(valid_workbook(**{sheet.replace(" ", "_"): text for sheet, text in ODD[name].items()}))
        plan_file(path)
        reading = actions.read_plan(path)
        assert reading.plan is not None
        options = actions.ExportOptions(has_crd=True)
        return dict(actions.make_export(reading, actions.calculate(reading.plan), options).files)


PLANS = pytest.mark.parametrize("name", ["erlmcp", "meridian", *ODD])


def documents(text: str) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(text) if document]


@PLANS
def test_promtool_accepts_the_rules_and_their_tests_pass(name: str, tmp_path: Path) -> None:
    folder = written(tmp_path, exported(name))
    checked = promtool(folder, "check", "rules", "rules.yml")
    assert "SUCCESS" in checked.stdout, checked.stdout + checked.stderr
    tests = sorted(folder.glob("*.test.yml"))
    assert len(tests) >= 2
    done = promtool(folder, "test", "rules", *(test.name for test in tests))
    assert done.returncode == 0, done.stdout + done.stderr


@PLANS
def test_every_rule_has_a_silent_and_a_firing_test(name: str) -> None:
    files = exported(name)
    groups = yaml.safe_load(files["prometheus/rules.yml"])["groups"]
    rules = {rule["alert"] for group in groups for rule in group["rules"]}
    fired: dict[str, set[bool]] = {rule: set() for rule in rules}
    for path in (path for path in files if path.endswith(".test.yml")):
        for test in yaml.safe_load(files[path])["tests"]:
            for asked in test["alert_rule_test"]:
                fired[asked["alertname"]].add(bool(asked.get("exp_alerts")))
    assert {rule for rule, found in fired.items() if found != {True, False}} == set()


@PLANS
def test_every_expression_of_the_dashboards_is_a_rule_for_promtool(name: str, tmp_path: Path) -> None:
    files = exported(name)
    panels = [panel for path in files if path.startswith("grafana/") for panel in json.loads(files[path])["panels"]]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    assert len(expressions) >= 7
    rules = [
        {"record": f"panel:{place}", "expr": re.sub(r"\$__(rate_)?interval", "5m", expression)}
        for place, expression in enumerate(expressions)
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    checked = promtool(tmp_path, "check", "rules", "rules.yml")
    assert f"SUCCESS: {len(rules)} rules found" in checked.stdout, checked.stdout + checked.stderr


@PLANS
def test_every_manifest_is_valid(name: str) -> None:
    files = exported(name)
    paths = [path for path in files if path.startswith("kubernetes/") and "/patches/" not in path]
    assert paths
    for path in paths:
        for document in documents(files[path]):
            if "kind" in document:
                check(document)
            else:
                check_schema(document, "Helm")


@PLANS
def test_nothing_is_written_that_has_no_line_in_the_summary(name: str) -> None:
    files = exported(name)
    listed = set(re.findall(r"^\| `([^`]+)` \| \S", files["EXPORT.md"], re.MULTILINE))
    assert {path for path in files if "/" in path} <= listed
    sums = {line.partition("  ")[2] for line in files["SHA256SUMS"].splitlines()}
    assert sums == set(files) - {"SHA256SUMS"}
