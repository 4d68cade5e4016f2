"""Keys into evenly spread chances: a Latin hypercube that nothing but its seed and its key decides (many floor).

The bytes of SHAKE-256 order the runs and move each within its slot, so that no library's generator can change a draw,
and the draws of one key are the same whatever else is drawn. Keys of one group are ordered by normal scores that they
share in part (R. L. Iman, W. J. Conover, A distribution-free approach to inducing rank correlation, 1982).
"""

from __future__ import annotations

import math
from functools import lru_cache
from hashlib import shake_256
from statistics import NormalDist

import numpy as np
from msgspec import Struct

from workbook.expr.functions import Array

_BYTES = 8
_SPARE_BITS = np.uint64(64 - 53)
"""What a float cannot hold of 64 bits."""


class Sampling(Struct, frozen=True):
    """How many runs there are, what they are drawn from, and how closely the keys of one group move together (0–1)."""

    runs: int = 10_000
    seed: int = 1
    correlation: float = 0.0


def chances(sampling: Sampling, key: str, group: str = "") -> Array:
    """Return a chance above 0 and below 1 for each run, one in each of as many slots of equal width (run).

    Raises ValueError for a correlation outside of 0 to 1, or without a run.
    """
    if not 0 <= sampling.correlation <= 1 or sampling.runs < 1:
        raise ValueError(f"not a sample: {sampling}")
    order, jitter = _streams(sampling, key)
    ranks = _ranks(order)
    if group and sampling.correlation:
        ranks = _moved_together(sampling, ranks, _ranks(_streams(sampling, f"group\t{group}")[0]))
    return np.asarray((ranks + (jitter >> _SPARE_BITS) / 2.0**53) / sampling.runs)


def _streams(sampling: Sampling, key: str) -> tuple[Array, Array]:
    """Return what orders the runs, and what moves each of them: two arrays of whole numbers of 64 bits."""
    drawn = shake_256(f"{sampling.seed}\t{key}".encode()).digest(2 * _BYTES * sampling.runs)
    words = np.frombuffer(drawn, dtype="<u8")
    return words[: sampling.runs], words[sampling.runs :]


def _ranks(figures: Array) -> Array:
    """Return the place of each figure in rising order, from 0; of equals the first is lower."""
    ranks = np.empty(len(figures), dtype=np.int64)
    ranks[np.argsort(figures, kind="stable")] = np.arange(len(figures))
    return ranks


def _moved_together(sampling: Sampling, own: Array, shared: Array) -> Array:
    """Return the ranks of normal scores that are partly a key's own and partly its group's."""
    scores = _normal_scores(sampling.runs)
    rho = sampling.correlation
    return _ranks(math.sqrt(rho) * scores[shared] + math.sqrt(1 - rho) * scores[own])


@lru_cache(maxsize=4)
def _normal_scores(runs: int) -> Array:
    """Return the quantile of the normal distribution in the middle of each slot; nobody may change it."""
    normal = NormalDist()
    scores = np.array([normal.inv_cdf((rank + 0.5) / runs) for rank in range(runs)])
    scores.flags.writeable = False
    return scores
