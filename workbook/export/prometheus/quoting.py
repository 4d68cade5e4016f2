"""Texts and numbers into PromQL and into templates of annotations, so that nothing breaks out of them (post floor)."""

from __future__ import annotations

import json
import re
from decimal import Decimal

_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def string(text: str) -> str:
    """Return a text as a string of PromQL: JSON's escapes are among those of PromQL."""
    return json.dumps(text, ensure_ascii=False)


def literal(text: str) -> str:
    """Return a text as a Go template that shows just that text; an action begins with braces only."""
    return text.replace("{", '{{ "{" }}')


def one_line(text: str) -> str:
    """Return a text in one line, without control characters."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def number(value: float) -> str:
    """Return a number with up to 12 significant digits and without an exponent, as PromQL and test series read it."""
    text = format(Decimal(f"{value:.12g}"), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def duration(seconds: float) -> str:
    """Return a length of time as Prometheus writes it: `1d12h`, `5m`, `0s`; in whole seconds."""
    rest, text = round(seconds), ""
    for unit, size in _UNITS:
        if rest >= size:
            text += f"{rest // size}{unit}"
            rest %= size
    return text or "0s"


def is_metric(text: str) -> bool:
    """Whether a text is the name of a metric; recorded series have colons."""
    return re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", text) is not None
