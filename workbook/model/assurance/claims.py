"""Figures stated elsewhere beside the plan's own, never a silent correction (plan floor; help: model, Claims).

A claim is checked against the person's own formula, or against a line of the plan at an item and a month. It may differ
by its tolerance; a claim without one by half of the last digit that its cell shows. How many digits a cell shows no
formula can read: that half digit is a plain value as of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from workbook.expr.frame import Frame
from workbook.expr.tree import (
    BLANK,
    Blank,
    Cited,
    Expr,
    Input,
    Line,
    Number,
    Reduce,
    Ref,
    Section,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.inputs.parse.names import did_you_mean, listing
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.evidence import Claim
from workbook.model.terms import setting
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.renames import renamed_lines, today

CLAIMS = Section("Claims compared with calculated values")
CLAIM_TEXTS = Section("Claims: reference and explanation")
CLAIM_TOTALS = Section("Claims, counts")

CLAIM = ("claim",)
KINDS = ("ARITHMETIC", "UNITS", "SCOPE", "CONTRADICTION", "AMBIGUOUS")
HALF_DIGIT = ("claims", "half_digit")
"""Table and field of the one column that stands on Checks and not on an input sheet."""
_BILLION = Number(1000) * 1000 * 1000
_LINES = "claim.line_value"
Figure = tuple[int, Ref | Blank]


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield what is stated, what is recomputed, and whether the two agree; nothing for a plan without claims."""
    if "claims" not in tables:
        return
    yield from _verdicts()
    yield from _figures()
    yield from _words()
    yield from _totals()


def _claim(field: str) -> Input:
    return Input("claims", field)


def _text(field: str) -> Expr:
    """Return a text as text, also where the person typed a number."""
    return if_(is_blank(_claim(field)), BLANK, _claim(field) & "")


@CLAIMS
def _verdicts() -> Iterator[Line]:
    own, tolerance = _claim("recomputed"), _claim("tolerance")
    stated, recomputed = Ref("claim.stated"), Ref("claim.recomputed")
    has_none = is_blank(recomputed)
    # A billionth is granted on top: a sum in another order differs by that.
    grace = call("ABS", stated) / _BILLION
    allowed = if_(is_blank(tolerance), Input(*HALF_DIGIT), tolerance * call("ABS", stated))
    agrees = call("ABS", stated - recomputed) <= Ref("claim.allowed") + grace
    ratio = if_(any_of(has_none, eq(recomputed, 0)), BLANK, stated / recomputed)
    kind = Ref("claim.kind")
    differs = if_(is_blank(kind), "DIFFERS", kind)
    status = if_(has_none, "NO FIGURE", if_(eq(Ref("claim.reproduces"), 1), "OK", differs))
    yield Line("claim.stated", "Stated", "mixed", CLAIM, _claim("stated"))
    yield Line("claim.recomputed", "Calculated", "mixed", CLAIM, if_(is_blank(own), Ref(_LINES), own))
    yield Line("claim.unit", "Unit of claim", "text", CLAIM, _text("unit"), "Unit")
    yield Line("claim.ratio", "Stated ÷ calculated", "–", CLAIM, ratio)
    yield Line("claim.allowed", "Allowed difference", "mixed", CLAIM, allowed)
    yield Line("claim.reproduces", "Reproduced (1/0)", "checks", CLAIM, if_(has_none, 0, if_(agrees, 1, 0)))
    yield Line("claim.kind", "Stated cause of difference", "text", CLAIM, _kind(), "Stated cause")
    yield Line("claim.status", "Status", "text", CLAIM, status)


@CLAIMS
def _figures() -> Iterator[Line]:
    month, at_month = _claim("month"), Ref("claim.month")
    value = if_(at_month > setting("horizon_months"), BLANK, Cited((), at_month))
    yield Line("claim.line", "Line compared", "text", CLAIM, _text("line"), "Line")
    yield Line("claim.month", "Month of line", "month", CLAIM, if_(is_blank(month), 0, month), "Month")
    yield Line(_LINES, "Value of line", "mixed", CLAIM, value)


