"""Rights: a file is never more open than what it replaces or copies, and a shared file stays its owner's."""

from __future__ import annotations

import os
import stat
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.conftest import plan_file, run
from tests.files.test_save import package, sha256
from tests.workbooks import valid_workbook
from workbook.files.saving.rights import settle
from workbook.files.saving.save import check_target, save
from workbook.problems import Code, Refusal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX systems")

ALICE, BOB, TEAM = 40001, 40002, 40100
needs_root = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can become others")


@pytest.fixture(autouse=True, params=[0o022, 0o000])
def mask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as file:
        package("old")(file)
    path.chmod(0o600)
    return path


def test_a_temporary_file_is_its_owners_alone_while_it_is_written(plan: Path) -> None:
    plan.chmod(0o666)
    seen: list[int] = []

    def write(out: BinaryIO) -> None:
        seen.append(stat.S_IMODE(os.fstat(out.fileno()).st_mode))
        package("new")(out)

    save(plan, write, sha256(plan), backup=True)
    assert seen == [0o600]
    assert mode(plan) == 0o666
    assert mode(plan.with_name("plan.backup.xlsx")) == 0o666


@pytest.mark.parametrize("allowed", [0o600, 0o640, 0o660])
def test_a_copy_is_never_more_open_than_its_source(plan: Path, allowed: int) -> None:
    plan.chmod(allowed)
    copy, older = plan.with_name("copy.xlsx"), plan.with_name("older.xlsx")
    older.write_bytes(b"x")
    older.chmod(0o666)
    for path in (copy, older):
        save(path, package("new"), None, backup=False, source=plan)
        assert mode(path) & ~allowed == 0
        assert mode(path) & 0o600 == 0o600


def test_a_new_file_without_a_source_has_the_usual_rights(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    save(tmp_path / "new.xlsx", package("new"), None, backup=False)
    assert mode(tmp_path / "new.xlsx") == mode(usual)


@pytest.mark.slow
def test_every_output_of_a_private_plan_is_private(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    path.chmod(0o600)
    plan_file(path)
    for command in (
        ("plan", str(path), "-o", str(tmp_path / "copy.xlsx")),
        ("check", str(path), "--mark"),
        ("report", str(path)),
        ("restore", str(path), "1", "-o", str(tmp_path / "restored.xlsx")),
    ):
        run(*command)
    files = {entry.name: oct(mode(entry)) for entry in tmp_path.iterdir()}
    assert len(files) >= 6
    assert set(files.values()) == {"0o600"}, files


def as_bob(call: Callable[[], object], groups: list[int]) -> bool:
    """Whether a call succeeds as another user; False for a refusal."""
    child = os.fork()
    if child == 0:
        code = 2
        try:
            os.setgroups(groups)
            os.setgid(BOB)
            os.setuid(BOB)
            call()
            code = 0
        except Refusal as refusal:
            code = 1 if refusal.problem.code is Code.READ_ONLY and "-o" in refusal.problem.remedy else 3
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 1)
    return code == 0


@pytest.fixture
def shared(plan: Path) -> Iterator[Path]:
    """Yield a file of Alice in a folder that everybody may reach: the folders of tests are their owner's alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(plan.read_bytes())
        os.chown(path, ALICE, TEAM)
        path.chmod(0o660)
        yield path


@needs_root
def test_a_shared_file_keeps_its_group_and_mode(shared: Path) -> None:
    def work() -> None:
        check_target(shared)
        save(shared, package("new"), None, backup=True)

    assert as_bob(work, [TEAM])
    for path in (shared, shared.with_name("plan.backup.xlsx")):
        assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (BOB, TEAM, 0o660)


@needs_root
@pytest.mark.parametrize(("rights", "groups"), [(0o646, []), (0o606, [TEAM])])
def test_a_file_that_everybody_may_write_stays_the_owners(shared: Path, rights: int, groups: list[int]) -> None:
    shared.chmod(rights)
    if groups:
        os.chown(shared, ALICE, ALICE)
    assert as_bob(lambda: check_target(shared), groups)


@needs_root
def test_a_file_that_its_owner_would_lose_is_refused_before_the_work(shared: Path) -> None:
    none = 0xFFFFFFFF
    entries = ((1, 6, none), (2, 6, BOB), (4, 4, none), (16, 6, none), (32, 0, none))
    access_list = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    try:
        os.setxattr(shared, "system.posix_acl_access", access_list)
    except (OSError, AttributeError):
        pytest.skip("no lists of rights here")
    assert not as_bob(lambda: check_target(shared), [])


@needs_root
def test_a_group_that_cannot_be_kept_gives_no_other_group_its_rights(shared: Path) -> None:
    made = shared.with_name("made")

    def work() -> None:
        made.touch()
        settle(made, shared)

    assert as_bob(work, [])
    assert mode(made) == 0o600
