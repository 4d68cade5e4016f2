"""How names and headers are compared, and what a misspelt one may have meant (plan floor)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from workbook.naming import fold


def nearest(text: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """Return the known text that is most like `text`, or nothing if none is near."""
    by_key, wanted = {fold(candidate): candidate for candidate in known}, fold(text)
    begun = [key for key in by_key if len(wanted) > 2 and key.startswith(wanted + " ")]
    if len(begun) == 1:
        return by_key[begun[0]]
    found = difflib.get_close_matches(wanted, by_key, n=1, cutoff=cutoff)
    return by_key[found[0]] if found else ""


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Return the question that follows a misspelt name, or nothing."""
    found = nearest(text, known)
    return f"did you mean {found!r}?" if found else ""


def listing(names: Iterable[str], limit: int = 8) -> str:
    """Return names for a sentence: `A, B, C`, cut after `limit` of them."""
    every = list(names)
    rest = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + rest


def counted(noun: str, names: Iterable[str]) -> str:
    """Return a noun in its number with a listing: `row 3`, `rows 3, 4`."""
    every = list(names)
    return f"{noun}{'' if len(every) == 1 else 's'} {listing(every)}"


def counted_rows(numbers: Iterable[int]) -> str:
    """Return rows for a sentence, those that follow each other together: `rows 3, 4, 7 to 9`."""
    parts: list[str] = []
    every = sorted(set(numbers))
    start = 0
    for at, row in enumerate(every, 1):
        if at == len(every) or every[at] != row + 1:
            run = every[start:at]
            parts.extend([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))
            start = at
    return f"row{'' if len(every) == 1 else 's'} {listing(parts, limit=20)}"
