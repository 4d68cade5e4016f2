"""Checks of Operations and Load profile: names that other programs accept, and one load an hour (plan floor).

Kubernetes takes RFC 1123 names and labels of at most 63 characters, Prometheus names of letters, digits, `_` and `:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from msgspec import Struct

from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.names import did_you_mean
from workbook.inputs.sheets.commitments import Objective
from workbook.inputs.sheets.operations import DAYS, EVERY_DAY, HOURS, LoadHour
from workbook.problems import Code, Problem, Severity
from workbook.schema import show

_RESOURCE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_METRIC = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_MEAN = 0.005


@cache
def _time_zones() -> frozenset[str]:
    """Return the time zones that are known: a search of the disk, so for those who type one, and once."""
    return frozenset(available_timezones())


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname) and not re.search(r"[\s\"'<>]", text)


class _Format(Struct, frozen=True):
    """What another program accepts as the text of a setting; a blank one and the default always are."""

    field: str
    code: Code
    noun: str
    expected: str
    accepts: Callable[[str], object]


_EXPECTED_METRIC = "letters, digits, '_' and ':', not beginning with a digit"
_ENDS = "beginning and ending with a letter or digit"
_FORMATS = (
    _Format(
        "time_zone",
        Code.UNKNOWN_TIME_ZONE,
        "not a known time zone",
        "an IANA time zone, such as UTC or Europe/Berlin",
        lambda text: text in _time_zones(),
    ),
    _Format(
        "runbook_url",
        Code.RUNBOOK_ADDRESS,
        "not a web address",
        "an address that begins with https:// or http://",
        _is_web_address,
    ),
    _Format(
        "release_label",
        Code.BAD_LABEL,
        "not a label that Kubernetes accepts",
        f"at most 63 letters, digits, '-', '_' and '.', {_ENDS}",
        _LABEL.fullmatch,
    ),
    _Format(
        "namespace",
        Code.BAD_NAMESPACE,
        "not a name that Kubernetes accepts",
        f"at most 63 lower-case letters, digits and '-', {_ENDS}",
        _RESOURCE.fullmatch,
    ),
    _Format(
        "metric_prefix",
        Code.BAD_METRIC,
        "not a name that Prometheus accepts",
        _EXPECTED_METRIC,
        _METRIC.fullmatch,
    ),
)


def operations(draft: PlanDraft) -> Iterator[Problem]:
    """Check the settings of Operations that other programs read, and the metrics that SLAs name."""
    if draft.operations is not None:
        yield from _replicas(draft)
        for one in _FORMATS:
            value = str(getattr(draft.operations, one.field))
            if value not in ("", draft.setting_column(one.field).default) and not one.accepts(value):
                yield _refused(draft, one, value)
    for index, row in draft.each("slas", Objective):
        if row.metric and not _METRIC.fullmatch(row.metric):
            yield Problem(
                Code.BAD_METRIC,
                f"Metric {row.metric!r} of objective {row.objective!r} is not a name that Prometheus accepts",
                draft.where("slas", index, "metric"),
                seen=repr(row.metric),
                expected=_EXPECTED_METRIC,
                remedy="type the metric's name without labels, such as checkout_p95_latency",
            )


def _refused(draft: PlanDraft, one: _Format, value: str) -> Problem:
    header = draft.setting_column(one.field).header
    near = did_you_mean(value, sorted(_time_zones())) if one.field == "time_zone" else ""
    return Problem(
        one.code,
        f"{header} {value!r} is {one.noun}",
        draft.setting_cell(one.field),
        seen=repr(value),
        expected=one.expected,
        remedy=near or f"correct {header}, or clear it for its default",
    )


def _replicas(draft: PlanDraft) -> Iterator[Problem]:
    """The ceiling on replicas is not below the floor."""
    settings = draft.operations
    if settings is None or settings.maximum_replicas is None:
        return
    if settings.maximum_replicas < settings.minimum_replicas:
        yield Problem(
            Code.CEILING_BELOW_FLOOR,
            f"Maximum replicas ceiling {settings.maximum_replicas} is below the floor of {settings.minimum_replicas}",
            draft.setting_cell("maximum_replicas"),
            seen=show(settings.maximum_replicas),
            expected=f"at least {settings.minimum_replicas}",
            remedy="raise Maximum replicas ceiling, or lower Minimum replicas floor",
        )


def load_profile(draft: PlanDraft) -> Iterator[Problem]:
    """Each hour of a day has one load, and those of a week are 1 on average."""
    first: dict[tuple[str, int], int] = {}
    index_of: dict[tuple[str, int], float] = {}
    for index, row in draft.each("load_profile", LoadHour):
        key = row.day, row.hour
        if key in first:
            where = draft.where("load_profile", first[key], "hour")
            yield Problem(
                Code.HOUR_TWICE,
                f"{row.day}, hour {row.hour} has two rows, here and in {where}",
                draft.where("load_profile", index, "hour"),
                seen=f"{row.day} {row.hour}",
                expected="each hour of a day once",
                remedy="delete one of the two rows",
            )
        first.setdefault(key, index)
        index_of.setdefault(key, row.index)
    if first and draft.is_whole("load_profile"):
        yield from _mean(draft, index_of)


def _mean(draft: PlanDraft, index_of: dict[tuple[str, int], float]) -> Iterator[Problem]:
    loads = [index_of.get((day, hour), index_of.get((EVERY_DAY, hour), 1.0)) for day in DAYS for hour in HOURS]
    mean = sum(loads) / len(loads)
    if abs(mean - 1) > _MEAN:
        yield Problem(
            Code.PROFILE_MEAN,
            f"the load profile averages {show(round(mean, 4))} over a week, not 1",
            draft.where("load_profile", 0, "index"),
            seen=show(round(mean, 4)),
            expected="a mean of 1 over the 168 hours of a week; an hour without a row counts as 1",
            remedy="enter all hours, then divide each Index by their mean",
            severity=Severity.WARNING,
        )
