"""What other programs say of a workbook: schemas, the Open XML SDK, openpyxl, LibreOffice. Only differences count."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import openpyxl
from lxml import etree

from tests.engines import OFFICE
from tests.slow.corpus import CORPUS
from workbook.files.package.splice import to_utf8

XSD = Path(os.environ.get("WORKBOOK_XSD", CORPUS.parent / "xsd"))
SDK = os.environ.get("WORKBOOK_SDK_VALIDATOR") or shutil.which("ooxml-validator")
_MCE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_XML = "http://www.w3.org/XML/1998/namespace"
_SCHEMAS = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "sml.xsd",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "dml-spreadsheetDrawing.xsd",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "dml-chart.xsd",
    "http://schemas.openxmlformats.org/package/2006/content-types": "opc-xsd/opc-contentTypes.xsd",
    "http://schemas.openxmlformats.org/package/2006/relationships": "opc-xsd/opc-relationships.xsd",
}


def schema_errors(data: bytes, parts: Iterable[str]) -> Counter[str]:
    """Return what the published schemas find in these parts, each finding without its line."""
    found: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in parts:
            if part.endswith((".xml", ".rels")):
                found.update(_errors_of(archive.read(part)))
    return found


def _errors_of(data: bytes) -> list[str]:
    try:
        root = etree.fromstring(to_utf8(data), etree.XMLParser(huge_tree=True, remove_comments=True))
    except etree.XMLSyntaxError as error:
        return [f"not well formed: {error.msg}"]
    schema = _SCHEMAS.get(etree.QName(root).namespace or "")
    if schema is None:
        return []
    validator = _schema(schema)
    validator.validate(_without_extensions(root))
    return [str(error.message) for error in validator.error_log]  # type: ignore[attr-defined]


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSD / name))


def _without_extensions(root: etree._Element) -> etree._Element:
    """Return what a program sees that knows the standard alone: fallbacks taken, ignorable names left out."""
    ignorable = {
        element.nsmap.get(prefix)
        for element in root.iter("*")
        for prefix in (element.get(f"{{{_MCE}}}Ignorable") or "").split()
    }
    for choice in list(root.iter(f"{{{_MCE}}}AlternateContent")):
        parent = choice.getparent()
        if parent is not None:
            fallback = choice.find(f"{{{_MCE}}}Fallback")
            place = parent.index(choice)
            parent[place : place + 1] = list(fallback) if fallback is not None else []
    for element in list(root.iter("*")):
        if etree.QName(element).namespace in ignorable:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for name in list(element.attrib):
            if etree.QName(name).namespace in {*ignorable, _MCE, _XML} - {None}:
                del element.attrib[name]
    return root


def sdk_errors(path: Path) -> Counter[str] | None:
    """Return the findings of the Open XML SDK, without the numbers of sheets and parts; None where it fails itself.

    It sees a copy: it writes a file anew whose links it does not like.
    """
    if SDK is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(path, Path(folder) / path.name)
        done = subprocess.run([SDK, str(copy)], capture_output=True, text=True, timeout=300, check=False)
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return None
    return Counter(
        f"{error.get('id')} {error.get('description')} {re.sub('[0-9]+', '#', str(error.get('path', '')))}"
        for error in told.get("errors", [])
    )


def opens_in_openpyxl(data: bytes) -> bool:
    """Whether openpyxl loads it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            openpyxl.load_workbook(io.BytesIO(data))
    except Exception:  # noqa: BLE001, RUF100 (whatever ails openpyxl: only the difference counts)
        return False
    return True


def opening_in_office(files: Sequence[Path], folder: Path, batch: int = 40) -> set[Path]:
    """Return the files that LibreOffice converts; a batch that it breaks off is tried again file by file."""
    opened: set[Path] = set()
    for start in range(0, len(files), batch):
        some = files[start : start + batch]
        opened |= _converted(some, folder)
        for file in some:
            opened |= set() if file in opened else _converted([file], folder)
    return opened


def _converted(files: Sequence[Path], folder: Path) -> set[Path]:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out = folder / "converted"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "csv", "--outdir", str(out), *map(str, files)]
    try:
        subprocess.run(command, capture_output=True, timeout=60 + 10 * len(files), check=False)
    except subprocess.TimeoutExpired:
        return set()
    return {file for file in files if (out / f"{file.stem}.csv").exists()}
