"""Where a number comes from: the formula in words, the numbers in it, and so on down to the input cells (post).

The explanation is read off the same expression that gives the number and the formula, so it cannot differ from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from workbook.address import Cell
from workbook.explain.at import At
from workbook.explain.dependencies import inputs_of, uses_of
from workbook.explain.explanation import Explanation
from workbook.explain.leaf_names import leaf_figure, leaf_name
from workbook.explain.locate import LineValue
from workbook.expr.frame import Scope
from workbook.expr.words import in_words
from workbook.model.results import Results
from workbook.sheets.book import Book
from workbook.units import UNITS


def explain(book: Book, spot: LineValue) -> Explanation:
    """Return the explanation of one value, and of everything that it depends on, each value once."""
    return _Explainer(book).explain(spot)


@dataclass(slots=True)
class _Explainer:
    book: Book
    known: set[LineValue] = field(default_factory=set)

    @property
    def results(self) -> Results:
        return self.book.results

    def explain(self, spot: LineValue) -> Explanation:
        line = self.results.lines[spot.line]
        is_known = spot in self.known
        self.known.add(spot)
        at = At(self.results, Scope(line.item, line.axis), spot.item, spot.position)
        expr = at.resolved(line.expr)
        parts = [] if is_known else list(dict.fromkeys(at.parts(expr)))
        return Explanation(
            cell=self.cell(spot),
            line=line.id,
            title=line.title,
            item=self.results.items(line.id)[spot.item] if line.item else "",
            month=spot.position if line.axis == "month" else None,
            unit=UNITS[line.unit].label.replace("currency", self.results.plan.settings.currency),
            value=self.results.value(line.id, spot.item, spot.position),
            words=in_words(expr, partial(leaf_name, at)),
            numbers=in_words(at.taken(expr), partial(leaf_figure, at)),
            inputs=tuple(dict.fromkeys(one for part in parts for one in inputs_of(at, part))),
            uses=tuple(self.explain(used) for used in dict.fromkeys(s for part in parts for s in uses_of(at, part))),
            is_known=is_known,
        )

    def cell(self, spot: LineValue) -> str:
        place = self.book.placement.spots[spot.line]
        line = self.results.lines[spot.line]
        return str(Cell(place.sheet, place.row + (spot.item if line.item else 0), place.column + spot.position))
