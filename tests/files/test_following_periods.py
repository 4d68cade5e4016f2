"""References to columns of fiscal years and quarters follow their period when result sheets are laid out anew."""

from __future__ import annotations

import pytest

from tests.files.plan_variants import Variant, planned
from tests.files.readers import MINE
from tests.workbooks import valid_markdown
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.followed_formulas import Follower
from workbook.files.grafting.formula_places import applied
from workbook.files.grafting.landing import Loss

pytestmark = pytest.mark.slow

TOTAL = "cost.total"
BASE = ("2026-01-01", 24, 1)
"""Plan start, horizon and start of the fiscal year: FY2026 and FY2027, both whole."""
LATER, SHORT, LONG, PART, APRIL, MAY = (
    ("2026-04-01", 24, 1), ("2026-01-01", 12, 1), ("2026-01-01", 36, 1), ("2026-03-01", 20, 1), ("2026-01-01", 24, 4),
    ("2026-01-01", 24, 5),
)  # fmt: skip


def plan(start: str, horizon: int, fiscal: int) -> Variant:
    rows = f"| Plan start | {start} |\n| Horizon (months) | {horizon} |\n| Fiscal year start | {fiscal} |"
    return planned(valid_markdown(Settings=f"| Setting | Value |\n| Plan name | P |\n{rows}"))


def area(book: Variant, first: str, last: str = "") -> str:
    """Return the address of the total cost in a period, or in a range of them."""
    end = ":" + book.found.cell(TOTAL, "", last).partition("!")[2] if last else ""
    return book.found.cell(TOTAL, "", first) + end


def follower(old: Variant, new: Variant) -> Follower:
    return Follower(Correspondence(old.known, new.known), [*(sheet.name for sheet in old.known.sheets.values()), MINE])


def assert_follows(
    old: tuple[str, int, int], new: tuple[str, int, int], ends: tuple[str, ...], today: tuple[str, ...]
) -> None:
    """Assert that a range over periods of one plan becomes one over these periods of the other."""
    before, after = plan(*old), plan(*new)
    text = f"SUM({area(before, *ends)})"
    followed = follower(before, after).follow(text)
    assert followed.lost == ()
    assert applied(text, followed.edits) == f"SUM({area(after, *today)})"


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        (BASE, LATER, ("FY2026",)), (BASE, LATER, ("FY2026 Q2",)), (BASE, LATER, ("FY2026 Q2", "FY2027 Q4")),
        (LATER, BASE, ("FY2026", "FY2027")), (BASE, SHORT, ("FY2026 Q1", "FY2026 Q4")),
        (BASE, LONG, ("FY2026", "FY2027")), (BASE, LONG, ("FY2026 Q1", "FY2027 Q4")), (LONG, BASE, ("FY2027",)),
        (BASE, PART, ("FY2026",)), (PART, BASE, ("FY2026",)), (PART, BASE, ("FY2026 Q1",)),
        (PART, BASE, ("FY2026", "FY2027")),
    ],
)  # fmt: skip
def test_a_period_is_followed_and_a_range_keeps_its_ends(
    old: tuple[str, int, int], new: tuple[str, int, int], ends: tuple[str, ...]
) -> None:
    assert_follows(old, new, ends, ends)


@pytest.mark.parametrize(
    ("new", "ends", "gone", "left"),
    [
        (LATER, ("FY2026 Q1",), "FY2026 Q1", ()), (SHORT, ("FY2027",), "FY2027", ()),
        (LATER, ("FY2026 Q1", "FY2026 Q3"), "FY2026 Q1", ("FY2026 Q2", "FY2026 Q3")),
        (SHORT, ("FY2026 Q2", "FY2027 Q1"), "FY2027 Q1", ("FY2026 Q2", "FY2026 Q4")),
    ],
)  # fmt: skip
def test_a_period_outside_the_plan_is_named(
    new: tuple[str, int, int], ends: tuple[str, ...], gone: str, left: tuple[str, ...]
) -> None:
    before, after = plan(*BASE), plan(*new)
    text = f"SUM({area(before, *ends)})"
    followed = follower(before, after).follow(text)
    assert [(one.loss, one.what) for one in followed.lost] == [(Loss.MONTH, gone)]
    assert applied(text, followed.edits) == (f"SUM({area(after, *left)})" if left else "SUM(Cost!#REF!)")


@pytest.mark.parametrize(
    ("old", "new", "ends", "months"),
    [
        (BASE, APRIL, ("FY2026 Q1",), ("FY2026 Q4",)), (APRIL, BASE, ("FY2027 Q1",), ("FY2026 Q2",)),
        (BASE, APRIL, ("FY2026 Q2", "FY2026 Q4"), ("FY2027 Q1", "FY2027 Q3")),
    ],
)  # fmt: skip
def test_a_quarter_is_followed_by_its_months_when_the_fiscal_year_starts_otherwise(
    old: tuple[str, int, int], new: tuple[str, int, int], ends: tuple[str, ...], months: tuple[str, ...]
) -> None:
    assert_follows(old, new, ends, months)


@pytest.mark.parametrize(
    ("new", "ends", "gone"),
    [
        (APRIL, ("FY2026",), "FY2026 from Jan 2026"), (MAY, ("FY2026 Q2",), "FY2026 Q2 from Apr 2026"),
        (APRIL, ("FY2026", "FY2027"), "FY2026 from Jan 2026"),
    ],
)  # fmt: skip
def test_a_period_of_months_that_no_period_has_any_more_is_lost(
    new: tuple[str, int, int], ends: tuple[str, ...], gone: str
) -> None:
    followed = follower(plan(*BASE), plan(*new)).follow(f"SUM({area(plan(*BASE), *ends)})")
    assert [(one.loss, one.what) for one in followed.lost] == [(Loss.MONTH, gone)]


def test_a_row_of_a_fiscal_year_is_lost_with_its_months() -> None:
    before, after = plan(*BASE), plan(*APRIL)
    rows = [
        (sheet.name, row)
        for sheet in before.known.sheets.values()
        for row, key in sheet.rows.items()
        if key[0] == "line" and "fy2026" in key
    ]
    assert rows
    for sheet, row in rows:
        followed = follower(before, after).follow(f"'{sheet}'!$D${row}")
        assert [one.loss for one in followed.lost] == [Loss.LINE], (sheet, row)


def test_a_part_of_a_year_keeps_its_key_when_it_becomes_whole() -> None:
    """Its head says how much of it the plan has, which is no part of its name."""
    heads = [
        book.known.sheets["cost"].text(7, book.found.column("Cost", "FY2026")) for book in (plan(*PART), plan(*BASE))
    ]
    assert heads == ["FY2026 (10 of 12 months)", "FY2026"]
