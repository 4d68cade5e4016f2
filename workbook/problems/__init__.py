"""Coded problems with a place and a remedy (languages floor).

A user's mistake is a value: a `Problem`, collected with all the others and shown at once. A programmer's raises.
"""

from workbook.problems.codes import Code
from workbook.problems.problem import (
    Problem,
    Rated,
    Reason,
    Refusal,
    Severity,
    count_text,
    has_errors,
    in_order,
    listed,
)

__all__ = [
    "Code",
    "Problem",
    "Rated",
    "Reason",
    "Refusal",
    "Severity",
    "count_text",
    "has_errors",
    "in_order",
    "listed",
]
