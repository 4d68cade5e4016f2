"""Four quarters of the second sample as a planner runs them: measured, planned, approved and rolled by commands.

The planner has a sheet Mine with formulas of their own, comments on Bridge, and signs versions off on Versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import run
from tests.edits import rewritten, with_values
from tests.engines import Values, stored_values
from tests.files.readers import formula_rows, line_cells, sheet_xml, with_mine
from workbook.actions import roll
from workbook.address import Cell
from workbook.cli import measuring

BUDGET = "Budget 2027"
FORECASTS = ("Forecast 3+9", "Forecast 6+6", "Forecast 9+3", "Budget 2028")
STARTS = (date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1), date(2027, 4, 1))
MONTHS = tuple(date(2026 + place // 12, place % 12 + 1, 1) for place in range(3, 15))
USERS: Sequence[int] = (44300, 48500, 60000, 58100, 49000, 52000, 54800, 65500, 74100, 58000, 58800, 62500)
COSTS: Sequence[int] = (10900, 11300, 12200, 11800, 11250, 11500, 11900, 14300, 15200, 12100, 11900, 13100)
"""What was measured from April 2026 to March 2027."""
TOTAL = "cost.total"
OWN = ("busiest month", "winter", "shoppers", "this year", "whole plan")
"""What the rows of the sheet Mine read."""
COMMENT = "as the contract says"


values_of, cells_of = cache(stored_values), cache(line_cells)
"""Each workbook is read once."""


@dataclass(slots=True)
class Story:
    """The files of four quarters, what each had when its months were planned, and what commands printed."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    """Each file as its last command left it, the one that no quarter has passed in last."""
    measured: list[bytes] = field(default_factory=list)
    """The workbook of each quarter when its months were measured and planned."""
    approved: list[bytes] = field(default_factory=list)
    """The workbook of each quarter when it was approved."""
    printed: dict[tuple[str, int], str] = field(default_factory=dict)
    """What a command printed at last, by its name and quarter."""

    @property
    def last(self) -> bytes:
        """The workbook that the last roll made, planned."""
        return self.files[-1].read_bytes()

    def run(self, command: str, *arguments: object, fails: bool = False) -> str:
        """Run a command and keep what it prints; it has to succeed, or to fail."""
        done = run(command, *arguments)
        assert done.exit_code == int(fails), (command, arguments, done.output)
        self.printed[command, len(self.files)] = done.output
        return done.output


def play(folder: Path) -> Story:
    """Return four quarters played in a folder, each closed ten days after its end."""
    story = Story(folder)
    path = folder / "plan 2026-04.xlsx"
    story.run("new", path, "--template", "meridian")
    story.run("plan", path)
    path.write_bytes(_with_own_sheet(path.read_bytes()))
    story.run("approve", path, "--as", BUDGET, "--by", "J. Smith")
    for quarter, start in enumerate(STARTS[1:]):
        with _ten_days_after(start):
            _measure(story, path, quarter)
            _approve(story, path, FORECASTS[quarter])
            if start == STARTS[4]:
                story.run("report", path)
                _enter(path, "winter", _months(path, date(2028, 1, 1), date(2028, 3, 1)))
            story.run("roll", path, "--to", f"{start:%Y-%m}", "--write")
        story.files.append(path)
        path = folder / f"plan {start:%Y-%m}.xlsx"
        _plan_new_file(story, path, start)
    story.files.append(path)
    return story


@contextmanager
def _ten_days_after(end: date) -> Iterator[None]:
    """Let the commands believe that a quarter ended ten days ago."""

    class Later(date):
        @classmethod
        def today(cls) -> Later:
            return cls.fromordinal((end + timedelta(days=9)).toordinal())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "date", Later)
        patch.setattr(roll, "date", Later)
        yield


def _measure(story: Story, path: Path, quarter: int) -> None:
    """Import the months of a quarter, twice, plan, and comment on what Bridge shows."""
    months = slice(3 * quarter, 3 * quarter + 3)
    rows = zip(MONTHS[months], USERS[months], COSTS[months], strict=True)
    source = story.folder / f"measured {quarter + 1}.csv"
    source.write_text("Month,Users,Cost\n" + "".join(f"{month:%Y-%m},{users},{cost}\n" for month, users, cost in rows))
    story.run("actuals", path, source, "--write")
    written = path.read_bytes()
    assert "already has these figures" in story.run("actuals", path, source, "--write")
    assert path.read_bytes() == written
    story.run("plan", path)
    _type(path, "Bridge", "Fixed", "Comment", COMMENT)
    story.run("plan", path)
    story.measured.append(path.read_bytes())
    story.run("bridge", path)


def _approve(story: Story, path: Path, name: str) -> None:
    """Approve a forecast and sign it off."""
    story.run("approve", path, "--as", name, "--kind", "forecast")
    for heading, said in (("Approved by", "A. Jones"), ("Comment", f"agreed as {name}")):
        _type(path, "Versions", name, heading, said)
    story.approved.append(path.read_bytes())


def _plan_new_file(story: Story, path: Path, start: date) -> None:
    """Plan a rolled file; where a formula of the planner's own reads a month that is over, it is entered anew."""
    if start != STARTS[3]:
        story.run("plan", path)
        return
    rolled = path.read_bytes()
    refused = story.run("plan", path, fails=True)
    assert "Mine!B1 (Dec 2026)" in refused
    assert path.read_bytes() == rolled
    assert "Cost!#REF!" in story.run("plan", path, "--anyway")
    _enter(path, "busiest month", cells_of(path.read_bytes()).cell(TOTAL, "", date(2027, 12, 1)))
    story.run("plan", path)


