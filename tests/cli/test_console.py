"""What is printed where: formats, colours, quiet and verbose, completion, other consoles, Ctrl-C, progress."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT, SAMPLES, run
from tests.edits import with_values
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.cli import main
from workbook.cli import progress as progressing
from workbook.cli.console import command_line, has_colours, paint
from workbook.cli.group import INTERRUPTED
from workbook.cli.progress import Progress

pytestmark = pytest.mark.slow

COMMANDS = sorted(main.modules)


class Terminal:
    """Stands for a stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def spawn(*arguments: object, **env: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **env}
    command = [sys.executable, "-m", "workbook", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    return path


@pytest.fixture
def right(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    return path


# Formats


def test_concise_and_github_are_data(wrong: Path) -> None:
    concise = run("check", wrong, "--format", "concise")
    assert concise.exit_code == 1
    assert concise.stdout == f"{wrong}:Users!B2: WB302 error: Current users is text, not a number\n"
    github = run("plan", wrong, "--format", "github")
    assert github.exit_code == 1
    assert github.stdout.startswith("::error file=")
    assert len(github.stdout.splitlines()) == 1


def test_a_clean_run_prints_no_data(right: Path) -> None:
    for form in ("concise", "github"):
        assert run("check", right, "--format", form).stdout == ""
        assert run("plan", right, "--format", form).stdout == ""


def test_format_json_is_json(wrong: Path) -> None:
    for command in ("check", "plan"):
        assert run(command, wrong, "--format", "json").stdout == run(command, wrong, "--json").stdout


@pytest.mark.parametrize("form", ["text", "concise", "json", "github"])
def test_a_refusal_has_the_format_too(tmp_path: Path, form: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"")
    result = run("check", path, "--format", form)
    assert result.exit_code == 4
    match form:
        case "text":
            assert result.stdout == ""
            assert result.stderr.startswith("error[WB102]: ")
        case "concise":
            assert result.stdout.startswith(f"{path}: WB102 error: ")
        case "github":
            assert result.stdout.startswith("::error file=")
        case "json":
            assert json.loads(result.stdout)["problems"][0]["code"] == "WB102"


def test_more_than_fifty_are_counted_by_kind(tmp_path: Path) -> None:
    from tests.problems.floods import flooded  # noqa: PLC0415 - one test's business

    path = tmp_path / "plan.xlsx"
    path.write_bytes(flooded())
    for form in ("text", "concise", "github"):
        result = run("check", path, "--format", form)
        shown = result.stderr if form == "text" else result.stdout
        codes = [line for line in shown.splitlines() if line.startswith(("error[", "::error", str(path)))]
        assert len(codes) <= 50
        assert "more: " in result.stderr
    assert len(json.loads(run("check", path, "--json").stdout)["problems"]) > 50


@pytest.mark.parametrize(
    "name", ["##[error]x.xlsx", "::error::x.xlsx", "a\x1b[31mb.xlsx", "a\u202eb.xlsx", "a\n::error::b.xlsx"]
)
@pytest.mark.parametrize("form", ["text", "concise", "github"])
def test_file_names_are_not_obeyed(tmp_path: Path, name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    for command in (("check", name), ("plan", name), ("plan", name, "--mark"), ("explain", name, "x")):
        result = run(*command, *(["--format", form] if command[0] != "explain" else []))
        for line in (result.stdout + result.stderr).split("\n"):
            assert line.isprintable(), line
            assert "##[" not in line
            assert line.startswith("::error file=") or not line.startswith("::")


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
@pytest.mark.parametrize("options", [("--list",), (), ("-o", "\u202ebad\x1b[2J.txt"), ("--backup", "\x1b[2J")])
def test_restore_does_not_print_such_names_raw(tmp_path: Path, options: tuple[str, ...], right: Path) -> None:
    path = tmp_path / "\u202eplan\x1b[2J.xlsx"
    path.write_bytes(right.read_bytes())
    assert run("plan", path).exit_code == 0
    result = run("restore", path, *options)
    assert "\u202e" not in result.output
    assert "\x1b" not in result.output


def test_a_sheets_name_is_not_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    from tests.workbooks import valid_markdown, workbook_from_markdown  # noqa: PLC0415 - one test's business

    path.write_bytes(workbook_from_markdown(valid_markdown() + "\n## ##(error)\u202e\n| a |\n"))
    result = run("check", path)
    assert "\\u202e" in result.stderr
    assert "\u202e" not in result.output


# Colours


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_only_where_they_are_wanted(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_colours(Terminal()) == coloured  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert ("\x1b[" in paint("error", "error")) == coloured


def test_no_colours_where_nobody_looks(wrong: Path) -> None:
    assert b"\x1b" not in spawn("check", wrong).stderr


# Quiet and verbose


def test_quiet_says_only_what_is_wrong(wrong: Path) -> None:
    result = run("-q", "check", wrong)
    assert result.stdout == ""
    assert result.stderr.strip().splitlines()[0].startswith("error[WB302]")
    assert "Next" not in result.stderr


def test_quiet_plan_prints_the_path(right: Path) -> None:
    result = run("--quiet", "plan", right)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{right}\n", "")
    assert run("-q", "check", right).output == ""


def test_verbose_tells_the_stages(right: Path) -> None:
    result = run("-v", "plan", right)
    for stage in ("reading", "calculating", "writing"):
        assert f"{stage}: " in result.stderr
    assert result.stdout == run("plan", right).stdout


# Help, and what comes next


@pytest.mark.parametrize("command", COMMANDS)
def test_help_begins_with_examples(command: str) -> None:
    lines = [line for line in run(command, "--help").stdout.splitlines() if line.strip()]
    at = next(number for number, line in enumerate(lines) if line.strip() == "Examples:")
    assert at <= 4, lines[:6]
    assert lines[at + 1].strip().startswith(f"workbook {command} ")


def test_help_of_all_begins_with_examples() -> None:
    text = run("--help").stdout
    assert text.index("Examples:") < text.index("Options:")


@pytest.mark.slow
def test_every_command_suggests_the_next(tmp_path: Path) -> None:
    path = tmp_path / "my plan.xlsx"
    assert f"Next: {command_line('workbook', 'plan', path)}" in run("new", path).stderr
    assert f"'{path}'" in run("check", path).stderr
    assert "Next: " in run("plan", path).stderr
    assert "Next: " in run("explain", path, "nodes.provisioned", "--item", "Web shop").stderr
    path.write_bytes(with_values(path.read_bytes(), {Cell("Users", 2, 2): "many"}))
    assert "--mark" in run("check", path).stderr
    assert "--mark" in run("plan", path).stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_offered(shell: str) -> None:
    script = CliRunner().invoke(main, [], prog_name="workbook", env={"_WORKBOOK_COMPLETE": f"{shell}_source"}).output
    assert "_WORKBOOK_COMPLETE" in script
    assert f"{shell}_complete" in script


def test_completion_knows_commands_and_options() -> None:
    def completed(words: str, at: int) -> str:
        env = {"_WORKBOOK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        return CliRunner().invoke(main, [], prog_name="workbook", env=env).output

    assert "plain,plan" in completed("workbook pl", 1)
    assert "plain,--format" in completed("workbook check --f", 2)
    assert "plain,github" in completed("workbook check --format g", 3)


# Other consoles


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_no_letter_is_too_much_for_a_console(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| Őrült 日本 ✓ ")))
    for arguments in (("check", path), ("plan", path), ("explain", "WB309")):
        done = spawn(*arguments, PYTHONIOENCODING=encoding)
        assert b"Traceback" not in done.stderr, done.stderr
        assert done.returncode in (0, 1)
        done.stdout.decode(encoding)
    data = json.loads(spawn("check", path, "--json", PYTHONIOENCODING=encoding).stdout)
    assert "Őrült 日本 ✓" in data["problems"][0]["seen"]


# Ctrl-C


def test_an_interrupted_command_ends_with_one_plain_line(monkeypatch: pytest.MonkeyPatch, right: Path) -> None:

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "read_plan", interrupted)
    result = run("plan", right)
    assert result.exit_code == INTERRUPTED == 130
    assert len(result.output.strip().splitlines()) == 1
    assert result.stderr.startswith("Interrupted.")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_in_the_middle_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes((SAMPLES / "meridian.xlsx").read_bytes())
    before = path.read_bytes()
    code = "import os, signal, sys\nfrom workbook import actions\nfrom workbook.cli import main\n" + (
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job's children ignore it
        "actions.calculate = lambda *_: os.kill(os.getpid(), signal.SIGINT)\nmain(['plan', sys.argv[1]])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == INTERRUPTED, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("Interrupted.")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.xlsx"]


# Progress


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make standard error a terminal and the moving line a list of what it says."""
    said: list[str] = []
    monkeypatch.setattr(progressing, "is_terminal", lambda _: True)
    monkeypatch.setattr(Progress, "_appear", lambda self: said.append(self.name))
    return said


def test_progress_appears_only_when_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    said = on_a_terminal(monkeypatch)
    with progressing.progress(delay=60) as short:
        short.stage("reading")
    assert said == []
    with progressing.progress(delay=0) as long:
        long.stage("calculating")
        deadline = time.monotonic() + 10
        while not said and time.monotonic() < deadline:
            time.sleep(0.01)
    assert said == ["calculating"]


def test_progress_draws_and_goes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progressing, "is_terminal", lambda _: True)
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal, for the library that draws
    made = Progress(delay=60)
    made.stage("reading")
    made._appear()
    made.stage("calculating")
    made.done(2500, 10_000)
    assert re.fullmatch("calculating ━+─+ 25%", str(made._line()))
    made.done(10_000, 10_000)
    assert re.fullmatch("calculating ━+ 100%", str(made._line()))
    made.stage("[bold]writing")
    made.end()
    shown = capsys.readouterr().err
    assert "[bold]writing …" in shown
    made._appear()
    assert capsys.readouterr().err == ""


def test_no_terminal_no_progress_and_no_thread() -> None:
    with progressing.progress(delay=0) as run_:
        run_.stage("reading")
        assert run_._timer is None


@pytest.mark.slow
def test_a_plain_run_loads_neither_progress_nor_simulation(right: Path) -> None:
    code = "import sys\nfrom workbook.cli import main\n"
    code += "try:\n    main(['plan', sys.argv[1]])\nexcept SystemExit:\n    pass\n"
    unused = ("rich", "workbook.problems.catalogue", "workbook.whatif.simulation", "workbook.whatif.tornado")
    code += f"print([name for name in {unused} if name in sys.modules])"
    command = [sys.executable, "-c", code, str(right)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_progress_says_how_long_it_still_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("workbook.cli.progress.time.monotonic", lambda: now[0])
    shown = Progress(shows_rest=True)
    shown.stage("reading")
    assert str(shown._line()) == "reading …"
    shown.done(10, 100)  # what an interrupted run has left says nothing about speed
    assert str(shown._line()).endswith(" 10%")
    for seconds, done, words in ((10, 20, "1 min left"), (65, 75, "25 s left"), (9000, 55, "2 h 30 min left")):
        now[0] = 100.0 + seconds
        shown.done(done, 100)
        assert str(shown._line()).endswith(words), shown._line()
    shown.end()
