"""Chart texts are literal: no name is mathematics, and none is left out of the legend."""

from __future__ import annotations

import ast
import inspect
from datetime import date

import pytest
from msgspec.structs import replace

from workbook.report import drawing as drawing_module
from workbook.report.drawing import LETTER_HEIGHT, WIDTH, ChartSeries, Drawing, draw

pytestmark = pytest.mark.slow

MONTHS = (date(2026, 1, 1), date(2026, 2, 1))
PALETTE = ("#0072B2", "#E69F00")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["column", "area", "line"])
@pytest.mark.parametrize("name", [r"$\frac$", "$x^2$", "a $ b", "$$", "_core", "\U0001f600", "%", "{}", r"\n"])
def test_a_name_is_drawn_as_it_is(kind: str, name: str) -> None:
    limit = ChartSeries(name, (3.0, 3.0))
    series = (ChartSeries(name, (1.0, 2.0)), ChartSeries("b", (2.0, 2.0)))
    drawing = Drawing(kind, name, MONTHS, series, limit, (name, 1.0, 2.0))
    made = draw(drawing, PALETTE, "#000000")
    assert made.startswith(b"\x89PNG")
    unnamed = (replace(series[0], name=" "), series[1])
    assert made != draw(replace(drawing, series=unnamed), PALETTE, "#000000")


def test_letters_are_legible_in_a_page_of_390_pixels() -> None:
    """The page leaves 14 pixels at each side; nothing that is drawn is smaller than the letters."""
    shown = (390 - 2 * 14) / WIDTH
    assert shown * LETTER_HEIGHT >= 11
    tree = ast.parse(inspect.getsource(drawing_module))
    sizes = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("fontsize", "labelsize", "size")
    ]
    assert [ast.unparse(size) for size in sizes] == ["_POINTS"]
