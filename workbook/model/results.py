"""Lines and their values, and the object that `--json` prints (plan floor; help: lines)."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.expr.tree import Line, Section
from workbook.figures import plain_number
from workbook.inputs.plan import Plan
from workbook.timeline import day_of
from workbook.units import UNITS

DIMENSION_NAMES = {"fixed": "item", "resilience": "resilience row", "objective": "latency objective"}
"""Dimensions whose names in `--json` differ from those in the code."""


class Results(Struct, frozen=True):
    """A calculated plan: every line, and its value as an array (run, item, axis)."""

    plan: Plan
    frame: Frame
    lines: Mapping[str, Line]
    values: Mapping[str, Array]

    def items(self, line_id: str) -> tuple[str, ...]:
        """Return the names of a line's items; one, `total`, where it has no such dimension."""
        item = self.lines[line_id].item
        return self.frame.items[item] if item else ("total",)

    def section(self, section: Section) -> tuple[str, ...]:
        """Return the ids of a section's lines in their order; lines without items are left out."""
        return tuple(line.id for line in self.lines.values() if line.section is section and self.items(line.id))

    def value(self, line_id: str, item: int = 0, position: int = 0) -> float | str | None:
        """Return one value of a line: blank is None."""
        return self.plain(line_id, self.values[line_id][0, item, position])

    def plain(self, line_id: str, value: float | str) -> float | str | None:
        """Return a cell of an array as JSON has it: texts as such, dates as ISO texts, blanks as None."""
        if isinstance(value, str):
            return str(value) or None
        if math.isnan(value):
            return None
        if self.lines[line_id].unit == "date":
            return day_of(value, self.frame.is_1904).isoformat()
        return plain_number(value)

    def line_json(self, line_id: str) -> dict[str, object]:
        """Return one line as `--json` prints it: one row per item, one column per month or milestone."""
        line = self.lines[line_id]
        return {
            "title": line.title,
            "unit": UNITS[line.unit].label,
            "foreach": [DIMENSION_NAMES.get(dimension, dimension) for dimension in line.foreach],
            "items": list(self.items(line_id)),
            "months": list(range(self.frame.months)) if line.axis == "month" else [],
            **({line.axis + "s": list(self.frame.items[line.axis])} if line.axis not in ("", "month") else {}),
            "values": [[self.plain(line_id, cell) for cell in row] for row in self.values[line_id][0]],
        }

    def as_json(self) -> dict[str, object]:
        """Return all lines as `--json` prints them."""
        return {line_id: self.line_json(line_id) for line_id in self.lines}
