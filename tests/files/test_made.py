"""Parts that were made here: held in memory but for their rows, packed into a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from workbook.files.package.made import MadePart, MadeParts
from workbook.files.package.made_rows import RowPiece, Spelling, inline_text
from workbook.problems import Refusal


class CountedRows:
    """Rows that are made when they are asked for, each time anew."""

    def __init__(self, count: int) -> None:
        self.count, self.asked = count, 0

    def pieces(self, spelling: Spelling) -> Iterator[RowPiece]:
        self.asked += 1
        for row in range(self.count):
            yield RowPiece(f'<row r="{row}"><c{spelling.text("é")}</c></row>', "", "", 1)


def with_rows(rows: CountedRows) -> MadePart:
    part = MadePart(b"<sheetData>")
    part.put(rows)
    part.write(b"</sheet")
    part.write(b"Data>")
    return part


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_a_part_with_rows_comes_back_whole_each_time(count: int) -> None:
    rows = CountedRows(count)
    part = with_rows(rows)
    assert rows.asked == 0
    text = "".join(f'<row r="{row}"><c{inline_text("é")}</c></row>' for row in range(count))
    expected = f"<sheetData>{text}</sheetData>".encode()
    assert part.size == len(expected)
    for _ in range(2):
        with part.open() as file:
            assert file.read() == expected
    with part.open() as file:
        assert b"".join(iter(lambda: file.read(7), b"")) == expected


def test_a_part_is_given_as_what_it_is_made_of() -> None:
    rows = CountedRows(2)
    before, found, after = MadeParts({"a.xml": with_rows(rows)}).spans("A.xml")
    assert found is rows
    assert isinstance(before, Iterator)
    assert isinstance(after, Iterator)
    assert (b"".join(before), b"".join(after)) == (b"<sheetData>", b"</sheetData>")


def test_the_parts_of_a_file_are_found_in_any_case_and_packed_in_order() -> None:
    made = MadeParts({"[Content_Types].xml": MadePart(b"<Types/>"), "xl/Styles.xml": MadePart(b"<styleSheet/>")})
    assert "XL/styles.xml" in made
    assert (made.size("xl/styles.xml"), made.size("xl/none.xml")) == (13, 0)
    assert made.read("xl/styles.xml") == b"<styleSheet/>"
    with pytest.raises(Refusal, match="missing"):
        made.read("xl/none.xml")
    data = made.packed()
    assert made.packed() == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "xl/Styles.xml"]
        assert archive.read("xl/Styles.xml") == b"<styleSheet/>"
