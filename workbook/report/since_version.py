"""Results compared with an approved version into what a report says of the change: why, since when, which input (post).

All of it is what the sheet Bridge shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.figures import MINUS, NONE, money_text, share_text
from workbook.model.results import Results
from workbook.report.key_figures import as_number
from workbook.report.report import Driver, InputChange
from workbook.whatif.moved import ADDED, REMOVED

MOST_STEPS = 6
OTHERS = "Others"
_CENT = 2


def has_version(results: Results) -> bool:
    """Whether a plan is compared with an approved version."""
    return "bridge.version" in results.lines


def version_name(results: Results) -> str:
    """Return the name of the version compared with."""
    return str(results.value("bridge.version"))


def why_since(results: Results) -> str:
    """Return how much more or less this fiscal year costs than in the version."""
    before, change = _before(results, "year"), _change(results, "year")
    said = f"Compared with {version_name(results)}, {_year(results, 0)} costs"
    if not round(change, _CENT):
        return f"{said} the same.{' What drives it:' if steps_since(results) else ''}"
    return f"{said} {_size(results, change, before)}. What drives it:"


def steps_since(results: Results) -> tuple[Driver, ...]:
    """Return the steps of the bridge that change the cost of this fiscal year, the largest first, and the rest."""
    steps = sorted(_steps(results), key=lambda step: -abs(step[1]))
    shown, rest = steps[:MOST_STEPS], sum(amount for _, amount in steps[MOST_STEPS:])
    if round(rest, _CENT):
        shown.append((OTHERS, rest))
    change = _change(results, "year")
    return tuple(
        Driver(name, _signed(results, amount), share_text(amount / change) if round(change, _CENT) else NONE)
        for name, amount in shown
    )


def since_version(results: Results) -> str:
    """Return the sentence of the bridge, and how the next fiscal year and the whole plan have changed."""
    words, further = str(results.value("bridge.words")), "; ".join(_further(results))
    return f"{words} {further[0].upper()}{further[1:]}." if further else words


def inputs_since(results: Results) -> tuple[InputChange, ...]:
    """Return the inputs that moved, each with its effect on the cost of this fiscal year, the largest first."""
    return tuple(_inputs(results))


def _inputs(results: Results) -> Iterator[InputChange]:
    for place in range(len(results.items("input.sheet"))):
        texts = (results.value(f"input.{name}", place) for name in ("sheet", "row", "column", "was", "is", "change"))
        sheet, row, column, was, now, change = (str(text or "") for text in texts)
        if change in (ADDED, REMOVED):
            was, now = ("", change) if change == ADDED else (change, "")
        effect = as_number(results.value("input.effect_year", place))
        shown = _signed(results, effect) if round(effect, _CENT) else "no effect"
        yield InputChange(sheet, row, column, was, now, shown)


def _further(results: Results) -> Iterator[str]:
    for period, name in (("next", _year(results, 1)), ("plan", "the whole plan")):
        change = _change(results, period)
        if round(change, _CENT):
            yield f"{name} costs {_size(results, change, _before(results, period))}"


def _steps(results: Results) -> Iterator[tuple[str, float]]:
    """Yield the steps between the version and now that change the cost of this fiscal year."""
    names = results.items("bridge.step_year")
    for place in range(1, len(names) - 1):
        amount = as_number(results.value("bridge.step_year", place))
        if round(amount, _CENT):
            yield names[place], amount


def _before(results: Results, period: str) -> float:
    return as_number(results.value(f"bridge.step_{period}", 0))


def _change(results: Results, period: str) -> float:
    last = len(results.items(f"bridge.step_{period}")) - 1
    return as_number(results.value(f"bridge.step_{period}", last)) - _before(results, period)


def _year(results: Results, later: int) -> str:
    return f"FY{results.plan.timeline.fiscal_year(0) + later}"


def _size(results: Results, change: float, before: float) -> str:
    share = f" ({share_text(abs(change / before))})" if before else ""
    return f"{money_text(abs(change), results.plan.settings.currency)}{share} {'more' if change > 0 else 'less'}"


def _signed(results: Results, amount: float) -> str:
    return f"{'+' if amount > 0 else MINUS}{money_text(abs(amount), results.plan.settings.currency)}"
