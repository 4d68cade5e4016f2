"""How many users today's fleet carries before it is below plan, and before it is overloaded (many floor).

Users count linearly as long as what one of them asks for, the shares of components and the mix of segments stay as they
are in the month. What a fleet carries is that of the component which is short first.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    Expr,
    Input,
    Label,
    Line,
    LineKind,
    Number,
    OverTime,
    Picked,
    Reduce,
    Ref,
    Section,
    Sequence,
    any_of,
    counted,
    eq,
    if_,
    is_blank,
    smallest,
    whole,
)
from workbook.model.terms import setting

CARRIED = Section("Users carried by nodes today")
STEPS = Section("Users carried by nodes today: steps", LineKind.WORKING)
WITHIN_BUDGET = Section("Users within budget of this fiscal year")

CONSTANT = ("component",)
SERIES = ("component", "month")
MONTHLY = ("month",)
COUNTED, FACTOR, USERS = "carry.counted", "budget.factor", "budget.users"
"""What no formula can hold: the base under `sum`, and what the budget allows."""
_RESOURCES = (
    ("cpu", "CPU", "node.cores"),
    ("memory", "memory", "node.memory"),
)
_BASE, _USERS = Ref("carry.base"), Ref("users.all")
_LOAD, _NONE = Ref("carry.load"), Number(0, "user")


def lines() -> Iterator[Line]:
    """Yield the nodes for load that today's fleet leaves room for, the users they carry, and those within budget."""
    yield from _base()
    yield from _carried()
    yield from _smallest()
    yield from _hard()
    yield from _budget()


def _base() -> Iterator[Line]:
    """The inverse of what is provisioned for a base; the largest whole number, as every step of it only grows."""
    today, domains, losses, k = (
        Ref(name) for name in ("nodes.today", "resilience.domains", "resilience.losses", "resilience.k")
    )
    more, mode = 1 + Ref("scenario.dr_buffer"), setting("dr_combination")
    even = Ref("carry.even")
    spread = domains * whole(today / domains)
    yield Line(even.line, "Nodes today that are spread evenly", "nodes", CONSTANT, spread, section=STEPS)
    yield Line(
        COUNTED, "Nodes for load if reserves are added, as of run", "nodes", CONSTANT, AsOfRun(COUNTED), section=STEPS
    )
    buffered, surviving = whole(even / more), (domains - losses) * whole(even / domains)
    stacked: Expr = (domains - losses) * whole(whole(today / more) / domains) - k
    by_mode: dict[str, Expr] = {
        "max": smallest(even - k, surviving, buffered),
        "concurrent": smallest(surviving - k, buffered),
        "stacked": stacked,
    }
    room: Expr = Ref(COUNTED)
    for name, expr in by_mode.items():
        own = Ref(f"carry.room_{name}")
        yield Line(own.line, f"Nodes for load under {name} (none if negative)", "nodes", CONSTANT, expr, section=STEPS)
        room = if_(eq(mode, name), own, room)
    yield Line("carry.room", "Nodes for load (none if negative)", "nodes", CONSTANT, room, section=STEPS)
    none = any_of(is_blank(Ref("carry.room")), Ref("carry.room") < 0)
    title = "Largest nodes for load that nodes today allow"
    yield Line(_BASE.line, title, "nodes", CONSTANT, if_(none, BLANK, Ref("carry.room")), section=CARRIED)
    usable = if_(is_blank(_BASE), 0, if_(_BASE < Ref("nodes.minimum"), 0, _BASE))
    title = "Nodes for load, none below minimum"
    yield Line(_LOAD.line, title, "nodes", CONSTANT, usable, section=STEPS)


