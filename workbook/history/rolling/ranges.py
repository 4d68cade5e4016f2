"""Ranges from a later start: each end moves as its input does, and months in names are counted again (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbook.figures import month_text
from workbook.history.rolling.steps import Edit, ProposalBasis, Removal, Start, Step, cell_of
from workbook.inputs.input_names import naming, row_name
from workbook.inputs.named_inputs import NamedInput, named_input
from workbook.inputs.sheets.uncertainty import RangeRow

_ENDS = ("low", "high")


def range_steps(start: Start, steps: Sequence[Step]) -> Iterator[Step]:
    """Yield what the steps of inputs mean for their ranges: other ends, another name, or a row that goes."""
    titles = {sheet_id: table.title for sheet_id, table in start.plan.tables.items()}
    gone = {(step.change.sheet, step.change.index) for step in steps if isinstance(step.change, Removal)}
    edits = {
        (step.change.sheet, step.change.index, step.change.field): step
        for step in steps
        if isinstance(step.change, Edit) and step.change.index is not None
    }
    for index, entry in enumerate(start.plan.rows("ranges")):
        named = named_input(start.plan.tables, titles, entry) if isinstance(entry, RangeRow) else None
        if not isinstance(entry, RangeRow) or not isinstance(named, NamedInput) or named.is_setting:
            continue
        sheet_id, row, _ = named.place
        if (sheet_id, row) in gone:
            yield Step("ranges", Removal("ranges", index), f"its row on {named.sheet.title} is over")
            continue
        yield from _renamed(start, index, named, edits)
        step = edits.get(named.place)
        if step is not None:
            yield from _ends(start, index, entry, step)


def _renamed(start: Start, index: int, named: NamedInput, edits: Mapping[tuple[str, int, str], Step]) -> Iterator[Step]:
    """Yield the new name of a row whose name has a month in it."""
    sheet_id, row, _ = named.place
    values = {
        field: step.change.value
        for field in naming(named.sheet)
        if (step := edits.get((sheet_id, row, field))) and isinstance(step.change, Edit)
    }
    if values:
        name = row_name(named.sheet, start.plan.tables[sheet_id].rows[row].model_copy(update=values))
        why = f"its row on {named.sheet.title} counts months from {month_text(start.day)}"
        yield Step("ranges", Edit("ranges", index, "row", name), why)


def _ends(start: Start, index: int, entry: RangeRow, step: Step) -> Iterator[Step]:
    """Yield both ends; not where the input's own cell has a formula of the user's, which no roll changes."""
    edit = step.change
    if not isinstance(edit, Edit) or edit.index is None or cell_of(start.plan, edit) in start.plan.formulas:
        return
    was, now = getattr(start.plan.rows(edit.sheet)[edit.index], edit.field), edit.value
    if not isinstance(was, int | float) or not isinstance(now, int | float) or was == now:
        return
    for field in _ENDS:
        end: float | None = getattr(entry, field)
        value = None if end is None else _moved(edit.field, end, float(was), float(now))
        if value is not None:
            why = "as its input: the range keeps its width around it"
            yield Step("ranges", Edit("ranges", index, field, value), why, _basis(step))


def _basis(step: Step) -> ProposalBasis:
    return ProposalBasis.PLANNED if step.basis is ProposalBasis.CALENDAR else step.basis


def _moved(field: str, end: float, was: float, now: float) -> float | None:
    """Return an end after its input has moved: a month by as many, growth by its factor, others in proportion."""
    if field == "midpoint_month":
        return end + now - was
    if field == "total_growth":
        return (1 + end) * (1 + now) / (1 + was) - 1
    return end * now / was if was else None
