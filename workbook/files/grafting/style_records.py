"""The records of a stylesheet: read, compared by their content, and collected with what is appended (files floor)."""

from __future__ import annotations

from lxml import etree
from msgspec import Struct, field

from workbook.files.package.walk import tree_parser

ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
"""The containers that are merged, in the order in which they stand."""

ContentKey = tuple[object, ...]


class Pool(Struct):
    """The records of one container: their first index by content, and what has been appended."""

    records: list[etree._Element]
    first: dict[ContentKey, int] = field(default_factory=dict)
    added: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        for index, record in enumerate(self.records):
            self.first.setdefault(content_of(record), index)

    def __len__(self) -> int:
        return len(self.records) + len(self.added)

    def place(self, record: etree._Element) -> int:
        """Return the index of a record of that content, appending it where there is none."""
        known = self.first.get(content_of(record))
        return self.append(record) if known is None else known

    def append(self, record: etree._Element) -> int:
        """Append a record and give its index."""
        self.first.setdefault(content_of(record), len(self))
        self.added.append(etree.tostring(record, encoding="unicode").encode())
        return len(self) - 1


def read_containers(styles: bytes) -> dict[str, list[etree._Element]]:
    """Return the records of each container of a stylesheet. Raises XML errors for one that is not well formed."""
    root = etree.fromstring(styles, tree_parser())
    found: dict[str, list[etree._Element]] = {name: [] for name in ORDER}
    for child in root.iterchildren("*"):
        name = etree.QName(child).localname
        if name in found:
            found[name] = list(child.iterchildren("*"))
    return found


def read_record(text: str | bytes) -> etree._Element:
    """Read a record on its own, so that it can be changed without touching where it came from."""
    return etree.fromstring(text)


def content_of(element: etree._Element) -> ContentKey:
    """Return what makes two records the same: names without namespace, attributes in any order, children."""
    own = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    children = tuple(content_of(child) for child in element.iterchildren("*"))
    return own, tuple(sorted(element.attrib.items())), (element.text or "").strip(), children


def same_number(one: etree._Element, other: etree._Element) -> bool:
    """Whether two named styles are the same one of Excel's own, whatever its name in the person's language."""
    return other.get("builtinId") is not None and one.get("builtinId") == other.get("builtinId")


def same_name(one: etree._Element, other: etree._Element) -> bool:
    """Whether two named styles have the same name; Excel does not tell upper from lower case."""
    return (one.get("name") or "").casefold() == (other.get("name") or "").casefold()
