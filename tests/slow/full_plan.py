"""A small plan in which every numeric column of every input sheet has a figure in its first row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.inputs.test_plan_months import NUMBERS
from tests.workbooks import valid_workbook
from workbook.inputs.sheets.registry import SETTINGS

_OWN = {
    "plan_name": "Test plan",
    "plan_start": "2026-01-01",
    "horizon_months": 12,
    "review_month": 6,
    "budget": 300000,
}


def _table(columns: Mapping[str, Sequence[float | str]]) -> str:
    """Return a Markdown table from its columns."""
    rows = [columns.keys(), *zip(*columns.values(), strict=True)]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def full_workbook() -> bytes:
    """Return its workbook."""
    usual = {column.field: column.example if column.default is None else column.default for column in SETTINGS}
    settings = "\n".join(f"| {column.header} | {_OWN.get(column.field, usual[column.field])} |" for column in SETTINGS)
    return valid_workbook(
        Settings="| Setting | Value |\n" + settings,
        Features=NUMBERS["Features"],
        Events=NUMBERS["Events"],
        Users=_table(
            {
                "Segment": ("Staff", "Guests"),
                "Current users": (5000, 800),
                "User basis": ("starts", "concurrent"),
                "Counting window": (60, ""),
                "Sessions per user": (1, 1),
                "Requests per user": (0.5, 0.1),
                "CPU per request": (0.002, 0.002),
                "Memory per session": (10, 5),
                "Session duration": (30, 10),
                "Linger": (5, 5),
                "Peak ratio": (1.4, 1),
                "API bandwidth": (0.1, 0.1),
                "Internal bandwidth": (0.1, 0.1),
                "Monitoring bandwidth": (0.1, 0.1),
            }
        ),
        Growth="""
| Segment | Month | Total growth (%) | Low  | High |
| Staff   | 6     | 50 %             | 40 % | 60 % |
| Staff   | 14    | 90 %             |      |      |
""",
        Seasonality="| Month | Index |\n| 6 | 1.1 |\n| 7 | 0.9 |",
        Retention="""
| Dataset | Ingest per month | Instances | Growth per month | Retention | Method | History | Copies | Storage tier |
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
        Components=_table(
            {
                "Component": ("core", "edge"),
                "CPU per node": (4, 4),
                "CPU max load": ("70 %", "70 %"),
                "Memory per node": (16, 16),
                "Memory max load": ("80 %", "80 %"),
                "CPU share": ("60 %", "40 %"),
                "Memory share": ("50 %", "50 %"),
                "Node type": ("Large", "Large"),
                "Minimum nodes": (2, 1),
                "Current nodes": (3, ""),
                "Fault tolerant": ("yes", "no"),
                "Spot share": ("20 %", ""),
                "Provision time": (5, 5),
                "Load ramp": (1, 0),
            }
        ),
        Resilience=_table(
            {
                "Component": ("core", "edge"),
                "Target availability": ("99.9 %", "99.9 %"),
                "Redundancy": ("N+k", "Multi-AZ"),
                "k": (1, 0),
                "Zones": (2, 3),
                "Zone losses survived": (1, 1),
                "Regions": (1, 1),
                "Failover time": (30, 30),
                "Failovers per year": (2, 2),
                "Node MTBF": (2000, 2000),
                "Node MTTR": (6, 6),
            }
        ),
        Budget="| Fiscal year | Category | Amount |\n| 2026 | Nodes | 100000 |\n| FY2026 | Fixed | 5000 |",
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
