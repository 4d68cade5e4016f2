"""A finished part of a report onto disk: the old file complete or the new file complete (post)."""

from __future__ import annotations

from pathlib import Path

from workbook.files.saving.save import check_target, save


def store(path: Path, content: bytes) -> Path:
    """Write a file in one step, over an older report of that name. Raises Refusal (busy) where that fails."""

    def trouble(made: Path) -> str:
        return "" if made.read_bytes() == content else "it reads back otherwise"

    check_target(path)
    save(path, lambda file: file.write(content), None, backup=False, verify=trouble)
    return path
