"""The suite's own fixtures: what is made once fails once."""

from __future__ import annotations

import pytest

from tests.conftest import made_once


def test_what_is_made_once_fails_once_and_is_skipped_then() -> None:
    asked: list[str] = []

    @made_once
    def made(name: str) -> str:
        asked.append(name)
        if name == "broken":
            raise ValueError("no home")
        return name.upper()

    assert (made("a"), made("a")) == ("A", "A")
    with pytest.raises(ValueError, match="no home"):
        made("broken")
    with pytest.raises(pytest.skip.Exception, match="failed in an earlier test: no home"):
        made("broken")
    assert asked == ["a", "broken"]
