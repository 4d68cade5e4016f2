"""The hand-worked cases of tests/model/lines: changes of a base plan, and what its lines then have to be.

A case names its `source`, starts from the base plan or a template, replaces `sheets` (Markdown tables; null leaves one
out), changes `settings` and `cells` ({sheet: {row: {header: value}}}), and expects values of lines. They may be written
as arithmetic that shows the working, `= 10000 * 0.5 * 0.002`, and end in the printed figure of a source that rounds,
`= 100 * (1 + 1/1.2 + 1/1.44) ~ 252.7778`, which then has to agree as far as it is printed.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.workbooks import parse, read_plan, workbook_from_markdown
from workbook.inputs.plan import Plan
from workbook.inputs.template import load_template
from workbook.model import calculate, calculate_some
from workbook.model.assurance.service import LARGEST_LOAD
from workbook.model.results import Results
from workbook.resources import parse_yaml

Tables = dict[str, list[list[str]]]
Cell = float | str | None

LINES = Path(__file__).parent / "lines"
_BASE = "base.yaml"
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "exp": math.exp,
    "ln": math.log,
    "ceil": math.ceil,
    "floor": math.floor,
}
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
    ast.Pow: lambda left, right: float(left**right),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """One value that a line has to have; `column` is a month, the name of a milestone, or None for a constant line."""

    line: str
    item: str
    column: int | str | None
    value: Cell
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One hand-worked case and the file in which it stands."""

    file: str
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Return what the case shows."""
        return str(self.content["title"])

    @property
    def lines(self) -> frozenset[str]:
        """Return the ids of the lines for which it expects something."""
        return frozenset(self.content["expect"])

    def plan(self) -> Plan:
        """Return the plan of the case. Raises ValueError if it has errors."""
        return plan_of(
            str(self.content.get("template", "")),
            self.content.get("sheets", {}),
            self.content.get("settings", {}),
            self.content.get("cells", {}),
        )

    def results(self) -> Results:
        """Calculate the lines for which the case expects something and all that they rest on; all for a search."""
        plan = self.plan()
        return calculate(plan) if LARGEST_LOAD in self.lines else calculate_some(plan, (), self.lines)

    def expected(self, results: Results) -> Iterator[Expected]:
        """Yield every value that is expected, the months of lists and spans one by one."""
        for line, content in self.content["expect"].items():
            yield from _of_line(line, content, results)


def all_cases() -> list[Case]:
    """Return the cases of all files, in the order of the files."""
    files = sorted(path for path in LINES.glob("*.yaml") if path.name != _BASE)
    return [Case(path.name, content) for path in files for content in parse_yaml(path.read_text("utf-8"))]


def plan_of(
    template: str = "",
    sheets: Mapping[str, str | None] | None = None,
    settings: Mapping[str, object] | None = None,
    cells: Mapping[str, Mapping[str, Mapping[str, object]]] | None = None,
) -> Plan:
    """Return base plan or a template with changes, written into a workbook and read. Raises ValueError for errors."""
    plan, problems = read_plan(workbook_of(template, sheets, settings, cells))
    if plan is None:
        raise ValueError("\n".join(f"{problem.where}: {problem.message}" for problem in problems))
    return plan


def workbook_of(
    template: str = "",
    sheets: Mapping[str, str | None] | None = None,
    settings: Mapping[str, object] | None = None,
    cells: Mapping[str, Mapping[str, Mapping[str, object]]] | None = None,
) -> bytes:
    """Return the workbook of the base plan or a template with changes."""
    tables = _template_tables(template) if template else _base_tables()
    for title, text in (sheets or {}).items():
        if text is None:
            del tables[title]
        else:
            tables[title] = parse(f"## {title}\n{text}")[title]
    for name, value in (settings or {}).items():
        _set(tables["Settings"], name, "Value", value)
    for title, rows in (cells or {}).items():
        for name, row in rows.items():
            for header, value in row.items():
                _set(tables[title], name, header, value, is_new_row_allowed=False)
    return workbook_from_markdown(_markdown(tables))


def disagreement(expected: Expected, found: Cell) -> str:
    """Return how a value differs from what is expected, by more than 1e-9 of its size; nothing where it agrees."""
    place = f"{expected.line} {expected.item} {'' if expected.column is None else expected.column}"
    if not _agree(expected.value, found):
        return f"{place}: {found!r}, expected {expected.value!r}"
    if expected.printed and not _agrees_as_printed(expected.printed, expected.value):
        return f"{place}: {expected.value!r}, printed as {expected.printed}"
    return ""


def worked(text: str) -> float:
    """Calculate a working: numbers, + - * / ** and the functions exp, ln, ceil, floor. Raises ValueError otherwise."""
    return _calculate(ast.parse(text.strip(), mode="eval").body)


def _agree(expected: Cell, found: Cell) -> bool:
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return math.isfinite(found) and abs(expected - found) <= 1e-9 * max(abs(expected), abs(found))
    return expected == found


def _agrees_as_printed(printed: str, value: Cell) -> bool:
    digits = len(printed.partition(".")[2])
    return isinstance(value, int | float) and abs(float(printed) - value) <= 0.5000001 * 10.0**-digits


def _calculate(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_calculate(operand)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](_calculate(left), _calculate(right))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_calculate(argument))
        case _:
            raise ValueError(f"not allowed in a working: {ast.dump(node)}")


def _of_line(line: str, content: object, results: Results) -> Iterator[Expected]:
    if results.lines[line].item:
        if not isinstance(content, dict):
            raise ValueError(f"{line} has items: give their values by name")
        for item, row in content.items():
            yield from _of_row(line, str(item), row, results)
    else:
        yield from _of_row(line, "total", content, results)


def _of_row(line: str, item: str, content: object, results: Results) -> Iterator[Expected]:
    if not results.lines[line].axis:
        yield _expected(line, item, None, content)
    elif isinstance(content, list):
        length = results.frame.length(results.lines[line].axis)
        if len(content) != length:
            raise ValueError(f"{line} {item}: {len(content)} values for {length} columns")
        for month, value in enumerate(content):
            yield _expected(line, item, month, value)
    elif isinstance(content, dict):
        for columns, value in content.items():
            for column in _columns(columns):
                yield _expected(line, item, column, value)
    else:
        raise ValueError(f"{line} {item}: give values by month")


def _columns(columns: object) -> list[int | str]:
    """Return the months of a span such as `0..11`; anything else is one column."""
    first, dots, last = str(columns).partition("..")
    if dots:
        return list(range(int(first), int(last) + 1))
    return [columns if isinstance(columns, int) else str(columns)]


def _expected(line: str, item: str, column: int | str | None, value: object) -> Expected:
    match value:
        case str() if value.startswith("="):
            working, _, printed = value[1:].partition("~")
            return Expected(line, item, column, worked(working), printed.strip())
        case date():
            return Expected(line, item, column, value.isoformat())
        case int() | float() | str() | None:
            return Expected(line, item, column, value)
        case _:
            raise ValueError(f"{line} {item}: no value: {value!r}")


@cache
def _base() -> Mapping[str, str]:
    content: dict[str, str] = parse_yaml((LINES / _BASE).read_text("utf-8"))
    return content


def _base_tables() -> Tables:
    return parse("\n".join(f"## {title}\n{text}" for title, text in _base().items()))


def _template_tables(name: str) -> Tables:
    """Return a template's sheets as texts, without its claims (which hold formulas) and without its remarks."""
    tables: Tables = {}
    for part in load_template(name).sheets:
        wanted = [place for place, column in enumerate(part.sheet.columns) if column.field not in _REMARKS]
        if part.sheet.id != "claims":
            rows = [[_text(row[place]) for place in wanted] for row in part.rows]
            tables[part.sheet.title] = [[part.sheet.columns[place].title for place in wanted], *rows]
    return tables


_REMARKS = ("source", "notes", "meaning")


def _set(rows: list[list[str]], name: str, header: str, value: object, *, is_new_row_allowed: bool = True) -> None:
    """Write one cell of a table; a header that it lacks, and a new setting, are added."""
    headers = [text.partition(" (")[0] for text in rows[0]]
    if header not in headers:
        headers.append(header)
        rows[0].append(header)
    for row in rows[1:]:
        row.extend([""] * (len(headers) - len(row)))
    found = [row for row in rows[1:] if row[0] == name]
    if not found and not is_new_row_allowed:
        raise ValueError(f"no row {name!r}")
    if not found:
        found = [[name] + [""] * (len(headers) - 1)]
        rows.extend(found)
    found[0][headers.index(header)] = _text(value)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _markdown(tables: Tables) -> str:
    parts = []
    for title, rows in tables.items():
        parts += [f"## {title}", *("| " + " | ".join(cell or " " for cell in row) + " |" for row in rows)]
    return "\n".join(parts)
