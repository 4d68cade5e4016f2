"""Every line's expression measures what its unit says: MB × min is no memory."""

from __future__ import annotations

import pytest

from tests.model.units import Kind, UnitError, agree, declared, measure, measure_expr, unit_of
from workbook.expr.tree import Expr, Input, Line, Number, PerItem, Ref, call, if_
from workbook.inputs.sheets.registry import SHEETS
from workbook.model import lines_of
from workbook.model.assurance.contradiction import Contradiction
from workbook.model.assurance.contradictions import RULES

LINES = lines_of(frozenset(SHEETS))
EACH_ROW_ITS_OWN = {
    *("check.found", "check.expected", "claim.line_value", "finding.now", "finding.then", "alert.threshold"),
    *(f"contradiction.{name}" for name in ("found", "limit", "allowed", "fix")),
}


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_a_line_measures_what_it_declares(line: Line) -> None:
    found = measure(line, LINES)
    assert agree(found, declared(line)), f"{line.id} is declared in {line.unit!r} and measures {found}"
    assert found is not Kind.ANY or line.id in EACH_ROW_ITS_OWN


def test_a_check_compares_like_with_like() -> None:
    found, expected = LINES["check.found"].expr, LINES["check.expected"].expr
    assert isinstance(found, PerItem)
    assert isinstance(expected, PerItem)
    for (name, left), (_, right) in zip(found.items, expected.items, strict=True):
        assert agree(measure_expr(left, "", LINES), measure_expr(right, "", LINES)), name


def test_a_finding_grows_from_like_to_like() -> None:
    now, then, grows = (LINES[f"finding.{name}"].expr for name in ("now", "then", "grows"))
    assert isinstance(now, PerItem)
    assert isinstance(then, PerItem)
    assert isinstance(grows, PerItem)
    for (name, left), (_, right), (_, may_grow) in zip(now.items, then.items, grows.items, strict=True):
        if may_grow != Number(0):
            assert agree(measure_expr(left, "", LINES), measure_expr(right, "", LINES)), name


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_compares_like_with_like(rule: Contradiction) -> None:
    found = measure_expr(rule.found, rule.over, LINES)
    for other in (rule.limit, rule.allowed):
        assert agree(found, measure_expr(other, rule.over, LINES)), (found, other)
    shown = {"currency/h": "currency/h/node", "cores": "cores", "GB": "GB", "ratio": "ratio"}
    if not rule.id.endswith("_size"):
        assert agree(found, unit_of(shown.get(rule.unit, rule.unit)))
    fix = measure_expr(rule.fix, rule.over, LINES)
    fix_unit = unit_of(rule.fix_unit or shown.get(rule.unit, rule.unit))
    assert rule.id.endswith("_size") or agree(fix, fix_unit) or rule.id == "bandwidth", fix


MINUTES = Input("users", "session_duration_min")
PEAK, MEMORY = Ref("users.peak"), Input("users", "memory_per_session_mb")
SESSIONS = Input("users", "sessions_per_user")


@pytest.mark.parametrize(
    "expr",
    [
        PEAK * SESSIONS * MEMORY * MINUTES / Number(1000, "MB/GB"),  # the formula of the source document
        PEAK * SESSIONS * MEMORY,  # MB
        PEAK * SESSIONS * MEMORY / 1000,  # MB: a bare literal converts nothing
        PEAK * MEMORY / Number(1000, "MB/GB"),  # per session
        Ref("memory.sessions"),
    ],
)
def test_a_wrong_memory_is_caught(expr: Expr) -> None:
    assert not agree(measure_expr(expr, "segment", LINES), unit_of("GB"))


@pytest.mark.parametrize(
    "expr",
    [
        Ref("cpu.demand") + Ref("memory.demand"),
        Ref("cpu.demand") < Ref("demand.requests"),
        call("MAX", Ref("users.peak"), Ref("cpu.demand")),
        if_(Ref("users.peak") < 1, 1, 2),
        if_(MINUTES > 0, Ref("users.peak"), Ref("cpu.demand")),
        call("EXP", MINUTES),
        call("LN", Ref("users.peak")),
        Number(2) ** MINUTES,
        Ref("users.peak") ** 2,
        (1 + Ref("setting.discount_rate")) ** Ref("time.month"),  # a yearly rate, monthly
        Ref("time.fiscal_year") + 1,
        MEMORY / Number(1024, "MB/GB"),  # not what MB and GB are
        Number(3600, "h/s") * MINUTES,
        MINUTES + Ref("nodes.binding_load"),
    ],
)
def test_what_does_not_go_together_is_caught(expr: Expr) -> None:
    with pytest.raises(UnitError):
        measure_expr(expr, "segment", LINES)
