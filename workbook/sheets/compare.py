"""Compare: what each scenario comes to, side by side, and how far it is from Base (paper floor).

The first screen has one sentence, a row a scenario, and cost and nodes of all scenarios as charts. The figures by month
are on Cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from msgspec.structs import replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Caption, Chart, Layout, Live, Series, Style
from workbook.sheets.page import Columns, Page
from workbook.sheets.statements.charts import MOST_SERIES
from workbook.sheets.workings import Workings
from workbook.whatif.lines import cases, compare

NAME = "Compare"
SECTIONS = (compare.COMPARE, compare.CHANGES)
WORKINGS = Workings("Compare workings", "Which scenario is active, and the comparison in words.", (compare.STEPS,))
WORDS_ROW, FIRST_ROW = 5, 7
CHART_ROWS = 18
_WIDTH, _HEIGHT, _GAP = 690, 330, 12
LAST_COLUMN = LABEL + 14
WIDTHS = (38.0, *(11.5,) * 14)
_HEADINGS = {
    "cost_year": "This FY, currency",
    "cost_next": "Next FY, currency",
    "cost_plan": "Whole plan, currency",
    "npv": "NPV, currency",
    "budget_left": "Budget variance",
    "users": "Users, end of horizon",
    "nodes_12": "Nodes, 12 months",
    "nodes_24": "Nodes, 24 months",
    "nodes_horizon": "Nodes, end of horizon",
    "exhaustion": "First shortfall",
    "order_by": "First order due",
}
_SPANS = {"first": 2}
_IN_MONTHS = {"exhaustion": "Shortfall, months", "order_by": "Order due, months"}
_CHARTS = (
    ("cost.cumulative", "compare.cost_plan_words", "Lines by billed month: cumulative cost of each scenario.", True),
    ("nodes.total", "compare.nodes_horizon_words", "Lines by month: planned nodes of each scenario.", False),
)
_PLAIN = "Figures of the last run: the plan has too many scenarios for live formulas."


def has_compare(results: Results) -> bool:
    """Whether a plan has scenarios to compare."""
    return compare.NAME.line in results.lines


def has_cases(results: Results) -> bool:
    """Whether the scenarios are compared by live blocks."""
    return cases.DIFFERENCE in results.lines


def lay_out_compare(results: Results) -> Layout:
    """Lay out the figures of each scenario, the charts, and the changes against Base."""
    page = Page(results, FIRST_ROW, LAST_COLUMN)
    page.table(compare.COMPARE.title, compare.OVER, "Scenario", _figures(results))
    charts = _charts(results, page.row) if has_cases(results) else ()
    page.row += CHART_ROWS if charts else 0
    # Each change stands under its figure: the names run over the column of states above.
    page.table(compare.CHANGES.title, compare.OVER, "Scenario", _changes(results), title_span=2)
    if not has_cases(results):
        page.words.append(Caption(WORDS_ROW + 1, LABEL, _PLAIN, Style("context")))
    words = Ref("compare.cost_year_words")
    headline = Live(WORDS_ROW, LABEL, words, Place(NAME, Scope("", "")), Style("headline"))
    return replace(page.laid_out(NAME, WIDTHS, [headline]), charts=charts)


def _heading(name: str, results: Results) -> str:
    return _HEADINGS[name].replace("currency", results.plan.settings.currency)


def _figures(results: Results) -> Columns:
    columns = {"compare.state": ("State", 1)}
    for name in compare.FIGURES:
        heading = "First component short" if name == "first" else _heading(name, results)
        columns[compare.figure(name)] = (heading, _SPANS.get(name, 1))
    return columns


def _changes(results: Results) -> Columns:
    columns = {}
    for name in compare.CHANGED:
        # There is no change of the first component, so that of the shortfall runs over its columns.
        span = 1 + _SPANS["first"] if name == "exhaustion" else 1
        columns[f"compare.{name}_change"] = (_IN_MONTHS.get(name) or _heading(name, results), span)
    return columns


def _charts(results: Results, row: int) -> tuple[Chart, ...]:
    names, shown = results.items(compare.NAME.line), _shown(results)
    return tuple(
        Chart(
            "line",
            (title, 0),
            tuple(_series(names[item], line, item) for item in shown),
            results.plan.settings.currency if is_billed else "",
            description,
            row=row,
            column=LABEL,
            offset=place * (_WIDTH + _GAP),
            width=_WIDTH,
            height=_HEIGHT,
            is_billed=is_billed,
        )
        for place, (line, title, description, is_billed) in enumerate(_CHARTS)
    )


def _series(scenario: str, line: str, item: int) -> Series:
    return Series(scenario, cases.case_id(scenario, line), item, name_line=compare.NAME.line)


def _shown(results: Results) -> Sequence[int]:
    """Return the scenarios that charts show: the active one, Base, and those furthest from Base in cost."""
    count = len(results.items(compare.NAME.line))
    active = [item for item in range(count) if results.value("compare.is_active", item) == 1]
    base = int(float(results.value(compare.BASE_ROW.line) or 1)) - 1
    changes = results.values["compare.cost_plan_change"][0, :, 0].tolist()

    def far(item: int) -> float:
        return -abs(changes[item]) if isfinite(changes[item]) else 0.0

    ranked = dict.fromkeys((*active, base, *sorted(range(count), key=far)))
    return sorted(tuple(ranked)[:MOST_SERIES])
