"""What a copy of a workbook discloses: each kind of it, wherever another program has put it."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.edits import parts_of, rewritten
from tests.emulated import as_excel_saves
from tests.files.hosts import pack
from tests.report.test_print_out import with_linked_picture
from tests.workbooks import valid_workbook
from workbook.files.package.archive import CHUNK
from workbook.files.package.opening import open_package
from workbook.files.package.pieces import overlapping
from workbook.files.reading.disclosures import Disclosures, read_disclosures
from workbook.report.disclosures import disclosure_phrases


def disclosed(data: bytes) -> Disclosures:
    return read_disclosures(open_package(data, for_writing=False))


def test_the_folder_that_excel_saved_in() -> None:
    found = disclosed(as_excel_saves(valid_workbook()))
    assert found.folder == "C:\\Users\\anna\\Plans\\"
    assert "the folder that it was saved in (C:\\Users\\anna\\Plans\\)" in disclosure_phrases(found)


def test_who_commented() -> None:
    book = openpyxl.load_workbook(io.BytesIO(valid_workbook()))
    book["Users"]["B2"].comment = Comment("why?", "Anna Kovács")
    out = io.BytesIO()
    book.save(out)
    parts = parts_of(out.getvalue())
    parts["xl/persons/person.xml"] = '<personList><person displayName="Béla Tóth" id="{1}"/></personList>'.encode()
    found = disclosed(pack(parts))
    assert set(found.commenters) == {"Anna Kovács", "Béla Tóth"}
    assert any(text.startswith("names of those who commented (") for text in disclosure_phrases(found))


def test_hyperlinks_and_linked_pictures() -> None:
    found = disclosed(with_linked_picture("http://intranet.example.org"))
    assert found.hyperlinks == ("http://intranet.example.org/page",)
    assert found.pictures == ("http://intranet.example.org/dot.png",)
    phrases = disclosure_phrases(found)
    assert "1 hyperlink (http://intranet.example.org/page)" in phrases
    assert "1 linked picture (http://intranet.example.org/dot.png)" in phrases


def with_text(text: bytes) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        return (
            part.replace(b"</worksheet>", b"<!--" + text + b"--></worksheet>") if name.endswith("sheet1.xml") else part
        )

    return rewritten(valid_workbook(), change)


@pytest.mark.parametrize("before", [0, 1, CHUNK - 700, CHUNK - 510, CHUNK - 505, CHUNK - 495, CHUNK, 2 * CHUNK - 500])
def test_an_address_is_found_whole_wherever_it_lies(before: int) -> None:
    found = disclosed(with_text(b" " * before + b"anna.kovacs@mail.example.org" + b" " * 3 * CHUNK))
    assert found.addresses == ("anna.kovacs@mail.example.org",)


@pytest.mark.parametrize("text", [b"a" * 100, b"a@" * 40, b"@b.org", b"a@b", b"a" * 65 + b"@b.org"])
def test_what_is_no_address_is_none(text: bytes) -> None:
    assert disclosed(with_text(text)).addresses == ()


def test_pieces_overlap() -> None:
    pieces = [piece for piece, _ in overlapping([b"abcdef", b"ghijkl", b"m"], 3)]
    assert pieces == [b"abcdef", b"defghijkl", b"jklm", b"klm"]


def test_hidden_rows_are_found_in_linear_work() -> None:
    """A tag that never ends is looked at once."""
    data = with_text(b"<row " * 200_000)
    assert disclosed(data).sheets_with_rows == ()
