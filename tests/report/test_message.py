"""The message: its structure, its headers, its bytes; and that no text of a cell becomes a header."""

from __future__ import annotations

import hashlib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import compat32, default

import pytest
from msgspec.structs import replace

from tests.conftest import exit_code_of
from tests.report.reports import DATA, report_of_sample
from workbook.problems import Refusal
from workbook.report import message as room
from workbook.report.addresses import checked_address
from workbook.report.message import (
    Attachment,
    RenderedReport,
    build_message,
    header_problems,
    message_bytes,
    size_problems,
)

pytestmark = pytest.mark.slow

HOSTILE = (
    "a\r\nBcc: evil@example.org",
    "a\nBcc: evil@example.org",
    "=?utf-8?q?a=0ABcc=3A_evil=40example.org?=",
    "=?utf-8?b?YQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "a\u2028Bcc: evil@example.org",
    "a\x0bBcc: evil@example.org",
    "a\x85Bcc: evil@example.org",
    "Kapazitätsplan 2026 " * 40,
    "\u202eplan",
    "",
)


def titled(subject: str) -> RenderedReport:
    rendered = report_of_sample("erlmcp")
    return replace(rendered, report=replace(rendered.report, subject=subject))


def parsed(rendered: RenderedReport, to: tuple[str, ...] = (), cc: tuple[str, ...] = ()) -> EmailMessage:
    read = message_from_bytes(message_bytes(build_message(rendered, to, cc)), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def tree(part: EmailMessage) -> object:
    if not part.is_multipart():
        return part.get_content_type()
    return (part.get_content_subtype(), *(tree(one) for one in part.iter_parts()))  # type: ignore[arg-type]


@pytest.mark.slow
def test_structure_is_the_one_that_mail_programs_show() -> None:
    rendered = report_of_sample("erlmcp")
    pictures = ("image/png",) * len(rendered.report.pictures)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert tree(parsed(rendered)) == (
        "mixed",
        ("alternative", "text/plain", ("related", "text/html", *pictures)),
        sheet,
    )
    pdf = replace(rendered, attachments=(*rendered.attachments, Attachment("plan.pdf", b"%PDF")))
    assert tree(parsed(pdf))[-1] == "application/pdf"  # type: ignore[index]
    bare = replace(rendered, attachments=())
    assert tree(parsed(bare)) == ("alternative", "text/plain", ("related", "text/html", *pictures))


def test_a_draft_has_no_sender_and_no_date() -> None:
    read = parsed(report_of_sample("erlmcp"))
    assert [name for name in read if not name.lower().startswith(("mime", "content"))] == ["Subject", "X-Unsent"]
    assert read["X-Unsent"] == "1"
    assert read["Subject"] == report_of_sample("erlmcp").report.subject


def test_a_message_to_be_sent_has_sender_and_recipients() -> None:
    rendered = report_of_sample("erlmcp")
    message = build_message(rendered, ["a@example.org", "b@example.org"], ["c@example.org"], "me@example.org", False)
    read = message_from_bytes(message_bytes(message), policy=default)
    assert (read["From"], read["To"], read["Cc"]) == ("me@example.org", "a@example.org, b@example.org", "c@example.org")
    assert "X-Unsent" not in read


def test_pictures_are_found_by_their_ids() -> None:
    rendered = report_of_sample("meridian")
    read = parsed(rendered)
    page = read.get_body(("html",))
    assert page is not None
    html = page.get_content()
    ids = {str(part["Content-ID"]).strip("<>"): part for part in read.walk() if part["Content-ID"]}
    assert len(ids) == len(rendered.report.pictures)
    for name, part in ids.items():
        assert f'src="cid:{name}"' in html
        assert part.get_content_disposition() == "inline"


def test_parts_come_back_as_they_were() -> None:
    rendered = report_of_sample("meridian")
    read = parsed(rendered)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == rendered.text
    assert html.get_content().replace("\r\n", "\n") == rendered.page
    (file,) = read.iter_attachments()
    assert hashlib.sha256(file.get_content()).digest() == hashlib.sha256(DATA).digest()
    assert file.get_filename() == "Meridian Payments capacity plan 2026-04 to 2028-04.xlsx"


def test_one_report_is_one_sequence_of_bytes() -> None:
    rendered = report_of_sample("erlmcp")
    data = message_bytes(build_message(rendered))
    assert data == message_bytes(build_message(rendered))
    assert b"\r\n" in data
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_becomes_a_header(name: str) -> None:
    data = message_bytes(build_message(titled(name), ["a@example.org"]))
    for policy in (default, compat32):
        read = message_from_bytes(data, policy=policy)
        names = [header for header in read if not header.lower().startswith(("mime", "content"))]
        assert names == ["Subject", "To", "X-Unsent"]
    assert "=?" not in str(message_from_bytes(data, policy=default)["Subject"])


@pytest.mark.parametrize("name", HOSTILE[:7])
def test_a_name_that_was_cleaned_is_told(name: str) -> None:
    (problem,) = header_problems(name, "Settings!B2")
    assert (problem.code, problem.where) == ("WB703", "Settings!B2")
    assert problem.seen.isprintable()


def test_a_plain_name_is_not_told() -> None:
    assert header_problems("Kapazitätsplan 2026 – Überblick", "Settings!B2") == ()
    assert header_problems("Plan\u00a02026", "Settings!B2") == ()


def test_bytes_that_say_something_else_are_refused() -> None:
    message = build_message(report_of_sample("erlmcp"), ["a@example.org"])

    class Forged(EmailMessage):
        def as_bytes(self, *_: object, **__: object) -> bytes:
            return b"Bcc: evil@example.org\r\n" + message.as_bytes()

    forged = Forged(policy=message.policy)
    for name, value in message.items():
        forged[name] = value
    with pytest.raises(Refusal) as caught:
        message_bytes(forged)
    assert caught.value.problem.code == "WB713"


@pytest.mark.parametrize("address", ["a@example.org", "first.last+tag@mail.example.co.uk", "o'neil@example.org"])
def test_plain_addresses_pass(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "a@b", "a@example.org, b@example.org", "Anna <a@example.org>", "a@example.org\r\nBcc: b@example.org",
        '"a b"@example.org', "a@exa mple.org", "=?utf-8?q?a?=@example.org", "ä@example.org", "a@exämple.org",
        "a@example.org(comment)", ".a@example.org", "a..b@example.org", "a@-example.org", "a@example.org.",
        "a" * 250 + "@example.org", "a@example.org\n",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(Refusal) as caught:
        checked_address(address)
    assert (caught.value.problem.code, exit_code_of(caught.value)) == ("WB704", 2)


def test_large_messages_are_warned_of_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MANY_BYTES", 750)
    monkeypatch.setattr(room, "MOST_BYTES", 1500)
    assert size_problems(b"x" * 1000) == ()
    assert [problem.code for problem in size_problems(b"x" * 1100)] == ["WB706"]
    with pytest.raises(Refusal) as caught:
        size_problems(b"x" * 2100)
    assert (caught.value.problem.code, exit_code_of(caught.value)) == ("WB705", 1)
