"""An explanation of a figure as a user reads it (post)."""

from __future__ import annotations

from workbook.explain.explanation import Explanation
from workbook.figures import digits
from workbook.problems.sanitize import clean
from workbook.units import of_count


def explanation_text(explanation: Explanation, depth: int = 0) -> str:
    """Return an explanation as an indented text: value, formula in words, numbers, inputs with their source."""
    pad = "   " * depth
    name = explanation.title + (f" · {explanation.item}" if explanation.item else "")
    when = f", month {explanation.month}" if explanation.month is not None else ""
    value = "blank" if explanation.value is None else explanation.value
    shown = digits(value, 10, is_grouped=True) if isinstance(value, int | float) else str(value)
    unit = "" if explanation.unit in ("text", "–", "date") else f" {of_count(value, explanation.unit)}"
    lines = [f"{pad}{name}{when} = {shown}{unit}   [{explanation.cell}, {explanation.line}]"]
    if explanation.is_known:
        return clean(f"{lines[0]}   (explained above)")
    lines.append(f"{pad}   = {explanation.words}")
    if explanation.numbers != explanation.words:
        lines.append(f"{pad}   = {explanation.numbers}")
    for one in explanation.inputs:
        source = f"   (source: {one.source})" if one.source else "   (no source given)"
        lines.append(f"{pad}   · {one.name}: {one.value}   [{one.cell or 'default'}]{source}")
    text = [clean(line) for line in lines]
    return "\n".join([*text, *(explanation_text(used, depth + 1) for used in explanation.uses)])
