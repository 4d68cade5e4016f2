"""What Excel's POISSON, BINOMDIST, GAMMADIST, GAMMALN and TINV mean, in NumPy alone (languages floor).

All take arrays that broadcast, and give NaN outside of their domain. The incomplete gamma function is the series below
its mean and Lentz's continued fraction above (Numerical Recipes, section 6.2), so that neither side cancels; both are
good to about 1e-12 of the result for means up to a million. The binomial takes constant memory for any number of
trials.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

_EPSILON = 1e-16
_TINY = 1e-300
_MOST_STEPS = 100_000
_FEW = 15
_HALVINGS = 60
_FEWEST_TERMS, _MOST_TERMS = 64, 65_536
_MOST_VARIANCE = 1e12
"""Up to here a binomial is summed: at the most some ten million terms, a part of them at a time."""


def log_gamma(values: Array) -> Array:
    """GAMMALN: the logarithm of the gamma function; NaN at zero and below."""
    return np.asarray(_LOG_GAMMA(values))


def poisson(count: Array, mean: Array, is_cumulative: Array) -> Array:
    """POISSON: the probability of `count` events, or of at most as many."""
    count, mean, is_cumulative = np.broadcast_arrays(count, mean, is_cumulative)
    exactly = np.where(mean > 0, np.exp(_log_power(count, mean) - mean), np.where(count == 0, 1.0, 0.0))
    at_most = _gamma_tails(count + 1.0, mean)[1] if is_cumulative.any() else exactly
    return np.where((count < 0) | (mean < 0), np.nan, np.where(is_cumulative > 0, at_most, exactly))


def gamma_distribution(value: Array, shape: Array, scale: Array, is_cumulative: Array) -> Array:
    """GAMMADIST: the density of the gamma distribution, or the probability of at most `value`."""
    scaled = value / scale
    density = np.exp(_log_power(shape - 1.0, scaled) - scaled) / scale
    return np.where(is_cumulative > 0, _gamma_tails(shape, scaled)[0], density)


def binomial(successes: Array, trials: Array, chance: Array, is_cumulative: Array) -> Array:
    """BINOMDIST: the probability of so many successes, or of at most as many."""
    return np.asarray(_BINOMIAL(successes, trials, chance, is_cumulative))


def student_t_inverse(chances: Array, freedom: Array) -> Array:
    """TINV: what Student's t exceeds, in either direction, with a probability."""
    return np.asarray(_STUDENT_T(chances, freedom))


def student_t(chance: float, freedom: float) -> float:
    """Return what Student's t exceeds, in either direction, with a probability; NaN outside of its domain."""
    if not (0 < chance <= 1 and freedom >= 1):
        return math.nan
    low, high = 0.0, math.pi / 2
    for _ in range(_HALVINGS):
        angle = (low + high) / 2
        low, high = (angle, high) if _within(angle, int(freedom)) < 1 - chance else (low, angle)
    return math.sqrt(int(freedom)) * math.tan((low + high) / 2)


def _within(angle: float, freedom: int) -> float:
    """Return the probability that Student's t is at most √freedom × tan(angle) in size: a finite sum."""
    cosine, is_odd = math.cos(angle), freedom % 2
    total, term = 0.0, cosine if is_odd else 1.0
    for place in range(freedom // 2):
        total += term
        term *= cosine**2 * (2 * place + 1 + is_odd) / (2 * place + 2 + is_odd)
    total *= math.sin(angle)
    return (angle + total) * 2 / math.pi if is_odd else total


def _log_gamma_of(value: float) -> float:
    if not value > 0:
        return math.nan
    return math.lgamma(value) if math.isfinite(value) else math.inf


def _binomial_of(successes: float, trials: float, chance: float, is_cumulative: float) -> float:
    """Sum the tail on whose far side the mean is; its other side is what that lacks of 1."""
    if not (0 <= successes <= trials < math.inf and 0 <= chance <= 1):
        return math.nan
    k, n = int(successes), int(trials)
    if chance in (0, 1):
        certain = n * int(chance)
        return float(k >= certain if is_cumulative else k == certain)
    if not is_cumulative:
        return _exactly(k, n, chance)
    if n * chance * (1.0 - chance) > _MOST_VARIANCE:
        return _at_most_by_normal(k, n, chance)
    if k < n * chance:
        return _tail_sum(_exactly(k, n, chance), k, n - k + 1, (1.0 - chance) / chance)
    if k == n:
        return 1.0
    return 1.0 - _tail_sum(_exactly(k + 1, n, chance), n - k - 1, k + 2, chance / (1.0 - chance))


def _tail_sum(term: float, left: int, place: int, odds: float) -> float:
    """Return a binomial term and all `left` ones beyond it; each is odds × (left − i) / (place + i) of the one before.

    Terms are summed in parts of bounded size, and those that no longer count are left out.
    """
    total, done, size = term, 0, _FEWEST_TERMS
    while done < left and term > total * _EPSILON:
        steps = np.arange(done, min(done + size, left), dtype=float)
        terms = term * np.cumprod((left - steps) / (place + steps) * odds)
        total, term = total + float(terms.sum()), float(terms[-1])
        done, size = done + len(steps), min(2 * size, _MOST_TERMS)
    return total


def _exactly(k: int, n: int, chance: float) -> float:
    """Return the probability of just k of n by its saddle point, which keeps all digits for any n.

    C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
    """
    if k == 0:
        return math.exp(n * math.log1p(-chance))
    if k == n:
        return math.exp(n * math.log(chance))
    lack = _stirling_error(n) - _stirling_error(k) - _stirling_error(n - k)
    lack -= _deviance(k, n * chance) + _deviance(n - k, n * (1.0 - chance))
    return math.exp(lack) * math.sqrt(n / (2.0 * math.pi * k * (n - k)))


def _stirling_error(n: int) -> float:
    """Return ln(n!) less Stirling's formula."""
    if n <= _FEW:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2.0 * math.pi)
    square = 1.0 / (float(n) * n)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - square / 1188) * square) * square) * square) / n


