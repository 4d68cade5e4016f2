"""Runs a file through the tool as a person does with `check` and `plan`; run as a program, within bounds.

`python -m tests.slow.hostile.runs FILE` prints the outcome and what it cost as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import exit_code_of
from tests.slow.hostile.memory import peak_megabytes
from workbook import actions
from workbook.problems import Problem, Refusal, has_errors


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a person would see: the codes of the problems, the exit code, the messages."""

    codes: tuple[str, ...]
    exit_code: int
    text: str

    @property
    def is_planned(self) -> bool:
        return self.exit_code == 0


def plan_as_a_person_does(path: Path, *, write: bool = True) -> Outcome:
    """Check a file, plan it if there is no error, and write the result into a copy beside it."""
    try:
        reading = actions.read_plan(path)
        found = list(reading.problems)
        if reading.plan is None or has_errors(found):
            assert has_errors(found), "no plan, and nobody is told why"
            return _outcome(found, 1)
        results = actions.calculate(reading.plan)
        if write:
            actions.write_plan(reading, results, path.with_name("planned.xlsx"))
            actions.read_plan(path.with_name("planned.xlsx"))
        return _outcome(found, 0)
    except Refusal as refusal:
        return _outcome([refusal.problem], exit_code_of(refusal))


def _outcome(problems: list[Problem], exit_code: int) -> Outcome:
    lines = [f"{one.where} {one.message} {one.seen} {one.remedy}" for one in problems]
    return Outcome(tuple(problem.code.value for problem in problems), exit_code, "\n".join(lines))


def main() -> None:
    """Run one file and print what came of it and what it cost beyond the imports."""
    started = time.process_time()
    outcome = plan_as_a_person_does(Path(sys.argv[1]))
    seconds = time.process_time() - started
    peak = peak_megabytes()
    report = {"codes": outcome.codes, "exit_code": outcome.exit_code, "text": outcome.text[:400]}
    print(json.dumps({**report, "seconds": round(seconds, 2), "megabytes": round(peak)}))


if __name__ == "__main__":
    main()
