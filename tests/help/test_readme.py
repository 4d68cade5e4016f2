"""The README: short, its commands' output is real, its links lead somewhere, and the help documents every option."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import workbook.cli
from tests.conftest import ROOT, SAMPLES
from tests.edits import with_values
from tests.help.sections import HELP, README, check_section
from workbook import actions
from workbook.actions.help import help_topics
from workbook.cli import main
from workbook.resources import parse_yaml
from workbook.sheets.theme.own import read_theme

COMMANDS = {
    "new": "workbook new plan.xlsx --template blank",
    "check": "workbook check plan.xlsx",
    "plan": "workbook plan plan.xlsx",
    "explain": "workbook explain plan.xlsx users.peak --item Users --month 12",
    "report": "workbook report plan.xlsx",
}
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*(?![\w-])")
_EVERYWHERE = {"--quiet", "-q", "--verbose", "-v", "--debug"}


def output_of(command: str, folder: Path, exit_code: int = 0) -> str:
    """Run a command and return what a terminal shows, in a folder called /plans."""
    result = CliRunner().invoke(main, command.split()[1:])
    assert result.exit_code == exit_code, result.output
    shown = result.output.strip()
    return f"```text\n$ {command}\n{shown.replace(str(folder), '/plans')}\n```\n"


@pytest.mark.slow
def test_the_five_commands_print_what_the_readme_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plan.xlsx"
    outputs = {"new": output_of(COMMANDS["new"], tmp_path)}
    correct = path.read_bytes()
    plan = actions.read_plan(path).plan
    assert plan is not None
    share = plan.tables["components"].cell(0, "cpu_share")
    assert share is not None
    path.write_bytes(with_values(correct, {share: 40}))
    outputs["check"] = output_of(COMMANDS["check"], tmp_path, exit_code=1)
    path.write_bytes(correct)
    outputs |= {name: output_of(COMMANDS[name], tmp_path) for name in ("plan", "explain", "report")}
    for name, output in outputs.items():
        check_section(README, name, output)


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [link for link in links if not (ROOT / link).is_file()] == []
    assert {Path(link).stem for link in links} >= set(help_topics())


def test_the_picture_is_a_small_png() -> None:
    data = (SAMPLES / "summary.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(data) <= 200_000
    assert int.from_bytes(data[16:20], "big") >= 1200  # width in pixels


@pytest.mark.slow
def test_the_first_commands_of_the_readme_make_and_plan_a_workbook(tmp_path: Path) -> None:
    line = next(line for line in README.read_text(encoding="utf-8").splitlines() if "workbook plan plan.xlsx" in line)
    commands = [part.split()[1:] for part in line.split("&&") if "bin/workbook" in part]
    assert [command[0] for command in commands] == ["new", "plan"]
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "workbook", *command],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "plan.backup.xlsx").exists()


def sections() -> list[str]:
    """Return the help topics, divided at their headings."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(HELP.glob("*.md"))]
    return [section for text in texts for section in re.split(r"^#+ ", text, flags=re.MULTILINE)]


def commands() -> dict[str, click.Command]:
    """Return all commands by name."""
    context = click.Context(main)
    return {name: command for name in main.modules if (command := main.get_command(context, name))}


def test_a_command_of_every_module_is_found() -> None:
    for module in pkgutil.iter_modules(workbook.cli.__path__):
        importlib.import_module(f"workbook.cli.{module.name}")
    assert commands() == main.commands


@pytest.mark.parametrize(("name", "command"), commands().items())
def test_every_option_is_documented_next_to_its_command(name: str, command: click.Command) -> None:
    own = [section for section in sections() if f"workbook {name} " in section or f"`{name}`" in section]
    everywhere = [section for section in sections() if "Every command also takes" in section]
    assert own
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("-"):
                places = everywhere if option in _EVERYWHERE else own
                assert any(option in _OPTION.findall(section) for section in places), option
    assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_no_option_is_documented_that_does_not_exist() -> None:
    known = {option for command in commands().values() for parameter in command.params for option in parameter.opts}
    known |= {"--help", "-h", "--version"}
    found = {option for section in sections() for option in _OPTION.findall(section) if option.startswith("--")}
    assert found <= known


@pytest.mark.slow
def test_the_python_of_the_help_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.xlsx").write_bytes((SAMPLES / "erlmcp.xlsx").read_bytes())
    text = re.findall(r"```python\n(.*?)```", (HELP / "operations.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(text[0], "operations.md", "exec"), {})
    assert Path("planned.xlsx").is_file()
    assert "erlmcp_core" in capsys.readouterr().out


def test_the_theme_of_the_help_is_one() -> None:
    text = re.findall(r"```yaml\n(.*?)```", (HELP / "themes.md").read_text(encoding="utf-8"), re.DOTALL)
    theme, problems = read_theme(parse_yaml(text[0]), "corporate.yaml")
    assert theme is not None
    assert problems == ()
