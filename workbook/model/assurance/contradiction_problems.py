"""Contradictions of the inputs as warnings: both cells, both figures, and what would reconcile them (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbook.model.assurance.contradiction import Contradiction
from workbook.model.assurance.contradiction_cells import Named
from workbook.model.assurance.contradiction_lines import CONTRADICTION
from workbook.model.assurance.contradictions import RULES
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity

_EXACT = 1000
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Comparison:
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
    figures = {
        "found": _figure(results.value("contradiction.found", place), rule.unit),
        "limit": _figure(results.value("contradiction.limit", place), rule.unit),
        "fix": _figure(results.value("contradiction.fix", place), rule.fix_unit or rule.unit),
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


def _figure(value: float | str | None, unit: str) -> str:
    if not isinstance(value, int | float):
        return "none" if value is None else value
    if unit == "ratio":
        # Between 99.9 % and 99.999 % every digit counts.
        return f"{value * 100:.{6 if value > _NEARLY_ALL else 4}g} %"
    return f"{value:,.0f}" if abs(value) >= _EXACT else f"{value:.4g}"
