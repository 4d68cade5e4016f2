# ruff: noqa: E501
"""A small plan in which every numeric column of every input sheet has a figure in its first row."""

from __future__ import annotations

from tests.inputs.test_plan_months import NUMBERS
from tests.workbooks import valid_workbook
from workbook.inputs.sheets.registry import SETTINGS

_OWN = {"plan_name": "Test plan", "plan_start": "2026-01-01", "horizon_months": 12, "review_month": 6, "budget": 300000}


def full_workbook() -> bytes:
    """Return its workbook."""
    usual = {column.field: column.example if column.default is None else column.default for column in SETTINGS}
    settings = "\n".join(f"| {column.header} | {_OWN.get(column.field, usual[column.field])} |" for column in SETTINGS)
    return valid_workbook(
        Settings="| Setting | Value |\n" + settings,
        Features=NUMBERS["Features"],
        Events=NUMBERS["Events"],
        Users="""
| Segment | Current users | User basis | Counting window | Sessions per user | Requests per user | CPU per request | Memory per session | Session duration | Linger | Peak ratio | API bandwidth | Internal bandwidth | Monitoring bandwidth |
| Staff | 5000 | starts | 60 | 1 | 0.5 | 0.002 | 10 | 30 | 5 | 1.4 | 0.1 | 0.1 | 0.1 |
| Guests | 800 | concurrent | | 1 | 0.1 | 0.002 | 5 | 10 | 5 | 1 | 0.1 | 0.1 | 0.1 |
""",
        Growth="| Segment | Month | Total growth (%) | Low | High |\n| Staff | 6 | 50 % | 40 % | 60 % |\n| Staff | 14 | 90 % | | |",
        Seasonality="| Month | Index |\n| 6 | 1.1 |\n| 7 | 0.9 |",
        Retention="""
| Dataset | Base size (GB) | Instances | Growth per month (%) | Retention (days) | Method | History | Copies | Storage tier |
| Logs | 100 | 1 | 5 % | 90 | window | none | 2 | Disk |
| Old | 100 | 1 | -5 % | 90 | window | extrapolate | 2 | Disk |
""",
        SLAs="""
| Objective | Kind | Percentile (%) | Target | Unit |
| P95 | latency | 95 % | 500 | ms |
| P99 | latency | 99 % | 1 | s |
| Uptime | availability | | 99.9 % | |
| Wait | queue wait | | 2 | s |
| Depth | queue depth | | 100 | |
""",
        Components="""
| Component | CPU per node | CPU max load | Memory per node | Memory max load | CPU share (%) | Memory share (%) | Node type | Minimum nodes | Current nodes | Fault tolerant | Spot share | Provision time | Load ramp |
| core | 4 | 70 % | 16 | 80 % | 60 % | 50 % | Large | 2 | 3 | yes | 20 % | 5 | 1 |
| edge | 4 | 70 % | 16 | 80 % | 40 % | 50 % | Large | 1 | | no | | 5 | 0 |
""",
        Resilience="""
| Component | Target availability (%) | Redundancy | k | Zones | Zone losses survived | Regions | Failover time | Failovers per year | Node MTBF | Node MTTR |
| core | 99.9 % | N+k | 1 | 2 | 1 | 1 | 30 | 2 | 2000 | 6 |
| edge | 99.9 % | Multi-AZ | 0 | 3 | 1 | 1 | 30 | 2 | 2000 | 6 |
""",
        Rates="""
| Item | Kind | Cores | Memory (GB) | On-demand | Reserved | Spot | Reserved coverage | Term |
| Large | node | 4 | 16 | 0.2 | 0.12 | 0.08 | 50 % | 12 |
| Disk | storage | | | 0.1 | | | | |
| Egress | network | | | 0.05 | | | | |
| Support | fixed | | | 500 | | | | |
""",
        Scenarios="""
| Scenario | Growth multiplier | Demand multiplier | Price multiplier | DR buffer | Safety factor |
| Base | 1 | 1 | 1 | 30 % | 1.5 |
| High | 1.5 | 1.2 | 1.1 | 40 % | 1.6 |
""",
    )
