"""Explanations: every figure can be asked for, and leads down to the input cells with their sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.conftest import SAMPLES, book_of, plan_sample, run
from tests.engines import formulas, stored_values
from tests.model.cases import plan_of
from tests.settings import setting_cell
from workbook.address import a1
from workbook.explain.dependents import KEY_FIGURES, effect_of_input, is_input
from workbook.explain.explanation import Explanation
from workbook.explain.locate import LineValue, find
from workbook.explain.text import brief_text, effect_text, explanation_text
from workbook.explain.trace import explain
from workbook.expr.tree import PERIODS, OverTime
from workbook.model import calculate
from workbook.model.periods import has_periods
from workbook.sheets.book import lay_out_book
from workbook.sheets.layout import CONSTANT, FIRST_PERIOD, HEADER_ROW
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.summary.tiles import FIRST_ROW

SAFETY_FACTOR = setting_cell((SAMPLES / "erlmcp.xlsx").read_bytes(), "Safety factor")


def every(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for used in explanation.uses:
        yield from every(used)


@pytest.mark.slow
def test_every_formula_on_a_sheet_is_found_with_its_value(sample: str) -> None:
    data, results = plan_sample(sample)
    book = book_of(sample)
    stored = stored_values(data, RESULT_SHEETS)
    for cell in formulas(data, RESULT_SHEETS):
        figure, shown = find(book, str(cell)), stored[cell]
        if isinstance(figure, LineValue):
            value = results.value(figure.line, figure.item, figure.position)
            if isinstance(value, int | float) and isinstance(shown, int | float):
                assert abs(value - shown) <= 1e-9 * max(1, abs(value)), (cell, figure)


@pytest.mark.slow
def test_what_is_asked_for_a_cell_is_answered_in_forty_lines(sample: str) -> None:
    data, _ = plan_sample(sample)
    book = book_of(sample)
    for cell in list(formulas(data, RESULT_SHEETS))[::41]:
        text = brief_text(explain(book, find(book, str(cell)), 2))
        assert len(text.splitlines()) <= 40, cell
        assert "Scenario: Base" in text.splitlines()[0]


@pytest.mark.slow
def test_every_figure_of_a_period_is_explained_with_its_value(sample: str) -> None:
    data, results = plan_sample(sample)
    book, stored = book_of(sample), stored_values(data, tuple(layout.name for layout in book_of(sample).layouts))
    names = dict(enumerate(name for over in PERIODS for name in results.frame.items[over]))
    time_sheets = {layout.name for layout in book.layouts if layout.has_months}
    cells = [
        cell
        for cell in formulas(data, tuple(time_sheets))
        if cell.row > HEADER_ROW and cell.column - FIRST_PERIOD in names
    ]
    assert len({cell.column for cell in cells}) == len(names)
    assert len(cells) > 100 * len(names)
    for cell in cells:
        found, shown = explain(book, find(book, str(cell)), 0), stored[cell]
        assert names[cell.column - FIRST_PERIOD] in found.title, cell
        if isinstance(shown, int | float) and isinstance(found.value, int | float):
            assert abs(found.value - shown) <= 1e-9 * max(1, abs(shown)), cell
        else:
            assert (found.value or "") == (shown or ""), cell
    for cell in cells[::103]:
        text = brief_text(explain(book, find(book, str(cell)), 2))
        assert len(text.splitlines()) <= 40, cell
        # None is what a redundancy is called as well.
        said = re.sub(r"(Redundancy[^=\n]*)= None", r"\1", text)
        assert not re.search(r"\b(None|nan|fiscal_year|fiscal_quarter)\b", said), text


def test_a_figure_of_a_period_is_explained_in_words(sample: str) -> None:
    """A sum, an end, a peak and a mean of its months; a ratio of what its parts come to."""
    book = book_of(sample)
    lines = {band.line: (layout.name, band.row) for layout in book.layouts for band in layout.bands}
    known = book.results.lines
    mean = next(line for line in lines if has_periods(known[line]) and known[line].over_time is OverTime.MEAN)
    words = {}
    for line in ("cost.total", "users.all", "cpu.total", mean, "cost.per_thousand_requests"):
        sheet, row = lines[line]
        words[line] = explain(book, find(book, f"{sheet}!{a1(row, FIRST_PERIOD)}"), 1).words
    title = {line: known[line].title for line in (*words, "requests.month", "time.billed")}
    months = "in the billed months of the period"
    assert words == {
        "cost.total": f"the sum of {title['cost.total']} {months}",
        "users.all": f"{title['users.all']} in the last billed month of the period",
        "cpu.total": f"the largest of {title['cpu.total']} {months}",
        mean: f"the mean of {title[mean]} {months}",
        "cost.per_thousand_requests": f"[if {title['time.billed']} in the last billed month of the period > 0 and the "
        f"sum of {title['requests.month']} {months} > 0 then the sum of {title['cost.total']} {months} ÷ the sum of "
        f"{title['requests.month']} {months} × 1000, otherwise blank]",
    }


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
    assert inputs["Growth!C4"].value == "100%"
    assert inputs[f"Settings!{SAFETY_FACTOR}"].name == "Safety factor"
    assert {"Components!F2", "Rates!C2", "Resilience!C2", "Scenarios!B2"} <= set(inputs)
    assert (explanation.value, explanation.month, explanation.item) == (6, 12, "erlmcp_core")


def test_the_text_shows_words_numbers_and_sources() -> None:
    book = book_of("erlmcp")
    text = explanation_text(explain(book, find(book, "cpu.required", "", 12)))
    assert text.splitlines()[:3] == [
        "CPU required, month 12 (Jan 2027) = 15 cores   "
        f"[{explain(book, LineValue('cpu.required', 0, 12)).cell}, cpu.required]   Scenario: Base",
        "   = Total CPU demand × Headroom factor",
        "   = 10 × 1.5",
    ]
    assert "CPU per request: 0.002   [Users!G2]   (source: lines 40, 41" in text


def test_a_setting_without_a_value_is_called_blank() -> None:
    book = lay_out_book(calculate(plan_of(settings={"Budget (per fiscal year)": None})))
    text = explanation_text(explain(book, find(book, "setting.budget")))
    assert "· Budget (per fiscal year): blank   [" in text
    assert "None" not in text


def test_a_choice_shows_the_branch_that_was_taken() -> None:
    book = book_of("erlmcp")
    headroom = explain(book, find(book, "headroom.factor"))
    assert "otherwise" in headroom.words
    assert headroom.numbers == "the largest of (1.5, 1 ÷ 0.7)"


@pytest.mark.parametrize(
    ("target", "item", "month", "words"),
    [
        ("cpu.requird", "", None, "did you mean 'cpu.required'"),
        ("nodes.provisioned", "", 0, "add --item and one of erlmcp_core"),
        ("nodes.provisioned", "nobody", 0, "has no item 'nobody'"),
        ("cpu.required", "", 99, "month 99 is outside the plan's 0 to 36"),
        ("cost.npv", "", 3, "cost.npv has no figures by month: leave out the month"),
        ("cost.npv", "", 0, "cost.npv has no figures by month: leave out the month"),
        ("Capacity!A1000", "", None, "Capacity!A1000 cannot be traced: it is no figure of the plan"),
        ("Capacity!12", "", 0, "not a cell address"),
        ("Nowhere!B2", "", 0, "is neither a result sheet nor an input sheet"),
        ("Capacity!A5", "", 0, "is a label"),
    ],
)
def test_what_cannot_be_explained_is_said(target: str, item: str, month: int | None, words: str) -> None:
    with pytest.raises(LookupError, match="(?s)" + words):
        find(book_of("erlmcp"), target, item, month)


@pytest.mark.whole
def test_the_command_prints_text_or_json() -> None:
    path = str(SAMPLES / "erlmcp.xlsx")
    text = run("explain", path, "users.total", "--month", 12)
    assert text.exit_code == 0, text.output
    assert text.stdout.startswith("Users · erlmcp users, month 12 (Jan 2027) = 10,000 users")
    data = json.loads(run("explain", path, "users.total", "--month", 12, "--json").stdout)
    assert (data["line"], data["value"], data["inputs"][0]["cell"]) == ("users.total", 10000, "Users!B2")
    by_date = json.loads(run("explain", path, "users.total", "--month", "2027-01", "--json").stdout)
    assert by_date == data
    assert (
        "is neither a month such as 2027-01 nor a plan month"
        in run("explain", path, "users.total", "--month", "soon").stderr
    )
    wrong = run("explain", path, "users.totl")
    assert (wrong.exit_code, "did you mean 'users.total'" in wrong.stderr) == (2, True)


def test_what_only_chooses_the_months_of_a_sum_is_no_part_of_it() -> None:
    explanation = explain(book_of("erlmcp"), LineValue("commitment.money", 1, 0), 1)
    shares = {part.line: part.share for part in explanation.uses}
    assert shares["commitment.start"] is None
    assert shares["reserved.first"] is None


def test_the_parts_of_a_sum_come_in_the_order_of_their_shares() -> None:
    explanation = explain(book_of("erlmcp"), LineValue("cost.total", 0, 12), 1)
    shares = [part.share or 0 for part in explanation.uses]
    assert all(part.share for part in explanation.uses)
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    largest = explanation.uses[0]
    assert isinstance(largest.value, int | float)
    assert isinstance(explanation.value, int | float)
    assert largest.value / explanation.value == pytest.approx(shares[0])
    assert f"{shares[0]:.0%} of it" in brief_text(explanation)


def test_a_product_has_no_shares() -> None:
    explanation = explain(book_of("erlmcp"), LineValue("cpu.required", 0, 12), 1)
    assert len(explanation.uses) > 1
    assert all(part.share is None for part in explanation.uses)
    assert "of it" not in brief_text(explanation)


def test_a_tile_and_a_total_are_figures_too() -> None:
    book = book_of("erlmcp")
    home = book.placement.spots["cost.total"]
    total = explain(book, find(book, f"{home.sheet}!{a1(home.row, CONSTANT)}"), 1)
    assert total.line == ""
    assert total.value == pytest.approx(float(book.results.values["cost.total"].sum()))
    assert total.title.endswith("total")
    tile = explain(book, find(book, f"Summary!{a1(FIRST_ROW + 1, 1)}"), 1)
    assert (tile.line, tile.value) == ("exhaustion.first_date", "2026-03-01")


def test_an_input_says_what_depends_on_it() -> None:
    book = book_of("erlmcp")
    found = effect_of_input(book, "users!b2")
    assert (found.input.cell, found.input.value) == ("Users!B2", "5000")
    assert "users.total" in [one.line for one in found.readers]
    assert {"nodes.total", "cost.total"} <= {one.line for one in found.figures}
    assert found.reached > len(found.readers)
    assert "Lines that depend on it" in effect_text(found)
    setting = effect_of_input(book, f"Settings!{SAFETY_FACTOR}")
    assert setting.input.name == "Safety factor"
    with pytest.raises(LookupError, match="no input is read from Users!A1"):
        effect_of_input(book, "Users!A1")
    assert not is_input(book.results, "Capacity!A1")


def test_key_figures_are_lines() -> None:
    assert set(KEY_FIGURES) <= set(book_of("erlmcp").results.lines)


def test_no_line_depends_on_a_note() -> None:
    text = run("explain", str(SAMPLES / "erlmcp.xlsx"), "Users!A2").stdout
    assert "No line reads this cell" in text
