"""Colours into the contrast between them, as accessibility guidelines measure it, and into greys (paper floor)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

LEAST_CONTRAST = 4.5
"""What text needs against its ground (WCAG 2, level AA)."""
MOST_COLOURS = 6
"""As many as a chart has series, and a palette colours at least."""
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def is_colour(text: object) -> bool:
    """Whether something is a colour as themes write it: `#RRGGBB`."""
    return isinstance(text, str) and bool(_COLOUR.fullmatch(text))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#RRGGBB`, from 1 (none) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def dark_beside_light(palette: Sequence[str]) -> tuple[str, ...]:
    """Return the colours of series: neighbours differ in lightness, so that a stack stays apart in grey print."""
    ordered = sorted(palette, key=_luminance)
    half = (len(ordered) + 1) // 2
    pairs = zip_longest(ordered[:half], ordered[half:])
    return tuple(colour for pair in pairs for colour in pair if colour)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
