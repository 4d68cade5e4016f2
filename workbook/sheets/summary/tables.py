"""The tables of the Summary, in two columns of the page (paper floor).

Left: orders, cost by fiscal year, commitments. Right: what needs attention, milestones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import BLANK, Expr, Number, Picked, Reduce, Ref, any_of, eq, if_, is_blank, total
from workbook.history.lines.outlook import has_closed
from workbook.model.board.headline import WATCHED
from workbook.model.results import Results
from workbook.sheets.layout import Caption, Grid, Live, StateRule, Style
from workbook.sheets.time_axis import SUMMARY, heading
from workbook.units import UNITS

LEFT, RIGHT = (1, 9), (11, 17)
"""The first and the last column of each half."""
MOST = 6
"""As many orders and commitments are listed; the rest is summed."""
ATTENTION = {"attention.count": "Count", "attention.status": "Status"}
COST = {
    "cost.year_nodes": "Nodes",
    "cost.year_storage": "Storage",
    "cost.year_network": "Network",
    "cost.year_fixed": "Fixed",
    "cost.year": "Total",
    "budget.year": "Budget",
    "budget.left": "Variance",
}
_OF_PLAN = ("budget.year", "budget.left")
OUTLOOK = {
    **{line: text for line, text in COST.items() if line not in _OF_PLAN},
    "outlook.year_cost": "Outlook",
    "outlook.year_budget": "Budget",
    "outlook.year_left": "Variance",
}
"""Cost by fiscal year once a month is closed: the budget is that of the months measured or planned."""
ORDERS = {
    "decision.date": "Order by",
    "decision.nodes": "Nodes to order",
    "decision.monthly_cost": "Monthly cost, currency",
    "decision.late_cost": "Cost of one month's delay",
}
COMMITMENTS = {
    "commitment.nodes": "Nodes reserved",
    "commitment.months": "Term, months",
    "commitment.from": "From",
    "commitment.to": "To",
    "commitment.money": "Committed, currency",
    "commitment.break_even": "Break-even utilisation",
    "commitment.unused": "Unused share",
}
MILESTONES = {
    "milestone.users": ("Users", "users"),
    "milestone.requests": ("Peak requests", "whole"),
    "milestone.cpu": ("CPU required", "whole"),
    "milestone.memory": ("Memory required", "whole"),
    "milestone.storage": ("Storage required", "whole"),
    "milestone.network": ("Bandwidth required", "Gbps"),
    "milestone.nodes_total": ("Nodes provisioned", "nodes"),
}
"""Each line's text, and the unit whose format its figures have here."""


class Half(Struct):
    """One half of the page: tables put below each other between two columns; `row` is the next free one."""

    results: Results
    columns: tuple[int, int]
    row: int
    words: list[Caption] = field(default_factory=list)
    cells: list[Live] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    findings: list[StateRule] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The first column."""
        return self.columns[0]

    @property
    def currency(self) -> str:
        """The plan's currency."""
        return self.results.plan.settings.currency

    def heading(self, text: str) -> None:
        """Put a section's heading, underlined over the whole half."""
        self.words += heading(self.row, self.columns, text)
        self.row += 1

    def headers(self, texts: Sequence[str]) -> None:
        """Put headers over the whole half: the first over names, the others over figures."""
        first, last = self.columns
        for column in range(first, last + 1):
            text = texts[column - first] if column - first < len(texts) else ""
            role = "header" if column == first or not text else "header_figure"
            self.words.append(Caption(self.row, column, text.replace("currency", self.currency), Style(role)))
        self.row += 1

    def grid(self, dimension: str, title: str, lines: Mapping[str, str], most: int = 0) -> Grid:
        """Put a table of lines side by side; give it."""
        shown = {line: text.replace("currency", self.currency) for line, text in lines.items()}
        grid = Grid(self.row, self.first, dimension, title, shown, most=most)
        self.grids.append(grid)
        last = grid.last_column
        self.words += [
            Caption(self.row, column, "", Style("header")) for column in range(last + 1, self.columns[1] + 1)
        ]
        self.row += 1 + grid.count(self.results.frame.length(dimension))
        return grid

    def cell(self, column: int, expr: Expr, style: Style, place: Place | None = None) -> None:
        """Put one cell into the row."""
        self.cells.append(Live(self.row, column, expr, place or Place(SUMMARY, Scope("", "")), style))

    def total(self, text: str, figures: Mapping[int, tuple[Expr, str]]) -> None:
        """Put a bold row of totals, by column."""
        first, last = self.columns
        self.words.append(Caption(self.row, first, text, Style("total_label")))
        for column in range(first + 1, last + 1):
            if column in figures:
                expr, unit = figures[column]
                self.cell(column, expr, Style("total", unit))
            else:
                self.words.append(Caption(self.row, column, "", Style("total_label")))
        self.row += 1


