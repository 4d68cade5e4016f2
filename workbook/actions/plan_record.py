"""One workbook into the small record that a portfolio keeps of it, in any process (roof)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from workbook.actions.check import ReadWorkbook, read_plan
from workbook.actions.plan import write_plan
from workbook.export.tables import commitment_rows, order_rows
from workbook.files.saving.hold import hold
from workbook.history.calculate import calculate
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS
from workbook.model import Results, calculate_some
from workbook.model.assurance.contradictions import RULES
from workbook.model.money.cost import CATEGORIES
from workbook.portfolio.records import Commitment, CostMonth, Figures, Found, Order, PlanRecord, PlanStatus
from workbook.portfolio.sheets.book import is_group
from workbook.problems import Code, Problem, Reason, Refusal, Severity, has_errors, in_order
from workbook.problems.sanitize import clean
from workbook.report.stamp import check_stamp

_LINES = (
    *(line for _, line in CATEGORIES.values()),
    "time.date", "time.fiscal_year", "time.billed", "checks.failed",
    "order.rank", "order.nodes", "order_by.date", "order_by.overdue", "exhaustion.date", "order.monthly_cost",
    "order.cost", "late.cost", "order.why",
    "commitment.start", "commitment.nodes", "commitment.months", "commitment.from", "commitment.to",
    "commitment.money", "commitment.used", "commitment.break_even",
    "price.on_demand", "price.factor", "reserved.price",
)  # fmt: skip
"""What a record is made of: a thirtieth of the work that all lines take."""
_MOST_PROBLEMS = 3
_LONGEST = 1000
"""Characters of each text of a problem."""
_CONFLICTS = frozenset(rule.code for rule in RULES if rule.code)
_STATUS_OF = {
    Reason.UNREADABLE: PlanStatus.UNREADABLE,
    Reason.BUSY: PlanStatus.BUSY,
    Reason.INPUTS: PlanStatus.ERRORS,
    Reason.USAGE: PlanStatus.ERRORS,
}


class Task(Struct, frozen=True):
    """A workbook to read, by its absolute path; `is_planned` if it is planned first where its results are stale."""

    path: str
    is_planned: bool = False


def read_task(task: Task) -> PlanRecord:
    """Return the record of a workbook; whatever is wrong with it is in the record."""
    try:
        return _read(task)
    except Refusal as refused:
        problems = (refused.problem, *refused.more)
        return _record(task.path, _STATUS_OF.get(refused.reason, PlanStatus.FAULT), problems)
    except Exception as error:
        return lost_record(task, f"internal error: {type(error).__name__}: {error}")


def lost_record(task: Task, reason: str) -> PlanRecord:
    """Return the record of a workbook that could not be read to its end."""
    found = Found(Severity.ERROR.value, "", clean(reason))
    return PlanRecord(task.path, PlanStatus.FAULT, errors=1, problems=(found,))


def _read(task: Task) -> PlanRecord:
    path = Path(task.path)
    reading = read_plan(path)
    if is_group(sheet.name for sheet in reading.package.sheets):
        return PlanRecord(task.path, PlanStatus.GROUP)
    if reading.plan is None or has_errors(reading.problems):
        return _record(task.path, PlanStatus.ERRORS, reading.problems)
    status, problem = _state(reading, reading.plan)
    if problem and task.is_planned:
        reading = _planned(path)
        if reading.plan is None or has_errors(reading.problems):
            return _record(task.path, PlanStatus.ERRORS, reading.problems)
        status, problem = PlanStatus.COUNTED, None
    if problem:
        return _record(task.path, status, (problem, *reading.problems))
    assert reading.plan is not None
    results = calculate_some(reading.plan, (), _LINES)
    return _record(task.path, PlanStatus.COUNTED, reading.problems, _figures(results))


def _state(reading: ReadWorkbook, plan: Plan) -> tuple[PlanStatus, Problem | None]:
    """Return whether the results in a workbook are those of its inputs, and why not."""
    try:
        check_stamp(reading.package, plan.run_id)
    except Refusal as refused:
        is_new = refused.problem.code is Code.REPORT_NOT_PLANNED
        return PlanStatus.NOT_PLANNED if is_new else PlanStatus.STALE, refused.problem
    return PlanStatus.COUNTED, None


def _planned(path: Path) -> ReadWorkbook:
    """Plan a workbook in place, as the command does, and return it as it was read. Raises Refusal."""
    with hold(path) as remarks:
        reading = read_plan(path, remarks)
        if reading.plan is not None and not has_errors(reading.problems):
            write_plan(reading, calculate(reading.plan))
    # what was written is what the next run reads
    return read_plan(path)


def _record(path: str, status: PlanStatus, problems: Sequence[Problem], figures: Figures | None = None) -> PlanRecord:
    counts = {severity: sum(one.severity is severity for one in problems) for severity in Severity}
    conflicts = [one for one in problems if one.code in _CONFLICTS]
    first = [one for one in in_order(problems) if one.severity is not Severity.INFO][:_MOST_PROBLEMS]
    return PlanRecord(
        path=path,
        status=status,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        problems=tuple(map(_found, first)),
        conflicts=tuple(map(_found, conflicts)),
        figures=figures,
    )


def _found(problem: Problem) -> Found:
    texts = (problem.message, str(problem.where), problem.seen, problem.remedy)
    return Found(problem.severity.value, problem.code.value, *(clean(text)[:_LONGEST] for text in texts))


def _figures(results: Results) -> Figures:
    plan = results.plan
    settings = plan.settings
    return Figures(
        plan_name=clean(settings.plan_name),
        currency=settings.currency,
        scenario=clean(settings.active_scenario),
        start=settings.plan_start.isoformat(),
        horizon=settings.horizon_months,
        fiscal_year_start=settings.fiscal_year_start,
        run_id=plan.run_id,
        failed_checks=int(float(results.value("checks.failed") or 0)),
        settings=_settings(plan),
        months=tuple(_months(results)),
        orders=tuple(Order(*row) for row in _plain(order_rows(results))),
        commitments=tuple(Commitment(*row) for row in _plain(commitment_rows(results))),
    )


def _settings(plan: Plan) -> Mapping[str, str]:
    """Return what every setting says, by its field; a blank one says nothing."""
    values = {column.field: (column, plan.setting(column.field)) for column in SETTINGS}
    return {name: clean(column.show(value)) for name, (column, value) in values.items() if value not in (None, "")}


def _months(results: Results) -> Iterable[CostMonth]:
    values = results.values
    for month in range(results.plan.settings.horizon_months):
        amounts = tuple(float(values[line][0, 0, month]) for _, line in CATEGORIES.values())
        day, year = results.value("time.date", 0, month), values["time.fiscal_year"][0, 0, month]
        yield CostMonth(str(day), int(year), amounts)


def _plain(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
    """Yield rows as JSON has them."""
    for row in rows:
        yield tuple(float(cell) if isinstance(cell, float) else cell for cell in row)
