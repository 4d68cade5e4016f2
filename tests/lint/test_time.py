"""The time of lint grows with the input and not faster, whatever the input is."""

from __future__ import annotations

import gc
import io
import os
import statistics
import time
import zipfile
from collections.abc import Callable, Iterable

import pytest

from tests.workbooks import workbook_from_markdown
from workbook.files.package.opening import open_package
from workbook.files.reading.survey import survey
from workbook.lint.check import lint

GROWTH = 2.2
_RUNS = 5
_ATTEMPTS = 8


def _sheet(cells: Iterable[str], before: str = "") -> str:
    rows = "".join(f'<row r="{row}">{cell}</row>' for row, cell in enumerate(cells, start=1))
    return f"{before}<sheetData>{rows}</sheetData>"


def _formulas(count: int, text: Callable[[int], str]) -> str:
    return _sheet(f"<c><f>{text(number)}</f><v>1</v></c>" for number in range(count))


def _texts(count: int, text: str) -> str:
    return _sheet(
        f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c><c><v>5</v></c>' for _ in range(count)
    )


def _shared(count: int) -> str:
    first = f'<c><f t="shared" si="0">{"+".join(["B1"] * 2600)}</f><v>1</v></c>'
    return _sheet([first, *['<c><f t="shared" si="0"/><v>1</v></c>'] * count])


def _shared_across(count: int) -> str:
    first = f'<c><f t="shared" si="0">{"+".join(["B1"] * 2600)}</f><v>1</v></c>'
    return _sheet([first + '<c><f t="shared" si="0"/><v>1</v></c>' * count])


def _grid(rows: int) -> str:
    cells = [f'<c r="{here}%d"><f>{left}%d*2</f><v>1</v></c>' for here, left in zip("CDEFGH", "BCDEFG", strict=True)]
    return _sheet("".join(cell % (row, row) for cell in cells) for row in range(1, rows + 1))


WORST: dict[str, tuple[int, Callable[[int], str]]] = {
    "a long shared formula": (300, _shared),
    "a long shared formula across": (300, _shared_across),
    "deep brackets": (200, lambda n: _formulas(n, lambda at: "(" * 4000 + f"A{at + 1}" + ")" * 4000)),
    "nested functions": (40, lambda n: _formulas(n, lambda at: "IF(A1," * 1300 + str(at))),
    "many functions that are open": (40, lambda n: _formulas(n, lambda at: "SUM(" * 2000 + str(at))),
    "blanks in a formula": (300_000, lambda n: _formulas(4, lambda _: "SUM(" + " " * n)),
    "a formula beyond the limit": (100_000, lambda n: _formulas(4, lambda _: "A1+" * n + "B2")),
    "defaults that are open": (40, lambda n: _formulas(n, lambda at: "IF((a)" * 1300 + str(at))),
    "default of many brackets": (40, lambda n: _formulas(n, lambda at: "IF(" + "(a)" * 2600 + str(at))),
    "columns in brackets": (40, lambda n: _formulas(n, lambda at: f"SUM({at}" + ",T[a]" * 1600 + ")")),
    "brackets that are open": (40, lambda n: _formulas(n, lambda at: "[[a]" * 2000 + str(at))),
    "quotes": (40, lambda n: _formulas(n, lambda at: "&quot;a&quot;&amp;'b'!A1" * 700 + str(at))),
    "digits": (120, lambda n: _formulas(n, lambda at: "1" * 300 + "x" + "1" * 7000 + str(at))),
    "letters": (120, lambda n: _formulas(n, lambda at: "a" * 8000 + str(at))),
    "blanks in texts": (200, lambda n: _texts(n, " " * 32_767)),
    "digits in texts": (100, lambda n: _texts(n, "1,234" * 6000)),
    "open brackets in labels": (30_000, lambda n: _sheet(
        f'<c t="inlineStr"><is><t>{"(" * n if row else "x"}</t></is></c>'
        + "".join(f"<c><v>{1 if row else 2020 + year}</v></c>" for year in range(8)) for row in range(8)
    )),
    "open panes": (30_000, lambda n: "<sheetViews>" + "<pane/>" * n + "</sheetViews>" + _sheet(["<c><v>1</v></c>"])),
    "panes in text": (300_000, lambda n: _texts(1, "pane " * n)),
    "columns": (20_000, lambda n: "<cols>" + '<col min="1" max="16384" hidden="1"/>' * n + "</cols>" + _sheet([""])),
    "formulas in a grid": (8_000, _grid),
}  # fmt: skip


def _workbook(part: str) -> bytes:
    """Return a workbook of one sheet with this inside of its part."""
    out = io.BytesIO()
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    with (
        zipfile.ZipFile(io.BytesIO(workbook_from_markdown("## D\n| a |"))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            is_sheet = name.endswith("sheet1.xml")
            target.writestr(name, f"{head}{part}</worksheet>" if is_sheet else source.read(name))
    return out.getvalue()


def _seconds(part: str) -> float:
    data = _workbook(part)
    taken = []
    for _ in range(_RUNS):
        gc.collect()
        began = time.process_time()
        lint(survey(open_package(data, "model.xlsx", for_writing=False)))
        taken.append(time.process_time() - began)
    return statistics.median(taken)


@pytest.mark.slow
@pytest.mark.skipif("PYTEST_XDIST_WORKER" in os.environ, reason="times are taken while nothing else runs")
@pytest.mark.parametrize("case", WORST)
def test_twice_the_input_takes_about_twice_the_time(case: str) -> None:
    size, build = WORST[case]
    ratios = []
    for attempt in range(_ATTEMPTS):
        # Every other attempt is twice as large: what is linear but just outgrows a cache passes, what is not does not.
        base = size * (1 + attempt % 2)
        small, large = _seconds(build(base)), _seconds(build(2 * base))
        ratios.append(large / max(small, 0.02))
        if ratios[-1] <= GROWTH:
            return
    pytest.fail(f"the time grows by {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
