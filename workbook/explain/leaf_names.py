"""What the leaves of an expression are called, and their figures: the words of an explanation (post)."""

from __future__ import annotations

from functools import partial

from workbook.explain.at import At
from workbook.expr import tree
from workbook.expr.tree import Expr
from workbook.expr.words import in_words
from workbook.figures import digits
from workbook.inputs.sheets.kept import KEPT_SHEETS
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.model.assurance.claims import HALF_DIGIT

_SETTINGS = {column.field: column for column in SETTINGS}
_SHEETS = {**SHEETS, **KEPT_SHEETS}
_RANGE_WORDS = {
    "SUM": "the sum of",
    "PRODUCT": "the product of",
    "MAX": "the largest of",
    "MIN": "the smallest of",
    "COUNT": "how many there are of",
    "LARGE": "one of the largest of",
}
_RANGES = {"month": "all months", "billed": "all billed months"}


def leaf_name(at: At, node: Expr) -> str:
    """Return the name of a leaf."""
    match node:
        case tree.Setting():
            return _SETTINGS[node.field].header
        case tree.Input(table, field) if (table, field) == HALF_DIGIT:
            return "half of the last digit that Stated shows"
        case tree.Input() | tree.Lookup():
            return _SHEETS[node.table].column(node.field).header
        case tree.Label():
            return f"the name of the {node.over}"
        case tree.Position():
            return f"the row of {in_words(node.key, partial(leaf_name, at))} on {_title(at, node.table)}"
        case tree.Tally():
            return f"the sum of {_SHEETS[node.table].column(node.field).header} on {_title(at, node.table)}"
        case tree.SumColumnWhere():
            return f"what {_title(at, node.table)} says for {in_words(node.value, partial(leaf_name, at))}"
        case tree.MonthNumber():
            return "the number of the month column"
        case _:
            return _name_of_lines(at, node)


def _title(at: At, table: str) -> str:
    """Return the real name of an input sheet; of one without rows, that of the schema."""
    plan = at.results.plan
    read = plan.tables.get(table) or plan.kept.get(table)
    return read.title if read else _SHEETS[table].title


def _name_of_lines(at: At, node: Expr) -> str:  # noqa: C901, PLR0912 - one case a node, nothing else
    """Return the name of a leaf that reads other lines."""
    lines = at.results.lines
    match node:
        case tree.Reduce(function, over, body) | tree.Group(function, over, body):
            where = _RANGES.get(over, f"every {over.replace('_', ' ')}")
            return f"{_RANGE_WORDS.get(function, function)} {lines[body.line].title} over {where}"
        case tree.Peak():
            return f"the largest of {lines[node.body.line].title} in the months of the period"
        case tree.SumBetween():
            return f"{lines[node.body.line].title} in the months of the span"
        case tree.OverPeriod(body, how):
            return _OVER_TIME[how].format(lines[body.line].title)
        case tree.Cumulative():
            return f"{lines[node.body.line].title} from month 0 on"
        case tree.SumWhere():
            return f"the sum of {lines[node.body.line].title} where {lines[node.key.line].title} fits"
        case tree.LargeWhere():
            return f"one of the largest of {lines[node.body.line].title} where {lines[node.key.line].title} fits"
        case tree.AtMonth():
            return f"{lines[node.body.line].title} in the month {in_words(node.month, partial(leaf_name, at))}"
        case tree.Above():
            return f"{lines[node.body.line].title} of the row above"
        case tree.AsOfRun():
            return "what the last run has found"
        case tree.StoredFigure():
            return f"the figure of the version on {_title(at, 'version_figures')}"
        case tree.StoredSum():
            return f"the sum of the version's figures on {_title(at, 'version_figures')}"
        case tree.Moved():
            return f"{node.what} that differ from the snapshot of the run"
        case tree.Joined():
            return in_words(node.body, partial(leaf_name, at))
        case tree.Stacked():
            other, own = at.joined(node)
            return in_words(own, partial(leaf_name, other))
        case tree.Cited(figures):
            item, claimed = figures[at.item]
            if isinstance(claimed, tree.Blank):
                return "no line"
            cited = lines[claimed.line]
            every = f"the sum of {cited.title} over every {cited.item}"
            return every if item < 0 else f"{cited.title} of {at.results.items(cited.id)[item]}"
        case _:
            titles = [lines[name].title for name in sorted(tree.references(node))]
            return " and ".join(titles) or type(node).__name__


_OVER_TIME = {
    tree.OverTime.SUM: "the sum of {} in the billed months of the period",
    tree.OverTime.END: "{} in the last billed month of the period",
    tree.OverTime.PEAK: "the largest of {} in the billed months of the period",
    tree.OverTime.MEAN: "the mean of {} in the billed months of the period",
}


def leaf_figure(at: At, node: Expr) -> str:
    """Return the value of a leaf as text."""
    value = at.value(node)
    if isinstance(value, str):
        return f"“{value}”" if value else "blank"
    return "blank" if value != value else digits(value, 10)  # noqa: PLR0124 - NaN, the blank
