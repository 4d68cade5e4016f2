"""A parser that walks over a part's XML and takes no DOCTYPE (files floor)."""

from __future__ import annotations

from xml.parsers import expat


def new_parser() -> expat.XMLParserType:
    """Return a parser that gives a text in one piece. It raises ExpatError, and ValueError for a DOCTYPE."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def _no_doctype(*_: object) -> None:
    """Refuse what no spreadsheet program writes."""
    raise ValueError("it has a DOCTYPE")
