"""What a report says of a plan that has an approved version: the bridge in its words, amounts, shares and effects."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.conftest import SAMPLES, plan_file, run
from tests.history.approved_files import VERSION, approved_file, changed_since, plan_in
from tests.report.reports import report_of_sample
from workbook import actions
from workbook.history.calculate import calculate
from workbook.report.compose import compose
from workbook.report.report import Driver
from workbook.report.since_version import MOST_STEPS, steps_since

pytestmark = pytest.mark.whole


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    path = approved_file(
        tmp_path / "plan.xlsx",
        ("users", "erlmcp users", "current_users", 5400),
        ("retention", "Backups", "dataset", "Copies"),
        ("rates", "Object storage", "on_demand", 0.021),
    )
    plan_file(path)
    return path


def made(path: Path, since: Path | None = None) -> actions.MadeReport:
    reading = actions.read_plan(path)
    assert reading.plan is not None
    return actions.make_report(reading, actions.calculate(reading.plan), since=since)


def test_the_example_in_words_amounts_and_shares(tmp_path: Path) -> None:
    results = calculate(changed_since(tmp_path / "plan.xlsx"))
    report = compose(results, (), (), "plan.xlsx", None)
    assert report.why == f"Compared with {VERSION}, FY2026 costs USD 10.4k (11%) more. What drives it:"
    assert report.drivers == (
        Driver("Users and growth", "+USD 8.51k", "82%"),
        Driver("Prices", "+USD 2.59k", "25%"),
        Driver("Headroom and resilience", "−USD 2.11k", "−20%"),
        Driver("Usage per user", "+USD 1.81k", "17%"),
        Driver("Stored data", "−USD 431", "−4.2%"),
    )
    assert report.since_title == f"Since {VERSION}"
    assert report.since == (
        f"{results.value('bridge.words')} FY2027 costs USD 4.9k (2%) less; the whole plan costs USD 758k (35%) less."
    )
    effects = {change.row + change.column: change.effect for change in report.changes}
    assert effects["erlmcp usersCurrent users"] == "+USD 6.57k"
    assert effects["erlmcp usersCPU per request"] == "no effect"


def test_text_and_page_show_the_inputs_with_their_effects(changed: Path) -> None:
    rendered = made(changed).rendered
    assert "SINCE BUDGET 2026" in rendered.text
    users = next(one for one in rendered.report.changes if one.column == "Current users")
    assert users.effect.startswith("+USD 6.")
    assert f"- Users, erlmcp users, Current users: 5,000 → 5,400 ({users.effect})" in rendered.text
    assert "- Retention, Copies: row added (+USD 1.23k)" in rendered.text
    assert "SINCE LAST TIME" not in rendered.text
    assert ">Since Budget 2026<" in rendered.page
    assert ">Effect this year<" in rendered.page
    for change in rendered.report.changes:
        assert change.effect in rendered.page


def test_key_figures_are_compared_with_the_version(changed: Path) -> None:
    report = made(changed).rendered.report
    (version,) = actions.read_plan(changed).plan.kept["versions"].rows  # type: ignore[union-attr]
    assert report.before == f"{VERSION} (run {version['run']})"
    cost = next(one for one in report.figures if one.label == "Cost FY2026")
    assert cost.before == "USD 94.4k"


def test_another_workbook_that_was_asked_for_comes_first(changed: Path) -> None:
    report = made(changed, SAMPLES / "erlmcp.xlsx").rendered.report
    assert report.since_title == "Since last time"
    assert report.since.endswith("compared with erlmcp.xlsx.")
    assert {change.effect for change in report.changes} == {""}
    assert run("report", changed, "--since", SAMPLES / "erlmcp.xlsx", "-o", changed.parent).exit_code == 0


def test_totals_alone_have_one_driver_and_no_inputs(tmp_path: Path) -> None:
    plan = changed_since(tmp_path / "plan.xlsx")
    kept = plan.kept["version_inputs"]
    rows = tuple({**row, "value": 7} if row["column"] == "CPU share" else row for row in kept.rows)
    broken = replace(plan, kept={**plan.kept, "version_inputs": replace(kept, rows=rows)})
    report = compose(calculate(broken), (), (), "plan.xlsx", None)
    assert [(one.name, one.share) for one in report.drivers] == [("Not attributed", "100%")]
    assert (report.before, report.changes) == ("", ())


def test_nothing_has_changed(tmp_path: Path) -> None:
    plan = plan_in(approved_file(tmp_path / "plan.xlsx", ("settings", "", "compare_with", VERSION)))
    report = compose(calculate(plan), (), (), "plan.xlsx", None)
    assert report.why == f"Compared with {VERSION}, FY2026 costs the same."
    assert report.drivers == ()
    assert report.since == f"FY2026 costs the same as {VERSION}."


def test_many_steps_are_cut_to_the_largest_and_the_rest(tmp_path: Path) -> None:
    results = calculate(changed_since(tmp_path / "plan.xlsx"))
    places = [0, *(1 + place % 5 for place in range(10)), 6]
    values = {name: value[:, places] for name, value in results.values.items() if name.startswith("bridge.step_")}
    steps = tuple(f"Step {place}" for place in range(len(places)))
    frame = replace(results.frame, items={**results.frame.items, "bridge step": steps})
    many = replace(results, frame=frame, values={**results.values, **values})
    found = steps_since(many)
    assert len(found) == MOST_STEPS + 1
    # Twice 1,810 and twice −431 are left, of a change of 10,370.
    assert found[-1] == Driver("Others", "+USD 2.76k", "27%")


def test_without_a_version_it_is_as_before(sample: str) -> None:
    report = report_of_sample(sample).report
    assert report.since_title == "Since last time"
    assert report.why.startswith("FY20")
