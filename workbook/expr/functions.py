"""One table of operators and functions: precedence, meaning in NumPy, name in Excel (languages floor).

A function exists only as a row of this table with both meanings. Blanks are NaN, texts are NumPy unicode arrays,
conditions are boolean arrays. Precedence is Excel's: a sign binds tighter than `^`, and `^` is left-associative, so
printers put parentheses wherever the two languages could differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from workbook.expr.distributions import binomial, gamma_distribution, log_gamma, poisson, student_t_inverse
from workbook.figures import significant
from workbook.naming import fold
from workbook.timeline import day_of, serial_of

Array: TypeAlias = NDArray[Any]

_MANY = 512
"""From so many figures on, it pays to tell those whose rounding may depend on noise from the others."""
_FEW_DIGITS = 12
FOUND_DIGITS = 9


class Operator(Struct, frozen=True):
    """An infix operator: how tightly it binds (higher is tighter), and what it does to arrays."""

    precedence: int
    apply: Callable[[Array, Array], Array]


class Function(Struct, frozen=True):
    """A function that is called alike in Excel, and what it does to arrays.

    `reduce` is its meaning over one array's last axis; functions without it cannot reduce. `truth_value` is the
    position of the argument that Excel documents as TRUE or FALSE; −1 for none.
    """

    apply: Callable[..., Array] | None = None
    reduce: Callable[..., Array] | None = None
    identity: float = 0
    truth_value: int = -1


def numbers(values: Iterable[float]) -> Array:
    """Return numbers as an array; NaN is a blank."""
    return np.array(list(values), dtype=float)


def found_numbers(values: Iterable[float]) -> Array:
    """Return figures that a run has found, at digits at which another processor's last bit changes no file."""
    return numbers(significant(value, FOUND_DIGITS) for value in values)


def texts(values: Iterable[str]) -> Array:
    """Return texts as an array; an empty text is a blank."""
    return np.array(list(values), dtype=str)


def is_text(array: Array) -> bool:
    """Whether an array holds texts."""
    return array.dtype.kind == "U"


def _equal(left: Array, right: Array) -> Array:
    if is_text(left) != is_text(right):
        return _is_blank(left) & _is_blank(right)
    if is_text(left):
        return np.asarray(_folded(left) == _folded(right))
    return np.asarray((left == right) | (np.isnan(left) & np.isnan(right)))


def _folded(array: Array) -> Array:
    """Return texts as choices are compared: case, width and repeated or outer spaces do not matter."""
    return np.asarray(np.vectorize(fold, otypes=[str])(array))


def _is_blank(array: Array) -> Array:
    return np.asarray(array == "" if is_text(array) else np.isnan(array))


def _join(left: Array, right: Array) -> Array:
    return np.char.add(as_text(left), as_text(right))


def as_text(array: Array) -> Array:
    """Return an array as `&` sees it: whole numbers without a point, blanks as nothing."""
    if is_text(array):
        return array
    # Adding 0 makes a negative zero, which a sheet does not have, a plain one.
    return np.asarray(np.vectorize(lambda x: "" if np.isnan(x) else f"{x + 0.0:.15g}", otypes=[str])(array))


def _if(condition: Array, then: Array, otherwise: Array) -> Array:
    if is_text(then) != is_text(otherwise):
        # A blank is NaN among numbers and an empty text among texts.
        then, otherwise = (as_text(branch) if not is_text(branch) else branch for branch in (then, otherwise))
    return np.asarray(np.where(condition, then, otherwise))


def _middle(text: Array, first: Array, count: Array) -> Array:
    """Return so many letters of a text from the first one on, counted from 1; blank where a number is blank."""

    def one(whole: str, start: float, length: float) -> str:
        return whole[int(start) - 1 :][: int(length)] if math.isfinite(start + length) else ""

    return np.asarray(np.vectorize(one, otypes=[str])(as_text(text), first, count))


def _scaled(values: Array, digits: Array) -> tuple[Array, Array, Array]:
    """Return sizes in units of the last digit wanted, that unit's inverse, and what is noise in them.

    A sheet rounds what 15 significant digits show: 1.005 is 1.00499999999999989 in a float, and rounds to 1.01.
    """
    sizes = np.abs(values)
    last = 14 - np.floor(np.log10(np.where(sizes > 0, sizes, 1.0)))
    kept = np.minimum(digits, last)
    scale = 10.0**kept
    return sizes * scale, scale, np.where(kept < last, 0.5 * 10.0 ** (kept - last), 0.0)


def _round(values: Array, digits: Array) -> Array:
    """Round half away from zero, as a sheet does."""
    return _rounded(values, digits, lambda sizes, noise: np.asarray(np.floor(sizes + noise + 0.5)))


def _round_up(values: Array, digits: Array) -> Array:
    return _rounded(values, digits, lambda sizes, noise: np.asarray(np.ceil(sizes - noise)))


