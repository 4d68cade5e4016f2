"""Programs that tests need: absent ones skip the test, or fail it where WORKBOOK_REQUIRE_<PROGRAM> is set."""

from __future__ import annotations

import os

import pytest


def require(name: str, is_here: object, variable: str = "") -> None:
    """Skip the test where a program is absent; fail it where it has to be there."""
    if not is_here:
        if os.environ.get(f"WORKBOOK_REQUIRE_{variable or name.upper()}"):
            pytest.fail(f"{name} is required here and not installed")
        pytest.skip(f"{name} is not installed")
