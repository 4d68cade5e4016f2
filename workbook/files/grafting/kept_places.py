"""Where references lead that keep their positions while result sheets are laid out anew (files floor)."""

from __future__ import annotations

from workbook.address import Area
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.landing import Landed, Lost


class KeptPlaces(Correspondence):
    """References that keep their positions: of an area only the sheet's name may be another."""

    def moves(self, sheet: str) -> bool:
        """Whether any row or month of a result sheet is to be followed: of none."""
        return sheet.casefold() not in self.old.sheets

    def find(self, sheet: str, area: Area) -> Landed | Lost:
        """Return the same cells of the sheet as it is called today."""
        today = self.old.sheets[sheet.casefold()].today
        return Landed(self.new.sheets[today.casefold()].name, area)
