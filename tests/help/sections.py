"""The parts of a document that are generated: compared, and rewritten with WORKBOOK_UPDATE_GOLDEN=1."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.conftest import ROOT

HELP = ROOT / "templates" / "help"
README = ROOT / "README.md"
TEXTS = (README, *sorted(HELP.glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md")
_SECTION = re.compile(r"<!-- ([a-z -]+): generated -->\n.*?<!-- \1: end -->\n", re.DOTALL)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def check_section(path: Path, name: str, content: str) -> None:
    """Compare a generated section with what it must be."""
    begin, end = f"<!-- {name}: generated -->\n", f"<!-- {name}: end -->\n"
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    assert found, f"{path.name} has no section {name}"
    _, closed, after = rest.partition(end)
    assert closed, f"the section {name} of {path.name} has no end"
    text = f"{before}{begin}{content}{end}{after}"
    if os.environ.get("WORKBOOK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def prose(text: str) -> str:
    """Return what was written by hand: no generated sections, no code."""
    return _CODE.sub("", _SECTION.sub("", text))
