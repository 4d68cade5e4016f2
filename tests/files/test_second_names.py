"""An extra field that gives a part of the archive another name: versions of Python differ in which one they believe."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from tests.workbooks import valid_workbook
from workbook.files.package.opening import open_package
from workbook.problems import Code, Refusal

_BEFORE_NAME = struct.Struct("<HHBI")


def field_of(name: str, told: str, *, is_cut: bool = False) -> bytes:
    """Return the field 0x7075 of an entry of one name that gives it another."""
    body = told.encode()
    made = _BEFORE_NAME.pack(0x7075, 5 + len(body), 1, zlib.crc32(name.encode())) + body
    return struct.pack("<HH", 0x7075, 0) if is_cut else made


def with_field(extra_of: dict[str, bytes], *, in_directory: bool, in_header: bool) -> bytes:
    """Return the valid base with an extra field in the directory, in the part's own header, or in both."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(valid_workbook())) as base, zipfile.ZipFile(out, "w") as made:
        for old in base.infolist():
            info = zipfile.ZipInfo(old.filename)
            extra = extra_of.get(old.filename, b"")
            info.extra = extra if in_header else b""
            made.writestr(info, base.read(old))
            info.extra = extra if in_directory else b""
    return out.getvalue()


@pytest.mark.parametrize(("in_directory", "in_header"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("before", [b"", struct.pack("<HHI", 0x5455, 4, 0)])
def test_another_name_is_refused(in_directory: bool, in_header: bool, is_cut: bool, before: bytes) -> None:
    part = "xl/worksheets/sheet2.xml"
    extra = before + field_of(part, "xl/worksheets/other.xml", is_cut=is_cut)
    with pytest.raises(Refusal) as found:
        open_package(with_field({part: extra}, in_directory=in_directory, in_header=in_header), "plan.xlsx")
    assert found.value.problem.code is Code.AMBIGUOUS_FILE
    assert part in found.value.problem.message


def test_the_same_name_once_more_is_read() -> None:
    part = "xl/worksheets/sheet2.xml"
    data = with_field({part: field_of(part, part)}, in_directory=True, in_header=True)
    assert part in open_package(data, "plan.xlsx").entries
