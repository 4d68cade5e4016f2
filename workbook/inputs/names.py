"""How names and headers are compared, and what a misspelt one may have meant (plan floor)."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable


def fold(text: str) -> str:
    """Give a text as headers and enumerations are compared: without case, line breaks, repeated and outer spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def name_key(text: str) -> str:
    """Give a name as names are compared: without case, but with every space."""
    return text.casefold()


def nearest(text: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """Give the known text that is most like `text`, or nothing if none is near."""
    by_key = {fold(candidate): candidate for candidate in known}
    begun = [key for key in by_key if len(fold(text)) > 2 and key.startswith(fold(text) + " ")]
    if len(begun) == 1:
        return by_key[begun[0]]
    found = difflib.get_close_matches(fold(text), by_key, n=1, cutoff=cutoff)
    return by_key[found[0]] if found else ""


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """Give the question that follows a misspelt name, or nothing."""
    found = nearest(text, known)
    return f"did you mean {found!r}?" if found else ""


def listing(names: Iterable[str], limit: int = 8) -> str:
    """Give names for a sentence: `A, B, C`, cut after `limit` of them."""
    every = list(names)
    rest = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + rest
