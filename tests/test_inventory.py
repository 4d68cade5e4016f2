"""The README's table of the source document: every planning row is answered by a line, a check or a sheet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, SAMPLES, plan_sample
from workbook import actions
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.registry import SHEETS
from workbook.model.results import DIMENSION_NAMES
from workbook.sheets.book import RESULT_SHEETS, lay_out_book
from workbook.units import UNITS

BEGIN, END = "<!-- inventory: generated -->\n", "<!-- inventory: end -->"
LINES_BEGIN, LINES_END = "<!-- lines: generated -->\n", "<!-- lines: end -->"
EXPORTS = (18, 19, 27, 28, 37, 38, 47, 48, 54, 55, 58, 59, 67, 68, 75, 76)
LATER = (6, 107, 108)
NOT_GIVEN = (9, 29, 39, 49, 69)  # numbers that the inventory leaves out


def inventory() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((Path(__file__).parent / "inventory.yaml").read_text(encoding="utf-8")))


def table() -> str:
    """Write the table; sheets are read off the layout of the erlmcp sample."""
    spots = lay_out_book(plan_sample("erlmcp")[1]).placement.spots
    rows = ["| row | line | what the document asks for | answered on | lines and claims |", "|---|---|---|---|---|"]
    for row, entry in inventory().items():
        lines, claims = entry.get("lines", []), entry.get("claims", [])
        sheets = [*entry.get("inputs", []), *(spots[line].sheet for line in lines), *(["Checks"] if claims else [])]
        answers = [*(f"`{line}`" for line in lines), *(f"claim “{claim}”" for claim in claims)]
        where = ", ".join(dict.fromkeys(sheets))
        rows.append(f"| {row} | {entry['line']} | {entry['what']} | {where} | {', '.join(answers)} |")
    return "\n".join(rows) + "\n"


def lines_table() -> str:
    """Write a row a line, sheet by sheet, as the erlmcp sample has them."""
    results = plan_sample("erlmcp")[1]
    spots = lay_out_book(results).placement.spots
    rows = ["| id | unit | for each | sheet | what |", "|---|---|---|---|---|"]
    shown = [line for line in results.lines.values() if line.id in spots]
    for line in sorted(shown, key=lambda line: (RESULT_SHEETS.index(spots[line.id].sheet), line.id)):
        over = ", ".join(DIMENSION_NAMES.get(dimension, dimension) for dimension in line.foreach) or "–"
        rows.append(f"| `{line.id}` | {UNITS[line.unit].label} | {over} | {spots[line.id].sheet} | {line.title} |")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(("begin", "end", "make"), [(BEGIN, END, table), (LINES_BEGIN, LINES_END, lines_table)])
def test_the_readme_holds_the_table(begin: str, end: str, make: Callable[[], str]) -> None:
    """WORKBOOK_UPDATE_GOLDEN=1 writes it anew."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    text = f"{before}{begin}{make()}{end}{after}"
    if os.environ.get("WORKBOOK_UPDATE_GOLDEN"):
        readme.write_text(text, encoding="utf-8")
    assert readme.read_text(encoding="utf-8") == text


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
