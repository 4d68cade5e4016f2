"""Any text in a plan's names: it is refused with its cell, or every part that is written is XML."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from unittest.mock import patch
from xml.parsers import expat
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import run
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.files.package.splice import tag
from workbook.files.saving.verify import verify_workbook
from workbook.inputs.parse import cell_problems
from workbook.problems.sanitize import xml_text

pytestmark = pytest.mark.slow

NAMES = {"Test plan": "Settings!B2", "Guests": "Users!A3", "Logs": "Retention!A2", "edge": "Components!A3"}
FORBIDDEN = ["\x00", "\x07", "\x0b", "\x1b", "\ud800", "\udfff", "\ufffe", "\uffff"]
# Characters that mean something to XML, Excel, a printer or the chart library come more often than others.
SIGNS = st.sampled_from([*FORBIDDEN, *"$&<>\"'{}\\^_%\n\r\t\u202e\x7f\x85\u2028\U0001f600", "_x0007_", "]]>", "&C"])
TEXTS = st.lists(SIGNS | st.characters(codec=None) | st.sampled_from("abc "), min_size=1, max_size=8).map("".join)


def named(**names: str) -> bytes:
    """Return the valid base with other names, stored as Excel stores their characters."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(valid_workbook())) as base, zipfile.ZipFile(out, "w") as made:
        for info in base.infolist():
            text = base.read(info)
            if info.filename == "xl/sharedStrings.xml":
                for old, new in names.items():
                    stored = "".join(
                        char if xml_text(char) == char and char != "\r" else f"_x{ord(char):04X}_" for char in new
                    )
                    told = f'<t xml:space="preserve">{escape(stored)}</t>'
                    text = text.replace(f"<t>{old}</t>".encode(), told.encode())
            made.writestr(info, text)
    return out.getvalue()


def assert_sound(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                expat.ParserCreate().Parse(archive.read(name), True)
    openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("char", FORBIDDEN)
@pytest.mark.parametrize("name", NAMES)
def test_a_forbidden_character_is_refused_with_its_cell(name: str, char: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(before := named(**{name: f"a{char}b"}))
    result = run("plan", path)
    assert result.exit_code == 1, result.output
    assert "WB326" in result.output
    assert NAMES[name] in result.output.replace(" › ", "!")
    assert path.read_bytes() == before
    assert run("plan", path, "--mark").exit_code == 1
    assert_sound((tmp_path / "plan.problems.xlsx").read_bytes())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)))
def test_any_text_is_refused_with_its_cell_or_written_as_xml(names: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(named(**names))
        reading = actions.read_plan(path)
        if reading.plan is None:
            places = {str(problem.where) for problem in reading.problems if problem.severity.value == "error"}
            assert places & set(NAMES.values()), reading.problems
            actions.mark_problems(reading, reading.problems)
            path = path.with_name("plan.problems.xlsx")
        else:
            actions.write_plan(reading, actions.calculate(reading.plan))
        assert_sound(path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_what_passes_the_door_is_still_written_as_xml(name: str, tmp_path: Path) -> None:
    """The second line of defence: formulas, chart titles and their caches, defined names and notes."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(named(**{name: "a\x07\uffff\ud800b"}))
    with patch.object(cell_problems, "not_xml", lambda _: ()):
        reading = actions.read_plan(path)
        assert reading.plan is not None, reading.problems
        actions.write_plan(reading, actions.calculate(reading.plan))
        assert_sound(path.read_bytes())
        actions.mark_problems(reading, reading.problems)
    assert_sound((tmp_path / "plan.problems.xlsx").read_bytes())


def test_a_tag_has_no_character_that_xml_forbids() -> None:
    made = tag("", "t", {"name": "a\x0bb\ud800"}, "c\uffff\x1b")
    expat.ParserCreate().Parse(made, True)


def test_verification_parses_every_part_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    assert verify_workbook(path) == ""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet99.xml", '<worksheet a="\x0b"/>')
    assert "xl/worksheets/sheet99.xml is not well-formed XML" in verify_workbook(path)
    with zipfile.ZipFile(path) as archive:
        assert verify_workbook(path, archive, ["xl/worksheets/sheet99.xml"]) == ""
