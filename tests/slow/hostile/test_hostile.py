"""Every hostile file gives its code, unpacks nothing and asks nobody."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import pytest

from tests.slow.hostile import Hostile
from tests.slow.hostile.bombs import BOMB_FILES, BOMBS
from tests.slow.hostile.found import FOUND_FILES
from tests.slow.hostile.packages import PACKAGE_FILES
from tests.slow.hostile.runs import Outcome, plan_as_a_person_does
from tests.slow.hostile.sheets import SHEET_FILES
from tests.slow.hostile.strangers import STRANGER_FILES
from workbook.problems import Code

FILES: tuple[Hostile, ...] = (*STRANGER_FILES, *PACKAGE_FILES, *BOMB_FILES, *SHEET_FILES, *FOUND_FILES)
LIGHT = [file for file in FILES if file not in BOMBS]  # those are run in test_costs.py, within bounds


def test_there_are_many_and_no_two_have_one_name() -> None:
    names = [file.name for file in FILES]
    assert len(names) == len(set(names))
    assert len(STRANGER_FILES) + len(PACKAGE_FILES) + len(BOMB_FILES) >= 120


@pytest.mark.parametrize("file", LIGHT, ids=[file.name for file in LIGHT])
def test_gives_its_code(file: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", _nobody)
    monkeypatch.setattr(socket, "create_connection", _nobody)
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = folder / file.file_name
    path.write_bytes(file.make())
    before = _files(tmp_path)
    outcome = plan_as_a_person_does(path)
    _check(file, outcome)
    assert _files(tmp_path) - before <= {Path("a/b/planned.xlsx")}


def _check(file: Hostile, outcome: Outcome) -> None:
    if file.code is None:
        assert not [code for code in outcome.codes if code.startswith("WB1")], outcome
    else:
        assert file.code.value in outcome.codes, outcome
    if file.exit_code is not None:
        assert outcome.exit_code == file.exit_code, outcome
    assert file.seen in outcome.text


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")}


def _nobody(*_: object, **__: object) -> NoReturn:
    raise AssertionError("the network was asked")


def test_every_code_of_the_file_is_provoked() -> None:
    elsewhere = {Code.NO_SUCH_FILE}  # tests/cli/test_commands.py
    files = {code for code in Code if code.value.startswith("WB1")} - elsewhere
    assert files <= _codes(FILES)


def _codes(files: Iterable[Hostile]) -> set[Code]:
    return {file.code for file in files if file.code is not None}
