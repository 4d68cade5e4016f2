"""One sheet's XML into cells: whatever a program may have stored is a value, a blank or a fault, never an exception."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from unittest.mock import patch
from xml.parsers.expat import ExpatError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from workbook.address import Area
from workbook.files.reading import plain_rows, sheet_cells
from workbook.files.reading.plain_rows import PlainRows, Xml
from workbook.files.reading.sheet_cells import TooMuchXmlError, read_cells
from workbook.files.reading.sheet_content import SheetContent
from workbook.files.reading.stored import Stored, moment, plain_text
from workbook.inputs.raw import RawCell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STORED = Stored(("first", "second"), ("General", "0%", "yyyy-mm-dd", "[h]:mm", "h:mm"))


def sheet(rows: str, beside: str = "", before: str = "") -> SheetContent:
    data = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{beside}</worksheet>'
    return read_cells(data.encode(), STORED)


def one(cell: str) -> RawCell:
    grid = sheet(f'<row r="1">{cell}</row>').grid
    return grid[1][1]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>5</v></c>', 5),
        ('<c r="A1"><v>5.0</v></c>', 5.0),
        ('<c r="A1"><v>-1.5E-3</v></c>', -0.0015),
        ('<c r="A1"><v>12345678901234567890</v></c>', 12345678901234567890.0),
        ('<c r="A1" t="s"><v>1</v></c>', "second"),
        ('<c r="A1" t="str"><v>a_x000D_b</v></c>', "a\rb"),
        ('<c r="A1" t="inlineStr"><is><t>plain</t></is></c>', "plain"),
        ('<c r="A1" t="inlineStr"><is><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r></is></c>', "rich"),
        ('<c r="A1" t="inlineStr"><is><t>\u6771</t><rPh sb="0" eb="1"><t>higashi</t></rPh></is></c>', "\u6771"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="d"><v>2026-01-31T12:00:00Z</v></c>', datetime(2026, 1, 31, 12)),
        ('<c r="A1" s="2"><v>46023</v></c>', datetime(2026, 1, 1)),
        ('<c r="A1" s="3"><v>1.5</v></c>', timedelta(hours=36)),
        ('<c r="A1" s="4"><v>0.25</v></c>', time(6)),
    ],
)
def test_values(cell: str, value: object) -> None:
    raw = one(cell)
    assert (raw.value, type(raw.value)) == (value, type(value))
    assert raw.has_result
    assert not raw.fault


def test_formats_belong_to_numbers() -> None:
    assert one('<c r="A1" s="1"><v>0.2</v></c>').number_format == "0%"
    assert one('<c r="A1" s="99"><v>0.2</v></c>').number_format == "General"
    assert one('<c r="A1" s="1" t="str"><v>x</v></c>').number_format == "General"


@pytest.mark.parametrize("cell", ["<c/>", '<c r="A1" s="1"/>', '<c r="A1"><v/></c>', '<c r="A1" t="s"><v></v></c>'])
def test_empty_cells_are_none(cell: str) -> None:
    assert sheet(f'<row r="1">{cell}</row>').grid == {}


def test_a_result_that_is_missing_and_one_that_is_an_empty_text() -> None:
    assert not one('<c r="A1"><f>1+1</f></c>').has_result
    assert one('<c r="A1" t="str"><f>""</f></c>').is_blank
    assert one('<c r="A1" t="str"><f>""</f><v></v></c>').is_blank


def test_formulas() -> None:
    grid = sheet(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*$C$1</f><v>1</v></c>'
        '<c r="D1"><f t="array" ref="D1">SUM(A1:A2*2)</f><v>6</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c><c r="D2"><f t="dataTable" ref="D2"/><v>1</v></c></row>'
    ).grid
    assert [grid[1][1].formula, grid[2][1].formula] == ["=B1*$C$1", "=B2*$C$1"]
    assert [grid[1][4].formula, grid[2][4].formula] == ["=SUM(A1:A2*2)", "=TABLE()"]


def test_a_shared_formula_that_cannot_be_moved_is_shown_as_it_stands() -> None:
    rows = '<row r="1"><c r="A1"><f t="shared" si="0">SUM("</f></c><c r="B1"><f t="shared" si="0"/></c></row>'
    assert sheet(rows).grid[1][2].formula == '=SUM("'


def test_places_that_are_not_stored_follow_the_ones_before() -> None:
    grid = sheet('<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>').grid
    assert {(row, number): cell.value for row, cells in grid.items() for number, cell in cells.items()} == {
        (3, 2): 1,
        (3, 3): 2,
        (4, 1): 3,
    }


def test_rows_and_cells_out_of_order() -> None:
    grid = sheet('<row r="9"><c r="C9"><v>1</v></c><c r="A9"><v>2</v></c></row><row r="1"><c r="A1"><v>3</v></c></row>')
    assert {row: {n: cell.value for n, cell in cells.items()} for row, cells in grid.grid.items()} == {
        9: {3: 1, 1: 2},
        1: {1: 3},
    }


def test_prefixes_and_elements_of_other_vocabularies() -> None:
    data = (
        f'<x:worksheet xmlns:x="{MAIN}" xmlns:y="other"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v>'
        '<y:v>2</y:v></x:c><y:c r="B1"><y:v>3</y:v></y:c></x:row></x:sheetData></x:worksheet>'
    )
    grid = read_cells(data.encode(), STORED).grid
    assert {number: cell.value for number, cell in grid[1].items()} == {1: 1}


def test_what_lies_beside_the_cells() -> None:
    content = sheet(
        '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>',
        '<autoFilter ref="A1:B2"><filterColumn colId="0"/></autoFilter>'
        '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="x" hidden="1"/></cols>',
    )
    assert (content.hidden_rows, content.hidden_columns, content.is_filtered) == ({2}, {2, 3}, True)
    assert content.merged == [Area(1, 1, 1, 2)]


def test_a_filter_that_filters_nothing_is_none() -> None:
    assert not sheet("", '<autoFilter ref="A1:B2"/>').is_filtered


@given(st.text(max_size=20), st.sampled_from(["n", "s", "str", "b", "e", "d", "inlineStr", "x"]), st.text(max_size=6))
def test_no_cell_raises(value: str, kind: str, address: str) -> None:
    from xml.sax.saxutils import escape, quoteattr  # noqa: PLC0415

    clean = "".join(sign for sign in value if sign.isprintable())
    place = quoteattr("".join(sign for sign in address if sign.isprintable()))
    content = sheet(f'<row r="1"><c r={place} t="{kind}" s="2"><v>{escape(clean)}</v></c></row>')
    assert len(content.faults) + sum(len(cells) for cells in content.grid.values()) <= 1


# Rows that are read without the parser


def whole(rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


class NoRows(PlainRows):
    """Leaves everything to the parser."""

    def __init__(self, data: Xml) -> None:
        super().__init__(data)
        self.begin = len(data)


def told(data: bytes, rows: type[PlainRows] = PlainRows) -> object:
    """Return what is read, or how reading ends; but not how many rows are empty, which the parser does not count."""
    try:
        with patch.object(sheet_cells, "PlainRows", rows), patch.object(plain_rows, "_WORTH_IT", 0):
            content = read_cells(data, STORED)
    except (ExpatError, ValueError) as error:
        return type(error), str(error)
    return {**asdict(content), "empty_rows": 0, "grid": list(map(repr, content.grid.items()))}


CELLS = [
    '<c r="{letter}{row}"><v>5</v></c>',
    '<c r="{letter}{row}" s="2"><v>46023</v></c>',
    '<c r="{letter}{row}" s="1"/>',
    '<c r="{letter}{row}" s="1"></c>',
    '<c r="{letter}{row}" t="s"><v>1</v></c>',
    '<c r="{letter}{row}" t="s"><v></v></c>',
    '<c r="{letter}{row}" t="str"><v>a_x000D_b</v></c>',
    '<c r="{letter}{row}" t="inlineStr"><is><t>some text</t></is></c>',
    '<c r="{letter}{row}" t="inlineStr"><is><t xml:space="preserve"> text</t></is></c>',
    '<c r="{letter}{row}" t="inlineStr"><v>value</v></c>',
    '<c r="{letter}{row}"><is><t>text of a number</t></is></c>',
    '<c r="{letter}{row}" t="e"><v>#N/A</v></c>',
    '<c r="{letter}{row}" t="b"><v>2</v></c>',
    '<c r="{letter}{row}" t="odd"><v>2</v></c>',
    '<c r="{letter}{row}" vm="1"><v>5</v></c>',
    '<c r="{letter}{row}" vm="1"/>',
    "<c r='{letter}{row}'><v>5</v></c>",
    '<c r="{letter}{row}"><f>1+1</f><v>2</v></c>',
    '<c r="{letter}{row}"><f t="shared" si="0" ref="A1:Z9">A1+1</f><v>2</v></c>',
    '<c r="{letter}{row}"><f t="shared" si="0"/><v>2</v></c>',
    '<c r="{letter}{row}" s="1" s="2"><v>5</v></c>',
    '<c r="{letter}{row}" s="1"/><v>5</v></c>',
    '<c r="{letter}{row}" r="A1"><v>5</v></c>',
    '<c r="{letter}1{row}"><v>5</v></c>',
    '<c r="{letter}0"><v>5</v></c>',
    '<c r="XFE{row}"><v>5</v></c>',
    '<c r="b{row}"><v>5</v></c>',
    '<c r="{letter}{row}"><v>&lt;&#65;</v></c>',
    '<c r="{letter}{row}"><v>\u00e9</v></c>',
    '<c r="{letter}{row}"><v>1</v><v>2</v></c>',
    '<row r="7"><c r="A7"><v>5</v></c></row>',
    "<x/>",
]
ROWS = [
    '<row r="{row}">{cells}</row>',
    '<row r="{row}" spans="1:5" hidden="1" outlineLevel="1">{cells}</row>',
    '<row r="{row}" s="1" customFormat="1"/>{cells}',
    "<row>{cells}</row>",
    '<row r="{row}"><c><v>5</v></c>{cells}<c><v>6</v></c></row>',
    "<row r='{row}'>{cells}</row>",
    '<row r="{row}" r="1">{cells}</row>',
    '<row r="0{row}">{cells}</row>',
    '<row r="999999{row}">{cells}</row>',
    '\n<row r="{row}">{cells}</row> ',
    "{cells}",
]
A_CELL = st.sampled_from([*CELLS[:10] * 6, *CELLS])
A_ROW = st.tuples(st.sampled_from([*ROWS[:2] * 6, *ROWS]), st.lists(st.tuples(A_CELL, st.sampled_from("AAABCZ"))))


@given(st.lists(A_ROW, max_size=8), st.integers(0, 9))
def test_the_parser_reads_the_same(rows: list[tuple[str, list[tuple[str, str]]]], first: int) -> None:
    text = "".join(
        row.format(row=first + at, cells="".join(cell.format(letter=letter, row=first + at) for cell, letter in cells))
        for at, (row, cells) in enumerate(rows)
    )
    assert told(whole(text)) == told(whole(text), NoRows)


SOUND = "".join(
    ROWS[1].format(
        row=row,
        cells="".join(
            cell.format(letter=letter, row=row) for letter, cell in zip("ABCDEFGHIJ", CELLS[:10], strict=True)
        ),
    )
    for row in range(1, 5)
)


ODD = [b"", b"<", b">", b"&", b'"', b"/", b" ", b"\x00", b"\x0b", b"\r\n", b"\xff", b"</row>", b"<row>", b"<c>", b"r"]


@given(st.data())
def test_the_parser_finds_the_same_faults(data: st.DataObject) -> None:
    made = bytearray(whole(SOUND))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(made) - 1))
        put = data.draw(
            st.sampled_from(
                [b"", b"<", b">", b"&", b'"', b"/", b" ", b"\x00", b"\x0b", b"\r\n", b"\xff", b"</row>", b"<row>"]
            )
        )
        made[at : at + data.draw(st.integers(0, 2))] = put
    assert told(bytes(made)) == told(bytes(made), NoRows)


def test_plain_rows_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test of both ways says nothing where there is only one."""
    fed: list[bytes] = []
    feed = sheet_cells._Reader.feed

    def heard(reader: sheet_cells._Reader, data: memoryview) -> None:
        fed.append(bytes(data))
        feed(reader, data)

    monkeypatch.setattr(sheet_cells._Reader, "feed", heard)
    assert len(read_cells(whole(SOUND), STORED).grid) == 4
    assert b"".join(fed) == whole("")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_every_encoding_is_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?>' + whole(SOUND.replace("some", "\u00e9")).decode()
    assert told(text.encode(encoding)) == told(whole(SOUND.replace("some", "\u00e9")))


