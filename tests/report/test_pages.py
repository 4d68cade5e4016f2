"""The page and the templates: escaped, bounded, told apart from a person's own ones, and no way out of the sandbox."""

from __future__ import annotations

import os
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import exit_code_of, run
from tests.report.reports import planned_twice, report_of, report_of_sample
from tests.workbooks import replaced, valid_workbook
from workbook.problems import Refusal
from workbook.report.make import ReportOptions, standalone_page
from workbook.report.pages import MOST_HTML, Template, embedded, read_template, render, shipped_template, text_table
from workbook.report.report import KeyFigure, Picture

pytestmark = pytest.mark.slow

VOID = {"meta", "br", "img"}


class Reader(HTMLParser):
    """Reads a page strictly: every tag is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_page_is_accessible_and_stands_alone(sample: str) -> None:
    rendered = report_of_sample(sample)
    tags = read(rendered.page).tags
    count = Counter(tag for tag, _ in tags)
    assert (count["h1"], count["title"]) == (1, 1)
    assert ("html", {"lang": "en"}) in tags
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in tags
    for tag, attributes in tags:
        if tag == "img":
            assert attributes["alt"]
            assert int(attributes["width"] or 0) <= 600
            assert attributes["height"]
            assert str(attributes["src"]).startswith("cid:")
        if tag == "th":
            assert attributes["scope"] in ("col", "row")
        assert tag not in ("script", "link", "iframe", "object", "form")
        assert not {"onload", "onclick", "onerror", "background"} & set(attributes)
    headed = re.findall(r"<table(?! role)[^>]*>\s*<thead>", rendered.page)
    assert len(headed) + rendered.page.count('role="presentation"') == count["table"] + rendered.page.count(
        "<!--[if mso]><table"
    )
    assert re.findall(r"https?://|@import|url\(", rendered.page) == []


def test_page_within_what_mail_services_show(sample: str, tmp_path: Path) -> None:
    assert len(report_of_sample(sample).page.encode()) <= MOST_HTML


def test_longest_page_is_within_what_mail_services_show(tmp_path: Path) -> None:
    now, then, long = tmp_path / "now.xlsx", tmp_path / "then.xlsx", "ü<&" * 80
    then.write_bytes(valid_workbook())
    number = range(40)
    users = "| Segment | Current users | Requests per user | CPU per request (s) | Memory per session "
    users += "| Session duration | Source |\n"
    users += "\n".join(f"| {one:02}{long} | 500 | 0.5 | 0.002 | 10 | 30 | {long} |" for one in number)
    parts = "| Component | CPU share (%) | Memory share (%) | Node type | Current nodes | Source |\n"
    parts += "\n".join(f"| C{one}{long} | 2.5 % | 2.5 % | Large | 1 | {long} |" for one in number)
    growth = "\n| Segment | Month | Total growth (%) |\n"
    zones = f"\n| Component | Target availability (%) | Redundancy | k |\n| C0{long} | 99.9 % | N+k | 1 |\n"
    sheets = {"Users": f"\n{users}\n", "Components": f"\n{parts}\n", "Growth": growth, "Resilience": zones}
    now.write_bytes(valid_workbook(**sheets))
    rendered = report_of(now, then)
    assert rendered.report.decisions
    assert len(rendered.page.encode()) <= MOST_HTML


def test_cells_are_escaped_in_the_page(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    attack = '<img src=x onerror=alert(1)>{{ 7*7 }}"'
    path.write_bytes(valid_workbook(**replaced("Users", "| census |", f"| {attack} |")))
    rendered = report_of(path)
    assert attack in " ".join(rendered.text.split())
    assert attack not in rendered.page
    assert "&lt;img src=x onerror=alert(1)&gt;{{ 7*7 }}&#34;" in rendered.page
    read(rendered.page)


def test_standalone_page_holds_its_pictures() -> None:
    page = standalone_page(report_of_sample("erlmcp"), ReportOptions())
    sources = [str(attributes["src"]) for tag, attributes in read(page).tags if tag == "img"]
    assert sources
    assert len(sources) == len(report_of_sample("erlmcp").report.pictures)
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_dark_colours_are_readable() -> None:
    page = report_of_sample("erlmcp").page
    dark = page[page.index("prefers-color-scheme") :]
    rules = dict(re.findall(r"\.(\w+) \{ [^}]*?color: (#[0-9a-f]{6})", dark))
    for name in ("ink", "soft", "head", "late"):
        assert contrast(rules[name], rules["card"]) >= 4.5, name


PAIRS = (
    ("#1a1a1a", "#ffffff"),
    ("#595959", "#ffffff"),
    ("#1f3a5f", "#ffffff"),
    ("#a33a00", "#ffffff"),
    ("#ffffff", "#1f3a5f"),
    ("#d5e0ee", "#1f3a5f"),
)


def test_light_colours_are_the_checked_ones() -> None:
    page = report_of_sample("meridian").page
    light = page[page.index("<body") :]
    used = set(re.findall(r"(?<![-\w])color:(#[0-9a-f]{6})", light))
    assert used <= {ink for ink, _ in PAIRS}
    for ink, ground in PAIRS:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as the accessibility guidelines define it."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def fill(text: str, name: str = "mine.html") -> str:
    return render(report_of_sample("erlmcp").report, Template(name, text), embedded)


@pytest.mark.parametrize("name", ["report.html", "report.txt"])
def test_read_template_replaces_a_block_of_the_shipped_one(name: str) -> None:
    kind = name.rpartition(".")[2]
    whole = fill(shipped_template(name).text, f"mine.{kind}")
    own = fill(f'{{% extends "{name}" %}}{{% block foot %}}Ask Anna.{{% endblock %}}', f"mine.{kind}")
    blocks = re.findall(r"{% block (\w+) %}", shipped_template(name).text)
    assert (
        " ".join(blocks)
        == "head ask forecast why levers range since confidence figures charts decisions assumptions foot"
    )
    assert "Ask Anna." in own
    assert "Reply to this email" in whole
    assert "Reply to this email" not in own
    assert own.partition("Ask Anna.")[0] == whole[: len(own.partition("Ask Anna.")[0])]


def test_read_template_makes_the_text(tmp_path: Path) -> None:
    own = tmp_path / "short.txt"
    own.write_text("{{ report.ask }}\n{{ table({'Figure': 'label', 'Now': 'value'}, report.figures) }}\n")
    path = planned_twice(tmp_path)
    assert run("report", path, "--template", own, "--no-attach").exit_code == 0
    text = (tmp_path / "plan-report.txt").read_text()
    assert text.startswith(report_of(path, tmp_path / "plan.backup-2.xlsx").report.ask)
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\n{{ report.headline }}", 2, "headline"),
        ("\n\n{% for one in %}", 3, "Expected"),
        ("{{ report.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ ''.__class__ }}", 1, "unsafe"),
        ("a\n{{ source.__globals__ }}", 2, "unsafe"),
        ("{% include '/etc/passwd' %}", 1, "/etc/passwd"),
        ("{{ report.figures.append(1) }}", 1, "append"),
        ("{% for one in range(10 ** 9) %}{% endfor %}", 1, "ange too big"),
        ("{{ 1 / 0 }}", 1, "division"),
        ("{{ report.title|nothing }}", 1, "nothing"),
        ("{{ report.figures + 1 }}", 1, "concatenate"),
        ("{% include 'mine.html' %}", 1, "recursion"),
        ("{{ table({'A': 'nope'}, report.figures) }}", 1, "nope"),
    ],
)
def test_a_fault_of_an_read_template_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        fill(text)
    assert exit_code_of(caught.value) == 2
    assert caught.value.problem.code == "WB709"
    assert str(caught.value.problem.where) == f"mine.html, line {line}"
    assert words in caught.value.problem.seen


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.html"
    with pytest.raises(Refusal):
        read_template(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refusal, match=r"mine\.html"):
        read_template(path)


def test_a_page_that_is_too_long_is_warned_of(tmp_path: Path) -> None:
    path, own = planned_twice(tmp_path), tmp_path / "long.html"
    own.write_text("{% for one in range(90000) %}xx{% endfor %}")
    result = run("report", path, "--template", own, "--no-attach")
    assert result.exit_code == 0, result.output
    assert "WB710" in result.stderr


def test_text_tables_line_up_and_wrap() -> None:
    rows = [KeyFigure("Users", "5"), KeyFigure("Nodes at the end", "word " * 30)]
    lines = text_table({"Figure": "label", "Now": "value"}, rows).splitlines()
    assert lines[0] == "Figure            Now"
    assert lines[2] == "Users             5"
    assert len(lines) > 4
    assert max(map(len, lines)) <= 78
    assert lines[4].startswith(" " * 18 + "word")


def test_a_template_finds_no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBOOK_TEST_PASSWORD", "s3cret-in-the-environment")
    seen: list[str | None] = []

    def source(_: Picture) -> str:
        seen.append(os.environ.get("WORKBOOK_TEST_PASSWORD"))
        return "x"

    report = report_of_sample("erlmcp").report
    render(report, Template("mine.html", "{{ source(report.pictures[0]) }}"), source)
    assert seen == [None]
    with pytest.raises(Refusal):
        render(report, Template("mine.html", "{{ source(report.pictures[0]) }}{{ report.none }}"), source)
    assert os.environ["WORKBOOK_TEST_PASSWORD"] == "s3cret-in-the-environment"
