"""What comes in from disk: plain files of a bearable size and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import exit_code_of
from workbook.files.package.caps import Caps
from workbook.files.package.incoming import read_file
from workbook.problems import Code, Refusal


def test_gives_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read_file(tmp_path / "a") == b"abc"


def test_refuses_a_large_file_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(Refusal, match=r"has 1,048,576 MB; 50 MB are allowed") as caught:
        read_file(path)
    assert caught.value.problem.code is Code.TOO_LARGE
    assert "WORKBOOK_MAX_MB" in caught.value.problem.remedy


def test_takes_a_file_of_just_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as file:
        file.truncate(Caps().file)
    assert len(read_file(path)) == Caps().file


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_does_not_wait_at_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan.xlsx")
    with pytest.raises(Refusal, match="is a pipe or a device"):
        read_file(tmp_path / "plan.xlsx")


def test_tells_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "plan.xlsx", "there is no file plan.xlsx"), (tmp_path, "is a folder")):
        with pytest.raises(Refusal, match=words) as caught:
            read_file(path)
        assert caught.value.problem.code is Code.NO_SUCH_FILE
        assert exit_code_of(caught.value) == 4
