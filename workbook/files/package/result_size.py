"""Whether what will be written can be read again, told before it is made (files floor).

The number of calculated values and the host in, nothing or a `Refusal` out: the next run must never refuse a file that
this one has written. The factors are those of plans from 60 to 600 components, less a tenth, so that no plan that
would fit is refused; what is just beyond is found when the result is read back.
"""

from __future__ import annotations

import math

from workbook.files.package.caps import CEILING, MB, VARIABLE, Caps, current_caps
from workbook.files.package.package import Package
from workbook.files.package.refuse import refusal
from workbook.problems import Code, Reason, Refusal

UNPACKED, PACKED, LARGEST = 138, 12, 38
"""Bytes for each value: of all result sheets as XML, of them in the archive, of the largest of them."""


def check_result_size(host: Package, values: int, caps: Caps | None = None) -> None:
    """Raise Refusal (inputs) where the workbook with results of so many values would exceed the limits of reading."""
    caps = caps or current_caps()
    theirs = [info for info in host.zip.infolist() if not _is_result(host, info.filename)]
    sizes = {
        "in all": (sum(info.file_size for info in theirs) + UNPACKED * values, caps.total),
        "as a file": (sum(info.compress_size for info in theirs) + PACKED * values, caps.file),
        "in its largest sheet": (LARGEST * values, caps.part),
    }
    where, (size, cap) = max(sizes.items(), key=lambda one: one[1][0] / one[1][1])
    if size > cap:
        wanted = math.ceil(current_caps().total / MB * size / cap * 1.2)
        raise result_too_large(
            host.name,
            f"about {size / MB:,.0f} MB {where} with its result sheets, where {cap / MB:,.0f} MB are allowed",
            wanted,
        )


def result_too_large(name: str, detail: str, wanted: int | None = None) -> Refusal:
    """Return the refusal of a result that the next run could not read; `wanted` is the limit in megabytes for it."""
    fewer = "Plan fewer months or components, or split the plan into several workbooks"
    raised = f"; or set the environment variable {VARIABLE} to {wanted or 'a larger number'} and run again"
    is_possible = wanted is None or wanted <= CEILING
    return refusal(
        Code.RESULT_TOO_LARGE, name, f"would be too large to be read again: {detail}",
        f"{fewer}{raised if is_possible else ''}.", reason=Reason.INPUTS,
    )  # fmt: skip


def _is_result(host: Package, part: str) -> bool:
    return any(sheet.name in host.owners and sheet.part.lower() == part.lower() for sheet in host.sheets)