def orders(half: Half) -> None:
    """Put the orders by date, at most six, each with when it is due and what a delay does, then all orders."""
    half.heading("Orders to place, and the cost of delay")
    header = half.row
    grid = half.grid("decision", "Component", ORDERS, MOST)
    impact, count = grid.last_column + 1, half.row - header - 1
    half.words = [one for one in half.words if (one.row, one.column) != (header, impact)]
    half.words.append(Caption(header, impact, "Due, and impact of one month's delay", Style("header_run")))
    when, late = Ref("decision.when"), Ref("decision.late_words")
    words = if_(is_blank(late), when, when & ": " & late)
    for item in range(count):
        place = Place(SUMMARY, Scope("decision", ""), item)
        half.cells.append(Live(header + 1 + item, impact, words, place, Style("calculation", "text")))
    half.findings.append(StateRule((header + 1, impact, header + count, impact), good="", bad="overdue", is_start=True))
    further = len(half.results.frame.items["decision"]) - count
    text = f"All orders, {further} more included" if further else "Total"
    nodes, cost, late_cost = Ref("order.nodes_total"), Ref("order.monthly_total"), total("component", "late.cost")
    half.total(text, {3: (nodes, "nodes"), 4: (cost, "currency"), 5: (late_cost, "currency")})


def cost(half: Half) -> None:
    """Put cost by fiscal year against its budget; once a month is closed, what is measured and planned against it."""
    lines = OUTLOOK if has_closed(half.results) else COST
    half.heading("Cost by fiscal year")
    half.grid("fiscal_year", "Fiscal year", lines)
    if len(half.results.frame.items["fiscal_year"]) > 1:
        every = {column: (_of_years(line), "currency") for column, line in enumerate(lines, half.first + 1)}
        half.total("Total", every)


def _of_years(line: str) -> Expr:
    """Return the sum over fiscal years; blank where none has a figure, as without a budget, or one has no outlook."""
    count = Reduce("COUNT", "fiscal_year", Ref(line))
    missing: Expr = eq(count, 0)
    if line.startswith("outlook."):
        outlooks, plans = (Reduce("COUNT", "fiscal_year", Ref(name)) for name in ("outlook.year_cost", "cost.year"))
        missing = any_of(missing, outlooks < plans)
    return if_(missing, BLANK, total("fiscal_year", line))


def commitments(half: Half) -> None:
    """Put what is reserved: the largest commitments by date, then the others and all in one sum each."""
    results, money = half.results, Ref("commitment.money")
    half.heading("Commitments")
    half.headers(("Component", *COMMITMENTS.values()))
    shown = chosen_commitments(results)
    for item in shown:
        place = Place(SUMMARY, Scope("commitment", ""), item)
        half.cell(half.first, Ref("commitment.name"), Style("label"), place)
        for column, line in enumerate(COMMITMENTS, half.first + 1):
            half.cell(column, Ref(line), Style("calculation", results.lines[line].unit), place)
        half.row += 1
    further = sum(bool(results.value(money.line, item)) for item in range(len(results.items(money.line)))) - len(shown)
    column = half.first + 1 + list(COMMITMENTS).index(money.line)
    if further > 0:
        rest: Expr = Ref("commitment.total")
        for item in shown:
            rest = rest - Picked("commitment", money, Number(item + 1))
        half.words.append(Caption(half.row, half.first, f"{further} others", Style("label")))
        half.cell(column, rest, Style("calculation", "currency"))
        half.row += 1
    half.total("Total", {column: (Ref("commitment.total"), "currency")})


def chosen_commitments(results: Results) -> list[int]:
    """Return the commitments that are listed, by date: the largest, with room for a sum of the others."""
    costs = {item: results.value("commitment.money", item) for item in range(len(results.items("commitment.money")))}
    begun = [item for item, money in costs.items() if money]
    starts = results.values["commitment.start"][0, :, 0]
    largest = sorted(begun, key=lambda item: (-float(costs[item] or 0), item))
    kept = largest if len(largest) <= MOST else largest[: MOST - 1]
    return sorted(kept, key=lambda item: (float(starts[item]), item))


def attention(half: Half, home: Mapping[str, str]) -> None:
    """Put what needs attention, each row with a link to the sheet where it is shown; these lines live here."""
    half.heading("Items requiring attention")
    header = half.row
    spans = {"attention.status": 2}
    grid = Grid(header, half.first, "attention", "Item", ATTENTION, is_home=True, spans=spans, title_span=2)
    half.grids.append(grid)
    status, link = grid.columns()["attention.status"], grid.last_column + 1
    half.words.append(Caption(header, link, "Shown on", Style("header_word")))
    half.words += [Caption(header, column, "", Style("header")) for column in range(link + 1, half.columns[1] + 1)]
    for row, watched in enumerate(WATCHED, header + 1):
        sheet = home.get(watched.line, home["checks.failed"])
        half.words.append(Caption(row, link, sheet, Style("link"), target=sheet, target_line=watched.line))
    last = header + len(WATCHED)
    half.findings.append(StateRule((header + 1, status, last, link - 1), good="OK", is_status=True))
    half.row = last + 1


def milestones(half: Half) -> None:
    """Put demand and nodes at the milestones, one column each."""
    half.heading("Milestones")
    half.headers(("", *half.results.frame.items["milestone"]))
    place = Place(SUMMARY, Scope("", "milestone"), is_elsewhere=True)
    half.words.append(Caption(half.row, half.first, "Calendar month", Style("label")))
    half.cell(half.first + 1, Ref("milestone.date"), Style("calculation", "date"), place)
    half.row += 1
    for line, (text, unit) in MILESTONES.items():
        measured = UNITS[half.results.lines[line].unit].shown(half.currency)
        label = text if measured in text.casefold() else f"{text}, {measured}"
        half.words.append(Caption(half.row, half.first, label, Style("label")))
        half.cell(half.first + 1, Ref(line), Style("calculation", unit), place)
        half.row += 1
