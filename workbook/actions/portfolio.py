"""Many workbooks into one group workbook: what every plan costs, orders and reserves (roof)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from workbook.actions.plan_record import Task, lost_record, read_task
from workbook.export.tables import csv_text
from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.files.saving.filesystem import as_refusal
from workbook.files.saving.lock import run_lock
from workbook.files.saving.save import check_target, save
from workbook.files.saving.verify import verify_bytes, verify_workbook
from workbook.inputs.parse.names import nearest
from workbook.inputs.sheets.registry import SETTINGS
from workbook.naming import name_key
from workbook.portfolio.engines import EngineError, Lost, in_processes
from workbook.portfolio.group import Group, make_group
from workbook.portfolio.rates import RatesError, read_rates
from workbook.portfolio.records import PlanRecord
from workbook.portfolio.state import fingerprint, open_state, state_path
from workbook.problems import Code, Problem, Reason, Refusal


class PortfolioError(ValueError):
    """What was asked of a portfolio cannot be done; its text says why and what to do."""


class Engine(StrEnum):
    """Where workbooks are read: in processes of this machine, or on a Dask cluster."""

    PROCESSES = "processes"
    DASK = "dask"


class PortfolioOptions(Struct, frozen=True):
    """How a portfolio is made: the setting that groups plans, rates, where to read, and whether to plan stale ones.

    With more than one job this module is imported again by new processes: a script needs its `if __name__` guard.
    """

    by: str = ""
    rates: Path | None = None
    engine: Engine = Engine.PROCESSES
    scheduler: str = ""
    jobs: int = 1
    plans_stale: bool = False


class Portfolio(Struct, frozen=True):
    """The group of all workbooks, the path that it is for, and how many records an interrupted run had left."""

    group: Group
    output: Path
    continued: int = 0

    @property
    def counted(self) -> int:
        """How many plans are counted."""
        return len(self.group.counted)


def make_portfolio(
    files: Sequence[Path],
    output: Path,
    options: PortfolioOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Portfolio:
    """Read workbooks into a group, written nowhere yet; what was read is kept next to `output` until it is.

    `progress` is told of the workbooks read so far, and of all of them. The output, and earlier group workbooks, are
    left out. Raises PortfolioError for options that cannot be used, and Refusal (busy) where the state cannot be kept,
    or another run works on the same output.
    """
    chosen = options or PortfolioOptions()
    by, rates = _setting(chosen.by), _rates(chosen.rates)
    own = os.path.realpath(output)
    paths = dict.fromkeys(Path(os.path.abspath(file)) for file in files if os.path.realpath(file) != own)  # noqa: PTH100
    tasks = [Task(str(path), is_planned=chosen.plans_stale) for path in paths]
    state = state_path(output)
    with run_lock(output), as_refusal(state), open_state(state, {"plans": chosen.plans_stale}) as kept:
        records = {task.path: record for task in tasks if (record := kept.kept(task.path))}
        continued = len(records)
        left = [task for task in tasks if task.path not in records]
        if progress:
            progress(continued, len(tasks))
        try:
            for record in _read(left, chosen):
                kept.keep(record, fingerprint(Path(record.path)))
                records[record.path] = record
                if progress:
                    progress(len(records), len(tasks))
        except EngineError as error:
            raise PortfolioError(str(error)) from error
    try:
        group = make_group([records[task.path] for task in tasks], output, by, rates)
    except RatesError as error:
        raise PortfolioError(f"{chosen.rates}: {error}") from error
    return Portfolio(group, output, continued)


def write_portfolio(portfolio: Portfolio) -> Path:
    """Write the group workbook over an earlier one, and remove the state; return its path.

    Raises Refusal: usage for a file that is no group workbook, busy if it cannot be written.
    """
    from workbook.files.writing.writer import write_book  # noqa: PLC0415 - reading does without
    from workbook.portfolio.sheets.book import print_group  # noqa: PLC0415
    from workbook.sheets.theme.look import load_theme  # noqa: PLC0415

    path = portfolio.output
    check_output(path)
    made = write_book(print_group(portfolio.group), load_theme()).packed()
    save(path, lambda file: file.write(made), None, backup=False, verify=verify_workbook)
    with contextlib.suppress(OSError):
        state_path(path).unlink()
    return path


def check_output(path: Path) -> None:
    """Raise Refusal for a file that a group workbook must not replace, or that cannot be replaced."""
    from workbook.portfolio.sheets.book import is_group  # noqa: PLC0415 - reading does without

    check_target(path)
    if not os.path.lexists(path):
        return
    with contextlib.suppress(Refusal):
        if is_group(sheet.name for sheet in open_package(read_file(path), path.name, for_writing=False).sheets):
            return
    problem = Problem(
        Code.FILE_EXISTS,
        f"{path.name} is not an earlier group workbook and is not replaced",
        seen=str(path),
        expected="a new name, or a workbook that workbook portfolio has written",
        remedy="choose another name with -o",
    )
    raise Refusal(problem, reason=Reason.USAGE)


def write_tables(portfolio: Portfolio, folder: Path, form: str = "csv") -> tuple[Path, ...]:
    """Write plans, cost, orders and commitments as `csv` or `parquet` into a folder, over earlier ones.

    Raises PortfolioError where the package for Parquet is missing, Refusal (busy) if a file cannot be written.
    """
    from workbook.portfolio.parquet import parquet_files  # noqa: PLC0415 - a group workbook does without
    from workbook.portfolio.tables import tables_of  # noqa: PLC0415

    tables = tables_of(portfolio.group)
    if form == "parquet":
        try:
            contents = parquet_files(tables)
        except EngineError as error:
            raise PortfolioError(str(error)) from error
    else:
        contents = {f"{name}.csv": csv_text(tuple(one.columns), one.rows).encode() for name, one in tables.items()}
    with as_refusal(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return tuple(_store(folder / name, content) for name, content in contents.items())


def _store(path: Path, content: bytes) -> Path:
    save(path, lambda file: file.write(content), None, backup=False, verify=lambda made: verify_bytes(made, content))
    return path


def _read(tasks: Sequence[Task], options: PortfolioOptions) -> Iterator[PlanRecord]:
    """Yield the record of each workbook, in any order."""
    if options.engine is Engine.DASK:
        from workbook.portfolio.cluster import on_cluster  # noqa: PLC0415 - one machine does without

        done = on_cluster(read_task, tasks, options.scheduler) if tasks else iter(())
    else:
        done = in_processes(read_task, tasks, options.jobs)
    for one in done:
        yield lost_record(one.task, one.reason) if isinstance(one, Lost) else one


def _setting(name: str) -> tuple[str, str]:
    """Return the field and the title of a setting, both empty if none is asked for. Raises PortfolioError."""
    if not name:
        return "", ""
    titles = {name_key(column.title): column for column in SETTINGS} | {name_key(one.header): one for one in SETTINGS}
    column = titles.get(name_key(name))
    if column is None:
        near = nearest(name, titles, cutoff=0.6)
        meant = f"did you mean {titles[near].title}?" if near else "for example Plan name or Active scenario"
        raise PortfolioError(f"there is no setting {name!r}; {meant}")
    return column.field, column.title


def _rates(path: Path | None) -> Mapping[str, float] | None:
    """Return the rates of a file. Raises PortfolioError."""
    if path is None:
        return None
    try:
        return read_rates(path.read_text(encoding="utf-8-sig"))
    except (RatesError, UnicodeDecodeError) as error:
        raise PortfolioError(f"{path}: {error}") from error
    except OSError as error:
        raise PortfolioError(f"{path} cannot be read: {error.strerror}") from error
