"""The wording of what is written for users and contributors: no dialect, and numbers as they are written elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.help.sections import TEXTS, prose
from workbook.actions.help import glossary
from workbook.resources import parse_yaml

BANNED = re.compile(
    r"\b(?:mend(?:s|ed|ing)?|stands|holds|told|a person|anew|beside|in force|as of the run|house|LOOK"
    r"|(?:\d+(?:%|[^\W\d_]+)?|\d (?:s|h|min)|bytes|costs?|nodes|requests|users) a (?:month|year|second))\b|\d %"
)
CATALOGUES = ("problems.yaml", "lint.yaml")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_text_uses_no_banned_word(path: Path) -> None:
    found = [match[0] for match in BANNED.finditer(prose(path.read_text(encoding="utf-8")))]
    assert found == []


def test_the_glossary_uses_no_banned_word() -> None:
    for term, meaning in glossary().items():
        assert not BANNED.search(f"{term}: {meaning}"), term
        assert "where" not in meaning.split(), term


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_catalogue_uses_no_banned_word(name: str) -> None:
    entries = parse_yaml((ROOT / "templates" / name).read_text(encoding="utf-8"))
    texts = {
        f"{key} {part}": text for key, entry in entries.items() for part, text in entry.items() if part != "source"
    }
    assert {place: match[0] for place, text in texts.items() if (match := BANNED.search(text))} == {}


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_title_is_short_and_no_sentence(name: str) -> None:
    entries = parse_yaml((ROOT / "templates" / name).read_text(encoding="utf-8"))
    titles = [entry["title"] for entry in entries.values()]
    assert [title for title in titles if len(title) > 60 or title.endswith(".") or title[0].islower()] == []
