"""Every column of every input sheet belongs to one driver or to none, and is said once."""

from __future__ import annotations

from collections import Counter

import pytest

from workbook.inputs.sheets.registry import SETTING_MODELS, SETTINGS_OF, SHEETS
from workbook.whatif.drivers import (
    NAMES,
    REMARKS,
    ROWS,
    TITLES,
    UNDRIVEN,
    UNDRIVEN_SHEETS,
    Driver,
    driven_fields,
    driver_of,
)

DRIVING = [sheet for sheet in SHEETS if sheet not in UNDRIVEN_SHEETS]


@pytest.mark.parametrize("sheet", DRIVING)
def test_every_column_is_said_once(sheet: str) -> None:
    columns = SETTINGS_OF[sheet] if sheet in SETTING_MODELS else SHEETS[sheet].columns
    said = Counter((*driven_fields(sheet), *UNDRIVEN.get(sheet, ()), *NAMES.get(sheet, ())))
    assert said == Counter(column.field for column in columns if column.field not in REMARKS)


def test_a_sheet_without_a_driver_has_no_driven_column() -> None:
    assert [sheet for sheet in UNDRIVEN_SHEETS if driven_fields(sheet) or sheet in ROWS] == []
    assert set(UNDRIVEN_SHEETS) < set(SHEETS)


def test_every_driver_has_a_title_and_inputs() -> None:
    assert set(TITLES) == set(Driver)
    assert {driver_of(sheet, field) for sheet in DRIVING for field in driven_fields(sheet)} == set(Driver)
