"""The state of a run: a record counts only while its file is the same, and a line that was cut off is ignored."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbook.portfolio.records import CostMonth, Figures, Found, Order, PlanRecord, PlanStatus, record_of
from workbook.portfolio.state import fingerprint, open_state, state_path

ORDER = Order("API", "large", 2.0, "2026-03-01", 0.0, "2026-05-01", 10.5, 99.25, None, "USD", "more users")
FIGURES = Figures(
    "Plan", "USD", "Base", "2026-01-01", 24, 1, "01234567", 0, {"plan_name": "Plan"},
    (CostMonth("2026-01-01", 2026, (1.1, 2.2, 0.1 + 0.2, 0.0)),), (ORDER,), (),
)  # fmt: skip


def record(path: Path) -> PlanRecord:
    return PlanRecord(str(path), PlanStatus.COUNTED, 0, 1, (Found("warning", "WB241", "users"),), (), FIGURES)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"content")
    return path


def written(file: Path, **options: object) -> Path:
    state = state_path(file.with_name("group.xlsx"))
    with open_state(state, options) as kept:
        kept.keep(record(file), fingerprint(file))
    return state


def found(state: Path, file: Path, **options: object) -> PlanRecord | None:
    with open_state(state, options) as kept:
        return kept.kept(str(file))


def test_a_record_and_its_json_say_the_same(file: Path) -> None:
    assert record_of(record(file).as_json()) == record(file)
    state = written(file)
    assert state.name == "group.xlsx.state"
    assert found(state, file) == record(file)
    assert found(state, file) == record(file)  # opened again, nothing is lost


def test_a_record_counts_only_while_its_file_is_the_same(file: Path) -> None:
    seen = file.stat()
    state = written(file)
    file.write_bytes(b"another")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert found(state, file) is None  # the hash differs
    file.write_bytes(b"content")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
    assert found(state, file) is None  # the time differs
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert found(state, file) is not None
    file.unlink()
    assert found(state, file) is None


def test_a_line_that_was_cut_off_is_ignored(file: Path) -> None:
    state = written(file)
    data = state.read_bytes()
    for end in range(0, len(data), 7):
        state.write_bytes(data[:end])
        assert found(state, file) is None
    state.write_bytes(data + b'{"mark": [1, 2')
    assert found(state, file) == record(file)


def test_the_state_of_another_run_does_not_count(file: Path) -> None:
    state = written(file, plans=False)
    assert found(state, file, plans=True) is None


def test_another_file_of_that_name_is_left_alone(file: Path) -> None:
    state = state_path(file.with_name("group.xlsx"))
    state.write_text("my notes")
    with pytest.raises(FileExistsError), open_state(state, {}):
        pass
    assert state.read_text() == "my notes"


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_state_is_its_owners_alone(file: Path) -> None:
    assert written(file).stat().st_mode & 0o777 == 0o600
