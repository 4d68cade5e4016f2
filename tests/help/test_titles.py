"""The wording of the result sheets: titles, units, purposes and the sentences that the samples show."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.conftest import plan_sample
from tests.help.test_wording import BANNED
from workbook.inputs.sheets.registry import SHEETS
from workbook.model import lines_of
from workbook.model.assurance.contradictions import RULES
from workbook.model.assurance.integrity import CHECK_TITLES
from workbook.model.board.headline import WATCHED
from workbook.model.board.insights import TITLES
from workbook.sheets.statements import STATEMENTS
from workbook.units import UNITS

COUNTED = "node|component|month|check|claim|input conflict|request|user"
LINES = lines_of(frozenset(SHEETS))
MOST_OF_A_TITLE, MOST_OF_A_SENTENCE = 60, 120
NAMES = frozenset({"Review", "Resilience", "Erlang", "Little's", "Plan", "Prices"})
"""Words that are spelled with a capital inside a title: names of inputs and of people."""


def titles() -> Iterator[tuple[str, str]]:
    for line in LINES.values():
        yield line.id, line.title
        yield f"{line.id} above its figures", line.heading or line.title
        yield f"section of {line.id}", line.section.title if line.section else line.title
    for statement in STATEMENTS:
        yield statement.name, statement.name
        yield from ((f"block of {statement.name}", block.title) for block in statement.blocks)
    yield from ((check.value, title) for check, title in CHECK_TITLES.items())
    yield from ((insight.value, title) for insight, title in TITLES.items())
    yield from ((watched.line, watched.title) for watched in WATCHED)
    yield from ((rule.id, rule.title) for rule in RULES)


def texts() -> Iterator[tuple[str, str]]:
    """Yield the descriptions of sheets and charts, and what readers see of units."""
    for statement in STATEMENTS:
        yield statement.name, statement.purpose
        yield from ((f"chart of {statement.name}", chart.description) for chart in statement.charts)
    yield from ((unit.id, unit.shown("USD")) for unit in UNITS.values() if unit.number_format)


def test_a_title_uses_no_banned_word() -> None:
    assert [(where, title) for where, title in (*titles(), *texts()) if BANNED.search(title)] == []


def test_a_title_is_short_and_no_sentence() -> None:
    faults = [
        (where, title)
        for where, title in titles()
        if not title or len(title) > MOST_OF_A_TITLE or title.endswith(".") or re.search(r"^[a-z](?!n\()", title)
    ]
    assert faults == []


def test_a_title_is_in_sentence_case() -> None:
    capitals = re.compile(r"(?<=[^\W\d_] )[A-Z][a-z][\w']*")
    found = {word for _, title in titles() for word in capitals.findall(title.partition(":")[0])}
    assert found <= NAMES


def test_a_rate_is_shown_as_requests_and_read_as_before() -> None:
    shown = {name: UNITS[name].shown("USD") for name in ("1/s", "1/s per user", "×", "ratio")}
    assert shown == {"1/s": "req/s", "1/s per user": "req/s per user", "×": "×", "ratio": "%"}
    assert (UNITS["1/s"].label, UNITS["×"].label) == ("1/s", "–")
    assert UNITS["1/s"].means("1/s")
    assert UNITS["1/s"].means("req/s")


def sentences(sample: str) -> Iterator[tuple[str, str]]:
    results = plan_sample(sample)[1]
    for line in results.lines.values():
        if line.unit != "text" or line.id.startswith("claim."):
            continue  # a claim's texts are the user's
        for value in dict.fromkeys(results.values[line.id].ravel().tolist()):
            yield from ((line.id, part) for part in re.split(r"(?<=[.;]) ", str(value)) if part)


@pytest.mark.whole
@pytest.mark.parametrize("fault", [r"\d{4}-\d{2}", r"\d %", rf"\b1 (?:{COUNTED})s\b"])
def test_a_sentence_writes_figures_as_every_other_one(sample: str, fault: str) -> None:
    assert [(line, text) for line, text in sentences(sample) if re.search(fault, text)] == []


@pytest.mark.whole
def test_a_sentence_is_short_and_uses_no_banned_word(sample: str) -> None:
    found = [text for _, text in sentences(sample) if len(text) > MOST_OF_A_SENTENCE or BANNED.search(text)]
    assert found == []
