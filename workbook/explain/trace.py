"""Where a number comes from: the formula in words, the numbers in it, and so on down to the input cells (post).

The explanation is read off the same expression that gives the number and the formula, so it cannot differ from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from workbook.address import Cell
from workbook.explain.at import At
from workbook.explain.dependencies import inputs_of, uses_of
from workbook.explain.explanation import Explanation
from workbook.explain.leaf_names import leaf_figure, leaf_name
from workbook.explain.locate import Figure, LineValue, ShownFormula
from workbook.explain.shares import is_sum, share
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr
from workbook.expr.words import in_words
from workbook.model.results import Results
from workbook.sheets.book import Book
from workbook.units import UNITS


def explain(book: Book, figure: Figure, depth: int | None = None) -> Explanation:
    """Return the explanation of one figure, and of everything that it depends on, each value once.

    With `depth` it goes down that many levels: 1 gives the figure and the numbers it is made from.
    """
    return _Explainer(book).explain(figure, depth)


def home_cell(book: Book, spot: LineValue) -> str:
    """Return the cell in which a value of a line is calculated."""
    place, line = book.placement.spots[spot.line], book.results.lines[spot.line]
    return str(Cell(place.sheet, place.row + (spot.item if line.item else 0), place.column + spot.position))


class _Explainer(Struct):
    book: Book
    known: set[LineValue] = field(default_factory=set)

    @property
    def results(self) -> Results:
        return self.book.results

    def explain(self, figure: Figure, depth: int | None) -> Explanation:
        at, defined = self.place(figure)
        expr = at.resolved(defined)
        is_known = figure in self.known
        if isinstance(figure, LineValue):
            self.known.add(figure)
        parts = [] if is_known else list(dict.fromkeys(at.parts(expr)))
        return replace(
            self.named(figure, at),
            words=in_words(expr, partial(leaf_name, at)),
            numbers=in_words(at.taken(expr), partial(leaf_figure, at)),
            inputs=tuple(dict.fromkeys(one for part in parts for one in inputs_of(at, part))),
            uses=() if depth == 0 else tuple(self.uses(at, expr, parts, None if depth is None else depth - 1)),
            is_known=is_known,
        )

    def place(self, figure: Figure) -> tuple[At, Expr]:
        """Return where a figure is evaluated, and its expression."""
        if isinstance(figure, ShownFormula):
            place = figure.place
            return At(self.results, place.scope, place.item, place.position), figure.expr
        line = self.results.lines[figure.line]
        return At(self.results, Scope(line.item, line.axis), figure.item, figure.position), line.expr

    def uses(self, at: At, expr: Expr, parts: list[Expr], depth: int | None) -> Iterator[Explanation]:
        """Yield what a figure is made from; of a sum the largest share first."""
        spots = dict.fromkeys(spot for part in parts for spot in uses_of(at, part))
        has_shares = len(spots) > 1 and is_sum(at.taken(expr))
        shares = {spot: share(at, expr, spot) if has_shares else None for spot in spots}
        for spot in sorted(spots, key=lambda spot: -abs(shares[spot] or 0)):
            yield replace(self.explain(spot, depth), share=shares[spot])

    def named(self, figure: Figure, at: At) -> Explanation:
        """Return the name and the value of a figure, not yet explained."""
        settings = self.results.plan.settings
        if isinstance(figure, ShownFormula):
            unit = (
                "" if figure.unit in ("", "text") else UNITS[figure.unit].label.replace("currency", settings.currency)
            )
            value = at.value(figure.expr)
            blank = value in ("", None) or value != value  # noqa: PLR0124 - NaN, the blank
            shown = None if blank else value
            return Explanation(
                str(figure.cell), "", figure.title, "", None, unit, shown, "", "", scenario=settings.active_scenario
            )
        line = self.results.lines[figure.line]
        has_month = line.axis == "month"
        return Explanation(
            cell=home_cell(self.book, figure),
            line=line.id,
            title=line.title,
            item=self.results.items(line.id)[figure.item] if line.item else "",
            month=figure.position if has_month else None,
            unit=UNITS[line.unit].label.replace("currency", settings.currency),
            value=self.results.value(line.id, figure.item, figure.position),
            words="",
            numbers="",
            when=str(self.results.value("time.date", 0, figure.position))[:7] if has_month else "",
            scenario=settings.active_scenario,
            is_money=line.unit == "currency",
        )
