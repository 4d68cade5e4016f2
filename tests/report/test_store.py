"""The files of a report on disk: an earlier report is replaced, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import exit_code_of
from tests.report.reports import report_of_sample
from workbook.problems import Refusal
from workbook.report.message import build_message, message_bytes
from workbook.report.store import store_all


@pytest.fixture
def contents(tmp_path: Path) -> dict[Path, bytes]:
    draft = message_bytes(build_message(report_of_sample("erlmcp")))
    parts = {".eml": draft, ".html": b"<p>", ".txt": b"text", ".pdf": b"%PDF"}
    return {tmp_path / f"plan-report{ending}": data for ending, data in parts.items()}


def test_an_earlier_report_is_replaced(contents: dict[Path, bytes]) -> None:
    first = {path: path.read_bytes() for path in store_all(contents)}
    assert {path: path.read_bytes() for path in store_all(contents)} == first


@pytest.mark.parametrize("ending", [".eml", ".html", ".txt", ".pdf"])
def test_another_file_is_refused_and_nothing_is_written(contents: dict[Path, bytes], ending: str) -> None:
    own = next(path for path in contents if path.suffix == ending)
    own.write_bytes(b"my own notes, written by workbook report: see below")
    with pytest.raises(Refusal) as caught:
        store_all(contents)
    assert (caught.value.problem.code, exit_code_of(caught.value)) == ("WB509", 2)
    assert "--force" in caught.value.problem.remedy
    assert [path.exists() for path in contents].count(True) == 1
    assert own.read_bytes().startswith(b"my own")
    store_all(contents, is_forced=True)
    assert not own.read_bytes().startswith(b"my own")


@pytest.mark.parametrize("is_forced", [False, True])
@pytest.mark.parametrize("is_dangling", [False, True])
def test_a_link_is_not_followed(
    contents: dict[Path, bytes], tmp_path: Path, is_forced: bool, is_dangling: bool
) -> None:
    aim = tmp_path / "aim.txt"
    if not is_dangling:
        aim.write_text("kept")
    (tmp_path / "plan-report.txt").symlink_to(aim)
    with pytest.raises(Refusal):
        store_all(contents, is_forced)
    assert is_dangling != aim.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(contents: dict[Path, bytes], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan-report.txt")
    with pytest.raises(Refusal):
        store_all(contents, is_forced=True)
