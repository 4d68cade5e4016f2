"""Where cells of result sheets are when these are laid out anew, on small sheets made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from workbook.address import Area, a1, parse_area
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.landing import Landed, Lost
from workbook.files.grafting.result_cells import ResultCells, read_result_cells
from workbook.files.grafting.result_lines import book_lines
from workbook.files.package.made import MadePart, MadeParts

JANUARY = 46023  # 2026-01-01
DAYS = (31, 28, 31, 30, 31, 30)
Row = tuple[str, str, str]
"""Id, item, and where the row has figures: `d` its constant, `m` its months."""


def sheet(name: str, rows: Sequence[Row | str], months: int = 6, start: int = 0) -> ResultCells:
    """Return a sheet with months; a text stands for a section's heading, an empty one for an empty row."""
    days = [JANUARY + sum(DAYS[:place]) for place in range(start, min(start + months, len(DAYS)))]
    heads = ["Line", "Item", "Unit", "Constant", "Total", "Id", *days]
    made: dict[int, Sequence[object]] = {
        1: ["Plan"],
        2: ["Scenario"],
        3: ["Status"],
        5: ["Fiscal year"],
        6: ["Plan month"],
        7: heads,
    }
    for number, row in enumerate(rows, 9):
        if isinstance(row, str):
            made[number] = [row] if row else []
        else:
            line, item, kind = row
            figures = [1] * len(days) if "m" in kind else []
            made[number] = ["Title", item, "", 1 if "d" in kind else "", "", line, *figures]
    body = "".join(
        f'<row r="{number}">' + "".join(_cell(number, place, one) for place, one in enumerate(texts, 1)) + "</row>"
        for number, texts in made.items()
    )
    parts = MadeParts({"s.xml": MadePart(f"<worksheet><sheetData>{body}</sheetData></worksheet>".encode())})
    return read_result_cells(parts, name, "s.xml", ())


def _cell(row: int, column: int, text: object) -> str:
    if text == "":
        return ""
    if isinstance(text, str):
        return f'<c r="{a1(row, column)}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<c r="{a1(row, column)}"><f>1</f><v>{text}</v></c>'


OLD: list[Row | str] = [
    "Fleet", ("n.today", "a", "d"), ("n.today", "b", "d"), ("n.today", "c", "d"), "",
    "Money", ("c.total", "", "m"), ("c.part", "a", "m"), ("c.part", "b", "m"),
]  # fmt: skip
"""In rows 9 to 13, and 14 to 17."""


def find(
    area: str, rows: Sequence[Row | str] = OLD, months: int = 6, start: int = 0, others: Sequence[ResultCells] = ()
) -> str:
    """Return where an area of the sheet Cost is in the new plan, or what is lost and what is left."""
    cells = Correspondence(
        book_lines([sheet("Cost", OLD)], is_1904=False),
        book_lines([sheet("Cost", rows, months, start), *others], is_1904=False),
    )
    found = cells.find("Cost", parse_area(area) if ":" in area else parse_area(f"{area}:{area}"))
    if isinstance(found, Landed):
        return text(found)
    return f"{found.loss}: {found.what}" + (f" → {text(found.left)}" if found.left else "")


def text(landed: Landed) -> str:
    area = landed.area
    name = "" if landed.sheet == "Cost" else f"{landed.sheet}!"
    first, last = str(area).split(":")
    return name + (first if first == last else f"{first}:{last}")


D_FIRST = [OLD[0], ("n.today", "d", "d"), *OLD[1:]]
REVERSED = [OLD[0], OLD[3], OLD[2], OLD[1], *OLD[4:]]
WITHOUT_B = [OLD[0], OLD[1], OLD[3], *OLD[4:]]
WITHOUT_A = [OLD[0], *OLD[2:]]
D_BETWEEN = [*OLD[:2], ("n.today", "d", "d"), *OLD[2:]]
D_LAST = [*OLD[:4], ("n.today", "d", "d"), *OLD[4:]]


