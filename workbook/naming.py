"""How names are compared, in one place (ground floor)."""

from __future__ import annotations


def name_key(text: str) -> str:
    """Return a name as names are compared: without case, but with every space; as strict as Excel's MATCH.

    `Straße` and `STRASSE` are two names: a spreadsheet does not find one by the other.
    """
    return text.lower()
