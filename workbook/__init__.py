"""Capacity planning in Excel: input sheets in, result sheets with live formulas back into the same file.

For Python users: `read_plan(path)` returns a `ReadWorkbook` with the plan or its problems, `calculate(plan)` the
results, `write_plan(reading, results)` writes them into the workbook, `new_workbook(path)` begins one. `__all__` lists
the rest: every command of the command line is a function here. Everything is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook import actions, version

if TYPE_CHECKING:
    from workbook.actions import *  # noqa: F403

__version__ = version.VERSION

if not TYPE_CHECKING:
    __all__ = actions.__all__

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(actions, name)
