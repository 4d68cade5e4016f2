"""A portfolio in Python: the plans' own figures, what is not counted, groups, rates, and totals that are live."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import openpyxl
import pytest

from tests.conftest import NAMES, plan_sample
from tests.engines import differences, formulas, poisoned, recalculated_by_package, stored_values
from tests.portfolio.books import fill, planned, stale
from workbook import actions
from workbook.model.assurance.contradiction_problems import contradictions
from workbook.model.money.cost import CATEGORIES
from workbook.portfolio.sheets.book import SHEETS

pytestmark = pytest.mark.whole

PARTS = 18
"""Files of a small folder: some counted, one stale, one never planned, one in euros."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("portfolio") / "plans", PARTS)


def made(folder: Path, output: Path, **options: object) -> actions.Portfolio:
    chosen = actions.PortfolioOptions(**options)  # type: ignore[arg-type]
    return actions.make_portfolio(actions.find_workbooks(folder), output, chosen)


def rates_file(folder: Path) -> Path:
    path = folder / "rates.csv"
    path.write_text("Currency,Rate\nUSD,1\nEUR,1.25\n")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_are_those_of_the_plan(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(plan_sample(name)[0])
    (plan,) = actions.make_portfolio([path], tmp_path / "group.xlsx").group.plans
    results, figures = plan_sample(name)[1], plan.figures
    assert figures is not None
    for place, (_, line) in enumerate(CATEGORIES.values()):
        amounts = [month.amounts[place] for month in figures.months]
        assert amounts == results.values[line][0, 0, : len(amounts)].tolist()
    for at in range(len(results.items("cost.year"))):
        year = results.value("year.number", at)
        cost = sum(sum(month.amounts) for month in figures.months if month.fiscal_year == year)
        assert cost == pytest.approx(results.value("cost.year", at), rel=1e-12)
    assert plan.total == pytest.approx(results.value("cost.horizon"), rel=1e-12)
    assert sum(one.committed_money or 0 for one in figures.commitments) == pytest.approx(
        results.value("commitment.total"), rel=1e-12
    )
    assert [one.message for one in plan.record.conflicts] == [one.message for one in contradictions(results)]
    assert figures.failed_checks == 0


def test_each_fault_is_a_row_and_nothing_of_it_is_added(folder: Path, tmp_path: Path) -> None:
    group = made(folder, tmp_path / "group.xlsx").group
    assert {plan.file.split("/")[-1]: plan.record.status.value for plan in group.plans if not plan.figures} == {
        "06 stale.xlsx": "stale",
        "11 unplanned.xlsx": "not planned",
        "17 euro.xlsx": "no rate",
    }
    assert len(group.counted) == PARTS - 3
    assert group.currency == "USD"
    assert len({plan.label for plan in group.plans}) == PARTS
    euro = group.plans[-1].record
    assert euro.problems[0].message == "the plan is in EUR, and there is no rate to USD"


def test_the_group_workbook_is_live(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "group.xlsx"
    portfolio = made(folder, output, rates=rates_file(tmp_path), by="Plan name")
    assert portfolio.counted == PARTS - 2
    assert actions.write_portfolio(portfolio) == output
    assert not (tmp_path / "group.xlsx.state").exists()
    assert actions.lint_workbook(output) == ()
    data = output.read_bytes()
    cells = formulas(data, SHEETS)
    assert len(cells) > 300
    theirs = stored_values(recalculated_by_package(poisoned(data)), SHEETS)
    assert differences(stored_values(data, SHEETS), theirs, cells) == []
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert tuple(book.sheetnames) == SHEETS
    totals = {row[0]: row for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    groups = {name: sum(plan.total for plan in plans) for name, plans in portfolio.group.groups.items()}
    assert list(groups) == sorted(groups, key=lambda name: -groups[name])
    assert {"Asia", "Europe"} < set(groups)
    columns = len(portfolio.group.years) + 2
    for name, total in groups.items():
        assert totals[name][columns] == pytest.approx(total)
    euro = portfolio.group.plans[-1]
    assert euro.total == pytest.approx(1.25 * portfolio.group.plans[0].total)
    link = book["Plans"]["C5"].hyperlink
    assert link is not None
    assert (tmp_path / unquote(str(link.target))).resolve() == folder / "00 plan.xlsx"


def test_another_rate_moves_every_amount(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "group.xlsx"
    actions.write_portfolio(made(folder, output, rates=rates_file(tmp_path)))
    book = openpyxl.load_workbook(output)
    (row,) = (row for row in book["Summary"].iter_rows(max_col=2) if row[0].value == "EUR")
    row[1].value = 2.5  # twice the rate of the file
    book.save(tmp_path / "edited.xlsx")
    edited = recalculated_by_package((tmp_path / "edited.xlsx").read_bytes())
    totals = []
    for source in (output, io.BytesIO(edited)):
        plans = openpyxl.load_workbook(source, data_only=True)["Plans"]
        totals.append(next(float(str(row[13])) for row in plans.values if row[5] == "EUR"))
    assert totals[1] == pytest.approx(2 * totals[0])


def test_plan_first_plans_what_is_stale_and_keeps_a_backup(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(stale())
    (folder / "b.xlsx").write_bytes(planned())
    before = (folder / "b.xlsx").read_bytes()
    output = tmp_path / "group.xlsx"
    assert made(folder, output).counted == 1
    (tmp_path / "group.xlsx.state").unlink()
    portfolio = made(folder, output, plans_stale=True)
    assert portfolio.counted == 2
    assert (folder / "a.backup.xlsx").read_bytes() == stale()
    assert (folder / "b.xlsx").read_bytes() == before
    assert not (folder / "b.backup.xlsx").exists()
    assert made(folder, output).counted == 2


def test_no_plan_at_all_is_a_workbook_too(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(stale())
    output = tmp_path / "group.xlsx"
    portfolio = made(folder, output)
    actions.write_portfolio(portfolio)
    assert actions.lint_workbook(output) == ()
    data = output.read_bytes()
    theirs = stored_values(recalculated_by_package(poisoned(data)), SHEETS)
    assert differences(stored_values(data, SHEETS), theirs, formulas(data, SHEETS)) == []


def test_an_earlier_group_workbook_is_no_plan_and_is_replaced_nothing_else_is(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(planned())
    output = folder / "group.xlsx"
    actions.write_portfolio(made(folder, output))
    (folder / "older.xlsx").write_bytes(output.read_bytes())
    portfolio = made(folder, output)
    assert [plan.file for plan in portfolio.group.plans] == ["a.xlsx"]
    before = output.read_bytes()
    actions.write_portfolio(portfolio)
    assert output.read_bytes() == before
    with pytest.raises(actions.Refusal, match="is not an earlier group workbook"):
        actions.write_portfolio(made(folder, folder / "a.xlsx"))


@pytest.mark.parametrize(
    "name", ["a b#1%20.xlsx", "c:d.xlsx", "internal:e.xlsx", "ä&'ö.xlsx", "f\\g[1].xlsx", "#.xlsx"]
)
def test_a_link_leads_to_a_file_whatever_its_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "plans ?"
    folder.mkdir()
    (folder / name).write_bytes(b"no workbook")
    output = tmp_path / "group.xlsx"
    actions.write_portfolio(made(folder, output))
    link = openpyxl.load_workbook(output)["Plans"]["C5"].hyperlink
    assert link is not None
    assert not link.location
    assert unquote(str(link.target)) == f"plans ?/{name}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by": "Plan nam"}, "there is no setting 'Plan nam'; did you mean Plan name?"),
        ({"by": "weather"}, "for example Plan name or Active scenario"),
        ({"rates": Path("none.csv")}, "none.csv cannot be read"),
    ],
)
def test_options_that_cannot_be_used(tmp_path: Path, options: dict[str, object], words: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(planned())
    with pytest.raises(actions.PortfolioError) as refused:
        actions.make_portfolio([path], tmp_path / "group.xlsx", actions.PortfolioOptions(**options))  # type: ignore[arg-type]
    assert words in str(refused.value)


def rows_of(query: str) -> list[tuple[Any, ...]]:
    found = duckdb.sql(query)
    assert found is not None
    return list(found.fetchall())


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_long_tables_are_read_by_duckdb(folder: Path, tmp_path: Path, form: str) -> None:
    portfolio = made(folder, tmp_path / "group.xlsx", rates=rates_file(tmp_path))
    paths = actions.write_tables(portfolio, tmp_path / "tables", form)
    assert [path.name for path in paths] == [f"{name}.{form}" for name in ("plans", "cost", "orders", "commitments")]
    read = f"read_{'csv_auto' if form == 'csv' else 'parquet'}"
    total, rows = rows_of(
        f"SELECT sum(amount_in_group_currency), count(*) FROM {read}('{tmp_path / 'tables' / f'cost.{form}'}')"
    )[0]
    assert total == pytest.approx(sum(plan.total for plan in portfolio.group.counted))
    assert rows == sum(4 * plan.figures.horizon for plan in portfolio.group.counted if plan.figures)
    described = rows_of(f"DESCRIBE SELECT * FROM {read}('{tmp_path / 'tables' / f'cost.{form}'}')")
    kinds = {name: kind for name, kind, *_ in described}
    assert (kinds["month"], kinds["amount"]) == ("DATE", "DOUBLE")
