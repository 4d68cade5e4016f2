"""Explain what has changed since an approved version, or since another workbook, and why (roof)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from workbook.figures import MINUS, NONE, digits, month_text
from workbook.history.bridge import Bridge, InputEffect, Step
from workbook.history.bridge_words import cost_words, version_words
from workbook.history.checks import no_version, seal_problem
from workbook.history.comparable import comparison_problems, look_alikes
from workbook.history.compared import MONEY, Effects, Figure
from workbook.history.facts import NOW, bridge_between, bridge_to, input_title, moved_by_size, moving_steps
from workbook.history.versions import Version, compared_version, version_named, versions_of
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Reason, Refusal, in_order, listed

Row = tuple[str, ...]
_MOST_DIGITS = 6


class ExplainedChange(Struct, frozen=True):
    """A bridge, what it starts from, the sentence that sums it up, and what speaks against the comparison."""

    bridge: Bridge
    before: str
    words: str
    currency: str
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, object]:
        """Return the bridge as data, in full precision."""
        made = self.bridge
        return {
            "from": self.before,
            "words": self.words,
            "currency": self.currency,
            "years": list(made.years),
            "last_common": made.last_common.isoformat() if made.last_common else None,
            "before": dict(made.before),
            "steps": [_step_json(step) for step in made.steps],
            "now": dict(made.now),
            "inputs": [_input_json(one) for one in moved_by_size(made)],
            "problems": [problem.as_json() for problem in self.problems],
        }


def explain_change(plan: Plan, name: str = "") -> ExplainedChange:
    """Return the bridge from a version of the workbook, without a name the one that the plan is compared with.

    Raises Refusal (inputs) where there is no version of that name, none is approved, or it cannot be compared with.
    """
    version = _named(plan, name) if name else _default(plan)
    made = bridge_to(plan, version)
    changed = () if version.is_sealed else (seal_problem(plan, version),)
    words = version_words(made, Figure.COST_YEAR, version, plan.settings)
    problems = in_order((*changed, *comparison_problems(version, plan)))
    return ExplainedChange(made, version.name, words, plan.settings.currency, problems)


def explain_change_between(before: Plan, plan: Plan, name: str) -> ExplainedChange:
    """Return the bridge from the plan of another workbook, called `name`, to a plan.

    Raises Refusal (inputs) where that plan is in another currency.
    """
    made = bridge_between(before, plan)
    words = cost_words(made, Figure.COST_YEAR, name, plan.settings)
    return ExplainedChange(made, name, words, plan.settings.currency, in_order(look_alikes(before, plan)))


def has_version(plan: Plan, name: str) -> bool:
    """Whether a workbook has a version of that name."""
    return version_named(versions_of(plan), name) is not None


def _default(plan: Plan) -> Version:
    """Return the version that a plan is compared with, or one of its own run, from which nothing differs."""
    approved = [one for one in versions_of(plan) if one.is_approved]
    version = compared_version(plan) or next(reversed(approved), None)
    if version is None:
        raise Refusal(no_version(plan), reason=Reason.INPUTS)
    return version


def _named(plan: Plan, name: str) -> Version:
    versions = versions_of(plan)
    version = version_named(versions, name)
    if version is None:
        seen, whole = listed([one.name for one in versions] or ["no version"])
        problem = Problem(
            Code.NO_SUCH_VERSION,
            f"there is no version {name!r} to compare with",
            seen=seen,
            expected="the name of a version on the sheet Versions, or another workbook",
            remedy="give one of these names with --from, or leave the option out",
            whole=whole,
        )
        raise Refusal(problem, reason=Reason.INPUTS)
    return version


def _step_json(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "title": step.title,
        "effects": dict(step.effects),
        "parts": [_step_json(part) for part in step.parts],
        "together": dict(step.together),
    }


def _input_json(one: InputEffect) -> dict[str, object]:
    moved = one.moved
    return {
        "sheet": moved.sheet,
        "row": moved.row,
        "column": moved.column,
        "was": moved.was,
        "is": moved.now,
        "change": moved.change,
        "step": one.step,
        "effects": dict(one.effects),
    }


def change_text(found: ExplainedChange) -> str:
    """Return the sentence, then the steps and the inputs that moved as tables of aligned columns."""
    tables = [_aligned(tuple(_steps(found)), 1)]
    if inputs := tuple(_inputs(found)):
        tables.append(_aligned((("Input", "Was", "Is", "Change", *_figures(found).values()), *inputs), 1))
    return "\n\n".join((found.words, *tables))


def _figures(found: ExplainedChange) -> dict[Figure, str]:
    """Return the figures that the tables show, as far as a bridge has them, each with what stands above it."""
    made, currency = found.bridge, found.currency
    heads = {
        Figure.COST_YEAR: f"{made.years[0]}, {currency}",
        Figure.COST_NEXT: f"{made.years[1]}, {currency}",
        Figure.COST_PLAN: f"Whole plan, {currency}",
        Figure.NODES: f"Nodes, {month_text(made.last_common)}" if made.last_common else "",
        Figure.EXHAUSTION: "Exhaustion month",
    }
    return {figure: head for figure, head in heads.items() if figure in made.before}


def _steps(found: ExplainedChange) -> Iterator[Row]:
    made, figures = found.bridge, _figures(found)
    yield "Step", *figures.values()
    yield found.before, *_values(made.before, figures)
    for step in moving_steps(made):
        yield step.title, *_changes(step.effects, figures)
    yield NOW, *_values(made.now, figures)


def _inputs(found: ExplainedChange) -> Iterator[Row]:
    figures = _figures(found)
    for one in moved_by_size(found.bridge):
        moved = one.moved
        yield input_title(moved), moved.was, moved.now, moved.change, *_changes(one.effects, figures)


def _values(effects: Effects, figures: dict[Figure, str]) -> Iterator[str]:
    return (_size(effects[figure], figure) for figure in figures)


def _changes(effects: Effects, figures: dict[Figure, str]) -> Iterator[str]:
    for figure in figures:
        change = effects.get(figure, 0.0)
        size = _size(abs(change), figure)
        yield NONE if size == "0" else f"{MINUS if change < 0 else '+'}{size}"


def _size(value: float, figure: Figure) -> str:
    """Return money without decimals, and counts with those that they have."""
    return f"{value:,.0f}" if figure in MONEY else digits(round(value, 2), _MOST_DIGITS, is_grouped=True)


def _aligned(rows: Sequence[Row], texts: int) -> str:
    """Return rows as lines: the first columns start at the left, all others end at the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    shown = (
        "  ".join(
            text.ljust(width) if place < texts else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in shown)
