"""The sheet Summary: cost by category and group, orders, rates, and what is not counted, on one page (post floor)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from workbook.address import column_letters
from workbook.portfolio.group import CATEGORIES, Group
from workbook.portfolio.records import PlanStatus
from workbook.portfolio.sheets.cost import CATEGORY, GROUP, NUMBER, CostCells
from workbook.portfolio.sheets.cost import FIRST_YEAR as COST_YEAR
from workbook.portfolio.sheets.lists import (
    COMMITMENTS,
    COMMITTED,
    ORDER_COST,
    ORDER_MONTHLY,
    ORDER_NODES,
    ORDERS,
    last_row,
)
from workbook.portfolio.sheets.maker import FIRST_ROW, Column, Maker, year_names
from workbook.portfolio.sheets.plans import PLANS, STATUS
from workbook.sheets.printing.printed import PrintedChart, PrintedSeries, PrintedSheet
from workbook.sheets.printing.style_numbers import StyleNumbers

SUMMARY = "Summary"
FIRST_TABLE = 4
LABEL, KEY, FIRST_YEAR = 1, 2, 3
MOST_SHOWN = 6
"""More items than this become the largest ones and the others, in the table by plan and in the chart."""
_CHART_ROWS, _CHART_HEIGHT = 18, 340
_CHART_LABEL, _CHART_YEAR, _CHART_WIDEST = 260, 92, 1100
"""Pixels: as wide as the tables above it."""
_FEWEST_COLUMNS = 4
_ROWS_OF_A_PAGE = 90


class Item(Struct, frozen=True):
    """A row of the table by plan or group: its label, its number on Plans or 0, and its cost by fiscal year."""

    label: str
    number: int
    values: tuple[float, ...]


def rates_formula(group: Group, first: int, column: int) -> str:
    """Return the formula of a row's rate on another sheet, from the currency in a column, with `{row}` for the row.

    `first` is the first row of the rates.
    """
    last = first + max(len(group.rates), 1) - 1
    currencies, rates = (f"{SUMMARY}!${letters}${first}:${letters}${last}" for letters in "AB")
    return f"=INDEX({rates},MATCH(${column_letters(column)}{{row}},{currencies},0))"


def summary_sheet(group: Group, cells: CostCells, styles: StyleNumbers) -> tuple[PrintedSheet, int]:
    """Return the sheet, and the first row of its rates."""
    made = _Summary(group, cells, Maker(SUMMARY, styles))
    made.head()
    row = made.by_category(FIRST_TABLE) + 2
    row = made.by_item(row) + 2
    row = made.chart(row)
    row = made.plans(row) + 2
    row = made.orders(row) + 2
    row = made.every_group(row)
    rates = made.rates(row)
    names = (*year_names(cells.years), "Total")
    more = max(0, _FEWEST_COLUMNS - len(names))
    columns = [Column(""), Column("No.", "row"), *(Column(name, "currency") for name in (*names, *[""] * more))]
    is_one_page = max(made.sheet.cells) <= _ROWS_OF_A_PAGE
    return made.sheet.done(columns, frozen=(2, 0), height=is_one_page), rates


class _Summary(Struct):
    group: Group
    cells: CostCells
    sheet: Maker
    items: tuple[int, int] = (0, 0)
    """The first and the last row of the table that the chart shows."""

    @property
    def count(self) -> int:
        return len(self.cells.years)

    def head(self) -> None:
        group, left = self.group, dict(self.group.by_status())
        counted = left.pop(PlanStatus.COUNTED, 0)
        others = ", ".join(f"{status.value} ({n})" for status, n in sorted(left.items()))
        words = f"{counted} of {len(group.plans)} plans are counted" + (f"; not counted: {others}" if others else "")
        starts = {plan.figures.fiscal_year_start for plan in group.counted if plan.figures}
        years = "Fiscal years are those of each plan" + (", and start in different months" if len(starts) > 1 else "")
        self.sheet.head(f"Portfolio of {len(group.plans)} plans", f"{words}. {years}.")

    def rates(self, row: int) -> int:
        """Put the rates that all amounts use, which may be changed; return the first row."""
        self.sheet.text(row, LABEL, "Exchange rates", "section")
        self.sheet.text(row + 1, LABEL, "Currency", "header")
        self.sheet.text(row + 1, KEY, f"In {self.group.currency}", "header_figure")
        for at, (currency, rate) in enumerate(self.group.rates.items(), row + 2):
            self.sheet.text(at, LABEL, currency)
            self.sheet.number(at, KEY, rate, "–", "input")
        return row + 2

    def by_category(self, row: int) -> int:
        """Put cost by category and fiscal year; return the last row."""
        self.titles(row, f"Cost by category, {self.group.currency}", "Category")
        for place, category in enumerate(CATEGORIES):
            every = [[plan.rate * value for value in self.years_of(plan.number, place)] for plan in self.group.counted]
            values = tuple(sum(year) for year in zip(*every, strict=True)) if every else (0.0,) * self.count
            at = row + 2 + place
            self.sheet.text(at, LABEL, category)
            self.amounts(at, f"=SUMIF({self.cells.area(CATEGORY)},$A{at},{{area}})", values)
        last = row + 1 + len(CATEGORIES)
        return self.sums(last + 1, (row + 2, last))

    def years_of(self, number: int, category: int) -> list[float]:
        return self.group.plans[number - 1].amounts(category, self.cells.years)

    def by_item(self, row: int) -> int:
        """Put cost by plan or group and fiscal year: the largest, and all others in one row; return the last row."""
        by, items = self.group.by, self._items()
        self.titles(row, f"Cost by {by or 'plan'}, {self.group.currency}", by or "Plan")
        shown = items if len(items) <= MOST_SHOWN else items[: MOST_SHOWN - 1]
        first = row + 2
        last = self.rows(first, shown)
        if others := items[len(shown) :]:
            last += 1
            self.sheet.text(last, LABEL, f"{'Others' if by else 'Other plans'} ({len(others)})")
            values = tuple(sum(year) for year in zip(*(item.values for item in others), strict=True))
            for place, value in enumerate((*values, sum(values))):
                letters = column_letters(FIRST_YEAR + place)
                every = self.cells.total(COST_YEAR + place)
                formula = f"={every}-SUM({letters}{first}:{letters}{last - 1})"
                self.sheet.formula(last, FIRST_YEAR + place, formula, value, "currency")
        self.items = first, last
        return self.sums(last + 1, (first, last))

    def every_group(self, row: int) -> int:
        """Put every group where the table above shows only the largest; return the row below."""
        items = self._items()
        if not self.group.by or len(items) <= MOST_SHOWN:
            return row
        self.titles(row, f"Every {self.group.by}, {self.group.currency}", self.group.by)
        last = self.rows(row + 2, items)
        return self.sums(last + 1, (row + 2, last)) + 2

    def rows(self, first: int, items: Sequence[Item]) -> int:
        """Put a row per item; return the last one, at least the first."""
        for at, item in enumerate(items, first):
            self.sheet.text(at, LABEL, item.label)
            if item.number:
                self.sheet.number(at, KEY, item.number, "row")
                template = f"=SUMIF({self.cells.area(NUMBER)},$B{at},{{area}})"
            else:
                template = f"=SUMPRODUCT(({self.cells.area(GROUP)}=$A{at})*{{area}})"
            self.amounts(at, template, item.values)
        return first + max(len(items), 1) - 1

    def _items(self) -> list[Item]:
        plans = [(plan.label, plan.number, [plan]) for plan in self.group.largest]
        groups = [(name, 0, own) for name, own in self.group.groups.items()]
        items = []
        for label, number, own in groups if self.group.by else plans:
            every = [
                [plan.rate * value for value in plan.amounts(place, self.cells.years)]
                for plan in own
                for place in range(len(CATEGORIES))
            ]
            items.append(Item(label, number, tuple(sum(year) for year in zip(*every, strict=True))))
        return items

    def chart(self, row: int) -> int:
        """Put the chart of the last table; return the row below it."""
        first, last = self.items
        if not self.count or not self.group.counted:
            return row
        title = f"Cost by fiscal year and {(self.group.by or 'plan').lower()}, {self.group.currency}"
        self.sheet.text(row, LABEL, title, "section")
        width = min(_CHART_WIDEST, _CHART_LABEL + _CHART_YEAR * max(self.count + 1, _FEWEST_COLUMNS))
        years = (first - 1, FIRST_YEAR, first - 1, FIRST_YEAR + self.count - 1)
        shown = range(first, min(last, first + MOST_SHOWN - 1) + 1)
        chart = PrintedChart(
            kind="column",
            title=title,
            title_cell=f"={SUMMARY}!$A${row}",
            series=[self._series(at) for at in shown],
            months_sheet=SUMMARY,
            months_area=years,
            months=year_names(self.cells.years),
            unit=self.group.currency,
            number_format='[>=1000000]#,##0.0,,"M";[>=1000]#,##0,"k";#,##0',
            description=f"{title}: stacked columns, one per fiscal year.",
            row=row + 1,
            column=LABEL,
            offset=0,
            width=width,
            height=_CHART_HEIGHT,
        )
        self.sheet.charts.append(chart)
        return row + _CHART_ROWS + 1

    def _series(self, row: int) -> PrintedSeries:
        return PrintedSeries(
            name=self.sheet.label(row, LABEL),
            sheet=SUMMARY,
            area=(row, FIRST_YEAR, row, FIRST_YEAR + self.count - 1),
            values=[self.sheet.value(row, FIRST_YEAR + place) for place in range(self.count)],
            is_limit=False,
            is_lower=False,
            name_cell=f"={SUMMARY}!$A${row}",
        )

    def plans(self, row: int) -> int:
        """Put how many workbooks have which status; return the last row."""
        self.sheet.text(row, LABEL, "Workbooks", "section")
        end = last_row(len(self.group.plans))
        letters = column_letters(STATUS)
        for status in PlanStatus:
            if status in (PlanStatus.COUNTED, *self.group.by_status()):
                row += 1
                self.sheet.text(row, LABEL, status.value)
                formula = f"=COUNTIF({PLANS}!${letters}${FIRST_ROW}:${letters}${end},$A{row})"
                self.sheet.formula(row, KEY, formula, self.group.by_status()[status], "rows")
        return row

    def orders(self, row: int) -> int:
        """Put the totals of orders and commitments; return the last row."""
        group = self.group
        self.sheet.text(row, LABEL, f"Orders and commitments, {group.currency}", "section")
        total = last_row(len(group.orders)) + 1
        committed = last_row(len(group.commitments)) + 1
        monthly = sum((order.monthly_cost or 0) * plan.rate for plan, order in group.orders)
        cost = sum((order.cost_to_end_of_horizon or 0) * plan.rate for plan, order in group.orders)
        money = sum((one.committed_money or 0) * plan.rate for plan, one in group.commitments)
        nodes = sum(order.nodes or 0 for _, order in group.orders)
        for label, sheet, column, at, value, unit in (
            ("Nodes to order", ORDERS, ORDER_NODES, total, nodes, "nodes"),
            ("Monthly cost of orders", ORDERS, ORDER_MONTHLY, total, monthly, "currency"),
            ("Cost of orders to end of horizon", ORDERS, ORDER_COST, total, cost, "currency"),
            ("Committed money", COMMITMENTS, COMMITTED, committed, money, "currency"),
        ):
            row += 1
            self.sheet.text(row, LABEL, label)
            self.sheet.formula(row, FIRST_YEAR, f"={sheet}!{column_letters(column)}${at}", value, unit)
        return row

    def titles(self, row: int, section: str, label: str) -> None:
        self.sheet.text(row, LABEL, section, "section")
        self.sheet.text(row + 1, LABEL, label, "header")
        self.sheet.text(row + 1, KEY, "No." if label == "Plan" else "", "header_figure")
        for place, name in enumerate((*year_names(self.cells.years), "Total")):
            self.sheet.text(row + 1, FIRST_YEAR + place, name, "header_figure")
        self.sheet.blanks(row + 1, range(LABEL, FIRST_YEAR), "header")
        self.sheet.blanks(row, range(LABEL, FIRST_YEAR + self.count + 1), "section")

    def amounts(self, row: int, template: str, values: tuple[float, ...]) -> None:
        """Put a formula per fiscal year and one for the total; `{area}` is its column on Cost."""
        for place, value in enumerate((*values, sum(values))):
            formula = template.format(area=self.cells.area(COST_YEAR + place))
            self.sheet.formula(row, FIRST_YEAR + place, formula, value, "currency")

    def sums(self, row: int, rows: tuple[int, int]) -> int:
        """Put the total of a table; return its row."""
        self.sheet.text(row, LABEL, "Total", "sum_label")
        for place in range(self.count + 1):
            letters, column = column_letters(FIRST_YEAR + place), FIRST_YEAR + place
            value = sum(self.sheet.value(at, column) for at in range(rows[0], rows[1] + 1))
            formula = f"=SUM({letters}{rows[0]}:{letters}{rows[1]})"
            self.sheet.formula(row, column, formula, value, "currency", "sum")
        self.sheet.blanks(row, range(LABEL, FIRST_YEAR), "sum_label")
        return row
