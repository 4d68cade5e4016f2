"""Our texts among a host's shared strings: no number of the host's moves, and its part comes back byte for byte."""

from __future__ import annotations

import re

import pytest

from tests.conftest import plan_sample
from tests.edits import parts_of
from tests.files.graft_checks import findings, grafted, loads, removed, strings_part
from tests.files.hosts import MAIN, generated, pack, plain_parts
from workbook.files.grafting.cell_records import cells, escaped_strings
from workbook.files.grafting.text_uses import highest_text
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package

_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
TWO = "<si><t>one</t></si><si><r><rPr><b/></rPr><t>two</t></r></si>"
FORMS = {
    "counted": f'<sst xmlns="{MAIN}" count="3" uniqueCount="2">{TWO}</sst>',
    "in single quotes": f"<sst uniqueCount = '02' xmlns='{MAIN}'\n count='3'>{TWO}</sst>\n",
    "not counted": f'<sst xmlns="{MAIN}">{TWO}</sst>',
    "closed in its tag": f'<?xml version="1.0"?><sst xmlns="{MAIN}" count="0" uniqueCount="0" /><!-- end -->',
    "with nothing in it": f'<sst xmlns="{MAIN}" count="0"></sst>',
    "with a prefix": re.sub(r"<(/?)(?=[a-z])", r"<\1x:", f'<sst xmlns:x="{MAIN}" count="2">{TWO}</sst>'),
    "on lines": f'\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<sst xmlns="{MAIN}">\n  {TWO}\n<!-- a -->\n</sst>\n',
}


def host_of(strings: str | bytes, cell: str = "") -> bytes:
    """Return a host with this part, which its cell A9 may refer to."""
    parts = plain_parts()
    types, rels = str(parts["[Content_Types].xml"]), str(parts["xl/_rels/workbook.xml.rels"])
    new = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}"/></Types>'
    parts["[Content_Types].xml"] = types.replace("</Types>", new)
    new = f'<Relationship Id="rId9" Type="{_KIND}" Target="sharedStrings.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", new)
    parts["xl/sharedStrings.xml"] = strings.encode() if isinstance(strings, str) else strings
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", f"{cell}</sheetData>")
    return pack(parts)


def texts_of(package: Package, sheet: str) -> dict[str, str]:
    """Return the constants of a sheet."""
    part = next(one.part for one in package.sheets if one.name == sheet)
    return {address: text for address, _, text in cells(package, part, escaped_strings(package)) if text}


@pytest.mark.whole
def test_no_text_of_a_result_sheet_stands_in_its_cell() -> None:
    package = open_package(plan_sample("erlmcp")[0])
    for sheet in package.sheets:
        assert b"inlineStr" not in package.read(sheet.part), sheet.name
    assert len(texts_of(package, "Summary")) > 50


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_part_comes_back(form: str) -> None:
    host = host_of(FORMS[form])
    before = strings_part(open_package(host))
    assert findings(host, generated()) == []
    planned = grafted(grafted(host, generated()), generated())
    after = open_package(planned)
    assert strings_part(after) != before
    assert not any(b"inlineStr" in after.read(one.part) for one in after.sheets if one.name in after.owners)
    assert strings_part(open_package(removed(planned))) == before
    assert loads(planned)


def test_a_host_without_the_part_gets_one_and_loses_it() -> None:
    host = pack(plain_parts())
    planned = open_package(grafted(host, generated()))
    assert strings_part(planned)
    back = open_package(removed(planned))
    assert strings_part(back) is None
    assert not any("sharedStrings" in kind for kind in back.content_types.values())
    assert "xl/sharedstrings.xml" not in back.entries


@pytest.mark.parametrize(
    "strings",
    [
        f'<?xml version="1.0" encoding="UTF-16"?><sst xmlns="{MAIN}">{TWO}</sst>'.encode("utf-16"),
        f'<sst xmlns="{MAIN}">{TWO}<extLst/></sst>'.encode(),
    ],
)
def test_a_part_that_takes_none_stays_as_it_is(strings: bytes) -> None:
    planned = open_package(grafted(host_of(strings), generated()))
    assert strings_part(planned) == strings
    assert any(b"inlineStr" in planned.read(one.part) for one in planned.sheets if one.name in planned.owners)


def test_a_part_that_another_program_wrote_anew_is_the_host_s() -> None:
    host = host_of(FORMS["counted"], '<row r="9"><c r="A9" t="s"><v>1</v></c></row>')
    parts = parts_of(grafted(host, generated()))
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(b"</sst>", b"<si><t>mine</t></si></sst>")
    number = parts["xl/sharedStrings.xml"].count(b"<si>") - 1
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b'<c r="A9" t="s"><v>1<', b'<c r="A9" t="s"><v>%d<' % number
    )
    again = open_package(grafted(pack(parts), generated()))
    assert texts_of(again, again.sheets[0].name)["A9"] == "mine"
    back = open_package(removed(again))
    assert texts_of(back, back.sheets[0].name)["A9"] == "mine"
    assert strings_part(back) == parts["xl/sharedStrings.xml"]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A9" t="s"><v>%d</v></c>',
        "<c t='s' r='A9' ><f>1</f> <v> %d </v></c>",
        f'<x:c xmlns:x="{MAIN}" r="A9" t="s"><x:v><!-- 0 -->%d</x:v></x:c>',
        '<c r="A9" t="&#115;"><f t="shared" si="0"/><v><![CDATA[%d]]></v></c><c r="B9" t="s"/>',
        '<c r="A9" t="s"><v/></c><c r="B9" t="s"><v>%d.0</v></c>',
    ],
)
def test_a_text_of_ours_that_the_user_refers_to_stays(cell: str) -> None:
    parts = parts_of(grafted(host_of(FORMS["counted"]), generated()))
    last = parts["xl/sharedStrings.xml"].count(b"<si>") - 1
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", f'<row r="9">{cell % last}</row></sheetData>'.encode()
    )
    before = escaped_strings(open_package(pack(parts)))
    for after in (grafted(pack(parts), generated()), removed(pack(parts))):
        assert escaped_strings(open_package(after))[: last + 1] == before


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A9" t="s"><v/></c>',
        '<c r="A9" t="s"><v></v></c>',
        '<c r="A9" t="s"><v> </v></c>',
        '<c r="A9" t="s"/>',
        '<c r="A9" t="s"></c>',
        '<c r="A9" t="s"><f>A1</f></c>',
        '<c r="A9" t="s"><v>one</v></c>',
        '<c r="A9" t="s"><v>-1</v></c>',
        '<c r="A9" t="s"><v>1e999</v></c>',
        '<c r="A9" t="s"><v>999999</v></c>',
        f'<c r="A9" t="s"><v>{"9" * 400}</v></c>',
    ],
)
def test_a_text_cell_that_refers_to_no_text_keeps_none(cell: str) -> None:
    rows = f'<row r="8"><c r="A8" t="s"><v>1</v></c></row><row r="9">{cell}</row>'
    assert findings(host_of(FORMS["counted"], rows), generated()) == []


def test_no_text_goes_while_a_sheet_cannot_be_read() -> None:
    parts = parts_of(grafted(host_of(FORMS["counted"], '<row r="9"><c r="A9" t="s"/></row>'), generated()))
    sheet = parts["xl/worksheets/sheet1.xml"]
    package = open_package(pack(parts))
    count = len(escaped_strings(package))
    assert highest_text(package, package.sheets[:1], count) == -1
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", b"")
    package = open_package(pack(parts))
    assert highest_text(package, package.sheets[:1], count) == count - 1
