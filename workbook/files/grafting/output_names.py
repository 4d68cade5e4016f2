"""The names of the cells of Outputs in a workbook: which are ours, and which are the user's already (files floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.address import column_letters
from workbook.files.package.names import DefinedName, defined_names
from workbook.files.package.package import Package
from workbook.problems import Code, Problem, Severity, listed
from workbook.sheets.outputs import NAME, addresses

_MOST_LISTED = 10
_ADDRESSES = {name.casefold(): f"${column_letters(column)}${row}" for name, (row, column) in addresses().items()}


def is_output(name: DefinedName) -> bool:
    """Whether a name is that of a cell of Outputs, also where a program has dropped what marks it as ours."""
    address = _ADDRESSES.get(name.name.casefold())
    text = name.text.strip().removeprefix("=").replace("'", "")
    return name.sheet is None and address is not None and text.endswith(f"{NAME}!{address}")


def taken_names(host: Package) -> tuple[str, ...]:
    """Return the names of Outputs that the user's names or tables have already, in the user's spelling."""
    return tuple(dict.fromkeys(_taken(host)))


def taken_problems(taken: Sequence[str]) -> tuple[Problem, ...]:
    """Return the warning that cells of Outputs go without names that are taken."""
    if not taken:
        return ()
    seen, whole = listed(taken, _MOST_LISTED)
    problem = Problem(
        Code.OUTPUT_NAME_TAKEN,
        f"names of your own are the same as names of cells on {NAME}; these cells have no name",
        seen=seen,
        expected=f"no name or table of yours that is also the name of a cell on {NAME}",
        remedy="rename yours with Formulas > Name Manager and run again, or refer to the cells by their addresses",
        severity=Severity.WARNING,
        whole=whole,
    )
    return (problem,)


def _taken(host: Package) -> Iterator[str]:
    for name in defined_names(host.workbook):
        if name.sheet is None and name.name.casefold() in _ADDRESSES and not (name.is_ours or is_output(name)):
            yield name.name
    for table in host.tables():
        if table.name.casefold() in _ADDRESSES:
            yield table.name
