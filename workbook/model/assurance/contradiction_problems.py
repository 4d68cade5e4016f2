"""Contradictions of the inputs as warnings: both cells, both figures, and what would reconcile them (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workbook.figures import digits
from workbook.model.assurance.contradiction import Contradiction
from workbook.model.assurance.contradiction_cells import Named
from workbook.model.assurance.contradiction_lines import CONTRADICTION
from workbook.model.assurance.contradictions import RULES
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity

_EXACT = 1000
_NEARLY_ALL = 0.9
_MOST_DIGITS = 12


class Comparison(Struct, frozen=True):
    """One row of the rules: its place among all rows, its rule, its subject, and the two cells that it compares."""

    place: int
    rule: Contradiction
    item: str
    cells: tuple[Named, Named]


def contradictions(results: Results) -> Iterator[Problem]:
    """Yield a warning for each row of the rules that contradicts."""
    for comparison in comparisons(results):
        code = comparison.rule.code
        if code and results.value("contradiction.status", comparison.place) == CONTRADICTION:
            yield _problem(comparison, code, results)


def comparisons(results: Results) -> Iterator[Comparison]:
    """Yield every row of the rules with the cells that it compares as of the run."""
    place = 0
    for rule in RULES:
        names = results.frame.items[rule.over] if rule.over else ("",)
        rows = results.frame.rows[rule.over] if rule.over else (0,)
        for row, name in zip(rows, names, strict=True):
            yield Comparison(place, rule, name, rule.cells(results.plan, row))
            place += 1


def _problem(comparison: Comparison, code: Code, results: Results) -> Problem:
    a, b = comparison.cells
    rule, place = comparison.rule, comparison.place
    found, limit, fix = (results.value(f"contradiction.{name}", place) for name in ("found", "limit", "fix"))
    shown, bound = told_apart(found, limit, rule.unit)
    figures = {
        "found": shown,
        "limit": bound,
        # what no catalogue offers is at least what is needed
        "fix": bound if fix is None else _figure(fix, rule.fix_unit or rule.unit),
        "item": comparison.item,
        "a": a,
        "b": b,
    }
    return Problem(
        code,
        rule.message.format(**figures),
        a.where,
        seen=f"{a.shown}, and {b.shown} in {b.where}",
        expected=rule.expected.format(**figures),
        remedy=rule.remedy,
        severity=Severity.WARNING,
    )


def told_apart(found: float | str | None, limit: float | str | None, unit: str) -> tuple[str, str]:
    """Return two figures with as many digits as it takes for them to read differently."""
    texts = _figure(found, unit), _figure(limit, unit)
    for more in range(1, _MOST_DIGITS):
        if found == limit or texts[0] != texts[1]:
            break
        texts = _figure(found, unit, more), _figure(limit, unit, more)
    return texts


def _figure(value: float | str | None, unit: str, more: int = 0) -> str:
    if not isinstance(value, int | float):
        return "blank" if value is None else value
    if unit == "ratio":
        # Between 99.9% and 99.999% every digit counts.
        return f"{digits(value * 100, (6 if value > _NEARLY_ALL else 4) + more)}%"
    whole = len(f"{abs(value):.0f}")
    return digits(value, max(whole if abs(value) >= _EXACT else 4, 1) + more, is_grouped=True)
