"""The tables of the help topics: inputs from the schema, result lines, and the source document row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLES, export_of, plan_sample
from tests.help.sections import HELP, check_section
from tests.history.approved import measured_plan
from workbook import actions
from workbook.expr.formula import Home
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.registry import SETTINGS_OF, SHEETS
from workbook.model import lines_of
from workbook.model.operations.rules import Rule
from workbook.model.operations.seed import SEED
from workbook.model.results import DIMENSION_NAMES, Results
from workbook.resources import parse_yaml
from workbook.schema import Column
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import OPTIONAL_SHEETS, RESULT_SHEETS
from workbook.units import UNITS
from workbook.whatif.lines.cases import CASES

pytestmark = pytest.mark.whole

NOT_GIVEN = (9, 29, 39, 49, 69, *range(77, 80), 87, 88, 89, 99)  # numbers that the inventory leaves out
ROWS = 102
"""Rows of the source document, of which S021 to S024 are one."""


def inventory() -> dict[str, dict[str, Any]]:
    return dict(parse_yaml((Path(__file__).parent / "inventory.yaml").read_text(encoding="utf-8")))


def inventory_table() -> str:
    """Write a row for each planning row; sheets are read off the layouts of two plans, one with measured months."""
    spots = {**_spots(measured_plan()), **_spots(plan_sample("erlmcp")[1])}
    rows = []
    for row, entry in inventory().items():
        lines, claims = entry.get("lines", []), entry.get("claims", [])
        alerts, files = entry.get("alerts", []), entry.get("files", [])
        sheets = [*entry.get("inputs", []), *(_sheet(spots, line) for line in lines), *(["Checks"] if claims else [])]
        sheets += ["Alerts and scaling"] if alerts else []
        answers = [*(f"`{line}`" for line in lines), *(f"claim “{claim}”" for claim in claims)]
        answers += [f"[alert](export.md#alerts) `{alert}`" for alert in alerts]
        answers += [f"[file](export.md#files) `{file}`" for file in files]
        rows.append((row, entry["line"], entry["what"], ", ".join(dict.fromkeys(sheets)), ", ".join(answers)))
    return _table(("row", "line", "what the document asks for", "answered on", "lines, claims, alerts and files"), rows)


def _sheet(spots: Mapping[str, Home], line: str) -> str:
    """Return the sheet of a line; the hours of a week are there where there is a load profile."""
    return spots[line].sheet if line in spots else "Alerts and scaling"


def _spots(results: Results) -> Mapping[str, Home]:
    return lay_out_book(results).placement.spots


def lines_table() -> str:
    """Write a row for each line, sheet by sheet, as the erlmcp sample has them, and a plan with a version."""
    measured, sample = measured_plan(), plan_sample("erlmcp")[1]
    spots = {**_spots(measured), **_spots(sample)}
    every = {**measured.lines, **sample.lines}
    lines = {name: line for name, line in every.items() if line.section is not CASES}
    sheets = (*RESULT_SHEETS, *OPTIONAL_SHEETS)
    shown = sorted(spots.keys() & lines.keys(), key=lambda line: (sheets.index(spots[line].sheet), line))
    rows = [
        (
            f"`{name}`",
            UNITS[lines[name].unit].shown("currency") or "text",
            ", ".join(DIMENSION_NAMES.get(dimension, dimension) for dimension in lines[name].foreach) or "–",
            spots[name].sheet,
            lines[name].title,
        )
        for name in shown
    ]
    return _table(("id", "unit", "for each", "sheet", "what"), rows)


def inputs_tables() -> str:
    """Write a section for each input sheet, with a row for each column or setting."""
    parts = []
    for sheet in SHEETS.values():
        need = "required" if sheet.required else "optional"
        columns = SETTINGS_OF.get(sheet.id) or sheet.as_written().columns
        first = "setting" if sheet.id in SETTINGS_OF else "column"
        table = _table((first, "unit", "allowed", "default", "meaning"), map(_input_row, columns))
        parts.append(f"## {sheet.title} ({need})\n\n{sheet.purpose}\n\n{table}")
    return "\n".join(parts)


def _input_row(column: Column) -> tuple[str, ...]:
    allowed = column.range_text
    if column.table_reference:
        allowed = f"a name from {SHEETS[column.table_reference].title}"
    default = "*required*" if column.required or column.is_both else "–"
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


def test_every_row_is_answered() -> None:
    numbers = {int(row[1:]) for row in inventory()}
    assert numbers == {*range(1, 118)} - {*NOT_GIVEN}
    assert len(numbers - {22, 23, 24}) == ROWS
    for entry in inventory().values():
        assert any(entry.get(kind) for kind in ("lines", "claims", "inputs", "alerts", "files"))


@pytest.mark.whole
def test_every_answer_exists() -> None:
    plan = actions.read_plan(SAMPLES / "erlmcp.xlsx").plan
    assert plan is not None
    claims = {row.claim for row in plan.rows("claims") if isinstance(row, Claim)}
    titles = {sheet.title for sheet in SHEETS.values()}
    known = lines_of(frozenset(SHEETS)).keys() | measured_plan().lines.keys()
    for row, entry in inventory().items():
        assert set(entry.get("lines", [])) <= known, row
        assert set(entry.get("claims", [])) <= claims, row
        assert set(entry.get("inputs", [])) <= titles, row
        assert set(entry.get("alerts", [])) <= {str(rule) for rule in Rule}, row
        assert {str(rule) for rule in SEED} <= {
            alert for one in inventory().values() for alert in one.get("alerts", [])
        }


@pytest.mark.slow
def test_every_file_that_answers_is_exported() -> None:
    """Alerts too: those that the plan of the document gives no threshold are said in EXPORT.md."""
    names = {file for entry in inventory().values() for file in entry.get("files", [])}
    files = {**export_of("meridian"), **export_of("erlmcp")}
    assert names <= set(files)
    alerts = {alert for entry in inventory().values() for alert in entry.get("alerts", [])}
    assert [alert for alert in alerts if alert not in files["prometheus/rules.yml"] + files["EXPORT.md"]] == []
    assert "scaleUp.unneededTime" in files["EXPORT.md"]
