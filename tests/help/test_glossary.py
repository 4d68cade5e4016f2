"""The glossary: sorted, unique, one short sentence for each term, and every term printed."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT
from workbook.actions.help import glossary
from workbook.cli import main


def test_terms_are_unique_and_sorted() -> None:
    lines = (ROOT / "templates" / "glossary.yaml").read_text(encoding="utf-8").splitlines()
    terms = [line.partition(":")[0] for line in lines if not line.startswith("#")]
    assert [term for term, count in Counter(term.casefold() for term in terms).items() if count > 1] == []
    assert terms == sorted(terms, key=str.casefold)
    assert terms == list(glossary())


@pytest.mark.parametrize(("term", "meaning"), glossary().items())
def test_a_meaning_is_one_short_sentence(term: str, meaning: str) -> None:
    assert len(meaning) <= 160
    assert re.fullmatch(r"[A-Z][^.]*\.", re.sub(r"(?<=\d)\.(?=\d)", "", meaning)), term


def test_the_command_prints_every_term() -> None:
    printed = CliRunner().invoke(main, ["help", "glossary"]).stdout
    for term, meaning in glossary().items():
        assert f"**{term}**: {meaning}\n" in printed
