"""Queues and spare nodes: functions against SciPy, what holds for every plan, and extremes through two engines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy import special, stats

from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.model.cases import plan_of, workbook_of
from tests.model.stations import Stations, erlang_c
from workbook import actions
from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame
from workbook.expr.functions import FUNCTIONS, Array
from workbook.model import calculate, lines_of
from workbook.model.dimensions import frame_of
from workbook.model.results import Results

MANY = settings(max_examples=300, deadline=None, derandomize=True)
QUICK = settings(max_examples=15, deadline=None, derandomize=True)


def _call(name: str, *arguments: float) -> float:
    apply = FUNCTIONS[name].apply
    assert apply is not None
    with np.errstate(all="ignore"):
        return float(apply(*(np.full((1, 1, 1), float(argument)) for argument in arguments)).item())


def _close(found: float, expected: float, relative: float = 1e-10) -> bool:
    return found == pytest.approx(expected, rel=relative, abs=1e-290)


_TINY = 1e-200
COUNTS = st.one_of(st.integers(0, 60), st.integers(0, 6000))
MEANS = st.one_of(st.floats(1e-6, 60), st.floats(1e-3, 6000))


@MANY
@given(COUNTS, MEANS)
def test_poisson_is_scipys(count: int, mean: float) -> None:
    assert _close(_call("POISSON", count, mean, 0), stats.poisson.pmf(count, mean))
    assert _close(_call("POISSON", count, mean, 1), special.gammaincc(count + 1, mean))


@MANY
@given(st.floats(0.1, 6000), MEANS, st.floats(0.1, 10))
def test_gamma_is_scipys(shape: float, value: float, scale: float) -> None:
    assert _close(_call("GAMMADIST", value, shape, scale, 1), special.gammainc(shape, value / scale))
    assert _close(_call("GAMMADIST", value, shape, scale, 0), stats.gamma.pdf(value, shape, scale=scale), 1e-9)
    assert _close(_call("GAMMALN", shape), special.gammaln(shape), 1e-12) or abs(special.gammaln(shape)) < 1e-3


def _binomial(k: int, trials: int, chance: float) -> float:
    """Sum the terms with 40 digits."""
    with localcontext(prec=40):
        success = Decimal(chance)
        return float(sum(comb(trials, i) * success**i * (1 - success) ** (trials - i) for i in range(k + 1)))


@MANY
@given(st.integers(1, 3000), st.data(), st.one_of(st.just(0.0), st.floats(0.9, 1), st.floats(1e-290, 1)))
def test_binomial_is_scipys(trials: int, data: st.DataObject, chance: float) -> None:
    k = data.draw(st.integers(0, trials))
    expected = stats.binom.cdf(k, trials, chance)
    if expected < _TINY:  # there SciPy has eight digits
        expected = _binomial(k, trials, chance)
    assert _close(_call("BINOMDIST", k, trials, chance, 1), expected, 1e-9)
    assert _close(_call("BINOMDIST", k, trials, chance, 0), stats.binom.pmf(k, trials, chance), 1e-9)


def test_functions_are_undefined_outside_of_their_domain() -> None:
    for name, arguments in (
        ("POISSON", (-1, 2, 1)), ("POISSON", (1, -2, 0)), ("BINOMDIST", (3, 2, 0.5, 1)), ("BINOMDIST", (1, 2, 1.5, 0)),
        ("GAMMADIST", (-1, 2, 1, 1)), ("GAMMALN", (0,)), ("GAMMALN", (float("nan"),)),
    ):  # fmt: skip
        assert np.isnan(_call(name, *arguments)), name
    assert (_call("POISSON", 0, 0, 0), _call("POISSON", 2, 0, 0), _call("POISSON", 2, 0, 1)) == (1, 0, 1)
    assert (_call("BINOMDIST", 1, 2, 1, 1), _call("BINOMDIST", 2, 2, 1, 0), _call("BINOMDIST", 0, 2, 0, 1)) == (0, 1, 1)
    assert _call("GAMMALN", float("inf")) == float("inf")


# One station, c and a at will: a base plan whose node has c cores, at most one node, and a requests of 1 s a second.
SHEETS: Mapping[str, str | None] = {
    "SLAs": """
    | Objective | Kind    | Percentile | Target | Unit |
    | P50       | latency | 50 %       | 2      | s    |
    | P95       | latency | 95 %       | 20     | s    |
    | P99       | latency | 99 %       | 30     | s    |""",
    "Resilience": """
    | Component | Target availability | Redundancy | k | Node MTBF | Node MTTR |
    | core      | 99.9 %              | N+k        | 2 | 900       | 10        |""",
}
EXACT = {"Headroom mode": "safety", "Safety factor": 1, "DR buffer": 0}


USERS_OF_ONE_SECOND = {
    "Users": {"Staff": {"CPU per request": 1, "Memory per session": "0.0001", "Requests per user": 1}}
}


def _frame() -> Frame:
    return frame_of(plan_of(sheets=SHEETS, settings=EXACT, cells=USERS_OF_ONE_SECOND))


FRAME = _frame()
LINES = tuple(lines_of(frozenset(("users", "slas", "components", "resilience", "rates", "scenarios"))).values())
WANTED = ("service.", "objective.", "availability.", "spare")


def _with(frame: Frame, **columns: list[float]) -> Frame:
    """Return the frame with other columns, named `table__field`."""
    named = {tuple(name.split("__")): np.array(values, dtype=float) for name, values in columns.items()}
    return replace(frame, columns={**frame.columns, **named})


def _run(frame: Frame) -> Mapping[str, Array]:
    return evaluate_lines(LINES, frame)


def _station(cores: int, offered: float, times: float) -> Mapping[str, Array]:
    """Calculate the plan of one station of so many cores; `offered` is below `cores`."""
    one = _with(FRAME, rates__cores=[cores, np.nan], users__current_users=[offered], slas__target=[times] * 3)
    return _run(_with(one, resilience__k=[0]))


CORES = st.one_of(st.integers(1, 40), st.integers(1, 5000), st.sampled_from([999, 1000, 1001, 5000]))
LOAD = st.one_of(st.floats(0.001, 0.9999), st.floats(0.9, 0.9999))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(CORES, LOAD)
def test_erlang_c_is_the_recursions_and_scipys(cores: int, load: float) -> None:
    offered = load * cores
    found = float(_station(cores, offered, 1.0)["service.waits"][0, 0, 0])
    exact, fewer = stats.poisson.pmf(cores, offered), special.gammaincc(cores, offered)
    assert _close(found, exact / (exact + (1 - load) * fewer), 1e-9)
    assert _close(found, erlang_c(cores, offered), 1e-9)


def test_the_largest_published_station() -> None:
    values = _station(5000, 4900.0, 1.0)
    assert values["service.waits"][0, 0, 0] == pytest.approx(0.09993787723, rel=1e-10)
    assert _station(55, 48.0, 1.0)["service.waits"][0, 0, 0] == pytest.approx(0.238700936, abs=5e-10)
    assert _station(1000, 950.0, 1.0)["service.waits"][0, 0, 0] == pytest.approx(0.06825341538, rel=1e-10)


@QUICK
@given(st.integers(1, 60), st.floats(0.5, 0.9999999), st.floats(0, 1), st.floats(10, 10000))
def test_a_higher_target_never_needs_fewer_spares(nodes: int, target: float, further: float, mtbf: float) -> None:
    frame = _with(FRAME, resilience__node_mtbf_h=[mtbf], users__current_users=[4 * nodes])
    low, high = (
        _run(_with(frame, resilience__target_availability=[goal]))["spare.missed"][0, 0, 0]
        for goal in (target, target + further * (1 - target))
    )
    assert low <= high


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 400), st.integers(0, 20), st.floats(1, 5000), st.floats(0.01, 50))
def test_availability_of_nodes_is_the_binomial(nodes: int, k: int, mtbf: float, mttr: float) -> None:
    frame = _with(
        FRAME, resilience__k=[k], users__current_users=[4 * nodes],
        resilience__node_mtbf_h=[mtbf], resilience__node_mttr_h=[mttr],
    )  # fmt: skip
    values = _run(frame)
    up = mtbf / (mtbf + mttr)
    assert values["availability.fleet"][0, 0, 0] == nodes + k
    expected = stats.binom.sf(nodes - 1, nodes + k, up)
    assert values["availability.of_nodes"][0, 0, 0] == pytest.approx(expected, rel=1e-9, abs=1e-13)
    least = next((spare for spare in range(7) if stats.binom.sf(nodes - 1, nodes + spare, up) >= 0.999), 7)
    assert values["spare.missed"][0, 0, 0] == least


def test_no_objective_and_no_fleet_is_no_fault() -> None:
    results = calculate(plan_of())
    assert results.items("service.tail") == ()
    assert results.value("service.met") == 0
    assert results.value("queue.wait_limit") is None
    assert results.value("spare.required") is None
    assert results.value("availability.system") == 1


# What no sample has: a full station, the degenerate tail, thousands of servers, targets that fixed latency uses up,
# spare nodes beyond those tried, a year full of failovers, a segment without requests.
EXTREMES: Mapping[str, str | None] = {
    "SLAs": """
    | Objective | Kind         | Percentile | Target | Unit |
    | Never     | latency      | 10 %       | 2      |      |
    | Soon      | latency      | 95 %       | 500    | ms   |
    | Later     | latency      | 99 %       | 3      | S    |
    | Uptime    | availability |            | 99.9 % |      |
    | Waiting   | queue wait   |            | 10     | s    |
    | Waiting 2 | queue wait   |            | 1      |      |""",
    "Components": """
    | Component | CPU share | Memory share | Node type | Minimum nodes | Load ramp |
    | full      | 0.04 %    | 0            | Four      |               | 3         |
    | one spare | 0.03 %    | 0            | Four      |               |           |
    | huge      | 90 %      | 0            | Huge      |               |           |
    | middle    | 9.9 %     | 100 %        | Wide      | 2             |           |
    | idle      | 0.03 %    | 0            | Wide      | 70            |           |
    | nothing   | 0         | 0            | Four      |               |           |""",
    "Resilience": """
    | Component | Target availability | Redundancy | k | Node MTBF | Node MTTR | Failover time | Failovers per year |
    | full      | 99.999999 %         | None       |   | 10        | 1         |               |                    |
    | IDLE      | 99.9 %              | N+k        | 9 | 50        | 1         | 5             | 12                 |
    | huge      | 99.9 %              | None       |   | 1000      | 0.5       |               |                    |
    | Database  | 99.9999 %           | None       |   | 1000      | 1         | 20000000      | 2                  |
    | middle    | 99.9 %              | None       |   |           |           |               |                    |
    """,
    "Rates": """
    | Item | Kind    | Cores | Memory | On-demand |
    | Four | node    | 4     | 16     | 0.2       |
    | Wide | node    | 700   | 1600   | 20        |
    | Huge | node    | 1900  | 1600   | 90        |
    | Disk | storage |       |        | 0.1       |""",
}
SERVICE_SHEETS = ("Recovery", "Service")


@pytest.mark.slow
@pytest.mark.parametrize("scope", ["node", "pool"])
@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_extremes_recalculate_to_what_is_stored(engine: str, scope: str, tmp_path: Path) -> None:
    cells = {"Users": {"Staff": {"CPU per request": 2, "Memory per session": "0.001"}}}
    extra = {"Queue scope": scope, "Fixed latency (ms)": 2}
    path = tmp_path / "extremes.xlsx"
    path.write_bytes(workbook_of(sheets=EXTREMES, settings={**EXACT, **extra}, cells=cells))
    results = _planned(path)
    data = path.read_bytes()
    found = stored_values(ENGINES[engine](poisoned(data)), SERVICE_SHEETS)
    cells_with_formulas = list(formulas(data, SERVICE_SHEETS))
    assert differences(stored_values(data, SERVICE_SHEETS), found, cells_with_formulas) == []
    assert results.value("service.tail", 0) == 1
    assert results.value("spare.required", 0) == "more"
    assert results.value("spare.required", 3) is None
    assert results.value("service.waits", 0) == 1
    assert results.value("service.spare", 1) == pytest.approx(1, rel=1e-12)
    assert float(str(results.value("service.servers", 2))) > 1000


def _planned(path: Path) -> Results:
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    results = actions.calculate(reading.plan)
    actions.write_plan(reading, results)
    return results


@pytest.mark.parametrize(
    ("cores", "offered", "service", "wait", "within", "level"),
    [
        (14, 10.0, 180.0, 7.835937012, 20.0, 0.888350019),
        (55, 48.0, 240.0, 8.184032104, 15.0, 0.845883092),
    ],
)
def test_published_waits_and_service_levels(
    cores: int, offered: float, service: float, wait: float, within: float, level: float
) -> None:
    """Mean wait C·S/(c − a), and 1 − C·exp(−(c − a)·t/S) served within t."""
    waits = float(_station(cores, offered, 1.0)["service.waits"][0, 0, 0])
    spare = cores - offered
    assert waits * service / spare == pytest.approx(wait, rel=1e-8)
    assert 1 - waits * np.exp(-spare * within / service) == pytest.approx(level, rel=1e-8)


def test_the_largest_load_is_the_last_that_meets_every_objective() -> None:
    """At what the search has found every objective is met, and with a millionth more one is not."""
    results = calculate(plan_of(sheets=SHEETS, settings=EXACT, cells=USERS_OF_ONE_SECOND))
    found = results.value("service.largest_load")
    assert isinstance(found, int | float)
    nodes, cores = int(results.values["nodes.provisioned"][0, 0, 0]), 4
    allowed = results.values["objective.allowed"][0, :, 0]

    def late(load: float) -> Array:
        return np.array([Stations((1.0,), (nodes,), cores, load).late(time)[0] for time in (2, 20, 30)])

    assert (late(found) <= allowed * (1 + 1e-9)).all()
    assert (late(found * (1 + 1e-6)) > allowed).any()
    assert found < float(results.values["service.stable_load"][0, 0, 0])


def test_memory_limits_the_largest_load_as_well() -> None:
    """Objectives of ten minutes are met up to the load at which memory is full."""
    sheets = {"SLAs": "| Objective | Kind | Percentile | Target | Unit |\n| slow | latency | 99 % | 600 | s |"}
    results = calculate(plan_of(sheets=sheets))
    assert results.value("service.binding") == "memory"
    assert results.value("service.largest_load") == pytest.approx(results.value("service.stable_load"), rel=1e-9)
