"""Dimensions whose items are pairs of other items: responses, spare nodes tried, contributions (plan floor).

A response is that of a segment under a latency objective. A spare is a number of nodes tried for a row of Resilience
that runs on a component's nodes. A component has seven days, and is scheduled for each event. A contribution is that of
a contributor to the cost of a fiscal year but the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from msgspec import Struct

from workbook.model.assurance.availability import MOST_SPARES
from workbook.naming import name_key

Items = Mapping[str, tuple[str, ...]]

SPARES = tuple(f"k = {spares}" for spares in range(MOST_SPARES + 1))


class Pairs(Struct, frozen=True):
    """What pairs add to a frame: their items, the item under which they stand together, and what they join."""

    items: Items
    groups: Mapping[str, tuple[int, ...]]
    joins: Mapping[tuple[str, str], tuple[int, ...]]


def pairs_of(items: Items) -> Pairs:
    """Pair objectives with segments, rows of Resilience with numbers of spare nodes, contributors with years."""
    components = _places(items["resilience"], items["component"])
    responses = list(product(range(len(items["objective"])), range(len(items["segment"]))))
    rows_on_nodes = [row for row, component in enumerate(components) if component >= 0]
    spares = list(product(rows_on_nodes, range(len(SPARES))))
    years = items["fiscal_year"]
    days = list(product(range(len(items["component"])), range(len(items["weekday"]))))
    scheduled = list(product(range(len(items["event"])), range(len(items["component"]))))
    contributions = list(product(range(len(items["contributor"])), range(1, len(years))))
    return Pairs(
        items={
            "response": _names(items["objective"], items["segment"], responses),
            "spares": SPARES,
            "spare": _names(items["resilience"], SPARES, spares),
            "contribution": _names(items["contributor"], years, contributions),
            "component day": _names(items["component"], items["weekday"], days),
            "scheduled event": _names(items["event"], items["component"], scheduled),
        },
        groups={
            "response": _first(responses),
            "spare": _first(spares),
            "contribution": _first(contributions),
            "component day": _first(days),
            "scheduled event": _first(scheduled),
        },
        joins={
            ("resilience", "component"): components,
            ("response", "segment"): _second(responses),
            ("spare", "resilience"): _first(spares),
            ("spare", "spares"): _second(spares),
            ("contribution", "fiscal_year"): _second(contributions),
            ("component day", "component"): _first(days),
            ("component day", "weekday"): _second(days),
            ("scheduled event", "event"): _first(scheduled),
            ("scheduled event", "component"): _second(scheduled),
        },
    )


def _places(names: Sequence[str], among: Sequence[str]) -> tuple[int, ...]:
    places = {name_key(name): place for place, name in enumerate(among)}
    return tuple(places.get(name_key(name), -1) for name in names)


def _names(left: Sequence[str], right: Sequence[str], pairs: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(f"{left[one]} · {right[other]}" for one, other in pairs)


def _first(pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(one for one, _ in pairs)


def _second(pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(other for _, other in pairs)
