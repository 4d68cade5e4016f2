"""promtool on files of an export: skipped where it is absent, failed if WORKBOOK_REQUIRE_PROMTOOL is set."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.required import require


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "prometheus"


def promtool(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    require("promtool", shutil.which("promtool"))
    return subprocess.run(
        ["promtool", *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
