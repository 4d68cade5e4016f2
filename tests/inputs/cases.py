"""The cases of problems.yaml: a change of the valid workbook, and the text of every problem that follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.workbooks import replaced_in, valid_workbook
from workbook.problems import Problem

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "problems.yaml").read_text(encoding="utf-8"))


def workbook_of(case: Mapping[str, Any]) -> bytes:
    """Build the workbook of a case."""
    overrides: dict[str, str | None] = dict(case.get("sheets", {}))
    for change in case.get("replace", ()):
        overrides.update(replaced_in(overrides, change["sheet"], change["old"], change["new"]))
    return valid_workbook(**overrides)


def text_of(problem: Problem) -> str:
    """Give all of a problem in one line."""
    parts = {"seen": problem.seen, "expected": problem.expected, "remedy": problem.remedy}
    rest = "".join(f" | {name}: {text}" for name, text in parts.items() if text)
    return f"{problem.severity} {problem.code.value} {problem.where}: {problem.message}{rest}"
