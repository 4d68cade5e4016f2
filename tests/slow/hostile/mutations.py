"""Small changes that break a good workbook in one place: in its bytes, its zip, its parts or its XML."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml import etree

from tests.slow.hostile.zips import Entry, Parts, deflated, zip_of

ODD_TEXTS: tuple[str, ...] = (
    "", " ", "0", "-1", "1", "2", "1.5", "NaN", "INF", "1e400", "-1e400", "1e-400", "0x10", "1_000", "١٢",
    "99999999999999999999", "2147483648", "-2147483648", "4294967296", "1" * 400, "true", "TRUE", "s", "str", "e", "b",
    "d", "n", "inlineStr", "shared", "array", "A1", "A0", "XFD1048576", "XFE1", "ZZZZ1", "A1048577", "$B$2", "B2:A1",
    "A:A", "1:1", "A1:XFD1048576", "#REF!", "#N/A", "=1+1", "rId1", "rId3", "rId999", "../x", "/xl/workbook.xml",
    "worksheets/sheet1.xml", "../../../etc/hostname", "http://127.0.0.1:9/x", "Users", "users", "Settings", "Checks",
    "Summary", "\u202eab", "\U0001f600", "a\u0301", "\u200b", "x" * 40_000, "2026-01-01", "46023", "-46023", "3e9",
    "%", "20 %", "veryHidden", "General", '0.00"', "[>=1]0;;;", "'", '"', "_x0000_", "&#0;", "]]>",
)  # fmt: skip
ODD_BYTES: tuple[bytes, ...] = (
    b"\0", b"<", b">", b"&", b"<a>", b"</a>", b"<!--", b"<!DOCTYPE x>", b"<![CDATA[", b"<?x ?>", b"\xff",
    b"\xef\xbb\xbf", b'"', b"PK\3\4", b"PK\1\2", b"PK\5\6", b"&#0;", b"&#x10FFFF;", b"&x;", b"xmlns=''",
    b"\xed\xa0\x80", b"=" * 9,
)  # fmt: skip
ODD_NUMBERS = (0, 1, 2, 7, 8, 9, 22, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Base:
    """A good workbook: its bytes, and its parts."""

    data: bytes
    parts: Parts


Element = etree._Element
Mutation = Callable[[random.Random, Base], bytes]


def mutated(rng: random.Random, base: Base) -> tuple[str, bytes]:
    """Return the name of a mutation and the bytes that it makes of a workbook."""
    mutation = rng.choices(MUTATIONS, WEIGHTS)[0]
    return mutation.__name__, mutation(rng, base)


def flip_bits(rng: random.Random, base: Base) -> bytes:
    data = bytearray(base.data)
    for _ in range(rng.choice((1, 1, 1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def overwrite_run(rng: random.Random, base: Base) -> bytes:
    at, length = rng.randrange(len(base.data)), rng.choice((1, 4, 16, 512, 4096))
    run = rng.choice((bytes(length), b"\xff" * length, rng.randbytes(length), base.data[:length]))
    return base.data[:at] + run[: len(base.data) - at] + base.data[at + length :]


def cut_off(rng: random.Random, base: Base) -> bytes:
    at = rng.randrange(len(base.data))
    return base.data[:at] if rng.random() < 0.8 else base.data[at:]


def insert_run(rng: random.Random, base: Base) -> bytes:
    at = rng.randrange(len(base.data) + 1)
    return base.data[:at] + rng.choice((rng.choice(ODD_BYTES), rng.randbytes(rng.choice((1, 7, 600))))) + base.data[at:]


def delete_run(rng: random.Random, base: Base) -> bytes:
    at = rng.randrange(len(base.data))
    return base.data[:at] + base.data[at + rng.choice((1, 2, 30, 700)) :]


def swap_runs(rng: random.Random, base: Base) -> bytes:
    one, two = sorted(rng.sample(range(len(base.data)), 2))
    length = min(rng.choice((4, 46, 900)), two - one)
    data = bytearray(base.data)
    data[one : one + length], data[two : two + length] = base.data[two : two + length], base.data[one : one + length]
    return bytes(data)


def change_header(rng: random.Random, base: Base) -> bytes:
    """Write an odd number into a field of a zip header."""
    places = [found.start() for found in re.finditer(rb"PK(\x03\x04|\x01\x02|\x05\x06)", base.data)]
    at = rng.choice(places) + rng.randrange(4, 46)
    number = struct.pack("<I", rng.choice((*ODD_NUMBERS, rng.getrandbits(32))))[: rng.choice((1, 2, 4))]
    return base.data[:at] + number + base.data[at + len(number) :]


def change_entry(rng: random.Random, base: Base) -> bytes:
    """Let one header, or both, of an entry lie."""
    items = _entries(base.parts)
    place = rng.randrange(len(items))
    field = rng.choice(("flags", "method", "crc", "packed", "size", "extra", "name"))
    odd: int | bytes = rng.choice(ODD_NUMBERS) & (0xFFFF if field in ("flags", "method") else 0xFFFFFFFF)
    if field in ("extra", "name"):
        odd = rng.choice((b"", rng.randbytes(9), struct.pack("<HHQ", 1, 8, 5), b"../x", b"xl/workbook.xml", b"\0"))
    where = rng.choice(({"local"}, {"central"}, {"local", "central"}))
    changes = {side: {field: odd} for side in where}
    items[place] = replace(items[place], **changes)  # type: ignore[arg-type]
    return zip_of(items)


def drop_part(rng: random.Random, base: Base) -> bytes:
    gone = rng.sample(sorted(base.parts), rng.choice((1, 1, 2, 4)))
    return zip_of(_entries({name: data for name, data in base.parts.items() if name not in gone}))


def swap_parts(rng: random.Random, base: Base) -> bytes:
    one, two = rng.sample(sorted(base.parts), 2)
    return zip_of(_entries({**base.parts, one: base.parts[two], two: base.parts[one]}))


def copy_part(rng: random.Random, base: Base) -> bytes:
    one, two = rng.sample(sorted(base.parts), 2)
    return zip_of(_entries({**base.parts, one: base.parts[two]}))


def repeat_part(rng: random.Random, base: Base) -> bytes:
    items = _entries(base.parts)
    again = rng.choice(items)
    told = again.name if isinstance(again.name, str) else ""
    name = rng.choice((told, told.upper(), "/" + told, "xl/worksheets/sheet77.xml"))
    return zip_of([*items, replace(again, name=name)])


def rename_part(rng: random.Random, base: Base) -> bytes:
    items = _entries(base.parts)
    place = rng.randrange(len(items))
    old = items[place].name
    told = old if isinstance(old, str) else ""
    name = rng.choice((told.upper(), "x.xml", "../x", "xl\\styles.xml", "xl/workbook.bin", ""))
    items[place] = replace(items[place], name=name)
    return zip_of(items)


def empty_part(rng: random.Random, base: Base) -> bytes:
    return zip_of(_entries({**base.parts, _part(rng, base): rng.choice((b"", b"<x/>", b" ", b"\xef\xbb\xbf", b"PK"))}))


def edit_bytes(rng: random.Random, base: Base) -> bytes:
    """Change the bytes of one part and pack it with a right checksum."""
    part = _part(rng, base)
    data = base.parts[part]
    at, length = rng.randrange(len(data) + 1), rng.choice((0, 0, 1, 5, 60))
    return _with(base, part, data[:at] + rng.choice((b"", *ODD_BYTES)) + data[at + length :])


def edit_encoding(rng: random.Random, base: Base) -> bytes:
    part = _part(rng, base)
    text = base.parts[part].decode()
    encoding = rng.choice(("utf-16", "utf-16-be", "utf-8-sig", "cp1252", "utf-7", "utf-32"))
    if rng.random() < 0.7:
        text = text.replace("UTF-8", encoding.upper().replace("-SIG", ""), 1)
    return _with(base, part, text.encode(encoding, errors="replace"))


def edit_number(rng: random.Random, base: Base) -> bytes:
    """Change one number of a part's XML."""
    part = _part(rng, base)
    places = list(re.finditer(rb"(?<=[\">])-?[0-9.]+(?=[\"<])", base.parts[part]))
    if not places:
        return edit_bytes(rng, base)
    at, odd = rng.choice(places), rng.choice(ODD_TEXTS)
    data = base.parts[part]
    safe = odd.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").encode()
    return _with(base, part, data[: at.start()] + safe + data[at.end() :])


