"""Risk: where the plan lies in its own ranges, what to measure first, and when fleets run out (paper floor).

The first screen has it in one sentence, the fiscal years, and the cost by month as a fan beside the ranges that move it
most. What was drawn is as of the run; the ranges and what today's nodes carry are live.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.inputs.ranges import ranges_of
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Band, Caption, Chart, ItemChart, Layout, Live, Series, Style, rows_behind
from workbook.sheets.page import Columns, Page
from workbook.sheets.time_axis import heading
from workbook.sheets.workings import Workings
from workbook.whatif.lines import carry, risk

NAME = "Risk"
SECTIONS = (risk.YEARS_AT_RISK, risk.TORNADO, risk.RANGES, risk.FLEETS, risk.SIMULATION, carry.WITHIN_BUDGET)
WORKINGS = Workings(
    "Risk workings",
    "Percentiles of the runs by month, and the users that nodes today carry.",
    (risk.WORDS, risk.FAN, risk.RUNS_OUT, carry.CARRIED, carry.STEPS),
)
WORDS_ROW, MEASURE_ROW, NOTE_ROW, FIRST_ROW = 5, 6, 7, 9
CHART_ROWS = 18
LAST_COLUMN = LABEL + 12
_CHART_COLUMN = LABEL + 5
"""Of the chart beside the fleets and the lines below them."""
WIDTHS = (44.0, *(11.5,) * 12)
_WIDTH, _HEIGHT, _GAP = 630, 330, 12
_MOST_SHOWN, _MOST_BARS = 5, 12
_DRAWN = "Simulated figures are those of the last run; more runs improve their precision, but do not narrow the ranges."
_LINEAR = "Users carried assumes that load is proportional to users, with usage, shares and mix as planned."
_BASE = "carry.base"
_RANGES = {"low": "Low", "middle": "Plan", "high": "High", "place": "Place, low to high"}
_TORNADO = {"tornado.low_year": "At low", "tornado.high_year": "At high"}


def has_risk(results: Results) -> bool:
    """Whether an input of the plan has a range."""
    return "risk.words" in results.lines


def is_simulated(results: Results) -> bool:
    """Whether the ranges were drawn."""
    return "risk.runs" in results.lines


def lay_out_risk(results: Results) -> Layout:
    """Lay out fiscal years, charts, what to measure first, fleets, ranges and the simulation."""
    page = Page(results, FIRST_ROW, LAST_COLUMN)
    if is_simulated(results):
        page.table(risk.YEARS_AT_RISK.title, "fiscal_year", "Fiscal year", _years())
    charts = _charts(results, page.row)
    page.row += CHART_ROWS
    page.table(risk.TORNADO.title, risk.RANGE, "Range", _tornado(results))
    beside = [*_runs_out(results, page.row + 1)]
    charts = (*charts, *beside)
    bands = [*_fleets(page), *_constants(page, beside)]
    page.table(risk.RANGES.title, risk.RANGED, "Input", _ranges())
    page.grids[-1] = replace(page.grids[-1], units=_units(results))
    if is_simulated(results):
        page.words.append(Caption(NOTE_ROW, LABEL, _DRAWN, Style("context")))
    scalar = Place(NAME, Scope("", ""))
    sentences = (
        Live(WORDS_ROW, LABEL, Ref("risk.words_year"), scalar, Style("headline")),
        Live(MEASURE_ROW, LABEL, Ref("risk.words_first"), scalar, Style("support")),
    )
    return replace(page.laid_out(NAME, WIDTHS, sentences), bands=tuple(bands), charts=charts)


def shown_on_risk(results: Results) -> tuple[str, ...]:
    """Return the lines of the workings that are at home on Risk."""
    return (_BASE,) if has_risk(results) else ()


def _years() -> Columns:
    headings = {
        "plan_place": "Runs at or below plan",
        "over_budget": "Probability over budget",
    }
    return {f"risk.{name}": (headings.get(name, title), 1) for name, (title, _) in risk.OF_YEAR.items()}


def _tornado(results: Results) -> Columns:
    currency = results.plan.settings.currency
    return {
        "tornado.swing": (f"Swing FY, {currency}", 1),
        "tornado.low_year": ("At low, this FY", 1),
        "tornado.high_year": ("At high, this FY", 1),
        "tornado.swing_plan": (f"Swing plan, {currency}", 1),
        "tornado.low_plan": ("At low, whole plan", 1),
        "tornado.high_plan": ("At high, whole plan", 1),
        "tornado.exhaustion": ("Shortfall, months", 1),
        "tornado.low_exhaustion": ("At low, months", 1),
        "tornado.high_exhaustion": ("At high, months", 1),
    }


def _fleets(page: Page) -> Iterator[Band]:
    lines = {
        "risk.today": ("Nodes today", 1),
        _BASE: ("Nodes for load", 1),
        "risk.carries": ("Users carried today", 1),
        "risk.before": ("Shortfall by review", 1),
    }
    shown = {line: column for line, column in lines.items() if line in page.results.lines}
    page.table(risk.FLEETS.title, "component", "Component", shown)
    page.row -= 1
    page.words.append(Caption(page.row, LABEL, _LINEAR, Style("context")))
    page.row += 1
    lines_alone = [line for line in page.results.section(risk.FLEETS) if not page.results.lines[line].item]
    yield from _bands(page, lines_alone)


def _constants(page: Page, beside: Sequence[Chart]) -> Iterator[Band]:
    """Yield what has no items: what the budget allows, and how the runs were made; no rule runs under a chart."""
    for section in (carry.WITHIN_BUDGET, risk.SIMULATION):
        if lines := page.results.section(section):
            last_column = (
                _CHART_COLUMN - 1 if any(page.row in rows_behind(chart) for chart in beside) else page.last_column
            )
            page.words += heading(page.row, (LABEL, last_column), section.title)
            page.row += 1
            yield from _bands(page, lines)


def _bands(page: Page, lines: Sequence[str]) -> Iterator[Band]:
    yield from (Band(row, line) for row, line in enumerate(lines, page.row))
    page.row += len(lines) + 1


def _ranges() -> Columns:
    return {f"range.{name}": (title, 1) for name, title in _RANGES.items()}


def _units(results: Results) -> tuple[str, ...]:
    """Return the unit of each input with a range: a share is shown as a percentage, any other as the figure it is."""
    columns = (place.column for one in ranges_of(results.plan) for place in one.inputs)
    return tuple("ratio" if column.kind == "percent" else "mixed" for column in columns)


def _charts(results: Results, row: int) -> tuple[Chart | ItemChart, ...]:
    currency = results.plan.settings.currency
    made: list[Chart | ItemChart] = []
    if is_simulated(results):
        made.append(
            Chart(
                "fan",
                ("risk.words_year", 0),
                (
                    Series("P10", "risk.cost_p10"),
                    Series("P10 to P50", "risk.cost_band_low"),
                    Series("P50 to P90", "risk.cost_band_high"),
                    Series("Plan", "cost.total", is_limit=True),
                ),
                f"{currency} per month",
                "Fan of monthly cost: P10 to P90 of the runs as two bands, and the plan as a line.",
                is_billed=True,
            )
        )
    made.append(
        ItemChart(
            kind="tornado",
            title_line="risk.words_most",
            dimension=risk.RANGE,
            lines=_TORNADO,
            most=_MOST_BARS,
            unit=f"{currency}, change of this fiscal year",
            description="Tornado: what each range changes of this fiscal year's cost, at its low and at its high.",
        )
    )
    return tuple(
        replace(chart, row=row, column=LABEL, offset=place * (_WIDTH + _GAP), width=_WIDTH, height=_HEIGHT)
        for place, chart in enumerate(made)
    )


def _runs_out(results: Results, row: int) -> Iterator[Chart]:
    """Yield the chart beside the fleets: when nodes today become too few, with at most the six earliest components."""
    if not is_simulated(results):
        return
    names, at_end = results.items("risk.runs_out"), results.values["risk.runs_out"][0].sum(axis=1).tolist()
    earliest = sorted(range(len(names)), key=lambda item: -at_end[item])[:_MOST_SHOWN]
    each = (Series(names[item], "risk.runs_out", item) for item in sorted(earliest))
    yield Chart(
        "line",
        ("risk.words_fleets", 0),
        (*each, Series("Any component", "risk.runs_out_any", is_limit=True)),
        "",
        "Lines by month: the share of runs in which nodes today have become too few by then, by component.",
        row=row,
        column=_CHART_COLUMN,
        width=_WIDTH,
        height=_HEIGHT,
        is_share=True,
    )
