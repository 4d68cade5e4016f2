"""A sample of the collection, and our own hosts before other programs: no one of them finds anything new."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.graft_checks import findings, fitting, grafted, loads
from tests.files.hosts import generated, pack, plain_parts
from tests.files.rich_objects import RICH
from tests.slow.corpus import CORPUS, entries, needs_corpus, validators
from tests.slow.corpus.examine import examine
from tests.slow.corpus.validators import SDK, XSD, opening_in_office, schema_errors, sdk_errors
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package, owned_sheets
from workbook.files.reading.survey import survey
from workbook.lint.check import lint
from workbook.problems import Code, Refusal

EVERY = 60
"""The whole takes minutes: `python -m tests.slow.corpus`."""


@needs_corpus
@pytest.mark.parametrize("start", range(2))
def test_holds_for_a_sample(tmp_path: Path, start: int) -> None:
    wrong, planned = {}, 0
    for number, entry in enumerate(entries(EVERY)[start::2]):
        folder = tmp_path / str(number)
        folder.mkdir()
        # The SDK takes a second a file: one in six.
        found = examine(entry, folder, has_sdk=SDK is not None and number % 6 == 0)
        planned += found.after is not None
        if found.wrong:
            wrong[entry.path.name] = found.wrong
    assert wrong == {}
    assert planned >= 5


@pytest.mark.office
def test_libreoffice_opens_what_it_opened_before(tmp_path: Path) -> None:
    pairs = {}
    for number, make in enumerate(RICH.values()):
        host = make()
        before, after = (tmp_path / f"{number}-{when}.xlsx" for when in ("before", "after"))
        before.write_bytes(host)
        after.write_bytes(grafted(host, fitting(host)))
        pairs[before] = after
    opened = opening_in_office(list(pairs.values()), tmp_path)
    closed = [before for before, after in pairs.items() if after not in opened]
    assert opening_in_office(closed, tmp_path) == set()
    assert len(opened) > 20


@pytest.mark.skipif(SDK is None, reason="the Open XML SDK's validator is not installed")
@pytest.mark.parametrize("kind", ["plain", "slicers", "custom views", "rich data", "other sheets"])
def test_the_sdk_finds_nothing_new(tmp_path: Path, kind: str) -> None:
    host = RICH[kind]() if kind in RICH else pack(plain_parts())
    found = []
    for name, data in (("before", host), ("after", grafted(host, fitting(host)))):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        found.append(sdk_errors(path))
    before, after = found
    assert before is not None
    assert after is not None
    assert after - before == {}


@pytest.mark.skipif(not XSD.is_dir(), reason=f"no schemas in {XSD}")
@pytest.mark.parametrize("kind", RICH)
def test_the_schemas_find_nothing_new(kind: str) -> None:
    host = RICH[kind]()
    before, after = open_package(host), open_package(grafted(host, fitting(host)))
    names = set(before.zip.namelist())
    new = [name for name in after.zip.namelist() if name not in names]
    kept = [name for name in names if name.endswith((".xml", ".rels")) and name in after.zip.namelist()]
    changed = [name for name in kept if before.read(name) != after.read(name)]
    assert schema_errors(_data(after), [*new, *changed]) - schema_errors(host, changed) == {}


def _data(package: Package) -> bytes:
    file = package.zip.fp
    assert file is not None
    file.seek(0)
    return file.read()


@needs_corpus
def test_every_file_of_the_corpus_opens_or_is_refused_by_a_code() -> None:
    wrong = []
    lines = (CORPUS / "index.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert lines
    for line in lines:
        folder, file, _, _, status, strict, *_ = line.split("\t")
        try:
            package = open_package((CORPUS / folder / file).read_bytes(), file, for_writing=False)
            package.tables()
            assert package.default_font
            owned_sheets(package)
        except Refusal as refusal:
            is_expected = status != "ok" or strict == "1" or refusal.problem.code in {
                Code.DAMAGED_FILE,
                Code.NOT_A_WORKBOOK,
            }  # fmt: skip
            wrong += [] if is_expected else [f"{file}: {refusal}"]
        else:
            wrong += [f"{file}: opened, though {status}"] if status not in {"ok", "xmlerr"} or strict == "1" else []
    assert not wrong


def _folders() -> list[tuple[str, list[str]]]:
    index = CORPUS / "index.tsv"
    lines = index.read_text(encoding="utf-8").splitlines()[1:] if index.is_file() else []
    rows = [line.split("\t") for line in lines]
    return [(folder, [row[1] for row in rows if row[0] == folder]) for folder in sorted({row[0] for row in rows})]


@needs_corpus
@pytest.mark.parametrize(("folder", "files"), _folders(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_fourth_file_is_grafted_without_a_finding(folder: str, files: list[str]) -> None:
    new = {date_1904: generated(("Ours_of_all", "Cost_of_ours"), date_1904) for date_1904 in (False, True)}
    wrong: dict[str, list[str]] = {}
    for number, file in enumerate(files[::4]):  # the whole takes minutes: `python -m tests.slow.corpus`
        host = (CORPUS / folder / file).read_bytes()
        try:
            package = open_package(host, file)
        except Refusal:
            continue
        found = findings(host, new[package.date_1904])
        if number % 3 == 0 and loads(host) and not loads(grafted(host, new[package.date_1904])):
            found.append("openpyxl does not load it any more")
        if found:
            wrong[file] = found
    assert not wrong


@needs_corpus
@pytest.mark.parametrize("part", range(4))
def test_files_of_other_programs_do_not_break_the_linter(part: int) -> None:
    files = sorted(CORPUS.rglob("*.xls[xm]"))[part * 5 :: 40]
    looked = 0
    for path in files:
        if path.stat().st_size > 1_000_000:
            continue
        try:
            book = survey(open_package(path.read_bytes(), path.name, for_writing=False))
        except Refusal:
            continue
        for finding in lint(book):
            assert finding.message
        looked += 1
    assert looked > 5


def test_a_validator_that_rewrites_files_gets_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "validator"
    program.write_text('#!/bin/sh\necho "rewritten" > "$1"\necho "{}"\n')
    program.chmod(0o755)
    monkeypatch.setattr(validators, "SDK", str(program))
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"as it was")
    assert validators.sdk_errors(book) == {}
    assert book.read_bytes() == b"as it was"
