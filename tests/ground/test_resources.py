"""YAML of a user: bounded, and without the surprises of its older versions."""

from __future__ import annotations

import time

import pytest

from workbook.resources import parse_yaml

LAUGHS = "\n".join(
    ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)] + ["z: *a11"]
)
MERGES = "\n".join(
    ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    "text", [LAUGHS, MERGES, "a: &a [*a]", "[" * 100_000, "a: " + "[" * 60 + "]" * 60, "- 1\n" * 200_000]
)
def test_a_document_without_bounds_is_refused_with_its_line(text: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match="line"):
        parse_yaml(text)
    assert time.monotonic() - begun < 5


def test_a_few_aliases_are_read() -> None:
    assert parse_yaml("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}") == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", "12:30"), ("190:20:30", "190:20:30"), ("1:0.5", "1:0.5"), ("010", "010"), ("0x1F", "0x1F"),
        ("1_000", "1_000"), ("9" * 5000, "9" * 5000), ("12", 12), ("-3", -3), ("+4", 4), ("0", 0), ("0.5", 0.5),
        (".5", 0.5), ("1.", 1.0), ("1.5e+3", 1500.0), ("true", True),
    ],
)  # fmt: skip
def test_numbers_are_decimal(text: str, value: object) -> None:
    found = parse_yaml(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))
