"""The rights of a file that replaces another one, or that copies another one's content (files floor).

A file is written with rights for its owner alone. When it is complete it gets those of the file that it replaces, and
never more than those of the file that its content comes from.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from pathlib import Path

OWN = 0o600
_ACCESS_LIST = "system.posix_acl_access"


def settle(made: Path, target: Path, source: Path | None = None) -> None:
    """Give a complete file the rights of `target`, limited to those of `source`. Raises OSError.

    Without a target it gets what a new file gets. The time of the file stays its own.
    """
    if sys.platform == "win32":
        if target.exists():
            _take(target, made)
        return
    if target.exists():
        _take(target, made)
    else:
        made.chmod(mode_of_new())
    if source is not None and source.exists() and not (target.exists() and source.samefile(target)):
        _limit(source, made)


def can_keep_group(group: int) -> bool:
    """Whether a file of this user can belong to the group."""
    return sys.platform == "win32" or os.geteuid() == 0 or group in {os.getegid(), *os.getgroups()}


def _take(target: Path, made: Path) -> None:
    """Give the mode, extended attributes, lists of rights, owner and group of another file, as far as possible."""
    own = made.stat()
    theirs = target.stat()
    if sys.platform != "win32":
        _change_owner(made, theirs)
    shutil.copystat(target, made)
    os.utime(made, ns=(own.st_atime_ns, own.st_mtime_ns))
    if sys.platform != "win32" and made.stat().st_gid != theirs.st_gid:
        made.chmod(_without_group(stat.S_IMODE(theirs.st_mode)))


def _change_owner(made: Path, theirs: os.stat_result) -> None:
    """Change owner and group, or the group alone where only the system's administrator may change the owner."""
    if sys.platform == "win32":
        return
    own = made.stat()
    if (theirs.st_uid, theirs.st_gid) == (own.st_uid, own.st_gid):
        return
    try:
        os.chown(made, theirs.st_uid, theirs.st_gid)
    except OSError:
        with contextlib.suppress(OSError):
            os.chown(made, -1, theirs.st_gid)


def _limit(source: Path, made: Path) -> None:
    """Take away what the source does not allow. Its group counts only if the file belongs to the same group."""
    if sys.platform == "win32":
        return
    theirs = source.stat()
    allowed = stat.S_IMODE(theirs.st_mode)
    if made.stat().st_gid != theirs.st_gid:
        with contextlib.suppress(OSError):
            os.chown(made, -1, theirs.st_gid)
    has_list = _has_access_list(source)
    if made.stat().st_gid != theirs.st_gid or has_list:
        # With a list of rights, the group's bits of the mode are a mask, and not what the group may do.
        allowed = _without_group(allowed)
    mode = stat.S_IMODE(made.stat().st_mode)
    if has_list or mode & ~(allowed | stat.S_IXUSR):
        with contextlib.suppress(OSError, AttributeError):
            os.removexattr(made, _ACCESS_LIST)
        made.chmod(mode & (allowed | stat.S_IRWXU))


def _has_access_list(path: Path) -> bool:
    try:
        return _ACCESS_LIST in os.listxattr(path)
    except (OSError, AttributeError):
        return False


def _without_group(mode: int) -> int:
    """Return a mode in which a group may do only what everybody may."""
    return (mode & ~stat.S_IRWXG) | (mode & stat.S_IRWXO) << 3


def mode_of_new(most: int = 0o666) -> int:
    """Return the mode of a new file, or of what may have `most` rights.

    The mask can only be read by setting it, so it is set to the strictest.
    """
    mask = os.umask(0o077)
    os.umask(mask)
    return most & ~mask