@pytest.mark.parametrize(
    ("area", "rows", "expected"),
    [
        ("D11", OLD, "D11"), ("D11", D_FIRST, "D12"), ("D10", REVERSED, "D12"), ("D11", WITHOUT_B, "line: n.today · b"),
        ("A9", D_FIRST, "A9"), ("A14", D_FIRST, "A15"), ("F15", D_FIRST, "F16"),
        ("A1", D_FIRST, "A1"), ("G7", D_FIRST, "G7"),
        # all items stay all items
        ("D10:D12", D_FIRST, "D10:D13"), ("D10:D12", D_LAST, "D10:D13"), ("D10:D12", REVERSED, "D10:D12"),
        ("D10:D12", WITHOUT_B, "D10:D11"), ("D10:D12", WITHOUT_A, "D10:D11"),
        # some of them: the ends follow, what is added between them joins
        ("D10:D11", D_BETWEEN, "D10:D12"), ("D10:D11", D_FIRST, "D11:D12"), ("D11:D12", D_LAST, "D11:D12"),
        ("D10:D11", REVERSED, "range: its ends would cross or lie on two sheets"),
        ("D10:D11", WITHOUT_B, "line: n.today · b → D10"), ("D10:D11", WITHOUT_A, "line: n.today · a → D10"),
        ("D10:D11", [OLD[0], OLD[1], OLD[3], OLD[2], *OLD[4:]], "range: other rows would come between its ends"),
        # several lines; an empty row below a line stays below it
        ("A9:A17", D_FIRST, "A9:A18"), ("D10:D13", D_LAST, "D10:D14"), ("G15:G17", D_FIRST, "G16:G18"),
        ("A13", D_LAST, "A14"),
        # below everything
        ("A40", D_FIRST, "A40"), ("A1:A18", D_FIRST, "A1:A19"), ("A1:A400", D_FIRST, "A1:A400"),
    ],
)  # fmt: skip
def test_rows(area: str, rows: Sequence[Row | str], expected: str) -> None:
    assert find(area, rows) == expected


@pytest.mark.parametrize(
    ("area", "months", "start", "expected"),
    [
        ("I15", 6, 1, "H15"), ("G15", 6, 1, "month: Jan 2026"), ("H15:J15", 6, 1, "G15:I15"),
        ("G15:J15", 6, 1, "month: Jan 2026 → G15:I15"), ("L15", 3, 0, "month: Jun 2026"),
        ("G15:L15", 3, 0, "month: Apr 2026 → G15:I15"), ("G15:I15", 3, 0, "G15:I15"),
        ("D10", 6, 1, "D10"), ("A15:I15", 6, 1, "A15:H15"), ("Z15", 6, 1, "Z15"),
        ("G1:H1048576", 6, 1, "month: Jan 2026 → G1:G1048576"), ("H1:I1048576", 6, 1, "G1:H1048576"),
        ("A15:XFD15", 6, 1, "A15:XFD15"), ("A1:F1048576", 6, 1, "A1:F1048576"),
    ],
)  # fmt: skip
def test_columns(area: str, months: int, start: int, expected: str) -> None:
    assert find(area, OLD, months, start) == expected


def test_a_line_that_moved_to_another_sheet_is_followed() -> None:
    other = sheet("Fleet", ["Fleet", ("c.part", "b", "m"), ("c.part", "a", "m")])
    assert find("H16", OLD[:-2], others=[other]) == "Fleet!H11"
    assert find("H15:H16", OLD[:-2], others=[other]) == "range: its ends would cross or lie on two sheets"
    assert find("H16:H17", OLD[:-2], others=[other]) == "Fleet!H10:H11"


def test_a_line_that_has_months_now_is_followed_only_where_it_is_known_to() -> None:
    by_month = [OLD[0], ("n.today", "a", "m"), ("n.today", "b", "m"), ("n.today", "c", "m"), *OLD[4:]]
    assert find("D10", by_month) == "line: n.today · a has no value in that column"


def test_a_renamed_line_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.renames.renamed_lines", lambda: {"n.today": "n.now", "c.total": None})
    monkeypatch.setattr("workbook.files.grafting.correspondence.lines_by_month", lambda: {"n.now"})
    renamed = [OLD[0], ("n.now", "a", "m"), ("n.now", "b", "m"), ("n.now", "c", "m"), *OLD[4:]]
    assert find("D11", renamed) == "G11"
    assert find("D10:D12", renamed) == "G10:G12"
    assert find("G15", [*renamed[:6], *OLD[7:]]) == "line: c.total"


@pytest.mark.parametrize("month", ["2026-01", "Jan 2026"])
def test_months_are_read_from_the_head_where_no_results_are_stored(month: str) -> None:
    made = sheet("Cost", OLD)
    bare = sheet("Cost", OLD)
    bare.texts[7] |= dict.fromkeys(range(7, 13), "")
    assert isinstance(Correspondence(book_lines([bare], is_1904=False), book_lines([made], is_1904=False)).find(
        "Cost", Area(15, 8, 15, 8)), Lost)  # fmt: skip
    bare.formulas[2, 1] = f'"Currency: USD   ·   6 months from {month}"'
    found = Correspondence(book_lines([bare], is_1904=False), book_lines([made], is_1904=False)).find(
        "Cost", Area(15, 8, 15, 8)
    )
    assert isinstance(found, Landed)
