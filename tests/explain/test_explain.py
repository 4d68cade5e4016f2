"""Explanations: every figure can be asked for, and leads down to the input cells with their sources."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.conftest import SAMPLES, book_of, plan_sample, run
from tests.engines import formulas, stored_values
from workbook.explain.explanation import Explanation
from workbook.explain.locate import LineValue, find
from workbook.explain.text import explanation_text
from workbook.explain.trace import explain
from workbook.sheets.book import RESULT_SHEETS


def every(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for used in explanation.uses:
        yield from every(used)


@pytest.mark.slow
def test_every_figure_on_a_sheet_is_found_with_its_value(sample: str) -> None:
    data, results = plan_sample(sample)
    book = book_of(sample)
    stored = stored_values(data, RESULT_SHEETS)
    found = 0
    for cell in list(formulas(data, RESULT_SHEETS))[::7]:
        try:
            spot = find(book, str(cell))
        except LookupError:
            continue
        value, shown = results.value(spot.line, spot.item, spot.position), stored[cell]
        if isinstance(value, int | float) and isinstance(shown, int | float):
            assert abs(value - shown) <= 1e-9 * max(1, abs(value)), (cell, spot)
            found += 1
    assert found > 700


@pytest.mark.slow
def test_every_line_can_be_explained(sample: str) -> None:
    book = book_of(sample)
    wanted = {line for line in book.results.lines if book.results.items(line)}
    explained: set[str] = set()
    # The last lines rest on most others, so that few stories tell all of them.
    for line in reversed(list(book.results.lines)):
        if line in wanted - explained:
            for one in every(explain(book, LineValue(line))):
                assert one.words
                assert one.numbers
                explained.add(one.line)
    assert explained >= wanted


def test_an_explanation_reaches_the_inputs_with_their_sources() -> None:
    book = book_of("erlmcp")
    explanation = explain(book, find(book, "nodes.provisioned", "erlmcp_core", 12))
    inputs = {one.cell: one for part in every(explanation) for one in part.inputs}
    assert inputs["Users!B2"].value == "5000"
    assert "281" in inputs["Users!B2"].source
    assert inputs["Growth!C4"].value == "100 %"
    assert inputs["Settings!B12"].name == "Safety factor"
    assert {"Components!F2", "Rates!C2", "Resilience!C2", "Scenarios!B2"} <= set(inputs)
    assert (explanation.value, explanation.month, explanation.item) == (6, 12, "erlmcp_core")


def test_the_text_shows_words_numbers_and_sources() -> None:
    book = book_of("erlmcp")
    text = explanation_text(explain(book, find(book, "cpu.required", "", 12)))
    assert text.splitlines()[:3] == [
        f"CPU required, month 12 = 15 cores   [{explain(book, LineValue('cpu.required', 0, 12)).cell}, cpu.required]",
        "   = CPU demand, all segments × Headroom factor",
        "   = 10 × 1.5",
    ]
    assert "CPU per request: 0.002   [Users!G2]   (source: lines 40, 41" in text


def test_a_choice_shows_the_branch_that_was_taken() -> None:
    book = book_of("erlmcp")
    headroom = explain(book, find(book, "headroom.factor"))
    assert "otherwise" in headroom.words
    assert headroom.numbers == "the largest of (1.5, 1 ÷ 0.7)"


@pytest.mark.parametrize(
    ("target", "item", "month", "words"),
    [
        ("cpu.requird", "", 0, "did you mean 'cpu.required'"),
        ("nodes.provisioned", "", 0, "add --item and one of erlmcp_core"),
        ("nodes.provisioned", "nobody", 0, "has no item 'nobody'"),
        ("cpu.required", "", 99, "outside the plan's 0 to 36"),
        ("Capacity!A1000", "", 0, "Capacity!A1000 cannot be traced: it is no figure of the plan"),
        ("Capacity!12", "", 0, "not a cell address"),
        ("Users!B2", "", 0, "is no result sheet"),
    ],
)
def test_what_cannot_be_explained_is_said(target: str, item: str, month: int, words: str) -> None:
    with pytest.raises(LookupError, match="(?s)" + words):
        find(book_of("erlmcp"), target, item, month)


def test_the_command_prints_text_or_json() -> None:
    path = str(SAMPLES / "erlmcp.xlsx")
    text = run("explain", path, "users.total", "--month", 12)
    assert text.exit_code == 0, text.output
    assert text.stdout.startswith("Users · erlmcp users, month 12 = 10,000 users")
    data = json.loads(run("explain", path, "users.total", "--month", 12, "--json").stdout)
    assert (data["line"], data["value"], data["inputs"][0]["cell"]) == ("users.total", 10000, "Users!B2")
    wrong = run("explain", path, "users.totl")
    assert (wrong.exit_code, "did you mean 'users.total'" in wrong.stderr) == (2, True)
