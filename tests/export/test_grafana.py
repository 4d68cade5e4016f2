"""Dashboards: a lint of ids, grid, units and queries; promtool reads every query."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.export.made import an_alert, evil_operations, some_operations
from tests.export.promtool import promtool, written
from workbook.export.grafana import grafana_files
from workbook.export.records import Operations
from workbook.model.operations.rules import Rule

EXPORTS = {
    "kubernetes": some_operations(),
    "hosts": some_operations(metric_profile="node_exporter", latency_metric="gauge", time_zone="Europe/Berlin"),
    "odd texts": evil_operations(),
    "odd texts of hosts": evil_operations(metric_profile="node_exporter"),
    "without alerts": some_operations(alerts=()),
}


def boards(operations: Operations) -> dict[str, dict[str, Any]]:
    return {name: json.loads(text) for name, text in grafana_files(operations).items()}


def queries(operations: Operations) -> list[str]:
    targets = [each for board in boards(operations).values() for panel in board["panels"] for each in targets_of(panel)]
    return [target["expr"] for target in targets]


def targets_of(panel: dict[str, Any]) -> list[dict[str, Any]]:
    return list(panel.get("targets", []))


def graphs(board: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in board["panels"] if panel["type"] == "timeseries"]


@pytest.mark.parametrize("name", EXPORTS)
def test_dashboards_are_whole(name: str) -> None:
    made = boards(EXPORTS[name])

    assert list(made) == ["grafana/overview.json", "grafana/growth.json"]
    assert len({board["uid"] for board in made.values()}) == 2
    assert [len(graphs(board)) for board in made.values()] == [4, 3]
    for board in made.values():
        assert board["id"] is None
        assert 0 < len(board["uid"]) <= 40
        assert board["templating"]["list"][0]["name"] == "datasource"
        assert "current" not in board["templating"]["list"][0]
        assert board["refresh"] == "1m"


@pytest.mark.parametrize("name", EXPORTS)
def test_panels_are_numbered_placed_and_measured(name: str) -> None:
    for board in boards(EXPORTS[name]).values():
        numbers = [panel["id"] for panel in board["panels"]]
        assert numbers == sorted(set(numbers))
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            assert at["x"] >= 0
            assert at["x"] + at["w"] <= 24
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            assert not cells & taken
            taken |= cells
        for panel in graphs(board):
            assert panel["fieldConfig"]["defaults"]["unit"]
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            letters = [target["refId"] for target in panel["targets"]]
            assert letters == sorted(set(letters))
            assert all(
                target["expr"] and target["datasource"] and target["legendFormat"] for target in panel["targets"]
            )


@pytest.mark.parametrize("name", EXPORTS)
def test_promtool_reads_every_query(name: str, tmp_path: Path) -> None:
    rules = [
        {"record": f"query_{place}", "expr": query.replace("$__rate_interval", "5m")}
        for place, query in enumerate(queries(EXPORTS[name]))
    ]
    text = yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]})

    done = promtool(written(tmp_path, {"prometheus/queries.yml": text}), "check", "rules", "queries.yml")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules)} rules found" in done.stdout


def test_a_limit_of_the_plan_is_a_line() -> None:
    alerts = (an_alert(Rule.CPU, threshold=0.73), an_alert(Rule.NETWORK, threshold=16))

    made = boards(some_operations(alerts=alerts))

    steps = {
        panel["title"]: [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]
        for panel in graphs(made["grafana/overview.json"])
    }
    assert steps == {
        "CPU utilisation": [None, 0.73],
        "Memory utilisation": [None],
        "Storage utilisation": [None],
        "Network bandwidth": [None, 16e9],
    }
    assert any(query.startswith("0.73 * sum(kube_node") for query in queries(some_operations(alerts=alerts)))


def test_the_plan_by_month_is_there(tmp_path: Path) -> None:
    operations = some_operations()
    text = boards(operations)["grafana/growth.json"]["panels"][-1]["options"]["content"]
    planned = next(query for query in queries(operations) if query.startswith("(vector(15)"))

    assert "| Mar 2026 | 5,000 | 15 |" in text
    assert "vector(time()) >= 1772323200 < 1775001600" in planned
    assert planned.count(" or ") == 9


def test_texts_of_the_user_are_no_variables() -> None:
    text = json.dumps(boards(evil_operations())["grafana/overview.json"]["panels"])

    assert "$value" not in text
    assert "{{" not in text.replace("{{ &#36;value", "").replace("{{{ x", "")


def test_the_body_for_the_api_wraps_the_dashboard() -> None:
    wrapped = {name: json.loads(text) for name, text in grafana_files(some_operations(), api_body=True).items()}

    assert {name: body["dashboard"] for name, body in wrapped.items()} == boards(some_operations())
    assert all(body["overwrite"] is True for body in wrapped.values())


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert grafana_files(some_operations()) == grafana_files(some_operations())
