"""The sheet of checks (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Band, Grid, Layout, Style, Words
from workbook.sheets.series import head
from workbook.sheets.snapshot import Snapshot

NAME = "Checks"
WIDTHS = (46.0, *(15.0,) * 20)
CHECK_LINES = {
    "check.found": "Found",
    "check.expected": "Expected",
    "check.allowed": "Allowed",
    "check.difference": "Difference",
    "check.passed": "Passed (1/0)",
    "check.status": "Status",
}
MASTER_LINES = ("checks.failed", "checks.master", "snapshot.changed", "snapshot.status")
SNAPSHOT_LINES = {
    "snapshot.rows": "Rows moved",
    "snapshot.keys": "Names moved",
    "snapshot.values": "Cells changed",
}
FIRST_ROW = 5


def snapshot_row(results: Results) -> int:
    """Give the first row of the snapshot, below checks, master and the list of inputs."""
    return _inputs_row(results) + len(results.frame.items["input"]) + 4


def _master_row(results: Results) -> int:
    return FIRST_ROW + len(results.frame.items["check"]) + 4


def _inputs_row(results: Results) -> int:
    return _master_row(results) + len(MASTER_LINES) + 2


def lay_out_checks(results: Results, snapshot: Snapshot) -> Layout:
    """Lay out the checks, their master, what has moved in each input table, and the snapshot below."""
    master, inputs = _master_row(results), _inputs_row(results)
    last_check = FIRST_ROW + 1 + len(results.frame.items["check"])
    return Layout(
        name=NAME,
        words=(*_headings(results), *snapshot.words),
        cells=head(NAME, results),
        plain=snapshot.plain,
        bands=tuple(Band(master + place, line) for place, line in enumerate(MASTER_LINES)),
        grids=(
            Grid(FIRST_ROW + 1, LABEL, "check", "Check", CHECK_LINES, is_home=True),
            Grid(inputs, LABEL, "input", "Input sheet", SNAPSHOT_LINES, is_home=True),
        ),
        widths=WIDTHS,
        frozen=(3, 1),
        statuses=((3, LABEL, 3, LABEL), (FIRST_ROW + 2, LABEL + 6, last_check, LABEL + 6)),
    )


def _headings(results: Results) -> Iterator[Words]:
    for row, text in (
        (FIRST_ROW, "Checks"),
        (_master_row(results) - 1, "Master check"),
        (_inputs_row(results) - 1, "Inputs since the run"),
        (snapshot_row(results) - 1, "Snapshot: inputs as of the run (plain values; everything above is live)"),
    ):
        yield Words(row, LABEL, text, Style("section"))
