"""Figures into the texts of formulas: months, percentages, multiples, counts, money and sizes (plan floor).

A text has no number format that every locale reads alike, so the texts are made of rounded numbers and letters, at most
three significant digits: `Mar 2026`, `20%`, `2.1×`, `1 node`, `97.3k`, `1.25M`, `485 TB`. `workbook.figures` writes
the same figures in Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Expr,
    Line,
    LineKind,
    Number,
    Ref,
    Text,
    all_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
)
from workbook.figures import LETTERS_OF_A_MONTH, MONTHS

_HUNDREDFOLD = Number(100)
_MANY = Number(100) * 100
"""A multiple that needs no more digits."""


def month_text(day: Expr) -> Expr:
    """Write the month of a date as `Mar 2027`, in English everywhere; the formats of TEXT depend on a locale."""
    first = LETTERS_OF_A_MONTH * (call("MONTH", day) - 1) + 1
    return call("MID", Text("".join(MONTHS)), first, LETTERS_OF_A_MONTH) & " " & call("YEAR", day)


def percent_text(ratio: Expr) -> Expr:
    """Write a ratio as `20%`: whole, and above 10000% as a bound."""
    return if_(ratio >= _HUNDREDFOLD, Text("over ") & _MANY & "%", call("ROUND", 100 * ratio, 0) & "%")


def multiple_text(multiple: Expr) -> Expr:
    """Write a multiple as `2.1×` or `12×`, to tens from 1000×, and above 10000× as a bound."""
    digits = 1 - if_(multiple * 100 >= 1000, 1, 0) - if_(multiple >= 1000, 1, 0)
    return if_(multiple >= _MANY, Text("over ") & _MANY & "×", call("ROUND", multiple, digits) & "×")


def count_text(count: Expr, one: str, unit: str = "") -> Expr:
    """Write a count with its noun: `1 node`, `2 nodes`. The count measures `unit`."""
    return if_(eq(count, Number(1, unit)), f"1 {one}", count & f" {one}s")


def short_lines(
    figure: Ref, title: str, foreach: tuple[str, ...] = (), unit: str = "", size: tuple[Expr, Expr] | None = None
) -> Iterator[Line]:
    """Yield a figure in three digits or fewer, `…_words`, and its parts: 0.00213, 13, 97.3k.

    `size` is the unit of sizes (GB, GiB; blank otherwise) and the step between such units. What would
    need an exponent is written as a bound: programs write exponents in different ways. A blank is nothing.
    """
    measure, step = size or (BLANK, Number(1000))
    thousand, hundred, one, tiny = (Number(number, unit) for number in (1000, 100, 1, 1))
    level, scale, digits, suffix = (Ref(f"{figure.line}_{part}") for part in ("level", "scale", "digits", "suffix"))

    def line(of: Ref, what: str, kind: str, expr: Expr) -> Line:
        expr = if_(is_blank(figure), BLANK, expr)
        return Line(of.line, f"{title}: {what}", kind, foreach, expr, kind=LineKind.WORKING)

    # A figure that rounds to a thousand thousands is a million.
    steps = (figure, figure / step, figure / step / step)
    reached = [if_(call("ROUND", part, 0) >= thousand, 1, 0) for part in steps]
    yield line(level, "thousands level", "whole", reached[0] + reached[1] + reached[2])
    yield line(scale, "scale", "whole", step**level)
    scaled = figure / scale
    fewer = if_(scaled * 100 >= thousand, 1, 0) + if_(scaled >= hundred, 1, 0)
    more = if_(scaled >= one, 0, 1) + if_(scaled * 100 >= one, 0, 2)
    yield line(digits, "decimals", "whole", 2 - fewer + more)
    letters = call("MID", "kMbn", largest(1, level), smallest(1, level) + if_(level > 2, 1, 0))
    if size:
        sizes = Text(" ") & call("MID", "GTPE", level + 1, 1) & call("MID", measure, 2, 2)
        letters = if_(eq(measure, BLANK), letters, sizes)
    yield line(suffix, "suffix", "text", letters)
    written = call("ROUND", scaled, digits) & suffix
    bounded = if_(scaled >= thousand * 1000, Text("over 1000000") & suffix, written)
    small = if_(all_of(figure > 0, figure * 100 * 100 < tiny), "below 0.0001", bounded)
    yield line(Ref(f"{figure.line}_words"), "text", "text", small)
