"""A measured series into the seasons that it shows (history floor).

Each figure over the centred moving average of a year around it; the mean of these ratios of each calendar month, scaled
so that their mean is 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import fmean

YEAR = 12
FEWEST = 2 * YEAR
"""One year alone shows no season: growth and season would be one."""


def seasonal_indices(figures: Mapping[int, float], period: int = YEAR) -> tuple[float, ...]:
    """Return the index of each season, that of month 0 first; nothing where one of them has no ratio.

    `figures` are by the number of their month; months that are not there have no ratio, and their neighbours neither.
    """
    ratios: dict[int, list[float]] = defaultdict(list)
    for month, figure in figures.items():
        mean = _centred_mean(figures, month, period)
        if mean is not None and mean > 0:
            ratios[month % period].append(figure / mean)
    if len(ratios) < period:
        return ()
    means = [fmean(ratios[season]) for season in range(period)]
    return tuple(mean / fmean(means) for mean in means)


def _centred_mean(figures: Mapping[int, float], month: int, period: int) -> float | None:
    """Return the mean of a period around a month; of an even one, half of both ends."""
    half = period // 2
    around = [figures.get(place) for place in range(month - half, month + half + 1)]
    known = [figure for figure in around if figure is not None]
    if len(known) < len(around):
        return None
    return fmean(known) if period % 2 else (sum(known) - (known[0] + known[-1]) / 2) / period
