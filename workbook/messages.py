"""Problems and explanations as a person reads them (roof)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from workbook.problems import Problem, Severity

if TYPE_CHECKING:
    from workbook.explain import Explanation

MOST_SHOWN = 50
_INVISIBLE = dict.fromkeys([*range(32), *range(127, 160)], "·")


def problem_text(problem: Problem, file_name: str) -> str:
    """Give one problem in the manner of a compiler: severity, code and message, place, then seen, expected, help."""
    place = f"{file_name} › {problem.where}" if problem.where not in ("", file_name) else file_name
    lines = [f"{problem.severity.value}[{problem.code.value}]: {problem.message}", f"  --> {place}"]
    if problem.seen:
        lines.append(f"   |  seen      {problem.seen}")
    if problem.expected:
        lines.append(f"   |  expected  {problem.expected}")
    if problem.remedy:
        lines.append(f"   = help: {problem.remedy}")
    return "\n".join(line.translate(_INVISIBLE) for line in lines)


def problems_text(problems: Sequence[Problem], file_name: str) -> str:
    """Give the first fifty problems and say how many more there are."""
    shown = [problem_text(problem, file_name) for problem in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        shown.append(f"… and {len(problems) - MOST_SHOWN} more")
    return "\n\n".join(shown)


def count_text(problems: Iterable[Problem]) -> str:
    """Give the number of problems in words: `2 errors, 1 warning`."""
    counts = Counter(problem.severity for problem in problems)
    words = []
    for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "remark")):
        if count := counts[severity]:
            words.append(f"{count} {word}{'' if count == 1 else 's'}")
    return ", ".join(words) or "no problems"


def explanation_text(explanation: Explanation, depth: int = 0) -> str:
    """Give an explanation as an indented text: value, formula in words, numbers, inputs with their source."""
    pad = "   " * depth
    name = explanation.title + (f" · {explanation.item}" if explanation.item else "")
    when = f", month {explanation.month}" if explanation.month is not None else ""
    value = "blank" if explanation.value is None else explanation.value
    shown = f"{value:,.10g}" if isinstance(value, int | float) else str(value)
    unit = "" if explanation.unit in ("text", "–", "date") else f" {explanation.unit}"
    lines = [f"{pad}{name}{when} = {shown}{unit}   [{explanation.cell}, {explanation.line}]"]
    if explanation.is_known:
        return f"{lines[0]}   (explained above)".translate(_INVISIBLE)
    lines.append(f"{pad}   = {explanation.words}")
    if explanation.numbers != explanation.words:
        lines.append(f"{pad}   = {explanation.numbers}")
    for one in explanation.inputs:
        source = f"   (source: {one.source})" if one.source else "   (no source given)"
        lines.append(f"{pad}   · {one.name}: {one.value}   [{one.cell or 'default'}]{source}")
    text = [line.translate(_INVISIBLE) for line in lines]
    return "\n".join([*text, *(explanation_text(used, depth + 1) for used in explanation.uses)])
