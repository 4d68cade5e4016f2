"""The growth that fits the users of closed months, beside the planned (many floor; help: planning, Accuracy).

Logarithms of users without their season on the number of the month, by least squares in closed sums: a month that
does not count weighs 0, so that a gap is no fault. What is forecast is the median.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    AtMonth,
    Expr,
    Line,
    LineKind,
    Number,
    PerItem,
    Ref,
    Section,
    SumColumnWhere,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    smallest,
    total,
)
from workbook.figures import MONTHS
from workbook.history.fit import FEWEST
from workbook.history.lines.measured import CLOSED, EACH, OVER
from workbook.history.lines.metrics import USERS
from workbook.model.demand.timing import MONTHS_PER_YEAR
from workbook.model.terms import setting

POINTS_OF_LINE = Section("Users on a line of growth", LineKind.WORKING)
GROWTH = Section("Growth that fits the measured users")
AHEAD = Section("Users ahead: fitted and planned")
WITHOUT = Section("Growth without each month", LineKind.WORKING)
SEASONS = Section("Seasons that the measured users show")

POINT, CALENDAR_MONTH = "fit point", "calendar month"
WITHIN, ABOVE, BELOW = "within", "above the range", "below the range"
POINTS = ("3 months on", "6 months on", "12 months on", "Horizon")
_HALF = Number(1) / 2
_N, _FEWEST = Ref("fit.months"), Ref("fit.fewest")
_WEIGHT, _SXX = Ref("fit.weight"), Ref("fit.sxx")
_SLOPE, _ERROR = Ref("fit.slope"), Ref("fit.slope_error")


def lines(*, has_seasons: bool, shows_seasons: bool) -> Iterator[Line]:
    """Yield the line through the logarithms, what it says of growth and of months to come, and measured seasons.

    `has_seasons` says that there is a sheet Seasonality, `shows_seasons` that measured months show some.
    """
    yield from _points(has_seasons)
    yield from _line()
    yield from _growth()
    yield from _ahead(has_seasons)
    yield from _without()
    if shows_seasons:
        yield from _seasons(has_seasons)


def _season(month: Expr, has_seasons: bool) -> Expr:
    """Return the seasonal index that sheet Seasonality gives a calendar month; 1 for one that is not there."""
    if not has_seasons:
        return Number(1)
    count = SumColumnWhere("COUNTIF", "seasonality", "month", month)
    return if_(eq(count, 0), 1, SumColumnWhere("SUMIF", "seasonality", "month", month, "index"))


@POINTS_OF_LINE
def _points(has_seasons: bool) -> Iterator[Line]:
    users, month = Ref("measured.users"), Ref("measured.month")
    index = _season(call("MONTH", call("EDATE", setting("plan_start"), month)), has_seasons)
    yield Line("fit.index", "Seasonal index", "×", EACH, index)
    counts = if_(Ref(f"closed.is_{USERS.id}") > 0, if_(users > 0, 1, 0), 0)
    yield Line(_WEIGHT.line, "Counts (1/0)", "flag", EACH, counts)
    log = if_(_WEIGHT > 0, call("LN", users / Ref("fit.index")), 0)
    yield Line("fit.log", "ln(users without season)", "×", EACH, log)
    yield Line("fit.month", "Month, if it counts", "month", EACH, _WEIGHT * month)


@POINTS_OF_LINE
def _line() -> Iterator[Line]:
    """Sums of distances from the means: those of the figures themselves would lose digits."""
    yield Line(_FEWEST.line, "Months without which nothing is fitted", "whole", (), Number(FEWEST))
    yield Line(_N.line, "Months fitted", "whole", (), total(OVER, _WEIGHT.line), section=GROWTH)
    for name, title, unit in (("month", "Mean month", "month"), ("log", "Mean ln(users)", "×")):
        yield Line(f"fit.mean_{name}", title, unit, (), _if_fitted(total(OVER, f"fit.{name}") / _N))
    # A mean is blank where nothing is fitted, and a blank is no operand.
    is_in = all_of(_WEIGHT > 0, _N >= _FEWEST)
    for name, title, value in (
        ("x", "Month less mean", Ref("measured.month") - Ref("fit.mean_month")),
        ("y", "ln(users) less mean", Ref("fit.log") - Ref("fit.mean_log")),
    ):
        yield Line(f"fit.{name}", title, "×", EACH, if_(is_in, value, 0))
    x, y = Ref("fit.x"), Ref("fit.y")
    for name, product in (("xx", x * x), ("xy", x * y), ("yy", y * y)):
        yield Line(f"fit.{name}", f"Product {name}", "×", EACH, product)
        yield Line(f"fit.s{name}", f"Sum of {name}", "×", (), total(OVER, f"fit.{name}"))
    yield Line(_SLOPE.line, "Slope of ln(users)", "×", (), _if_fitted(Ref("fit.sxy") / _SXX))
    off = if_(is_in, y - _SLOPE * x, 0)
    yield Line("fit.residual", "ln(users) less the line", "×", EACH, off)
    yield Line("fit.squared", "Its square", "×", EACH, Ref("fit.residual") * Ref("fit.residual"))
    yield Line("fit.left", "Sum of squares", "×", (), total(OVER, "fit.squared"))
    error = (Ref("fit.left") / (_N - 2)) ** _HALF
    yield Line("fit.error", "Standard error of ln(users)", "–", (), _if_fitted(error), section=GROWTH)
    yield Line(_ERROR.line, "Standard error of slope", "×", (), _if_fitted(Ref("fit.error") / _SXX**_HALF))
    for share in ("80", "95"):
        beyond = call("TINV", Ref(f"accuracy.beyond_{share}"), _N - 2)
        yield Line(f"fit.t_{share}", f"Student's t, {share}% range", "×", (), _if_fitted(beyond))


def _if_fitted(value: Expr) -> Expr:
    return if_(_N < _FEWEST, BLANK, value)


def _power(exponent: Expr) -> Expr:
    return call("EXP", smallest(Ref("accuracy.most"), exponent))


@GROWTH
def _growth() -> Iterator[Line]:
    width, left, whole = Ref("fit.t_95") * _ERROR, Ref("fit.left"), Ref("fit.syy")
    for name, title, exponent in (
        ("growth", "Growth per month", _SLOPE),
        ("low", "Growth per month, low of 95%", _SLOPE - width),
        ("high", "Growth per month, high of 95%", _SLOPE + width),
        ("growth_year", "Growth per year", MONTHS_PER_YEAR * _SLOPE),
    ):
        yield Line(f"fit.{name}", title, "ratio", (), _if_fitted(_power(exponent) - 1))
    yield Line("fit.r2", "R²", "ratio", (), _if_fitted(if_(eq(call("ROUND", whole, 12), 0), 1, 1 - left / whole)))
    doubling = if_(call("ROUND", _SLOPE, 9) > 0, call("LN", Number(2)) / _SLOPE, BLANK)
    yield Line("fit.doubling", "Users double in", "months", (), _if_fitted(doubling))
    yield Line("fit.planned_year", "Planned growth, next 12 months", "ratio", (), _if_fitted(_planned_year()))


def _planned_year() -> Expr:
    """Return the growth that this plan has in the year after the last closed month; blank if it has not all of it."""
    last = CLOSED + MONTHS_PER_YEAR
    before, after = (AtMonth(Ref(USERS.line), month) for month in (CLOSED, last))
    is_outside = any_of(CLOSED < 0, last > setting("horizon_months"))
    return if_(is_outside, BLANK, if_(eq(before, 0), BLANK, after / before - 1))


@AHEAD
def _ahead(has_seasons: bool) -> Iterator[Line]:
    """Months after the last closed one, and the plan's last."""
    each, month = (POINT,), Ref("fit.point")
    quarter = MONTHS_PER_YEAR / (Number(2) + 2)
    steps: list[Expr] = [CLOSED + step for step in (quarter, MONTHS_PER_YEAR / 2, MONTHS_PER_YEAR)]
    steps.append(setting("horizon_months"))
    points = PerItem(POINT, tuple(zip(POINTS, (_if_fitted(step) for step in steps), strict=True)))
    yield Line(month.line, "Month, from plan start", "month", each, points, section=POINTS_OF_LINE)
    day = Ref("fit.point_date")
    yield Line(day.line, "Month", "date", each, _if_fitted(call("EDATE", setting("plan_start"), month)))
    for name, title, expr in (
        ("index", "Seasonal index of month", _season(call("MONTH", day), has_seasons)),
        ("distance", "Month less mean month", month - Ref("fit.mean_month")),
        ("log", "ln(users) on the line", Ref("fit.mean_log") + _SLOPE * Ref("fit.point_distance")),
        ("width", "Standard error of a month", _width()),
    ):
        yield Line(f"fit.point_{name}", title, "×", each, _if_fitted(expr), section=POINTS_OF_LINE)
    log, width = Ref("fit.point_log"), Ref("fit.point_width")
    for name, title, exponent in (
        ("users", "Fitted users", log),
        ("low_80", "Low (80%)", log - Ref("fit.t_80") * width),
        ("high_80", "High (80%)", log + Ref("fit.t_80") * width),
        ("low_95", "Low (95%)", log - Ref("fit.t_95") * width),
        ("high_95", "High (95%)", log + Ref("fit.t_95") * width),
    ):
        yield Line(f"fit.{name}", title, "users", each, _if_fitted(_power(exponent) * Ref("fit.point_index")))
    yield from _against_plan(month)


