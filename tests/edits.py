"""Edits of cells as a user makes them in Excel, and of a package's parts; everything else byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from workbook.address import Cell, a1
from workbook.files.package.opening import open_package


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return every part of a package by its name, in the order of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], added: Mapping[str, str] | None = None) -> bytes:
    """Return the package with what `change` makes of each part's name and content, and with parts that are added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info, change(info.filename, source.read(info)))
        for name, text in (added or {}).items():
            target.writestr(name, text)
    return out.getvalue()


def with_values(data: bytes, values: Mapping[Cell, float | str | None]) -> bytes:
    """Return the workbook with other constants in some cells; None empties a cell."""
    parts = {sheet.name: sheet.part for sheet in open_package(data).sheets}
    edits: dict[str, dict[Cell, float | str | None]] = {}
    for cell, value in values.items():
        edits.setdefault(parts[cell.sheet].lstrip("/"), {})[cell] = value

    def change(name: str, content: bytes) -> bytes:
        for cell, value in edits.get(name, {}).items():
            content = _edited(content.decode(), cell, value).encode()
        return content

    return rewritten(data, change)


def with_row(data: bytes, sheet: str, row: int, name: str) -> bytes:
    """Return the workbook with one more row under a sheet's last one, a name in its first column."""
    part = next(one.part for one in open_package(data).sheets if one.name == sheet).lstrip("/")
    new = f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{escape(name)}</t></is></c></row></sheetData>'

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        return re.sub(rb"<dimension [^>]*/>", b"", content).replace(b"</sheetData>", new.encode())

    return rewritten(data, change)


def _edited(part: str, cell: Cell, value: float | str | None) -> str:
    pattern = rf'<c r="{a1(cell.row, cell.column)}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
    match = re.search(pattern, part, re.DOTALL)
    if match is None:
        raise AssertionError(f"{cell} is not in the file")
    head = f'<c r="{a1(cell.row, cell.column)}"{match[1] or ""}'
    match value:
        case None:
            new = f"{head}/>"
        case str():
            new = f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        case _:
            new = f"{head}><v>{value!r}</v></c>"
    return part[: match.start()] + new + part[match.end() :]
