"""Who reads no cell of a result sheet has nothing to follow, and the run does not read these sheets for it."""

from __future__ import annotations

import pytest

from tests.conftest import plan_sample
from tests.edits import rewritten
from workbook.files.grafting import following
from workbook.files.grafting.following import Following, ReferencePolicy, follow_references
from workbook.files.grafting.result_lines import BookLines
from workbook.files.package.opening import open_package

pytestmark = pytest.mark.whole


class Read(Exception):
    """The result sheets were read."""


@pytest.fixture(autouse=True)
def reading_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_: object) -> BookLines:
        raise Read

    monkeypatch.setattr(following, "read_result_lines", told)


def with_formula(formula: str) -> bytes:
    """Return a planned sample whose sheet Settings has a formula in a validation's place."""
    data, _ = plan_sample("erlmcp")

    def change(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet2.xml":
            return content
        assert b"<formula1>1463</formula1>" in content
        return content.replace(b"<formula1>1463</formula1>", b"<formula1>%b</formula1>" % formula.encode(), 1)

    return rewritten(data, change)


def follow(data: bytes) -> Following:
    host = open_package(data, "plan.xlsx")
    return follow_references(host, host, ReferencePolicy.FOLLOW)


def test_the_links_of_the_guide_to_the_corners_of_sheets_are_nothing_to_follow() -> None:
    assert follow(plan_sample("erlmcp")[0]) == Following()


@pytest.mark.parametrize(
    "formula",
    [
        "Cost!B12",
        "COST!$B$12",
        "'cost workings'!B12",
        "SUM(Guide:Outputs!B12)",
        "SUM('Guide:Cost workings'!B12)",
        "INDIRECT(&quot;Cost!B12&quot;)",
        "Cost!A1+1",
        "Users!A1:Cost!B2",
    ],
)
def test_who_names_a_result_sheet_or_a_span_of_sheets_may_read_it(formula: str) -> None:
    with pytest.raises(Read):
        follow(with_formula(formula))


@pytest.mark.parametrize("formula", ["Users!B12", "SUM($A$1:$B$4)", "Cost!A1", "'Cost workings'!A1"])
def test_who_names_none_reads_none(formula: str) -> None:
    assert follow(with_formula(formula)) == Following()
