"""What the whole suite shares: markers by place, samples calculated and planned once a process, the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from tests.workbooks import valid_workbook
from workbook import actions
from workbook.cli import main
from workbook.cli.exit_codes import OF_REASON
from workbook.model.results import Results
from workbook.problems import Refusal
from workbook.report.mail.send import Outcome
from workbook.sheets.book import Book, lay_out_book

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
NAMES = ("erlmcp", "meridian")
T = TypeVar("T")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place and by kind, before `-m` selects."""
    slow = Path(__file__).parent / "slow"
    for item in items:
        if slow in item.path.parents:
            item.add_marker("slow")
        if hasattr(getattr(item, "obj", None), "hypothesis"):
            item.add_marker("fuzz")


def marked_slow(names: Iterable[str], *slow: str, whole: Iterable[str] = ()) -> list[object]:
    """Return the names of cases for `parametrize`, some of them marked slow, and some as tests of whole workbooks."""
    marks = {**dict.fromkeys(whole, pytest.mark.whole), **dict.fromkeys(slow, pytest.mark.slow)}
    return [pytest.param(name, marks=marks[name]) if name in marks else name for name in names]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test that needs LibreOffice where it is absent."""
    if item.get_closest_marker("office"):
        # Engines take long to import, and most runs of one file need none.
        from tests.engines import require_office  # noqa: PLC0415

        require_office()


def made_once(make: Callable[[str], T]) -> Callable[[str], T]:
    """Return `make`, run once a name: if it fails, the first test that asks fails, and the others are skipped."""
    made: dict[str, T] = {}
    broken: dict[str, Exception] = {}

    @wraps(make)
    def ask(name: str) -> T:
        if name in broken:
            pytest.skip(f"{make.__name__}({name!r}) failed in an earlier test: {broken[name]}")
        if name not in made:
            try:
                made[name] = make(name)
            except Exception as error:
                broken[name] = error
                raise
        return made[name]

    return ask


@made_once
def results_of(name: str) -> Results:
    """Return the results of a sample; nothing is laid out or written, so only the model can fail here."""
    reading = actions.read_plan(SAMPLES / f"{name}.xlsx")
    assert reading.plan is not None, reading.problems
    return actions.calculate(reading.plan)


@made_once
def book_of(name: str) -> Book:
    """Return the result sheets of a sample as they are laid out; nothing is written."""
    return lay_out_book(results_of(name))


@made_once
def plan_sample(name: str) -> tuple[bytes, Results]:
    """Return a sample with its result sheets, and the results that were written."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{name}.xlsx"
        results = plan_file(SAMPLES / f"{name}.xlsx", out)
        return out.read_bytes(), results


@made_once
def export_of(name: str) -> dict[str, str]:
    """Return the files that are exported from a planned sample."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        path.write_bytes(plan_sample(name)[0])
        reading = actions.read_plan(path)
        assert reading.plan is not None
        return dict(actions.make_export(reading, actions.calculate(reading.plan)).files)


def planned_base() -> bytes:
    """Return the valid base with its result sheets."""
    return _planned("plan.xlsx")


@made_once
def _planned(name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(valid_workbook())
        plan_file(path)
        return path.read_bytes()


def approve_file(path: Path, approval: actions.Approval) -> actions.Approved:
    """Approve a planned workbook in its place, as the command does."""
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    return actions.approve_plan(reading, actions.calculate(reading.plan), approval)


def plan_file(source: Path, out: Path | None = None) -> Results:
    """Plan a workbook as the command does; in place without `out`."""
    reading = actions.read_plan(source)
    assert reading.plan is not None, reading.problems
    results = actions.calculate(reading.plan)
    actions.write_plan(reading, results, out)
    return results


def run(*arguments: object) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(params=NAMES)
def sample(request: pytest.FixtureRequest) -> str:
    """Each sample's name in turn."""
    return str(request.param)


@pytest.fixture
def plan_path(tmp_path: Path) -> Path:
    """Return the path of a workbook with a valid plan."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    return path


def exit_code_of(refused: Refusal | Outcome) -> int:
    """Return the exit code that the command line makes of a refusal or of a mail's outcome."""
    return OF_REASON[refused.reason]
