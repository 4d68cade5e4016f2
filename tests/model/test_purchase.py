"""What holds for every plan's headroom and purchase: steps reconcile, offers are provisioned as the plan is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.cases import plan_of
from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.inputs.plan import Plan
from workbook.model import lines_of
from workbook.model.dimensions import frame_of
from workbook.model.fleet.headroom import STEPS

SHEETS: Mapping[str, str | None] = {
    "Growth": """
    | Segment | Month | Total growth |
    | Staff   | 5     | 60 %         |
    | Staff   | 12    | 20 %         |""",
    "Components": """
    | Component | CPU per node | Memory per node | CPU share | Memory share | Node type | Minimum nodes |
    | core      | 4            |                 | 50 %      | 30 %         | Large     |               |
    | edge      |              | 9               | 30 %      | 50 %         | Small     | 2             |
    | jobs      |              |                 | 20 %      | 20 %         | Small     | 7             |""",
    "Resilience": """
    | Component | Target availability | Redundancy    | k | Zones | Zone losses survived | Regions |
    | core      | 99.9 %              | Multi-AZ      | 1 | 3     | 1                    |         |
    | edge      | 99.9 %              | Active-Active | 2 |       |                      | 2       |""",
    "Rates": """
    | Item  | Kind    | Cores | Memory | On-demand | Reserved |
    | Disk  | storage |       |        | 0.1       |          |
    | Large | node    | 4     | 16     | 0.2       | 0.13     |
    | Small | node    | 2     | 8      | 0.11      | 0.06     |
    | Wide  | node    | 4     | 64     | 0.3       |          |""",
}
MODES = ("max", "concurrent", "sum", "stacked")
QUICK = settings(max_examples=15, deadline=None, derandomize=True)
USERS = st.floats(0, 60_000)
MONTHS = st.integers(0, 12)


@cache
def _plan(mode: str) -> Plan:
    return plan_of(sheets=SHEETS, settings={"DR combination": mode})


def _run(mode: str, users: float = 10_000, **drawn: float) -> Mapping[str, Array]:
    frame = _with(frame_of(_plan(mode)), "users", "current_users", [users])
    chosen = {name: np.array([value], dtype=float) for name, value in drawn.items()}
    return _evaluated(mode, replace(frame, settings={**frame.settings, **chosen}))


def _with(frame: Frame, table: str, field: str, values: list[float]) -> Frame:
    return replace(frame, columns={**frame.columns, (table, field): np.array(values, dtype=float)})


def _evaluated(mode: str, frame: Frame) -> Mapping[str, Array]:
    return evaluate_lines(tuple(lines_of(frozenset(_plan(mode).tables)).values()), frame)


@QUICK
@given(USERS, MONTHS, st.floats(0, 2), st.sampled_from(MODES))
def test_steps_never_fall_and_end_at_what_is_provisioned(users: float, month: int, buffer: float, mode: str) -> None:
    values = _run(mode, users, review_month=month, dr_buffer=buffer)
    steps = [values[f"headroom.{step}"] for step in STEPS]
    assert all((later >= earlier - 1e-9).all() for earlier, later in pairwise(steps))
    assert (steps[-1][..., 0] == values["nodes.provisioned"][..., month]).all()
    domains = values["resilience.domains"]
    even = domains * np.ceil(np.round(steps[-2] / domains, 9))
    assert (steps[-1] == (even if mode in ("max", "concurrent") else steps[-2])).all()
    np.testing.assert_allclose(values["headroom.step_cost"][0, -1], values["headroom.cost_provisioned"].sum())


@QUICK
@given(USERS, MONTHS, st.floats(0, 2), st.sampled_from(MODES))
def test_the_type_in_use_is_offered_as_the_plan_provisions_it(
    users: float, month: int, buffer: float, mode: str
) -> None:
    values = _run(mode, users, review_month=month, dr_buffer=buffer)
    offers = values["offer.provisioned"][0, :, 0].reshape(3, 3)
    bases = values["offer.base"][0, :, 0].reshape(3, 3)
    in_use = [0, 1, 1]
    assert (offers[range(3), in_use] == values["nodes.provisioned"][0, :, month]).all()
    assert (bases[range(3), in_use] == values["nodes.base"][0, :, month]).all()
    assert (values["cheapest.saving"] >= 0).all()
    assert (values["cheapest.cost"] <= values["mix.cost"] + 0.005).all()


def test_what_is_too_small_for_a_component_is_not_advised() -> None:
    # The core asks for 4 / 0.7 cores, which no type has, the edge for 9 / 0.8 GB, Small has 8, jobs for nothing.
    frame = frame_of(_plan("max"))
    cheap_small = _evaluated("max", _with(frame, "rates", "on_demand", [0.1, 0.2, 0.001, 0.3]))
    counted = ~np.isnan(cheap_small["offer.cost_counted"][0, :, 0].reshape(3, 3))
    assert counted.tolist() == [[True, False, False], [True, True, True], [True, True, True]]
    cheap_wide = _evaluated("max", _with(frame, "rates", "on_demand", [0.1, 0.2, 0.11, 0.001]))
    assert cheap_small["cheapest.position"][0, :, 0].tolist() == [2, 3, 3]
    assert cheap_wide["cheapest.position"][0, :, 0].tolist() == [2, 4, 4]


@QUICK
@given(USERS, st.floats(0, 0.3), st.floats(0, 0.3), st.floats(0, 0.2))
def test_a_lower_reserved_price_never_reserves_less(users: float, first: float, second: float, third: float) -> None:
    frame = _with(frame_of(_plan("max")), "users", "current_users", [users])
    prices = [first, second, third]
    dear = _evaluated("max", _with(frame, "rates", "reserved", [np.nan, *prices]))
    cheap = _evaluated("max", _with(frame, "rates", "reserved", [np.nan, *(price * 0.8 for price in prices)]))
    assert (cheap["reserved.nodes"] >= dear["reserved.nodes"]).all()
    assert (cheap["purchase.coverage"] >= dear["purchase.coverage"]).all()
    for values in (dear, cheap):
        no_more = np.minimum(values["purchase.on_demand"], values["purchase.reserved"]) * (1 + 1e-12)
        assert (values["purchase.mix"] <= no_more).all()


@QUICK
@given(st.floats(0.1, 300))
def test_the_recommended_size_is_the_smallest_that_holds_the_need(asked: float) -> None:
    frame = _with(frame_of(_plan("max")), "components", "cpu_per_node_cores", [asked] * 3)
    frame = _with(frame, "components", "memory_per_node_gb", [asked] * 3)
    values = _evaluated("max", frame)
    for resource, sizes in (("cpu", (2, 4, 6, 8, 12, 16, 24, 32, 48, 64)), ("memory", (2, 4, 8, 16, 32, 64, 128, 256))):
        need = values[f"rightsize.{resource}_need"][0, 0, 0]
        fitting = [size for size in sizes if size >= need]
        found = values[f"rightsize.{resource}"][0, 0, 0]
        assert found == fitting[0] if fitting else np.isnan(found)
