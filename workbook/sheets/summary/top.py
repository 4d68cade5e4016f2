"""The top of the Summary, the verdict before anything else, and the links at its foot (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.history.lines.outlook import has_closed
from workbook.model.results import Results
from workbook.sheets.accuracy import NAME as ACCURACY
from workbook.sheets.accuracy import has_accuracy
from workbook.sheets.bridge import NAME as BRIDGE
from workbook.sheets.bridge import has_bridge
from workbook.sheets.compare import NAME as COMPARE
from workbook.sheets.compare import has_compare
from workbook.sheets.layout import LABEL, TITLE_ROW, Caption, Live, Style
from workbook.sheets.outlook import NAME as OUTLOOK
from workbook.sheets.outlook import has_outlook
from workbook.sheets.risk import NAME as RISK
from workbook.sheets.risk import has_risk
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.time_axis import SUMMARY, context
from workbook.sheets.workings import WORKINGS

VERDICT_ROW, OUTLOOK_ROW, STATUS_ROW = 2, 4, 6
MARK = 3, 11
"""The cell that names the run; it is in the row in which it is on every sheet, by which lost sheets are recognised."""
SNAPSHOT, CONTEXT = 4, 11
"""Columns of the status: whether the inputs have changed since the run, and scenario and currency."""
VERDICT_HEIGHT = 22.0
VERDICT_LINES = ("summary.headline", "summary.capacity", "summary.commitments", "summary.confidence")
"""The verdict and the lines that support it; they live here, from the second row down."""
GAP = 10
NAME_OF_WORKINGS = f"{SUMMARY} workings"


def top(results: Results) -> Iterator[Live]:
    """Yield the title, the verdict with the lines below it, and the status of model and inputs."""
    scalar = Place(SUMMARY, Scope("", ""))
    yield Live(TITLE_ROW, LABEL, Ref("setting.plan_name") & f" · {SUMMARY}", scalar, Style("title"))
    for row, line in enumerate(VERDICT_LINES, VERDICT_ROW):
        role = "headline" if row == VERDICT_ROW else "support"
        yield Live(row, LABEL, results.lines[line].expr, scalar, Style(role), line)
    yield Live(STATUS_ROW, LABEL, Ref("checks.master"), scalar, Style("status"))
    yield Live(STATUS_ROW, SNAPSHOT, Ref("snapshot.status"), scalar, Style("context"))
    if has_closed(results):
        # The verdict is of the plan alone; what was measured stands next to the lines that support it.
        yield Live(OUTLOOK_ROW, CONTEXT, Ref("outlook.words"), scalar, Style("support"))
    yield Live(STATUS_ROW, CONTEXT, context(results), scalar, Style("context"))


def links(results: Results, row: int) -> Iterator[Caption]:
    """Yield a link to every result sheet and to every input sheet of the plan, in three rows."""
    optional = {BRIDGE: has_bridge, OUTLOOK: has_outlook, ACCURACY: has_accuracy, COMPARE: has_compare, RISK: has_risk}
    further = (name for name, is_written in optional.items() if is_written(results))
    made = (*(one.name for one in STATEMENTS), *further, "Outputs", "Checks")
    workings = (NAME_OF_WORKINGS, *(one.name for one in WORKINGS))
    rows = (("Results", made), ("Workings", workings), ("Inputs", results.frame.items["input"]))
    for down, (title, names) in enumerate(rows):
        yield Caption(row + down, LABEL, title, Style("context"))
        step = 2 if title == "Workings" else 1
        for place, name in enumerate(names):
            # Long names take two columns; the column between the two halves of the page stays empty.
            column = LABEL + 1 + step * place
            yield Caption(row + down, column if column < GAP else column + 1, name, Style("link"), target=name)
