"""A calculated plan into all the sheets that the tool writes (paper floor)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbook.expr.formula import Placement
from workbook.expr.tree import Section
from workbook.model.demand import timing
from workbook.model.results import Results
from workbook.sheets.checks.layout import CHECKS_SECTIONS, lay_out_checks, snapshot_row
from workbook.sheets.checks.snapshot import take_snapshot
from workbook.sheets.layout import ITEM, STATUS_ROW, TITLE_ROW, Layout, Plain, Style
from workbook.sheets.outputs import lay_out_outputs
from workbook.sheets.placement import place
from workbook.sheets.prefix import under_prefix
from workbook.sheets.summary import SUMMARY_SECTIONS, lay_out_summary
from workbook.sheets.workings import SERIES_SHEETS
from workbook.sheets.workings.series import lay_out
from workbook.version import MODEL_VERSION

TITLE_HEIGHT = 24.0
"""Of the row with the title, in points: its letters are larger than a usual row."""

SECTIONS = (
    timing.TIME_AXIS,
    *(section for content in SERIES_SHEETS for section in content.sections),
    *SUMMARY_SECTIONS,
    *CHECKS_SECTIONS,
)
"""Every section on the sheet that is its home."""

if homeless := [section for section in Section.every if section not in SECTIONS]:
    raise ValueError(f"sections that no sheet lists: {', '.join(map(repr, homeless))}")


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets in their order, and where everything in them lies."""

    results: Results
    layouts: tuple[Layout, ...]
    placement: Placement
    run_id: str


def lay_out_book(results: Results) -> Book:
    """Lay out Summary, Capacity, Projection, Recovery, Service, Cost, Outputs and Checks."""
    snapshot = take_snapshot(results.plan, snapshot_row(results))
    series = (lay_out(content, results, is_first=content is SERIES_SHEETS[0]) for content in SERIES_SHEETS)
    layouts = (lay_out_summary(results), *series, lay_out_outputs(results), lay_out_checks(results, snapshot))
    run_id = results.plan.run_id
    # As of the run, so it is no formula.
    mark = Plain(STATUS_ROW, ITEM, f"Run {run_id} · model {MODEL_VERSION}", Style("context"))
    layouts = tuple(
        replace(layout, plain=(mark, *layout.plain), heights={TITLE_ROW: TITLE_HEIGHT, **layout.heights})
        for layout in layouts
    )
    layouts = under_prefix(layouts, results.plan.prefix)
    return Book(results, layouts, place(layouts, results, snapshot.formulas), run_id)
