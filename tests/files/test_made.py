"""Parts that were made here: held in memory, deflated where they are large, packed into a file."""

from __future__ import annotations

import io
import zipfile

import pytest

from workbook.files.package.made import MadePart, MadeParts
from workbook.problems import Refusal


@pytest.mark.parametrize("rows", [10, 200_000])
def test_a_part_comes_back_as_it_was_written(rows: int) -> None:
    part = MadePart()
    for row in range(rows):
        part.write(b'<row r="%d"><c><f>A%d*2</f></c></row>' % (row, row))
    expected = b"".join(b'<row r="%d"><c><f>A%d*2</f></c></row>' % (row, row) for row in range(rows))
    assert part.size == len(expected)
    for _ in range(2):
        with part.open() as file:
            assert file.read() == expected


def test_a_large_part_takes_a_fraction_of_its_room() -> None:
    part = MadePart()
    for row in range(300_000):
        part.write(b'<row r="%d"><c><f>A%d*2</f></c></row>' % (row, row))
    part.open().close()
    assert len(part._body.getvalue()) < part.size / 4


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
