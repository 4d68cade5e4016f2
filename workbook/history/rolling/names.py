"""The name of a plan's file into that of the rolled plan's file (many floor).

A name says its month in one of the ways that people use: 2026-04, 2026-Q2, or 3+9 for three months of the fiscal year
measured and nine to go.
"""

from __future__ import annotations

import re

from workbook.timeline import Timeline

_MONTH = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])(?!\d)")
_QUARTER = re.compile(r"(?<![A-Za-z\d])\d{4}-[Qq][1-4](?!\d)")
_MEASURED = re.compile(r"(?<!\d)(\d{1,2})\+(\d{1,2})(?!\d)")
_YEAR = 12


def rolled_name(stem: str, timeline: Timeline) -> str:
    """Return the name for a plan with this timeline: every month in it replaced, or the month put at its end."""
    month = f"{timeline.start:%Y-%m}"
    quarter = f"{timeline.fiscal_year(0)}-Q{timeline.fiscal_quarter(0)}"
    measured = (timeline.start.month - timeline.fiscal_start) % _YEAR
    found = _MONTH.sub(month, stem)
    found = _QUARTER.sub(quarter, found)
    found = _MEASURED.sub(lambda part: _months(part, measured), found)
    is_known = any(pattern.search(stem) for pattern in (_MONTH, _QUARTER)) or _says_measured(stem)
    return found if is_known else f"{stem} {month}"


def _months(part: re.Match[str], measured: int) -> str:
    return f"{measured}+{_YEAR - measured}" if _is_a_year(part) else part[0]


def _says_measured(stem: str) -> bool:
    return any(_is_a_year(part) for part in _MEASURED.finditer(stem))


def _is_a_year(part: re.Match[str]) -> bool:
    return int(part[1]) + int(part[2]) == _YEAR
