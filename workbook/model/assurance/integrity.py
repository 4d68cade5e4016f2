"""Checks that a reader of the plan may rely on (plan floor; help: model, Checks).

A check is a figure and the one it has to equal; all of them make one master check. Whether the inputs still stand as
at the run is answered from the snapshot: moved rows, names, kinds, start or horizon fail a check, because formulas then
no longer reach every row; moved values are only told, because live formulas follow them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from workbook.expr.tree import (
    Expr,
    Line,
    LineKind,
    Moved,
    Number,
    PerItem,
    Reduce,
    Ref,
    Section,
    Tally,
    Text,
    call,
    eq,
    if_,
    largest,
    total,
)
from workbook.model.fleet.recovery import SHORTFALLS
from workbook.model.terms import setting

CHECK_LIST = Section("Checks")
MASTER = Section("Model integrity")
SNAPSHOT = Section("Inputs since last run", LineKind.WORKING)

CHECK = ("check",)
BY_MONTH = ("month",)
_BILLION = Number(1000) * 1000 * 1000


class Check(StrEnum):
    """Which check; what it is called is another matter."""

    COST_BY_CATEGORY = "cost_by_category"
    COST_BY_YEAR = "cost_by_year"
    COST_BY_QUARTER = "cost_by_quarter"
    COST_BY_ITEM = "cost_by_item"
    CHANGE_BY_ITEM = "change_by_item"
    NODES = "nodes"
    CPU = "cpu"
    MEMORY = "memory"
    STORAGE = "storage"
    CPU_SHARES = "cpu_shares"
    MEMORY_SHARES = "memory_shares"
    HORIZON = "horizon"
    ROWS = "rows"
    KEYS = "keys"
    BRIDGE = "bridge"
    VERSIONS = "versions"
    COVER = "cover"
    CASES = "cases"
    RANGES = "ranges"


CHECK_TITLES: Mapping[Check, str] = {
    Check.COST_BY_CATEGORY: "Cost by category = cost by month",
    Check.COST_BY_YEAR: "Cost by fiscal year = cost by month",
    Check.COST_BY_QUARTER: "Cost by fiscal quarter = cost by month",
    Check.COST_BY_ITEM: "Cost by component, dataset and item = cost",
    Check.CHANGE_BY_ITEM: "Contributions to change in cost = change in cost",
    Check.NODES: "Provisioned nodes cover the load",
    Check.CPU: "Provisioned CPU covers CPU required",
    Check.MEMORY: "Provisioned memory covers memory required",
    Check.STORAGE: "Provisioned storage covers storage required",
    Check.CPU_SHARES: "CPU shares sum to 100%",
    Check.MEMORY_SHARES: "Memory shares sum to 100%",
    Check.HORIZON: "Month columns end at horizon",
    Check.ROWS: "Input tables have the same rows as at last run",
    Check.KEYS: "Keys, kinds, start and horizon unchanged since last run",
    Check.BRIDGE: "Bridge adds up to the change",
    Check.VERSIONS: "Versions untouched",
    Check.COVER: "Measured and planned cover the year",
    Check.CASES: "Case of active scenario = plan",
    Check.RANGES: "Inputs unchanged since ranges were drawn",
}
Entry = tuple[Expr, Expr]
"""What a check looks at: a figure, and the one that it has to equal."""


def entries() -> dict[Check, Entry]:
    """Return the checks that every plan has."""
    cost = Ref("cost.horizon")
    parts = total("component", "cost.component") + total("dataset", "cost.dataset") + total("month", "cost.network")
    none, whole = Number(0), Number(1)
    return {
        Check.COST_BY_CATEGORY: (total("category", "cost.category_sum"), cost),
        Check.COST_BY_YEAR: (total("fiscal_year", "cost.year"), cost),
        Check.COST_BY_QUARTER: (total("fiscal_quarter", "cost.quarter"), cost),
        Check.COST_BY_ITEM: (parts + total("month", "cost.fixed_total"), cost),
        Check.CHANGE_BY_ITEM: (total("contribution", "why.change"), total("fiscal_year", "why.total")),
        Check.NODES: (total("month", "check.nodes_short"), none),
        Check.CPU: (total("month", "check.cpu_short"), none),
        Check.MEMORY: (total("month", "check.memory_short"), none),
        Check.STORAGE: (total("month", "check.storage_short"), none),
        Check.CPU_SHARES: (Tally("SUM", "components", "cpu_share"), whole),
        Check.MEMORY_SHARES: (Tally("SUM", "components", "memory_share"), whole),
        Check.HORIZON: (
            Reduce("COUNT", "month", Ref("time.month")) - 1,
            setting("horizon_months"),
        ),
        Check.ROWS: (total("input", "snapshot.rows"), none),
        Check.KEYS: (total("input", "snapshot.keys"), none),
    }


def lines() -> Iterator[Line]:
    """Yield the checks, their master, and what has moved in the inputs since the run."""
    yield from _shortfalls()
    yield from _snapshot()
    yield from check_lines(entries())
    yield from _master()


@CHECK_LIST
def check_lines(checks: Mapping[Check, Entry]) -> Iterator[Line]:
    """Yield the lines of a list of checks."""
    found = PerItem("check", tuple((CHECK_TITLES[check], entry[0]) for check, entry in checks.items()))
    expected = PerItem("check", tuple((CHECK_TITLES[check], entry[1]) for check, entry in checks.items()))
    # A billionth is allowed, relative to the size of what is compared: sums in another order differ by that.
    allowed = largest(1, call("ABS", Ref("check.expected"))) / _BILLION
    difference = Ref("check.found") - Ref("check.expected")
    passes = call("ABS", difference) <= Ref("check.allowed")
    yield Line("check.found", "Found", "checked", CHECK, found)
    yield Line("check.expected", "Expected", "checked", CHECK, expected)
    yield Line("check.allowed", "Allowed difference", "mixed", CHECK, allowed, "Allowed")
    yield Line("check.difference", "Difference", "mixed", CHECK, if_(passes, 0, difference))
    yield Line("check.passed", "Passed", "checks", CHECK, if_(passes, 1, 0), "Passed (1/0)")
    yield Line("check.status", "Status", "text", CHECK, if_(eq(Ref("check.passed"), 1), "OK", "ACTION"))


@MASTER
def _master() -> Iterator[Line]:
    count, failed = Reduce("COUNT", "check", Ref("check.passed")), Ref("checks.failed")
    yield Line("checks.failed", "Failed checks", "checks", (), count - total("check", "check.passed"))
    verdict = if_(eq(failed, 0), Text("all ") & count & " checks passed", failed & " of " & count & " checks failed")
    yield Line("checks.master", "Model integrity", "text", (), Text("Model integrity: ") & verdict)
    changed = total("input", "snapshot.values")
    many = if_(eq(changed, 1), "1 input cell", changed & " input cells")
    stale = many & " changed since last run: formulas are up to date; re-run to refresh the rest"
    same = "Inputs unchanged since last run"
    yield Line("snapshot.changed", "Input cells changed since last run", "cells", (), changed)
    yield Line("snapshot.status", "Inputs since last run", "text", (), if_(eq(Ref("snapshot.changed"), 0), same, stale))


@SHORTFALLS
def _shortfalls() -> Iterator[Line]:
    yield Line(
        "check.nodes_short", "Node shortfall against load", "nodes", BY_MONTH, total("component", "nodes.shortfall")
    )
    for name, required, provisioned in (
        ("cpu", Ref("cpu.required"), Ref("cpu.provisioned")),
        ("memory", Ref("memory.required"), Ref("memory.provisioned")),
        ("storage", Ref("storage.total"), total("dataset", "storage.provisioned")),
    ):
        unit = {"cpu": "cores", "memory": "GB of memory", "storage": "GB"}[name]
        title = f"{'CPU' if name == 'cpu' else name.capitalize()} shortfall against requirement"
        yield Line(f"check.{name}_short", title, unit, BY_MONTH, largest(0, required - provisioned))


@SNAPSHOT
def _snapshot() -> Iterator[Line]:
    for what, title, heading, unit in (
        ("rows", "Rows added or removed since last run", "Rows changed", "rows"),
        ("keys", "Keys, kinds, start or horizon changed since last run", "Keys changed", "cells"),
        ("values", "Cells changed since last run", "Cells changed", "cells"),
    ):
        yield Line(f"snapshot.{what}", title, unit, ("input",), Moved(what), heading)
