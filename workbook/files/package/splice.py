"""Splices bytes into XML that other programs wrote (files floor).

Re-serialising a person's XML would rename prefixes and drop what a parser does not report. So a part is scanned for the
offsets of its outer elements, and the new text is put between the old bytes, which stay as they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from msgspec import Struct, field

from workbook.files.package.escapes import escape
from workbook.problems.sanitize import xml_text

_SEPARATOR = " "  # cannot stand in a namespace name or in an element's name
_QUOTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_OPEN_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_DEEPEST, _MOST_NAMESPACES = 256, 1_000  # what is beyond was made to exhaust memory
_DECLARATION = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


class Element(Struct):
    """One element with its offsets; attributes outside any namespace go by their name, others by `uri name`."""

    name: str
    prefix: str
    attributes: dict[str, str]
    scope: dict[str, str]
    start: int
    open_end: int
    close_start: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    @property
    def is_self_closed(self) -> bool:
        """Whether it is written `<name/>`, with no place for a child."""
        return self.open_end == self.end

    def find(self, name: str) -> Element | None:
        """Return the first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def under(self, container: str) -> list[Element]:
        """Return the children of the first child named `container`; none without it."""
        found = self.find(container)
        return found.children if found else []


Enters = Callable[[Element], bool]
"""Whether what is below an element is wanted."""


def scan(data: bytes, depth: int, enters: Enters | None = None) -> Element:
    """Return the root with all elements down to `depth` levels below it; `data` is UTF-8.

    What is below an element that is not entered is passed over.

    Raises expat.ExpatError where the XML is not well formed and ValueError where it has a DOCTYPE.
    """
    return _Scanner(data, depth, enters).run()


class _Scanner:
    def __init__(self, data: bytes, depth: int, enters: Enters | None) -> None:
        self.data, self.depth, self.enters = data, depth, enters
        self.closed_level = 0
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.level = 0
        self.scopes: list[dict[str, str]] = [{}]
        self.pending: dict[str, str] = {}
        self.root: Element | None = None
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.stop
        self.parser.StartNamespaceDeclHandler = self.declare
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype

    def run(self) -> Element:
        self.parser.Parse(self.data, True)
        if self.root is None:
            raise ValueError("no element")
        return self.root

    def doctype(self, *_: object) -> None:
        raise ValueError("DOCTYPE")

    def declare(self, prefix: str | None, uri: str | None) -> None:
        self.pending[prefix or ""] = uri or ""

    def start(self, full_name: str, attributes: dict[str, str]) -> None:
        self.level += 1
        if self.level > _DEEPEST or len(self.pending) > _MOST_NAMESPACES:
            raise ValueError("it is nested too deeply or declares too many namespaces")
        self.scopes.append({**self.scopes[-1], **self.pending} if self.pending else self.scopes[-1])
        self.pending = {}
        if self.level > self.depth + 1 or 0 < self.closed_level < self.level:
            return
        _, name, prefix = _name_parts(full_name)
        at = self.parser.CurrentByteIndex
        tag = _OPEN_TAG.match(self.data, at)
        if tag is None:
            raise ValueError(f"no start tag at byte {at}")
        plain = {_attribute_key(key): value for key, value in attributes.items()}
        element = Element(name, prefix, plain, self.scopes[-1], at, tag.end())
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.texts.append([])
        if self.enters and not self.enters(element):
            self.closed_level = self.level

    def stop(self, _: str) -> None:
        self.scopes.pop()
        self.level -= 1
        if self.level > self.depth or 0 < self.closed_level < self.level + 1:
            return
        self.closed_level = 0 if self.closed_level == self.level + 1 else self.closed_level
        element = self.open.pop()
        element.text = "".join(self.texts.pop())
        element.close_start = self.parser.CurrentByteIndex
        self_closed = self.data[element.open_end - 2 : element.open_end] == b"/>"
        element.end = element.open_end if self_closed else self.data.index(b">", element.close_start) + 1

    def characters(self, text: str) -> None:
        if self.open and self.level == len(self.open):
            self.texts[-1].append(text)


def _name_parts(full_name: str) -> tuple[str, str, str]:
    """Split expat's `uri name prefix` (the first and the last may be missing)."""
    parts = full_name.split(_SEPARATOR)
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _attribute_key(full_name: str) -> str:
    uri, name, _ = _name_parts(full_name)
    return f"{uri} {name}" if uri else name


