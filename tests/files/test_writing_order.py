"""The bytes of a result sheet do not hang on the version of XlsxWriter."""

from __future__ import annotations

import re

from tests.conftest import plan_sample
from workbook.files.package.opening import open_package


def test_conditional_formats_are_in_the_order_of_their_ranges() -> None:
    package = open_package(plan_sample("meridian")[0])
    found = 0
    for sheet in package.sheets:
        if sheet.name in package.owners:
            ranges = re.findall(rb'<conditionalFormatting sqref="([^"]*)"', package.read(sheet.part))
            assert ranges == sorted(ranges)
            found += len(ranges)
    assert found > 10
