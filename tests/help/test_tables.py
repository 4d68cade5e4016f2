"""The tables of the help topics: inputs from the schema, result lines, and the source document row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLES, plan_sample
from tests.help.sections import HELP, check_section
from workbook import actions
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.model.results import DIMENSION_NAMES
from workbook.resources import parse_yaml
from workbook.schema import Column
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.units import UNITS

EXPORTS = (18, 19, 27, 28, 37, 38, 47, 48, 54, 55, 58, 59, 67, 68, 75, 76)
LATER = (6, 107, 108)
NOT_GIVEN = (9, 29, 39, 49, 69)  # numbers that the inventory leaves out


def inventory() -> dict[str, dict[str, Any]]:
    return dict(parse_yaml((Path(__file__).parent / "inventory.yaml").read_text(encoding="utf-8")))


def inventory_table() -> str:
    """Write a row for each planning row; sheets are read off the layout of the erlmcp sample."""
    spots = lay_out_book(plan_sample("erlmcp")[1]).placement.spots
    rows = []
    for row, entry in inventory().items():
        lines, claims = entry.get("lines", []), entry.get("claims", [])
        sheets = [*entry.get("inputs", []), *(spots[line].sheet for line in lines), *(["Checks"] if claims else [])]
        answers = [*(f"`{line}`" for line in lines), *(f"claim “{claim}”" for claim in claims)]
        rows.append((row, entry["line"], entry["what"], ", ".join(dict.fromkeys(sheets)), ", ".join(answers)))
    return _table(("row", "line", "what the document asks for", "answered on", "lines and claims"), rows)


def lines_table() -> str:
    """Write a row for each line, sheet by sheet, as the erlmcp sample has them."""
    results = plan_sample("erlmcp")[1]
    spots = lay_out_book(results).placement.spots
    shown = [line for line in results.lines.values() if line.id in spots]
    shown.sort(key=lambda line: (RESULT_SHEETS.index(spots[line.id].sheet), line.id))
    rows = [
        (
            f"`{line.id}`",
            UNITS[line.unit].shown("currency") or "text",
            ", ".join(DIMENSION_NAMES.get(dimension, dimension) for dimension in line.foreach) or "–",
            spots[line.id].sheet,
            line.title,
        )
        for line in shown
    ]
    return _table(("id", "unit", "for each", "sheet", "what"), rows)


def inputs_tables() -> str:
    """Write a section for each input sheet, with a row for each column or setting."""
    parts = []
    for sheet in SHEETS.values():
        need = "required" if sheet.required else "optional"
        columns = SETTINGS if sheet.id == "settings" else sheet.as_written().columns
        first = "setting" if sheet.id == "settings" else "column"
        table = _table((first, "unit", "allowed", "default", "meaning"), map(_input_row, columns))
        parts.append(f"## {sheet.title} ({need})\n\n{sheet.purpose}\n\n{table}")
    return "\n".join(parts)


def _input_row(column: Column) -> tuple[str, ...]:
    allowed = column.range_text
    if column.table_reference:
        allowed = f"a name from {SHEETS[column.table_reference].title}"
    default = "*required*" if column.required else "–"
    if column.default is not None:
        default = column.show(column.default)
    texts = (column.header, column.unit or "–", allowed, default, column.description)
    return tuple(text.replace(" %", "%") for text in texts)


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = list(heads)
    return "".join(f"| {' | '.join(map(str, row))} |\n" for row in (heads, *rows)).replace(
        "\n", f"\n{'|---' * len(heads)}|\n", 1
    )


@pytest.mark.parametrize(
    ("topic", "section", "make"),
    [
        ("inputs", "inputs", inputs_tables),
        ("lines", "lines", lines_table),
        ("source-document", "inventory", inventory_table),
    ],
)
def test_a_topic_has_the_table_of_today(topic: str, section: str, make: Callable[[], str]) -> None:
    check_section(HELP / f"{topic}.md", section, make())


def test_every_planning_row_is_answered() -> None:
    numbers = {int(row[1:]) for row in inventory()}
    planning = {*range(1, 75), *range(100, 118)} - {*EXPORTS, *LATER, *NOT_GIVEN}
    assert numbers == planning
    for entry in inventory().values():
        assert entry.get("lines") or entry.get("claims") or entry.get("inputs")


def test_every_answer_exists() -> None:
    results = plan_sample("erlmcp")[1]
    plan = actions.read_plan(SAMPLES / "erlmcp.xlsx").plan
    assert plan is not None
    claims = {row.claim for row in plan.rows("claims") if isinstance(row, Claim)}
    titles = {sheet.title for sheet in SHEETS.values()}
    for row, entry in inventory().items():
        assert set(entry.get("lines", [])) <= set(results.lines), row
        assert set(entry.get("claims", [])) <= claims, row
        assert set(entry.get("inputs", [])) <= titles, row
