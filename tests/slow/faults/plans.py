"""Fails the system's calls in a whole run of `workbook plan` on a small workbook, where they touch its folder."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.slow.faults.system import CHANGING, KILLED, READING, RENAME_ERRORS, RENAMES, Tally, inject, silence, traced
from tests.workbooks import valid_workbook
from workbook.cli import main

_ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS")
_NAMES = re.compile(r"plan(\.backup(-\d)?|\.new(-\d)?)?\.xlsx")
ALLOWED = {0, 4, 5, KILLED}


def plan(target: Path) -> int:
    """Run the command in this process; gives its exit code."""
    try:
        main.main(["plan", str(target)])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def fail_plan(folder: Path, every: int) -> Tally:
    """Fail or kill the run at each such call, with another fault each time where not `every` one is taken."""
    tally = Tally()
    folder.mkdir()
    target = folder / "plan.xlsx"
    old = valid_workbook()
    target.write_bytes(old)
    if _quietly(target) != 0:
        raise RuntimeError("the plan fails without a fault")
    new = target.read_bytes()
    for turn, (syscall, nth) in enumerate(list(_places(folder, target, old))[::every]):
        kinds = [f"error={error}" for error in (*_ERRORS, *(RENAME_ERRORS if syscall in RENAMES else ()))]
        kinds.append("signal=SIGKILL")
        for what in kinds if every == 1 else [kinds[turn % len(kinds)]]:
            _reset(folder, target, old)
            end, has_come = inject(lambda: _silent(target), syscall, what, nth)
            place = f"{syscall} {nth} {what}"
            if has_come:
                tally.note(place, end, list(_faults(folder, target, old, new, end)))
    return tally


def _places(folder: Path, target: Path, old: bytes) -> Iterator[tuple[str, int]]:
    """Return the calls of a run without a fault that touch the folder, each with its number among those of its kind."""
    _reset(folder, target, old)
    _, log = traced(lambda: _silent(target), "trace=" + ",".join((*CHANGING, *READING)), "decode-fds=path")
    counts: Counter[str] = Counter()
    for line in log.splitlines():
        syscall = line.partition("(")[0]
        if syscall in (*CHANGING, *READING):
            counts[syscall] += 1
            is_said = syscall == "write" and line.startswith(("write(1<", "write(2<"))
            if str(folder) in line and not is_said:
                yield syscall, counts[syscall]


def _faults(folder: Path, target: Path, old: bytes, new: bytes, end: int) -> Iterator[str]:
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    if end not in ALLOWED:
        yield f"exit code {end}"
    if files.get("plan.xlsx") not in (old, new):
        yield "the target is neither the old nor the new file"
    elif files["plan.xlsx"] == new and files.get("plan.backup.xlsx") != old:
        yield "the old file was replaced without a backup"
    if (end == 0) != (files.get("plan.xlsx") == new) and end != KILLED:
        yield f"the exit code {end} does not tell what was done"
    if any(data != new for name, data in files.items() if name.startswith("plan.new")):
        yield "a result beside the target is not whole"
    if _quietly(target) != 0 or target.read_bytes() != new:
        yield "the next run does not give the result"
    if left := [path.name for path in folder.iterdir() if not _NAMES.fullmatch(path.name)]:
        yield f"the next run leaves {left}"


def _reset(folder: Path, target: Path, old: bytes) -> None:
    for path in folder.iterdir():
        path.unlink()
    target.write_bytes(old)


def _silent(target: Path) -> int:
    silence()
    return plan(target)


def _quietly(target: Path) -> int:
    """Run without a fault, and without words."""
    import contextlib  # noqa: PLC0415 - one function's business
    import io  # noqa: PLC0415

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = plan(target)
    sys.stdout.flush()
    return code