@CLAIM_TEXTS
def _words() -> Iterator[Line]:
    yield Line("claim.reference", "Reference", "text", CLAIM, _text("reference"))
    yield Line("claim.explanation", "Explanation", "text", CLAIM, _text("explanation"))


@CLAIM_TOTALS
def _totals() -> Iterator[Line]:
    count, good = Reduce("COUNT", "claim", Ref("claim.stated")), total("claim", "claim.reproduces")
    yield Line("claims.count", "Claims", "checks", (), count)
    yield Line("claims.reproduced", "Claims reproduced", "checks", (), good)
    words = Ref("claims.reproduced") & " of " & Ref("claims.count") & " claims reproduced"
    yield Line("claims.summary", "Claims: label text", "text", (), words)


def _kind() -> Expr:
    """Name the fault as the person did, in the spelling of the drop-down; blank for any other word."""
    named: Expr = if_(eq(_claim("status"), KINDS[0]), KINDS[0], BLANK)
    for kind in KINDS[1:]:
        named = named & if_(eq(_claim("status"), kind), kind, BLANK)
    return named


def cited(plan: Plan, frame: Frame, lines_by_id: Mapping[str, Line]) -> dict[str, Line]:
    """Return the line of claimed values for the claims of one plan; nothing without claims."""
    if _LINES not in lines_by_id:
        return {}
    line = lines_by_id[_LINES]
    figures = tuple(_figure(row, frame, lines_by_id) for row in _rows(plan))
    value = if_(Ref("claim.month") > setting("horizon_months"), BLANK, Cited(figures, Ref("claim.month")))
    return {_LINES: replace(line, expr=value)}


def _rows(plan: Plan) -> Sequence[Claim]:
    return [row for row in plan.rows("claims") if isinstance(row, Claim)]


def _line(row: Claim, lines_by_id: Mapping[str, Line]) -> Line | None:
    """Return the line that a claim names, also by the id that an earlier version gave it."""
    name = name_key(row.line)
    return lines_by_id.get(today(name, lines_by_id)) if name else None


def _figure(row: Claim, frame: Frame, lines_by_id: Mapping[str, Line]) -> Figure:
    line = _line(row, lines_by_id)
    if line is None or not _is_claimable(line):
        return -1, BLANK
    item = _item(row, line, frame)
    return (-1, BLANK) if item is None else (item, Ref(line.id))


def _is_claimable(line: Line) -> bool:
    """A claim names a figure of the plan: no text, no date, no milestone, and no claim."""
    is_figure = line.unit not in ("text", "date") and line.axis in ("", "month")
    return is_figure and not line.id.startswith("claim")


def _item(row: Claim, line: Line, frame: Frame) -> int | None:
    """Return the place of a claim's item, −1 for the sum of all; None for a name that is not there."""
    if not line.item:
        return 0 if name_key(row.item) in ("", "total") else None
    names = [name_key(name) for name in frame.items[line.item]]
    if name_key(row.item) in names:
        return names.index(name_key(row.item))
    return -1 if name_key(row.item) in ("", "total") and names else None


def half_digits(plan: Plan) -> tuple[float, ...]:
    """Return for each claim half of the last digit that its Stated cell shows."""
    table = plan.tables.get("claims")
    if table is None:
        return ()
    cells = [table.cell(index, "stated") for index in range(len(table.rows))]
    formats = [plan.formats.get(cell, "") if cell else "" for cell in cells]
    return tuple(half_digit(row.stated, shown) for row, shown in zip(_rows(plan), formats, strict=True))


