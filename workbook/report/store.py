"""The finished parts of a report onto disk: the old file complete or the new file complete (post).

A file is replaced only if an earlier run of the tool wrote it, which a mark inside says, or if the user asks for it.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from pathlib import Path

from workbook.files.saving.filesystem import as_refusal
from workbook.files.saving.save import check_target, save
from workbook.problems import Code, Problem, Reason, Refusal

_MARKS = {
    ".html": b"\n<!-- written by workbook report -->\n",
    ".txt": b"\nWritten by workbook report.\n",
    ".pdf": b"\n% written by workbook report\n",
}
_BOUNDARY = re.compile(rb'boundary="=_[0-9a-f]{8}_0"')
"""What marks a draft: the library's own boundaries are random, this tool's are made of the run."""
_HEAD, _TAIL = 1 << 20, 200


def store_all(contents: Mapping[Path, bytes], is_forced: bool = False, source: Path | None = None) -> tuple[Path, ...]:
    """Write the files, each in one step, over earlier reports of their names; none is more open than `source`.

    Raises Refusal before anything is written: usage for a file that is no earlier report, unless `is_forced`, or that
    is a link or no file; busy if a file cannot be written.
    """
    for path in contents:
        with as_refusal(path):
            _check(path, is_forced)
        check_target(path)
    return tuple(_store(path, content + _MARKS.get(path.suffix, b""), source) for path, content in contents.items())


def _store(path: Path, content: bytes, source: Path | None) -> Path:
    def trouble(made: Path) -> str:
        return "" if made.read_bytes() == content else "it reads back otherwise"

    save(path, lambda file: file.write(content), None, backup=False, verify=trouble, source=source)
    return path


def _check(path: Path, is_forced: bool) -> None:
    """Raise Refusal (usage) for what must not be replaced."""
    try:
        kind = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISLNK(kind.st_mode):
        raise _refusal(path, "is a link, which a report does not follow", "delete the link")
    if not stat.S_ISREG(kind.st_mode):
        raise _refusal(path, "is not a regular file", "move it away")
    if kind.st_size and not is_forced and not _is_report(path, kind.st_size):
        raise _refusal(path, "is not an earlier report of this tool and is not replaced", "replace it with --force")


def _is_report(path: Path, size: int) -> bool:
    """Whether an earlier run wrote the file."""
    with path.open("rb") as file:
        if path.suffix == ".eml":
            return _BOUNDARY.search(file.read(_HEAD).partition(b"\r\n\r\n")[0]) is not None
        file.seek(max(size - _TAIL, 0))
        return file.read(_TAIL).endswith(_MARKS[path.suffix])


def _refusal(path: Path, trouble: str, way: str) -> Refusal:
    problem = Problem(
        Code.FILE_EXISTS,
        f"{path.name} {trouble}; no report was written",
        path.name,
        seen=str(path),
        expected="no file of that name, or an earlier report",
        remedy=f"{way}, or write into another folder with -o",
    )
    return Refusal(problem, reason=Reason.USAGE)