def _with_own_sheet(data: bytes) -> bytes:
    """Return a planned workbook with formulas of the planner's own, which read cells and names of result sheets."""
    book = cells_of(data)
    winter = book.cell(TOTAL, "", date(2027, 1, 1)), book.cell(TOTAL, "", date(2027, 3, 1)).partition("!")[2]
    texts = (
        book.cell(TOTAL, "", date(2026, 12, 1)),
        f"SUM({':'.join(winter)})",
        book.cell("users.total", "Shoppers", date(2027, 12, 1)),
        "Plan_Cost_this_FY",
        "Outputs!$F$6",
    )
    return with_mine(data, sheet_xml(formula_rows(dict(zip(OWN, texts, strict=True)))))


def _months(path: Path, first: date, last: date) -> str:
    """Return the sum of all cost from a first to a last month as a formula."""
    book = cells_of(path.read_bytes())
    return f"SUM({book.cell(TOTAL, '', first)}:{book.cell(TOTAL, '', last).partition('!')[2]})"


def _enter(path: Path, name: str, text: str) -> None:
    """Enter another formula into a row of the sheet Mine."""
    cell = rf'(<c r="B{OWN.index(name) + 1}"[^>]*><f>)[^<]*'.encode()

    def change(part: str, content: bytes) -> bytes:
        return re.sub(cell, rb"\g<1>" + text.encode(), content) if part.endswith("/mine.xml") else content

    path.write_bytes(rewritten(path.read_bytes(), change))


def _type(path: Path, sheet: str, row: str, heading: str, said: str) -> None:
    data = path.read_bytes()
    path.write_bytes(with_values(data, {place(values_of(data, (sheet,)), row, heading): said}))


def place(values: Values, row: str, heading: str) -> Cell:
    """Return the cell of a sheet in a row with this first column, in a table that has this heading."""
    heads = sorted((cell for cell, value in values.items() if value == heading), key=lambda cell: cell.row)
    for head in heads:
        below = head.row
        while (label := values.get(Cell(head.sheet, below, 1))) is not None:
            if label == row:
                return Cell(head.sheet, below, head.column)
            below += 1
    raise AssertionError(f"no table has {heading!r} and {row!r}")


def figure(data: bytes, sheet: str, row: str, heading: str) -> float:
    """Return what a table of a sheet has in a row under a heading."""
    values = values_of(data, (sheet,))
    found = values[place(values, row, heading)]
    assert isinstance(found, int | float), (row, heading, found)
    return float(found)
