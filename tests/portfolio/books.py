"""Folders of planned workbooks with faults among them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.conftest import plan_file, planned_base
from tests.edits import with_values
from tests.workbooks import replaced, valid_workbook
from workbook.address import Cell

FAULTS = {
    "06 stale.xlsx": "stale",
    "11 unplanned.xlsx": "not planned",
    "17 euro.xlsx": "no rate",
    "23 error.xlsx": "errors",
    "29 damaged.xlsx": "unreadable",
    "34 password.xlsx": "unreadable",
}
"""The files of a folder that are not counted without rates, and what becomes of them."""
COUNT = 40
_OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@cache
def planned(name: str = "Test plan", currency: str = "USD") -> bytes:
    """Return a planned workbook with a plan name and a currency."""
    if (name, currency) == ("Test plan", "USD"):
        return planned_base()
    row = f"| {name} | |\n| Currency | {currency} | |"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(valid_workbook(**replaced("Settings", "| Test plan  |        |", row)))
        plan_file(path)
        return path.read_bytes()


@cache
def stale() -> bytes:
    """Return a workbook whose inputs have changed since it was planned."""
    return with_values(planned(), {Cell("Users", 2, 2): 6000})


BROKEN: dict[str, Callable[[], bytes]] = {
    "06 stale.xlsx": stale,
    "11 unplanned.xlsx": valid_workbook,
    "17 euro.xlsx": lambda: planned("Europe", "EUR"),
    "23 error.xlsx": lambda: valid_workbook(**replaced("Users", "| 5000 ", "| many ")),
    "29 damaged.xlsx": lambda: planned()[:5000],
    "34 password.xlsx": lambda: _OLE + "EncryptedPackage".encode("utf-16-le"),
}


def fill(folder: Path, count: int = COUNT) -> Path:
    """Fill a new folder with workbooks, the ones with faults among them; plans share two names."""
    folder.mkdir()
    faults = {int(name[:2]): name for name in FAULTS}
    for number in range(count):
        if name := faults.get(number):
            (folder / name).write_bytes(BROKEN[name]())
        else:
            data = planned("Asia") if number % 3 == 1 else planned()
            (folder / f"{number:02} plan.xlsx").write_bytes(data)
    return folder
