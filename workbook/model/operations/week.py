"""The replicas of each hour of a week, from the load profile (plan floor; help: export, Replicas).

An hour is a line, a day of the week an item, so that the sheet shows seven rows of 24 hours a component.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    Expr,
    Input,
    Joined,
    Label,
    Line,
    LineKind,
    Number,
    Ref,
    Section,
    Sequence,
    SumWhere,
    ceiling,
    if_,
    largest,
    smallest,
)
from workbook.inputs.sheets.operations import HOURS
from workbook.model.fleet.headroom import at_review
from workbook.model.terms import setting

WEEK = Section("Replicas by hour of the week, Review month")
PROFILE = Section("Load profile", LineKind.WORKING)

_HOUR, _DAY, _OF_DAY = ("profile hour",), ("weekday",), ("component day",)


def hour_line(hour: int) -> str:
    """Return the id of the line with the replicas of an hour."""
    return f"replicas.hour_{hour:02}"


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield the load of each hour and day, and the replicas that it takes; nothing without a load profile."""
    if "load_profile" in tables:
        yield from _days()
        yield from _loads()
        yield from _replicas()


@PROFILE
def _days() -> Iterator[Line]:
    """Number days and hours from 1; day 0 is a row for all days."""
    number = Ref("weekday.number")
    yield Line("weekday.name", "Day", "text", _DAY, Label("weekday") & "")
    yield Line(number.line, "Number of day", "row", _DAY, Sequence(number.line, Number(1)))
    yield Line("profile.day", "Day of row", "text", _HOUR, Input("load_profile", "day") & "")
    day = SumWhere("weekday", Ref("weekday.name"), (Ref("profile.day"),), number)
    row = day * 100 + (Input("load_profile", "hour") + 1)
    yield Line("profile.row", "Hour of week: 100 × day + hour from 1", "row", _HOUR, row)
    yield Line("profile.index", "Load relative to the week's average", "×", _HOUR, Input("load_profile", "index"))
    for hour in HOURS:
        before = Ref(f"profile.clock_{hour - 1:02}")
        title = f"Number of hour {hour:02}:00"
        yield Line(f"profile.clock_{hour:02}", title, "row", (), before + 1 if hour else Number(1))


@PROFILE
def _loads() -> Iterator[Line]:
    """Yield the load of each hour: that of the day's own row, else that for all days, else 1."""
    for hour in HOURS:
        clock, every = Ref(f"profile.clock_{hour:02}"), Ref(f"profile.every_{hour:02}")
        found, own = _load(clock), _load(Ref("weekday.number") * 100 + clock)
        yield Line(every.line, f"Load of all days, {hour:02}:00", "×", (), if_(found > 0, found, 1))
        yield Line(f"profile.load_{hour:02}", f"Load, {hour:02}:00", "×", _DAY, if_(own > 0, own, every))


def _load(row: Expr) -> SumWhere:
    return SumWhere("profile hour", Ref("profile.row"), (row,), Ref("profile.index"))


@WEEK
def _replicas() -> Iterator[Line]:
    pods = setting("pods_per_node") * at_review("nodes.base")
    title = "Replicas at average load, Review month"
    yield Line("replicas.average", title, "pods", ("component",), pods, section=PROFILE)
    average, least, most = (_own(f"replicas.{name}") for name in ("average", "min", "max"))
    for hour in HOURS:
        load = Joined("weekday", Ref(f"profile.load_{hour:02}"), Number(1))
        replicas = largest(least, smallest(most, ceiling(average * load)))
        yield Line(hour_line(hour), f"Replicas, {hour:02}:00", "pods", _OF_DAY, replicas, heading=f"{hour:02}:00")


def _own(line: str) -> Joined:
    return Joined("component", Ref(line), Number(0, "pod"))
