"""A formula in one form for programs that write formulas anew when they save (files floor).

Gnumeric writes `A1` for `A1:A1`, `POISSON.DIST` for `POISSON` and numbers with 21 digits; IronCalc leaves out brackets
that change no value. A formula in one spelling (`cell_records`) in, a form out in which such formulas are the same; two
that differ in value are not.
"""

from __future__ import annotations

import re
from math import inf

from msgspec import Struct, field

from workbook.files.package.escapes import unescape

_TOKEN = re.compile(
    r'"[^"]*+"|\[[^\]]*+\]|(?<![\w.$])\d+(?:\.\d*+)?(?:[eE][+-]?\d++)?(?![\w.:!(])|[\w.$:!#\'\\?@]++|<=|>=|<>|.',
    re.DOTALL,
)
_ONE_CELL = re.compile(r"((?:[^!]*+!)?)(\$?[A-Za-z]{1,3}\$?[0-9]{1,7}):\2")
_BINARY = {"=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "<>": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_SIGN, _PERCENT = 6, 7
_OLDER = {
    "BINOM.DIST": "BINOMDIST", "POISSON.DIST": "POISSON", "GAMMA.DIST": "GAMMADIST", "GAMMALN.PRECISE": "GAMMALN",
    "T.INV.2T": "TINV",
}  # fmt: skip
"""Newer names of functions with the older ones, which take the same arguments in the same order."""
_ASSOCIATIVE = {"+", "&", "*"}


class _Group(Struct):
    """An open bracket: its index in the output, what is before it, and what binds weakest in it."""

    at: int
    before: str = ""
    before_sign: str | None = None
    """What is before the sign that is before the bracket; None where there is no sign."""
    is_call: bool = False
    weakest: float = inf
    is_list: bool = False


class _Writer(Struct):
    out: list[str] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=lambda: [_Group(-1)])
    last: str = ""
    second_last: str = ""

    def take(self, token: str, following: str) -> None:
        """Take one token; `following` is the next one."""
        group = self.groups[-1]
        if token == "(":
            is_sign = self.last in {"+", "-"} and _starts_value(self.second_last)
            self.groups.append(
                _Group(
                    len(self.out),
                    self.last,
                    self.second_last if is_sign else None,
                    is_call=not _starts_value(self.last),
                )
            )
        elif token in {",", ";"}:
            group.is_list = True
        elif token in _BINARY:
            group.weakest = min(group.weakest, _SIGN if _starts_value(self.last) else _BINARY[token])
        elif token == "%":
            group.weakest = min(group.weakest, _PERCENT)
        is_idle = token == ")" and len(self.groups) > 1 and self.closes_idle(self.groups.pop(), following)
        self.out.append("" if is_idle else token)
        self.second_last, self.last = self.last, token

    def closes_idle(self, group: _Group, following: str) -> bool:
        """Whether the bracket that closes here changes nothing; then its other half goes too."""
        if group.is_call or group.is_list or not _is_idle(group, following):
            return False
        self.out[group.at] = ""
        self.groups[-1].weakest = min(self.groups[-1].weakest, group.weakest)
        return True


def _starts_value(before: str) -> bool:
    """Whether a value begins behind a token, so that `-` is a sign there and a bracket is no call."""
    return before in {"", "(", ",", ";"} or before in _BINARY


def plain_form(formula: str) -> str:
    """Return a formula without brackets that change no value, one-cell ranges as cells, numbers with 12 digits."""
    tokens = [_plain(token) for token in _TOKEN.findall(unescape(formula))]
    writer = _Writer()
    for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
        writer.take(token, following)
    return "".join(writer.out)


def _is_idle(group: _Group, following: str) -> bool:
    """Whether a pair of brackets changes no value, given what binds on both sides of it."""
    if following in {":", "(", "["} or group.before == ":":
        return False
    if group.weakest < _BINARY.get(following, _PERCENT if following == "%" else 0):
        return False
    if group.before_sign is not None:
        is_product = group.weakest == _BINARY["*"] and (_BINARY.get(group.before_sign, 0) < _BINARY["*"])
        return is_product or group.weakest == inf
    left = _BINARY.get(group.before, 0)
    return group.weakest > left or (group.weakest == left and group.before in _ASSOCIATIVE)


def _plain(token: str) -> str:
    if token[0].isdigit() and ":" not in token:
        try:
            return f"{float(token):.12g}"
        except ValueError:
            return token
    one = _ONE_CELL.fullmatch(token)
    return f"{one[1]}{one[2]}" if one else _OLDER.get(token, token)
