"""How names are compared, in one place (ground floor)."""

from __future__ import annotations

import unicodedata


def name_key(text: str) -> str:
    """Return a name as names are compared: without case, but with every space; as strict as Excel's MATCH.

    `Straße` and `STRASSE` are two names: a spreadsheet does not find one by the other.
    """
    return text.lower()


def fold(text: str) -> str:
    """Return a text as headers and choices are compared: without case, width, and repeated or outer spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