def edit_element(rng: random.Random, base: Base) -> bytes:
    """Delete, repeat, rename, move or empty one element, or change one of its attributes or its text."""
    part = _part(rng, base)
    root = etree.fromstring(base.parts[part])
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        rng.choice(_EDITS)(rng, rng.choice(elements), elements)
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return _with(base, part, data)


def _remove(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _repeat(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    parent = element.getparent()
    for _ in range(rng.choice((1, 1, 3, 200)) if parent is not None else 0):
        parent.append(etree.fromstring(etree.tostring(element, with_tail=False)))  # type: ignore[union-attr]


def _rename(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    element.tag = rng.choice([str(rng.choice(elements).tag), "x", "{urn:x}y"])


def _move(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    target = rng.choice(elements)
    if target is not element and element not in target.iterancestors() and element.getparent() is not None:
        target.append(element)


def _empty(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    element[:] = []
    element.text = rng.choice((None, *ODD_TEXTS))


def _write(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    element.text = rng.choice(ODD_TEXTS)


def _add_attribute(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    element.set(rng.choice(("r", "t", "s", "id", "name", "ref", "x", "si", "count")), rng.choice(ODD_TEXTS))


def _change_attribute(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    if element.attrib:
        element.set(rng.choice(sorted(map(str, element.attrib))), rng.choice(ODD_TEXTS))


def _drop_attribute(rng: random.Random, element: Element, elements: Sequence[Element]) -> None:
    if element.attrib:
        del element.attrib[rng.choice(sorted(map(str, element.attrib)))]


_EDITS = (_remove, _repeat, _rename, _move, _empty, _write, _add_attribute, *[_change_attribute] * 3, _drop_attribute)


def _part(rng: random.Random, base: Base) -> str:
    """Choose an XML part, more often one that every run reads."""
    names = sorted(name for name in base.parts if name.endswith((".xml", ".rels")))
    frame = [name for name in names if "sheet" not in name or name.endswith(".rels")]
    return rng.choice(frame if rng.random() < 0.5 else names)


def _with(base: Base, part: str, data: bytes) -> bytes:
    return zip_of(_entries({**base.parts, part: data}))


def _entries(parts: Parts) -> list[Entry]:
    return [Entry(name, data, packed=_deflated(data)) for name, data in parts.items()]


@lru_cache(512)
def _deflated(data: bytes) -> bytes:
    return deflated(data, 1)


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, overwrite_run, cut_off, insert_run, delete_run, swap_runs, change_header, change_entry,
    drop_part, swap_parts, copy_part, repeat_part, rename_part, empty_part, edit_bytes, edit_encoding, edit_number,
    edit_element,
)  # fmt: skip
WEIGHTS = (4, 3, 2, 3, 3, 2, 8, 8, 4, 3, 3, 2, 3, 3, 12, 3, 12, 24)
