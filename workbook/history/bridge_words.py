"""A bridge into the sentence that says how a cost has changed and why (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.figures import money_text, share_text
from workbook.history.bridge import Bridge
from workbook.history.compared import Figure
from workbook.inputs.sheets.settings import Settings

OTHERS = "others"
_CENT = 0.005
_SUBJECTS = {Figure.COST_YEAR: 0, Figure.COST_NEXT: 1}


def is_material(amount: float, before: float, settings: Settings) -> bool:
    """Whether an amount of money matters: it is a share of what it changes, and not a small amount."""
    return abs(amount) >= max(settings.materiality_amount, settings.materiality * abs(before))


def cost_words(bridge: Bridge, figure: Figure, version: str, settings: Settings) -> str:
    """Return how a cost differs from that of a version: what is material in it, the largest first, and the rest."""
    before, currency = bridge.before[figure], settings.currency
    change = bridge.now[figure] - before
    place = _SUBJECTS.get(figure)
    subject = "The whole plan" if place is None else bridge.years[place]
    steps = [(name, amount) for name, amount in _steps(bridge, figure, settings) if abs(amount) >= _CENT]
    is_less = change < 0
    along = _listed([step for step in steps if (step[1] < 0) == is_less], currency)
    against = _listed([step for step in steps if (step[1] < 0) != is_less], currency)
    if abs(change) < _CENT:
        reason = f": {along} offset by {against}" if along and against else ""
        return f"{subject} costs the same as {version}{reason}."
    share = f" ({share_text(abs(change / before))})" if before else ""
    offset = f", partly offset by {against}" if against else ""
    size = f"{money_text(abs(change), currency)}{share} {'less' if is_less else 'more'}"
    return f"{subject} costs {size} than {version}: {along}{offset}."


def _steps(bridge: Bridge, figure: Figure, settings: Settings) -> Iterator[tuple[str, float]]:
    """Yield what each material step changes, the largest first, then all others together."""
    effects = [(step.title, step.effects[figure]) for step in bridge.steps]
    material = [step for step in effects if step[1] and is_material(step[1], bridge.before[figure], settings)]
    for title, amount in sorted(material, key=lambda step: -abs(step[1])):
        yield title[0].lower() + title[1:], amount
    yield OTHERS, sum(amount for _, amount in effects) - sum(amount for _, amount in material)


def _listed(steps: Sequence[tuple[str, float]], currency: str) -> str:
    return ", ".join(f"{name} {money_text(abs(amount), currency)}" for name, amount in steps)
