"""Plans that differ in rows, their order and names, in start and horizon, and their result sheets."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from functools import cache, cached_property

from tests.files.readers import LineCells, Period, line_cells
from tests.workbooks import read_plan, valid_markdown, workbook_from_markdown
from workbook.files.grafting.result_lines import BookLines, read_result_lines
from workbook.files.package.made import MadeParts
from workbook.files.writing.writer import write_book
from workbook.model import calculate
from workbook.sheets.book import lay_out_book
from workbook.sheets.printing.print import print_book
from workbook.sheets.theme.look import load_theme

COMPONENTS = ("core", "edge", "mid", "Rim", "cache's", "queue 2")
DATASETS = ("Logs", "Traces", "Orders", "Backups")
SEGMENTS = ("Staff", "Guests", "Partners")
Figure = tuple[str, str, Period | None]
"""Line, item, and a month or period, or None for the constant."""
STARTS = ("2026-01-01", "2026-04-01", "2025-11-01", "2027-02-01")


def markdown(seed: int) -> str:
    """Return the inputs of a plan: each seed takes other rows, in another order."""
    chance = random.Random(seed)
    components = chance.sample(COMPONENTS, chance.randint(2, 5))
    datasets = chance.sample(DATASETS, chance.randint(1, 4))
    segments = chance.sample(SEGMENTS, chance.randint(1, 3))
    share = 100 // len(components)
    shares = [share + (100 - share * len(components)) * (place == 0) for place in range(len(components))]
    rows = "\n".join(
        f"| {name} | {part} % | {part} % | Large | 1 |" for name, part in zip(components, shares, strict=True)
    )
    start, horizon = chance.choice(STARTS[: 1 + seed % 4]), chance.choice((12, 24, 30))
    users = "\n".join(
        f"| {name} | {900 * (place + 1)} | 0.5 | 0.002 | 10 | 30 |" for place, name in enumerate(segments)
    )
    stored = "\n".join(f"| {name} | {40 * (place + 1)} | 2 % | 60 | Disk |" for place, name in enumerate(datasets))
    settings = f"| Plan name | P |\n| Plan start | {start} |\n| Horizon (months) | {horizon} |\n"
    settings += f"| Fiscal year start | {chance.choice((1, 1, 4, 10))} |\n"
    return valid_markdown(
        Settings=f"| Setting | Value |\n{settings}",
        Users="| Segment | Current users | Requests per user | CPU per request (s) | Memory per session "
        f"| Session duration |\n{users}\n",
        Growth=f"| Segment | Month | Total growth (%) |\n| {segments[0]} | 6 | 50 % |\n",
        Retention="| Dataset | Base size (GB) | Growth per month (%) | Retention (days) | Storage tier |\n" + stored,
        Components=f"| Component | CPU share (%) | Memory share (%) | Node type | Minimum nodes |\n{rows}\n",
        Resilience="| Component | Target availability (%) | Redundancy | k |\n"
        + f"| {components[0]} | 99 % | N+k | 1 |",
    )


@dataclass(frozen=True)
class Variant:
    """A plan's result sheets: as the tool knows their cells, and as a reader of the workbook finds them."""

    known: BookLines
    found: LineCells
    filled: frozenset[str]

    @cached_property
    def figures(self) -> list[tuple[str, Figure]]:
        """Return the cells that hold a figure of a line: a month of it, a fiscal year or quarter, or its constant."""
        made: list[tuple[str, Figure]] = []
        for (line, item), places in self.found.rows.items():
            [(sheet, _)] = places
            months, periods = self.found.months[sheet], self.found.periods[sheet]
            shown: list[Period | None] = [None, *periods, min(months)]
            cells = {period: self.found.cell(line, item, period, fixed=False) for period in shown}
            made += [(cell, (line, item, period)) for period, cell in cells.items() if cell in self.filled]
            if cells[min(months)] in self.filled:
                rest = sorted(months)[1:]
                made += [(self.found.cell(line, item, month, fixed=False), (line, item, month)) for month in rest]
        return made


@cache
def variant(seed: int) -> Variant:
    """Return the plan of a seed with its sheets; its fiscal periods are found by their months."""
    made = planned(markdown(seed))
    return replace(made, found=by_months(made.found, fiscal_start(seed)))


def fiscal_start(seed: int) -> int:
    """Return the month in which the fiscal years of a plan begin."""
    found = re.search(r"Fiscal year start \| (\d+)", markdown(seed))
    assert found
    return int(found[1])


def by_months(found: LineCells, first: int) -> LineCells:
    """Return cells whose fiscal years and quarters are called by their months: what they are is no matter of names."""

    def name(text: str) -> str:
        period = re.fullmatch(r"FY(\d{4})(?: Q(\d))?", text)
        if not period:
            return text
        years, month = divmod(first - 1 + 3 * (int(period[2] or 1) - 1), 12)
        return f"{3 if period[2] else 12} months from {int(period[1]) - (first > 1) + years}-{month + 1:02d}"

    rows = {(line, name(item)): places for (line, item), places in found.rows.items()}
    periods = {sheet: {name(one): column for one, column in heads.items()} for sheet, heads in found.periods.items()}
    return replace(found, rows=rows, periods=periods)


@cache
def planned(text: str) -> Variant:
    """Return the plan of some inputs with its sheets."""
    plan, problems = read_plan(workbook_from_markdown(text))
    assert plan is not None, problems
    theme = load_theme()
    made: MadeParts = write_book(print_book(lay_out_book(calculate(plan)), theme), theme)
    found = line_cells(made.packed())
    return Variant(read_result_lines(made, [*made.sheets]), found, found.filled)
