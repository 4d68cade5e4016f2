"""Capacity planning in Excel: input sheets in, result sheets with live formulas back into the same file.

For Python users: `read_plan(path)` gives a `ReadWorkbook` with the plan or its problems, `calculate(plan)` the results,
`write_plan(reading, results)` writes them into the workbook, `new_workbook(path)` begins one. Everything is imported
when it is first asked for, so that help and version come at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook import version

if TYPE_CHECKING:
    from workbook.actions import (
        ReadWorkbook,
        Written,
        add_input_sheets,
        calculate,
        new_workbook,
        read_plan,
        write_plan,
    )

__version__ = version.VERSION
__all__ = [
    "ReadWorkbook",
    "Written",
    "add_input_sheets",
    "calculate",
    "new_workbook",
    "read_plan",
    "write_plan",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from workbook import actions  # noqa: PLC0415 - the front door stays light

    return getattr(actions, name)
