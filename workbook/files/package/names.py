"""The defined names of a workbook: read in one place for all who ask (files floor)."""

from __future__ import annotations

from msgspec import Struct

from workbook.files.package.parts import whole
from workbook.files.package.splice import Element, tag

COMMENT = "Written by workbook"
"""What marks a name as ours."""


class DefinedName(Struct, frozen=True):
    """A defined name; `sheet` is a tab position, None for a name of the whole workbook."""

    name: str
    sheet: int | None
    text: str
    is_hidden: bool = False
    comment: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether the name says that it is ours."""
        return self.comment == COMMENT

    def as_xml(self, prefix: str) -> bytes:
        """Write it as it stands in the workbook part."""
        local = {} if self.sheet is None else {"localSheetId": str(self.sheet)}
        hidden = {"hidden": "1"} if self.is_hidden else {}
        comment = {"comment": self.comment} if self.comment else {}
        return tag(prefix, "definedName", {"name": self.name, **comment, **local, **hidden}, self.text)


def defined_names(book: Element) -> list[DefinedName]:
    """Return all defined names of a workbook, given the root of its part."""
    return [read_name(element) for element in book.under("definedNames")]


def read_name(element: Element) -> DefinedName:
    """Return the name that a `definedName` element holds."""
    own = element.attributes.get
    sheet = whole(own("localSheetId", ""))
    hidden = own("hidden") in {"1", "true"}
    return DefinedName(own("name", ""), sheet, element.text, hidden, own("comment", ""))
