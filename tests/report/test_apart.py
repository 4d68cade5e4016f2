"""A user's own template: bounded in time, memory and output, and without the environment's secrets."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.conftest import SAMPLES, run
from tests.report.reports import report_of_sample
from workbook.problems import Code, Refusal
from workbook.report import apart
from workbook.report.apart import render_apart
from workbook.report.make import ReportOptions, standalone_page
from workbook.report.pages import PAGE, Template, embedded, render, shipped_template

pytestmark = pytest.mark.slow

BOMBS = {
    "power": "{{ 'x' * 10**9 * 9 }}",
    "centre": "{{ 'x'.center(9 * 10**9) }}",
    "format": "{{ '%9000000000d' % 1 }}",
    "format width": "{{ '{:9000000000}'.format(1) }}",
    "filter": "{{ 'x' | center(9000000000) }}",
    "text": "{{ 'x' * (3 * 10**7) }}",
    "number": "{{ 10**(10**9) }}",
    "loop": "{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}",
    "silent loop": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "recursion": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
}


@pytest.fixture(autouse=True)
def short() -> object:
    with patch.object(apart, "SECONDS", 4.0):
        yield


@pytest.mark.parametrize("name", BOMBS)
def test_a_template_without_bounds_is_a_problem(name: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Refusal) as found:
        render_apart(report_of_sample("erlmcp").report, Template("mine.html", BOMBS[name]), embedded)
    assert found.value.problem.code is Code.REPORT_TEMPLATE
    assert str(found.value.problem.where).startswith("mine.html")
    assert time.monotonic() - begun < 15


def test_it_fills_what_the_shipped_one_fills() -> None:
    rendered = report_of_sample("erlmcp")
    shipped = shipped_template(PAGE)
    own = Template("mine.html", shipped.text)
    page = render(rendered.report, shipped, embedded)
    assert render_apart(rendered.report, own, embedded) == page
    assert standalone_page(rendered, ReportOptions((own,))) == page


def test_an_error_has_its_line() -> None:
    with pytest.raises(Refusal) as found:
        render_apart(report_of_sample("erlmcp").report, Template("mine.html", "<p>\n{{ report.nothing }}"), embedded)
    assert found.value.problem.where == "mine.html, line 2"
    assert "nothing" in found.value.problem.seen


def test_only_what_python_needs_is_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    seen = []
    real = subprocess.run

    def spied(*words: object, **options: object) -> object:
        seen.append(options["env"])
        return real(*words, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spied)
    render_apart(report_of_sample("erlmcp").report, Template("mine.txt", "x"), embedded)
    assert "hunter2" not in str(seen)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_template(device: str, tmp_path: Path) -> None:
    if not Path(device).exists():
        pytest.skip("no such device here")
    link = tmp_path / "mine.html"
    link.symlink_to(device)
    result = run("report", SAMPLES / "erlmcp.xlsx", "--template", link)
    assert "not a regular file" in result.output