def test_elements_with_another_prefix_than_the_root_are_no_rows() -> None:
    other = whole(SOUND).replace(b"<", b"<x:").replace(b"<x:/", b"</x:")
    wrapped = b"<worksheet>" + other + b"</worksheet>"
    assert read_cells(other, STORED).grid
    assert not read_cells(wrapped, STORED).grid


# Rows that hold nothing


def many(rows: str, prefix: str = "") -> bytes:
    body = whole(f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}').decode()
    marked = body.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}").replace(f"<{prefix}!", "<!")
    return marked.replace("xmlns=", f"xmlns:{prefix.rstrip(':')}=" if prefix else "xmlns=").encode()


def empty(rows: range) -> str:
    return "".join(f'<row r="{row}" s="1"><c r="A{row}" s="1"/><c r="B{row}" s="1"></c></row>' for row in rows)


EMPTY, BELOW = empty(range(2, 3002)), empty(range(5000, 8000))


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_rows_that_hold_nothing_are_counted(prefix: str) -> None:
    below = '<row r="4000"><c r="A4000"><v>2</v></c></row>'
    for rows, count in ((EMPTY, 3000), (EMPTY + below, 3000), (EMPTY + below + BELOW, 6000)):
        content = read_cells(many(rows, prefix), STORED)
        assert content.empty_rows == count
        assert {row: cells[1].value for row, cells in content.grid.items()} == (
            {1: 1, 4000: 2} if below in rows else {1: 1}
        )


