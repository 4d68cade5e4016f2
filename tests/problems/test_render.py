"""Problems in four formats: what is shown, what is counted, and that no cell speaks to a terminal or a build server."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter

import pytest

from workbook.address import Cell
from workbook.problems import Code, Problem, Severity, in_order
from workbook.problems.render import FORMATS, MOST_SHOWN, as_format, choose, left_text, problem_text, problems_text
from workbook.problems.sanitize import clean, clean_json

PERCENT = Problem(
    Code.PERCENT_TOO_LARGE,
    "CPU share looks like a whole number, not a percentage",
    Cell("Components", 2, 6),
    seen="40 (4000 %)",
    expected="0 % to 100 %, typed as 20 % or 0.2",
    remedy="did you mean 40 %?",
)
# What a cell may hold to be obeyed: by a terminal, by an eye, by markup, by a build server, by a spreadsheet.
HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\x08\x08\x7fOK",
    "a\rOK: no problems",
    "a\n::error file=x::forged",
    "a\u2028::warning::forged",
    "a\x85::debug::forged",
    "::error::forged",
    "::stop-commands::x",
    "##[error]forged",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStatus text='forged']",
    "100 %0A::error::forged",
    "\u202egnp.exe",
    "\u2066a\u2069",
    "a\u200bb\u200d\ufeffc\u00ad",
    "[bold red]forged[/]",
    "[link=https://example.org]x[/link]",
    "=cmd|'/c calc'!A1",
    "\udc80 lone",
    "\U000e0041 tag",
]


def many(counts: dict[Code, int], severity: Severity = Severity.ERROR) -> list[Problem]:
    return [
        Problem(code, f"number {number}", Cell("Users", number + 2, 1), severity=severity)
        for code, count in counts.items()
        for number in range(count)
    ]


def test_text_names_where_seen_expected_and_help() -> None:
    assert problem_text(PERCENT, "plan.xlsx") == (
        "error[WB309]: CPU share looks like a whole number, not a percentage\n"
        "  --> plan.xlsx › Components!F2\n"
        "   |  seen      40 (4000 %)\n"
        "   |  expected  0 % to 100 %, typed as 20 % or 0.2\n"
        "   = help: did you mean 40 %?"
    )


def test_a_problem_of_the_file_names_it_once() -> None:
    problem = Problem(Code.EMPTY_FILE, "plan.xlsx is empty", where="plan.xlsx")
    assert problem_text(problem, "plan.xlsx") == "error[WB102]: plan.xlsx is empty\n  --> plan.xlsx"
    assert as_format([problem], "in/plan.xlsx", "concise") == "in/plan.xlsx: WB102 error: plan.xlsx is empty"


def test_colours_change_no_word() -> None:
    painted = problem_text(PERCENT, "plan.xlsx", lambda text, role: f"<{role}>{text}</>")
    assert painted.startswith("<error>error[WB309]</>: CPU share")
    assert re.sub(r"<[^>]*>", "", painted) == problem_text(PERCENT, "plan.xlsx")


def test_concise_is_one_line() -> None:
    assert as_format([PERCENT], "plan.xlsx", "concise") == (
        "plan.xlsx:Components!F2: WB309 error: CPU share looks like a whole number, not a percentage"
    )


def test_github_is_one_command_with_its_signs_escaped() -> None:
    assert as_format([PERCENT], "a,b:c/plan.xlsx", "github") == (
        "::error file=a%2Cb%3Ac/plan.xlsx,title=WB309::Components!F2: CPU share looks like a whole number, not a"
        " percentage%0Aseen: 40 (4000 %25)%0Aexpected: 0 %25 to 100 %25, typed as 20 %25 or 0.2"
        "%0Ahelp: did you mean 40 %25?"
    )
    levels = [Problem(Code.BLANK_ROWS, "x", severity=severity) for severity in Severity]
    starts = [line.split(" ")[0] for line in as_format(levels, "p.xlsx", "github").splitlines()]
    assert starts == ["::error", "::warning", "::notice"]


def test_up_to_fifty_are_shown_and_none_is_counted() -> None:
    problems = many({Code.OUT_OF_RANGE: MOST_SHOWN})
    assert choose(problems) == tuple(problems)
    assert left_text(problems) == ""
    assert problems_text(problems, "plan.xlsx").count("error[WB308]") == MOST_SHOWN


def test_the_rest_is_counted_by_kind() -> None:
    text = problems_text(many({Code.NO_STORED_RESULT: 350, Code.NOT_A_NUMBER: 12}), "plan.xlsx")
    assert text.count("error[") == MOST_SHOWN
    assert text.count("error[WB302]") == 12
    assert text.endswith("\n\n… and 312 more: 312 WB307 (all of them with --format json)")


def test_no_kind_drowns_another() -> None:
    counts = {Code.NO_STORED_RESULT: 400, Code.OUT_OF_RANGE: 60, Code.NOT_A_NUMBER: 3}
    problems = [*many(counts), *many({Code.TOTALS_ROW: 1}, Severity.WARNING)]
    shown = Counter(problem.code for problem in choose(problems))
    assert shown == {
        Code.NO_STORED_RESULT: 23,
        Code.OUT_OF_RANGE: 23,
        Code.NOT_A_NUMBER: 3,
        Code.TOTALS_ROW: 1,
    }
    assert left_text(problems).startswith("… and 414 more: 377 WB307, 37 WB308")
    assert list(choose(problems)) == sorted(choose(problems), key=problems.index)


def test_more_kinds_than_places_give_the_first_of_each() -> None:
    problems = many(dict.fromkeys(Code, 2))
    shown = choose(problems)
    assert len({problem.code for problem in shown}) == len(shown) == MOST_SHOWN
    assert left_text(problems).split(" ")[2] == str(2 * len(Code) - MOST_SHOWN)
    assert "of other kinds" in left_text(problems)


def test_errors_stand_first() -> None:
    found = [*many({Code.TOTALS_ROW: 3}, Severity.WARNING), *many({Code.OUT_OF_RANGE: 70})]
    severities = [problem.severity for problem in choose(in_order(found))]
    assert severities == sorted(severities, key=list(Severity).index)
    assert Severity.WARNING in severities


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text) for text in HOSTILE])
@pytest.mark.parametrize("form", FORMATS)
def test_hostile_texts_are_shown_and_not_obeyed(text: str, form: str) -> None:
    problem = Problem(Code.NOT_A_NUMBER, text, f"{text}!A1", text, text, text)
    file = f"{text}.xlsx"
    match form:
        case "text":
            printed = problems_text([problem], file)
        case "json":
            printed = clean_json({"file": file, "problems": [problem.as_json()]})
            assert json.loads(printed)["problems"][0]["seen"] == text
        case _:
            printed = as_format([problem], file, form)
    lines = {"text": 5, "concise": 1, "github": 1, "json": 1}[form]
    assert len(printed.splitlines()) == lines
    printed.encode()
    for line in printed.split("\n"):
        assert [char for char in line if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs")] == []
        assert not re.search(r"##[A-Za-z]*\[", line)
        commands = re.findall(r"^\s*::", line)
        assert commands == (["::"] if form == "github" else [])
    if form == "github":
        # The properties end at the second ::, and hold the file and the code alone.
        properties = printed.split("::")[1].removeprefix("error ").split(",")
        assert [name.split("=")[0] for name in properties] == ["file", "title"]
        assert "%0A::" not in printed


@pytest.mark.parametrize(
    "text", ["Árvíztűrő tükörfúrógép", "40 % – 60 %, ≤ 3 × 2 €", "日本語", "a\u00a0b", "# 1 ## 2", ""]
)
def test_clean_leaves_plain_texts_alone(text: str) -> None:
    assert clean(text) == text
    assert json.loads(clean_json(text)) == text


def test_json_in_ascii_is_the_same_value() -> None:
    data = {"a": "Ő › \u202e ##[x]"}
    assert json.loads(clean_json(data, ascii_only=True)) == data
    assert clean_json(data, ascii_only=True).isascii()
