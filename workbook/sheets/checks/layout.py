"""The sheet of checks (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from workbook.expr.formula import InputColumn, Place
from workbook.expr.frame import Scope
from workbook.model.assurance.claims import HALF_DIGIT
from workbook.model.assurance.contradiction_problems import comparisons
from workbook.model.assurance.contradictions import CONSISTENT, CONTRADICTION
from workbook.model.results import Results
from workbook.sheets.checks.snapshot import Snapshot
from workbook.sheets.layout import LABEL, Band, Caption, Grid, Layout, Live, Plain, StateRule, Style
from workbook.sheets.workings.series import back_to_summary, head

NAME = "Checks"
WIDTHS = (46.0, *(14.0,) * 20)
CLAIM_WIDTHS = (26.0, 60.0)
"""Of reference and explanation, which are texts of any length."""
CHECK_LINES = {
    "check.found": "Found",
    "check.expected": "Expected",
    "check.allowed": "Allowed",
    "check.difference": "Difference",
    "check.passed": "Passed (1/0)",
    "check.status": "Status",
}
RULE_LINES = {
    "contradiction.found": "Found",
    "contradiction.relation": "Must be",
    "contradiction.limit": "Limit",
    "contradiction.allowed": "Allowed",
    "contradiction.excess": "Beyond by",
    "contradiction.fix": "Would reconcile",
    "contradiction.counts": "Contradicts (1/0)",
    "contradiction.status": "Status",
}
TERM_LINES = (
    "contradictions.count",
    "contradictions.summary",
    "contradiction.rate_lowest",
    "contradiction.rate_highest",
    "contradiction.rate_review",
    "contradiction.wait",
    "contradiction.p99",
    "contradiction.zone_buffer",
    "contradiction.system",
    "contradiction.lowest_promise",
)
TERM_GRIDS = {
    "resilience": {"contradiction.zone_share": "Spare for zones", "contradiction.promise": "Promised"},
    "component": {
        "contradiction.component_promise": "Promised",
        "contradiction.cpu_size": "CPU a node asked for",
        "contradiction.memory_size": "Memory a node asked for",
    },
    "segment": {"contradiction.year_factor": "Factor of month 12"},
    "anchor": {"contradiction.year_anchor": "Factor at month 12"},
}
CLAIM_LINES = {
    "claim.stated": "Stated",
    "claim.recomputed": "Recomputed",
    "claim.unit": "Unit",
    "claim.ratio": "Stated / recomputed",
    "claim.allowed": "Allowed difference",
    "claim.reproduces": "Reproduces (1/0)",
    "claim.kind": "Fault as stated",
    "claim.status": "Status",
    "claim.line": "Line",
    "claim.month": "Month",
    "claim.line_value": "Value of the line",
}
STATED_TITLE = "Stated figures beside recomputed ones (what is stated elsewhere is never corrected silently)"
CLAIM_WORDS = {"claim.reference": "Reference", "claim.explanation": "Explanation"}
CLAIM_TOTALS = ("claims.count", "claims.reproduced", "claims.summary")
MASTER_LINES = ("checks.failed", "checks.master", "snapshot.changed", "snapshot.status")
SNAPSHOT_LINES = {
    "snapshot.rows": "Rows moved",
    "snapshot.keys": "Names moved",
    "snapshot.values": "Cells changed",
}
FIRST_ROW = 5
ROW_HEIGHT = 15.0
_HALF_DIGIT = LABEL + len(CLAIM_LINES) + 1
_LAST_COLUMN = _HALF_DIGIT + len(CLAIM_WORDS)
_LAST_OF_RULES = LABEL + len(RULE_LINES) + 2
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
    grids = sum(len(results.frame.items[dimension]) + 2 for dimension in TERM_GRIDS)
    return _terms_row(results) + len(TERM_LINES) + 1 + grids + 1


def _master_row(results: Results) -> int:
    claims = results.frame.items["claim"]
    return _claims_row(results) + (len(claims) + len(CLAIM_TOTALS) + 4 if claims else 0)


def _inputs_row(results: Results) -> int:
    return _master_row(results) + len(MASTER_LINES) + 2


def lay_out_checks(results: Results, snapshot: Snapshot) -> Layout:
    """Lay out the checks, their master, what has moved in each input table, and the snapshot below."""
    master, inputs = _master_row(results), _inputs_row(results)
    last_check = FIRST_ROW + 1 + len(results.frame.items["check"])
    return Layout(
        name=NAME,
        words=(
            back_to_summary(LABEL + len(CHECK_LINES)),
            *_headings(results),
            *_cells_of_rules(results),
            *_claim_headings(results),
            *snapshot.words,
        ),
        cells=(*head(NAME, results), *_claim_words(results)),
        plain=(*_half_digits(results), *snapshot.plain),
        bands=(
            *(Band(_terms_row(results) + place, line) for place, line in enumerate(TERM_LINES)),
            *_claim_totals(results),
            *(Band(master + place, line) for place, line in enumerate(MASTER_LINES)),
        ),
        grids=(
            Grid(FIRST_ROW + 1, LABEL, "check", "Check", CHECK_LINES, is_home=True),
            Grid(_rules_row(results), LABEL, "rule", "Rule", RULE_LINES, is_home=True),
            *_term_grids(results),
            *_claim_grids(results),
            Grid(inputs, LABEL, "input", "Input sheet", SNAPSHOT_LINES, is_home=True),
        ),
        widths=(*WIDTHS[:_HALF_DIGIT], *CLAIM_WIDTHS, *WIDTHS[_LAST_COLUMN:]),
        frozen=(FIRST_ROW - 1, 1),
        heights=dict(_claim_heights(results)),
        tab="control_tab",
        printed=(snapshot_row(results) - 3, _LAST_COLUMN if results.frame.items["claim"] else _LAST_OF_RULES),
        statuses=((3, LABEL, 3, LABEL), (FIRST_ROW + 2, LABEL + 6, last_check, LABEL + 6)),
        findings=tuple(_findings(results)),
    )


def _headings(results: Results) -> Iterator[Caption]:
    for row, text in (
        (FIRST_ROW, "Checks"),
        (_rules_row(results) - 1, "Contradictions: inputs that cannot all be true (a warning; no check fails for it)"),
        *(((_claims_row(results) - 1, STATED_TITLE),) if results.frame.items["claim"] else ()),
        (_master_row(results) - 1, "Master check"),
        (_inputs_row(results) - 1, "Inputs since the run"),
        (snapshot_row(results) - 1, "Snapshot: inputs as of the run (plain values; everything above is live)"),
    ):
        yield Caption(row, LABEL, text, Style("section"))


def _term_grids(results: Results) -> Iterator[Grid]:
    row = _terms_row(results) + len(TERM_LINES) + 1
    for dimension, lines in TERM_GRIDS.items():
        if results.frame.items[dimension]:
            yield Grid(row, LABEL, dimension, f"Figures that rules use: {dimension}", lines, is_home=True)
        row += len(results.frame.items[dimension]) + 2


def _cells_of_rules(results: Results) -> Iterator[Caption]:
    """Name the two cells of each rule, as of the run, to the right of its figures."""
    row, column = _rules_row(results), LABEL + len(RULE_LINES) + 1
    for place, text in enumerate(("Cell, as of the run", "Held against")):
        yield Caption(row, column + place, text, Style("header"))
    for comparison in comparisons(results):
        for place, named in enumerate(comparison.cells):
            yield Caption(row + 1 + comparison.place, column + place, str(named.where), Style("context"))


def _claim_grids(results: Results) -> Iterator[Grid]:
    if results.frame.items["claim"]:
        yield Grid(_claims_row(results), LABEL, "claim", "Stated figure", CLAIM_LINES, is_home=True)


def _claim_totals(results: Results) -> Iterator[Band]:
    below = _claims_row(results) + len(results.frame.items["claim"]) + 1
    if results.frame.items["claim"]:
        for place, line in enumerate(CLAIM_TOTALS):
            yield Band(below + place, line)


def _claim_headings(results: Results) -> Iterator[Caption]:
    if results.frame.items["claim"]:
        row = _claims_row(results)
        yield Caption(row, _HALF_DIGIT, "Half a digit, as of the run", Style("header_figure"))
        for place, text in enumerate(CLAIM_WORDS.values()):
            yield Caption(row, _HALF_DIGIT + 1 + place, text, Style("header"))


def _claim_words(results: Results) -> Iterator[Live]:
    """Return the texts of the claims last, where the explanation has room."""
    for item in range(len(results.frame.items["claim"])):
        row, place = _claims_row(results) + 1 + item, Place(NAME, Scope("claim", ""), item)
        for column, line in enumerate(CLAIM_WORDS, _HALF_DIGIT + 1):
            yield Live(row, column, results.lines[line].expr, place, Style("text"), "" if item else line)


def _claim_heights(results: Results) -> Iterator[tuple[int, float]]:
    """Return the rows whose explanation takes more than a line, with their heights."""
    row = _claims_row(results) + 1
    for item in range(len(results.frame.items["claim"])):
        texts = (str(results.value(line, item) or "") for line in CLAIM_WORDS)
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
    return InputColumn(NAME, _HALF_DIGIT, rows, first, first + len(rows) - 1)


def _findings(results: Results) -> Iterator[StateRule]:
    rules, claims = results.frame.items["rule"], results.frame.items["claim"]
    first = _rules_row(results) + 1
    status = LABEL + 1 + list(RULE_LINES).index("contradiction.status")
    yield StateRule((first, status, first + len(rules) - 1, status), good=CONSISTENT, bad=CONTRADICTION)
    first = _claims_row(results) + 1
    status = LABEL + 1 + list(CLAIM_LINES).index("claim.status")
    if claims:
        yield StateRule((first, status, first + len(claims) - 1, status), good="OK")