def _deviance(count: int, mean: float) -> float:
    """Return count × ln(count / mean) + mean − count, by its series where the two are close."""
    if abs(count - mean) >= 0.1 * (count + mean):
        return count * math.log(count / mean) + mean - count
    ratio = (count - mean) / (count + mean)
    total, term = (count - mean) * ratio, 2.0 * count * ratio
    for odd in range(3, 2 * _FEW * _FEW, 2):
        term *= ratio * ratio
        before, total = total, total + term / odd
        if total == before:
            break
    return total


def _at_most_by_normal(k: int, n: int, chance: float) -> float:
    """Return the normal distribution with its correction for skewness; what is left out is below 1 / variance."""
    deviation = math.sqrt(n * chance * (1.0 - chance))
    distance = (k + 0.5 - n * chance) / deviation
    density = math.exp(-0.5 * distance * distance) / math.sqrt(2.0 * math.pi)
    skew = (1.0 - 2.0 * chance) / (6.0 * deviation) * (distance * distance - 1.0) * density
    return min(1.0, max(0.0, 0.5 * math.erfc(-distance / math.sqrt(2.0)) - skew))


_LOG_GAMMA = np.vectorize(_log_gamma_of, otypes=[float])
_BINOMIAL = np.vectorize(_binomial_of, otypes=[float])


def _log_power(exponent: Array, base: Array) -> Array:
    """Return ln(base^exponent / exponent!)."""
    return np.asarray(exponent * np.log(base) - log_gamma(exponent + 1.0))


def _gamma_tails(shape: Array, value: Array) -> tuple[Array, Array]:
    """Return the regularised incomplete gamma function, lower and upper, of arrays of one size."""
    shape, value = (np.asarray(array, dtype=float) for array in np.broadcast_arrays(shape, value))
    is_valid = (shape > 0) & (value >= 0) & np.isfinite(shape) & np.isfinite(value)
    is_low = value < shape + 1.0
    lower = np.full(shape.shape, np.nan)
    upper = np.full(shape.shape, np.nan)
    for side, other, wanted, tail in (
        (lower, upper, is_valid & is_low, _lower_by_series),
        (upper, lower, is_valid & ~is_low, _upper_by_fraction),
    ):
        if wanted.any():
            side[wanted] = tail(shape[wanted], value[wanted])
            other[wanted] = 1.0 - side[wanted]
    return lower, upper


def _lower_by_series(shape: Array, value: Array) -> Array:
    term = np.ones_like(shape)
    total = term.copy()
    for step in range(1, _MOST_STEPS):
        term = term * value / (shape + step)
        total += term
        if (term <= total * _EPSILON).all():
            break
    return np.where(value > 0, np.exp(_log_power(shape, value) - value) * total, 0.0)


def _upper_by_fraction(shape: Array, value: Array) -> Array:
    """Evaluate the continued fraction from its front, after Lentz."""
    b = value + 1.0 - shape
    c = np.full(shape.shape, 1.0 / _TINY)
    d = 1.0 / _away_from_zero(b)
    fraction = d.copy()
    for step in range(1, _MOST_STEPS):
        numerator = -step * (step - shape)
        b = b + 2.0
        d = 1.0 / _away_from_zero(numerator * d + b)
        c = _away_from_zero(b + numerator / c)
        change = c * d
        fraction = fraction * change
        if (np.abs(change - 1.0) <= 1e-15).all():
            break
    return np.asarray(np.exp(_log_power(shape - 1.0, value) - value) * value * fraction)


def _away_from_zero(values: Array) -> Array:
    return np.where(np.abs(values) < _TINY, _TINY, values)


_STUDENT_T = np.vectorize(student_t, otypes=[float])
