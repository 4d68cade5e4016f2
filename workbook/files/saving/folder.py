"""A folder of files onto disk as a whole: the old folder complete or the new folder complete (files floor).

The new folder is written beside the old one and renamed. Files of the person's own in it move along unchanged.
"""

from __future__ import annotations

import contextlib
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from workbook.files.saving.filesystem import flush_folder, hidden
from workbook.files.saving.rights import mode_of_new, settle


def files_in(folder: Path) -> dict[str, Path]:
    """Return the files of a folder and of its folders by their paths below it, links as such; none where it is not.

    Raises OSError where it cannot be read.
    """
    if not folder.is_dir():
        return {}
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }


def replace_folder(folder: Path, contents: Mapping[str, bytes], gone: Collection[str], source: Path) -> None:
    """Write `contents` as a folder; what else lies in an old one stays, but for the paths that are `gone`.

    No file is more open than `source`. Raises OSError; then the old folder is as it was.
    """
    with _beside(folder, "new") as made, _beside(folder, "old") as old:
        for name, content in contents.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
            settle(made / name, folder / name, source)
        for name, path in files_in(folder).items():
            if name not in contents and name not in gone:
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, made / name, follow_symlinks=False)
        made.chmod(stat.S_IMODE(folder.stat().st_mode) if folder.is_dir() else mode_of_new(0o777))
        _exchange(folder, made, old)
        flush_folder(folder.parent)


@contextlib.contextmanager
def _beside(folder: Path, what: str) -> Iterator[Path]:
    """Make an empty folder beside another one, which is gone afterwards unless it was renamed."""
    made = Path(tempfile.mkdtemp(prefix=hidden(folder, f"-{what}-").name, dir=folder.parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _exchange(folder: Path, made: Path, old: Path) -> None:
    """Put the new folder in the place of the old one, and the old one back where that fails."""
    if not folder.is_dir():
        made.rename(folder)
        return
    kept = old / "kept"
    folder.rename(kept)
    try:
        made.rename(folder)
    except BaseException:
        kept.rename(folder)
        raise