def _carried() -> Iterator[Line]:
    """A component without a share of a resource is never short of it."""
    for resource, label, size in _RESOURCES:
        users = _filled(_LOAD, resource, Ref(size), Ref(f"{resource}.required"))
        title = f"Users carried by {label}"
        yield Line(f"carry.users_{resource}", title, "users", SERIES, users, section=STEPS)
    cpu, memory = Ref("carry.users_cpu"), Ref("carry.users_memory")
    yield Line("carry.users", "Users carried", "users", SERIES, _least(cpu, memory), section=CARRIED)
    is_cpu = Ref("carry.is_cpu")
    first = if_(is_blank(memory), 1, if_(is_blank(cpu), 0, if_(cpu <= memory, 1, 0)))
    yield Line(is_cpu.line, "CPU limits users (1/0)", "flag", SERIES, first, section=STEPS, over_time=OverTime.END)
    limit = if_(is_blank(Ref("carry.users")), BLANK, if_(eq(is_cpu, 1), "cpu", "memory"))
    yield Line("carry.limited_by", "Resource that limits users", "text", SERIES, limit, section=STEPS)


def _filled(nodes: Expr, resource: str, size: Expr, demand: Expr) -> Expr:
    """Return the users for whom a component has so many nodes of a size; blank where it needs none."""
    need = Input("components", f"{resource}_share") * demand
    return if_(need <= 0, BLANK, _USERS * nodes * size / need)


def _least(one: Expr, other: Expr) -> Expr:
    """Return the smaller of two figures of which either may be blank."""
    return if_(is_blank(one), other, if_(is_blank(other), one, smallest(one, other)))


def _smallest() -> Iterator[Line]:
    """Of components that carry equally many, the upper one is named."""
    users, every = Ref("carry.users"), Ref("carry.users_all")
    row, name, place = Ref("carry.row"), Ref("carry.name"), Ref("carry.first_row")
    yield Line(every.line, "Users carried by nodes today", "users", MONTHLY, _over_components(users), section=CARRIED)
    yield Line(row.line, "Row of component", "row", CONSTANT, Sequence(row.line, Number(1)), section=STEPS)
    yield Line(name.line, "Component", "text", CONSTANT, Label("component") & "", section=STEPS)
    is_first = if_(is_blank(users), BLANK, if_(users <= every, row, BLANK))
    yield Line("carry.row_if_first", "Row of component if short first", "row", SERIES, is_first, section=STEPS)
    first = _over_components(Ref("carry.row_if_first"))
    yield Line(place.line, "Row of component short first", "row", MONTHLY, first, section=STEPS)
    for line, title, of in (
        ("carry.first", "Component short first", name),
        ("carry.limit", "Resource short first", Ref("carry.limited_by")),
    ):
        found = Picked("component", of, if_(is_blank(place), 1, place))
        yield Line(line, title, "text", MONTHLY, if_(is_blank(place), BLANK, found), section=CARRIED)
    left = if_(is_blank(every), BLANK, if_(_USERS <= 0, BLANK, every / _USERS - 1))
    yield Line("carry.left", "Users to spare, relative", "ratio", MONTHLY, left, section=CARRIED)


def _over_components(line: Ref) -> Expr:
    return if_(eq(counted("component", line), 0), BLANK, Reduce("MIN", "component", line))


def _hard() -> Iterator[Line]:
    """Demand alone, without headroom and reserves, fills all nodes that run today."""
    for resource, label, size in _RESOURCES:
        users = _filled(Ref("nodes.today"), resource, Ref(size), Ref(f"{resource}.total"))
        title = f"Users whose demand fills {label} of nodes today"
        yield Line(f"carry.hard_{resource}", title, "users", SERIES, users, section=STEPS)
    own = Ref("carry.hard_component")
    least = _least(Ref("carry.hard_cpu"), Ref("carry.hard_memory"))
    yield Line(own.line, "Users whose demand fills nodes today", "users", SERIES, least, section=STEPS)
    title = "Users whose demand overloads nodes today"
    yield Line("carry.hard", title, "users", MONTHLY, _over_components(own), section=CARRIED)


@WITHIN_BUDGET
def _budget() -> Iterator[Line]:
    title = "Multiple of current users within budget"
    yield Line(FACTOR, title, "×", (), AsOfRun(FACTOR))
    yield Line(USERS, "Current users within budget", "users", (), AsOfRun(USERS))
