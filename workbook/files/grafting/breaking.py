"""The user's formulas that read sheets about to go, into formulas that say so (files floor).

A package in, one out in which these references are `#REF!`, as a deletion in Excel leaves them. Otherwise they would
read whatever stands at their address once a sheet of that name is written again.
"""

from __future__ import annotations

import io
from collections.abc import Collection

from workbook.files.grafting.changes import Changes
from workbook.files.grafting.formula_places import replaced, users_parts
from workbook.files.grafting.references import Gone
from workbook.files.grafting.workbook_part import RECALCULATE, require_recalculation, set_names
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.package.splice import spliced


def without_readers(host: Package, sheets: Collection[str]) -> Package:
    """Return the workbook with `#REF!` wherever a part of the user's reads one of these sheets: itself, if none does.

    Hyperlinks stay, because they show no figure; so do names of cells, which go with their cells. Raises Refusal where
    a part that names a sheet is not well formed.
    """
    gone = Gone.of_sheets(host, sheets)
    changes = Changes(host, [])
    for _, part, places in users_parts(host, gone.sheets, gone.tables):
        if places is None:
            continue
        edits = ((place, gone.edits(place.text)) for place in places.places if place.kind != "a hyperlink")
        splices = [splice for place, edit in edits if edit for splice in replaced(places.data, place, edit)]
        if splices:
            changes.edited[part] = spliced(places.data, splices)
    if not changes.edited:
        return host
    # The stored results are those of the formulas before.
    book = host.splices(host.workbook_part, 2)
    require_recalculation(book)
    set_names(book, [name for name in defined_names(host.workbook) if name.name == RECALCULATE], [])
    changes.edited[host.workbook_part] = book.result()
    out = io.BytesIO()
    changes.write(out)
    return Package(out, host.name)
