"""Texts from a workbook made fit for a terminal, a log and XML: nothing invisible, no command (languages floor).

Three readers would obey a text: a terminal (escape sequences), an eye (words turned round or hidden by bidirectional
and zero-width characters), and a build server that scans its log for commands (`::error::`, `##[error]`, `##vso[`).
"""

from __future__ import annotations

import json
import re
import unicodedata

_LOG_COMMAND = re.compile(r"##(?=[A-Za-z-]*\[)")
_UNUSUAL = re.compile(r"[^\x20-\x7e]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = "\ufffd"
_BREAKS = {"Cc", "Zl", "Zp"}
_UNSEEN = {"Cf", "Cs", "Co", "Cn"}
_ALL = _BREAKS | _UNSEEN


def clean(text: str) -> str:
    """Return a text as one line that shows all of its characters and that no reader of a log takes for a command.

    Line breaks and other control characters become `·`; those that turn or hide others are shown by their code points.
    """
    text = _LOG_COMMAND.sub("# #", _UNUSUAL.sub(_visible, text))
    return f"./{text}" if text.lstrip().startswith("::") else text


def not_xml(text: str) -> tuple[str, ...]:
    """Return the characters of a text that no XML document can have, each once; a printable text has none."""
    return () if text.isprintable() else tuple(dict.fromkeys(_NOT_XML.findall(text)))


def xml_text(text: str) -> str:
    """Return a text, or a piece of a document, whose characters XML can have; U+FFFD replaces any other."""
    return text if text.isprintable() else _NOT_XML.sub(_REPLACEMENT, text)


def clean_json(data: object, *, ascii_only: bool = False) -> str:
    """Return data as one line of JSON, the same value to a parser, in which the same characters are escaped."""
    text = json.dumps(data, ensure_ascii=ascii_only, allow_nan=False)
    return _LOG_COMMAND.sub(r"#\\u0023", _UNUSUAL.sub(_escaped, text))


def _visible(hit: re.Match[str]) -> str:
    kind = unicodedata.category(hit[0])
    if kind in _BREAKS:
        return "·"
    return _code_point(hit[0]) if kind in _UNSEEN else hit[0]


def _escaped(hit: re.Match[str]) -> str:
    if unicodedata.category(hit[0]) not in _ALL:
        return hit[0]
    units = hit[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _code_point(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
