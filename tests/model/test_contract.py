"""Ids, units and dimensions as `--json` must print them (help: lines)."""

from __future__ import annotations

import pytest

from tests.conftest import results_of

CONTRACT = """
growth.factor | – | segment, month
users.total | users | segment, month
users.peak | users | segment, month
demand.intensity | 1/s per user | segment, month
demand.requests | 1/s | segment, month
throughput.static | 1/s |
cpu.demand | cores | segment, month
headroom.factor | – |
cpu.required | cores | month
memory.sessions | sessions | segment, month
memory.required | GB | month
storage.required | GB | dataset, month
storage.provisioned | GB | dataset, month
network.bandwidth | Gbps | class, month
network.required | Gbps | month
nodes.cpu | nodes | component, month
nodes.memory | nodes | component, month
nodes.base | nodes | component, month
nodes.raw | nodes | component, month
nodes.active | nodes | component, month
nodes.need_k | nodes | component, month
nodes.need_zone | nodes | component, month
nodes.need_buffer | nodes | component, month
nodes.provisioned | nodes | component, month
nodes.today | nodes | component
nodes.binding | text | component, month
utilisation.cpu | ratio | component, month
utilisation.memory | ratio | component, month
utilisation.cpu_after_loss | ratio | component, month
utilisation.memory_after_loss | ratio | component, month
exhaustion.month | month | component
exhaustion.hard_month | month | component
order_by.month | month | component
reserved.nodes | nodes | component, month
commitment.nodes | nodes | commitment
commitment.from | date | commitment
commitment.to | date | commitment
commitment.money | currency | commitment
commitment.used | ratio | commitment
commitment.break_even | ratio | commitment
cost.nodes | currency | component, month
cost.storage | currency | dataset, month
cost.network | currency | month
cost.fixed | currency | item, month
cost.total | currency | month
cost.per_user | currency | month
requests.month | requests | month
cost.per_thousand_requests | currency | month
cost.npv | currency |
why.month | currency | contributor, month
why.change | currency | contribution
lever.saving | currency/year | lever
availability.month | ratio | resilience row, month
availability.assessed | objectives | resilience row
availability.verdict | text | resilience row
availability.component | ratio | resilience row
availability.system | ratio |
downtime.budget | min/year | resilience row
failover.used | ratio | resilience row
service.tail | probability | latency objective, month
service.floor | probability | latency objective, month
service.estimate | probability | latency objective, month
service.status | text | latency objective, month
service.stands | – | month
queue.wait_limit | s | month
queue.depth_limit | requests | month
"""
ROWS = [[part.strip() for part in line.split("|")] for line in CONTRACT.strip().splitlines()]


@pytest.mark.parametrize(("line", "unit", "foreach"), ROWS, ids=[row[0] for row in ROWS])
def test_a_line_is_printed_as_the_contract_says(line: str, unit: str, foreach: str) -> None:
    results = results_of("erlmcp")
    printed = results.line_json(line)
    assert (printed["unit"], printed["foreach"]) == (unit, [part.strip() for part in foreach.split(",") if part])
    months = list(range(37)) if foreach.endswith("month") else []
    assert printed["months"] == months
    values, items = printed["values"], printed["items"]
    assert isinstance(values, list)
    assert isinstance(items, list)
    assert [len(row) for row in values] == [max(1, len(months))] * len(items)
