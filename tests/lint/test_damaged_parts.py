"""Styles and shared strings that are not the XML that they say they are: lint refuses them as `plan` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import run
from tests.edits import parts_of, rewritten
from tests.workbooks import valid_workbook

PARTS = ("xl/styles.xml", "xl/sharedStrings.xml")


def damages(data: bytes) -> Iterator[tuple[str, bytes]]:
    text = data.decode()
    body = text.split("?>", 1)[1]

    def declared(encoding: str) -> str:
        return f'<?xml version="1.0" encoding="{encoding}"?>{body}'

    yield from {
        "empty": b"",
        "blank": b" \n",
        "text": b"hello",
        "cut": data[: len(data) // 2],
        "unclosed": data.replace(b"</", b"<", 1),
        "a null": data.replace(b"<", b"<\0", 3),
        "no UTF-8": data.replace(b"?>", b"?><!-- \xff\xe9 -->", 1),
        "UTF-32": declared("UTF-32").encode("utf-32"),
        "UTF-32 without a mark": declared("UTF-32").encode("utf-32-le"),
        "UTF-8 that says UTF-16": declared("UTF-16").encode(),
        "UTF-16 that says UTF-8": text.encode("utf-16"),
        "unknown": declared("KLINGON-8").encode(),
        "UTF-7": declared("UTF-7").encode(),
        "base64": declared("base64").encode(),
        "another root": b"<x/>",
        "deep": b"<a>" * 20_000 + b"</a>" * 20_000,
        "endless number": data.replace(b'="', b'="' + b"9" * 5_000, 9).replace(b'="9', b'="1', 2),
    }.items()


CASES = [(part, name) for part in PARTS for name, _ in damages(parts_of(valid_workbook())[part])]


@pytest.mark.parametrize(("part", "name"), CASES)
def test_lint_refuses_what_plan_refuses(part: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(rewritten(valid_workbook(), lambda key, data: dict(damages(data))[name] if key == part else data))
    linted, planned = run("lint", path), run("plan", path)
    assert "internal error" not in linted.output + planned.output
    if planned.exit_code == 4:
        assert linted.exit_code == 4
        assert linted.stderr.partition("More:")[0] == planned.stderr.partition("More:")[0]
