"""Import measured figures into sheet Actuals: bills of cloud providers, samples of monitoring (roof)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from workbook.actions.check import ReadWorkbook
from workbook.actions.plan import expected_hash
from workbook.figures import counted, digits, month_text
from workbook.files.saving.rewrite import rewrite
from workbook.files.saving.save import check_target
from workbook.history.importing.read import read_sources
from workbook.history.importing.recognising import NAMES
from workbook.history.importing.records import ImportOptions, PlanFacts, SourceReading
from workbook.history.proposals import Figure, Proposal, ProposalKind, propose
from workbook.history.recorded import recorded
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import UserSegment
from workbook.problems import Problem, in_order
from workbook.sheets.theme.look import load_theme

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_DECIMALS = {".": "point", ",": "comma"}
_SHOWN_DIGITS = 10


class ActualsImport(Struct, frozen=True):
    """What source files measure: the cells of Actuals that they would fill or change, and how they were read."""

    cells: tuple[Proposal, ...]
    sources: tuple[SourceReading, ...]
    problems: tuple[Problem, ...]

    @property
    def changes(self) -> tuple[Proposal, ...]:
        """The cells that writing would change."""
        return tuple(one for one in self.cells if one.kind is not ProposalKind.SAME)


class WrittenActuals(Struct, frozen=True):
    """What was written: the file, the backup of what was there before, and the number of cells."""

    path: Path
    backup: Path | None
    cells: int


def import_actuals(
    plan: Plan, sources: Sequence[Path], options: ImportOptions | None = None, restates: bool = False
) -> ActualsImport:
    """Return what source files would write to sheet Actuals of a plan; nothing is written.

    Closed months change with `restates` only. Raises Refusal (unreadable) for a file that cannot be opened.
    """
    found = read_sources(sources, options or ImportOptions(), _facts(plan))
    proposed = propose(found.months, recorded(plan), restates)
    return ActualsImport(proposed.cells, found.readings, in_order((*found.problems, *proposed.problems)))


def _facts(plan: Plan) -> PlanFacts:
    segments = [row for row in plan.rows("users") if isinstance(row, UserSegment)]
    return PlanFacts(
        plan.settings.currency.upper(),
        plan.settings.memory_unit_base,
        all(segment.peak_ratio == 1 for segment in segments),
    )


def write_actuals(reading: ReadWorkbook, found: ActualsImport, out: Path | None = None) -> WrittenActuals:
    """Write the cells of an import into the workbook that was read, or into a copy at `out`.

    Raises Refusal: inputs where a cell holds a formula or something is in the way of new rows; busy as writing does.
    """
    from workbook.files.grafting.measured_cells import write_measured  # noqa: PLC0415 - planning does without

    plan, target = reading.plan, out or reading.path
    if plan is None:
        raise ValueError("a workbook with errors has no plan to write to")
    check_target(target)
    theme = reading.theme or load_theme()
    backup = rewrite(
        target,
        reading.package,
        lambda file: write_measured(reading.package, plan, found.changes, theme, file),
        expected_hash(reading, target),
        reading.path,
    )
    return WrittenActuals(target, backup, len(found.changes))


def actuals_text(found: ActualsImport) -> str:
    """Return the cells of an import as aligned lines: month, column, was, is, from and kind."""
    head = ("Month", "Column", "Was", "Is", "From", "Kind")
    lines = [head, *(_line(one) for one in found.cells)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = ["  ".join(_aligned(text, column, widths) for column, text in enumerate(line)) for line in lines]
    return "\n".join(line.rstrip() for line in shown)


def _aligned(text: str, column: int, widths: Sequence[int]) -> str:
    return text.rjust(widths[column]) if column in (2, 3) else text.ljust(widths[column])


def _line(one: Proposal) -> tuple[str, ...]:
    rows = f"{one.rows:,} row{'' if one.rows == 1 else 's'}"
    return month_text(one.month), one.column, _shown(one.was), _shown(one.is_), f"{one.source}, {rows}", one.kind.value


def _shown(figure: Figure) -> str:
    if figure is None:
        return "(blank)"
    return figure if isinstance(figure, str) else digits(figure, _SHOWN_DIGITS, is_grouped=True)


def source_text(source: SourceReading) -> str:
    """Return how a file was read: `bill.csv: FOCUS 1.0, 7 rows, separated by commas, decimal point`."""
    said = [NAMES[source.format], counted(source.rows, "row")]
    if source.delimiter:
        said.append(f"separated by {_DELIMITERS.get(source.delimiter, source.delimiter)}")
    if source.decimal:
        said.append(f"decimal {_DECIMALS[source.decimal]}")
    return f"{source.source}: {', '.join(said)}"
