"""The theme: text that can be read, formats by unit, and a person's own file over it with its problems."""

from __future__ import annotations

import re

import pytest

from workbook.problems import Code, Severity
from workbook.resources import parse_yaml
from workbook.sheets.layout import Style
from workbook.sheets.printing.widths import figure_width
from workbook.sheets.theme.colours import LEAST_CONTRAST, contrast
from workbook.sheets.theme.look import BUILT_IN, Look, load_theme
from workbook.sheets.theme.own import is_readable_text, read_theme

KEEP_ZERO = {"MB/GB", "flag", "month", "year", "fiscal year", "quarter", "row", "checks", "date", "input", "text"}
"""Units of which zero is a value like others: positions, flags, dates; and what is no quantity."""


def looks() -> dict[str, Look]:
    theme = load_theme()
    return {**theme.styles, **theme.roles, **theme.states}


@pytest.mark.parametrize("name", looks())
def test_text_can_be_read_on_its_ground(name: str) -> None:
    look = looks()[name]
    if is_readable_text(name, look):
        assert contrast(look.get("font_color", "#000000"), look.get("bg_color", "#FFFFFF")) >= LEAST_CONTRAST


def test_every_text_can_be_read_where_a_state_lays_its_fill_over_it() -> None:
    theme = load_theme()
    missing = theme.states["missing"]["bg_color"]
    assert contrast(theme.roles["input"]["font_color"], missing) >= LEAST_CONTRAST


def test_contrast_is_the_one_of_the_guidelines() -> None:
    assert contrast("#000000", "#FFFFFF") == 21
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=1e-3)
    assert contrast("#FFFFFF", "#767676") == pytest.approx(4.542, abs=1e-3)


def test_palette_is_okabe_and_ito_s() -> None:
    known = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#000000"}
    theme = load_theme()
    assert {*theme.palette, theme.limit} <= known
    assert len(set(theme.palette)) == len(theme.palette) == 6


def test_styles_are_excel_s_own_by_number_and_every_cell_has_one() -> None:
    theme = load_theme()
    assert set(theme.styles) <= set(BUILT_IN)
    assert {"Input", "Calculation", "Total", "Check Cell", "Heading 1", "Note"} <= set(theme.styles)
    normal = {role for role in theme.roles if role not in theme.parents}
    assert {role for role in normal if not role.endswith(("_tab", "_bar"))} == {"label", "code"}


@pytest.mark.parametrize(("unit", "code"), load_theme().formats.items())
def test_negatives_stand_in_brackets_and_zero_is_a_dash(unit: str, code: str) -> None:
    if unit == "key":
        assert code == ";;;"  # shows nothing, on screen and on paper
        return
    if unit in KEEP_ZERO:
        assert "–" not in code
        return
    positive, negative, zero = code.split(";")
    assert re.fullmatch(r"\(.*\)", negative)
    assert zero == '"–"_)'
    assert positive == negative[1:-1] + "_)"


def test_money_has_no_needless_digits_and_dates_are_dates() -> None:
    formats = load_theme().formats
    assert "." not in formats["currency"] + formats["currency/year"]
    assert formats["date"].startswith("mmm yyyy")
    assert "%" in formats["ratio"]


@pytest.mark.parametrize(
    ("value", "code", "least", "most"),
    [
        (1e12, "#,##0_);(#,##0)", 15, 16.5),
        (-1234.5, "#,##0.0_);(#,##0.0)", 7, 8),
        (0.256, "0.0%", 4, 6.5),
        (46000, "mmm yyyy_)", 8, 9.5),
        (2027, '"FY"0_)', 6, 7),
    ],
)
def test_width_of_a_figure_is_that_of_its_digits(value: float, code: str, least: float, most: float) -> None:
    assert least <= figure_width(value, code) <= most


HOUSE = """
palette: ["#111111", "#222222", "#333333", "#444444", "#555555", "#666666"]
styles:
  Input: {bg_color: "#DDEEFF", font_name: Arial}
roles:
  id: {font_size: 10}
  title: {style: Heading 2}
formats:
  currency: '#,##0.00;-#,##0.00;0 "EUR"'
"""


def test_a_person_s_theme_changes_what_it_says_and_nothing_else() -> None:
    theme, problems = read_theme(parse_yaml(HOUSE), "house.yaml")
    assert theme is not None
    assert problems == ()
    shipped = load_theme()
    assert theme.roles["input"] == {**shipped.roles["input"], "bg_color": "#DDEEFF", "font_name": "Arial"}
    assert theme.roles["id"]["font_size"] == 10
    assert theme.parents["title"] == "Heading 2"
    assert theme.look(Style("calculation", "currency"))["num_format"] == '#,##0.00;-#,##0.00;0 "EUR"'
    assert theme.palette[0] == "#111111"
    assert theme.insisted == {"Input"}
    unchanged = set(shipped.roles) - {"input", "id", "title"}
    assert {role: theme.roles[role] for role in unchanged} == {role: shipped.roles[role] for role in unchanged}


def test_an_empty_theme_is_the_shipped_one() -> None:
    theme, problems = read_theme(parse_yaml("# nothing yet\n"), "house.yaml")
    assert theme == load_theme()
    assert problems == ()


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("style: {}", "style", "styles"),
        ("styles: {Imput: {bold: true}}", "styles.Imput", "Input"),
        ("styles: {Input: {font_colour: '#000000'}}", "styles.Input.font_colour", "font_color"),
        ("formats: {curency: '0'}", "formats.curency", "currency"),
        ("3: 4", "3", "palette"),
    ],
)
def test_what_no_theme_has_is_told_with_what_was_meant(text: str, where: str, expected: str) -> None:
    theme, problems = read_theme(parse_yaml(text), "house.yaml")
    assert theme is None
    assert [(problem.code, problem.where) for problem in problems] == [(Code.THEME_UNKNOWN, f"house.yaml: {where}")]
    assert expected in problems[0].expected


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "styles: red",
        "styles: {Input: blue}",
        "styles: {Input: {font_color: blue}}",
        "styles: {Input: {font_color: '#12345'}}",
        "styles: {Input: {bold: 3}}",
        "styles: {Input: {font_size: true}}",
        "styles: {Input: {border: 99}}",
        "styles: {Input: {font_name: ''}}",
        "roles: {title: {style: Headline}}",
        "roles: {title: {align: middle}}",
        "palette: ['#000000']",
        "limit: black",
        "formats: {users: 0}",
        "formats: {users: '0 users'}",
        "formats: {users: '0;0;0;0;0'}",
        "formats: {users: '0 \"open'}",
    ],
)
def test_a_value_that_cells_cannot_have_is_an_error(text: str) -> None:
    theme, problems = read_theme(parse_yaml(text), "house.yaml")
    assert theme is None
    assert [(problem.code, problem.severity) for problem in problems] == [(Code.THEME_VALUE, Severity.ERROR)]
    assert problems[0].expected


def test_pale_text_is_a_warning_and_the_theme_is_taken() -> None:
    theme, problems = read_theme(parse_yaml("styles: {Note: {font_color: '#B0B0B0'}}"), "house.yaml")
    assert theme is not None
    assert theme.roles["snapshot"]["font_color"] == "#B0B0B0"
    assert [(problem.code, problem.severity, problem.where) for problem in problems] == [
        (Code.THEME_CONTRAST, Severity.WARNING, "house.yaml: styles.Note")
    ]


def test_all_mistakes_are_told_at_once() -> None:
    _, problems = read_theme(parse_yaml("limit: 3\nstyles: {Input: {bold: 3, colour: 4}, Nothing: {}}"), "house.yaml")
    assert len(problems) == 4
