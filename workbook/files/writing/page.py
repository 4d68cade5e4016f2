"""What a sheet looks like around its cells: tab, zoom, panes, and the printed page (files floor)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ZOOM = 85
_A3, _A4 = 8, 9
_ROOT_OF_TWO = 2**0.5
_SMALLEST_SCALE = 7 / 11
"""Below this part of their size, 7 points for 11, figures are not read with ease: the next larger paper is taken."""
_MARGIN = 0.4
_BELOW = 0.6
"""Inches beside, above and below a page; the footer stands in the last."""
_LONG, _SHORT = 842, 595
_POINTS_OF_A4 = _LONG - 2 * _MARGIN * 72
_POINTS_OF_ROW = 15
_FULL_ENOUGH = 0.5
"""A page that is filled less than this is not broken off for the sake of a section."""
_POINTS_OF_DIGIT, _POINTS_OF_PADDING = 5.25, 3.75


def set_page(
    sheet: Any,  # noqa: ANN401
    widths: Sequence[float],
    colour: str,
    run_id: str = "",
    height: float = 0,
) -> None:
    """Set the tab's colour, the zoom and the printed page: landscape, one page wide, and a footer that tells its place.

    `widths` are those of the printed columns; `height` is that of the printed rows in points where they make one page,
    0 where they may run on. A sheet that would be too small on A4 is printed on A3.
    """
    sheet.set_tab_color(colour)
    sheet.set_zoom(ZOOM)
    sheet.set_landscape()
    sheet.set_paper(_A3 if scale(widths, height) < _SMALLEST_SCALE else _A4)
    sheet.fit_to_pages(1, 1 if height else 0)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=_BELOW)
    run = f"Run {run_id}  ·  " if run_id else ""
    sheet.set_footer(f"&L&F&C&A&R{run}Page &P of &N", {"margin": _MARGIN / 2})


def section_breaks(
    sections: Sequence[int], last_row: int, widths: Sequence[float], repeated: int, row_height: float = _POINTS_OF_ROW
) -> list[int]:
    """Return the rows after which a printed page ends early, so that a section that fits on a page stands on one.

    `sections` are the rows of headings from top to bottom, `repeated` the rows that each page repeats, and `row_height`
    the points of most rows.
    """
    small = scale(widths)
    height = (_LONG if small < _SMALLEST_SCALE else _SHORT) - (_MARGIN + _BELOW) * 72
    fitted = min(1.0, small * _ROOT_OF_TWO) if small < _SMALLEST_SCALE else small
    room = int(height / (row_height * fitted))
    breaks: list[int] = []
    first, rows = 1, room
    for start, end in zip(sections, [*(row - 1 for row in sections[1:]), last_row], strict=True):
        while start >= first + rows:
            first, rows = first + rows, room - repeated
        fits = end - start < room - repeated
        if end >= first + rows and fits and start - first >= _FULL_ENOUGH * rows:
            breaks.append(start - 1)
            first, rows = start, room - repeated
    return breaks


def scale(widths: Sequence[float], height: float = 0) -> float:
    """Return the part of its size at which a sheet fits A4, at most 1: its width, and its height in points if given."""
    points = sum(width * _POINTS_OF_DIGIT + _POINTS_OF_PADDING for width in widths)
    room = _SHORT - (_MARGIN + _BELOW) * 72
    return min(1.0, *(size / needed for size, needed in ((_POINTS_OF_A4, points), (room, height)) if needed))
