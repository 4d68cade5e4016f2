"""The parsers of parts: they follow no entity and load nothing (files floor)."""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree


def new_parser() -> expat.XMLParserType:
    """Return a parser that gives a text in one piece. It raises ExpatError, and ValueError for a DOCTYPE."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def tree_parser() -> etree.XMLParser:
    """Return a parser of whole trees that expands no entity and fetches nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _no_doctype(*_: object) -> None:
    """Refuse what no spreadsheet program writes."""
    raise ValueError("it has a DOCTYPE")
