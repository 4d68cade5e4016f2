"""The top of the Summary: links, the headline, and tiles of key figures with their trends (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import BLANK, Expr, Number, Picked, Reduce, Ref, Text, eq, if_, is_blank, whole
from workbook.model.board.insights import InsightId
from workbook.model.figure_text import count_text, month_text
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Caption, Live, Sparkline, Style
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.time_axis import SUMMARY

LINKS_ROW, HEADLINE_ROW, ORDER_ROW, FIRST_ROW, LAST_ROW = 4, 6, 7, 9, 11
"""Links take two rows, to the results and to the inputs; the tiles stand in the last three."""
_SCALAR = Place(SUMMARY, Scope("", ""))
_NOTE_HEIGHT, _FIGURE_HEIGHT = 16.0, 33.0


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure with its label and a line below; `trend` is the monthly line that is drawn beside it.

    A tile of an `insight` is in that row of the insights, any other one is a text of its own.
    """

    label: str
    figure: Expr
    note: Expr
    insight: InsightId | None = None
    trend: str = ""
    is_billed: bool = False

    @property
    def place(self) -> Place:
        """Where its expressions are evaluated."""
        if self.insight is None:
            return _SCALAR
        return Place(SUMMARY, Scope("finding", ""), self.insight.row)


@dataclass(frozen=True, slots=True)
class Board:
    """The cells of all tiles, and the heights of their rows."""

    words: tuple[Caption, ...]
    cells: tuple[Live, ...]
    sparklines: tuple[Sparkline, ...]
    heights: Mapping[int, float]


def headline(results: Results) -> Iterator[Live]:
    """Yield the verdict in one sentence, the next order, and how far the inputs can be believed."""
    yield _line(HEADLINE_ROW, "summary.headline", "headline", results)
    yield _line(ORDER_ROW, "summary.order_by", "context", results)
    yield Live(ORDER_ROW, LABEL + 3, _evidence(results), _SCALAR, Style("context"))


def _line(row: int, line: str, role: str, results: Results) -> Live:
    return Live(row, LABEL, results.lines[line].expr, _SCALAR, Style(role), line)


def _evidence(results: Results) -> Expr:
    """Return in one line how far the inputs can be believed: contradictions, and stated figures that reproduce."""
    words: Expr = Ref("contradictions.summary")
    if "claims.summary" in results.lines:
        words = words & "; " & Ref("claims.summary")
    return words & ": see Checks"


def links(results: Results) -> Iterator[Caption]:
    """Yield a link to every result sheet and to every input sheet of the plan."""
    made = (*(content.name for content in STATEMENTS), "Outputs", "Checks")
    for row, title, names in (
        (LINKS_ROW, "Results", made),
        (LINKS_ROW + 1, "Inputs", results.frame.items["input"]),
    ):
        yield Caption(row, LABEL, title, Style("context"))
        for place, name in enumerate(names, LABEL + 1):
            yield Caption(row, place, name, Style("link"), target=name)


def tiles(results: Results) -> Board:
    """Lay the tiles side by side: the first in the wide column, each other one over two columns."""
    words: list[Caption] = []
    cells: list[Live] = []
    sparklines = []
    for place, tile in enumerate(_tiles(results)):
        column = LABEL if place == 0 else 2 * place
        words.append(Caption(FIRST_ROW, column, tile.label, Style("tile_label")))
        for down, expr, role in ((1, tile.figure, "tile_figure"), (2, tile.note, "tile_note")):
            cells.append(Live(FIRST_ROW + down, column, expr, tile.place, Style(role)))
        if place:
            words += [Caption(FIRST_ROW + down, column + 1, "", Style("tile")) for down in range(3)]
        if tile.trend:
            sparklines.append(Sparkline(FIRST_ROW + 1, column + 1, tile.trend, tile.is_billed))
    heights = {FIRST_ROW: _NOTE_HEIGHT, FIRST_ROW + 1: _FIGURE_HEIGHT, FIRST_ROW + 2: _NOTE_HEIGHT}
    return Board(tuple(words), tuple(cells), tuple(sparklines), {HEADLINE_ROW: 24.0, **heights})


def _tiles(results: Results) -> Iterator[Tile]:
    yield _first_out()
    yield _first_order()
    yield _grown("Users", InsightId.USERS, "users.all")
    yield _grown("Peak requests per second", InsightId.REQUESTS, "demand.total")
    yield _grown("Nodes: today → planned", InsightId.NODES, "nodes.total")
    currency = results.plan.settings.currency
    yield _cost(f"Cost this fiscal year, {currency}")
    yield _grown(f"Monthly cost per user, {currency}", InsightId.USER_COST, "cost.per_user", is_billed=True)
    yield _availability()


def _grown(label: str, insight: InsightId, trend: str, *, is_billed: bool = False) -> Tile:
    change = Ref("finding.change_words")
    grown = if_(is_blank(change), BLANK, Text(" (") & change & ")")
    when = Ref("finding.tail") if is_billed else Text(" by ") & Ref("horizon.words")
    note = Text("→ ") & Ref("finding.then_words") & grown & when
    return Tile(label, Ref("finding.now_words"), note, insight, trend, is_billed)


def _first_out() -> Tile:
    first = Ref("exhaustion.first_date")
    figure = if_(is_blank(first), "none", month_text(first))
    note = if_(
        is_blank(first), Text("current capacity is sufficient through ") & Ref("horizon.words"), Ref("summary.first")
    )
    return Tile("First shortfall", figure, note)


def _first_order() -> Tile:
    first = Ref("exhaustion.first_date")

    def of_first(column: str) -> Expr:
        return Picked("decision", Ref(f"decision.{column}"), Number(1))

    figure = if_(is_blank(first), "none", month_text(of_first("date")))
    nodes = count_text(of_first("nodes"), "node")
    note = if_(is_blank(first), BLANK, of_first("when") & ": " & nodes & ", " & of_first("component"))
    return Tile("Order by", figure, note)


def _cost(label: str) -> Tile:
    then = Text("next ") & Ref("finding.then_words")
    change = Ref("finding.change_words")
    following = if_(is_blank(change), then, then & " (" & change & ")")
    budget = if_(is_blank(Ref("budget.words")), BLANK, Ref("budget.words") & "; ")
    note = budget & if_(is_blank(Ref("finding.then")), BLANK, following)
    return Tile(label, Ref("finding.now_words"), note, InsightId.YEAR_COST, "cost.total", is_billed=True)


def _availability() -> Tile:
    """Three decimals, cut off: what is less than 100% is never shown as such."""
    percent = whole(100 * Ref("availability.system") * 1000) / 1000
    missed, count = (Reduce(name, "resilience", Ref("availability.missed")) for name in ("SUM", "COUNT"))
    figure = if_(eq(Ref("availability.is_bound"), 1), "≤ ", BLANK) & percent & "%"
    note = missed & " of " & count & " targets missed; " & Ref("availability.covered")
    return Tile("Availability expected", figure, note)
