"""The sheet of checks (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from workbook.expr.formula import InputColumn, Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Section
from workbook.model.assurance import claims
from workbook.model.assurance.claims import HALF_DIGIT
from workbook.model.assurance.contradiction_lines import (
    CONSISTENT,
    CONTRADICTION,
    CONTRADICTIONS,
    TERMS,
    TERMS_OF_ITEMS,
)
from workbook.model.assurance.contradiction_lines import lines as contradiction_lines
from workbook.model.assurance.contradiction_problems import comparisons
from workbook.model.assurance.integrity import CHECK_LIST, MASTER, SNAPSHOT
from workbook.model.results import Results
from workbook.sheets.checks.snapshot import Snapshot
from workbook.sheets.layout import LABEL, Band, Caption, Grid, Layout, Live, Plain, StateRule, Style
from workbook.sheets.time_axis import back_to_summary, head

NAME = "Checks"
WIDTHS = (46.0, *(14.0,) * 20)
CLAIM_WIDTHS = (26.0, 60.0)
"""Of reference and explanation, which are texts of any length."""
TERM_DIMENSIONS = ("resilience", "component", "segment", "anchor", "availability")
"""Whose items have figures that rules use."""
FIRST_ROW = 5
ROW_HEIGHT = 15.0
CHECKS_SECTIONS = (
    CHECK_LIST,
    CONTRADICTIONS,
    TERMS,
    TERMS_OF_ITEMS,
    claims.CLAIMS,
    claims.CLAIM_TEXTS,
    claims.CLAIM_TOTALS,
    MASTER,
    SNAPSHOT,
)
_ALL_CLAIM_LINES = tuple(claims.lines(frozenset({"claims"})))
_HALF_DIGIT = LABEL + sum(line.section is claims.CLAIMS for line in _ALL_CLAIM_LINES) + 1
_CLAIM_WORDS = {line.id: line.title for line in _ALL_CLAIM_LINES if line.section is claims.CLAIM_TEXTS}
_LAST_COLUMN = _HALF_DIGIT + len(_CLAIM_WORDS)
_LAST_OF_RULES = LABEL + sum(line.section is CONTRADICTIONS for line in contradiction_lines()) + 2
"""Up to there the sheet is printed: the snapshot is for formulas, not for readers."""


def snapshot_row(results: Results) -> int:
    """Return the first row of the snapshot, below checks, master and the list of inputs."""
    return _inputs_row(results) + len(results.frame.items["input"]) + 4


def _rules_row(results: Results) -> int:
    return FIRST_ROW + len(results.frame.items["check"]) + 4


def _terms_row(results: Results) -> int:
    return _rules_row(results) + len(results.frame.items["rule"]) + 2


def _claims_row(results: Results) -> int:
    """Return the header row of the stated figures, below the terms of the rules and their grids."""
    grids = sum(len(results.frame.items[dimension]) + 2 for dimension in TERM_DIMENSIONS)
    return _terms_row(results) + len(results.section(TERMS)) + 1 + grids + 1


def _master_row(results: Results) -> int:
    stated = results.frame.items["claim"]
    return _claims_row(results) + (len(stated) + len(results.section(claims.CLAIM_TOTALS)) + 4 if stated else 0)


def _inputs_row(results: Results) -> int:
    return _master_row(results) + len(results.section(MASTER)) + 2


def lay_out_checks(results: Results, snapshot: Snapshot) -> Layout:
    """Lay out the checks, their master, what has moved in each input table, and the snapshot below."""
    master, inputs = _master_row(results), _inputs_row(results)
    last_check = FIRST_ROW + 1 + len(results.frame.items["check"])
    return Layout(
        name=NAME,
        words=(
            back_to_summary(LABEL + len(results.section(CHECK_LIST))),
            *_headings(results),
            *_cells_of_rules(results),
            *_claim_headings(results),
            *snapshot.words,
        ),
        cells=(*head(NAME, results), *_claim_words(results)),
        plain=(*_half_digits(results), *snapshot.plain),
        bands=(
            *(Band(_terms_row(results) + place, line) for place, line in enumerate(results.section(TERMS))),
            *_claim_totals(results),
            *(Band(master + place, line) for place, line in enumerate(results.section(MASTER))),
        ),
        grids=(
            Grid(FIRST_ROW + 1, LABEL, "check", "Check", _headed(CHECK_LIST, results), is_home=True),
            Grid(_rules_row(results), LABEL, "rule", "Rule", _headed(CONTRADICTIONS, results), is_home=True),
            *_term_grids(results),
            *_claim_grids(results),
            Grid(inputs, LABEL, "input", "Input sheet", _headed(SNAPSHOT, results), is_home=True),
        ),
        widths=(*WIDTHS[:_HALF_DIGIT], *CLAIM_WIDTHS, *WIDTHS[_LAST_COLUMN:]),
        frozen=(FIRST_ROW - 1, 1),
        heights=dict(_claim_heights(results)),
        tab="control_tab",
        printed=(snapshot_row(results) - 3, _LAST_COLUMN if results.frame.items["claim"] else _LAST_OF_RULES),
        statuses=((3, LABEL, 3, LABEL), (FIRST_ROW + 2, LABEL + 6, last_check, LABEL + 6)),
        findings=tuple(_findings(results)),
    )


def _headed(section: Section, results: Results) -> dict[str, str]:
    """Return the lines of a section, each with what stands above its figures."""
    return {line: results.lines[line].heading or results.lines[line].title for line in results.section(section)}


def _headings(results: Results) -> Iterator[Caption]:
    for row, text in (
        (FIRST_ROW, CHECK_LIST.title),
        (_rules_row(results) - 1, CONTRADICTIONS.title),
        *(((_claims_row(results) - 1, claims.CLAIMS.title),) if results.frame.items["claim"] else ()),
        (_master_row(results) - 1, MASTER.title),
        (_inputs_row(results) - 1, SNAPSHOT.title),
        (snapshot_row(results) - 1, "Input snapshot from the last run (static; formulas above are live)"),
    ):
        yield Caption(row, LABEL, text, Style("section"))


def _term_grids(results: Results) -> Iterator[Grid]:
    row = _terms_row(results) + len(results.section(TERMS)) + 1
    every = _headed(TERMS_OF_ITEMS, results)
    for dimension in TERM_DIMENSIONS:
        lines = {line: heading for line, heading in every.items() if results.lines[line].item == dimension}
        if results.frame.items[dimension]:
            yield Grid(row, LABEL, dimension, f"Figures used by rules: {dimension}", lines, is_home=True)
        row += len(results.frame.items[dimension]) + 2


def _cells_of_rules(results: Results) -> Iterator[Caption]:
    """Name the two cells of each rule, as of the run, to the right of its figures."""
    row, column = _rules_row(results), LABEL + len(results.section(CONTRADICTIONS)) + 1
    for place, text in enumerate(("Cell (static)", "Compared with")):
        yield Caption(row, column + place, text, Style("header"))
    for comparison in comparisons(results):
        for place, named in enumerate(comparison.cells):
            yield Caption(row + 1 + comparison.place, column + place, str(named.where), Style("context"))


def _claim_grids(results: Results) -> Iterator[Grid]:
    if results.frame.items["claim"]:
        yield Grid(_claims_row(results), LABEL, "claim", "Claim", _headed(claims.CLAIMS, results), is_home=True)


def _claim_totals(results: Results) -> Iterator[Band]:
    below = _claims_row(results) + len(results.frame.items["claim"]) + 1
    if results.frame.items["claim"]:
        for place, line in enumerate(results.section(claims.CLAIM_TOTALS)):
            yield Band(below + place, line)


def _claim_headings(results: Results) -> Iterator[Caption]:
    if results.frame.items["claim"]:
        row = _claims_row(results)
        yield Caption(row, _HALF_DIGIT, "Rounding tolerance (static)", Style("header_figure"))
        for place, text in enumerate(_CLAIM_WORDS.values()):
            yield Caption(row, _HALF_DIGIT + 1 + place, text, Style("header"))


def _claim_words(results: Results) -> Iterator[Live]:
    """Return the texts of the claims last, where the explanation has room."""
    for item in range(len(results.frame.items["claim"])):
        row, place = _claims_row(results) + 1 + item, Place(NAME, Scope("claim", ""), item)
        for column, line in enumerate(_CLAIM_WORDS, _HALF_DIGIT + 1):
            yield Live(row, column, results.lines[line].expr, place, Style("text"), "" if item else line)


def _claim_heights(results: Results) -> Iterator[tuple[int, float]]:
    """Return the rows whose explanation takes more than a line, with their heights."""
    row = _claims_row(results) + 1
    for item in range(len(results.frame.items["claim"])):
        texts = (str(results.value(line, item) or "") for line in _CLAIM_WORDS)
        lines = max(len(wrap(text, int(width))) for text, width in zip(texts, CLAIM_WIDTHS, strict=True))
        if lines > 1:
            yield row + item, ROW_HEIGHT * lines


def _half_digits(results: Results) -> Iterator[Plain]:
    """No formula can read how many digits a cell shows."""
    values = results.frame.columns[HALF_DIGIT]
    for item in range(len(results.frame.items["claim"])):
        row = _claims_row(results) + 1 + item
        yield Plain(row, _HALF_DIGIT, float(values[item]), Style("snapshot", "input"))


def half_digit_column(results: Results) -> InputColumn:
    """Return where the half digits of the claims stand: a column beside them, which formulas read like an input."""
    first = _claims_row(results) + 1
    rows = tuple(first + item for item in range(len(results.frame.items["claim"])))
    return InputColumn(results.plan.prefix + NAME, _HALF_DIGIT, rows, first, first + len(rows) - 1)


def _findings(results: Results) -> Iterator[StateRule]:
    rules, stated = results.frame.items["rule"], results.frame.items["claim"]
    first = _rules_row(results) + 1
    status = LABEL + 1 + results.section(CONTRADICTIONS).index("contradiction.status")
    yield StateRule((first, status, first + len(rules) - 1, status), good=CONSISTENT, bad=CONTRADICTION)
    first = _claims_row(results) + 1
    if stated:
        status = LABEL + 1 + results.section(claims.CLAIMS).index("claim.status")
        yield StateRule((first, status, first + len(stated) - 1, status), good="OK")
