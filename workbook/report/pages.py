"""A report into its text and its page, by templates (post; the only room that knows Jinja).

Templates see the record `report` and nothing that could reach a file or a program. In a page every text is escaped;
a user's own template has the same limits.
"""

from __future__ import annotations

import base64
import os
import re
import textwrap
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from workbook.bounded import read_bounded
from workbook.figures import MONTHS
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.report import Picture, Report
from workbook.resources import template_folder

if TYPE_CHECKING:
    from jinja2.environment import Environment
    from markupsafe import Markup

TEXT, PAGE = "report.txt", "report.html"
TEXT_WIDTH = 78
MOST_HTML = 90_000
"""Mail services cut longer pages off."""
_LARGEST = 1_000_000
_RECORD = re.compile(r"'workbook\.[\w.]+ object'")
_MONTHS = "|".join(MONTHS)
_UNBROKEN = re.compile(rf"\b(?:(?:{_MONTHS}) \d{{4}}|\d{{4}}-\d\d|[A-Z]{{3}} \d[\d.]*(?:k|M|bn)?)(?!\w)")
"""Months and amounts of money, which no line ends within."""
ImageSource = Callable[[Picture], str]


class Template(Struct, frozen=True):
    """A template's name as its errors show it, and its text; it is a page unless its name ends in .txt."""

    name: str
    text: str

    @property
    def is_page(self) -> bool:
        """Whether it makes a page rather than a text."""
        return not self.name.lower().removesuffix(".j2").removesuffix(".jinja").endswith(".txt")


def read_template(path: Path) -> Template:
    """Read a user's own template. Raises Refusal (usage) if it is not text in UTF-8."""
    try:
        return Template(path.name, read_bounded(path, _LARGEST).decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        raise template_refusal(path.name, 0, f"it cannot be read: {reason}") from error


def shipped_template(name: str) -> Template:
    """Return a template that ships with the tool."""
    return Template(name, (template_folder() / "report" / name).read_text(encoding="utf-8"))


def render(report: Report, template: Template, source: ImageSource) -> str:
    """Return the filled template; `source` gives a picture's place. Raises Refusal (usage) with file and line.

    Nothing limits its time and memory: `render_apart` does for a user's own template.
    """
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - only a report is rendered

    environment = _environment(template)
    try:
        with without_environment():
            return environment.get_template(template.name).render(report=report, source=source, table=text_table)
    except TemplateSyntaxError as error:
        raise template_refusal(template.name, error.lineno, error.message or "it is not a template") from error
    except Exception as error:
        # Whatever a template can raise, it is the template that raised it.
        trouble = str(error) or type(error).__name__
        raise template_refusal(template.name, _line_of(error, template.name), trouble) from error


@contextmanager
def without_environment() -> Iterator[None]:
    """Empty the environment while a template is filled: a password may be kept there, and no template needs one."""
    kept = dict(os.environ)
    os.environ.clear()
    try:
        yield
    finally:
        os.environ.update(kept)


def embedded(picture: Picture) -> str:
    """Return a picture as part of the page itself, for a page that is opened as a file."""
    return "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")


def text_table(columns: Mapping[str, str], records: Sequence[object]) -> str:
    """Return records as an aligned table: one heading and field per column; the last takes the rest and is wrapped."""
    headers = tuple(columns)
    rows = [tuple(str(getattr(record, field)) for field in columns.values()) for record in records]
    widths = [max(len(row[place]) for row in (headers, *rows)) for place in range(len(headers))]
    last = max(TEXT_WIDTH - sum(widths[:-1]) - 2 * (len(widths) - 1), 24)
    lines = []
    rules = ["-" * width for width in (*widths[:-1], min(widths[-1], last))]
    for row in (headers, rules, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        wrapped = textwrap.wrap(row[-1], last) or [""]
        lines.append("  ".join((*cells, wrapped[0])).rstrip())
        indent = " " * (sum(widths[:-1]) + 2 * (len(widths) - 1))
        lines.extend(indent + rest for rest in wrapped[1:])
    return "\n".join(lines)


def _environment(template: Template) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined  # noqa: PLC0415 - only a report is rendered
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """Return a template by name: one may extend or include the shipped ones, and no other file."""
        if name == template.name:
            return template.text, name, lambda: True
        return (shipped_template(name).text, name, lambda: True) if name in (TEXT, PAGE) else None

    environment = ImmutableSandboxedEnvironment(
        autoescape=template.is_page, undefined=StrictUndefined, loader=FunctionLoader(load),
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"wrapped": _wrapped, "unbroken": _unbroken}
    return environment


def _wrapped(text: str, indent: int = 0) -> str:
    """Return a text in lines of `TEXT_WIDTH` characters, the second and later ones indented."""
    return "\n".join(textwrap.wrap(text, TEXT_WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False))


def _unbroken(text: str) -> Markup:
    """Return a text escaped for a page, with months and amounts of money that no line breaks."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - only a report is rendered

    return Markup(_UNBROKEN.sub(r'<span style="white-space:nowrap;">\g<0></span>', str(escape(text))))


def _line_of(error: Exception, name: str) -> int:
    """Return the template's line at which an error arose; 0 where it is not known."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return (lines[-1] or 0) if lines else 0


def template_refusal(name: str, line: int, trouble: str) -> Refusal:
    """Return the refusal of a template that cannot be filled; line 0 where it is not known."""
    problem = Problem(
        Code.REPORT_TEMPLATE,
        f"the template {name} cannot be filled",
        f"{name}, line {line}" if line else name,
        seen=_RECORD.sub("this record", trouble),
        expected="a Jinja template in UTF-8 that uses the record `report`",
        remedy="correct that line; workbook report --help lists what a template may use",
    )
    return Refusal(problem, reason=Reason.USAGE)
