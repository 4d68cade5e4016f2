"""The wording of what is written for users and contributors: no dialect, and numbers as they are written elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.help.sections import TEXTS, prose
from workbook.actions.help import glossary

BANNED = re.compile(
    r"\b(?:mend(?:s|ed|ing)?|stands|holds|told|a person|anew|beside|in force|as of the run|house|LOOK"
    r"|a (?:month|year|second))\b|\d %"
)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_text_uses_no_banned_word(path: Path) -> None:
    found = [match[0] for match in BANNED.finditer(prose(path.read_text(encoding="utf-8")))]
    assert found == []


def test_the_glossary_uses_no_banned_word() -> None:
    for term, meaning in glossary().items():
        assert not BANNED.search(f"{term}: {meaning}"), term
        assert "where" not in meaning.split(), term
