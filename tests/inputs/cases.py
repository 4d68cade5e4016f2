"""The cases of problems.yaml: a change of the valid workbook, and the text of every problem that follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.edits import parts_of, rewritten
from tests.workbooks import parse, read_plan, replaced_in, valid_markdown, workbook_from_markdown
from workbook.inputs.plan import Plan
from workbook.problems import Problem
from workbook.resources import parse_yaml

CASES: list[dict[str, Any]] = parse_yaml((Path(__file__).parent / "problems.yaml").read_text(encoding="utf-8"))


def workbook_of(case: Mapping[str, Any]) -> bytes:
    """Build the workbook of a case: texts are changed first, then the XML that was written of them."""
    overrides: dict[str, str | None] = dict(case.get("sheets", {}))
    for change in case.get("replace", ()):
        overrides.update(replaced_in(overrides, change["sheet"], change["old"], change["new"]))
    markdown = valid_markdown(**overrides)
    data = workbook_from_markdown(markdown, tables=case.get("tables", False), date_1904=case.get("date_1904", False))
    for change in case.get("xml", ()):
        data = with_xml(data, part_of(markdown, change["sheet"]), change["old"], change["new"])
    return data


def read_case(case: Mapping[str, Any]) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Read the workbook of a case, with its Excel Tables, and give the plan and what a person is told."""
    data = workbook_of(case)
    return read_plan(data, None)


def part_of(markdown: str, sheet: str) -> str:
    """Return the part of a sheet; no sheet is the workbook part."""
    return f"xl/worksheets/sheet{list(parse(markdown)).index(sheet) + 1}.xml" if sheet else "xl/workbook.xml"


def with_xml(data: bytes, part: str, old: str, new: str) -> bytes:
    """Return a workbook with one text of one part replaced, which must stand there exactly once."""
    times = parts_of(data)[part].count(old.encode())
    if times != 1:
        raise ValueError(f"{old!r} is {times} times in {part}")
    return rewritten(
        data, lambda name, content: content.replace(old.encode(), new.encode()) if name == part else content
    )


def text_of(problem: Problem) -> str:
    """Return all of a problem in one line."""
    parts = {"seen": problem.seen, "expected": problem.expected, "remedy": problem.remedy}
    rest = "".join(f" | {name}: {text}" for name, text in parts.items() if text)
    return f"{problem.severity} {problem.code.value} {problem.where}: {problem.message}{rest}"
