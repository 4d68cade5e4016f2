"""A workbook without what another program would fetch for it (files floor).

A package's bytes in, a copy out in which no relationship but a hyperlink leads outside: linked pictures, other
workbooks, queries. Such a copy is for a program to look at, not for a user to work with.
"""

from __future__ import annotations

import io

from workbook.files.package.archive import Archive, pack
from workbook.files.package.opening import open_package
from workbook.files.package.parts import key

_NOWHERE = "file:///nowhere"


def without_links(data: bytes, name: str) -> bytes:
    """Return a workbook that leads nowhere when it is opened. Raises Refusal where a part is damaged."""
    package, out = open_package(data, name, for_writing=False), io.BytesIO()
    archive = Archive(out)
    for info in package.zip.infolist():
        part = key(info.filename)
        if info.is_dir() or not part.endswith(".rels"):
            archive.copy(info, package.packed(info))
            continue
        rels = package.splices(info.filename, 1)
        for arrow in rels.root.children:
            own = arrow.attributes
            if own.get("TargetMode") == "External" and not own.get("Type", "").endswith("/hyperlink"):
                rels.set_attribute(arrow, "Target", _NOWHERE)
        archive.add(info.filename, pack([rels.result()]))
    archive.close()
    return out.getvalue()
