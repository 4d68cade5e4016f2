"""Takes sheets that were written out of a person's package again (files floor).

A package in, a new one out without our sheets and what only they reach. Every part that a graft copied is copied
again, and its splices are undone; what stays is what nobody can tell from the person's own: cell formats that were
appended, and Excel builds the calculation chain anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import BinaryIO

from workbook.files.grafting import workbook_part
from workbook.files.grafting.changes import Changes, Receipt
from workbook.files.grafting.front import kept_view, selected_before
from workbook.files.grafting.ownership import added_sheets
from workbook.files.grafting.references import names_read, readers_of, without_readings
from workbook.files.grafting.text_pool import TextPool
from workbook.files.grafting.workbook_part import STRINGS, is_ours
from workbook.files.package.book_parts import PREFIX
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.package.refuse import refusal
from workbook.files.package.soundness import check_writable
from workbook.inputs.parse.headers import find_sheets
from workbook.inputs.sheets.kept import KEPT_SHEETS
from workbook.problems import Code, Problem, Reason, Refusal, Severity, listed


def choose_sheets(
    package: Package, inputs: bool, versions: bool, anyway: bool
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return sheets to remove, with `inputs` also those that were added for the user, and what would read nothing.

    Kept sheets stay, unless `versions` are to be removed. Raises Refusal (inputs) where nothing is ours, and where
    formulas read the sheets unless `anyway`.
    """
    kept = {package.prefix + sheet.title for sheet in KEPT_SHEETS.values()}
    added = set(added_sheets(package))
    ours = {*package.owners, *(added - kept if inputs else ()), *(added & kept if versions else ())}
    sheets = tuple(sheet.name for sheet in package.sheets if sheet.name in ours)
    if not sheets:
        raise Refusal(_nothing_of_ours(package.name, bool(added_sheets(package))), reason=Reason.INPUTS)
    readers = readers_of(package, sheets)
    if readers and not anyway:
        raise Refusal(_still_read(readers, Severity.ERROR), reason=Reason.INPUTS)
    return sheets, (_still_read(readers, Severity.WARNING),) if readers else ()


def check_readers(package: Package, sheets: Sequence[str]) -> None:
    """Raise Refusal (inputs) where formulas of the user's own read sheets that are to be removed."""
    if readers := readers_of(package, sheets, but=package.owners):
        raise Refusal(_still_read(readers, Severity.ERROR), reason=Reason.INPUTS)


def remove(host: Package, out: BinaryIO, names: Collection[str] | None = None, *, may_be_read: bool = True) -> Receipt:
    """Write the host to `out` without the sheets of these names and what only they reach; all result sheets for None.

    Formulas and names of the user are looked through unless nothing of them reads the sheets (`may_be_read`).

    Raises Refusal, also where no visible sheet would be left (inputs).
    """
    check_writable(host)
    names = host.owners if names is None else names
    gone = [position for position, sheet in enumerate(host.sheets) if sheet.name in names]
    left = [sheet for sheet in host.sheets if sheet.name not in names]
    visible = next((position for position, sheet in enumerate(left) if sheet.state == "visible"), None)
    if visible is None:
        raise refusal(
            Code.NO_SHEET_LEFT, host.name, "would have no visible sheet left",
            "Add a sheet of your own, or delete the file.", reason=Reason.INPUTS,
        )  # fmt: skip
    changes = Changes(host, [host.sheets[position] for position in gone])
    changes.gone_rels.update(host.sheets[position].rel_id for position in gone)
    book = host.splices(host.workbook_part, 2)
    workbook_part.drop_sheets(book, gone, visible)
    is_last = set(host.owners) <= set(names)
    leaving = [name for name in defined_names(host.workbook) if name.sheet in gone or (is_last and is_ours(name))]
    if {*host.owners, *added_sheets(host)} <= set(names):
        leaving += workbook_part.forget_recalculation(book)
    if is_last and not find_sheets([sheet.name for sheet in left], host.prefix)[0]:
        leaving += [name for name in defined_names(host.workbook) if name.name == PREFIX]
    if gone and gone[0] == 0 and (view := kept_view(host)):
        changes.edited.update(selected_before(host, left))
        leaving.append(view)
    pool = TextPool(changes, left)
    leaving += [name for name in defined_names(host.workbook) if name.name == STRINGS]
    coming = pool.write()
    # A name that is still read says what it refers to, as a user's own name does.
    read = names_read(host, names) if may_be_read else frozenset()
    leaving = [name for name in leaving if name.name.casefold() not in read]
    lost = [
        name
        for name in defined_names(host.workbook)
        if name not in leaving and (not is_ours(name) or name.name.casefold() in read)
    ]
    broken = {name: without_readings(name.text, host, names) for name in lost}
    workbook_part.set_texts(book, {name: text for name, text in broken.items() if text != name.text})
    workbook_part.set_names(book, leaving, coming)
    changes.edited[host.workbook_part] = book.result()
    return changes.write(out)


def _nothing_of_ours(name: str, has_inputs: bool) -> Problem:
    if has_inputs:
        return Problem(
            Code.NOTHING_TO_REMOVE,
            f"{name} has no result sheets",
            seen="input sheets that were added to it",
            expected="result sheets of a run, under their own names",
            remedy="take the input sheets out too, with what is filled in: workbook remove FILE --inputs",
        )
    return Problem(
        Code.NOTHING_TO_REMOVE,
        f"{name} has no sheet that this tool wrote",
        seen="only sheets of your own",
        expected="result sheets of a run, under their own names",
        remedy="sheets that were copied or renamed are yours: delete them in Excel",
    )


def _still_read(readers: Sequence[str], severity: Severity) -> Problem:
    seen, whole = listed(readers)
    return Problem(
        Code.SHEET_IN_USE,
        "formulas of your own read the sheets to be removed and would lose what they read",
        readers[0] if "!" in readers[0] else "",
        seen=seen,
        expected="no formula, rule, chart or name of your own that reads these sheets",
        remedy="replace them by their values (Copy, Paste Special > Values), or remove all the same with --anyway",
        severity=severity,
        whole=whole,
    )
