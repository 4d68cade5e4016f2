"""ChartSeries over months into a PNG, drawn the same on every machine (post; the only room that knows matplotlib).

The ground is white whatever the reader's theme is. A telephone shows a chart at three quarters of its size; its letters
are legible there.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from workbook.report.wording import axis_month_text, axis_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 480, 330
LETTER_HEIGHT = 15.0
"""Of all texts, in pixels at full size: 11 pixels in a page of 390 pixels, which shows 362 of them."""
MOST_LETTERS = 22
"""Longest name in a legend; two stand side by side."""
MOST_COLUMNS = 60
_SCALE = 2
_INCH = 100
_POINTS = LETTER_HEIGHT * 72 / _INCH
_INK, _GREY, _GRID = "#1A1A1A", "#595959", "#D9D9D9"
# A report is printed in grey: lines differ in their strokes, fills that touch in their lightness.
_STROKES = ("solid", (0, (6, 2)), (0, (2, 2)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (8, 3)))


class ChartSeries(Struct, frozen=True):
    """One series: its name, and a value a month; None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


class Drawing(Struct, frozen=True):
    """What is drawn: `kind` is column, area or line; `limit` a dashed line; `band` a shaded pair of values."""

    kind: str
    unit: str
    months: tuple[date, ...]
    series: tuple[ChartSeries, ...]
    limit: ChartSeries | None = None
    band: tuple[str, float, float] | None = None
    is_ratio: bool = False


def draw(drawing: Drawing, palette: Sequence[str], limit_colour: str) -> bytes:
    """Return the PNG of a drawing: the same bytes for the same drawing and version of the library."""
    with _defaults():
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - only a report draws
        from matplotlib.figure import Figure  # noqa: PLC0415

        figure = Figure((WIDTH / _INCH, HEIGHT / _INCH), _INCH * _SCALE, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _KINDS[drawing.kind](axes, drawing, palette)
        _limits(axes, drawing, limit_colour)
        _frame(axes, drawing)
        _legend(axes, drawing)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


@contextmanager
def _defaults() -> Iterator[None]:
    """Use the library's own fonts and settings, whatever the machine's are, and none of its messages.

    Texts are literal: `$…$` is no mathematics.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib as mpl  # noqa: PLC0415 - only a report draws
    from matplotlib import style  # noqa: PLC0415

    settings: Any = {"font.family": "DejaVu Sans", "font.size": _POINTS, "text.parse_math": False, "text.usetex": False}
    with style.context("default"), mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        yield


def _label(name: str) -> str:
    """Return a name with a mark in front: the library leaves a name that begins with `_` out of the legend."""
    return f"={name}"


def _columns(axes: Axes, drawing: Drawing, palette: Sequence[str]) -> None:
    places = range(len(drawing.months))
    # Gaps and borders would be wider than columns that are only a few pixels wide.
    width, border = (0.86, 0.5) if len(places) <= MOST_COLUMNS else (1.0, 0.0)
    below = [0.0] * len(drawing.months)
    for place, one in enumerate(drawing.series):
        values = [value or 0.0 for value in one.values]
        axes.bar(
            places, values, width, bottom=below, label=_label(one.name), color=palette[place % len(palette)],
            edgecolor="white", linewidth=border,
        )  # fmt: skip
        below = [one + other for one, other in zip(below, values, strict=True)]


def _areas(axes: Axes, drawing: Drawing, palette: Sequence[str]) -> None:
    values = [[value or 0.0 for value in one.values] for one in drawing.series]
    axes.stackplot(
        range(len(drawing.months)), values, labels=[_label(one.name) for one in drawing.series],
        colors=[palette[place % len(palette)] for place in range(len(values))], edgecolor="white", linewidth=0.8,
    )  # fmt: skip


def _lines(axes: Axes, drawing: Drawing, palette: Sequence[str]) -> None:
    for place, one in enumerate(drawing.series):
        values = [float("nan") if value is None else value for value in one.values]
        stroke = _STROKES[place % len(_STROKES)]
        axes.plot(values, label=_label(one.name), color=palette[place % len(palette)], linestyle=stroke, linewidth=1.8)


_KINDS: dict[str, Callable[[Axes, Drawing, Sequence[str]], None]] = {
    "column": _columns,
    "area": _areas,
    "line": _lines,
}


def _limits(axes: Axes, drawing: Drawing, colour: str) -> None:
    if drawing.band:
        name, low, high = drawing.band
        axes.axhspan(low, high, color="#009E73", alpha=0.18, linewidth=0, label=_label(name))
    if drawing.limit:
        values = [float("nan") if value is None else value for value in drawing.limit.values]
        axes.plot(values, label=_label(drawing.limit.name), color=colour, linestyle=(0, (5, 3)), linewidth=1.6)


def _frame(axes: Axes, drawing: Drawing) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 - only a report draws

    last = len(drawing.months) - 1
    every = next((step for step in (1, 2, 3, 6, 12, 24) if last <= step * 5), 36)
    ticks = list(range(0, last + 1, every))
    axes.set_xticks(ticks, [axis_month_text(drawing.months[place]) for place in ticks])
    axes.set_xlim(-0.6, last + 0.6) if drawing.kind == "column" else axes.set_xlim(0, max(last, 1))
    axes.set_ylim(0, axes.get_ylim()[1] * 1.04)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=not drawing.is_ratio))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: axis_text(value, is_ratio=drawing.is_ratio)))
    axes.set_ylabel(drawing.unit, color=_GREY)
    axes.grid(axis="y", color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=_INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_GREY)


def _legend(axes: Axes, drawing: Drawing) -> None:
    """Add a legend below the chart: stacked series from the top down, as they are drawn."""
    handles, names = axes.get_legend_handles_labels()
    order = list(range(len(names)))
    if drawing.kind != "line":
        # The library lists lines before fills, whatever was drawn first.
        fills = order[-len(drawing.series) :] if drawing.kind == "column" else order[: len(drawing.series)]
        order = [*(place for place in order if place not in fills), *reversed(fills)]
    figure = axes.get_figure()
    if figure:
        figure.legend(
            [handles[place] for place in order], [_short(names[place][1:]) for place in order], fontsize=_POINTS,
            loc="outside lower center", frameon=False, ncols=2, handlelength=1.4, columnspacing=1.0,
        )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
