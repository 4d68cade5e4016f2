import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.export.names import collisions, metric_name, resource_name


@pytest.mark.parametrize(
    ("typed", "metric", "resource"),
    [
        ("erlmcp_requests_total", "erlmcp_requests_total", "erlmcp-requests-total"),
        ("Audit log", "Audit_log", "audit-log"),
        ("Müller & Söhne", "Muller_Sohne", "muller-sohne"),
        ("Straße Ø", "Strasse_O", "strasse-o"),
        ("3 tiers", "_3_tiers", "3-tiers"),
        ("--web--", "web", "web"),
        ('a"} or {{x', "a_or_x", "a-or-x"),
    ],
)
def test_a_name_is_made_safe(typed: str, metric: str, resource: str) -> None:
    assert (metric_name(typed), resource_name(typed)) == (metric, resource)


def test_names_without_latin_letters_stay_apart() -> None:
    assert metric_name("日本") != metric_name("台湾")
    assert resource_name("日本") != resource_name("台湾")


def test_a_long_name_is_cut_without_a_dash_at_its_end() -> None:
    assert resource_name("a" * 62 + " b") == "a" * 62


@given(st.text())
def test_every_text_becomes_a_name(text: str) -> None:
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", metric_name(text))
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", resource_name(text))
    assert metric_name(metric_name(text)) == metric_name(text)
    assert resource_name(resource_name(text)) == resource_name(text)


def test_names_that_become_one_are_found_once_each() -> None:
    assert collisions(["Web shop", "API", "web-shop", "Web shop", "WEB  SHOP"], resource_name) == (
        ("Web shop", "web-shop", "web-shop"),
        ("Web shop", "WEB  SHOP", "web-shop"),
    )
    assert collisions(["a", "b"], metric_name) == ()
