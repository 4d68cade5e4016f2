"""The documents that ship with the tool, and what is said of a text that is none."""

from __future__ import annotations

import pytest

from workbook.resources import parse_yaml, read_yaml, template_folder


def test_every_document_that_ships_is_read() -> None:
    names = [path.relative_to(template_folder()).as_posix() for path in template_folder().rglob("*.yaml")]
    assert "theme.yaml" in names
    assert [name for name in names if not read_yaml(name)] == []


def test_a_document_that_does_not_exist() -> None:
    with pytest.raises(FileNotFoundError):
        read_yaml("nothing.yaml")


def test_a_text_that_is_no_yaml_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match="line 2, column") as caught:
        parse_yaml("a: 1\nb: [1, 2\n")
    assert "\n" not in str(caught.value)


def test_a_document_makes_no_objects() -> None:
    with pytest.raises(ValueError, match="python"):
        parse_yaml("!!python/object/apply:os.getcwd []")
