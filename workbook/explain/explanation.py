"""The records of an explanation: a number, the input cells and the other numbers that it is made from (post)."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import asdict


class InputCell(Struct, frozen=True):
    """An input that a number depends on; no cell means that a default is used for an absent one."""

    cell: str
    name: str
    value: str
    source: str

    def as_json(self) -> dict[str, str]:
        """Return the input as `--json` prints it."""
        return asdict(self)


class Explanation(Struct, frozen=True):
    """One number: its cell, its name, how it is calculated, and from what.

    `share` is this number's share of the sum above that it is in, if it is in one. `uses` are in the order of their
    shares, and empty if the same number was explained further up (`is_known`). `month` is the plan month and `when` its
    date.
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
    when: str = ""
    scenario: str = ""
    share: float | None = None
    is_money: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the explanation as `--json` prints it."""
        return {
            **{name: getattr(self, name) for name in ("cell", "line", "title", "item", "month", "unit", "value")},
            "scenario": self.scenario,
            "share": self.share,
            "words": self.words,
            "numbers": self.numbers,
            "inputs": [one.as_json() for one in self.inputs],
            "uses": [one.as_json() for one in self.uses],
        }


class Dependent(Struct, frozen=True):
    """A line that depends on an input, and the cell where it begins."""

    line: str
    title: str
    cell: str


class InputEffect(Struct, frozen=True):
    """What depends on an input cell: the lines that read it, and the key figures that follow from them.

    `reached` counts all lines that depend on the input, those that read it included.
    """

    input: InputCell
    readers: tuple[Dependent, ...]
    figures: tuple[Dependent, ...]
    reached: int

    def as_json(self) -> dict[str, object]:
        """Return the effect as `--json` prints it."""
        return {
            **self.input.as_json(),
            "readers": [asdict(one) for one in self.readers],
            "figures": [asdict(one) for one in self.figures],
            "reached": self.reached,
        }
