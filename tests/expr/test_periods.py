"""What a line comes to in a fiscal year or quarter, and an item of a block of rows above its column, as formulas."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.expr import bench
from workbook.expr.formula import COLUMN, PREVIOUS, Home, Place, Placement, print_formula
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Line, Number, OfPeriod, OverPeriod, OverTime, Ref, Text

YEAR, QUARTER = "fiscal_year", "fiscal_quarter"
FRAME = replace(
    bench.frame(),
    items={**bench.frame().items, YEAR: ("FY2026", "FY2027"), QUARTER: ("FY2026 Q4", "FY2027 Q1")},
    periods={YEAR: (range(1), range(1, 2)), QUARTER: (range(1), range(1, 2))},
)
LINES = {
    **bench.LINES,
    "time.fiscal_year": Line("time.fiscal_year", "", "", ("month",), Number(2026)),
    "time.quarter_name": Line("time.quarter_name", "", "text", ("month",), Text("FY2026 Q4")),
    "year.number": Line("year.number", "", "", (YEAR,), Number(2026)),
    "quarter.end": Line("quarter.end", "", "", (QUARTER,), Number(1)),
}
"""Of three months in columns D to F the last is not billed; years are in columns H and I, quarters in J and K."""


def placement() -> Placement:
    rows = {"time.fiscal_year": (30, 4), "time.quarter_name": (31, 4), "year.number": (40, 3), "quarter.end": (42, 3)}
    made = bench.placement()
    return replace(
        made,
        lines=LINES,
        spots={**made.spots, **{line: Home("Out", row, column) for line, (row, column) in rows.items()}},
        periods={YEAR: (8, 9), QUARTER: (10, 11)},
    )


def printed(expr: Expr, over: str) -> str:
    """Print an expression in a column of periods: `@` is that column, `<` the one before."""
    formula = print_formula(expr, Place("Out", Scope("", over)), placement(), FRAME)
    return formula.replace(COLUMN, "@").replace(PREVIOUS, "<")


def months_of(row: int) -> str:
    """Return the months of `even` that belong to the period whose key is in a row above."""
    return f"INDEX($D17:$E17,1,MATCH(@${row},$D${row}:$E${row},0)):INDEX($D17:$E17,1,@$1+1)"


@pytest.mark.parametrize(("over", "row"), [(YEAR, 30), (QUARTER, 31)])
@pytest.mark.parametrize("how", [OverTime.SUM, OverTime.END, OverTime.PEAK, OverTime.MEAN])
def test_a_period_takes_its_billed_months(over: str, row: int, how: OverTime) -> None:
    total, months = f"SUMIF($D${row}:$E${row},@${row},$D17:$E17)", months_of(row)
    expected = {
        OverTime.SUM: total,
        OverTime.END: "INDEX($D17:$E17,1,@$1+1)",
        OverTime.PEAK: f'IF(COUNT({months})=0,"",MAX({months}))',
        OverTime.MEAN: f'IF(COUNT({months})=0,"",{total}/COUNT({months}))',
    }
    assert printed(OverPeriod(Ref("even"), how), over) == f"={expected[how]}"


@pytest.mark.parametrize("how", [OverTime.RATIO, OverTime.NONE])
def test_a_ratio_and_a_state_have_no_figure_of_their_own(how: OverTime) -> None:
    with pytest.raises(ValueError, match="even has no figure of a period"):
        printed(OverPeriod(Ref("even"), how), YEAR)


def test_a_column_shows_the_item_of_its_number_in_its_block() -> None:
    """The text before the years is not counted; before the quarters is the last year, which is."""
    assert printed(OfPeriod(Ref("year.number")), YEAR) == "=INDEX($C$40:$C$41,COUNT($G$30:<$30)+1)"
    assert printed(OfPeriod(Ref("quarter.end")), QUARTER) == "=INDEX($C$42:$C$43,COUNT($I$30:<$30))"
