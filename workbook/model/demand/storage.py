"""Storage under growth and retention (plan floor; help: model, Storage)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    Line,
    Number,
    Ref,
    Section,
    SumBetween,
    call,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
    whole,
)
from workbook.model.demand.timing import MONTH, months_between
from workbook.model.terms import setting

STORAGE = Section("Storage")

BY_DATASET = ("dataset", "month")


def _data(field: str) -> Input:
    return Input("retention", field)


@STORAGE
def lines() -> Iterator[Line]:
    """Yield what each dataset keeps: months of ingest retained, size, and provisioned size with copies."""
    growth = Ref("storage.growth")
    windows, complete = Ref("storage.windows"), Ref("storage.whole_windows")
    yield Line("storage.growth", "Growth per month", "ratio", ("dataset",), _data("growth_per_month"))
    yield Line(
        "storage.windows", "Retention", "months", ("dataset",), _data("retention_days") / setting("days_per_month")
    )
    yield Line("storage.whole_windows", "Full months of retention", "whole months", ("dataset",), whole(windows))
    yield Line("storage.decay", "Monthly decay factor", "×", ("dataset",), 1 / (1 + growth))
    since, collected = _data("collected_since"), Ref("storage.collected")
    by_history = if_(eq(_data("history"), "none"), 0, BLANK)
    before = if_(is_blank(since), by_history, months_between(since, setting("plan_start")))
    title = "Months collected before plan start (blank: all)"
    yield Line(collected.line, title, "whole months", ("dataset",), before)
    is_old = is_blank(collected)
    kept = if_(is_old, complete, smallest(complete, MONTH + collected + 1))
    yield Line("storage.kept_months", "Full months retained", "whole months", BY_DATASET, kept)
    rest = windows - complete
    fraction = if_(is_old, rest, if_(MONTH + collected < complete, 0, rest))
    yield Line("storage.kept_fraction", "Fractional month retained", "months", BY_DATASET, fraction)
    yield Line("storage.multiple", "Stored volume in months of ingest", "months", BY_DATASET, _multiple())
    yield Line("storage.base", "Size at month 0", "GB", ("dataset",), _base())
    yield from _added_by_users()
    grown = Ref("storage.base") * _data("instances") * (1 + growth) ** MONTH * Ref("storage.multiple")
    yield Line("storage.required", "Storage required", "GB", BY_DATASET, grown + Ref("storage.added"))
    yield Line("storage.total", "Total storage required", "GB", ("month",), total("dataset", "storage.required"))
    yield Line(
        "storage.provisioned",
        "Storage provisioned",
        "GB",
        BY_DATASET,
        Ref("storage.required") * _data("copies") / setting("storage_fill_limit"),
    )


def _added_by_users() -> Iterator[Line]:
    """Yield what datasets that follow users store beyond the closed form, which has the users of month 0 throughout.

    Months before month 0 count as month 0 does, so only months from 0 on add something; without users today, none.
    """
    users, today = Ref("users.all"), AtMonth(Ref("users.all"), Number(0))
    relative = if_(eq(today, 0), 1, users / today)
    level, more = Ref("storage.level"), Ref("storage.level_added")
    follows = if_(eq(_data("follows_users"), "yes"), relative, 1)
    yield Line(level.line, "Users relative to month 0, where followed", "×", BY_DATASET, follows)
    growth = (1 + Ref("storage.growth")) ** MONTH
    title = "Added by users, relative to month 0"
    yield Line(more.line, title, "×", BY_DATASET, growth * (level - 1))
    oldest = MONTH - Ref("storage.whole_windows")
    part = if_(oldest < 0, 0, Ref("storage.kept_fraction") * AtMonth(more, largest(0, oldest)))
    window = SumBetween(more, MONTH - Ref("storage.kept_months") + 1, MONTH) + part
    method = _data("method")
    months = if_(eq(method, "stock"), more, if_(eq(method, "ingest"), Ref("storage.windows") * more, window))
    added = Ref("storage.base") * _data("instances") * months
    yield Line("storage.added", "Storage added by users", "GB", BY_DATASET, added)


def _base() -> Expr:
    """Take the size from the column of the method, or from the one column of earlier workbooks."""
    former = _data("base_size_gb")
    by_method = if_(eq(_data("method"), "stock"), _data("stored_today_gb"), _data("ingest_per_month_gb"))
    return if_(is_blank(former), by_method, former)


def _multiple() -> Expr:
    """Sum the windows that are kept: a geometric series, in powers of the growth where that is next to none."""
    growth, decay = Ref("storage.growth"), Ref("storage.decay")
    kept, fraction = Ref("storage.kept_months"), Ref("storage.kept_fraction")
    # Below |g| = 1e-6 the closed form cancels: 1 − v^k and 1 − v are both next to nothing. Up to g² the sum of v^j errs
    # there by less than 1e-9 of itself, over 1,200 months too.
    is_flat = call("ABS", growth) * 1000 * 1000 < 1
    near = kept - growth * kept * (kept - 1) / 2 + growth * growth * (kept - 1) * kept * (kept + 1) / (Number(12) / 2)
    whole_windows = if_(is_flat, near, (1 - decay**kept) / (1 - decay))
    method = _data("method")
    window = whole_windows + fraction * decay ** Ref("storage.whole_windows")
    return if_(eq(method, "stock"), 1, if_(eq(method, "ingest"), Ref("storage.windows"), window))
