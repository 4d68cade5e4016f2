"""Real workbooks of other programs: adding inputs, planning and removing, held against validators and other readers.

`python -m tests.slow.corpus` goes through all of them; `test_corpus.py` takes a sample.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

CORPUS = Path(os.environ.get("WORKBOOK_CORPUS", ROOT.parent / "shared" / "corpus"))
needs_corpus = pytest.mark.skipif(not (CORPUS / "index.tsv").is_file(), reason=f"no corpus in {CORPUS}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the collection and what its index says of it: `ok`, or what is wrong with it."""

    path: Path
    status: str
    is_strict: bool


def entries(every: int = 1) -> list[Entry]:
    """Return every n-th file of the collection, in the order of its index; none where there is no collection."""
    index = CORPUS / "index.tsv"
    lines = index.read_text(encoding="utf-8").splitlines()[1:] if index.is_file() else []
    rows = [line.split("\t") for line in lines]
    return [Entry(CORPUS / row[0] / row[1], row[4], row[5] == "1") for row in rows[::every]]
