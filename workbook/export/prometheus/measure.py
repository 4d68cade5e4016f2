"""What a rule measures, into its expression and into test series that hold a value of it (post floor).

Expression and series come from one record, so a test proves the very threshold that the rule has.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from workbook.export.prometheus.quoting import number, string
from workbook.export.prometheus.shown import Shown

DAY = 86400
_MARGIN = 0.01
_NUDGES = 40


class Clock(Struct, frozen=True):
    """When the samples of a test are: one every `step` seconds from 0 to `last`."""

    step: int
    last: int

    @property
    def count(self) -> int:
        """Return how many samples follow the first."""
        return -(-self.last // self.step)

    def before(self, moment: int) -> int:
        """Return how many samples there are before a moment."""
        return -(-moment // self.step)


class Sample(Struct, frozen=True):
    """A series of a test, in promtool's notation."""

    series: str
    values: str


Hold = Callable[[float, Clock], tuple[Sample, ...]]


class Measure(Struct, frozen=True, kw_only=True):
    """What a rule measures, and the limit from the plan.

    `says` is the annotation, with `{value}`, `{limit}`, `{item}` and labels of the alert in braces. `hold` gives series
    in which the measure has a value from second `starts` on, and does not exceed the limit before. `most` is what the
    measure cannot exceed, if anything.
    """

    measured: str
    limit: float
    says: str
    shown: Shown
    hold: Hold
    operator: str = ">"
    guard: str = ""
    starts: int = 0
    labels: tuple[tuple[str, str], ...] = ()
    metrics: tuple[tuple[str, str], ...] = ()
    most: float | None = None
    values: tuple[float, float] | None = None
    """The silent and the firing value of the tests, where 1% of the limit means nothing."""

    @property
    def expression(self) -> str:
        """Return the expression of the rule."""
        compared = f"{self.measured} {self.operator} {number(self.limit)}"
        return f"{compared} {self.guard}" if self.guard else compared

    @property
    def silent_value(self) -> float:
        """Return the value 1% on the good side of the limit."""
        value = self.values[0] if self.values else self.limit * (1 - _MARGIN)
        return value if self.most is None else min(value, self.most)

    @property
    def firing_value(self) -> float | None:
        """Return the value 1% beyond the limit, or None if nothing can be beyond it.

        Text that noise would change is avoided by a value that is a little further beyond.
        """
        value = self.values[1] if self.values else (self.limit or 1.0) * (1 + _MARGIN if self.limit else _MARGIN)
        if self.most is not None and value > self.most:
            return self.most if self.most > self.limit else None
        beyond = value - self.limit
        tried = (value + beyond * nudge / 97 for nudge in range(_NUDGES))
        return next((each for each in tried if self.shown.is_steady(each)), value)


def series(metric: str, **labels: str) -> str:
    """Return a series of a test."""
    return f"{metric}{{{','.join(f'{label}={string(value)}' for label, value in labels.items())}}}"


def flat(name: str, value: float, clock: Clock) -> Sample:
    """Return a series that keeps a value."""
    return Sample(name, f"{number(value)}x{clock.count}")


def rising(name: str, per_second: float, clock: Clock) -> Sample:
    """Return a counter that rises from zero."""
    return Sample(name, f"0+{number(per_second * clock.step)}x{clock.count}")


def line(name: str, ends: tuple[float, float], clock: Clock) -> Sample:
    """Return a series that goes from one value to another along a line."""
    first, last = ends
    slope = (last - first) / clock.count
    sign = "-" if slope < 0 else "+"
    return Sample(name, f"{number(first)}{sign}{number(abs(slope))}x{clock.count}")
