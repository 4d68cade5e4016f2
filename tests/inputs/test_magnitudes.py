"""Inputs whose products are too large to calculate with are errors that name them; none is an internal error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import run
from tests.edits import with_values
from tests.engines import stored_values
from tests.inputs.cases import text_of
from tests.workbooks import read_plan, replaced, valid_workbook
from workbook import model
from workbook.address import Cell
from workbook.model.assurance.magnitudes import MOST_NODES
from workbook.problems import Code, Refusal, Severity

USERS, REQUESTS, GROWTH = Cell("Users", 2, 2), Cell("Users", 2, 3), Cell("Growth", 3, 3)
EXPECTED = "expected: inputs that give figures of a real system"
SHRINKING = """
| Dataset | Base size (GB) | Growth per month (%) | Retention (days) | Storage tier |
| Logs    | 100            | {growth}             | 36500            | Disk         |
"""


def errors_of(data: bytes) -> list[str]:
    """Return the errors of a workbook, after its inputs were read and their magnitudes examined."""
    plan, problems = read_plan(data)
    assert plan is not None, [text_of(problem) for problem in problems]
    return [text_of(problem) for problem in model.audit(plan) if problem.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            valid_workbook(Retention=SHRINKING.format(growth="-50 %")),
            [
                "error WB263 Retention!D2: Stored volume in months of ingest (Logs) is above 10^100 in month 0, "
                "which is too large to calculate with | seen: Retention 36500 in Retention!D2, "
                f"Growth per month -50% in Retention!C2 | {EXPECTED} | remedy: correct Retention!D2, Retention!C2"
            ],
        ),
        (
            with_values(valid_workbook(**replaced("Settings", "| 24 ", "| 120 ")), {GROWTH: 1e9}),
            [
                "error WB263 Growth!C3: Growth factor within milestone period (Staff, month 12) is above 10^100 in "
                "month 74, which is too large to calculate with | seen: Total growth 100000000000% in Growth!C3 | "
                f"{EXPECTED} | remedy: correct Growth!C3"
            ],
        ),
        (
            with_values(valid_workbook(), {USERS: 1e15}),
            [
                f"error WB263 Users!B2: Nodes for {resource} (core) is above 1,000,000 nodes in month 0, which is too "
                f"large to calculate with | seen: Current users 1000000000000000 in Users!B2 | {EXPECTED} | remedy: "
                "correct Users!B2"
                for resource in ("CPU", "memory")
            ],
        ),
    ],
    ids=["infinite storage", "infinite growth", "more nodes than any distribution takes"],
)
def test_the_inputs_are_named(data: bytes, expected: list[str]) -> None:
    assert errors_of(data) == expected


def test_the_largest_fleet_is_planned() -> None:
    # 60 % of users × 0.5 requests/s × 0.002 s × headroom 1.5 and growth 225 % on 4 cores, without and with 1 node more
    most = MOST_NODES * 4 / (0.6 * 0.5 * 0.002 * 1.5 * 2.25 * 2.25)
    near = {USERS: most * 0.4, Cell("Users", 2, 5): 1e-6}
    assert errors_of(with_values(valid_workbook(), near)) == []
    assert errors_of(with_values(valid_workbook(), near | {USERS: most * 10})) != []


@pytest.mark.parametrize("command", ["check", "plan", "report", "explain"])
def test_commands_refuse_and_none_fails(tmp_path: Path, command: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_values(valid_workbook(), {USERS: 1e15}))
    done = run(command, path, *(["cost.total"] if command == "explain" else []))
    assert done.exit_code == 1
    assert "WB263" in done.output + done.stderr
    assert "internal" not in done.output + done.stderr


def test_a_figure_that_is_infinite_all_the_same_is_refused() -> None:
    # a percentile that no double distinguishes from 0
    plan, _ = read_plan(with_values(valid_workbook(), {Cell("SLAs", 2, 3): 1e-300}))
    assert plan is not None
    assert model.audit(plan) == ()
    with pytest.raises(Refusal) as refused:
        model.calculate(plan)
    assert refused.value.problem.code is Code.FIGURE_TOO_LARGE
    assert str(refused.value.problem.where) == "SLAs!C2"


@pytest.mark.whole
def test_a_planned_workbook_whose_results_were_edited_is_refused_as_well(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    assert run("plan", path).exit_code == 0
    data = path.read_bytes()
    shown = next(cell for cell, value in stored_values(data, ("Cost",)).items() if isinstance(value, str))
    path.write_bytes(with_values(data, {USERS: 1e15, shown: "mine"}))
    done = run("check", path)
    assert (done.exit_code, "WB263" in done.output, "WB515" in done.output) == (1, True, True)
