"""Names that look the same, and signs that nobody sees."""

from __future__ import annotations

import pytest

from workbook.inputs.parse.confusables import described, difference, look, odd_signs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Staff", "St\u0430ff"),
        ("Staff", "\uff33taff"),
        ("Staff", "Sta\u200bff"),
        ("Staff", "\u202dStaff\u202c"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("a b", "a\u00a0b"),
        ("\u0391PI", "API"),
    ],
)
def test_what_looks_the_same(one: str, other: str) -> None:
    assert look(one) == look(other)
    assert "U+" in difference(one, other)
    assert difference(one, one) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Disk2", "Disk\u00b2"), ("node 1", "node l"), ("caf\u00e9", "cafe"), ("\u0441\u0435\u0442\u044c", "cetb")],
)
def test_what_a_person_can_tell_apart(one: str, other: str) -> None:
    assert look(one) != look(other)
    assert difference(one, other) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Office staff",
        "N\u0151i \u00fcgyf\u00e9lszolg\u00e1lat",
        "\u0421\u0435\u0440\u0432\u0435\u0440",  # wholly Cyrillic
        "\u03b1-team",  # a word of one Greek letter
        "\u6771\u4eac node",
        "\U0001f469\u200d\U0001f4bb team",  # an emoji that a joiner holds together
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with the joiner that it needs
    ],
)
def test_names_of_every_script_are_names(name: str) -> None:
    assert odd_signs(name) == ()


@pytest.mark.parametrize(
    ("name", "odd"),
    [("Gu\u0435sts", "\u0435"), ("Gu\u200bests", "\u200b"), ("\u202etseuG", "\u202e"), ("a\x07b", "\x07")],
)
def test_signs_that_mislead(name: str, odd: str) -> None:
    assert odd_signs(name) == (odd,)


def test_signs_are_given_by_number_and_name() -> None:
    assert described(["\u0430", "\u200b", "\x07"]) == (
        "U+0430 (Cyrillic small letter a), U+200B (Zero width space), U+0007 (a control character)"
    )
    assert described("abcde").endswith(" and 2 more")
