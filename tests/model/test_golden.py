"""Golden lines: what each line is, in ids, and a digest of its values; addresses are held by one small test."""

from __future__ import annotations

import hashlib
import os

import numpy as np
import pytest

from tests.conftest import ROOT, plan_sample
from tests.model.symbols import symbolic_line
from workbook.explain.locate import LineValue, find
from workbook.model.results import Results
from workbook.sheets.book import lay_out_book
from workbook.version import MODEL_VERSION
from workbook.whatif.lines.cases import CASES

GOLDEN = ROOT / "tests" / "golden"
VERSIONS = GOLDEN / "model_version.txt"
IS_UPDATE = bool(os.environ.get("WORKBOOK_UPDATE_GOLDEN"))
HAS_RISEN = int(VERSIONS.read_text(encoding="utf-8").split(maxsplit=2)[1]) < MODEL_VERSION
"""Read once: an update of the first sample writes the new version before the second one is compared."""


def values_digest(results: Results, line: str) -> str:
    """Return eight hex digits of a line's values at ten significant digits, so that no last digit counts."""
    values = results.values[line]
    said = values.ravel() if values.dtype.kind == "U" else np.char.mod("%.10g", values.astype(float)).ravel()
    return hashlib.sha256("\n".join(said.tolist()).encode()).hexdigest()[:8]


def golden_lines(results: Results) -> dict[str, str]:
    """Return each line's row of the golden file by its id; a case is a line of the plan once more."""
    return {
        line.id: f"{values_digest(results, line.id)} {symbolic_line(line)}"
        for line in results.lines.values()
        if results.items(line.id) and line.section is not CASES
    }


def read_golden(sample: str) -> dict[str, str]:
    rows = (GOLDEN / f"{sample}.lines.txt").read_text(encoding="utf-8").splitlines()
    return {row.split(" ", 2)[1]: row for row in rows}


def digest_of(rows: dict[str, str]) -> str:
    """Return a digest of the values of all lines."""
    return hashlib.sha256("\n".join(row.split(" ", 1)[0] for row in rows.values()).encode()).hexdigest()[:16]


@pytest.mark.whole
def test_figures_change_only_with_the_model_version(sample: str) -> None:
    """A new line needs `make golden`; other figures of an old line need a higher MODEL_VERSION, then `make golden`."""
    now, before = golden_lines(plan_sample(sample)[1]), read_golden(sample)
    version = dict(row.split(" ", 1) for row in VERSIONS.read_text(encoding="utf-8").splitlines())
    moved = [line for line in now.keys() & before.keys() if now[line][:8] != before[line][:8]]
    assert not moved or HAS_RISEN, f"raise MODEL_VERSION: other figures in {', '.join(sorted(moved)[:10])}"
    if IS_UPDATE:
        version |= {"model": str(MODEL_VERSION), sample: digest_of(now)}
        VERSIONS.write_text("".join(f"{key} {value}\n" for key, value in version.items()), encoding="utf-8")
    assert version == {**version, "model": str(MODEL_VERSION), sample: digest_of(now)}


@pytest.mark.whole
def test_lines_are_as_reviewed(sample: str) -> None:
    """A change of any line shows in review; WORKBOOK_UPDATE_GOLDEN=1 writes the file anew."""
    now = golden_lines(plan_sample(sample)[1])
    if IS_UPDATE:
        (GOLDEN / f"{sample}.lines.txt").write_text("".join(f"{row}\n" for row in now.values()), encoding="utf-8")
    before = read_golden(sample)
    changed = [
        now.get(line) or f"gone: {line}" for line in now.keys() | before.keys() if now.get(line) != before.get(line)
    ]
    assert not changed, "\n".join(sorted(changed)[:20])
    assert list(now) == list(before)


def test_addresses_lead_to_lines() -> None:
    """Where a few figures of the erlmcp sample are, one on each sheet; the only test that holds addresses."""
    book = lay_out_book(plan_sample("erlmcp")[1])
    figures = {cell: find(book, cell) for cell in ADDRESSES}
    found = {cell: figure.line for cell, figure in figures.items() if isinstance(figure, LineValue)}
    assert found == ADDRESSES


ADDRESSES = {
    "Summary!A2": "summary.headline",
    "Cost!W27": "cost.category",
    "Capacity!D27": "nodes.today",
    "Recovery!D27": "resilience.redundancy",
    "Service!D27": "objective.allowed",
    "Demand!W27": "users.total",
    "Demand workings!D18": "setting.plan_name",
    "Cost workings!W10": "price.factor",
    "Checks!B7": "check.found",
    "Checks!C8": "check.expected",
}
