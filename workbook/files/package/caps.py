"""How much a person's file may cost: the bounds that hold while it is unpacked and read (files floor).

A few kilobytes can unpack to gigabytes, so nothing here trusts a size that a header states. The bounds leave room for
a plan of 600 components over 60 months (18 MB, 220 MB unpacked) and keep whatever is refused below a few seconds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from msgspec import Struct

from workbook.problems import Code, Problem, Reason, Refusal

MB = 1 << 20
VARIABLE = "WORKBOOK_MAX_MB"
CEILING = 4096
_TOTAL = 512


class Caps(Struct, frozen=True):
    """Bounds in bytes, but for `parts` (a count) and `work` (microseconds, see `Budget`)."""

    file: int = 50 * MB
    parts: int = 1_000
    part: int = 256 * MB
    total: int = _TOTAL * MB
    work: int = 3_500_000
    text: int = 32 * MB

    def times(self, factor: float) -> Caps:
        """Return bounds that are so many times as wide."""
        wide = [int(bound * factor) for bound in (self.file, self.parts, self.part, self.total, self.work, self.text)]
        return Caps(*wide)


def current_caps(environment: Mapping[str, str] = os.environ) -> Caps:
    """Return bounds in force: those above, or as wide as WORKBOOK_MAX_MB (megabytes unpacked, at most 4,096) says.

    Raises Refusal (usage) where the variable is no whole number from 1 to 4,096.
    """
    wanted = environment.get(VARIABLE, "").strip()
    if not wanted:
        return Caps()
    if not re.fullmatch("[0-9]{1,9}", wanted) or not 1 <= int(wanted) <= CEILING:
        raise Refusal(
            Problem(
                Code.BAD_LIMIT,
                f"the environment variable {VARIABLE} is no number of megabytes",
                seen=wanted[:40],
                expected=f"a whole number from 1 to {CEILING}, such as 1024",
                remedy="set it to such a number, or unset it",
            ),
            reason=Reason.USAGE,
        )
    return Caps().times(int(wanted) / _TOTAL)


def way_out() -> str:
    """Return how to have a larger file read."""
    return (
        "If you trust the file, set the environment variable "
        f"{VARIABLE} (now {current_caps().total // MB}, at most {CEILING}) and run again; "
        "else save the input sheets in a workbook of their own."
    )
