"""A workbook with only some of its sheets in view (files floor).

A package's bytes in, a copy out in which every other sheet is hidden and has no print area, so that formulas still find
it. Such a copy is for LibreOffice, which also prints hidden sheets that have a print area.
"""

from __future__ import annotations

import io
from collections.abc import Collection

from workbook.files.grafting.workbook_part import set_names
from workbook.files.package.archive import Archive, pack
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package
from workbook.files.package.parts import key

_PRINT_AREA = "_xlnm.Print_Area"


def only_sheets(data: bytes, name: str, shown: Collection[str]) -> bytes:
    """Return a workbook that shows the sheets of these names, and all of them where it has none of these.

    Raises Refusal where a part is damaged.
    """
    package, out = open_package(data, name, for_writing=False), io.BytesIO()
    wanted = {one.casefold() for one in shown}
    book = package.splices(package.workbook_part, 2)
    sheets = book.root.under("sheets")
    positions = [place for place, sheet in enumerate(sheets) if sheet.attributes.get("name", "").casefold() in wanted]
    if not positions:
        return data
    for place, sheet in enumerate(sheets):
        book.set_attribute(sheet, "state", None if place in positions else "hidden")
    areas = [one for one in defined_names(book.root) if one.name == _PRINT_AREA and one.sheet not in positions]
    set_names(book, areas, ())
    for view in book.root.under("bookViews"):
        book.set_attribute(view, "activeTab", str(positions[0]))
        book.set_attribute(view, "firstSheet", None)
    archive = Archive(out)
    for info in package.zip.infolist():
        if key(info.filename) == key(package.workbook_part):
            archive.add(info.filename, pack([book.result()]))
        else:
            archive.copy(info, package.packed(info))
    archive.close()
    return out.getvalue()
