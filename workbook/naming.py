"""How names are compared, in one place (ground floor)."""

from __future__ import annotations

import unicodedata


def name_key(text: str) -> str:
    """Return a name as names are compared: without case, but with every space; as strict as Excel's MATCH.

    `Straße` and `STRASSE` are two names: a spreadsheet does not find one by the other.
    """
    return text.lower()


def fold(text: str) -> str:
    """Return a text as headers and units are compared: without case, width, and repeated or outer spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def choice_key(text: str) -> str:
    """Return a text as choices are compared: as `fold` has it, and with a blank for an underscore."""
    return fold(text.replace("_", " "))
