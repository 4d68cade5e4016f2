"""The numbers and dates that people read in a text: one, two, or none, and never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from workbook.inputs.parse.typed_text import dates_in, is_like_a_date, number_with_unit, numbers_in
from workbook.inputs.sheets.registry import SHEETS


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12", (12,)),
        (" \u00a012 ", (12,)),
        ("\uff11\uff12", (12,)),
        ("-1.5e3", (-1500,)),
        ("\u22125", (-5,)),
        ("0.234", (0.234,)),
        ("12.5", (12.5,)),
        ("12,5", (12.5,)),
        ("1234,567", (1234.567,)),
        ("1,234", (1234, 1.234)),
        ("1.234", (1234, 1.234)),
        ("1.234,50", (1234.5,)),
        ("1,234.50", (1234.5,)),
        ("1 234 567", (1234567,)),
        ("1\u202f234", (1234,)),
        ("1'234.5", (1234.5,)),
        ("1.234.567", (1234567,)),
        ("1.234.567.89", ()),
        ("1,23,456", ()),
        ("1_000", ()),
        ("nan", ()),
        ("infinity", ()),
        ("0x10", ()),
        ("", ()),
    ],
)
def test_numbers(text: str, numbers: tuple[float, ...]) -> None:
    assert numbers_in(text) == pytest.approx(numbers)


@pytest.mark.parametrize(
    ("sheet", "field", "text", "unit", "value"),
    [
        ("rates", "memory_gb", "16 GB", "GB", 16),
        ("rates", "memory_gb", "16384 MB", "MB", None),
        ("rates", "memory_gb", "16 GiB", "GiB", None),
        ("retention", "base_size_gb", "1.5TB", "TB", 1500),
        ("retention", "retention_days", "2 weeks", "weeks", 14),
        ("users", "session_duration_min", "1 h", "h", 60),
        ("users", "cpu_per_request_s", "2 ms", "ms", 0.002),
        ("users", "api_bandwidth_mbps", "1 Gbps", "Gbps", 1000),
        ("users", "current_users", "1.5k", "k", 1500),
        ("users", "current_users", "2 million", "million", 2e6),
        ("users", "current_users", "5 apples", "apples", None),
        ("users", "current_users", "1,234 users", "users", None),
        ("users", "current_users", "many", "", None),
        ("rates", "on_demand", "$0.20", "$", 0.2),
        ("rates", "on_demand", "0,20 \u20ac", "\u20ac", 0.2),
        ("rates", "on_demand", "EUR 5", "EUR", None),
    ],
)
def test_units(sheet: str, field: str, text: str, unit: str, value: float | None) -> None:
    found_unit, found = number_with_unit(SHEETS[sheet].column(field), text)
    assert found_unit == unit
    assert found == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-01-31", (date(2026, 1, 31),)),
        ("2026-01-31T00:00:00", (date(2026, 1, 31),)),
        ("2026.1.31", (date(2026, 1, 31),)),
        ("31/01/2026", (date(2026, 1, 31),)),
        ("01/31/2026", (date(2026, 1, 31),)),
        ("03/04/2026", (date(2026, 4, 3), date(2026, 3, 4))),
        ("4.4.2026", (date(2026, 4, 4),)),
        ("31.12.99", (date(2099, 12, 31), date(1999, 12, 31))),
        ("2026-02-30", ()),
        ("January 2026", ()),
    ],
)
def test_dates(text: str, days: tuple[date, ...]) -> None:
    assert dates_in(text) == days


def test_a_day_that_does_not_exist_is_written_as_a_date() -> None:
    assert is_like_a_date("2026-02-30")
    assert not is_like_a_date("January 2026")
