"""Comments, docstrings and cases cite only what is in the repository: help topics, their headings and their rows."""

from __future__ import annotations

import re
from functools import cache

from tests.conftest import ROOT
from tests.help.sections import HELP
from workbook.actions.help import help_topics

_POINTER = re.compile(r"(?<!= )\bhelp: ([a-z-]+)(?=[,.;:)\"]|\s|$)(?:, ([A-Za-z][\w. -]*\w))?")
_ELSEWHERE = re.compile(r"\b[A-Z]{4,}(?:\.md)? (?:section )?\d\.\d|\b[A-Z]{4,}(?:\.md)?,? section \d|\b[A-Z]{4,}\.md\b")
_ALLOWED = re.compile(r"FAST |FOCUS |YAML |(?:CONTRIBUTING|README|CHANGELOG|EXPORT)\.md")  # published standards


@cache
def places(topic: str) -> str:
    """Return the headings and the first cells of the tables of a topic, one a line."""
    text = (HELP / f"{topic}.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^(?:## |\| `?)([^|`(\n]+)", text, re.MULTILINE)).casefold()


def cited() -> list[tuple[str, str]]:
    folders = (ROOT / "workbook", ROOT / "tests", ROOT / "templates")
    files = [path for folder in folders for ending in ("py", "yaml") for path in folder.rglob(f"*.{ending}")]
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def test_pointers_lead_to_a_heading_or_a_row() -> None:
    found = [(name, *match.groups()) for name, text in cited() for match in _POINTER.finditer(text)]
    assert len(found) > 100
    for name, topic, place in found:
        assert topic in help_topics(), (name, topic)
        lines = places(topic).splitlines()
        assert not place or any(line.startswith(place.split(" and ")[0].casefold()) for line in lines), (name, place)


def test_no_other_document_is_cited() -> None:
    for name, text in cited():
        found = [match[0] for match in _ELSEWHERE.finditer(text) if not _ALLOWED.match(match[0])]
        assert found == [], name
