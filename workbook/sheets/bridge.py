"""Bridge: what has changed since the version compared with, why, and which input did it (paper floor).

The first screen has the sentence, the cost by category and period against the version, and the waterfall; the steps and
the inputs that moved follow. Figures by month are on the sheet's workings.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.history.lines import compared, mix, steps
from workbook.model.results import Results
from workbook.sheets.comments import COMPARED_WITH, SPAN, CommentColumns, Comments
from workbook.sheets.layout import LABEL, Caption, Grid, ItemChart, Layout, Live, StateRule, Style
from workbook.sheets.page import Columns, Page
from workbook.sheets.workings import Workings

NAME = "Bridge"
SECTIONS = (compared.VARIANCE, steps.STEPS, steps.INPUTS, mix.MIX)
WORKINGS = Workings(
    "Bridge workings",
    "The version compared with, by month, and what the bridge is made of.",
    (
        compared.VERSION,
        compared.BY_MONTH,
        compared.WINDOWS,
        steps.RESIDUAL,
        steps.CHART,
        mix.BILLED,
    ),
)
FIRST_ROW, VERSION_ROW, WORDS_ROW = 8, 5, 6
CHART_ROWS = 18
WIDTHS = (34.0, *(11.0,) * 20)
_JUDGED = {"before": "Version", "now": "Now", "change": "Change", "percent": "%", "verdict": "F/U"}
_INPUT_SPANS = {"sheet": 1, "row": 2, "column": 2, "was": 1, "is": 1, "change": 1}
_MIX = {
    "quantity_before": "Version units",
    "quantity_now": "Units now",
    "cost_before": "Version",
    **mix.PARTS,
    "cost_now": "Now",
    "change": "Change",
}
_AVERAGE = (
    "Open months. Price is what was paid per unit on average, so that reserved and spot shares count as price. "
    "This table says what the bill shows, the steps say which decision did it."
)
_CHART = {
    "bridge.hidden": "Hidden",
    "bridge.total": "Total",
    "bridge.up": "Increase",
    "bridge.down": "Decrease",
    "bridge.up_below": "Increase below zero",
    "bridge.down_below": "Decrease below zero",
}


def has_bridge(results: Results) -> bool:
    """Whether a plan is compared with a version."""
    return "bridge.version" in results.lines


def lay_out_bridge(results: Results, comments: Comments) -> Layout:
    """Lay out the comparison, its chart, the steps and the inputs that moved, each with the comments of people."""
    version = str(results.value("bridge.version") or "")
    texts = CommentColumns.of(version, comments)
    page = Page(results, FIRST_ROW, LABEL + 15 + SPAN)
    variance = page.table(compared.VARIANCE.title, compared.OVER, "Category", _variance(results))
    chart_row = page.row
    page.row += CHART_ROWS
    step = page.table(steps.STEPS.title, steps.STEP, "Step", _steps(results))
    moved = page.table(steps.INPUTS.title, steps.INPUT, "Input", _inputs(results))
    for grid in (variance, step, moved):
        if grid:
            page.words += texts.beside(grid, results.frame.items[grid.dimension])
    if page.table(mix.MIX.title, mix.ROW, "Billed", _mix()):
        page.words.append(Caption(page.row - 1, LABEL, _AVERAGE, Style("context")))
        page.row += 1
    page.words += texts.parked(page)
    compared_with = Caption(VERSION_ROW, LABEL, COMPARED_WITH, Style("label"))
    page.words += [compared_with, texts.belongs(VERSION_ROW, LABEL + 8)]
    return replace(
        page.laid_out(NAME, WIDTHS, _top(results)),
        charts=(replace(_chart(results), row=chart_row),),
        findings=tuple(_verdicts(variance, results)) if variance else (),
    )


def lay_out_comments(results: Results, comments: Comments) -> Layout:
    """Lay out the comments of a plan that has no version to compare with, until it has one again."""
    texts = CommentColumns.of("", comments)
    page = Page(results, FIRST_ROW, LABEL + 12)
    page.words += texts.parked(page)
    none = Caption(WORDS_ROW, LABEL, "No version to compare with. Comments are kept here.", Style("headline"))
    page.words.insert(0, none)
    return page.laid_out(NAME, WIDTHS)


def _top(results: Results) -> Iterator[Live]:
    scalar = Place(NAME, Scope("", ""))
    yield Live(VERSION_ROW, LABEL + 1, Ref("bridge.version"), scalar, Style("support"))
    yield Live(WORDS_ROW, LABEL, results.lines["bridge.words"].expr, scalar, Style("headline"), "bridge.words")


def _money(text: str, results: Results) -> str:
    return text.replace("currency", results.plan.settings.currency)


def _variance(results: Results) -> Columns:
    return {
        f"variance.{word}_{period}": (_money(f"{title}, {name}", results), 1)
        for period, name in compared.PERIODS.items()
        for word, title in _JUDGED.items()
    }


def _steps(results: Results) -> Columns:
    money = {
        f"bridge.step_{period}": (_money(f"currency, {name}", results), 1) for period, name in compared.PERIODS.items()
    }
    return {**money, "bridge.nodes": ("Nodes", 1), "bridge.exhaustion": ("Exhaustion, plan month", 1)}


def _inputs(results: Results) -> Columns:
    texts = {f"input.{name}": (title, _INPUT_SPANS[name]) for name, title in steps.WORDS.items()}
    money = {
        f"input.effect_{period}": (_money(f"Effect, currency, {name}", results), 1)
        for period, name in compared.PERIODS.items()
    }
    return {
        **texts,
        **money,
        "input.effect_nodes": ("Nodes", 1),
        "input.effect_exhaustion": ("Exhaustion, plan month", 1),
    }


def _mix() -> Columns:
    figures = {
        f"pvm.{name}_{period}": (f"{title}, {when}", 1)
        for period, when in mix.PERIODS.items()
        for name, title in _MIX.items()
    }
    return {"pvm.unit": ("Unit", 1), **figures}


def _chart(results: Results) -> ItemChart:
    return ItemChart(
        kind="waterfall",
        title_line="bridge.words",
        dimension=steps.STEP,
        lines=_CHART,
        unit=results.plan.settings.currency,
        description="Waterfall: cost of this fiscal year from the version compared with to now, step by step.",
        width=1240,
        height=330,
    )


def _verdicts(grid: Grid, results: Results) -> Iterator[StateRule]:
    """Mark what is favourable and what is not."""
    count = results.frame.length(grid.dimension)
    for line, column in grid.columns().items():
        if "verdict" in line:
            area = (grid.row + 1, column, grid.row + count, column)
            yield StateRule(area, good=compared.FAVOURABLE, bad=compared.UNFAVOURABLE)
