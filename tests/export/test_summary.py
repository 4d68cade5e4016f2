"""EXPORT.md: everything that was written or left out is said, in the project's voice, and nothing breaks its table."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.export.workloads import CORE, EDGE, LAUNCH, ODD_TEXTS, POOL, WEEK, operations
from tests.help.test_wording import BANNED
from workbook.export.kubernetes import kubernetes_files, without_counterpart
from workbook.export.records import Alert, LeftOut, Operations, Stamp
from workbook.export.summary import escaped, export_text, threshold_text
from workbook.model.operations.rules import Rule

CPU = Alert(Rule.CPU, "", 0.8, 5, "warning", "P2", "'Alerts and scaling'!F7")
METRICS = (("shop_queue_depth", "gauge: requests that wait"),)
TARGETS = ("cluster-autoscaler", "openshift", "karpenter")


def full(target: str = "cluster-autoscaler") -> Operations:
    return operations(
        workloads=(replace(CORE, hours=WEEK, periods=(LAUNCH,), warm_nodes=1), EDGE),
        node_pools=(replace(POOL, spot_share=0.4),),
        autoscaler_target=target,
        alerts=(CPU, replace(CPU, rule=Rule.LATENCY, item="P95", threshold=0.5, percentile=0.95)),
        left_out=(LeftOut(Rule.QUEUE_DEPTH, "Queue depth", "SLAs has no objective of kind queue depth."),),
    )


def written(made: Operations) -> str:
    files = {
        **kubernetes_files(made),
        "prometheus/rules.yml": "",
        "prometheus/rules.test.yml": "",
        "tables/lines.csv": "",
    }
    return export_text(made, files, METRICS, without_counterpart(made))


def tables(text: str) -> dict[str, list[list[str]]]:
    """Return the rows of the table of each section, its cells as they are shown."""
    found: dict[str, list[list[str]]] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line.startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found.setdefault(section, []).append([shown(cell.strip()) for cell in cells])
    return {name: rows[2:] for name, rows in found.items()}


def shown(cell: str) -> str:
    """Return what Markdown shows of a cell: code without its marks, other text without backslashes."""
    return cell.strip("`") if cell.startswith("`") else re.sub(r"\\([^A-Za-z0-9\s])", r"\1", cell)


@pytest.mark.parametrize("target", TARGETS)
def test_everything_is_said(target: str) -> None:
    made = full(target)
    found = tables(written(made))
    paths = [*kubernetes_files(made), "prometheus/rules.yml", "prometheus/rules.test.yml", "tables/lines.csv"]
    assert [path for path, _ in found["Files"]] == sorted(paths)
    assert all(content for _, content in found["Files"])
    assert found["Metrics"] == [list(pair) for pair in METRICS]
    assert found["Alerts"] == [
        ["cpu_capacity_exceeded", "CPU capacity exceeded", "", "80%", "5 min", "warning, P2", CPU.source],
        ["response_time_degradation", "Response time above SLA", "P95", "500 ms", "5 min", "warning, P2", CPU.source],
    ]
    left = ["queue_depth_exceeded", "Queue depth", "SLAs has no objective of kind queue depth."]
    assert found["Alerts left out"] == [left]
    assert found["Settings without counterpart"] == [list(pair) for pair in without_counterpart(made)]


@pytest.mark.parametrize("target", TARGETS)
def test_commands_check_every_file_and_values_of_helm_by_helm(target: str) -> None:
    made = full(target)
    commands = written(made).split("```sh\n")[1].split("```")[0].splitlines()
    assert "promtool check rules prometheus/rules.yml" in commands
    assert "promtool test rules prometheus/rules.test.yml" in commands
    for path in kubernetes_files(made):
        [command] = [command for command in commands if path in command]
        is_helm = path.endswith("/autoscaler.yaml") and target == "cluster-autoscaler"
        program = "helm template" if is_helm else "kubectl patch" if "/patches/" in path else "kubectl apply"
        assert command.startswith(program)
        assert is_helm or "--dry-run=server" in command


def test_empty_sections_are_left_out() -> None:
    text = export_text(operations(), (), (), ())
    assert [line for line in text.splitlines() if line.startswith("#")] == ["# Export of Shop plan"]
    assert "|" not in text


@pytest.mark.parametrize(
    "text", [*ODD_TEXTS, "a | b", "`code`", "<b>", "[x](y)", "a\\", "&lt;", "**b**", "_it_", "a_b"]
)
def test_what_a_person_typed_stays_in_its_cell(text: str) -> None:
    plain = " ".join(text.split())
    alert = replace(CPU, item=text, source=text)
    made = replace(full(), stamp=Stamp(text, text), alerts=(alert,), left_out=(LeftOut(Rule.CPU, text, text),))
    content = export_text(made, {}, ((text, text),), ((text, text),))
    found = tables(content)
    [row] = found["Alerts"]
    assert (row[2], row[6]) == (plain, plain)
    assert found["Metrics"] == found["Settings without counterpart"] == [[plain, plain]]
    assert found["Alerts left out"] == [["cpu_capacity_exceeded", plain, plain]]
    assert len(re.findall(r"^#", content, re.MULTILINE)) == 1 + len(found)


def test_escapes_only_what_markdown_reads() -> None:
    assert escaped("erlmcp_core: P95, 99.9% (1/s)") == "erlmcp_core: P95, 99.9% (1/s)"
    assert escaped("_a_ | <b> `c`\n*d*") == r"\_a\_ \| \<b\> \`c\` \*d\*"


@pytest.mark.parametrize(
    ("rule", "threshold", "text"),
    [
        (Rule.CPU, 0.8, "80%"), (Rule.AVAILABILITY, 0.9995, "99.95%"), (Rule.STORAGE_GROWTH, 0.049724, "4.9724%"),
        (Rule.ZONE_HEADROOM, 0.8 * 2 / 3, "53.3333%"), (Rule.LATENCY, 0.5, "500 ms"), (Rule.LATENCY, 2, "2 s"),
        (Rule.QUEUE_WAIT, 0.159, "159 ms"), (Rule.QUEUE_DEPTH, 1000, "1,000 requests"),
        (Rule.QUEUE_DEPTH, 1, "1 request"), (Rule.NETWORK, 16, "16 Gbps"), (Rule.USER_FORECAST, 12_345, "12,345 users"),
        (Rule.FEATURE, 10_000, "10,000 requests/h"), (Rule.DR_TEST_STALE, 90, "90 days"),
        (Rule.SITE_FAILOVER, 0, "any"),
        (Rule.USER_GROWTH, 1.02195, "102.195%"), (Rule.AUTOSCALER_MAX, 1, "100%"),
        (Rule.PLAN_EXPIRED, datetime(2027, 3, 1, tzinfo=UTC).timestamp(), "1 Mar 2027"),
    ],
)  # fmt: skip
def test_thresholds_have_their_unit(rule: Rule, threshold: float, text: str) -> None:
    assert threshold_text(replace(CPU, rule=rule, threshold=threshold)) == text


def test_a_burn_rate_is_said_as_errors_as_well() -> None:
    alert = replace(CPU, rule=Rule.BURN_FAST, threshold=14.4, objective=0.999)
    assert threshold_text(alert) == "1.44% (14.4×)"


def test_every_rule_has_a_unit() -> None:
    bare = [rule for rule in Rule if re.fullmatch(r"[\d,.]+", threshold_text(replace(CPU, rule=rule, threshold=2)))]
    assert bare == []


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "immediately"), (5, "5 min"), (90, "90 min"), (360, "6 h"), (4320, "3 days")]
)
def test_how_long_an_alert_must_hold(minutes: float, text: str) -> None:
    content = export_text(operations(alerts=(replace(CPU, minutes=minutes),)), (), (), ())
    assert f"| {text} |" in content


@pytest.mark.parametrize("target", TARGETS)
def test_the_voice_is_the_projects(target: str) -> None:
    made = full(target)
    comments = [line for text in kubernetes_files(made).values() for line in text.splitlines() if line.startswith("#")]
    reasons = [reason for _, reason in without_counterpart(made)]
    found = [text for text in (*comments, *reasons, *written(made).splitlines()) if BANNED.search(text)]
    assert found == []
    assert all(len(line) <= 122 for line in comments)


def test_same_plan_gives_same_bytes() -> None:
    assert written(full()) == written(full())
