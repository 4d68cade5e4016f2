"""What Excel's POISSON, BINOMDIST, GAMMADIST and GAMMALN mean, in NumPy alone (languages floor).

All take arrays that broadcast, and give NaN outside of their domain. The incomplete gamma function is the series below
its mean and Lentz's continued fraction above (Numerical Recipes, section 6.2), so that neither side cancels; both are
good to about 1e-12 of the result for means up to a million.
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


def _log_gamma_of(value: float) -> float:
    if not value > 0:
        return math.nan
    return math.lgamma(value) if math.isfinite(value) else math.inf


def _binomial_of(successes: float, trials: float, chance: float, is_cumulative: float) -> float:
    """Sum the tail on whose far side the mean is, term by term from logarithms."""
    if not (0 <= successes <= trials and 0 <= chance <= 1):
        return math.nan
    k, n = int(successes), int(trials)
    if chance in (0, 1):
        certain = n * int(chance)
        return float(k >= certain if is_cumulative else k == certain)
    if not is_cumulative:
        return float(_binomial_terms(np.array([float(k)]), n, chance)[0])
    if k < n * chance:
        return math.fsum(_binomial_terms(np.arange(k + 1.0), n, chance).tolist())
    return 1.0 - math.fsum(_binomial_terms(np.arange(k + 1.0, n + 1.0), n, chance).tolist())


def _binomial_terms(k: Array, n: int, chance: float) -> Array:
    ways = math.lgamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)
    return np.asarray(np.exp(ways + k * math.log(chance) + (n - k) * math.log1p(-chance)))


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
