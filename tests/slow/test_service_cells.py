"""Late shares and availability in the cells of other programs: the figures that we stored, and never an error value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.model.cases import workbook_of
from tests.model.stations import Stations
from workbook import actions
from workbook.model.results import Results

SHEETS = ("Recovery", "Service")


def check_in(engine: str, path: Path) -> Results:
    """Plan a workbook, recalculate it, and check that it holds what was stored; return the results."""
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    results = actions.calculate(reading.plan)
    actions.write_plan(reading, results)
    data = path.read_bytes()
    cells = formulas(data, SHEETS)
    theirs = stored_values(ENGINES[engine](poisoned(data)), SHEETS)
    assert not [cell for cell in cells if str(theirs.get(cell)).startswith("#")]
    assert differences(stored_values(data, SHEETS), theirs, cells) == []
    return results


SCENES = {
    "one": (Stations((1.0,), (1,), 2, 1.5), 3.0),
    "four": (Stations((0.4, 0.2, 0.2, 0.2), (2, 1, 1, 1), 6, 21.0), 2.6),
    "two segments": (Stations((0.4, 0.2, 0.2, 0.2), (2, 1, 1, 1), 2, 7.0, (0.9, 0.1), (1.0, 20.0)), 15.0),
    "alike": (Stations((0.35, 0.325, 0.325), (14, 13, 13), 4, 80.0), 3.0),
    "one large, three tiny": (Stations((0.97, 0.01, 0.01, 0.01), (2, 1, 1, 1), 8, 12.0), 4.0),
    "forty of falling shares": (Stations([2 * (40 - i) / 1640 for i in range(40)], [1] * 40, 4, 60.0), 1.2),
    "a hundred alike": (Stations([0.01] * 100, [1] * 100, 1, 80.0), 2.5),
    "short and long": (Stations((0.6, 0.4), (1, 1), 16, 20.0, (0.9, 0.0999, 0.0001), (0.001, 0.1, 60.0)), 0.5),
    "nearly full": (Stations((0.7, 0.3), (1, 1), 4, 5.71), 8.0),
    "nearly idle": (Stations((0.7, 0.3), (1, 1), 64, 0.5), 1.0),
}


@pytest.mark.parametrize("engine", EVERY_ENGINE)
@pytest.mark.parametrize("scene", SCENES)
def test_late_shares_recalculate_to_what_is_stored(engine: str, scene: str, tmp_path: Path) -> None:
    """The target itself, one that is far too short, and one that is never missed."""
    stations, time = SCENES[scene]
    path = tmp_path / "plan.xlsx"
    path.write_bytes(stations.workbook([time, 1e-9, 1e7]))
    results = check_in(engine, path)
    estimate, floor = stations.late(time)
    assert results.value("service.estimate") == pytest.approx(estimate, rel=1e-9, abs=2e-12)
    assert results.value("service.floor") == pytest.approx(floor, rel=1e-9, abs=2e-12)
    assert float(results.values["service.tail"][0, 1, 0]) > 0.99
    assert results.value("service.tail", 2) == 0


NODES = {
    "Growth": """
    | Segment | Month | Total growth |
    | Staff   | 12    | 400 %        |""",
    "Components": """
    | Component | CPU share | Memory share | Node type | Minimum nodes | Current nodes |
    | many      | 80 %      | 20 %         | One       |               | 90            |
    | pair      | 15 %      | 60 %         | Part      |               |               |
    | few       | 5 %       | 20 %         | Part      | 7             | 0             |
    | idle      | 0         | 0            | One       |               |               |""",
    "Resilience": """
    | Component | Target availability | Redundancy     | k  | Zones | Node MTBF | Node MTTR | Failover time |
    | many      | 99.99 %             | N+k            | 12 |       | 500       | 20        |               |
    | pair      | 99.9 %              | Active-Passive | 1  |       | 1000      | 0.001     | 30            |
    | few       | 99 %                | Multi-AZ       |    | 3     | 1         | 5         | 5             |
    | idle      | 99 %                | None           |    |       |           |           |               |
    | DNS       | 99.9999 %           | None           |    |       | 9         | 1         | 2             |""",
    "Rates": """
    | Item  | Kind    | Cores | Memory | Usable memory | On-demand |
    | One   | node    | 1     | 16     |               | 0.2       |
    | Part  | node    | 2     | 16     | 72.5 %        | 0.2       |
    | Disk  | storage |       |        |               | 0.1       |""",
}


@pytest.mark.parametrize("combination", ["max", "concurrent", "sum", "stacked"])
@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_availability_recalculates_to_what_is_stored(engine: str, combination: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    settings = {"DR combination": combination, "Headroom mode": "safety", "Safety factor": 1.1, "DR buffer": 0.05}
    path.write_bytes(
        workbook_of(sheets=NODES, settings=settings, cells={"Users": {"Staff": {"CPU per request": 0.02}}})
    )
    results = check_in(engine, path)
    assert results.value("availability.covered") == "node failures: 3 of 5 rows"
    assert 0 < float(str(results.value("availability.component"))) < 1
