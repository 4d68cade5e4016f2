"""The content of a sheet: one hash for the same cells however they are written, another for every edit."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.conftest import NAMES, plan_sample
from tests.engines import recalculated_by_office
from tests.files.graft_checks import grafted
from tests.files.hosts import MAIN, generated, made_by_xlsxwriter, pack, plain_parts
from workbook.files.grafting.cell_records import cells, escaped_strings
from workbook.files.grafting.content_hash import ContentHash, content_hash
from workbook.files.grafting.ownership import edited_sheets
from workbook.files.grafting.usual_cells import UsualForm, filled_cells
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.problems import Refusal

ROWS = (
    '<row r="1"><c r="A1" s="1" t="inlineStr"><is><t>Név &amp; &lt;cím&gt;</t></is></c>'
    '<c r="B1"><f>IF(\'Mine\'!A2 &gt; 1, SUM(A2:A3), "a b")</f><v>7</v></c></row>'
    '<row r="2"><c r="A2"><v>0.1</v></c><c r="B2"><f>A2*2</f><v>0.2</v></c><c r="C2" s="3"/></row>'
    '<row r="3"><c r="A3"><v>12</v></c><c r="B3"><f>A3*2</f><v>24</v></c><c r="C3" t="b"><v>1</v></c></row>'
)


def package_of(rows: str, prefix: str = "", strings: str = "") -> Package:
    parts = plain_parts()
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    if prefix:
        sheet = re.sub(r"<(/?)", rf"<\1{prefix}:", sheet).replace("xmlns=", f"xmlns:{prefix}=")
    parts["xl/worksheets/sheet1.xml"] = sheet
    if strings:
        rels = str(parts["xl/_rels/workbook.xml.rels"])
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        new = f'<Relationship Id="rId9" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
        parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", new)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    return open_package(pack(parts))


def hash_of(rows: str, prefix: str = "", strings: str = "") -> str:
    package = package_of(rows, prefix, strings)
    return content_hash(package, package.sheets[0].part)


SAME: dict[str, tuple[str, str, str]] = {
    "stored results gone": (re.sub(r"(</f>)<v>.*?</v>", r"\1", ROWS), "", ""),
    "results as texts": (ROWS.replace('<c r="B3">', '<c r="B3" s="9" t="str">'), "", ""),
    "other styles": (ROWS.replace(' s="1"', ' s="77"').replace('<c r="C2" s="3"/>', ""), "", ""),
    "formulas marked by LibreOffice": (ROWS.replace("<f>", '<f aca="false">'), "", ""),
    "spaces and quotes": (
        ROWS.replace("IF('Mine'!A2 &gt; 1, SUM(A2:A3)", "IF(Mine!A2&gt;1,SUM(A2:A3)"), "", ""),
    "a shared string": (
        ROWS.replace('t="inlineStr"><is><t>Név &amp; &lt;cím&gt;</t></is>', 't="s"><v>1</v>'), "",
        '<si><t>other</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">Név </t></r>'
        "<r><t>&amp; &lt;cím&gt;</t></r>"
        '<rPh sb="0" eb="1"><t>x</t></rPh></si>'),
    "a shared formula": (
        ROWS.replace("<f>A2*2</f>", '<f t="shared" ref="B2:B3" si="0">A2*2</f>')
        .replace("<f>A3*2</f>", '<f t="shared" si="0"/>'), "", ""),
    "names with a prefix": (ROWS, "x", ""),
    "cells without addresses": (re.sub(r' r="[A-C]?[0-9]"', "", ROWS), "", ""),
    "white space between tags": (re.sub(r"(?<=>)(?=<)", "\n  ", ROWS), "", ""),
    "a number with all its digits": (ROWS.replace("<v>0.1</v>", "<v>0.10000000000000001</v>"), "", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAME)
def test_stays_when_the_sheet_is_only_written_otherwise(kind: str) -> None:
    rows, prefix, strings = SAME[kind]
    assert (rows, prefix) != (ROWS, "")
    assert hash_of(rows, prefix, strings) == hash_of(ROWS)


@pytest.mark.parametrize("kind", ["as it is", *SAME])
def test_cells_are_the_same_by_either_way_of_reading(kind: str) -> None:
    package = package_of(*SAME.get(kind, (ROWS, "", "")))
    part, strings = package.sheets[0].part, escaped_strings(package)
    expected = sorted(cells(package, part, strings))
    assert sorted(filled_cells(package, part, strings)) == expected
    assert len(expected) == 7
    is_usual = UsualForm(strings).cells(package.read(part)) is not None
    assert is_usual != (kind in ("names with a prefix", "cells without addresses"))


def test_pieces_with_white_space_between_tags_are_usual() -> None:
    found = UsualForm(()).cells(SAME["white space between tags"][0].encode())
    assert found is not None
    assert [address for address, _ in found.formulas] == [b"B1", b"B2", b"B3"]
    assert [address for address, text in found.constants if text.strip()] == [b"A1", b"A2", b"A3", b"C3"]


SHARED = '<c r="A1"><f t="shared" ref="A1:A2" si="0">{}</f></c></row><row r="2"><c r="A2"><f t="shared" si="0"/></c>'
FORMS = {
    "a raw bracket in a formula": '<c r="A1"><f>B1>1</f></c>',
    "a raw bracket in a text": '<c r="A1" t="inlineStr"><is><t>a>b</t></is></c>',
    "several texts": '<c r="A1" t="inlineStr"><is><t>a</t><r><t>b</t></r></is></c>',
    "a value left out": '<c r="A1">\n<v/>\n</c>',
    "a formula left out": '<c r="A1"><f/><v>1</v></c>',
    "an empty formula": '<c r="A1"><f></f><v>1</v></c>',
    "a blank formula": '<c r="A1"><f> </f><v>1</v></c>',
    "a shared formula that nobody holds": '<c r="A1"><f t="shared" si="0"/><v>1</v></c>',
    "plain characters in a formula": '<c r="A1"><f><![CDATA[B1]]></f><v>1</v></c>',
    "plain characters in a value": '<c r="A1"><v><![CDATA[5]]></v></c>',
    "a comment before a value": '<c r="A1"><!-- x --><v>5</v></c>',
    "a comment in a formula": '<c r="A1"><f>B1<!-- x -->+1</f></c>',
    "a comment that looks like a cell": '<!-- <c r="A1"><v>5</v></c> -->',
    "an instruction": '<c r="A1"><?x y?><f>B1</f></c>',
    "the value first": '<c r="A1"><v>5</v><f>B1</f></c>',
    "a line break before the address": '<c\nr="A1"><v>5</v></c>',
    "a cell without an address": '<c r="A1"><v>5</v></c><c><v>6</v></c>',
    "other quotes": "<c r=\"A1\" t='str'><v>5</v></c>",
    "a line break before the type": '<c r="A1"\nt="str"><v>5</v></c>',
    "a space in a tag": '<c r="A1" t="inlineStr"><is ><t>5</t></is></c>',
    "a bracket in an attribute": '<c r="A1" x=">"><v>5</v></c>',
    "attributes in another order": '<c r="A1"><f si="0" t="shared" ref="A1:A2">B1</f></c>',
    "entities that are shared": SHARED.format('B1&amp;"&#38;lt;&gt;"&amp;"&amp;quot;"'),
    "a raw bracket that is shared": SHARED.format('B1>"x  y"'),
    "plain characters that are shared": SHARED.format("<![CDATA[B1]]>"),
    "a leading zero": '<c r="A01"><v>1</v></c>',
    "another namespace": '<c r="A1"><v>1</v></c><y:c xmlns:y="u" r="B1"><y:v>2</y:v></y:c>',
    "a number in two pieces": '<c r="A1"><v>1<!-- -->2</v></c>',
    "cell metadata": '<c r="A1" cm="1"><f>B1</f></c>',
    "an address twice": '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
    "a formula and a text": '<c r="A1"><f>B1</f><is><t>x</t></is></c>',
    "a formula of an extension": '<c r="A1"><extLst><ext><f>C1</f></ext></extLst></c>',
}


@pytest.mark.parametrize("beside", ["", '<c r="Z1"><v>9</v></c>'])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_cell_is_read_alike(form: str, beside: str) -> None:
    package = package_of(f'<row r="1">{FORMS[form]}{beside}</row>')
    part = package.sheets[0].part
    assert sorted(filled_cells(package, part, ())) == sorted(cells(package, part, ()))
    slow = ContentHash()
    slow.take_cells(cells(package, part, ()))
    assert content_hash(package, part) == slow.digest()


@pytest.mark.parametrize("address", ["AAAA9", "XFE1", "A0", "A1048577", "A9999999"])
def test_a_cell_beyond_the_sheet_is_refused(address: str) -> None:
    package = package_of(f'<row r="1"><c r="{address}"><v>1</v></c></row>')
    with pytest.raises(Refusal, match="damaged"):
        filled_cells(package, package.sheets[0].part, ())


LATIN = (
    '<c r="A1"><f>"\xfc\xc3\xbc"</f></c>',
    '<c r="A1" t="str"><v>\xc3\xbc</v></c>',
    SHARED.format('"\xfc"&amp;B1'),
)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "UTF-16"])
@pytest.mark.parametrize("cell", LATIN)
def test_cells_are_read_in_any_encoding(cell: str, encoding: str) -> None:
    parts = plain_parts()
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    parts["xl/worksheets/sheet1.xml"] = f'<?xml version="1.0" encoding="{encoding}"?>{sheet}'.encode(encoding)
    package = open_package(pack(parts))
    found = filled_cells(package, package.sheets[0].part, ())
    assert found == list(cells(package, package.sheets[0].part, ()))
    assert any("\xfc" in text or "\xc3" in text for one in found for text in one)


@pytest.mark.parametrize("cell", ["<is><r><t>a</t></r></is>", '<f t="array">A1</f>'])
def test_other_forms_are_unusual(cell: str) -> None:
    assert UsualForm(()).cells(f'<row r="1"><c r="A1">{cell}</c></row>'.encode()) is None


CHANGED = {
    "a number": ("<v>12</v>", "<v>12.001</v>"),
    "a text": ("Név", "Nev"),
    "a formula": ("<f>A3*2</f>", "<f>A3*3</f>"),
    "a reference made absolute": ("<f>A3*2</f>", "<f>$A3*2</f>"),
    "a formula overwritten by its result": ("<f>A3*2</f>", ""),
    "a truth": ('t="b"><v>1', 't="b"><v>0'),
    "a cell more": ('<c r="C2" s="3"/>', '<c r="C2" s="3"><v>1</v></c>'),
    "a cell less": ('<c r="A3"><v>12</v></c>', ""),
    "a cell elsewhere": ('<c r="C3" t="b">', '<c r="D3" t="b">'),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_changes_with_every_edit(kind: str) -> None:
    old, new = CHANGED[kind]
    assert ROWS.count(old) == 1
    assert hash_of(ROWS.replace(old, new)) != hash_of(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("sample", NAMES)
def test_one_hash_by_either_way_of_reading(sample: str) -> None:
    package = open_package(plan_sample(sample)[0])
    strings = escaped_strings(package)
    for sheet in package.sheets:
        slow, fast = ContentHash(), content_hash(package, sheet.part, strings)
        read = list(cells(package, sheet.part, strings))
        slow.take_cells(read)
        assert sorted(filled_cells(package, sheet.part, strings)) == sorted(read)
        assert slow.digest() == fast or sheet.name in package.owners
    assert edited_sheets(package) == []


def test_notes_and_floating_objects_count() -> None:
    plain, rich = (openpyxl.Workbook(), openpyxl.Workbook())
    for book in (plain, rich):
        book.active["A1"] = 1  # type: ignore[index]
    rich.active["A1"].comment = Comment("mine", "me")  # type: ignore[index]
    hashes = []
    for book in (plain, rich):
        out = io.BytesIO()
        book.save(out)
        package = open_package(out.getvalue())
        hashes.append(content_hash(package, package.sheets[0].part))
    assert hashes[0] != hashes[1]
    chart = open_package(made_by_xlsxwriter())
    assert content_hash(chart, chart.sheets[0].part) != content_hash(
        open_package(without_its_chart()), chart.sheets[0].part
    )


def without_its_chart() -> bytes:
    """The same workbook without the chart: its drawing is empty."""
    package = open_package(made_by_xlsxwriter())
    parts = {name: package.read(name) for name in (info.filename for info in package.zip.infolist())}
    parts["xl/drawings/drawing1.xml"] = re.sub(rb"<xdr:twoCellAnchor.*</xdr:twoCellAnchor>", b"",
                                               parts["xl/drawings/drawing1.xml"], flags=re.DOTALL)  # fmt: skip
    return pack(parts)


def test_a_sheet_with_texts_of_several_looks_is_as_it_was_written() -> None:
    package = open_package(grafted(made_by_xlsxwriter(), generated()))
    assert len(package.owners) == 2
    assert edited_sheets(open_package(_with_a_space(package))) == []


def _with_a_space(package: Package) -> bytes:
    """Return the workbook with other bytes in every sheet that say the same."""
    parts = {info.filename: package.read(info.filename) for info in package.zip.infolist()}
    for sheet in package.sheets:
        parts[sheet.part] = parts[sheet.part].replace(b"<sheetData>", b"<sheetData >")
    return pack(parts)


@pytest.mark.office
def test_saving_in_libreoffice_is_no_edit() -> None:
    for sample in NAMES:
        saved = open_package(recalculated_by_office(plan_sample(sample)[0]))
        assert len(saved.owners) > 5
        assert edited_sheets(saved) == []


def test_saving_in_openpyxl_is_no_edit_of_cells() -> None:
    """It drops every stored result and writes texts and formulas in its own way; charts come back."""
    book = openpyxl.load_workbook(io.BytesIO(grafted(pack(plain_parts()), _without_objects())))
    out = io.BytesIO()
    book.save(out)
    saved = open_package(out.getvalue())
    assert saved.owners
    assert edited_sheets(saved) == []


def _without_objects() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Results"
    for row in range(1, 9):
        sheet.append([f"row {row}", row / 3, f"=B{row}*2", row % 2 == 0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
