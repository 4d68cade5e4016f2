"""Templates are valid plans, and what they say about the source document is right."""

from __future__ import annotations

import pytest

from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.registry import SETTING_GROUPS, SETTINGS_OF, SHEETS
from workbook.inputs.sheets.settings import GROUPS
from workbook.inputs.template import load_guide, load_template, template_names
from workbook.problems import Severity
from workbook.sheets.prefix import OPTIONAL_SHEETS, RESULT_SHEETS


@pytest.mark.parametrize("name", template_names())
def test_template_is_a_valid_plan(name: str) -> None:
    plan, problems = load_template(name).read()
    assert plan is not None
    assert not [problem for problem in problems if problem.severity is Severity.ERROR]


@pytest.mark.parametrize("name", template_names())
def test_template_has_every_sheet_and_every_setting(name: str) -> None:
    template = load_template(name)
    assert [part.sheet.id for part in template.sheets] == list(SHEETS)
    names = [row[0] for row in template.sheets[0].rows]
    assert [name for name in names if name not in GROUPS] == [column.header for column in SETTINGS_OF["settings"]]
    assert [name for name in names if name in GROUPS] == list(GROUPS)
    assert template.title


def test_each_group_of_settings_starts_with_its_first_setting() -> None:
    names = [str(row[0]) for row in load_template("blank").sheets[0].rows]
    headers = {column.field: column.header for column in SETTINGS_OF["settings"]}
    assert [names[names.index(title) + 1] for title in GROUPS] == [headers[field] for field in GROUPS.values()]


def test_choices_of_settings_are_words() -> None:
    values = {row[0]: row[1] for row in load_template("blank").sheets[0].rows}
    assert values["Growth beyond anchors"] == "Last segment"
    assert (values["Headroom mode"], values["Queue scope"], values["Memory unit base"]) == ("Max", "Node", 1000)


def test_template_names() -> None:
    assert {"blank", "example", "erlmcp", "meridian"} == set(template_names())


def test_unknown_template() -> None:
    with pytest.raises(KeyError):
        load_template("guide")


def test_every_row_of_erlmcp_names_its_source() -> None:
    """Each row names a line of the source document or says that it is an example."""
    for part in load_template("erlmcp").sheets:
        fields = [column.field for column in part.sheet.columns]
        place = fields.index("reference" if part.sheet.id == "claims" else "source")
        for row in part.rows:
            if part.sheet.id not in SETTING_GROUPS or row[place]:
                assert any(word in str(row[place]) for word in ("line", "example", "the source document"))


def test_claims_of_erlmcp_differ_where_the_source_is_wrong() -> None:
    """The figures of the source document (help: source-document)."""
    plan, _ = load_template("erlmcp").read()
    assert plan is not None
    claims = {row.claim: row for row in plan.rows("claims") if isinstance(row, Claim)}
    assert claims["CPUs for 10,000 users"].line == "cpu.required"
    assert claims["Storage for one year of monitoring data"].recomputed == pytest.approx(32.1015, rel=1e-5)
    assert claims["Months in the retention of monitoring data"].recomputed == pytest.approx(12.1667, rel=1e-5)
    assert claims["CPUs after three years"].recomputed == 800
    assert claims["Availability of the whole service"].recomputed == pytest.approx(0.9998790022, rel=1e-9)
    assert claims["Failover time of storage that a year's budget holds"].recomputed == pytest.approx(31.536)
    statuses = [claim.status for claim in claims.values() if claim.status]
    assert {status: statuses.count(status) for status in ("ARITHMETIC", "UNITS")} == {"ARITHMETIC": 2, "UNITS": 5}


def test_guide_names_every_sheet() -> None:
    guide = load_guide()
    named = [title for title, _ in guide.sheets]
    assert named[: len(SHEETS)] == [sheet.title for sheet in SHEETS.values()]
    assert sorted(named[len(SHEETS) :]) == sorted((*RESULT_SHEETS, *OPTIONAL_SHEETS))
    assert guide.title
    assert guide.purpose
    assert guide.steps
    assert guide.legend
    assert guide.rules
