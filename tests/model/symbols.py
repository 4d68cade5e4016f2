"""Trees as text without addresses: what a line is, in ids, as golden files hold it."""

from __future__ import annotations

from msgspec.structs import asdict

from workbook.expr import tree
from workbook.expr.functions import OPERATORS
from workbook.expr.tree import Expr, Line

BLANK = "blank"


def symbolic_line(line: Line) -> str:
    """Return a line's identity and definition: `id [unit; foreach; section; over time; kind] = expression`."""
    section = line.section.title if line.section else ""
    facts = (line.unit, " × ".join(line.foreach), section, line.over_time or "", line.kind or "")
    return f"{line.id} [{'; '.join(facts)}] = {symbolic(line.expr)}"


def symbolic(node: Expr, outer: int = 0) -> str:
    """Return an expression with the ids of lines, settings and columns in it."""
    match node:
        case tree.Number(value, unit):
            return f"{value:.12g}{{{unit}}}" if unit else f"{value:.12g}"
        case tree.Text(value):
            return repr(value)
        case tree.Blank():
            return BLANK
        case tree.Setting(name):
            return f"settings.{name}"
        case tree.Input(table, name):
            return f"{table}.{name}"
        case tree.Ref(line):
            return line
        case tree.Unary(operator, operand):
            return f"{operator}{symbolic(operand, 9)}"
        case tree.Binary(operator, left, right):
            own = OPERATORS[operator].precedence
            text = f"{symbolic(left, own)} {operator} {symbolic(right, own + 1)}"
            return f"({text})" if own < outer else text
        case tree.Call(function, arguments):
            return f"{function}({', '.join(map(symbolic, arguments))})"
        case _:
            return f"{type(node).__name__}({', '.join(map(_part, asdict(node).values()))})"


def _part(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_part, value))}]"
    return symbolic(value) if isinstance(value, tree._Arithmetic) else str(value)  # type: ignore[arg-type]
