"""Exchange rates of a CSV file: what one unit of a currency is worth in the currency of the group (post floor)."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence

from workbook.inputs.sheets.currencies import CURRENCIES

_HEADER = ("currency", "rate")


class RatesError(ValueError):
    """A file of rates that cannot be used; its text says in which line and why."""


def read_rates(text: str) -> Mapping[str, float]:
    """Return the rate of each currency of a CSV text with the columns Currency and Rate.

    Columns are divided by commas, or by semicolons with a decimal comma. Raises RatesError.
    """
    text = text.removeprefix("\ufeff")
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    lines = [(number, row) for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1) if row]
    if not lines or tuple(cell.strip().casefold() for cell in lines[0][1]) != _HEADER:
        raise RatesError("the first line must be: Currency,Rate")
    rates: dict[str, float] = {}
    for number, row in lines[1:]:
        currency, rate = _line(number, row, is_comma=delimiter == ";")
        if currency in rates:
            raise RatesError(f"line {number}: {currency} has a rate already")
        rates[currency] = rate
    if not rates:
        raise RatesError("no rates below the first line")
    return rates


def _line(number: int, row: Sequence[str], *, is_comma: bool) -> tuple[str, float]:
    if len(row) != len(_HEADER):
        raise RatesError(f"line {number}: expected a currency and a rate, found {len(row)} cells")
    currency, typed = row[0].strip().upper(), row[1].strip()
    if currency not in CURRENCIES:
        raise RatesError(f"line {number}: {row[0].strip()!r} is no currency code of ISO 4217, such as USD")
    try:
        rate = float(typed.replace(",", ".") if is_comma else typed)
    except ValueError:
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise RatesError(f"line {number}: {typed!r} is no rate above 0, such as 1.08")
    return currency, rate


def group_currency(rates: Mapping[str, float], currencies: Sequence[str]) -> str:
    """Return the currency of the group: the one with rate 1, else that of most plans, the first of them if tied.

    `currencies` are those of the plans in their order. Raises RatesError if that currency has another rate than 1.
    """
    if base := next((currency for currency, rate in rates.items() if rate == 1), ""):
        return base
    most = max(dict.fromkeys(currencies), key=currencies.count, default="")
    if most in rates:
        raise RatesError(
            f"no currency has the rate 1, and {most}, the currency of most plans, has the rate {rates[most]:g}: "
            "add the currency of the group with the rate 1"
        )
    return most
