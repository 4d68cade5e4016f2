"""The records of an explanation: a number, the input cells and the other numbers that it is made from (post)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputCell:
    """An input that a number depends on; no cell means that a default is used for an absent one."""

    cell: str
    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number: its cell, its name, how it is calculated, and from what.

    `uses` is empty where the same number was explained further up (`is_known`).
    """

    cell: str
    line: str
    title: str
    item: str
    month: int | None
    unit: str
    value: float | str | None
    words: str
    numbers: str
    inputs: tuple[InputCell, ...] = ()
    uses: tuple[Explanation, ...] = ()
    is_known: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the explanation as `--json` prints it."""
        return {
            **{name: getattr(self, name) for name in ("cell", "line", "title", "item", "month", "unit", "value")},
            "words": self.words,
            "numbers": self.numbers,
            "inputs": [{name: getattr(one, name) for name in InputCell.__slots__} for one in self.inputs],
            "uses": [one.as_json() for one in self.uses],
        }
