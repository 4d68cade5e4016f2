"""The memory that this process has taken at most."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_megabytes() -> float:
    """Return what this process has taken at most; after a fork, usage counts what the parent had taken too."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return (own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
