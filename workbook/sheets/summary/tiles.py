"""The tiles of the Summary: key figures as numbers, each with its label, its trend and a note (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import BLANK, Expr, Number, Picked, Reduce, Ref, Text, eq, if_, is_blank, whole
from workbook.history.lines.outlook import has_closed
from workbook.model.board.insights import InsightId
from workbook.model.results import Results
from workbook.sheets.layout import Caption, Live, Sparkline, Style
from workbook.sheets.time_axis import SUMMARY

FIRST_ROW = 8
LAST_ROW = FIRST_ROW + 2
COLUMNS = ((1, 1), (2, 3), (4, 5), (6, 7), (8, 9), (11, 11), (12, 14), (15, 17))
"""The first and the last column of each tile."""
_NOTE_HEIGHT, _FIGURE_HEIGHT = 15.0, 27.0


class Tile(Struct, frozen=True):
    """A large figure with its label and a note below; `trend` is the monthly line that is drawn next to it.

    Figure and note of a tile of an `insight` are in that row of the insights.
    """

    label: str
    figure: Expr
    unit: str
    note: Expr
    insight: InsightId | None = None
    trend: str = ""
    is_billed: bool = False

    @property
    def place(self) -> Place:
        """Where its expressions are evaluated."""
        if self.insight is None:
            return Place(SUMMARY, Scope("", ""))
        return Place(SUMMARY, Scope("finding", ""), self.insight.row)


class Board(Struct, frozen=True):
    """The cells of all tiles, and the heights of their rows."""

    words: tuple[Caption, ...]
    cells: tuple[Live, ...]
    sparklines: tuple[Sparkline, ...]
    heights: Mapping[int, float]


def tiles(results: Results) -> Board:
    """Lay the tiles side by side, over the columns of the tables."""
    words: list[Caption] = []
    cells: list[Live] = []
    sparklines = []
    for (first, last), tile in zip(COLUMNS, _tiles(results), strict=True):
        words.append(Caption(FIRST_ROW, first, tile.label, Style("tile_label")))
        cells.append(Live(FIRST_ROW + 1, first, tile.figure, tile.place, Style("tile_figure", tile.unit)))
        cells.append(Live(LAST_ROW, first, tile.note, tile.place, Style("tile_note")))
        words += [
            Caption(row, column, "", Style("tile"))
            for row in range(FIRST_ROW, LAST_ROW + 1)
            for column in range(first + 1, last + 1)
        ]
        if tile.trend and last > first:
            sparklines.append(Sparkline(FIRST_ROW + 1, last, tile.trend, tile.is_billed))
    heights = {FIRST_ROW: _NOTE_HEIGHT, FIRST_ROW + 1: _FIGURE_HEIGHT, LAST_ROW: _NOTE_HEIGHT}
    return Board(tuple(words), tuple(cells), tuple(sparklines), heights)


def _tiles(results: Results) -> Iterator[Tile]:
    currency = results.plan.settings.currency
    yield _first_out()
    yield _first_order()
    yield _grown("Nodes: today → planned", InsightId.NODES, "nodes", "nodes.total")
    yield _cost(f"Cost this fiscal year, {currency}", _outlook() if has_closed(results) else _against_budget())
    yield _grown(f"Monthly cost per user, {currency}", InsightId.USER_COST, "currency/user", "cost.per_user")
    yield _availability()
    yield _grown("Users", InsightId.USERS, "users", "users.all")
    yield _grown("Peak requests per second", InsightId.REQUESTS, "whole", "demand.total")


def _grown(label: str, insight: InsightId, unit: str, trend: str) -> Tile:
    change, is_cost = Ref("finding.change_words"), insight is InsightId.USER_COST
    grown = if_(is_blank(change), BLANK, Text(" (") & change & ")")
    when = Ref("finding.tail") if is_cost else Text(" by ") & Ref("horizon.words")
    note = Text("→ ") & Ref("finding.then_words") & grown & when
    return Tile(label, Ref("finding.now"), unit, note, insight, trend, is_cost)


def _first_out() -> Tile:
    first = Ref("exhaustion.first_date")
    note = if_(is_blank(first), Text("none through ") & Ref("horizon.words"), Ref("summary.first"))
    return Tile("First shortfall", first, "date", note)


def _first_order() -> Tile:
    when = Picked("decision", Ref("decision.when"), Number(1))
    nodes = Ref("orders.due_nodes") & if_(eq(Ref("orders.due_nodes"), 1), " node, ", " nodes, ")
    note = if_(is_blank(Ref("exhaustion.first_date")), "nothing to order", nodes & when)
    return Tile("Order by", Ref("order_by.first_date"), "date", note)


def _cost(label: str, note: Expr) -> Tile:
    return Tile(label, Ref("finding.now"), "currency", note, InsightId.YEAR_COST, "cost.total", is_billed=True)


def _against_budget() -> Expr:
    following = Text("next ") & Ref("finding.then_words")
    after = if_(is_blank(Ref("finding.then")), BLANK, following)
    return if_(is_blank(Ref("budget.words")), after, Ref("budget.words"))


def _outlook() -> Expr:
    """Say what the year comes to; the figure stays the plan's, for those who link to it."""
    told = Text("outlook ") & Ref("outlook.this_cost_words") & Ref("outlook.words_budget")
    return if_(is_blank(Ref("outlook.words_missing")), told, Ref("outlook.words_missing"))


def _availability() -> Tile:
    """Four decimals, cut off: what is less than 100% is never shown as such."""
    cut = whole(Number(1000) * 1000 * Ref("availability.system")) / (Number(1000) * 1000)
    missed, count = (Reduce(name, "resilience", Ref("availability.missed")) for name in ("SUM", "COUNT"))
    unknown = count - missed - Reduce("SUM", "resilience", Ref("availability.met"))
    bound = if_(eq(Ref("availability.is_bound"), 1), "at most; ", BLANK)
    return Tile("Availability expected", cut, "probability", bound & missed & " missed, " & unknown & " not assessed")
