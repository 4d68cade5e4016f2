"""Replaces a person's package by an edited one, read back and compared with it part by part (files floor)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from workbook.files.grafting.changes import Receipt
from workbook.files.package.package import Package
from workbook.files.package.result_size import result_too_large
from workbook.files.saving.save import save
from workbook.files.saving.verify import verify_workbook
from workbook.problems import Refusal


def rewrite(
    path: Path,
    host: Package,
    edit: Callable[[BinaryIO], Receipt],
    expected_sha256: str | None,
    source: Path | None = None,
) -> Path | None:
    """Save what `edit` writes, and give the backup's path if there is one.

    Before it replaces anything it is opened as the next run will open it, and every part that the receipt calls kept is
    compared with the host's. It is never more open than `source`, the file that was read.

    Raises Refusal as `save` does, and (inputs) where the result would be too large to be read again.
    """
    receipts: list[Receipt] = []

    def verify(made: Path) -> str:
        try:
            return verify_workbook(made, host.zip, receipts[-1].kept)
        except Refusal as refusal:
            detail = refusal.problem.message.removeprefix(made.name).strip(" .")
            raise result_too_large(path.name, f"it {detail}") from refusal

    return save(
        path, lambda file: receipts.append(edit(file)), expected_sha256, backup=True, verify=verify, source=source
    )