def test_rows_that_hold_nothing_weigh_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_cells, "MOST_BYTES", 1000)
    assert len(many(EMPTY)) > plain_rows._WORTH_IT
    assert read_cells(many(EMPTY), STORED).empty_rows == 3000
    for more in ("<!-- -->", '<row r="4000"><c r="A4000" t="str"><v>' + "2" * 1000 + "</v></c></row>"):
        with pytest.raises(TooMuchXmlError):
            read_cells(many(EMPTY + more), STORED)


# Numbers as dates


@pytest.mark.parametrize(
    ("serial", "shown"),
    [
        (0, time(0)),
        (0.5, time(12)),
        (1, datetime(1900, 1, 1)),
        (59, datetime(1900, 2, 28)),
        (60, None),
        (61, datetime(1900, 3, 1)),
        (46023.5, datetime(2026, 1, 1, 12)),
        (2958465, datetime(9999, 12, 31)),
        (2958466, None),
        (-1, None),
        (1e300, None),
    ],
)
def test_days_from_1900(serial: float, shown: object) -> None:
    assert moment(serial, is_1904=False, is_duration=False) == shown


def test_days_from_1904_and_durations() -> None:
    assert moment(44561, is_1904=True, is_duration=False) == datetime(2026, 1, 1)
    assert moment(-1, is_1904=True, is_duration=False) is None
    assert moment(1.25, is_1904=False, is_duration=True) == timedelta(hours=30)
    assert moment(1e300, is_1904=False, is_duration=True) is None


@pytest.mark.parametrize(
    ("number_format", "kind"),
    [
        ("General", "number"),
        ("Standard", "number"),
        ("@", "number"),
        ("0.00E+00", "number"),
        ('#,##0 "days"', "number"),
        ("[Red]0.0;-0", "number"),
        ("#,##0\\ \\d", "number"),
        ("[$-409]d-mmm-yy;@", "date"),
        ("yyyy-mm-dd", "date"),
        ('0;"yyyy"', "number"),
        ("h:mm", "date"),
        ("[hh]:mm", "duration"),
        ("[mm]:ss", "duration"),
    ],
)
def test_what_a_number_format_shows(number_format: str, kind: str) -> None:
    assert Stored(formats=(number_format,)).look("0") == (number_format, kind)


def test_escaped_characters() -> None:
    assert plain_text("a_x0041_b") == "aAb"
    assert plain_text("_x005F_x0041_") == "_x0041_"
