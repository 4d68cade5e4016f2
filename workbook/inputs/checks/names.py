"""Checks of names: what refers to what, and what looks like a slip (plan floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbook.inputs.parse.confusables import difference
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.names import did_you_mean, listing, nearest
from workbook.inputs.plan import Table
from workbook.inputs.sheets.commitments import BASE_SCENARIO, Resilience
from workbook.inputs.sheets.demand import EVERY_SEGMENT, UserSegment
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.sheets.supply import Rate
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, NamedRow, Row


def reserved_segment(draft: PlanDraft) -> Iterator[Problem]:
    """No segment is called `all`: Features and Events use that word for every segment."""
    for index, row in draft.each("users", UserSegment):
        if name_key(row.segment) == EVERY_SEGMENT:
            yield Problem(
                Code.RESERVED_NAME,
                "a segment cannot be called 'all': Features and Events use it for every segment",
                draft.where("users", index, "segment"),
                seen="'all'",
                expected="another name",
                remedy="rename the segment here and wherever it is used",
            )


def references(draft: PlanDraft) -> Iterator[Problem]:
    """Names that refer to another sheet stand there, and are of the right kind."""
    for sheet_id, table in draft.tables.items():
        for column in table.sheet.columns:
            known = draft.names.get(column.table_reference or "")
            if known:
                for index in range(len(table.rows)):
                    yield from _reference(draft, sheet_id, table, column, index, known)


def active_scenario(draft: PlanDraft) -> Iterator[Problem]:
    """The active scenario is a row of Scenarios."""
    known = draft.names.get("scenarios")
    name = draft.settings.active_scenario if draft.settings else ""
    # a missing row Base is reported as that
    if not known or name_key(name) in {"", BASE_SCENARIO, *known}:
        return
    yield Problem(
        Code.UNKNOWN_NAME,
        f"Active scenario {name!r} is not a row of Scenarios",
        draft.setting_cell("active_scenario"),
        seen=repr(name),
        expected=f"one of {listing(known.values())}",
        remedy=did_you_mean(name, known.values()) or "add a row to Scenarios, or choose another scenario",
    )


def resilience_spelling(draft: PlanDraft) -> Iterator[Problem]:
    """A dependency need not be a component; one that nearly has a component's name is probably meant to be it."""
    components, known = draft.names.get("components"), draft.names.get("resilience")
    if components is None or known is None:
        return
    without = [name for key, name in components.items() if key not in known]
    for index, row in draft.each("resilience", Resilience):
        name = row.component
        near = "" if name_key(name) in components else nearest(name, without, cutoff=0.85)
        if near:
            yield Problem(
                Code.UNKNOWN_NAME,
                f"Component {name!r} is not on Components, so it counts as a dependency",
                draft.where("resilience", index, "component"),
                seen=repr(name),
                expected="a component, or a dependency that does not run on the plan's nodes",
                remedy=f"did you mean {near!r}?",
                severity=Severity.WARNING,
            )


def earlier_names(draft: PlanDraft) -> Iterator[Problem]:
    """The name that a row had before is the name of no row now."""
    for sheet_id, table in draft.tables.items():
        known = draft.names.get(sheet_id, {})
        for index, row in draft.each(sheet_id, NamedRow):
            if row.formerly and name_key(row.formerly) in known:
                yield Problem(
                    Code.FORMERLY_STILL_THERE,
                    f"Formerly {row.formerly!r} is still a row of {table.title}",
                    draft.where(sheet_id, index, "formerly"),
                    seen=repr(row.formerly),
                    expected="blank, or the earlier name of this row",
                    remedy=f"clear Formerly, or delete the row {known[name_key(row.formerly)]!r}",
                )


def _reference(
    draft: PlanDraft, sheet_id: str, table: Table[Row], column: Column, index: int, known: dict[str, str]
) -> Iterator[Problem]:
    name = str(getattr(table.rows[index], column.field))
    key = name_key(name)
    if key == column.default:
        return
    if key not in known:
        yield _unknown_name(draft, sheet_id, column, index, known)
    elif column.reference_kind and (kind := _rate_kind(draft, key)) not in (None, column.reference_kind):
        yield Problem(
            Code.WRONG_KIND,
            f"{column.header} {name!r} is an item of kind {kind}, not of kind {column.reference_kind}",
            draft.where(sheet_id, index, column.field),
            seen=repr(name),
            expected=f"an item of Rates of kind {column.reference_kind}",
            remedy=f"choose one of {listing(_items(draft, column.reference_kind))}",
        )


def _unknown_name(draft: PlanDraft, sheet_id: str, column: Column, index: int, known: dict[str, str]) -> Problem:
    table = draft.tables[sheet_id]
    name = str(getattr(table.rows[index], column.field))
    sheet = column.table_reference or ""
    target = draft.tables[sheet].title if sheet in draft.tables else SHEETS[sheet].title
    choices = _items(draft, column.reference_kind) if column.reference_kind else list(known.values())
    return Problem(
        Code.UNKNOWN_NAME,
        f"{column.header} {name!r} is not a row of {target}",
        draft.where(sheet_id, index, column.field),
        seen=repr(name),
        expected=f"one of {listing(choices)}",
        remedy=_look_alike(name, known.values())
        or did_you_mean(name, choices)
        or f"add a row {name!r} to {target}, or choose a name that is there",
    )


def _look_alike(name: str, known: Iterable[str]) -> str:
    """Return what tells a name from a known one that looks the same, or nothing."""
    found = next((other for other in known if difference(name, other)), "")
    return f"it only looks like {found!r}: {difference(name, found)}; type it again by hand" if found else ""


def _rate_kind(draft: PlanDraft, key: str) -> str | None:
    """Return the kind of an item; None if its row could not be read."""
    return next((rate.kind for _, rate in draft.each("rates", Rate) if name_key(rate.item) == key), None)


def _items(draft: PlanDraft, kind: str | None) -> list[str]:
    """Return the items of a kind, and those whose row could not be read: one of them may be meant."""
    items = [rate.item for _, rate in draft.each("rates", Rate) if rate.kind == kind]
    unread = [name for key, name in draft.names.get("rates", {}).items() if _rate_kind(draft, key) is None]
    return [*items, *unread]
