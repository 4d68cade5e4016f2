"""A template's workbook: all that its schema says stands in the file, and what is read back is what was written."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from functools import cache
from textwrap import wrap
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.cell_range import MultiCellRange

from tests.files.graft_checks import lost_or_changed, moved_styles
from tests.files.hosts import made_by_xlsxwriter
from tests.files.package_lint import lint
from tests.settings import setting_cell
from tests.workbooks import read_plan, valid_markdown, workbook_from_markdown
from workbook.address import a1, column_letters
from workbook.files.grafting.input_sheets import add_inputs
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.writing.input_rules import ROOM_BELOW, KeyColumn, validation
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import MODELS, SETTING_MODELS, SETTINGS, SHEET_OF_SETTING, SHEETS
from workbook.inputs.sheets.settings import GROUPS
from workbook.inputs.template import Formula, TemplateSheet, load_guide, load_template, template_names
from workbook.schema import Column, Row, Sheet
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.whole

TEMPLATES = template_names()

BOLD = {
    **dict.fromkeys("ilIjf./-()", 0.62), **dict.fromkeys("rstcz", 0.83), **dict.fromkeys("aegkvxy", 0.99),
    **dict.fromkeys("mM", 1.72), **dict.fromkeys("wW", 1.79), "%": 1.44, **dict.fromkeys("CDGHNOQU", 1.35),
    **dict.fromkeys("ABRVXY", 1.2),
}  # fmt: skip
"""Upper bounds of the widths of letters of Carlito Bold at 11 points, in digits of its regular face."""

Loaded = Any
"""What openpyxl gives: its own types do not say which of several a cell or a sheet is."""


@cache
def written(name: str, is_1904: bool = False) -> bytes:
    return write_inputs(InputJob(load_template(name).sheets, load_theme(), load_guide(), is_1904=is_1904)).packed()


@cache
def book(name: str) -> Loaded:
    return openpyxl.load_workbook(io.BytesIO(written(name)))


def parts(name: str) -> list[TemplateSheet]:
    return list(load_template(name).sheets)


def plan_of(data: bytes) -> Plan:
    plan, problems = read_plan(data, None)
    assert plan is not None, problems
    return plan


def added(host: bytes, template: str = "blank") -> tuple[bytes, tuple[str, ...]]:
    out = io.BytesIO()
    names = add_inputs(open_package(host), load_template(template), load_theme(), out)
    return out.getvalue(), names


def rule_at(sheet: Loaded, row: int, column: int) -> Loaded:
    found = [rule for rule in sheet.data_validations.dataValidation if a1(row, column) in MultiCellRange(rule.sqref)]
    assert len(found) == 1, f"{sheet.title}!{a1(row, column)}: {len(found)} rules"
    return found[0]


def dimension(sheet: Loaded, column: int) -> Loaded:
    """Return what a sheet says of a column; like columns side by side are said once."""
    return next(one for one in sheet.column_dimensions.values() if one.min <= column <= one.max)


def values(plan: Plan) -> dict[str, object]:
    return {"settings": plan.settings, **{key: table.rows for key, table in plan.tables.items()}}


@pytest.mark.parametrize("name", TEMPLATES)
def test_has_every_sheet_and_header(name: str) -> None:
    made = book(name)
    assert made.sheetnames == ["Guide", *(sheet.title for sheet in SHEETS.values())]
    for sheet in map(Sheet.as_written, SHEETS.values()):
        headers = [cell.value for cell in made[sheet.title][1]]
        assert headers == [column.title for column in sheet.columns]
        assert made[sheet.title].freeze_panes == "B2"
        assert made[sheet.title].row_dimensions[1].height > 15
    assert made.active.title == "Guide"


@pytest.mark.parametrize("name", TEMPLATES)
def test_one_table_a_sheet_covers_the_data(name: str) -> None:
    for part in parts(name):
        sheet = book(name)[part.sheet.title]
        (table,) = sheet.tables.values()
        assert table.name == part.sheet.title.replace(" ", "_")
        assert table.ref == f"A1:{a1(1 + max(1, len(part.rows)), len(part.sheet.columns))}"
        assert table.tableStyleInfo.name.startswith("TableStyleLight")


@pytest.mark.parametrize("name", TEMPLATES)
def test_cells_hold_the_template_by_type(name: str) -> None:
    for part in parts(name):
        sheet = book(name)[part.sheet.title]
        for row, cells in enumerate(part.rows, 2):
            for number, value in enumerate(cells, 1):
                cell = sheet.cell(row, number)
                expected = value.text if isinstance(value, Formula) else value
                found = cell.value.date() if isinstance(cell.value, datetime) else cell.value
                assert found == expected, f"{part.sheet.title}!{cell.coordinate}"
                assert not isinstance(value, str) or cell.data_type == "s"


@pytest.mark.parametrize("name", TEMPLATES)
def test_reads_back_as_the_template(name: str) -> None:
    own, _ = load_template(name).read()
    assert own is not None
    assert values(plan_of(written(name))) == values(own)


def test_dates_counted_from_1904_are_the_same_dates() -> None:
    plan = plan_of(written("meridian", is_1904=True))
    assert plan.date_1904
    own, _ = load_template("meridian").read()
    assert own is not None
    assert values(plan) == values(own)


@pytest.mark.parametrize("name", TEMPLATES)
def test_same_template_same_bytes(name: str) -> None:
    again = write_inputs(InputJob(load_template(name).sheets, load_theme(), load_guide())).packed()
    assert again == written(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_that_excel_would_repair(name: str) -> None:
    assert not lint(written(name))


def test_every_column_has_a_message_and_its_format() -> None:
    for part in parts("erlmcp"):
        sheet = book("erlmcp")[part.sheet.title]
        for number, column in enumerate(part.sheet.columns, 1):
            if part.sheet.id in SETTING_MODELS:
                continue
            assert_message(rule_at(sheet, 2, number), column)
            assert sheet.cell(2, number).number_format == shown_format(column), column.header


def test_every_setting_has_its_own_rule_and_format() -> None:
    for setting in SETTINGS:
        sheet = book("erlmcp")[SHEETS[SHEET_OF_SETTING[setting.field]].title]
        cell = sheet[setting_cell(written("erlmcp"), setting.header, sheet.title)]
        assert_message(rule_at(sheet, cell.row, 2), setting)
        if setting.kind in ("text", "name", "choice"):
            assert cell.alignment.horizontal == "left", setting.header
        else:
            assert cell.number_format == setting.number_format, setting.header


def test_titles_of_groups_have_no_rule_and_offer_no_input() -> None:
    sheet, theme = book("erlmcp")["Settings"], load_theme()
    titles = [row for row in sheet.iter_rows(min_row=2) if row[0].value in GROUPS]
    assert [row[0].value for row in titles] == list(GROUPS)
    for row in titles:
        assert [cell.value for cell in row[1:]] == [None] * (len(row) - 1)
        assert not [
            rule for rule in sheet.data_validations.dataValidation if row[1].coordinate in MultiCellRange(rule.sqref)
        ]
        assert row[0].font.bold
        assert row[1].fill.fgColor.rgb[-6:] != theme.roles["input"]["bg_color"][1:]


def test_choices_of_settings_are_offered_as_words() -> None:
    sheet = book("erlmcp")["Settings"]
    cell = sheet[setting_cell(written("erlmcp"), "Growth beyond anchors")]
    assert cell.value == "Last segment"
    assert rule_at(sheet, cell.row, 2).formula1 == '"Last segment,Flat"'


def assert_message(rule: Loaded, column: Column) -> None:
    assert rule.promptTitle == column.title[:32]
    assert rule.prompt == column.cell_message[:255]
    assert rule.showInputMessage
    assert len(rule.error) <= 255


def shown_format(column: Column) -> str:
    is_shown = column.is_numeric or column.kind == "date"
    return column.number_format if is_shown else "General"


def test_every_choice_is_a_strict_list() -> None:
    for part in parts("meridian"):
        sheet = book("meridian")[part.sheet.title]
        last = len(part.rows) + 1 + ROOM_BELOW
        for number, column in enumerate(part.sheet.columns, 1):
            if not column.choices:
                continue
            for row in (2, last):
                rule = rule_at(sheet, row, number)
                assert rule.type == "list"
                assert rule.formula1 == f'"{",".join(column.choices)}"'
                assert (rule.errorStyle or "stop") == "stop"
                assert bool(rule.showErrorMessage) is not column.is_open


def test_names_of_other_sheets_are_offered_with_a_warning() -> None:
    expected = {
        ("Growth", "segment"): "Users", ("Features", "segment"): "Users", ("Events", "segment"): "Users",
        ("Retention", "storage_tier"): "Rates", ("Components", "node_type"): "Rates",
    }  # fmt: skip
    for (title, field), other in expected.items():
        sheet = next(sheet.as_written() for sheet in SHEETS.values() if sheet.title == title)
        number = 1 + [column.field for column in sheet.columns].index(field)
        rule = rule_at(book("erlmcp")[title], 2, number)
        assert (rule.type, rule.errorStyle) == ("list", "warning")
        assert rule.formula1 == f"{other}!$A$2:$A$201"
    settings = book("erlmcp")["Settings"]
    row = settings[setting_cell(written("erlmcp"), "Active scenario")].row
    assert rule_at(settings, row, 2).formula1.startswith("Scenarios!$A$2:")


@pytest.mark.parametrize(
    ("sheet_id", "field", "kind", "operator", "formulas"),
    [
        ("users", "peak_ratio", "decimal", "greaterThanOrEqual", ("1", None)),
        ("users", "session_duration_min", "decimal", "greaterThan", ("0", None)),
        ("users", "requests_per_user", "decimal", None, ("0", "1000")),
        ("users", "cpu_per_request_s", "custom", None, ("AND(ISNUMBER(G2),G2>0,G2<=60)", None)),
        ("resilience", "target_availability", "custom", None, ("AND(ISNUMBER(B2),B2>0,B2<1)", None)),
        ("scenarios", "growth_multiplier", "custom", None, ("ISNUMBER(B2)", None)),
        ("growth", "month", "custom", None, ("AND(ISNUMBER(B2),OR(B2>=1000,AND(B2>=1,B2<=240,INT(B2)=B2)))", None)),
    ],
)
def test_numbers_are_held_to_their_range(
    sheet_id: str, field: str, kind: str, operator: str | None, formulas: tuple[str, str | None]
) -> None:
    sheet = SHEETS[sheet_id].as_written()
    number = 1 + [column.field for column in sheet.columns].index(field)
    rule = rule_at(book("erlmcp")[sheet.title], 2, number)
    assert (rule.type, rule.operator, (rule.formula1, rule.formula2)) == (kind, operator, formulas)
    assert rule.error == f"{sheet.column(field).error_text}."


def test_an_enumeration_too_long_for_a_rule_is_an_error() -> None:
    long = tuple(f"choice {number}" for number in range(40))
    column = Column("f", "F", "", "choice", Row, None, choices=long)
    with pytest.raises(ValueError, match="range of cells"):
        validation(column, 2, 1, {})


def test_required_cells_are_marked_where_their_row_has_content() -> None:
    sheet = book("erlmcp")["Users"]
    formulas = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules]
    marks = [formula for formula in formulas if formula.startswith("AND(LEN(")]
    assert "AND(LEN(B2)=0,COUNTA($A2:$R2)>0)" in marks
    assert len(marks) == sum(column.required for column in SHEETS["users"].columns)


def test_a_dataset_without_a_size_is_marked_in_both_columns() -> None:
    sheet = book("erlmcp")["Retention"]
    (area,) = [area for area in sheet.conditional_formatting if "COUNTA($B2,$C2)" in area.rules[0].formula[0]]
    assert [cell.value for cell in sheet[1][1:3]] == ["Stored today (GB)", "Ingest per month (GB)"]
    assert str(area.sqref) == f"B2:C{5 + ROOM_BELOW}"
    assert area.rules[0].formula == ["AND(COUNTA($B2,$C2)=0,COUNTA($A2:$O2)>0)"]


def test_a_row_that_is_typed_under_the_table_looks_like_the_others() -> None:
    made = book("meridian")
    for part in parts("meridian"):
        sheet, columns = made[part.sheet.title], part.sheet.columns
        if part.sheet.id in SETTING_MODELS:
            continue
        first = max(1, len(part.rows)) + 2
        area = f"A{first}:{a1(first + ROOM_BELOW - 1, len(columns))}"
        (rule,) = next(found.rules for found in sheet.conditional_formatting if str(found.sqref) == area)
        assert rule.formula == [f"COUNTA($A{first}:${column_letters(len(columns))}{first})>0"]
        assert rule.dxf.fill.bgColor.rgb[-6:] == load_theme().roles["input"]["bg_color"][1:]
        for number, column in enumerate(columns, 1):
            assert dimension(sheet, number).number_format == shown_format(column), column.header


def test_required_columns_are_dark_and_optional_ones_lighter_and_grouped() -> None:
    roles = load_theme().roles
    for part in parts("erlmcp"):
        sheet = book("erlmcp")[part.sheet.title]
        if part.sheet.id in SETTING_MODELS:
            continue
        for number, column in enumerate(part.sheet.columns, 1):
            is_needed = column.required or column.is_either or column.is_both
            role = "header" if is_needed else "header_optional"
            assert sheet.cell(1, number).fill.fgColor.rgb[-6:] == roles[role]["bg_color"][1:], column.header
            level = dimension(sheet, number).outlineLevel
            assert level == (not is_needed and column.field not in ("source", "notes")), column.header


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_word_of_a_header_is_broken(name: str) -> None:
    """Letters are as wide as in Carlito, which has the widths of Calibri; indent and filter button take five digits."""
    for part in parts(name):
        sheet = book(name)[part.sheet.title]
        for number, column in enumerate(part.sheet.columns, 1):
            width = dimension(sheet, number).width
            assert width >= max(sum(BOLD.get(sign, 1.1) for sign in word) for word in column.title.split()) + 5
            lines = wrap(column.title, int((width - 5) / 1.15))
            assert sheet.row_dimensions[1].height >= 15 * len(lines), column.header


def test_input_cells_have_the_theme_s_look() -> None:
    look = load_theme().roles["input"]
    for cell in book("erlmcp")["Users"][2]:
        assert cell.fill.fgColor.rgb[-6:] == look["bg_color"][1:]
        assert cell.font.color.rgb[-6:] == look["font_color"][1:]
    head = book("erlmcp")["Users"]["A1"]
    assert head.fill.fgColor.rgb[-6:] == load_theme().roles["header"]["bg_color"][1:]


def test_guide_says_everything_and_links_only_what_is_there() -> None:
    guide, sheet = load_guide(), book("blank")["Guide"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    text = "\n".join(texts)
    for said in (guide.title, *guide.purpose, *(re.sub(r"[`{}]", "", step) for step in guide.steps), *guide.rules):
        assert said in text
    for name, meaning in (*guide.sheets, *guide.legend):
        assert name in text
        assert meaning in text
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {sheet.title: f"'{sheet.title}'!A1" for sheet in SHEETS.values()}
    assert not sheet.sheet_view.showGridLines


def test_chosen_sheets_only() -> None:
    chosen = [part for part in parts("erlmcp") if part.sheet.id in {"users", "growth"}]
    data = write_inputs(InputJob(chosen, load_theme())).packed()
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["Users", "Growth"]


def test_texts_stay_texts() -> None:
    sheet = SHEETS["scenarios"]
    row: tuple[object, ...] = ("=1+1", *(None,) * (len(sheet.columns) - 2), "https://example.org")
    data = write_inputs(InputJob([TemplateSheet(sheet, (row,))], load_theme())).packed()
    made = openpyxl.load_workbook(io.BytesIO(data))["Scenarios"]
    assert made["A2"].data_type == "s"
    assert made.cell(2, len(sheet.columns)).hyperlink is None


def test_a_cell_of_another_type_is_an_error() -> None:
    sheet = SHEETS["scenarios"]
    part = TemplateSheet(sheet, ((object(), *(None,) * (len(sheet.columns) - 1)),))
    with pytest.raises(TypeError, match="object"):
        write_inputs(InputJob([part], load_theme()))


def test_into_a_workbook_adds_what_it_lacks_and_changes_nothing_else() -> None:
    host = made_by_xlsxwriter()
    result, names = added(host)
    before, after = open_package(host), open_package(result)
    assert names == ("Guide", *(sheet.title for sheet in SHEETS.values()))
    assert [sheet.name for sheet in after.sheets] == ["Inputs", "Other", *names]
    assert lost_or_changed(before, after) == []
    assert moved_styles(before, after) == []
    assert after.owners == {}
    assert not lint(result, added_parts(after, names)) - lint(host)
    assert plan_of(result).settings.plan_start == date(2026, 1, 1)


def test_into_a_workbook_with_a_table_of_that_name() -> None:
    result, _ = added(made_by_xlsxwriter())
    tables = {table.sheet: table.name for table in open_package(result).tables()}
    assert tables["Inputs"] == "Users"
    assert tables["Users"] == "Users2"
    assert plan_of(result).tables["users"].name == "Users2"


def test_into_a_workbook_counted_from_1904() -> None:
    result, _ = added(made_by_xlsxwriter(date_1904=True), "meridian")
    own, _ = load_template("meridian").read()
    assert own is not None
    assert values(plan_of(result)) == values(own)


def test_into_a_workbook_with_some_of_the_sheets() -> None:
    host = workbook_from_markdown(valid_markdown(settings=None, scenarios=None).replace("## Users", "## USERS"))
    result, names = added(host)
    assert names == (
        "Guide",
        "Settings",
        "Features",
        "Seasonality",
        "Events",
        "Budget",
        "Scenarios",
        "Ranges",
        "Operations",
        "Load profile",
        "Claims",
        "Actuals",
    )
    plan = plan_of(result)
    assert plan.tables["users"].title == "USERS"
    assert [row.model_dump()["segment"] for row in plan.tables["users"].rows] == ["Staff", "Guests"]


def test_drop_downs_follow_the_names_on_the_person_s_own_sheet() -> None:
    users = "| Notes | Current users (users) | Segment | Requests per user (1/s) | CPU per request (s) |"
    host = workbook_from_markdown(f"## My Users\n| a |\n\n## Users\n{users}\n| | 10 | Staff | 1 | 1 |")
    made = openpyxl.load_workbook(io.BytesIO(added(host)[0]))
    assert rule_at(made["Growth"], 2, 1).formula1 == "Users!$C$2:$C$201"


def test_into_a_complete_workbook_adds_nothing() -> None:
    host = written("erlmcp")
    assert added(host) == (host, ())


def test_a_sheet_s_real_name_is_quoted_in_a_rule() -> None:
    key = KeyColumn("users ", 2, 5)
    assert key.names == "='users '!$B$5:$B$204"


def test_every_sheet_of_the_schema_can_be_written() -> None:
    assert set(MODELS) == {part.sheet.id for part in parts("blank")}


def added_parts(package: Package, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(sheet.part.lower() for sheet in package.sheets if sheet.name in names)
