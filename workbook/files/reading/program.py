"""The properties of a workbook into the program that saved it last, as it names itself (files floor)."""

from __future__ import annotations

from xml.parsers.expat import ExpatError

from workbook.files.package.package import Package
from workbook.files.package.walk import new_parser
from workbook.problems import Refusal
from workbook.problems.sanitize import clean

_LARGEST = 64 << 10
_MOST_SHOWN = 60


def saving_program(package: Package) -> str:
    """Return what the extended properties call the application; blank if the file does not say."""
    arrow = package.follow("", "extended-properties")
    if arrow is None or arrow.target not in package or package.size(arrow.target) > _LARGEST:
        return ""
    pieces: list[str] = []
    inside = [""]
    parser = new_parser()

    def start(name: str, _attributes: dict[str, str]) -> None:
        inside[0] = name.rpartition(":")[2]

    def end(_name: str) -> None:
        inside[0] = ""

    def text(content: str) -> None:
        if inside[0] == "Application":
            pieces.append(content)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(package.read(arrow.target), True)
    except (ExpatError, ValueError, Refusal):
        return ""
    return clean("".join(pieces).strip())[:_MOST_SHOWN]
