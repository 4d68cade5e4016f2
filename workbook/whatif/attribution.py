"""Two plans into what each driver, and each input in it, changes between them (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from workbook.expr.functions import Array
from workbook.inputs.plan import Plan
from workbook.whatif.coalitions import Measure, figures
from workbook.whatif.drivers import Driver
from workbook.whatif.mixtures import Kept, Mixtures
from workbook.whatif.moved import Moved, moved_inputs
from workbook.whatif.shapley import shapley

Group = tuple[Driver, ...]
"""Drivers that change a figure in one step."""


class InputShare(Struct, frozen=True):
    """One input that moved, and its part of its driver's effect: the mean of four differences, and with the rest."""

    moved: Moved
    mean: Array
    effect: Array


class DriverShare(Struct, frozen=True):
    """The effect of drivers that make one step; `together` is what no single input of theirs changes alone."""

    drivers: Group
    effect: Array
    inputs: tuple[InputShare, ...]
    together: Array


class Attribution(Struct, frozen=True):
    """The figures of two plans, and what changed them: drivers that moved, and inputs that move nothing."""

    before: Array
    now: Array
    drivers: tuple[DriverShare, ...]
    without_effect: tuple[Moved, ...]


NOTHING_TAKEN: Kept = frozenset()
_NOTHING = 1e-9
"""The part of a figure below which a difference is what is left of two equal sums."""


def attribute(before: Plan, now: Plan, measure: Measure) -> Attribution:
    """Return what changed between two plans of one start, one horizon, one naming and one fleet."""
    moved = moved_inputs(before, now)
    driven = [one for one in moved if one.driver]
    ask = _Asked(Mixtures(before, now), _places(driven), measure)
    for groups in _groupings({one.driver for one in driven if one.driver}):
        members = [[one for one in driven if one.driver in group] for group in groups]
        values = ask(_coalitions([_places(own) for own in members]))
        if np.isfinite(values).all():
            break
    steps = zip(groups, members, shapley(values), strict=True)
    shares = tuple(_share(group, own, effect, ask) for group, own, effect in steps)
    return Attribution(values[0], values[-1], shares, tuple(one for one in moved if one.driver is None))


def _groupings(drivers: set[Driver]) -> Iterator[list[Group]]:
    """Yield the steps to try: each driver by itself; volume and scenario as one; at last all drivers as one.

    A multiplier of one plan on the growth of another may leave no users, and such a plan cannot be calculated.
    """
    apart = [driver for driver in Driver if driver in drivers]
    yield [(driver,) for driver in apart]
    pair = (Driver.VOLUME, Driver.SCENARIO)
    if drivers.issuperset(pair):
        yield [pair, *((driver,) for driver in apart if driver not in pair)]
    yield [tuple(apart)]


def _places(moved: Sequence[Moved]) -> Kept:
    return frozenset(one.place for one in moved)


def _coalitions(members: Sequence[Kept]) -> list[Kept]:
    """Return what each coalition takes from now; the members are the bits of its number."""
    return [
        frozenset().union(*(own for bit, own in enumerate(members) if coalition & (1 << bit)))
        for coalition in range(1 << len(members))
    ]


class _Asked:
    """The figures of plans that take some places from now, each plan calculated once."""

    def __init__(self, mixtures: Mixtures, every: Kept, measure: Measure) -> None:
        self.every = every
        self._mixtures, self._measure = mixtures, measure
        self._known: dict[Kept, Array] = {}

    def __call__(self, plans: Sequence[Kept]) -> Array:
        new = [taken for taken in dict.fromkeys(plans) if taken not in self._known]
        if new:
            rows = figures(self._mixtures, [self.every - taken for taken in new], self._measure)
            self._known |= dict(zip(new, rows, strict=True))
        return np.array([self._known[taken] for taken in plans])


def _share(group: Group, moved: Sequence[Moved], effect: Array, ask: _Asked) -> DriverShare:
    """Return the effect of a step with its inputs; the rest is spread by the size of what each changes."""
    if len(moved) == 1:
        return DriverShare(group, effect, (InputShare(moved[0], effect, effect),), np.zeros_like(effect))
    means = _means(moved, ask)
    rest, sizes = effect - means.sum(axis=0), np.abs(means)
    whole = sizes.sum(axis=0)
    shares = np.divide(sizes, whole, out=np.zeros_like(sizes), where=whole > 0)
    shown = means + rest * shares
    inputs = tuple(InputShare(*one) for one in zip(moved, means, shown, strict=True))
    return DriverShare(group, effect, inputs, np.where(whole > 0, 0.0, rest))


def _means(moved: Sequence[Moved], ask: _Asked) -> Array:
    """Return the mean of what an input changes: first or last of its driver, on the earlier plan and on now's others.

    A plan that cannot be calculated does not count.
    """
    own = _places(moved)
    pairs = []
    for one in moved:
        alone = frozenset({one.place})
        for others in (NOTHING_TAKEN, ask.every - own):
            pairs += [(others | alone, others), (others | own, others | (own - alone))]
    ask([plan for pair in pairs for plan in pair])
    differences = np.array([ask([more])[0] - ask([less])[0] for more, less in pairs])
    by_input = differences.reshape(len(moved), 4, -1)
    known = np.isfinite(by_input)
    means = np.where(known, by_input, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    size = np.maximum(1.0, np.abs(ask([NOTHING_TAKEN])[0]))
    return np.where(np.abs(means) > _NOTHING * size, means, 0.0)
