"""Texts into XML and back (files floor): as `xml.sax.saxutils` does, which takes the whole network library with it."""

from __future__ import annotations

from collections.abc import Mapping

QUOTES = {'"': "&quot;", "'": "&apos;"}


def escape(text: str, more: Mapping[str, str] | None = None) -> str:
    """Return a text as XML holds it, with `more` characters written as the entities that are given for them."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark, entity in (more or {}).items():
        text = text.replace(mark, entity)
    return text


def unescape(text: str) -> str:
    """Return the text that XML holds, its five named entities read."""
    for mark, entity in QUOTES.items():
        text = text.replace(entity, mark)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
