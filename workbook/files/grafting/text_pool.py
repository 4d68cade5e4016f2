"""The texts of generated sheets among a host's shared strings, and out of them again (files floor).

Some programs show texts that stand in the cells themselves as empty, so ours join the part that cells refer to by
number: behind the last text, so that no number moves. A hidden name records where ours begin, and that part is given
back byte for byte. Where another program has written the part anew, all of it is the host's.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from msgspec import Struct, field

from workbook.files.grafting.changes import Changes
from workbook.files.grafting.donor import NewPart
from workbook.files.grafting.text_uses import highest_text
from workbook.files.grafting.workbook_part import STRINGS
from workbook.files.package.archive import pack
from workbook.files.package.book_parts import MAIN
from workbook.files.package.made_rows import item_text
from workbook.files.package.names import COMMENT, DefinedName, defined_names
from workbook.files.package.parts import Relationship, SheetEntry, key
from workbook.files.package.refuse import XML_ERRORS, damaged
from workbook.files.package.splice import to_utf8
from workbook.files.package.walk import new_parser

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_START = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="%b" count="0" uniqueCount="0">'
    % MAIN.encode()
)
_END = b"</sst>"
_COUNTS = re.compile(rb"""\s(count|uniqueCount)\s*=\s*["']([0-9]{1,9})["']""")
_RECORD = re.compile(r'"(\d{1,9}) ([0-9a-f]{8}) (\d{1,9}|-) (\d{1,9}|-) (open|closed|new)"')


class _Record(Struct, frozen=True):
    """How many texts are the host's, the checksum of all behind them, and how its root was written."""

    first: int
    crc: int
    count: str
    unique: str
    root: str

    def name(self) -> DefinedName:
        text = f'"{self.first} {self.crc:08x} {self.count} {self.unique} {self.root}"'
        return DefinedName(STRINGS, None, text, is_hidden=True, comment=COMMENT)


class _Scan(Struct):
    """The offsets of a part of shared strings: of its root's tags, and of each text."""

    open_end: int = 0
    close: int = 0
    starts: list[int] = field(default_factory=list)
    is_closed: bool = False
    is_usual: bool = True
    """Whether it holds texts only, so that more can be put behind the last of them."""


class TextPool:
    """The shared strings of a host under way. Raises Refusal where the part is not well formed."""

    def __init__(self, changes: Changes, kept: Sequence[SheetEntry]) -> None:
        """Take the texts of earlier runs out, but for those that sheets which stay refer to."""
        host = self.host = changes.host
        self.changes = changes
        self.added: dict[bytes, int] = {}
        self.uses = 0
        self.relation: Relationship | None = host.follow(host.workbook_part, "sharedStrings")
        self.part = self.relation.target if self.relation else f"{changes.base}sharedStrings.xml"
        self.is_there = self.part in host
        self.data = host.read(self.part) if self.is_there else _START + _END
        self.scan = self._scanned()
        known = self._known()
        self.record = known or self._as_found()
        self.keep = len(self.scan.starts)
        if known:
            self.keep = max(known.first, highest_text(host, kept, self.keep) + 1)

    @property
    def takes_texts(self) -> bool:
        """Whether texts can be added; else they stay in their cells."""
        return self.scan.is_usual

    def number(self, text: bytes) -> int:
        """Return the number of a text, given as the XML within its item."""
        return self.added.setdefault(text, self.keep + len(self.added))

    def cell(self, text: str) -> str:
        """Return what stands between the attributes and the end of a cell that holds an escaped text."""
        return f' t="s"><v>{self.number(item_text(text).encode())}</v>'

    def used(self, cells: int) -> None:
        """Tell that so many more cells hold a text."""
        self.uses += cells

    def write(self) -> list[DefinedName]:
        """Leave the part among the changes, and return the name that records which texts are ours."""
        if not self.takes_texts:
            return []
        ours = self.keep - self.record.first + len(self.added)
        if not ours and self.record.root == "new":
            self._drop()
            return []
        data, tail = self._result()
        if data != self.data or self.record.root == "new":
            self._place(data)
        return [_with_crc(self.record, zlib.crc32(tail)).name()] if ours else []

    def _result(self) -> tuple[bytes, bytes]:
        """Return the part with our texts at its end, and all that is ours of it."""
        scan, record = self.scan, self.record
        at = [*scan.starts, scan.close]
        own, left = self.data[: at[record.first]], self.data[at[record.first] : at[self.keep]]
        tail = left + b"".join(self._item(text) for text in self.added)
        head, rest = own[: scan.open_end], own[scan.open_end :]
        more = self.keep - record.first + len(self.added)
        head = _counted(head, record, self.keep - record.first + self.uses, more)
        if not more and record.root == "closed":
            return head[:-1] + b"/>" + self.data[self._end() :], b""
        if scan.is_closed:
            head, close = head[:-2] + b">", b"</" + self._root_name() + b">"
            return head + tail + close + self.data[scan.open_end :], tail
        return head + rest + tail + self.data[scan.close :], tail

    def _item(self, text: bytes) -> bytes:
        prefix, _, _ = self._root_name().rpartition(b":")
        namespace = f' xmlns="{MAIN}"'.encode() if prefix else b""
        return b"<si" + namespace + b">" + text + b"</si>"

    def _root_name(self) -> bytes:
        start = self.data.rindex(b"<", 0, self.scan.open_end)
        return re.match(rb"[^\s/>]+", self.data[start + 1 :])[0]  # type: ignore[index]

    def _end(self) -> int:
        return self.data.index(b">", self.scan.close) + 1

    def _place(self, data: bytes) -> None:
        if self.is_there and self.record.root != "new":
            self.changes.edited[key(self.part)] = data
            return
        # A part of ours is put behind the sheets each time, so that a second run gives the same file.
        self.changes.gone.update({key(self.part)} if self.is_there else ())
        self.changes.added.append(NewPart(self.part, _CONTENT_TYPE, pack([data])))
        if self.relation is None:
            self.changes.relate("sharedStrings", self.part)

    def _drop(self) -> None:
        if self.is_there and self.relation:
            self.changes.gone.add(key(self.part))
            self.changes.gone_rels.add(self.relation.id)

    def _as_found(self) -> _Record:
        """Return the record of a part that is the host's as a whole."""
        found = {name.decode(): number.decode() for name, number in _COUNTS.findall(self.data[: self.scan.open_end])}
        root = ("closed" if self.scan.is_closed else "open") if self.is_there else "new"
        number = len(self.scan.starts)
        return _Record(number, 0, found.get("count", "-"), found.get("uniqueCount", "-"), root)

    def _known(self) -> _Record | None:
        """Return the record of the last run, if the part is still as that run left it."""
        texts = [name.text.strip() for name in defined_names(self.host.workbook) if name.name == STRINGS]
        found = _RECORD.fullmatch(texts[0]) if len(texts) == 1 else None
        if found is None or not self.is_there or not self.takes_texts or self.scan.is_closed:
            return None
        record = _Record(int(found[1]), int(found[2], 16), found[3], found[4], found[5])
        at = [*self.scan.starts, self.scan.close]
        is_same = record.first < len(at) and zlib.crc32(self.data[at[record.first] : self.scan.close]) == record.crc
        return record if is_same else None

    def _scanned(self) -> _Scan:
        # An arrow to a part that is missing is left alone, for it could not be given back.
        found = _Scan(is_usual=self.is_there or self.relation is None)
        if self.host.budget and self.is_there:
            self.host.budget.spend(self.host, self.part)
        try:
            if to_utf8(self.data) != self.data:
                found.is_usual = False
                return found
            _Scanner(self.data, found).run()
        except XML_ERRORS as error:
            raise damaged(self.host.name, self.part, str(error)) from error
        return found


class _Scanner:
    """Finds the root's tags and the texts under it."""

    def __init__(self, data: bytes, found: _Scan) -> None:
        self.data, self.found, self.level = data, found, 0
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def run(self) -> None:
        self.parser.Parse(self.data, True)

    def start(self, name: str, _: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        if self.level == 0:
            # A root is written without `>` in its attributes, or it is left alone.
            self.found.open_end = self.data.index(b">", at) + 1
            self.found.is_closed = self.data[self.found.open_end - 2 : self.found.open_end] == b"/>"
            opening = self.data[at : self.found.open_end]
            quotes = opening.count(b'"') + opening.count(b"'")
            self.found.is_usual = self.found.is_usual and quotes % 2 == 0
        elif self.level == 1:
            self.found.is_usual = self.found.is_usual and name.rpartition(":")[2] == "si"
            self.found.starts.append(at)
        self.level += 1

    def end(self, _: str) -> None:
        self.level -= 1
        if self.level == 0:
            self.found.close = self.found.open_end if self.found.is_closed else self.parser.CurrentByteIndex


def _with_crc(record: _Record, crc: int) -> _Record:
    return _Record(record.first, crc, record.count, record.unique, record.root)


def _counted(head: bytes, record: _Record, uses: int, texts: int) -> bytes:
    """Return the root's tag with the numbers of uses and texts, where it told any."""
    numbers = {b"count": (record.count, uses), b"uniqueCount": (record.unique, texts)}

    def counted(hit: re.Match[bytes]) -> bytes:
        own, more = numbers[hit[1]]
        start, end = hit.start(2) - hit.start(), hit.end(2) - hit.start()
        return hit[0] if own == "-" else hit[0][:start] + _number_like(own, more) + hit[0][end:]

    return _COUNTS.sub(counted, head)


def _number_like(own: str, more: int) -> bytes:
    """Return a number as the host wrote it, with its zeros in front, if nothing is added to it."""
    return str(int(own) + more).encode() if more else own.encode()
