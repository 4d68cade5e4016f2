"""Plans in between into the figures that a comparison needs, many plans at a time (many floor)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
from msgspec import Struct

from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame, side_by_side
from workbook.expr.functions import Array
from workbook.expr.tree import Line
from workbook.model import lines_of, with_references
from workbook.whatif.mixtures import Kept, Mixtures

COST, NODES, EXHAUSTION, ORDER_BY, TODAY = (
    "cost.total",
    "nodes.total",
    "exhaustion.month",
    "order_by.month",
    "nodes.today",
)
RUNS_AT_ONCE = 512


class Outcomes(Struct, frozen=True):
    """What plans come to: cost and nodes (run, month), and the first months (run) in which a fleet falls short.

    A date beyond the horizon is the month after it.
    """

    cost: Array
    nodes: Array
    exhaustion: Array
    order_by: Array


Measure = Callable[[Outcomes], Array]
"""From the outcomes of plans to the figures of each: (run, figure)."""


@cache
def _lines(tables: frozenset[str]) -> tuple[Line, ...]:
    """Return the lines of a comparison and what they are made of, whatever the unit of memory is called."""
    return tuple(with_references((COST, NODES, EXHAUSTION, ORDER_BY, TODAY), lines_of(tables)).values())


def values_of(frame: Frame, tables: frozenset[str]) -> Mapping[str, Array]:
    """Return the lines of a comparison for a plan whose input sheets of these ids have rows."""
    return evaluate_lines(_lines(tables), frame)


def outcomes(values: Mapping[str, Array]) -> Outcomes:
    """Return what the plans of one evaluation come to."""
    runs = max(values[line].shape[0] for line in (COST, NODES, EXHAUSTION, ORDER_BY))
    beyond = values[COST].shape[2]
    cost, nodes = (np.broadcast_to(values[line][:, 0, :], (runs, beyond)) for line in (COST, NODES))
    first = [_first(values[line], beyond, runs) for line in (EXHAUSTION, ORDER_BY)]
    return Outcomes(cost, nodes, *first)


def _first(months: Array, beyond: int, runs: int) -> Array:
    known = np.where(np.isnan(months), float(beyond), months)
    return np.broadcast_to(known.min(axis=(1, 2), initial=float(beyond)), (runs,))


def figures(mixtures: Mixtures, plans: Sequence[Kept], measure: Measure) -> Array:
    """Return the figures (plan, figure) of plans in between; those of one structure are calculated side by side."""
    alike: dict[object, list[tuple[int, Frame]]] = defaultdict(list)
    for place, kept in enumerate(plans):
        structure, frame = mixtures.frame(kept)
        alike[structure].append((place, frame))
    found: dict[int, Array] = {}
    for members in alike.values():
        tables = frozenset(mixtures.plan(plans[members[0][0]]).tables)
        for batch in _batches(members):
            measured = measure(outcomes(values_of(side_by_side([frame for _, frame in batch]), tables)))
            is_sound = np.array([[_leaves_users(frame)] for _, frame in batch])
            rows = np.where(is_sound, measured, np.nan)
            found |= {place: row for (place, _), row in zip(batch, rows, strict=True)}
    return np.array([found[place] for place in range(len(plans))])


def _leaves_users(frame: Frame) -> bool:
    """Whether growth leaves users in every month; a plan without them cannot be calculated."""
    multiplier, growth = frame.columns["scenarios", "growth_multiplier"], frame.columns["growth", "total_growth"]
    return bool((1 + multiplier[0] * growth > 0).all())


def _batches(members: list[tuple[int, Frame]]) -> list[list[tuple[int, Frame]]]:
    return [members[start : start + RUNS_AT_ONCE] for start in range(0, len(members), RUNS_AT_ONCE)]
