"""Subjects and file names read back as they were, for every length and script."""

from __future__ import annotations

import base64
import quopri
import random
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default

import pytest
from msgspec.structs import replace

from tests.report.reports import report_of_sample
from workbook.report.headers import HEADERS, header_text
from workbook.report.mail.outgoing import check_bytes
from workbook.report.mail.recipients import Envelope
from workbook.report.message import Attachment, RenderedReport, build_message, message_bytes, subject_of
from workbook.report.report import one_line

pytestmark = pytest.mark.slow

WORD = re.compile(r"=\?utf-8\?([qb])\?([!->@-~]+)\?=")
SCRIPTS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789.,:;()-_/&'\"",
    "aeéèêëàâçîïôùûüÿœæ'–",
    "äöüßÄÖÜ€ –",
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
    "абвгдеёжзийклмнопрстуфхцчшщ",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "容量計画東京大阪支払い",
    "خطةالسعة",
    "תכניתקיבולת",
    "क्षमतायोजना",
    "e\u0301a\u0308o\u0302",
    "📈🚀👩‍💻",
    '=?_\\"<>@%',
)
NAMES = (
    "Plan pojemności dla Łodzi i Wrocławia – usługi płatności",
    "Planification de la capacité – hébergement, réseau et données (société mère)",
    "Kapazitätsplanung für Übersee-Märkte: Größe, Kosten und Qualität 2026",
    *("x" * length for length in range(60, 90)),
    *(("plan " * 60)[:length] for length in range(60, 90)),
)


def with_subject(rendered: RenderedReport, subject: str) -> RenderedReport:
    return replace(rendered, report=replace(rendered.report, subject=subject))


def random_name(chance: random.Random) -> str:
    scripts = chance.sample(SCRIPTS, chance.choice((1, 1, 2, 3)))
    letters = "".join(scripts) + " " * chance.randint(0, 20)
    return "".join(chance.choice(letters) for _ in range(chance.randint(1, 300)))


def read_back(subject: str, name: str) -> tuple[bytes, EmailMessage]:
    message = EmailMessage(policy=HEADERS)
    message["Subject"] = subject
    message.add_attachment(b"x", "application", "pdf", filename=name)
    data = message.as_bytes()
    read = message_from_bytes(data, policy=default)
    assert isinstance(read, EmailMessage)
    return data, read


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_made_whatever_the_name_of_its_plan(name: str) -> None:
    rendered = with_subject(report_of_sample("erlmcp"), f"{name}: capacity report")
    rendered = replace(rendered, attachments=(Attachment(f"{name}.xlsx", b"x"),))
    data = message_bytes(build_message(rendered, ["a@example.org"], sender="b@example.org", is_draft=False))
    check_bytes(data, Envelope("b@example.org", ("a@example.org",)), subject_of(rendered.report))
    read = message_from_bytes(data, policy=default)
    assert str(read["Subject"]) == subject_of(rendered.report)


def names(count: int, seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(count):
        yield one_line(random_name(chance)).replace("=?", "= ?")


def decoded(header: str) -> str:
    """Read a header as RFC 2047 says, without the library: only a row of whole encoded words is decoded."""
    words = header.split("\r\n ")
    if not words[0].startswith("=?"):
        assert len(words) == 1
        return header
    matches = [WORD.fullmatch(word) for word in words]
    assert all(matches), words
    return "".join(
        (base64.b64decode(found[2]) if found[1] == "b" else quopri.decodestring(found[2].replace("_", " "))).decode()
        for found in matches
        if found
    )


def test_random_names_read_back_as_they_were() -> None:
    for name in names(100, 1):
        data, read = read_back(name, f"{name}.pdf")
        assert str(read["Subject"]) == name
        older = message_from_bytes(data, policy=compat32)
        assert str(make_header(decode_header(str(older["Subject"])))) == name
        (file,) = read.iter_attachments()
        assert file.get_filename() == f"{name}.pdf"
        head = data[: data.index(b"\r\n\r\n")]
        assert head.isascii()
        assert max(map(len, head.split(b"\r\n"))) <= 78


@pytest.mark.slow
@pytest.mark.fuzz
def test_very_many_random_names_survive() -> None:
    for name in names(20_000, 2):
        header = header_text(name, len("Subject: "))
        assert decoded(header) == name
        assert max(map(len, f"Subject: {header}".split("\r\n"))) <= 76


def test_an_accented_file_name_is_given_in_both_forms() -> None:
    data, read = read_back("Plan", "Übersee-Märkte.pdf")
    lines = data.decode("ascii").split("\r\n")
    assert " filename*=utf-8''%C3%9Cbersee-M%C3%A4rkte.pdf;" in lines
    assert ' filename="=?utf-8?b?w5xiZXJzZWUtTcOkcmt0ZS5wZGY=?="' in lines
    (file,) = read.iter_attachments()
    assert file.get_filename() == "Übersee-Märkte.pdf"


def test_many_and_long_addresses_survive() -> None:
    to = [f"{'first.last' * 6}{number}@{'mail.' * 20}example.org" for number in range(40)]
    data = message_bytes(build_message(report_of_sample("erlmcp"), to, ["c@example.org"], "d@example.org", False))
    read = message_from_bytes(data, policy=default)
    assert str(read["To"]) == ", ".join(to)
    assert b"=?" not in data[data.index(b"To: ") : data.index(b"MIME-Version")]
