"""The workings of the Summary: milestones in full, key insights, and the texts of verdict and charts (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Section
from workbook.model.board import insights, overview
from workbook.model.board.overview import MILESTONE_LINES
from workbook.model.board.reviews import MILESTONE_GROWTH
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, STATUS_ROW, Band, Caption, Grid, Layout, Live, Style
from workbook.sheets.summary.top import NAME_OF_WORKINGS, VERDICT_LINES
from workbook.sheets.time_axis import back_to_summary, head, heading

WIDTHS = (30.0, *(14.0,) * 15)
LAST_COLUMN, FIRST_ROW = 16, 5
INSIGHTS = {
    "finding.now": "Now",
    "finding.then": "Later",
    "finding.change": "Change",
    "finding.title": "Statement",
}
TEXTS = {
    "finding.grows": "Growth applies (1/0)",
    "finding.multiple": "Change, multiple",
    "finding.percent": "Change, %",
    "finding.now_words": "Now, text",
    "finding.then_words": "Later, text",
    "finding.change_words": "Change, text",
    "finding.lead": "Prefix",
    "finding.middle": "Infix",
    "finding.tail": "Suffix",
    "finding.note": "Note",
}
SHORTENED = {
    "finding.size": "Unit of size",
    "finding.step": "Step of size",
    **{
        f"finding.{figure}_{part}": f"{when}: {what}"
        for figure, when in (("now", "Now"), ("then", "Later"))
        for part, what in (("level", "level"), ("scale", "scale"), ("digits", "decimals"), ("suffix", "suffix"))
    },
}
SPANS = {"finding.title": 11, "finding.lead": 3, "finding.middle": 3, "finding.tail": 4}
_GROWTH = {line: name for name, (line, _) in MILESTONE_GROWTH.items()}
_FIRST_MILESTONE = LABEL + 1


def lay_out_summary_workings(results: Results) -> Layout:
    """Lay out the sheet: tables of lines that live here, then every other line of the verdict in a list."""
    draft = _Draft(results)
    draft.milestones()
    draft.table("Key insights", INSIGHTS)
    draft.table("Label texts (helper)", TEXTS)
    draft.table("Scaling of figures in label texts (helper)", SHORTENED)
    draft.list("Texts of the verdict (helper)", overview.VERDICTS, VERDICT_LINES)
    return Layout(
        name=NAME_OF_WORKINGS,
        words=(back_to_summary(LAST_COLUMN // 2), *draft.words),
        cells=(*head(NAME_OF_WORKINGS, results), *draft.cells),
        bands=tuple(draft.bands),
        grids=tuple(draft.grids),
        widths=WIDTHS,
        frozen=(STATUS_ROW, 0),
        statuses=((STATUS_ROW, LABEL, STATUS_ROW, LABEL),),
        tab="workings_tab",
    )


class _Draft(Struct):
    """Tables put below each other; `row` is the next free one."""

    results: Results
    row: int = FIRST_ROW
    words: list[Caption] = field(default_factory=list)
    cells: list[Live] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    def heading(self, text: str) -> None:
        self.words += heading(self.row, (LABEL, LAST_COLUMN), text)
        self.row += 1

    def table(self, heading: str, lines: Mapping[str, str]) -> None:
        """Put the lines of the insights side by side, below their heading."""
        self.heading(heading)
        spans = {line: span for line, span in SPANS.items() if line in lines}
        self.grids.append(Grid(self.row, LABEL, "finding", "Insight", lines, is_home=True, spans=spans))
        self.row += self.results.frame.length("finding") + 2

    def milestones(self) -> None:
        """Put the milestones, a column each."""
        self.heading("Milestones")
        self.words.append(Caption(self.row, LABEL, "", Style("header")))
        for place, name in enumerate(self.results.frame.items["milestone"]):
            self.words.append(Caption(self.row, _FIRST_MILESTONE + place, name, Style("header_figure")))
        self.words.append(Caption(self.row + 1, LABEL, "Plan month", Style("label")))
        line, place_of_row = self.results.lines["milestone.month"], Place(NAME_OF_WORKINGS, Scope("", "milestone"))
        style = Style("calculation", "month")
        self.cells.append(Live(self.row + 1, _FIRST_MILESTONE, line.expr, place_of_row, style, line.id))
        self.row += 2
        for name in _milestone_lines():
            self.band(name)
        self.row += 1

    def list(self, heading: str, section: Section, elsewhere: tuple[str, ...]) -> None:
        """Put the lines of a section that live nowhere else, a row each."""
        self.heading(heading)
        for line in self.results.section(section):
            if line not in elsewhere:
                self.band(line)

    def band(self, line: str) -> None:
        self.bands.append(Band(self.row, line))
        self.row += len(self.results.items(line))


def _milestone_lines() -> Iterator[str]:
    yield "milestone.date"
    for line in MILESTONE_LINES:
        yield f"milestone.{line}"
        yield f"milestone.{_GROWTH[line]}"
    yield "milestone.nodes"


SECTIONS = (overview.MILESTONES, overview.VERDICTS, insights.INSIGHTS)
"""Every section whose lines live here or on the Summary."""
