"""The five largest items of what a plan has more than six of, and the others in one figure (plan floor).

Items are ranked by what they are worth over the whole plan, live, so that an edited input brings another one up. A plan
with six items or fewer of a kind has none of these lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from workbook.expr.tree import Label, Line, LineKind, Picked, Reduce, Ref, Section, total
from workbook.model.ranking import picked, places, ranked
from workbook.model.results import Results

LARGEST = Section("Largest items", LineKind.WORKING)

MOST_SHOWN = 6
"""As many items stand side by side; of more, all but the last place are named."""
OTHER = "Other"
TOP, REST = "_top", "_other"


class Kind(Struct, frozen=True):
    """Items of one dimension: the line that says what each is worth, and the monthly lines that add up over them."""

    worth: str
    parts: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "component": Kind("cost.component", ("nodes.provisioned", "cost.nodes")),
    "dataset": Kind("cost.dataset", ("storage.required", "storage.provisioned", "cost.storage")),
    "segment": Kind("users.months", ("users.total", "demand.requests")),
    "fixed": Kind("cost.fixed_item", ("cost.fixed",)),
}
NAMES = {f"top {over}": f"top_{over}.name" for over in KINDS}
"""The line that names the items of each dimension of largest ones."""


def items_of(items: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the dimensions of what is ranked, the largest and the others; without items where all can be shown."""
    found: dict[str, tuple[str, ...]] = {}
    for over in KINDS:
        is_cut = len(items[over]) > MOST_SHOWN
        found[f"ranked {over}"] = items[over] if is_cut else ()
        found[f"top {over}"] = tuple(str(place) for place in range(1, MOST_SHOWN)) if is_cut else ()
        found[f"other {over}"] = (OTHER,) if is_cut else ()
    return found


def shown(line: str, results: Results) -> tuple[str, ...]:
    """Return the lines that stand for a line where its items are listed: itself, or its largest and the others."""
    top = line + TOP
    return (top, line + REST) if top in results.lines and results.items(top) else (line,)


@LARGEST
def worths() -> Iterator[Line]:
    """Yield what items are worth that no other line says."""
    yield Line("users.months", "Users, sum of all months", "users", ("segment",), total("month", "users.total"))
    title = "Cost of fixed item over horizon"
    yield Line("cost.fixed_item", title, "currency", ("fixed",), total("month", "cost.fixed"))


@LARGEST
def lines(known: Mapping[str, Line]) -> Iterator[Line]:
    """Yield the ranks of items, the largest of each part and the rest of it, as the lines known so far name these."""
    for over, kind in KINDS.items():
        name, place = f"top_{over}", Ref(f"top_{over}.row")
        yield Line(f"{name}.item", f"Name of {over}", "text", (over,), Label(over) & "")
        worth = Picked(over, Ref(kind.worth), place)
        yield from ranked(name, f"ranked {over}", worth, known[kind.worth].unit, over)
        yield from places(name, f"top {over}", f"ranked {over}", over)
        named = picked(name, over, f"{name}.item")
        yield Line(f"{name}.name", f"{over.capitalize()} of that rank", "text", (f"top {over}",), named)
        for part in kind.parts:
            yield from _part(known[part], over)


def _part(part: Line, over: str) -> Iterator[Line]:
    top, kind = Ref(part.id + TOP), LineKind.RESULT
    largest = picked(f"top_{over}", over, part.id)
    yield Line(top.line, part.title, part.unit, (f"top {over}", "month"), largest, over_time=part.over_time, kind=kind)
    rest = total(over, part.id) - Reduce("SUM", f"top {over}", top)
    scope = (f"other {over}", "month")
    yield Line(part.id + REST, part.title, part.unit, scope, rest, over_time=part.over_time, kind=kind)
