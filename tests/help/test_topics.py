"""`workbook help`: the topics are listed and printed, an unknown one is refused, a terminal gets a pager."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner, Result

from tests.help.sections import HELP
from workbook.actions.help import help_text, help_topics
from workbook.cli import main

TOPICS = (
    "exit-codes", "export", "glossary", "inputs", "lines", "mail", "model", "operations", "outputs", "planning",
    "source-document", "themes",
)  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["help", *arguments])


def test_the_topics_are_listed_with_one_line_each() -> None:
    result = run()
    assert result.exit_code == 0
    rows = [line.split("  ", 1) for line in result.stdout.splitlines()]
    assert tuple(name for name, _ in rows) == TOPICS
    for _, summary in rows:
        assert re.fullmatch(r"\S.{10,90}\.", summary.strip())


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_printed_as_it_is_without_marks(topic: str) -> None:
    result = run(topic)
    assert result.exit_code == 0
    source = [line for line in (HELP / f"{topic}.md").read_text(encoding="utf-8").splitlines() if line]
    printed = [line for line in result.stdout.splitlines() if line]
    assert printed[: len(source)] == [line for line in source if not line.startswith("<!-- ")][: len(printed)]
    assert "<!--" not in result.stdout


def test_the_name_of_a_topic_may_be_in_capitals() -> None:
    assert help_text("Inputs") == help_text("inputs")


@pytest.mark.parametrize(
    ("topic", "words"), [("input", "did you mean inputs?"), ("weather", "the topics are exit-codes, export, glossary")]
)
def test_an_unknown_topic_is_a_usage_error(topic: str, words: str) -> None:
    result = run(topic)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_terminal_gets_a_pager(monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    monkeypatch.setattr("workbook.cli.help.is_terminal", lambda: True)
    monkeypatch.setattr(click, "echo_via_pager", paged.append)
    assert run("themes").stdout == ""
    assert paged == [help_text("themes")]


def test_a_topic_named_in_another_topic_exists() -> None:
    for path in HELP.glob("*.md"):
        for names in re.findall(r"\(help: ([a-z, -]+)\)", path.read_text(encoding="utf-8")):
            assert set(names.split(", ")) <= set(help_topics()), path.name
