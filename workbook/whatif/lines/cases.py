"""The lines that a scenario reaches, once more for each scenario of the plan (many floor; help: planning, Scenarios).

Each block has the same definitions as the plan; only the row of the scenario is another. Lines that no scenario reaches
are the plan's own, and so is what runs today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from workbook.expr.tree import Expr, Line, LineKind, Number, Picked, Ref, Section, call, eq, if_, with_names
from workbook.model import with_references
from workbook.naming import name_key

CASES = Section("Cases", LineKind.WORKING)

SCENARIO, ROW, IS_ACTIVE = "scenario.position", "compare.row", "compare.is_active"
FACTS = frozenset({"nodes.today", "nodes.is_assumed"})
"""What runs today is a fact of the plan, whatever the scenario."""
MONTHLY = ("month",)
COUNTED, DIFFERENCE = "compare.active_cost", "compare.difference"
WANTED = (
    "cost.total",
    "cost.year",
    "cost.horizon",
    "cost.cumulative",
    "cost.npv",
    "budget.left",
    "outlook.left",
    "users.all",
    "nodes.total",
    "exhaustion.first_date",
    "order_by.first_date",
    "decision.component",
)
"""What is compared, and what it is made of is in the blocks; the outlook only where months were measured."""


def case_id(scenario: str, line: str) -> str:
    """Return the id of a line under a scenario."""
    return f"case.{name_key(scenario)}.{line}"


def block_lines(lines: Mapping[str, Line]) -> tuple[Line, ...]:
    """Return the lines that a scenario reaches and the comparison needs, in the order of the plan."""
    needed = with_references([line for line in WANTED if line in lines], lines)
    reached: dict[str, bool] = {}

    def is_reached(line: Line) -> bool:
        if line.id not in reached:
            reached[line.id] = line.id not in FACTS and any(
                name == SCENARIO or is_reached(lines[name]) for name in line.reads
            )
        return reached[line.id]

    return tuple(line for line in lines.values() if line.id in needed and is_reached(line))


def block_ids(lines: Mapping[str, Line]) -> tuple[str, ...]:
    """Return the ids, without their scenario, of the lines of a block from top to bottom."""
    return (SCENARIO, *(line.id for line in block_lines(lines)), COUNTED)


@CASES
def lines(scenarios: tuple[str, ...], every: Mapping[str, Line]) -> Iterator[Line]:
    """Yield the block of each scenario, each with the active one's cost so far, and what it differs from the plan's."""
    block, title = block_lines(every), "Cost of active scenario, here or above"
    counted: Expr = Number(0)
    for place, scenario in enumerate(scenarios, 1):
        own = {line: case_id(scenario, line) for line in (SCENARIO, *(line.id for line in block))}
        row = Picked("scenario", Ref(ROW), Number(place))
        yield Line(own[SCENARIO], "Row of scenario", "row", (), row)
        for line in block:
            yield replace(line, id=own[line.id], expr=with_names(line.expr, own), section=CASES, kind=CASES.kind)
        is_active = eq(Picked("scenario", Ref(IS_ACTIVE), Number(place)), 1)
        cost = Ref(case_id(scenario, COUNTED))
        yield Line(cost.line, title, "currency", MONTHLY, if_(is_active, Ref(own["cost.total"]), counted))
        counted = cost
    difference = call("ABS", counted - Ref("cost.total"))
    yield Line(DIFFERENCE, "Cost of active scenario against plan", "currency", MONTHLY, difference)
