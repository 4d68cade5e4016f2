"""What each code of a problem and each rule of the linter means and how to fix it, from YAML (languages floor)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from workbook.problems.codes import Code
from workbook.resources import read_yaml

_LOOKS_LIKE_A_CODE = re.compile(r"(?:error|warning|info)?\[?((?:[A-Za-z]{1,3}[-_ ]?)?\d{1,4})\]?", re.IGNORECASE)


class CatalogueEntry(Struct, frozen=True):
    """One code: its title, what it means in a few sentences, and an example of the wrong and the correct."""

    code: str
    title: str
    explanation: str
    example: str

    def as_json(self) -> dict[str, str]:
        """Return the entry as `--json` prints it."""
        return {"code": self.code, "title": self.title, "explanation": self.explanation, "example": self.example}


@cache
def load_catalogue() -> Mapping[str, CatalogueEntry]:
    """Read the entries by their codes. Raises TypeError for an entry with other fields than it must have."""
    return {code: CatalogueEntry(code, **fields) for code, fields in read_yaml("problems.yaml").items()}


@cache
def _rules() -> Mapping[str, CatalogueEntry]:
    """Return the rules of `lint.yaml` by their ids in small letters, each with its source in its title."""
    return {
        name.casefold(): CatalogueEntry(
            name, f"{rule['title']} ({rule['source']})", rule["explanation"], rule["example"]
        )
        for name, rule in read_yaml("lint.yaml").items()
    }


def looks_like_a_code(text: str) -> bool:
    """Whether a text is a code, also a misspelt one, or a rule, rather than the name of a file."""
    is_code = _LOOKS_LIKE_A_CODE.fullmatch(text.strip()) is not None or text.upper() in Code.__members__
    return is_code or text.strip().casefold() in _rules()


def find_entry(text: str) -> CatalogueEntry:
    """Return the entry of a code as a user types or pastes it: `wb309`, `error[WB309]`, `PERCENT_TOO_LARGE`, or a rule.

    Raises LookupError, with the code that may be meant, for one that the catalogue does not know.
    """
    if rule := _rules().get(text.strip().casefold()):
        return rule
    catalogue = load_catalogue()
    found = _LOOKS_LIKE_A_CODE.fullmatch(text.strip())
    code = re.sub("[-_ ]", "", found[1]).upper() if found else text.strip().upper()
    code = f"WB{code}" if code.isdecimal() else code
    code = Code.__members__[code].value if code in Code.__members__ else code
    if code in catalogue:
        return catalogue[code]
    group = [known for known in catalogue if known[:3] == code[:3]]
    near = difflib.get_close_matches(code, group or catalogue, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"codes run from {min(catalogue)} to {max(catalogue)}"
    raise LookupError(f"there is no problem {text!r}; {hint}")