def _width() -> Expr:
    distance = Ref("fit.point_distance")
    return Ref("fit.error") * (1 + 1 / _N + distance * distance / _SXX) ** _HALF


@AHEAD
def _against_plan(month: Expr) -> Iterator[Line]:
    each, planned = (POINT,), Ref("fit.planned")
    is_outside = any_of(month < 0, month > setting("horizon_months"))
    users = _if_fitted(if_(is_outside, BLANK, AtMonth(Ref(USERS.line), month)))
    yield Line(planned.line, "Planned users", "users", each, users)
    share = if_(is_blank(planned), BLANK, planned / Ref("fit.users"))
    yield Line("fit.planned_share", "Planned ÷ fitted", "multiple", each, share)
    inside = if_(planned > Ref("fit.high_95"), ABOVE, WITHIN)
    side = if_(planned < Ref("fit.low_95"), BELOW, inside)
    yield Line("fit.verdict", "Planned against fitted (95%)", "text", each, if_(is_blank(planned), BLANK, side))


@WITHOUT
def _without() -> Iterator[Line]:
    yield Line("fit.without", "Growth per month without this month", "ratio", EACH, AsOfRun("fit.without"))


@SEASONS
def _seasons(has_seasons: bool) -> Iterator[Line]:
    each, month = (CALENDAR_MONTH,), Ref("season.month")
    numbers = PerItem(CALENDAR_MONTH, tuple((name, Number(place)) for place, name in enumerate(MONTHS, 1)))
    yield Line(month.line, "Calendar month", "month", each, numbers, section=POINTS_OF_LINE)
    yield Line("season.measured", "Measured index", "×", each, AsOfRun("season.measured"))
    yield Line("season.planned", "Index in Seasonality", "×", each, _season(month, has_seasons))
