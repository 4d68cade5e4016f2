"""A bridge into the sentence that says how a cost has changed and why (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.figures import money_text, share_text
from workbook.history.bridge import Bridge
from workbook.history.compared import Figure
from workbook.inputs.sheets.settings import Settings

OTHERS = "others"
_CENT = 0.005
_YEARS = {Figure.COST_YEAR: 0, Figure.COST_NEXT: 1}


def is_material(amount: float, before: float, settings: Settings) -> bool:
    """Whether an amount of money matters: it is a share of what it changes, and not a small amount."""
    return abs(amount) >= max(settings.materiality_amount, settings.materiality * abs(before))


def cost_words(bridge: Bridge, figure: Figure, version: str, settings: Settings) -> str:
    """Return how a cost differs from that of a version: what is material in it, the largest first, and the rest."""
    before = bridge.before[figure]
    change = bridge.now[figure] - before
    steps = [(name, amount) for name, amount in _steps(bridge, figure, settings) if abs(amount) >= _CENT]
    if abs(change) < _CENT:
        size = f"the same as {version}"
    else:
        share = f" ({share_text(abs(change / before))})" if before else ""
        direction = "less" if change < 0 else "more"
        size = f"{money_text(abs(change), settings.currency)}{share} {direction} than {version}"
    return f"{_subject(bridge, figure)} costs {size}{_reasons(steps, change, settings.currency)}."


def _subject(bridge: Bridge, figure: Figure) -> str:
    place = _YEARS.get(figure)
    return "The whole plan" if place is None else bridge.years[place]


def _reasons(steps: Sequence[tuple[str, float]], change: float, currency: str) -> str:
    """Return the steps that led to a change, then those that worked against it."""
    if all(name == OTHERS for name, _ in steps):
        return "; no step is material by itself" if steps else ""
    along, against = (
        ", ".join(f"{name} {money_text(abs(amount), currency)}" for name, amount in steps if (amount < 0) is side)
        for side in (change < 0, change >= 0)
    )
    offset = "offset by" if abs(change) < _CENT else "partly offset by"
    return f": {along}" + (f", {offset} {against}" if against else "")


def _steps(bridge: Bridge, figure: Figure, settings: Settings) -> Iterator[tuple[str, float]]:
    """Yield what each material step changes, the largest first, then all others together."""
    effects = [(step.title, step.effects[figure]) for step in bridge.steps]
    material = [step for step in effects if step[1] and is_material(step[1], bridge.before[figure], settings)]
    for title, amount in sorted(material, key=lambda step: -abs(step[1])):
        yield title[0].lower() + title[1:], amount
    yield OTHERS, sum(amount for _, amount in effects) - sum(amount for _, amount in material)
