"""Values into what an annotation shows: the template for Prometheus, and the text that it gives (post floor).

The texts are those of Prometheus's own template functions, so that the tests of the rules know them in advance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from workbook.export.prometheus.quoting import number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Shown(Struct, frozen=True):
    """How the value of an alert is shown, and how the plan's limit is."""

    template: str
    text: Callable[[float], str]
    limit: Callable[[float], str]

    def is_steady(self, value: float) -> bool:
        """Whether noise of floating point leaves the text of a value as it is."""
        return self.text(value * (1 - 1e-7)) == self.text(value * (1 + 1e-7))


def _percentage(value: float) -> str:
    return f"{value * 100:.4g}%"


def _scaled(value: float) -> str:
    small = bool(value) and abs(value) < 1
    shown = ""
    for prefix in "munpfazy" if small else "kMGTPEZY":
        if abs(value) >= 1 if small else abs(value) < 1000:
            break
        shown, value = prefix, value * 1000 if small else value / 1000
    return f"{value:.4g}{shown}"


def _duration(value: float) -> str:
    if value < 1:
        return f"{_scaled(value)}s"
    whole = int(value)
    if whole < 60:
        return f"{value:.4g}s"
    days, hours, minutes, seconds = whole // 86400, whole // 3600 % 24, whole // 60 % 60, whole % 60
    if days:
        return f"{days}d {hours}h {minutes}m {seconds}s"
    return f"{hours}h {minutes}m {seconds}s" if hours else f"{minutes}m {seconds}s"


def _limit_duration(value: float) -> str:
    """Return a duration without its parts of zero: `2m`, not `2m 0s`."""
    parts = _duration(value).split()
    return " ".join(part for part in parts if part[0] != "0" or len(parts) == 1)


def _day(seconds: float) -> str:
    day = _EPOCH + timedelta(seconds=seconds)
    return f"{day.day} {day:%b %Y}"


def fixed_percentage(decimals: int) -> Shown:
    """Return how a value that is counted in percent is shown with so many decimals."""
    return Shown(
        f'{{{{ $value | printf "%.{decimals}f" }}}}%',
        lambda value: f"{value:.{decimals}f}%",
        lambda value: f"{number(value)}%",
    )


PERCENTAGE = Shown("{{ $value | humanizePercentage }}", _percentage, _percentage)
NUMBER = Shown("{{ $value | humanize }}", _scaled, _scaled)
DURATION = Shown("{{ $value | humanizeDuration }}", _duration, _limit_duration)
DATE = Shown("{{ $value | humanizeTimestamp }}", _day, _day)
"""A date: only the limit of such a measure is shown."""
