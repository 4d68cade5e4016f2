"""Where formulas are in a part, and how single references of them are replaced byte for byte."""

from __future__ import annotations

import pytest

from workbook.files.grafting.formula_places import FormulaPlace, formula_places, replaced
from workbook.files.package.made import MadePart, MadeParts
from workbook.problems import Refusal

SPACES = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" xmlns:x="urn:schemas-microsoft-com:office:excel"'
)


def places(body: str | bytes, part: str = "xl/worksheets/sheet1.xml") -> tuple[bytes, list[FormulaPlace]]:
    data = body if isinstance(body, bytes) else body.encode()
    found = formula_places(MadeParts({part: MadePart(data)}), part, {"Cost"})
    assert found is not None
    return found.data, found.places


def told(body: str, part: str = "xl/worksheets/sheet1.xml") -> list[tuple[str, str, str]]:
    return [(one.kind, one.cell, one.text) for one in places(f"<a {SPACES}>{body}</a>", part)[1]]


@pytest.mark.parametrize(
    ("body", "part", "expected"),
    [
        ('<row r="2"><c r="B2"><f>Cost!A1</f><v>1</v></c><c><f>Cost!A2</f></c></row>', "xl/worksheets/s.xml",
         [("", "B2", "Cost!A1"), ("", "C2", "Cost!A2")]),
        ('<x14:sparkline><xm:f>Cost!A1:B1</xm:f><xm:sqref>D4</xm:sqref></x14:sparkline>', "xl/worksheets/s.xml",
         [("a sparkline", "D4", "Cost!A1:B1")]),
        ('<conditionalFormatting sqref="A1:A3"><cfRule><colorScale><cfvo type="formula" val="Cost!$A$1"/></colorScale>'
         "</cfRule></conditionalFormatting>", "xl/worksheets/s.xml", [("a conditional format", "A1:A3", "Cost!$A$1")]),
        ('<controlPr linkedCell="Cost!A1" listFillRange="Cost!A1:A3"/>', "xl/worksheets/s.xml",
         [("an object", "", "Cost!A1"), ("an object", "", "Cost!A1:A3")]),
        ('<formControlPr fmlaLink="Cost!A1"/>', "xl/ctrlProps/ctrlProp1.xml", [("a control", "", "Cost!A1")]),
        ("<x:FmlaPict>Cost!$A$1:$B$2</x:FmlaPict>", "xl/drawings/vmlDrawing1.vml",
         [("a text box or picture", "", "Cost!$A$1:$B$2")]),
        ("<calculatedColumnFormula>Cost!A1*2</calculatedColumnFormula>", "xl/tables/table1.xml",
         [("a table", "", "Cost!A1*2")]),
        ('<cacheSource><worksheetSource ref="A1:B9" sheet="Cost"/></cacheSource>', "xl/pivotCache/p.xml",
         [("a pivot table", "", "Cost!A1:B9")]),
        ("<f>Cost!A1</f>", "xl/charts/chart1.xml", [("a chart", "", "Cost!A1")]),
    ],
)  # fmt: skip
def test_every_kind_of_place_is_found(body: str, part: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(body, part) == expected


def spliced(data: bytes, place: FormulaPlace, edits: list[tuple[int, int, str]]) -> str:
    for start, end, text in sorted(replaced(data, place, edits), reverse=True):
        data = data[:start] + text + data[end:]
    return data.decode()


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("<f>IF(A1&lt;2,&quot;&#228;&quot;,Cost!A1)</f>", (12, 19, "Cost!B2"),
         "<f>IF(A1&lt;2,&quot;&#228;&quot;,Cost!B2)</f>"),
        ("<f><![CDATA[A1<2*Cost!A1]]></f>", (5, 12, "Cost!B2"), "<f>A1&lt;2*Cost!B2</f>"),
        ("<sp textlink='Cost!A1' id=\"1\"/>", (0, 7, "'R&D'!B2"), "<sp textlink='&apos;R&amp;D&apos;!B2' id=\"1\"/>"),
        ('<worksheetSource sheet="Cost" ref="A1:B9"/>', (0, 10, "Cost!A1:B12"),
         '<worksheetSource sheet="Cost" ref="A1:B12"/>'),
    ],
)  # fmt: skip
def test_only_the_bytes_of_a_reference_change(before: str, edit: tuple[int, int, str], after: str) -> None:
    data, [place] = places(f"<a>{before}<b/>Cost</a>")
    assert spliced(data, place, [edit]) == f"<a>{after}<b/>Cost</a>"


def test_a_part_in_another_encoding_is_read() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><a><c r="A1"><f>Cost!A1&amp;"ä"</f></c></a>'
    data, [place] = places(text.encode("utf-16"))
    assert place.text == 'Cost!A1&"ä"'
    assert b'encoding="UTF-8"' in data


def test_what_names_no_sheet_of_ours_is_only_looked_over() -> None:
    parts = MadeParts({"a.xml": MadePart(b"<a><not well formed")})
    assert formula_places(parts, "a.xml", {"Cost"}) is None


def test_a_damaged_part_that_names_one_is_refused() -> None:
    parts = MadeParts({"a.xml": MadePart(b"<a><f>Cost!A1</f>")})
    with pytest.raises(Refusal):
        formula_places(parts, "a.xml", {"Cost"})


def test_a_drawing_of_notes_need_not_be_xml() -> None:
    parts = MadeParts({"a.vml": MadePart(b"<a><br>Cost!A1")})
    assert formula_places(parts, "a.vml", {"Cost"}) is None
