"""Checks of Ranges, and of Low and High on Growth: each names one input that takes a range, once (plan floor)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from workbook.inputs.checks.range_ends import Ends, end_problems, shrinks
from workbook.inputs.input_names import row_name
from workbook.inputs.named_inputs import NamedInput, Unnamed, named_input
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.names import did_you_mean, listing
from workbook.inputs.sheets.demand import GrowthAnchor
from workbook.inputs.sheets.registry import SETTINGS_OF, SHEETS
from workbook.inputs.sheets.uncertainty import TAKE_RANGES, RangeRow
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, show

_GROWTH = SHEETS["growth"]
_SHARES = ("cpu_share", "memory_share")
_MANY = 3
"""So many ranges of one column, each drawn for itself, mostly cancel out."""
Entry = tuple[int, RangeRow, NamedInput]


def range_rows(draft: PlanDraft) -> Iterator[Problem]:
    """Each row names an input that takes a range, with a Low and a High around it, in a shape that Means allows."""
    for index, entry in draft.each("ranges", RangeRow):
        named = _named(draft, entry)
        if isinstance(named, Unnamed):
            yield from _unnamed(draft, index, named)
        elif not _takes_range(named):
            yield _not_taken(draft, index, named)
        elif (ends := _ends(draft, index, entry, named)) is not None:
            yield from end_problems(draft, ends)
            if named.sheet.id == _GROWTH.id:
                yield from shrinks(draft, ends)
        if entry.means == "p10-p90" and entry.shape not in (None, "triangular"):
            yield _other_shape(draft, index, entry)


def growth_ends(draft: PlanDraft) -> Iterator[Problem]:
    """Low and High of a milestone are both there or both blank, and Total growth lies between them."""
    for index, row in draft.each("growth", GrowthAnchor):
        if row.low is not None or row.high is not None:
            ends = _growth_ends(draft, index, row)
            yield from end_problems(draft, ends)
            yield from shrinks(draft, ends)


def named_twice(draft: PlanDraft) -> Iterator[Problem]:
    """No input has two ranges, nor one on Ranges beside Low and High on Growth."""
    first: dict[tuple[str, int, str], str] = {}
    for index, row in draft.each("growth", GrowthAnchor):
        if row.low is not None or row.high is not None:
            end = "high" if row.low is None else "low"
            first["growth", index, "total_growth"] = str(draft.where("growth", index, end))
    for index, _, named in _entries(draft):
        where = draft.where("ranges", index, "row")
        other = first.setdefault(named.place, str(where))
        if other != str(where):
            yield Problem(
                Code.RANGE_TWICE,
                f"{named.name} has two ranges, here and in {other}",
                where,
                seen=named.key,
                expected="one range of an input, on Ranges or in Low and High on Growth",
                remedy="delete one of the two",
            )


def growth_gaps(draft: PlanDraft) -> Iterator[Problem]:
    """A milestone between two that have a range has one too, else the curve is narrow in the middle."""
    if not draft.is_whole("growth"):
        return
    ranged = {named.place for _, _, named in _entries(draft)}
    rows = list(draft.each("growth", GrowthAnchor))
    for _, group in groupby(rows, key=lambda entry: name_key(entry[1].segment)):
        anchors = list(group)
        with_range = [place for place, (_, row) in enumerate(anchors) if row.low is not None and row.high is not None]
        for place, (index, row) in enumerate(anchors):
            is_blank = row.low is None and row.high is None and ("growth", index, "total_growth") not in ranged
            if with_range and is_blank and with_range[0] < place < with_range[-1]:
                yield _gap(draft, index, row)


def all_alone(draft: PlanDraft) -> Iterator[Problem]:
    """Several ranges of one column move together, or Correlation says that nothing does."""
    settings = draft.settings
    entries = list(_entries(draft))
    if settings is None or settings.correlation or any(entry.moves_with for _, entry, _ in entries):
        return
    columns: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for index, _, named in entries:
        columns[named.sheet.id, named.column.field].append(("ranges", index))
    curves = {
        name_key(row.segment): index
        for index, row in draft.each("growth", GrowthAnchor)
        if row.low is not None and row.high is not None
    }
    columns["growth", "total_growth"] += [("growth", index) for index in curves.values()]
    for (sheet_id, field), places in columns.items():
        if sheet_id not in SETTINGS_OF and len(places) >= _MANY:
            yield _alone(draft, SHEETS[sheet_id].column(field), places)


def _named(draft: PlanDraft, entry: RangeRow) -> NamedInput | Unnamed:
    titles = {sheet_id: table.title for sheet_id, table in draft.tables.items()}
    return named_input(draft.tables, {**titles, **draft.setting_titles}, entry)


def _entries(draft: PlanDraft) -> Iterator[Entry]:
    """Yield the rows that name an input which takes a range."""
    for index, entry in draft.each("ranges", RangeRow):
        named = _named(draft, entry)
        if isinstance(named, NamedInput) and _takes_range(named):
            yield index, entry, named


def _takes_range(named: NamedInput) -> bool:
    return named.column.field in TAKE_RANGES.get(named.sheet.id, ())


def _ends(draft: PlanDraft, index: int, entry: RangeRow, named: NamedInput) -> Ends | None:
    """Return the ends of a row of Ranges; nothing where the settings could not be read."""
    sheet_id, row, field = named.place
    if named.is_setting:
        if draft.settings is None:
            return None
        middle, place = getattr(draft.settings, field), draft.setting_cell(field)
    else:
        middle, place = getattr(draft.tables[sheet_id].rows[row], field), draft.where(sheet_id, row, field)
    low, high = (draft.where("ranges", index, name) for name in ("low", "high"))
    return Ends(named.name, named.column, entry.low, middle, entry.high, low, place, high)


def _growth_ends(draft: PlanDraft, index: int, row: GrowthAnchor) -> Ends:
    column = _GROWTH.column("total_growth")
    name = f"{column.header} of {row_name(_GROWTH, row)}"
    low, middle, high = (draft.where("growth", index, field) for field in ("low", "total_growth", "high"))
    return Ends(name, column, row.low, row.total_growth, row.high, low, middle, high)


def _unnamed(draft: PlanDraft, index: int, found: Unnamed) -> Iterator[Problem]:
    """Yield the problem of a row that names nothing; not where the row that it means could not be read."""
    sheet = found.sheet
    if found.field == "row" and sheet is not None and sheet.id in draft.broken:
        return
    title = sheet.title if sheet else ""
    what = "an input sheet" if sheet is None else f"a {found.field} of {title}"
    message = f"{found.field.capitalize()} {found.text!r} is not {what}"
    remedy = did_you_mean(found.text, found.known) or "type a name that is there, or delete the row"
    names = found.known if found.field != "row" else map(repr, found.known)
    expected = f"one of {listing(names)}" if found.known else f"a {found.field} of {title}, which has none"
    if found.is_ambiguous:
        message, remedy = f"Row {found.text!r} is the name of several rows of {title}", "rename all but one of them"
        expected = "the name of one row"
    elif not found.text:
        message = f"{found.field.capitalize()} is blank, so the range has no input"
    elif sheet is not None and sheet.id in SETTINGS_OF and found.field == "column":
        message, remedy = f"Column {found.text!r} is filled in for a setting, which has none", "clear the cell"
        expected = "blank"
    yield Problem(
        Code.RANGE_UNKNOWN,
        message,
        draft.where("ranges", index, found.field),
        seen=repr(found.text) if found.text else "blank",
        expected=expected,
        remedy=remedy,
    )


def _not_taken(draft: PlanDraft, index: int, named: NamedInput) -> Problem:
    taken = TAKE_RANGES.get(named.sheet.id, ())
    columns = SETTINGS_OF["settings"] if named.is_setting else named.sheet.columns
    others = [column.header for column in columns if column.field in taken and not column.is_former]
    sheets = [SHEETS[sheet_id].title for sheet_id in TAKE_RANGES]
    return Problem(
        Code.RANGE_NOT_TAKEN,
        f"{named.name} takes no range: {_reason(named)}",
        draft.where("ranges", index, "row" if named.is_setting else "column"),
        seen=named.key,
        expected=f"one of {listing(others, limit=13)}" if others else f"an input of {listing(sheets, limit=9)}",
        remedy="delete the row; to try other values, change the cell, or add a row to Scenarios",
    )


def _reason(named: NamedInput) -> str:
    column = named.column
    if column.field in _SHARES:
        return "the column sums to 100%, so that no share can change alone"
    if column.is_key or column.table_reference or column.kind == "name":
        return "it is a name"
    if not column.is_numeric:
        return "it is not a number"
    if column.kind == "integer":
        return "it is a count that gives the plan its structure"
    if named.sheet.id == _GROWTH.id:
        return "it is the end of a range itself"
    return "it is decided or agreed, not estimated"


def _other_shape(draft: PlanDraft, index: int, entry: RangeRow) -> Problem:
    return Problem(
        Code.RANGE_SHAPE,
        f"Shape {entry.shape} does not go with Means p10-p90",
        draft.where("ranges", index, "shape"),
        seen=f"p10-p90, {entry.shape}",
        expected="triangular, or blank: only its ends follow from such points",
        remedy="clear Shape, or set Means to ends and type the ends themselves",
    )


def _gap(draft: PlanDraft, index: int, row: GrowthAnchor) -> Problem:
    column = _GROWTH.column("total_growth")
    return Problem(
        Code.RANGE_GAP,
        f"month {row.month} of segment {row.segment!r} has no Low and High, but months before and after it have",
        draft.where("growth", index, "low"),
        seen="blank",
        expected=f"Low and High around {show(row.total_growth, column.kind)}",
        remedy="fill both: the users of this month do not vary otherwise",
        severity=Severity.WARNING,
    )


def _alone(draft: PlanDraft, column: Column, places: list[tuple[str, int]]) -> Problem:
    sheet_id, index = places[0]
    return Problem(
        Code.RANGES_ALONE,
        f"{len(places)} ranges of {column.header} vary independently, so that high and low ones cancel out",
        draft.where(sheet_id, index, "moves_with" if sheet_id == "ranges" else "low"),
        seen="Moves with blank in every row, Correlation 0%",
        expected="a name in Moves with for ranges that have a cause in common, and a Correlation above 0%",
        remedy="type one name into Moves with of these rows and set Correlation, such as 50%; leave it if they have"
        " nothing in common",
        severity=Severity.WARNING,
    )