def to_utf8(data: bytes) -> bytes:
    """Return the XML in UTF-8 with its declaration set right; what is UTF-8 already comes back as it is.

    Raises ValueError or LookupError where the bytes do not fit the encoding they name.
    """
    encoding = _encoding(data)
    if encoding in {"utf-8", "ascii"}:
        return data
    text = data.decode(encoding).removeprefix("\ufeff")
    declared = _DECLARATION.match(text)
    if declared:
        text = text[: declared.start(1)] + "UTF-8" + text[declared.end(1) :]
    return text.encode()


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data[:2] in {b"<\0", b"\0<"}:
        return "utf-16-le" if data[0] else "utf-16-be"
    declared = _DECLARATION.match(data[:200].decode("latin-1"))
    return codecs.lookup(declared[1]).name if declared else "utf-8"


def tag(prefix: str, name: str, attributes: Mapping[str, str], text: str | None = None) -> bytes:
    """Write one element; attribute names are given as they shall stand."""
    if text is not None:
        return wrap(prefix, name, attributes, escape(xml_text(text)).encode())
    return f"<{_full_name(prefix, name)}{_quoted(attributes)}/>".encode()


def wrap(prefix: str, name: str, attributes: Mapping[str, str], body: bytes) -> bytes:
    """Write one element around text that is XML already."""
    full = _full_name(prefix, name)
    return f"<{full}{_quoted(attributes)}>".encode() + body + f"</{full}>".encode()


def _full_name(prefix: str, name: str) -> str:
    return f"{prefix}:{name}" if prefix else name


def _quoted(attributes: Mapping[str, str]) -> str:
    return "".join(f' {key}="{escape(xml_text(value), _QUOTES)}"' for key, value in attributes.items())


class Splices:
    """A UTF-8 part with its scanned root and the edits collected so far; `result()` gives the new bytes."""

    def __init__(self, data: bytes, depth: int, enters: Enters | None = None) -> None:
        self.data = data
        self.root = scan(data, depth, enters)
        self._edits: list[tuple[int, int, bytes]] = []
        self._opened: dict[int, tuple[Element, list[bytes]]] = {}

    def drop(self, element: Element) -> None:
        """Take an element out."""
        self._edits.append((element.start, element.end, b""))

    def replace(self, element: Element, text: bytes) -> None:
        """Put text in the place of an element."""
        self._edits.append((element.start, element.end, text))

    def append(self, container: Element, text: bytes) -> None:
        """Put text in as the container's last child."""
        if container.is_self_closed:
            self._opened.setdefault(container.start, (container, []))[1].append(text)
        else:
            self._edits.append((container.close_start, container.close_start, text))

    def put(self, at: int, text: bytes) -> None:
        """Put text in at a byte of the part as it was scanned."""
        self._edits.append((at, at, text))

    def insert(self, parent: Element, text: bytes, after: Iterable[str]) -> None:
        """Put text in behind the last child whose name is in `after`, or as the first child."""
        names = frozenset(after)
        ends = [child.end for child in parent.children if child.name in names]
        at = max(ends, default=parent.open_end)
        if parent.is_self_closed:
            self.append(parent, text)
        else:
            self._edits.append((at, at, text))

    def set_attribute(self, element: Element, name: str, value: str | None) -> None:
        """Write an attribute that lies in no namespace; its old value goes, and with None all of it."""
        opening = self.data[element.start : element.open_end]
        old = re.search(rb"\s" + name.encode() + rb"\s*=\s*(\"[^\"]*\"|'[^']*')", opening)
        if value is None:
            if old:
                self._edits.append((element.start + old.start(), element.start + old.end(), b""))
            return
        quoted = f'"{escape(xml_text(value), _QUOTES)}"'.encode()
        if old:
            self._edits.append((element.start + old.start(1), element.start + old.end(1), quoted))
        else:
            at = element.open_end - (2 if opening.endswith(b"/>") else 1)
            self._edits.append((at, at, b" " + name.encode() + b"=" + quoted))

    def set_text(self, element: Element, text: str) -> None:
        """Write the text of an element that has no children."""
        if not element.is_self_closed:
            self._edits.append((element.open_end, element.close_start, escape(text).encode()))

    def result(self) -> bytes:
        """Return the part with all edits made."""
        edits = list(self._edits)
        for container, texts in self._opened.values():
            body = b">" + b"".join(texts) + f"</{_full_name(container.prefix, container.name)}>".encode()
            edits.append((container.open_end - 2, container.open_end, body))
        return spliced(self.data, edits)


def spliced(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Return bytes with others in the place of some: each edit says from where to where, and what stands there."""
    pieces, at = [], 0
    for start, end, text in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [data[at:start], text]
        at = max(at, end)
    return b"".join([*pieces, data[at:]])
