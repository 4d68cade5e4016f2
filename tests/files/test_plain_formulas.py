"""A formula as another program writes it: the same where no value changes, another one where one does."""

from __future__ import annotations

import pytest

from workbook.files.grafting.plain_formulas import plain_form

SAME = {
    "SUM(G$27:G$27)": "SUM(G$27)",
    "INDEX(Capacity!$D$425:$D$425,1)": "INDEX(Capacity!$D$425,1)",
    "COUNT('a b'!A1:A1)": "COUNT('a b'!A1)",
    "0.699999999999999999989*A1": "0.7*A1",
    "1&(YEAR(A1)&2)&3": "1&YEAR(A1)&2&3",
    "G37+(G38-G67)+(G39-G67)": "G37+G38-G67+G39-G67",
    "EXP(-(G57*G64))": "EXP(-G57*G64)",
    "a*(b/c)": "a*b/c",
    "(a+b)": "a+b",
    "((a))*2": "a*2",
    "(a^b)^c": "a^b^c",
    "IF((a>1),(b),2)": "IF(a>1,b,2)",
    "a+(-b)": "a+-b",
    "(a*b)+c": "a*b+c",
    "POISSON(A1,B1,FALSE)": "POISSON.DIST(A1,B1,FALSE)",
    "": "",
}
OTHER = {
    "SUM(G$27:G$28)": "SUM(G$27)",
    "SUM(A1:$A1)": "SUM(A1)",
    "0.70000000001*A1": "0.7*A1",
    "a-(b-c)": "a-b-c",
    "a/(b*c)": "a/b*c",
    "(a+b)*c": "a+b*c",
    "a^(b^c)": "a^b^c",
    "-(a^b)": "-a^b",
    "-(a+b)": "-a+b",
    "2^-(a*b)": "2^-a*b",
    "a/-(b*c)": "a/-b*c",
    "(a+b)%": "a+b%",
    "a=(b=c)": "a=b=c",
    "SUM((A1,B1))": "SUM(A1,B1)",
    '"(a)"': '"a"',
    '"A1:A1"': '"A1"',
    "Budget[(a)]": "Budget[a]",
    "(a=b)*1": "a=b*1",
}


@pytest.mark.parametrize(("written", "found"), SAME.items())
def test_the_same(written: str, found: str) -> None:
    assert plain_form(written) == plain_form(found)


@pytest.mark.parametrize(("written", "found"), OTHER.items())
def test_another_one(written: str, found: str) -> None:
    assert plain_form(written) != plain_form(found)


def test_escapes_of_xml_are_read() -> None:
    assert plain_form("IF((A1&lt;&gt;1)&amp;(B1),1)") == "IF((A1<>1)&B1,1)"
