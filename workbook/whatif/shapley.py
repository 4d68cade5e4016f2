"""Figures of all coalitions into what each member is worth, in no order (many floor).

The effect of a member is the mean, over all orders in which members could join, of what changes when it does.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from workbook.expr.functions import Array


def shapley(values: Array) -> Array:
    """Return the effect (member, figure) of each member from the figures (coalition, figure).

    The members of a coalition are the bits of its number, so that there is a power of two of them.
    """
    members = values.shape[0].bit_length() - 1
    coalitions = np.arange(values.shape[0])
    sizes = np.array([coalition.bit_count() for coalition in range(values.shape[0])])
    weights = np.array([factorial(size) * factorial(members - size - 1) for size in range(members)], dtype=float)
    effects = np.empty((members, values.shape[1]))
    for member in range(members):
        without = coalitions[coalitions & (1 << member) == 0]
        gained = values[without | (1 << member)] - values[without]
        effects[member] = weights[sizes[without]] @ gained / factorial(members)
    return effects
