"""A sample of the collection, and our own hosts before other programs: no one of them finds anything new."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.graft_checks import fitting, grafted
from tests.files.hosts import pack, plain_parts
from tests.files.rich_objects import RICH
from tests.files.test_package import needs_corpus
from tests.slow.corpus import entries
from tests.slow.corpus.examine import examine
from tests.slow.corpus.validators import SDK, XSD, opening_in_office, schema_errors, sdk_errors
from workbook.files.package.package import Package, open_package

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