def half_digit(value: float, number_format: str) -> float:
    """Return half of the last digit of a value as its cell shows it: 0.5 for 35, 0.05 for 32101.5, 0.005 for 12 %."""
    own = max(0, -_exponent(f"{value:.12g}"))
    shown = _plain_format(number_format, value)
    match = re.search(r"[0#?][0#?,]*(?:\.([0#?]*))?(,*)", shown)
    if match is None or "general" in shown.lower() or "/" in shown or re.search(r"[ymdhs]", shown, re.IGNORECASE):
        return 0.5 * 10.0**-own
    places = match[1] or ""
    if re.search(r"E[+-]", shown):
        return 0.5 * 10.0 ** (_exponent(f"{value:.0e}") - len(places))
    percent = 2 * shown.count("%")
    thousands = 3 * len(re.search(r",*$", match[0])[0])  # type: ignore[index]
    decimals = max(places.count("0"), min(len(places), own - percent))
    return 0.5 * 10.0 ** -(decimals + percent - thousands)


def _exponent(text: str) -> int:
    return int(Decimal(text).as_tuple().exponent)


def _plain_format(number_format: str, value: float) -> str:
    """Return the section of a number format that shows the value, without its literal texts."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", number_format)
    sections = bare.split(";")
    return sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]


def problems(plan: Plan, frame: Frame, lines_by_id: Mapping[str, Line]) -> Iterator[Problem]:
    """Yield the claims that name a line, an item or a month that the plan does not have."""
    for index, row in enumerate(_rows(plan)):
        if not row.line:
            continue
        line = _line(row, lines_by_id)
        if line is None or not _is_claimable(line):
            yield _unknown_line(plan, index, row, lines_by_id)
        elif _item(row, line, frame) is None:
            yield _unknown_item(plan, index, row, frame.items.get(line.item, ()))
        elif line.axis and (row.month or 0) > plan.settings.horizon_months and row.recomputed is None:
            yield _beyond(plan, index, row)


def _where(plan: Plan, index: int, field: str) -> str:
    table = plan.tables["claims"]
    return str(table.cell(index, field) or f"{table.title}, row {table.row_numbers[index]}")


def _severity(row: Claim) -> Severity:
    """A wrong name does no harm where the person's own formula gives the figure."""
    return Severity.ERROR if row.recomputed is None else Severity.WARNING


def _unknown_line(plan: Plan, index: int, row: Claim, lines_by_id: Mapping[str, Line]) -> Problem:
    line = _line(row, lines_by_id)
    ids = [one.id for one in lines_by_id.values() if _is_claimable(one)]
    message = f"claim {row.claim!r}: there is no line {row.line!r}"
    if name_key(row.line) in renamed_lines():
        message = f"claim {row.claim!r}: the line {row.line!r} of an earlier version does not exist any more"
    if line is not None:
        message = f"claim {row.claim!r}: line {row.line!r} is no figure to check a claim against"
    return Problem(
        Code.CLAIM_LINE,
        message,
        _where(plan, index, "line"),
        seen=repr(row.line),
        expected="the id of a line that holds figures, such as cpu.required",
        remedy=(did_you_mean(row.line, ids) if line is None else "")
        or "take an id from the Id column of a result sheet",
        severity=_severity(row),
    )


def _unknown_item(plan: Plan, index: int, row: Claim, names: Sequence[str]) -> Problem:
    return Problem(
        Code.CLAIM_ITEM,
        f"claim {row.claim!r}: line {row.line!r} has no item {row.item!r}",
        _where(plan, index, "item"),
        seen=repr(row.item),
        expected=f"blank for the total, or one of {listing(names)}" if names else "blank: the line has no items",
        remedy=did_you_mean(row.item, names) or ("choose one of its items" if names else "clear Item"),
        severity=_severity(row),
    )


def _beyond(plan: Plan, index: int, row: Claim) -> Problem:
    horizon = plan.settings.horizon_months
    return Problem(
        Code.CLAIM_MONTH,
        f"claim {row.claim!r} is about month {row.month}, after the horizon, month {horizon}: it has no figure",
        _where(plan, index, "month"),
        seen=str(row.month),
        expected=f"a month from 0 to {horizon}",
        remedy=f"raise Horizon (months) to {row.month}, or take a month within it",
        severity=Severity.WARNING,
    )