def _rounded(values: Array, digits: Array, whole: Callable[[Array, Array | float], Array]) -> Array:
    """Round by what makes sizes whole, given what is noise in them."""
    if values.size >= _MANY and digits.size == 1:
        largest = max(1.0, float(np.fmax.reduce(np.abs(values), axis=None)))
        last = 14 - np.floor(np.log10(largest))
        if 0 <= digits.item() <= min(last, _FEW_DIGITS):
            return _rounded_many(values, digits, 10.0 ** min(digits.item() - last, -1.0) / 2, whole)
    return _rounded_each(values, digits, whole)


def _rounded_each(values: Array, digits: Array, whole: Callable[[Array, Array | float], Array]) -> Array:
    sizes, scale, noise = _scaled(values, digits)
    return np.asarray(np.sign(values) * whole(sizes, noise) / scale)


def _rounded_many(values: Array, digits: Array, most: float, whole: Callable[[Array, Array | float], Array]) -> Array:
    """Round figures with no noise and with the most of it, and each with its own only where the two differ."""
    scale = 10.0 ** digits.item()
    sizes = np.abs(values) * scale
    rounded = whole(sizes, 0.0)
    depends = np.abs(whole(sizes, most) - rounded) > 0
    rounded *= np.sign(values)
    rounded /= scale
    if depends.any():
        rounded[depends] = _rounded_each(values[depends], digits.reshape(-1), whole)
    return rounded


def _fold(pair: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    def apply(first: Array, *others: Array) -> Array:
        for other in others:
            first = pair(first, other)
        return first

    return apply


def _large(values: Array, k: Array) -> Array:
    """Return the k-th largest of each row, k counted from 1."""
    descending = -np.sort(-values, axis=-1)
    index = np.clip(np.nan_to_num(k).astype(int) - 1, 0, values.shape[-1] - 1)
    return np.take_along_axis(descending, np.broadcast_to(index, (*values.shape[:-1], 1)), axis=-1)


def _nan_reduce(function: Callable[..., Any], empty: float) -> Callable[[Array], Array]:
    """Return a reduction that skips blanks, and gives `empty` where all are blank, as Excel's MIN and MAX do."""

    def reduce(values: Array) -> Array:
        return np.asarray(function(np.where(np.isnan(values), empty, values), axis=-1, keepdims=True))

    return reduce


def _keep(function: Callable[..., Any]) -> Callable[[Array], Array]:
    return lambda values: np.asarray(function(np.nan_to_num(values), axis=-1, keepdims=True))


def add_months(serial: Array, months: Array, is_1904: bool) -> Array:
    """EDATE for first days of months; blank where one of the two is blank."""

    def one(start: float, count: float) -> float:
        if not (math.isfinite(start) and math.isfinite(count)):
            return math.nan
        day = day_of(start, is_1904)
        years, index = divmod(day.month - 1 + int(count), 12)
        return serial_of(date(day.year + years, index + 1, day.day), is_1904)

    return np.asarray(np.vectorize(one, otypes=[float])(serial, months))


def part_of_date(part: str, serial: Array, is_1904: bool) -> Array:
    """YEAR and MONTH; blank where the date is blank."""

    def one(value: float) -> float:
        return float(getattr(day_of(value, is_1904), part)) if math.isfinite(value) else math.nan

    return np.asarray(np.vectorize(one, otypes=[float])(serial))


OPERATORS: dict[str, Operator] = {
    "=": Operator(1, _equal),
    "<": Operator(1, np.less),
    "<=": Operator(1, np.less_equal),
    ">": Operator(1, np.greater),
    ">=": Operator(1, np.greater_equal),
    "&": Operator(2, _join),
    "+": Operator(3, np.add),
    "-": Operator(3, np.subtract),
    "*": Operator(4, np.multiply),
    "/": Operator(4, np.divide),
    "^": Operator(5, np.power),
}
SIGN_PRECEDENCE = 6

FUNCTIONS: dict[str, Function] = {
    "IF": Function(_if),
    "AND": Function(_fold(np.logical_and)),
    "OR": Function(_fold(np.logical_or)),
    "NOT": Function(np.logical_not),
    "ABS": Function(np.abs),
    "EXP": Function(np.exp),
    "LN": Function(np.log),
    "INT": Function(np.floor),
    "MOD": Function(np.mod),
    "ROUND": Function(_round),
    "ROUNDUP": Function(_round_up),
    "MAX": Function(_fold(np.maximum), _nan_reduce(np.max, -np.inf)),
    "MIN": Function(_fold(np.minimum), _nan_reduce(np.min, np.inf)),
    "SUM": Function(None, _keep(np.sum)),
    "PRODUCT": Function(None, _keep(np.prod), identity=1),
    "COUNT": Function(None, lambda values: np.sum(~np.isnan(values), axis=-1, keepdims=True, dtype=float)),
    "LARGE": Function(None, _large),
    "POISSON": Function(poisson, truth_value=2),
    "BINOMDIST": Function(binomial, truth_value=3),
    "GAMMADIST": Function(gamma_distribution, truth_value=3),
    "GAMMALN": Function(log_gamma),
    "TINV": Function(student_t_inverse),
    "MID": Function(_middle),
    "EDATE": Function(None),
    "YEAR": Function(None),
    "MONTH": Function(None),
}
