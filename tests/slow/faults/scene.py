"""A folder with a workbook and one backup, a save into it, and what must hold afterwards whatever happened."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tests.conftest import exit_code_of
from workbook.files.saving import lock, save
from workbook.problems import Refusal

TARGET = "plan.xlsx"
_OURS = re.compile(r"plan(\.backup(-\d+)?|\.new(-\d+)?)?\.xlsx")
_DEBRIS = re.compile(r"\.plan(\.backup)?\.xlsx\.workbook(-.*\.tmp|\.lock)")


def package(content: str) -> bytes:
    """Return a small whole package; stored, so that two of them differ in few bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("a.xml"), content * 6000)
    return out.getvalue()


OLDER, OLD, NEW, THEIRS, NEXT = (package(text) for text in ("older", "old", "new", "theirs", "next"))


def impatient() -> None:
    """Have nothing be waited for, in this process; tests that are no program of their own use `monkeypatch`."""
    lock.PATIENCE = 0.0
    save._PATIENCE = (0.0, 0.0)


def set_up(folder: Path) -> Path:
    """Empty a folder and lay a workbook and one backup into it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "plan.backup.xlsx").write_bytes(OLDER)
    (folder / TARGET).write_bytes(OLD)
    (folder / TARGET).chmod(0o640)
    return folder / TARGET


def attempt(target: Path, result: bytes = NEW, expected: bytes = OLD) -> Refusal | None:
    """Save once as a run does; what is refused comes back, every other exception passes."""

    def write(out: BinaryIO) -> None:
        for start in range(0, len(result), 9000):
            out.write(result[start : start + 9000])

    try:
        save.save(target, write, hashlib.sha256(expected).hexdigest(), backup=True)
    except Refusal as refusal:
        return refusal
    return None


def faults(target: Path, refusal: Refusal | None, *, must: bytes | None) -> Iterator[str]:
    """Return what is wrong with a folder after an attempt to replace OLD by NEW, and then with the next run on it.

    `must` is what the target has to be; None after a kill, when it may be either.
    """
    names = {path.name: path.read_bytes() for path in target.parent.iterdir()}
    now = names.get(TARGET)
    backups = [data for name, data in names.items() if name.startswith("plan.backup")]
    if now not in (OLD, NEW):
        yield "the target is neither the old nor the new file"
    if any(data not in (OLD, OLDER) for data in backups) or OLDER not in backups:
        yield "a backup is not whole, or lost"
    if now == NEW and OLD not in backups:
        yield "the old file was replaced without a backup"
    if any(data != NEW for name, data in names.items() if name.startswith("plan.new")):
        yield "a result beside the target is not whole"
    if strange := [name for name in names if not _OURS.fullmatch(name) and not _DEBRIS.fullmatch(name)]:
        yield f"there is a strange file: {strange}"
    if refusal is not None and (exit_code_of(refusal) != 5 or TARGET not in str(refusal) or not refusal.problem.remedy):
        yield f"the message does not help: {exit_code_of(refusal)} {refusal}"
    if must is not None and now != must:
        yield "what the run says is not what it has done"
    yield from _next_run(target, now or b"")


def after(target: Path, end: int) -> Iterator[str]:
    """Return what is wrong after a process that saved, by its exit code; a killed one may have come to either end."""
    if end not in (0, 5, -9):
        yield f"exit code {end}"
    yield from faults(target, None, must={0: NEW, 5: OLD}.get(end))


def leftovers(target: Path) -> Iterator[str]:
    """Return what lies in the folder that no run may leave there."""
    if left := [path.name for path in target.parent.iterdir() if not _OURS.fullmatch(path.name)]:
        yield f"left behind: {left}"


def _next_run(target: Path, now: bytes) -> Iterator[str]:
    """Run again without a fault: it succeeds, and what was left behind is gone."""
    refusal = attempt(target, NEXT, now)
    if refusal is not None or target.read_bytes() != NEXT:
        yield f"the next run fails: {refusal}"
    yield from leftovers(target)
    if target.stat().st_mode & 0o777 != 0o640:
        yield "the rights of the file were not kept"
