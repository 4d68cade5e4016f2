"""A PDF is made without fetching anything: what a workbook links to stays where it is."""

from __future__ import annotations

import base64
import io
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import xlsxwriter

from tests.edits import parts_of, rewritten
from workbook.files.grafting.without_links import without_links
from workbook.report import print_out

_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class _Listener(BaseHTTPRequestHandler):
    asked: list[str]

    def handle_one_request(self) -> None:
        self.asked.append(self.rfile.readline().decode("latin-1"))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """Return the port of a server and what it is asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (_Listener,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def with_linked_picture(address: str) -> bytes:
    """Return a workbook with a picture that lies elsewhere, and a hyperlink."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.insert_image("B2", "dot.png", {"image_data": io.BytesIO(_DOT)})
    sheet.write_url("A5", f"{address}/page")
    book.close()

    def change(name: str, part: bytes) -> bytes:
        if name.endswith("drawing1.xml.rels"):
            return re.sub(rb'Target="[^"]*"', f'Target="{address}/dot.png" TargetMode="External"'.encode(), part)
        return part.replace(b"r:embed=", b"r:link=") if name.endswith("drawing1.xml") else part

    return rewritten(out.getvalue(), change)


def test_the_copy_keeps_hyperlinks_and_no_other_link() -> None:
    data = with_linked_picture("http://example.org")
    parts, copy = parts_of(data), parts_of(without_links(data, "plan.xlsx"))
    drawing = "xl/drawings/_rels/drawing1.xml.rels"
    assert b"example.org" in parts[drawing]
    assert b"example.org" not in copy[drawing]
    assert {name for name in parts if parts[name] != copy[name]} == {drawing}


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.parametrize("is_copy", [True, False])
def test_nothing_is_fetched(listener: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch, is_copy: bool) -> None:
    """The copy alone and the profile alone each keep LibreOffice from the net."""
    port, asked = listener
    if is_copy:
        monkeypatch.setattr(print_out, "_SETTINGS", ())
    else:
        monkeypatch.setattr(print_out, "without_links", lambda data, _: data)
    assert print_out.pdf_of(with_linked_picture(f"http://127.0.0.1:{port}"), "plan.xlsx").startswith(b"%PDF")
    assert asked == []


@pytest.mark.slow
@pytest.mark.office
def test_without_both_it_would_be_fetched(listener: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    port, asked = listener
    monkeypatch.setattr(print_out, "_SETTINGS", ())
    monkeypatch.setattr(print_out, "without_links", lambda data, _: data)
    print_out.pdf_of(with_linked_picture(f"http://127.0.0.1:{port}"), "plan.xlsx")
    assert asked
