"""Says which process of which person on which machine this is, and whether another one lives (files floor)."""

from __future__ import annotations

import os
import sys


def host_name() -> str:
    """Return this machine's name."""
    if sys.platform == "win32":
        return os.environ.get("COMPUTERNAME", "")
    return os.uname().nodename


def user_name() -> str:
    """Return the person's login, empty where the system knows none."""
    from getpass import getuser  # noqa: PLC0415 - only a run that writes asks

    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        return ""


def is_running(pid: int) -> bool:
    """Whether a process of this machine lives. On Windows asking would end it, so the answer is yes."""
    if sys.platform == "win32" or pid <= 0:
        return sys.platform == "win32"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def printable(name: str) -> str:
    """Return a name that another program wrote as one line may show it."""
    return "".join(char for char in name if char.isprintable()).strip()[:80]
