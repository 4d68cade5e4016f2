"""Outlook: what each fiscal year comes to, and each measured month against what was planned for it (paper floor).

The first screen has the outlook in one sentence, the fiscal years, and this one by month as a chart. Measured months
run down, each metric with its own columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.history.lines import measured, outlook, planned
from workbook.history.lines.compared import FAVOURABLE, UNFAVOURABLE
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Band, Caption, Grid, ItemChart, Layout, Live, StateRule, Style
from workbook.sheets.page import Columns, Page
from workbook.sheets.time_axis import heading
from workbook.sheets.workings import Workings

NAME = "Outlook"
SECTIONS = (outlook.TO_DATE, outlook.OUTLOOK, outlook.BY_MONTH, planned.MONTHS)
WORKINGS = Workings(
    "Outlook workings",
    "Measured months: which are closed, what was planned for them, and what the outlook counts.",
    (measured.MEASURED, planned.ROWS, outlook.COUNTED, outlook.THIS_YEAR),
)
WORDS_ROW, BASIS_ROW, FIRST_ROW = 5, 6, 8
CHART_ROWS = 18
LAST_COLUMN = LABEL + 12
WIDTHS = (38.0, *(11.0,) * 12)
NOTE = (
    "A plan bills the same hours in every month, a bill those of the calendar: a month of 28 days costs about 8% less "
    "for nodes than planned, one of 31 days about 2% more."
)
_YEARS = {
    "outlook.measured": "Measured",
    "outlook.planned": "Planned",
    "outlook.cost": "Outlook",
    "outlook.budget": "Budget",
    "outlook.left": "Budget variance",
    "outlook.run_rate": "Run rate, 12 months",
    "outlook.measured_months": "Months measured",
    "outlook.planned_months": "Months planned",
    "outlook.months": "Months in all",
    "outlook.gap": "Months missing",
}
_MONTHS = {
    "outlook.month_measured": "Measured",
    "outlook.month_planned": "Planned",
    "outlook.month_budget": "Budget",
}
_TABLES = (
    ("Cost and nodes against plan", ("cost", "nodes")),
    ("Users and requests against plan", ("users", "requests")),
    ("CPU, memory and storage against plan", ("cpu", "memory", "storage")),
)


def has_outlook(results: Results) -> bool:
    """Whether a month was measured."""
    return "outlook.words" in results.lines


def lay_out_outlook(results: Results) -> Layout:
    """Lay out the fiscal years, the chart, this year by month and to date, and the measured months."""
    page = Page(results, FIRST_ROW, LAST_COLUMN)
    page.table(outlook.OUTLOOK.title, "fiscal_year", "Fiscal year", _plain(_YEARS))
    chart_row = page.row
    page.row += CHART_ROWS
    bands = _to_date(page)
    grids = [page.table(title, measured.OVER, "Month", _against(names, results)) for title, names in _TABLES]
    page.table(outlook.BY_MONTH.title, outlook.FISCAL_MONTH, "Month", _plain(_MONTHS))
    page.words += [
        Caption(BASIS_ROW, LABEL, "Planned according to", Style("label")),
        Caption(page.row, LABEL, NOTE, Style("context")),
    ]
    return replace(
        page.laid_out(NAME, WIDTHS, _top(results)),
        bands=bands,
        charts=(_chart(results, chart_row),),
        findings=(*_verdicts([one for one in grids if one], results), *map(_verdict, bands[-1:])),
        printed=(page.row, LAST_COLUMN),
    )


def _top(results: Results) -> Iterator[Live]:
    scalar = Place(NAME, Scope("", ""))
    yield Live(WORDS_ROW, LABEL, results.lines["outlook.words"].expr, scalar, Style("headline"), "outlook.words")
    basis = results.lines["planned.basis"].expr
    yield Live(BASIS_ROW, LABEL + 1, basis, scalar, Style("support"), "planned.basis")


def _plain(lines: dict[str, str]) -> Columns:
    return {line: (title, 1) for line, title in lines.items()}


def _to_date(page: Page) -> tuple[Band, ...]:
    page.words += heading(page.row, (LABEL, page.last_column), outlook.TO_DATE.title)
    lines = page.results.section(outlook.TO_DATE)
    bands = tuple(Band(row, line) for row, line in enumerate(lines, page.row + 1))
    page.row += len(lines) + 2
    return bands


def _against(names: tuple[str, ...], results: Results) -> Columns:
    """Return the columns of some metrics: measured, planned, the change, and the verdict if one is judged."""
    columns: dict[str, tuple[str, int]] = {}
    for name in names:
        title = name.upper() if name == "cpu" else name.capitalize()
        columns |= {
            f"measured.{name}": (f"{title}, measured", 1),
            f"planned.{name}": (f"{title}, planned", 1),
            f"measured.change_{name}": ("Change", 1),
            f"measured.percent_{name}": ("%", 1),
            f"measured.verdict_{name}": ("F/U", 1),
        }
    return {line: column for line, column in columns.items() if line in results.lines}


def _chart(results: Results, row: int) -> ItemChart:
    return ItemChart(
        kind="column",
        title_line="outlook.words",
        dimension=outlook.FISCAL_MONTH,
        lines=_MONTHS,
        limit="outlook.month_budget",
        unit=results.plan.settings.currency,
        description="Columns: cost of each month of this fiscal year, measured or planned, and its budget as a line.",
        row=row,
        width=1180,
        height=330,
    )


def _verdicts(grids: list[Grid], results: Results) -> Iterator[StateRule]:
    """Mark what is favourable and what is not."""
    for grid in grids:
        count = results.frame.length(grid.dimension)
        for line, column in grid.columns().items():
            if "verdict" in line:
                yield StateRule((grid.row + 1, column, grid.row + count, column), FAVOURABLE, UNFAVOURABLE)


def _verdict(band: Band) -> StateRule:
    return StateRule((band.row, LABEL + 1, band.row, LABEL + 1), FAVOURABLE, UNFAVOURABLE)
