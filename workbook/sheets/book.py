"""A calculated plan into all the sheets that the tool writes (paper floor)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.formula import Placement
from workbook.expr.tree import Section
from workbook.model.demand import timing
from workbook.model.periods import PeriodValues, period_values
from workbook.model.results import Results
from workbook.sheets import accuracy, accuracy_workings, bridge, cases, compare, outlook, risk
from workbook.sheets.checks.layout import CHECKS_SECTIONS, lay_out_checks, snapshot_row
from workbook.sheets.checks.snapshot import take_snapshot
from workbook.sheets.comments import Comments, OfSheets
from workbook.sheets.layout import TITLE_HEIGHT, TITLE_ROW, Layout, Plain, Style
from workbook.sheets.outputs import lay_out_outputs
from workbook.sheets.placement import homes, place
from workbook.sheets.prefix import RESULT_SHEETS, under_prefix
from workbook.sheets.scaling import SECTIONS as SCALING_SECTIONS
from workbook.sheets.scaling import lay_out_scaling
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.statements.lay_out import lay_out_statement, shown_lines
from workbook.sheets.summary import SUMMARY_SECTIONS, lay_out_summary
from workbook.sheets.summary.workings import lay_out_summary_workings
from workbook.sheets.workings import WORKINGS
from workbook.sheets.workings.lay_out import lay_out_workings
from workbook.version import MODEL_VERSION

SECTIONS = (
    timing.TIME_AXIS,
    *(section for sheet in WORKINGS for section in sheet.sections),
    *SUMMARY_SECTIONS,
    *SCALING_SECTIONS,
    *bridge.SECTIONS,
    *bridge.WORKINGS.sections,
    *outlook.SECTIONS,
    *outlook.WORKINGS.sections,
    *accuracy.SECTIONS,
    *accuracy_workings.SECTIONS,
    *compare.SECTIONS,
    *compare.WORKINGS.sections,
    *cases.SECTIONS,
    *risk.SECTIONS,
    *risk.WORKINGS.sections,
    *CHECKS_SECTIONS,
)
"""Every section on the sheet that is its home."""

NO_COMMENTS: OfSheets = {}
_OPTIONAL: Mapping[Callable[[Results], bool], tuple[str, ...]] = {
    bridge.has_bridge: (bridge.NAME, bridge.WORKINGS.name),
    outlook.has_outlook: (outlook.NAME, outlook.WORKINGS.name),
    accuracy.has_accuracy: (accuracy.NAME, accuracy_workings.NAME),
    compare.has_compare: (compare.NAME, compare.WORKINGS.name),
    compare.has_cases: (cases.NAME,),
    risk.has_risk: (risk.NAME, risk.WORKINGS.name),
}
"""The sheets of the plans of which a question is true."""

if homeless := [section for section in Section.every if section not in SECTIONS]:
    raise ValueError(f"sections that no sheet lists: {', '.join(map(repr, homeless))}")


class Book(Struct, frozen=True):
    """The sheets in their order, and where everything in them lies."""

    results: Results
    layouts: tuple[Layout, ...]
    placement: Placement
    periods: PeriodValues
    run_id: str


def lay_out_book(results: Results, comments: OfSheets = NO_COMMENTS) -> Book:
    """Lay out all sheets in the order of their tabs, with what people have typed beside figures."""
    snapshot = take_snapshot(results.plan, snapshot_row(results))
    shown = shown_lines(STATEMENTS, results)
    has_compare, has_risk = compare.has_compare(results), risk.has_risk(results)
    has_outlook, has_accuracy = outlook.has_outlook(results), accuracy.has_accuracy(results)
    others = (
        *(lay_out_statement(statement, results) for statement in STATEMENTS),
        lay_out_scaling(results),
        *_bridge(results, comments.get(bridge.NAME, {})),
        *([outlook.lay_out_outlook(results)] if has_outlook else []),
        *([accuracy.lay_out_accuracy(results)] if has_accuracy else []),
        *([compare.lay_out_compare(results)] if has_compare else []),
        *([risk.lay_out_risk(results)] if has_risk else []),
        lay_out_outputs(results),
        lay_out_summary_workings(results),
        *(lay_out_workings(workings, shown, results) for workings in WORKINGS),
        *([lay_out_workings(bridge.WORKINGS, shown, results)] if bridge.has_bridge(results) else []),
        *([lay_out_workings(outlook.WORKINGS, shown, results)] if has_outlook else []),
        *([accuracy_workings.lay_out_accuracy_workings(results)] if has_accuracy else []),
        *([lay_out_workings(compare.WORKINGS, shown, results)] if has_compare else []),
        *([cases.lay_out_cases(results)] if compare.has_cases(results) else []),
        *([lay_out_workings(risk.WORKINGS, risk.shown_on_risk(results), results)] if has_risk else []),
        lay_out_checks(results, snapshot),
    )
    layouts = (lay_out_summary(results, homes(others, results)), *others)
    run_id = results.plan.run_id
    layouts = tuple(_headed(layout, run_id) for layout in layouts)
    layouts = under_prefix(layouts, results.plan.prefix)
    return Book(results, layouts, place(layouts, results, snapshot.formulas), period_values(results), run_id)


def _bridge(results: Results, comments: Comments) -> tuple[Layout, ...]:
    """Return the sheet Bridge of a plan with a version; of any other only if somebody has commented there before."""
    if bridge.has_bridge(results):
        return (bridge.lay_out_bridge(results, comments),)
    return (bridge.lay_out_comments(results, comments),) if comments else ()


def written_sheets(results: Results, comments: OfSheets = NO_COMMENTS) -> tuple[str, ...]:
    """Return the names of the result sheets that a plan has, without a prefix."""
    optional = (name for has, names in _OPTIONAL.items() if has(results) for name in names)
    commented = (bridge.NAME,) if comments.get(bridge.NAME) and not bridge.has_bridge(results) else ()
    return (*RESULT_SHEETS, *commented, *optional)


def _headed(layout: Layout, run_id: str) -> Layout:
    """Return a layout with the name of the run, which is no formula, and with a title of full height."""
    mark = Plain(*layout.mark, f"Run {run_id} · model {MODEL_VERSION}", Style("context"))
    return replace(layout, plain=(mark, *layout.plain), heights={TITLE_ROW: TITLE_HEIGHT, **layout.heights})
