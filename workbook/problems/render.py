"""Problems as a user, a log, a build server or a program reads them (languages floor).

`text` has the form of a compiler's messages: what is wrong, where, what was seen, what is expected, how to fix it.
`concise` is one line per problem, `github` a workflow command per problem, `json` all of them as data. All but the last
show fifty at most, chosen so that no kind hides another, and count the rest by kind.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from workbook.problems.problem import Severity
from workbook.problems.sanitize import clean

if TYPE_CHECKING:
    from workbook.problems.catalogue import CatalogueEntry

FORMATS = ("text", "concise", "json", "github")
MOST_SHOWN = 50
_MOST_KINDS = 12
_WIDTH = 100
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class Shown(Protocol):
    """What is shown of a problem; a rule of a check of sheets has the same fields under an id of its own."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102
    @property
    def where(self) -> object: ...  # noqa: D102
    @property
    def seen(self) -> str: ...  # noqa: D102
    @property
    def expected(self) -> str: ...  # noqa: D102
    @property
    def remedy(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> Severity: ...  # noqa: D102


Found = TypeVar("Found", bound=Shown)
Paint = Callable[[str, str], str]
"""Colours a text by its role: the name of a severity, `place` or `help`."""


def unpainted(text: str, _role: str) -> str:
    """Return a text as it is, for everything that is no terminal."""
    return text


def problem_text(problem: Shown, file_name: str, paint: Paint = unpainted) -> str:
    """Return one problem as a compiler would: severity, code and message, place, then seen, expected, help."""
    place = _place(problem, file_name)
    level = problem.severity.value
    lines = [
        f"{paint(f'{level}[{problem.code}]', level)}: {clean(problem.message)}",
        f"  {paint('-->', 'place')} {clean(f'{file_name} › {place}' if place else file_name)}",
    ]
    if problem.seen:
        lines.append(f"   |  seen      {clean(problem.seen)}")
    if problem.expected:
        lines.append(f"   |  expected  {clean(problem.expected)}")
    if problem.remedy:
        lines.append(f"   = {paint('help', 'help')}: {clean(problem.remedy)}")
    return "\n".join(lines)


def problems_text(problems: Sequence[Shown], file_name: str, paint: Paint = unpainted) -> str:
    """Return fifty problems at most, how many more there are of which kind, and where to read more."""
    if not problems:
        return ""
    shown = [problem_text(problem, file_name, paint) for problem in choose(problems)]
    if left := left_text(problems):
        shown.append(left)
    return "\n\n".join(shown)


def brief_text(problems: Sequence[Shown], file_name: str, paint: Paint = unpainted) -> str:
    """Return one line per kind of problem: the first of it with its place, and how many more there are."""
    kinds: dict[tuple[Severity, str], list[Shown]] = {}
    for problem in problems:
        kinds.setdefault(_kind(problem), []).append(problem)
    return "\n".join(_brief(found, file_name, paint) for found in kinds.values())


def _brief(found: Sequence[Shown], file_name: str, paint: Paint) -> str:
    first, level = found[0], found[0].severity.value
    place = clean(_place(first, file_name))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    where = f"{place}: " if place else ""
    return f"{paint(f'{level}[{first.code}]', level)} {where}{clean(first.message)}{more}"


def as_format(problems: Sequence[Shown], file: str, kind: str) -> str:
    """Return problems in the format `concise` or `github`: a line each, none without problems; `file` is the path."""
    one = {"concise": _concise, "github": _github}[kind]
    return "\n".join(one(problem, file) for problem in choose(problems))


def choose(problems: Sequence[Found], most: int = MOST_SHOWN) -> tuple[Found, ...]:
    """Choose which problems are shown, in their order: each kind gets its share, and what one leaves goes to others."""
    if len(problems) <= most:
        return tuple(problems)
    sizes = Counter(_kind(problem) for problem in problems)
    shares = dict.fromkeys(sizes, 0)
    left = most
    while left:
        for kind in [kind for kind in sizes if shares[kind] < sizes[kind]][:left]:
            shares[kind] += 1
            left -= 1
    chosen = []
    for problem in problems:
        if shares[_kind(problem)]:
            shares[_kind(problem)] -= 1
            chosen.append(problem)
    return tuple(chosen)


def left_text(problems: Sequence[Shown], most: int = MOST_SHOWN) -> str:
    """Return how many problems are not shown, by kind: `… and 312 more: 300 WB307, 12 WB302`; nothing if all are."""
    hidden = Counter(str(problem.code) for problem in problems)
    hidden.subtract(Counter(str(problem.code) for problem in choose(problems, most)))
    kinds = [(code, count) for code, count in hidden.most_common() if count]
    if not kinds:
        return ""
    words = [f"{count} {code}" for code, count in kinds[:_MOST_KINDS]]
    if rest := sum(count for _, count in kinds[_MOST_KINDS:]):
        words.append(f"{rest} of other kinds")
    return f"… and {sum(hidden.values())} more: {', '.join(words)} (all of them with --format json)"


def _kind(problem: Shown) -> tuple[Severity, str]:
    return problem.severity, str(problem.code)


def _place(problem: Shown, file: str) -> str:
    """Return the place inside the file; nothing where the problem is about the file itself."""
    where = str(problem.where)
    return "" if where == file else where


def _concise(problem: Shown, file: str) -> str:
    place = _place(problem, _base(file))
    start = clean(f"{file}:{place}" if place else file)
    return f"{start}: {problem.code} {problem.severity.value}: {clean(problem.message)}"


def _github(problem: Shown, file: str) -> str:
    place = _place(problem, _base(file))
    lines = [f"{place}: {problem.message}" if place else problem.message]
    for word, text in (("seen", problem.seen), ("expected", problem.expected), ("help", problem.remedy)):
        lines += [f"{word}: {text}"] if text else []
    body = "%0A".join(_data(clean(line)) for line in lines)
    return f"::{_LEVELS[problem.severity]} file={_property(clean(file))},title={_property(str(problem.code))}::{body}"


def _base(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def _data(text: str) -> str:
    """Escape a workflow command's message, as the runner takes it apart."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def entry_text(entry: CatalogueEntry) -> str:
    """Return the catalogue's entry of a code: title, explanation, and an example of wrong and correct."""
    example = textwrap.indent(entry.example.rstrip(), "   ")
    return f"{entry.code}: {entry.title}\n\n{textwrap.fill(entry.explanation, _WIDTH)}\n\nFor example\n{example}"
