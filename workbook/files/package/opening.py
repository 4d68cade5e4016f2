"""Opens a workbook's bytes as a package, or refuses what is none (files floor).

Bytes in, a `Package` out of which every entry has been read through once: checksum, size, no DOCTYPE.
"""

from __future__ import annotations

import io

from workbook.files.package.budget import Budget
from workbook.files.package.caps import current_caps
from workbook.files.package.directory import check_directory
from workbook.files.package.entries import Listeners, check_entries, nobody
from workbook.files.package.package import Package
from workbook.files.package.refuse import ZIP_ERRORS, FileTrouble, check_kind, damage
from workbook.files.package.soundness import check_workbook, check_writable


def open_package(data: bytes, name: str = "", *, for_writing: bool = True, listeners: Listeners = nobody) -> Package:
    """Read a workbook's bytes through once and give its package; `name` stands in the messages.

    Raises Refusal (unreadable) for whatever is no sound .xlsx or .xlsm, and for writing also for shared, signed and
    structure-locked workbooks, because adding sheets would break what they promise.
    """
    try:
        package = _opened(data, name, listeners)
    except FileTrouble as found:
        raise found.named(name) from found
    if for_writing:
        check_writable(package)
    return package


def _opened(data: bytes, name: str, listeners: Listeners) -> Package:
    caps = current_caps()
    check_kind(data, name)
    check_directory(data, caps)
    try:
        package = Package(io.BytesIO(data), name, Budget(caps))
    except ZIP_ERRORS as error:
        raise damage(str(error)) from error
    check_entries(package, caps, listeners)
    check_workbook(package, caps)
    return package
