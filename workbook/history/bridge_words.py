"""A bridge into the sentence that says how a cost has changed and why (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.figures import money_text, share_text
from workbook.history.bridge import ADDED, GONE, Bridge, Step
from workbook.history.compared import Figure
from workbook.history.versions import Version
from workbook.inputs.sheets.settings import Settings

OTHERS = "others"
_CENT = 0.005
_ALONE = (ADDED, GONE)
"""The steps of months that only one of the two plans has."""
_YEARS = {Figure.COST_YEAR: 0, Figure.COST_NEXT: 1}


def is_material(amount: float, before: float, settings: Settings) -> bool:
    """Whether an amount of money matters: it is a share of what it changes, and not a small amount."""
    return abs(amount) >= max(settings.materiality_amount, settings.materiality * abs(before))


def version_words(bridge: Bridge, figure: Figure, version: Version, settings: Settings) -> str:
    """Return how a cost differs from that of a version, and that its rows were changed if they were."""
    mark = "" if version.is_sealed else f" Rows of {version.name} were changed after approval."
    return cost_words(bridge, figure, version.name, settings) + mark


def cost_words(bridge: Bridge, figure: Figure, version: str, settings: Settings) -> str:
    """Return how a cost differs from that of a version: what is material in it, the largest first, and the rest.

    Months that only one of the two has are no change of the others, and are said by themselves: a part of a year is no
    small year.
    """
    alone = {step.id: step.effects[figure] for step in bridge.steps if step.id in _ALONE}
    before = bridge.before[figure] + alone.get(GONE, 0.0)
    change = bridge.now[figure] - bridge.before[figure] - sum(alone.values())
    shared = [step for step in bridge.steps if step.id not in _ALONE]
    steps = [one for one in _steps(shared, figure, before, settings) if abs(one[1]) >= _CENT]
    if abs(change) < _CENT:
        size = f"the same as {version}"
    else:
        share = f" ({share_text(abs(change / before))})" if before else ""
        direction = "less" if change < 0 else "more"
        size = f"{money_text(abs(change), settings.currency)}{share} {direction} than {version}"
    further = {ADDED: "this plan", GONE: version}
    said = [
        f" Months that only {further[name]} has: {money_text(abs(amount), settings.currency)}."
        for name, amount in alone.items()
        if abs(amount) >= _CENT
    ]
    both = ", in the months that both have," if said else ""
    return f"{_subject(bridge, figure)}{both} costs {size}{_reasons(steps, change, settings.currency)}.{''.join(said)}"


def _subject(bridge: Bridge, figure: Figure) -> str:
    place = _YEARS.get(figure)
    return "The whole plan" if place is None else bridge.years[place]


def _reasons(steps: Sequence[tuple[str, float]], change: float, currency: str) -> str:
    """Return the steps that led to a change, then those that worked against it."""
    if all(name == OTHERS for name, _ in steps):
        return "; no single step is material" if steps else ""
    along, against = (
        ", ".join(f"{name} {money_text(abs(amount), currency)}" for name, amount in steps if (amount < 0) is side)
        for side in (change < 0, change >= 0)
    )
    offset = "offset by" if abs(change) < _CENT else "partly offset by"
    return f": {along}" + (f", {offset} {against}" if against else "")


def _steps(steps: Sequence[Step], figure: Figure, before: float, settings: Settings) -> Iterator[tuple[str, float]]:
    """Yield what each material step changes, the largest first, then all others together."""
    effects = [(step.title, step.effects[figure]) for step in steps]
    material = [step for step in effects if step[1] and is_material(step[1], before, settings)]
    for title, amount in sorted(material, key=lambda step: -abs(step[1])):
        yield title[0].lower() + title[1:], amount
    yield OTHERS, sum(amount for _, amount in effects) - sum(amount for _, amount in material)
