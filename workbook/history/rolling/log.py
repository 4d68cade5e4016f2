"""The proposals of a roll into the rows that log it (many floor)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workbook.history.rolling.proposals import RollProposal
from workbook.history.rolling.roll import Rolled
from workbook.history.rolling.steps import ProposalBasis
from workbook.inputs.plan import Plan

PROOF = "proof"


def log_rows(plan: Plan, rolled: Rolled, day: date) -> tuple[Mapping[str, object], ...]:
    """Return the rows for the sheet Roll: one a changed cell or row, and one a sentence of the proof."""
    start = {"when": day, "start_before": plan.settings.plan_start, "start_after": rolled.plan.settings.plan_start}
    changes = ({**start, **_row(plan, proposal)} for proposal in rolled.proposals)
    about = {**start, "proposal": PROOF, "basis": ProposalBasis.CALENDAR.value}
    proof = ({**about, "why": words} for words in rolled.proof.words)
    return (*changes, *proof)


def _row(plan: Plan, proposal: RollProposal) -> dict[str, object]:
    said = {
        "proposal": proposal.id,
        "sheet": proposal.sheet.removeprefix(plan.prefix),
        "row": proposal.row,
        "column": proposal.header,
        "was": proposal.was_text,
        "now": proposal.value_text,
        "why": proposal.why,
        "basis": proposal.basis.value,
    }
    return {field: value for field, value in said.items() if value}
