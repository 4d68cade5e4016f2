"""Rates of a CSV file: what is read, what is refused, and which currency a group has."""

from __future__ import annotations

import pytest

from workbook.portfolio.rates import RatesError, group_currency, read_rates


@pytest.mark.parametrize(
    "text",
    [
        "Currency,Rate\nUSD,1\nEUR,1.08\n",
        "\ufeffcurrency,RATE\r\nUSD,1\r\n\r\neur,1.08\r\n",
        "Currency;Rate\nUSD;1\nEUR;1,08\n",
    ],
)
def test_rates_are_read(text: str) -> None:
    assert read_rates(text) == {"USD": 1, "EUR": 1.08}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the first line must be: Currency,Rate"),
        ("USD,1\n", "the first line must be"),
        ("Currency,Rate\n", "no rates"),
        ("Currency,Rate\nUSD,1\nUSD,2\n", "line 3: USD has a rate already"),
        ("Currency,Rate\nDollar,1\n", "line 2: 'Dollar' is no currency code"),
        ("Currency,Rate\nEUR,0\n", "line 2: '0' is no rate above 0"),
        ("Currency,Rate\nEUR,nan\n", "is no rate above 0"),
        ("Currency,Rate\nEUR,1,08\n", "found 3 cells"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(RatesError, match=words):
        read_rates(text)


def test_the_currency_of_a_group() -> None:
    plans = ["EUR", "USD", "USD", "EUR", "GBP"]
    assert group_currency({"GBP": 1, "USD": 0.8}, plans) == "GBP"
    assert group_currency({}, plans) == "EUR"  # the first of two that are as frequent
    assert group_currency({"GBP": 1.2}, ["USD", "USD", "GBP"]) == "USD"
    assert group_currency({}, []) == ""
    with pytest.raises(RatesError, match="no currency has the rate 1, and EUR"):
        group_currency({"EUR": 1.1}, plans)
