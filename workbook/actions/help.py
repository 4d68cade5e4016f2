"""The help topics that ship with the tool, each a Markdown file, and one of them as text (roof)."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from workbook.resources import read_yaml, template_folder

GLOSSARY = "glossary"
_MARK = re.compile(r"<!-- [a-z -]+: (?:generated|end) -->\n")


def help_topics() -> dict[str, str]:
    """Return the first sentence of every topic by its name, in alphabetical order."""
    return {path.stem: _first_sentence(path.read_text(encoding="utf-8")) for path in sorted(_folder().glob("*.md"))}


def help_text(topic: str) -> str:
    """Return a topic as Markdown. Raises LookupError, with the topic that may be meant, for one that does not exist."""
    name, topics = topic.strip().casefold(), list(help_topics())
    if name not in topics:
        near = difflib.get_close_matches(name, topics, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the topics are {', '.join(topics)}"
        raise LookupError(f"there is no help topic {topic!r}; {hint}")
    text = _MARK.sub("", (_folder() / f"{name}.md").read_text(encoding="utf-8"))
    return text + _terms() if name == GLOSSARY else text


def glossary() -> dict[str, str]:
    """Return the meaning of every term, in the order of the glossary's file."""
    return dict(read_yaml("glossary.yaml"))


def _folder() -> Path:
    return template_folder() / "help"


def _first_sentence(text: str) -> str:
    """Return the first sentence below the title of a topic."""
    paragraph = text.split("\n\n")[1]
    return re.split(r"(?<=\.)\s", " ".join(paragraph.split()))[0]


def _terms() -> str:
    """Return one paragraph for each term of the glossary."""
    return "".join(f"\n**{term}**: {meaning}\n" for term, meaning in glossary().items())
