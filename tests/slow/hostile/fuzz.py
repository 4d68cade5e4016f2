"""Breaks good workbooks at random and runs them through the tool: each must be planned or told, never raise or hang.

`python -m tests.slow.hostile.fuzz --count 100000 --seed 1` runs as many as are wanted, prints the outcomes counted, and
keeps each file that fails with the words to repeat it. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType

from tests.conftest import exit_code_of
from tests.edits import parts_of
from tests.slow.hostile.mutations import Base, mutated
from tests.slow.hostile.runs import Outcome
from tests.workbooks import replaced, replaced_in, valid_workbook
from workbook import actions
from workbook.problems import Refusal, has_errors

MOST_SECONDS = 10
WRITTEN_SHARE = 0.06


class TooSlowError(BaseException):
    """A file took longer than any may; no handler of ordinary exceptions may swallow it."""


@dataclass(slots=True)
class Report:
    """The outcomes counted by code, and a text for each failure."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    megabytes: float = 0.0


@cache
def bases() -> tuple[Base, ...]:
    """Return the good workbooks: inputs only, inputs as tables with formulas, and one with the results of a run."""
    short = replaced("Settings", "| 24 ", "| 12 ")
    plain = valid_workbook(**short)
    with_formula = valid_workbook(**replaced_in(short, "Users", "| 800 ", "| =400*2 -> 800 "))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(plain)
        reading = actions.read_plan(path)
        assert reading.plan is not None
        actions.write_plan(reading, actions.calculate(reading.plan))
        planned = path.read_bytes()
    return tuple(Base(data, parts_of(data)) for data in (plain, with_formula, planned))


def case(seed: str, index: int) -> tuple[str, bytes, bool]:
    """Return one case: the mutation's name, the file, and whether it is also written."""
    rng = random.Random(f"{seed}/{index}")
    base = rng.choices(bases(), (5, 3, 2))[0]
    name, data = mutated(rng, base)
    return name, data, rng.random() < WRITTEN_SHARE


def run(seed: str, indexes: Iterable[int], keep: Path | None = None) -> Report:
    """Run cases one after another; files that fail are kept in a folder."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        for index in indexes:
            name, data, is_written = case(seed, index)
            started = time.process_time()
            try:
                with _within(MOST_SECONDS):
                    outcome = plan_once(Path(folder), data, is_written)
                report.outcomes[_kind(outcome)] += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                report.failures.append(_failure(seed, index, name, data, keep))
            report.slowest = max(report.slowest, time.process_time() - started)
    report.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return report


def assert_all_told(seed: str, indexes: range) -> None:
    """Fail where a case fails, and where so few are planned or refused that nothing would be tried."""
    report = run(seed, indexes)
    assert not report.failures, "\n".join(report.failures)
    planned = sum(count for kind, count in report.outcomes.items() if kind.startswith("planned"))
    assert report.outcomes["planned written"] > 0
    assert len(indexes) / 10 < planned < len(indexes) * 9 / 10


def plan_once(folder: Path, data: bytes, is_written: bool) -> Outcome:
    """Read a file as `check` does, and where it has a plan calculate and write it as `plan` does."""
    path, out = folder / "plan.xlsx", folder / "out.xlsx"
    path.write_bytes(data)
    try:
        reading = actions.read_plan(path)
    except Refusal as refusal:
        return _refused(refusal)
    if reading.plan is None or has_errors(reading.problems):
        errors = [problem.code.value for problem in reading.problems if problem.severity.value == "error"]
        assert errors, "no plan, and nobody is told why"
        return Outcome((errors[0],), 1, "")
    if is_written:
        results = actions.calculate(reading.plan)
        out.unlink(missing_ok=True)
        try:
            actions.write_plan(reading, results, out)
        except Refusal as refusal:
            return _refused(refusal)
        assert actions.read_plan(out).plan is not None, "the result cannot be read again"
        assert path.read_bytes() == data, "the file was changed"
        return Outcome((), 0, "written")
    return Outcome((), 0, "")


def _refused(refusal: Refusal) -> Outcome:
    assert exit_code_of(refusal) in (1, 4, 5), exit_code_of(refusal)
    assert refusal.problem.message, "a refusal without a word"
    assert refusal.problem.remedy, "a refusal without a way out"
    return Outcome((refusal.problem.code.value,), exit_code_of(refusal), "")


def _kind(outcome: Outcome) -> str:
    return outcome.codes[0] if outcome.codes else f"planned {outcome.text}".strip()


def _failure(seed: str, index: int, name: str, data: bytes, keep: Path | None) -> str:
    folder = keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{seed}-{index}.xlsx".replace("/", "-")
    path.write_bytes(data)
    return f"seed {seed!r}, case {index}, {name}, kept as {path}\n{traceback.format_exc(limit=-8)}"


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Stop what takes more of the processor's time than this."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def main() -> None:
    """Run what the command line says and end with 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", type=Path, help="the folder for files that fail")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30,) * 2)
    total, started = Report(), time.process_time()
    for first in range(given.first, given.first + given.count, 1000):
        report = run(given.seed, range(first, min(first + 1000, given.first + given.count)), given.keep)
        total.outcomes += report.outcomes
        total.slowest, total.megabytes = max(total.slowest, report.slowest), report.megabytes
        total.failures += report.failures
        for failure in report.failures:
            print(failure, file=sys.stderr, flush=True)
        seconds = time.process_time() - started
        print(f"{sum(total.outcomes.values()):,} done, {len(total.failures)} failed, {seconds:.0f} s", flush=True)
    for kind, count in total.outcomes.most_common():
        print(f"{count:8,}  {kind}")
    print(f"slowest {total.slowest:.2f} s, at most {total.megabytes:.0f} MB, {len(total.failures)} failed")
    sys.exit(1 if total.failures else 0)


if __name__ == "__main__":
    main()
