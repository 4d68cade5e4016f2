"""The zip writer beyond 32 bits: what it writes there, other programs read."""

from __future__ import annotations

import io
import random
import struct
import tempfile
import zipfile
from pathlib import Path
from zipfile import ZIP_DEFLATED

import pytest

from tests.files.graft_checks import grafted
from tests.files.hosts import generated, made_by_xlsxwriter
from workbook.files.grafting.graft import graft
from workbook.files.package import archive
from workbook.files.package.archive import Archive, pack
from workbook.files.package.entries import inflated
from workbook.files.package.opening import open_package


@pytest.mark.whole
def test_writes_more_entries_than_16_bits_count() -> None:
    out = io.BytesIO()
    written, empty = Archive(out), pack([b""])
    for number in range(70_000):
        written.add(f"p{number}", empty)
    written.close(b"so many")
    with zipfile.ZipFile(out) as read:
        assert len(read.namelist()) == 70_000
        assert read.comment == b"so many"
        assert read.read("p69999") == b""


@pytest.mark.parametrize("most", [0, 60, 3_000])
def test_writes_sizes_and_offsets_of_64_bits(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a lower bound every number, or every larger one, goes into its 64-bit field, in all three places."""
    host, new = made_by_xlsxwriter(), generated()
    plain = grafted(host, new)
    real = archive._fitted

    def fitted(*numbers: int) -> tuple[tuple[int, ...], bytes]:
        large = [number for number in numbers if number > most]
        field = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        return tuple(0xFFFFFFFF if number > most else number for number in numbers), field

    assert real(1, 2) == ((1, 2), b"")
    monkeypatch.setattr(archive, "_fitted", fitted)
    wide = grafted(host, new)
    assert len(wide) > len(plain)
    with zipfile.ZipFile(io.BytesIO(plain)) as one, zipfile.ZipFile(io.BytesIO(wide)) as other:
        assert other.testzip() is None
        assert [info.filename for info in one.infolist()] == [info.filename for info in other.infolist()]
        assert all(one.read(name) == other.read(name) for name in one.namelist())
    assert grafted(open_package(wide), new) == wide


def test_no_temporary_file_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where TMPDIR is full or missing a workbook is written all the same, and a killed run leaves nothing there."""
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    large = random.Random(1).randbytes(6 << 20)
    assert b"".join(inflated(pack([large]).chunks(), ZIP_DEFLATED)) == large


def test_a_large_part_lies_on_the_disk_of_its_folder_and_leaves_nothing(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(3 << 20)
    in_memory, on_disk = pack([data]), pack([data], tmp_path / ".plan-")
    assert isinstance(in_memory.body, io.BytesIO)
    assert not isinstance(on_disk.body, io.BytesIO)
    assert (on_disk.crc, on_disk.size, on_disk.packed_size) == (in_memory.crc, in_memory.size, in_memory.packed_size)
    for _ in range(2):
        assert b"".join(on_disk.chunks()) == b"".join(in_memory.chunks())
    on_disk.body.close()
    assert list(tmp_path.iterdir()) == []


def test_waiting_on_disk_changes_no_byte_of_what_is_grafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_HELD", 1)
    without, within = io.BytesIO(), io.BytesIO()
    graft(open_package(made_by_xlsxwriter()), open_package(generated()), without)
    graft(open_package(made_by_xlsxwriter()), open_package(generated()), within, spill=tmp_path / ".plan-")
    assert within.getvalue() == without.getvalue()
    assert list(tmp_path.iterdir()) == []
