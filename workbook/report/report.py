"""What a management report contains, as plain records of formatted texts (post).

Text, page and message are made from the same `Report`, so that none of them can show another figure.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

LONGEST_TEXT, LONGEST_IN_LIST, LONGEST_ISSUE = 1000, 100, 240
"""Letters of a paragraph, of a text in a list, and of one that says what to review."""
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_DROPPED = {"\u200b", "\ufeff", *map(chr, _TURNING)}


class KeyFigure(Struct, frozen=True):
    """One row of the table of key figures; `before` and `change` are blank without an earlier plan."""

    label: str
    value: str
    before: str = ""
    change: str = ""


class Picture(Struct, frozen=True):
    """One chart: its finding, the same in words for who cannot see it, and the PNG at twice the size it is shown at."""

    key: str
    finding: str
    description: str
    png: bytes
    width: int
    height: int


class Decision(Struct, frozen=True):
    """What has to be ordered by when and why, and what is missing when the order comes late."""

    when: str
    soon: str
    """`in 4 months`, `now`, or `overdue by 2 months`."""
    is_overdue: bool
    item: str
    order: str
    cost: str
    """What it costs per month."""
    why: str
    late: str


class YearFigures(Struct, frozen=True):
    """One fiscal year: its cost, its budget and what the cost is over or under it."""

    year: str
    cost: str
    budget: str
    variance: str


class Driver(Struct, frozen=True):
    """One of the largest drivers of the change of cost."""

    name: str
    change: str
    share: str


class Lever(Struct, frozen=True):
    """One of the largest savings that the plan knows, per year."""

    action: str
    saving: str


class InputChange(Struct, frozen=True):
    """One input that differs from the earlier plan. A setting has no `column`, an added row no `old`."""

    sheet: str
    row: str
    column: str
    old: str
    new: str
    effect: str = ""
    """What it changes in the cost of this fiscal year; blank where the plan is compared with no version."""


class Issue(Struct, frozen=True):
    """A check that fails, or a warning about the inputs, with its place."""

    code: str
    where: str
    message: str


class Assumption(Struct, frozen=True):
    """One input row that drives the result, and where its figures come from."""

    sheet: str
    row: str
    value: str
    source: str


class Report(Struct, frozen=True):
    """The whole report. The numbers `more_…` count what is left out of the list of that name."""

    title: str
    subject: str
    file_name: str
    period: str
    scenario: str
    ask: str
    """What to approve, by when, for how much; or that nothing needs to be approved."""
    ask_details: str
    forecast: str
    years: tuple[YearFigures, ...]
    why: str
    drivers: tuple[Driver, ...]
    levers_note: str
    levers: tuple[Lever, ...]
    range: str
    since_title: str
    """`Since Budget 2026`, or `Since last time` where the plan is compared with no version."""
    since: str
    confidence: str
    figures: tuple[KeyFigure, ...]
    pictures: tuple[Picture, ...]
    decisions: tuple[Decision, ...]
    more_decisions: int
    before: str
    """What the plan is compared with, such as `plan.backup-2.xlsx (run 1a2b3c4d)`; blank where there is none."""
    changes: tuple[InputChange, ...]
    more_changes: int
    findings: tuple[Issue, ...]
    more_findings: int
    assumptions: tuple[Assumption, ...]
    more_assumptions: int
    sources: str
    run_id: str
    contact: str


def cleaned(report: Report) -> Report:
    """Return the report with every text as one printable line; in its lists, no longer than a mail can hold many of."""
    fields = {name: _cleaned(value, LONGEST_TEXT) for name, value in asdict(report).items()}
    return replace(report, **fields)


def _cleaned(value: Any, most: int) -> Any:  # noqa: ANN401 - a record, a tuple of them, or a value in one
    match value:
        case str():
            line = one_line(value)
            return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
        case tuple():
            return tuple(_cleaned(one, LONGEST_ISSUE if isinstance(one, Issue) else LONGEST_IN_LIST) for one in value)
        case Struct():
            fields = {name: _cleaned(one, most) for name, one in asdict(value).items()}
            return replace(value, **fields)
        case _:
            return value


def one_line(text: str) -> str:
    """Return a text as one line of printable characters; a cell may hold anything."""
    kept = "".join(_printable(char) for char in text if char not in _DROPPED)
    return " ".join(kept.split())


def _printable(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "\ufffd" if kind in ("Cs", "Cn") else char
