"""The texts that cells refer to by number, as every program writes them."""

from __future__ import annotations

from xml.parsers import expat

import pytest

from workbook.files.package.made import MadePart, MadeParts
from workbook.files.package.shared_strings import shared_strings

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def package(strings: str) -> MadeParts:
    """Return a workbook of nothing but its shared strings."""
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="a" Type="{KIND}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="a" '
        f'Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": strings,
    }
    return MadeParts({name: MadePart(text.encode()) for name, text in parts.items()})


def test_texts_come_without_looks_and_reading_aids() -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>a &lt; b</t></si><si/><si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space='
        '"preserve"> and plain</t></r><rPh sb="0" eb="1"><t>aid</t></rPh></si><si><t>_x000D_é</t></si></sst>'
    )
    assert shared_strings(package(strings)).texts == ["a < b", "", "bold and plain", "_x000D_é"]


def test_names_may_have_a_prefix() -> None:
    strings = f'<x:sst xmlns:x="{MAIN}"><x:si><x:t>one</x:t></x:si><x:si><x:t>two</x:t></x:si></x:sst>'
    assert shared_strings(package(strings)).texts == ["one", "two"]


def test_the_xml_of_an_item_is_as_it_was() -> None:
    items = ["<t>é &amp; b</t>", "", "<r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r>", ""]
    body = "".join(f"<si>{item}</si>" if item else "<si/>" for item in items[:3]) + "<si></si>"
    found = shared_strings(package(f'<sst xmlns="{MAIN}">{body}</sst>'))
    assert [item.decode() for item in found.xml()] == items


def test_a_workbook_without_the_part_has_none() -> None:
    made = package("")
    made._keys.pop("xl/sharedstrings.xml")
    assert shared_strings(made).texts == ()


@pytest.mark.parametrize(("strings", "error"), [("<sst", expat.ExpatError), ("<!DOCTYPE sst><sst/>", ValueError)])
def test_what_is_not_well_formed_is_an_error(strings: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        shared_strings(package(strings))
