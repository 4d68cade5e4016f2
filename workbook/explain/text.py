"""An explanation of a figure, or of what an input affects, as a user reads it (post)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbook.explain.explanation import Dependent, Explanation, InputEffect
from workbook.figures import digits, month_text
from workbook.problems.sanitize import clean
from workbook.units import of_count, shown_label

DEPTH, MOST_LINES, MOST_READERS = 2, 40, 8
_WITHOUT_UNIT = ("text", "ratio", "–", "date", "")


def explanation_text(explanation: Explanation, depth: int | None = None) -> str:
    """Return an explanation as an indented text: value, formula in words, numbers, inputs with their source.

    With `depth` it goes down that many levels; 0 is the figure alone with its formula and inputs.
    """
    return "\n".join(_lines(explanation, 0, depth))


def brief_text(explanation: Explanation) -> str:
    """Return an explanation in at most 40 lines: two levels deep, or less if two do not fit."""
    for depth in range(DEPTH, -1, -1):
        lines = list(_lines(explanation, 0, depth))
        if len(lines) < MOST_LINES:
            return "\n".join(lines)
    return "\n".join([*lines[: MOST_LINES - 1], f"… and {len(lines) - MOST_LINES + 1} more lines; --all shows them"])


def effect_text(effect: InputEffect) -> str:
    """Return what depends on an input as text: its value, the lines that read it, the key figures that follow."""
    one = effect.input
    source = f"   (source: {one.source})" if one.source else ""
    lines = [f"{one.name} = {one.value}   [{one.cell}]{source}"]
    if not effect.readers:
        lines.append("No line reads this cell: it identifies the row or documents it.")
        return clean(lines[0]) + "\n" + lines[1]
    lines.append("Read by:")
    lines += [_dependent(reader) for reader in effect.readers[:MOST_READERS]]
    if (hidden := len(effect.readers) - MOST_READERS) > 0:
        lines.append(f"   … and {hidden} more")
    lines.append(f"Lines that depend on it: {effect.reached}" + (", among them:" if effect.figures else ""))
    lines += [_dependent(figure) for figure in effect.figures]
    return "\n".join(clean(line) for line in lines)


def _dependent(one: Dependent) -> str:
    return f"   {one.title}   [{one.cell}, {one.line}]"


def _lines(one: Explanation, level: int, depth: int | None) -> Iterator[str]:
    pad = "   " * level
    head = f"{pad}{_named(one)} = {_value(one)}   [{', '.join(filter(None, (one.cell, one.line)))}]{_share(one)}"
    if level == 0 and one.scenario:
        head += f"   Scenario: {one.scenario}"
    if one.is_known:
        yield clean(f"{head}   (explained above)")
        return
    yield clean(head)
    if depth is not None and level > 0 and level >= depth:
        return
    yield clean(f"{pad}   = {one.words}")
    if one.numbers != one.words:
        yield clean(f"{pad}   = {one.numbers}")
    for cell in one.inputs:
        source = f"   (source: {cell.source})" if cell.source else "   (no source given)"
        yield clean(f"{pad}   · {cell.name}: {cell.value}   [{cell.cell or 'default'}]{source}")
    if depth is None or level < depth:
        for used in one.uses:
            yield from _lines(used, level + 1, depth)


def _named(one: Explanation) -> str:
    name = one.title + (f" · {one.item}" if one.item else "")
    if one.month is None:
        return name
    when = f" ({month_text(date.fromisoformat(f'{one.when}-01'))})" if one.when else ""
    return f"{name}, month {one.month}{when}"


def _value(one: Explanation) -> str:
    value = "blank" if one.value is None else one.value
    if isinstance(value, int | float):
        value = f"{value:,.2f}" if one.is_money else digits(value, 10, is_grouped=True)
    unit = shown_label(one.unit)
    if unit == "%" and isinstance(one.value, int | float):
        return f"{digits(100 * one.value, 10, is_grouped=True)}%"
    return value if unit in _WITHOUT_UNIT else f"{value} {of_count(one.value, unit)}"


def _share(one: Explanation) -> str:
    """Return a number's share of the sum that it is in; what a product is made from has none."""
    return "" if one.share is None else f"   {one.share:.0%} of it"
