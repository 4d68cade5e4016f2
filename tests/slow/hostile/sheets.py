"""Workbooks that are sound packages and wrong in their cells, tables or sheets; each with the code it must give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tests.inputs.cases import workbook_of
from tests.slow.hostile import Hostile
from tests.slow.hostile.zips import packed, valid_parts
from tests.workbooks import replaced
from workbook.problems import Code

USERS, GROWTH, RETENTION = (f"xl/worksheets/sheet{number}.xml" for number in (2, 3, 4))
SETTINGS, COMPONENTS, SCENARIOS = (f"xl/worksheets/sheet{number}.xml" for number in (1, 6, 9))
BOOK, STRINGS, STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
GUESTS = '<c r="B3"><v>800</v></c>'
END = "</sheetData>"
_ROWS = 1_048_576


def xml(*changes: tuple[str, str, str]) -> bytes:
    """Return the valid workbook with texts of its parts replaced, each of which must stand there once."""
    parts = valid_parts()
    for part, old, new in changes:
        if parts[part].count(old.encode()) != 1:
            raise ValueError(f"{old!r} stands {parts[part].count(old.encode())} times in {part}")
        parts[part] = parts[part].replace(old.encode(), new.encode())
    return packed(parts)


def guests(cell: str) -> Callable[[], bytes]:
    """Return the maker of a workbook in which another cell stands for the number of guests."""
    return partial(xml, (USERS, GUESTS, cell))


def behind(part: str, more: str) -> Callable[[], bytes]:
    """Return the maker of a workbook with more XML behind the last row of a sheet."""
    return partial(xml, (part, END, more))


def typed(sheet: str, old: str, new: str, **case: object) -> Callable[[], bytes]:
    """Return the maker of a workbook in which a person typed something else."""
    return partial(workbook_of, {"sheets": replaced(sheet, old, new), **case})


def sheets(**texts: str | None) -> Callable[[], bytes]:
    """Return the maker of a workbook with some sheets written anew or left out."""
    return partial(workbook_of, {"sheets": texts})


def formatted_rows(last: str = "") -> bytes:
    """Return a workbook in which a column is formatted down to the last row of the sheet, and perhaps filled there."""
    stop = _ROWS if last else _ROWS + 1
    empty = "".join(f'<row r="{row}" s="1" customFormat="1"><c r="B{row}" s="1"/></row>' for row in range(4, stop))
    filled = f'<row r="{_ROWS}"><c r="B{_ROWS}">{last}</c></row>' if last else ""
    return xml((USERS, END, empty + filled + END))


def broken_strangers() -> bytes:
    """Return a workbook whose sheets, drawings and styles that no input needs are full of faults."""
    parts = valid_parts()
    parts[BOOK] = parts[BOOK].replace(b"</sheets>", b'<sheet name="Mine" sheetId="77" r:id="rId77"/></sheets>')
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId77" Target="worksheets/mine.xml" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/worksheet"/></Relationships>',
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/worksheets/mine.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.worksheet+xml"/></Types>',
    )
    parts["xl/worksheets/mine.xml"] = b"<worksheet><sheetData><row r='x'><c r='?' t='s'><v>-5</v></c></row></sheetData>"
    parts[STYLES] = parts[STYLES].replace(b"<borders ", b'<borders of="nowhere" ').replace(b"<fonts ", b'<fonts of="" ')
    return packed(parts)


def _error(name: str, make: Callable[[], bytes], code: Code, seen: str = "") -> Hostile:
    return Hostile(name, make, code, seen, exit_code=1)


def _told(name: str, make: Callable[[], bytes], code: Code, seen: str = "") -> Hostile:
    return Hostile(name, make, code, seen, exit_code=0)


def _fine(name: str, make: Callable[[], bytes]) -> Hostile:
    return Hostile(name, make, None, exit_code=0)


_CELLS: Mapping[str, tuple[str, Code]] = {
    "NaN": ('<c r="B3"><v>NaN</v></c>', Code.BROKEN_CELL),
    "infinity": ('<c r="B3"><v>Infinity</v></c>', Code.BROKEN_CELL),
    "words as a number": ('<c r="B3"><v>many</v></c>', Code.BROKEN_CELL),
    "a number with an underscore": ('<c r="B3"><v>1_000</v></c>', Code.BROKEN_CELL),
    "a hexadecimal number": ('<c r="B3"><v>0x10</v></c>', Code.BROKEN_CELL),
    "a number in other digits": ('<c r="B3"><v>\u0661\u0662</v></c>', Code.BROKEN_CELL),
    "two decimal points": ('<c r="B3"><v>1.2.3</v></c>', Code.BROKEN_CELL),
    "1E400": ('<c r="B3"><v>1E400</v></c>', Code.NOT_FINITE),
    "-1E400": ('<c r="B3"><v>-1E400</v></c>', Code.NOT_FINITE),
    "a number of 400 digits": (f'<c r="B3"><v>{"9" * 400}</v></c>', Code.NOT_FINITE),
    "a number of 5000 digits": (f'<c r="B3"><v>{"9" * 5000}</v></c>', Code.NOT_FINITE),
    "2^60 + 1": (f'<c r="B3"><v>{2**60 + 1}</v></c>', Code.NOT_FINITE),
    "an index of a text that is not there": ('<c r="B3" t="s"><v>99999</v></c>', Code.BROKEN_CELL),
    "a negative index of a text": ('<c r="B3" t="s"><v>-1</v></c>', Code.BROKEN_CELL),
    "an index that is a word": ('<c r="B3" t="s"><v>first</v></c>', Code.BROKEN_CELL),
    "a kind that does not exist": ('<c r="B3" t="zz"><v>800</v></c>', Code.BROKEN_CELL),
    "a truth value of 7": ('<c r="B3" t="b"><v>7</v></c>', Code.BROKEN_CELL),
    "a truth value": ('<c r="B3" t="b"><v>1</v></c>', Code.BOOLEAN_AS_NUMBER),
    "an ISO date that is none": ('<c r="B3" t="d"><v>2026-13-45</v></c>', Code.BROKEN_CELL),
    "an ISO date": ('<c r="B3" t="d"><v>2026-01-01T00:00:00Z</v></c>', Code.DATE_AS_NUMBER),
    "a cell twice": (GUESTS + '<c r="B3"><v>4</v></c>', Code.BROKEN_CELL),
    "an address of no column": ('<c r="B3"><v>800</v></c><c r="ZZZ3"><v>4</v></c>', Code.NO_ADDRESS),
    "an address of row 0": (GUESTS + '<c r="C0"><v>4</v></c>', Code.NO_ADDRESS),
    "an address of a row too far": (GUESTS + '<c r="C9999999"><v>4</v></c>', Code.NO_ADDRESS),
    "an address of nothing": (GUESTS + '<c r=""><v>4</v></c>', Code.NO_ADDRESS),
    "an error value": ('<c r="B3" t="e"><v>#VALUE!</v></c>', Code.ERROR_VALUE),
    "an error value of tomorrow": ('<c r="B3" t="e"><f>A1</f><v>#TOMORROW!</v></c>', Code.ERROR_VALUE),
    "#SPILL!": ('<c r="B3" t="e"><f>SEQUENCE(3)</f><v>#SPILL!</v></c>', Code.ERROR_VALUE),
    "#CALC!": ('<c r="B3" t="e"><f>FILTER(A1:A2,FALSE)</f><v>#CALC!</v></c>', Code.ERROR_VALUE),
    "#BLOCKED! as text": ('<c r="B3" t="str"><f>STOCK()</f><v>#BLOCKED!</v></c>', Code.ERROR_VALUE),
    "a circle of errors": ('<c r="B3" t="e"><f>B3+Users!B3</f><v>#REF!</v></c>', Code.ERROR_VALUE),
    "a formula without a result": ('<c r="B3"><f>1+1</f></c>', Code.NO_STORED_RESULT),
    "a formula with an empty result": ('<c r="B3"><f>1+1</f><v></v></c>', Code.NO_STORED_RESULT),
    "a shared formula without its first": ('<c r="B3"><f t="shared" si="9"/></c>', Code.NO_STORED_RESULT),
    "a text of 100,000 letters": (f'<c r="B3" t="str"><v>{"a" * 100_000}</v></c>', Code.NOT_A_NUMBER),
    "a text that is a formula": ('<c r="B3" t="str"><v>=1+1</v></c>', Code.NOT_A_NUMBER),
    "control characters in a text": ('<c r="B3" t="str"><v>_x001B_[31m</v></c>', Code.NOT_A_NUMBER),
    "a duration": ('<c r="B3" t="d"><v>12:30:00</v></c>', Code.DATE_AS_NUMBER),
}
_HARMLESS: Mapping[str, str] = {
    "a number between spaces": '<c r="B3"><v> 800 </v></c>',
    "a cell without an address": "<c><v>800</v></c>",
    "a style that is not there": '<c r="B3" s="9999"><v>800</v></c>',
    "a style that is a word": '<c r="B3" s="bold"><v>800</v></c>',
    "elements of tomorrow in a cell": '<c r="B3"><v>800</v><extLst><ext><x:v xmlns:x="y">4</x:v></ext></extLst></c>',
    "a formula in a circle of sheets": '<c r="B3"><f>Nowhere!A1+[7]Book!B2</f><v>800</v></c>',
    "a data table": '<c r="B3"><f t="dataTable" ref="B3" dt2D="1" r1="A1"/><v>800</v></c>',
}

SHEET_FILES: tuple[Hostile, ...] = (
    *(_error(f"cell: {name}", guests(cell), code, "Users!B3" if code is not Code.NO_ADDRESS else "Users")
      for name, (cell, code) in _CELLS.items()),
    *(_fine(f"cell: {name}", guests(cell)) for name, cell in _HARMLESS.items()),
    _error("text that is no text of the list, in a name",
           partial(xml, (STRINGS, "<si><t>Guests</t></si>", "")), Code.BROKEN_CELL),
    _error("name with the sign of a wild card", typed("Users", "| Guests ", "| Gue* "), Code.NAME_WILDCARD),
    _error("name in NFD beside NFC", typed("Users", "| Guests ", "| Cafe\u0301 |1|1|1|1|1|\n| Caf\u00e9 "),
           Code.LOOK_ALIKE_NAMES),
    _error("names in two scripts", typed("Users", "| Guests ", "| St\u0430ff "), Code.LOOK_ALIKE_NAMES, "U+0430"),
    _error("names with an unseen sign", typed("Users", "| Guests ", "| Staff\u200b "), Code.LOOK_ALIKE_NAMES, "U+200B"),
    _error("names in full width", typed("Users", "| Guests ", "| \uff33taff "), Code.LOOK_ALIKE_NAMES, "U+FF33"),
    _told("name turned by a bidirectional sign", typed("Users", "| Guests ", "| \u202estseuG "), Code.ODD_LETTERS),
    _error("control character in a name", partial(xml, (STRINGS, "<t>Guests</t>", "<t>Gue_x0007_sts</t>")),
          Code.CONTROL_CHARACTER),
    _error("no-break space in a name", typed("Users", "| Guests ", "| My\u00a0guests "), Code.NAME_SPACES, "U+00A0"),
    _error("name that is only spaces", typed("Users", "| Guests ", '| "   " '), Code.NAME_SPACES),
    _error("merged cells", behind(RETENTION, f'{END}<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'),
           Code.MERGED_CELLS, "A2:B2"),
    _error("merge of the whole sheet",
           behind(USERS, f'{END}<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), Code.MERGED_CELLS),
    _error("merged settings", behind(SETTINGS, f'{END}<mergeCells><mergeCell ref="B3:B4"/></mergeCells>'),
           Code.MERGED_CELLS),
    _fine("merge of nothing", behind(USERS, f'{END}<mergeCells><mergeCell ref="?"/><mergeCell/></mergeCells>')),
    _told("hidden rows", partial(xml, (USERS, '<row r="3"', '<row hidden="true" r="3"')), Code.HIDDEN_CELLS),
    _told("all columns hidden",
          partial(xml, (USERS, "<sheetData>", '<cols><col min="1" max="16384" hidden="1"/></cols><sheetData>')),
          Code.HIDDEN_CELLS),
    _told("very hidden sheet", partial(xml, (BOOK, 'name="Users"', 'state="veryHidden" name="Users"')),
          Code.HIDDEN_SHEET),
    _told("million formatted rows", formatted_rows, Code.EMPTY_FORMATTED_ROWS, "1,048,573"),
    _told("million formatted rows and a value below", partial(formatted_rows, "<v>1</v>"), Code.STRAY_CELLS),
    _told("value in the last cell of the sheet",
          behind(USERS, f'<row r="{_ROWS}"><c r="XFD{_ROWS}"><v>1</v></c></row>{END}'), Code.STRAY_CELLS, "XFD1048576"),
    _told("value far to the right", partial(xml, (USERS, GUESTS, f'{GUESTS}<c r="XFD3"><v>1</v></c>')),
          Code.STRAY_CELLS, "XFD3"),
    _told("total of the table", typed("Retention", "| Disk         |", "| Disk |\n| Gesamt | =SUM(B2:B2) -> 100 |"),
          Code.TOTALS_ROW),
    _error("sums between the rows",
           typed("Retention", "| Disk         |", "| Disk |\n| | =SUM(B2:B2) -> 100 |\n| Traces | 1 | | 9 | Disk |"),
           Code.SUBTOTAL_ROW),
    _error("headers in another row", sheets(Scenarios="| My plan |\n| |\n| Scenario | DR buffer |\n| Base | |"),
           Code.HEADERS_ELSEWHERE),
    _error("headers twice", typed("Growth", "| Total growth (%)", "| month\u00a0 | Total growth (%)"),
           Code.DUPLICATE_COLUMN),
    _error("header without a result",
           partial(xml, (SCENARIOS, '<c r="A1" t="s">', '<c r="A1"><f>B9</f></c><c r="Q1" t="s">')),
           Code.UNKNOWN_COLUMN, "=B9"),
    _error("sheet of nothing", sheets(Rates=" "), Code.NO_HEADERS),
    _error("sheet in another script", partial(xml, (BOOK, 'name="Rates"', 'name="R\u0430tes"')),
           Code.MISSING_SHEET, "U+0430"),
    _error("copy of a sheet", partial(xml, (BOOK, 'name="Users"', 'name="Users (2)"')),
           Code.MISSING_SHEET, "Users (2)"),
    _told("sheet twice but for spaces",
          partial(workbook_of, {"sheets": {"Copy": "| a |"},
                                "xml": [{"sheet": "", "old": 'name="Copy"', "new": 'name="Users "'}]}),
          Code.SHEET_TWICE),
    _error("text for a number", typed("Users", "| 800 ", "| '1,234 "), Code.AMBIGUOUS_NUMBER, "1234 or 1.234"),
    _error("unit in a cell", typed("Rates", "| 16  ", "| 16 GB "), Code.NOT_A_NUMBER, "type 16"),
    _error("date of two readings", typed("Settings", "| 2026-01-01 ", "| 03/04/2026 "), Code.AMBIGUOUS_DATE),
    _error("leap day of 1900", partial(xml, (SETTINGS, "<v>46023</v>", "<v>60</v>")), Code.OFF_CALENDAR),
    _error("date of the year 12000", partial(xml, (SETTINGS, "<v>46023</v>", "<v>3700000</v>")), Code.OFF_CALENDAR),
    _error("date before all dates", partial(xml, (SETTINGS, "<v>46023</v>", "<v>-1E300</v>")), Code.OFF_CALENDAR),
    _told("percentage of a thousand", typed("Growth", "| 125 % ", "| 2000 % "), Code.HUGE_PERCENT),
    _told("calculation by hand",
          partial(workbook_of, {"sheets": replaced("Users", "| 800 ", "| =1+1 -> 2 "),
                                "xml": [{"sheet": "", "old": "<calcPr", "new": '<calcPr calcMode="manual"'}]}),
          Code.MANUAL_CALCULATION),
    _told("days from 1904", partial(workbook_of, {"date_1904": True}), Code.DATE_SYSTEM),
    _told("table that did not grow",
          partial(workbook_of, {"tables": True, "xml": [{"sheet": "Scenarios", "old": END, "new":
              f'<row r="3"><c r="A3" t="str"><v>Low</v></c><c r="B3"><v>0.5</v></c></row>{END}'}]}),
          Code.ROWS_JOINED),
    _told("note under a table",
          partial(workbook_of, {"tables": True, "xml": [{"sheet": "Scenarios", "old": END, "new":
              f'<row r="9"><c r="A9" t="str"><v>as agreed in May</v></c></row>{END}'}]}),
          Code.TEXT_BELOW_TABLE),
    Hostile("sheet that is cut off", partial(xml, (USERS, END, "")), Code.UNREADABLE_SHEET, "Users", exit_code=4),
    Hostile("sheet of half a million values", behind(
        USERS, "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 50}</row>' for row in range(4, 10_004)) + END),
        Code.TOO_LARGE, "Users", exit_code=4),
    _fine("rows out of order", behind(SCENARIOS, f'<row r="1"><c r="H1" t="str"><v>My own</v></c></row>{END}')),
    _fine("broken sheet, font and style of the person's", broken_strangers),
)  # fmt: skip
