"""A theme file of your own over the shipped theme, or the problems that it has (roof)."""

from __future__ import annotations

from pathlib import Path

from workbook.bounded import read_bounded
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.sheets.theme.look import Theme

_LARGEST_THEME = 1_000_000


def read_theme(path: Path) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Read a user's own theme file over the shipped theme; no theme if it has errors.

    Raises Refusal (unreadable) for a file that cannot be read or is not YAML.
    """
    from workbook.resources import parse_yaml  # noqa: PLC0415 - most runs have no theme of their own
    from workbook.sheets.theme.own import read_theme as read_document  # noqa: PLC0415

    try:
        document = parse_yaml(read_bounded(path, _LARGEST_THEME).decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        problem = Problem(
            Code.THEME_UNREADABLE,
            f"the theme {path.name} cannot be read",
            path.name,
            seen=getattr(error, "strerror", None) or str(error),
            expected="a YAML file such as: styles: {Input: {bg_color: '#FFF2CC'}}",
            remedy="correct the file, or leave --theme out",
        )
        raise Refusal(problem, reason=Reason.UNREADABLE) from error
    return read_document(document, path.name)
