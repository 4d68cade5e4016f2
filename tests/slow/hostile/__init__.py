"""Files made to break, blow up or mislead a reader, each with the code that it must give.

`packages.py` has files that are wrong as archives or as packages, `sheets.py` workbooks that are wrong in their cells;
`test_hostile.py` runs them all through the tool as `check` and `plan` do. A file from the field that broke something
becomes one more maker here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbook.problems import Code


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: how to make it, the code it must give (None: it must be planned), and words the message must hold.

    `exit_code` is what `plan` ends with; None leaves it open. `file_name` is the name under which it lies on disk.
    """

    name: str
    make: Callable[[], bytes]
    code: Code | None
    seen: str = ""
    exit_code: int | None = None
    file_name: str = "plan.xlsx"
