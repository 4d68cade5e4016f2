"""What a workbook discloses beside its visible cells, told before it is attached to a mail (post; TRUST 3.1).

Parts are searched as they lie in the package: nothing is changed, and nothing is left out of the copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from workbook.files.package.package import OWNED, Package
from workbook.problems import Code, Problem, Severity
from workbook.report.record import one_line
from workbook.report.wording import counted

_ADDRESS = re.compile(rb"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"')
_PROPERTY = r"<(?:\w+:)?{name}\b[^>]*>([^<]*)</(?:\w+:)?{name}>"
_PEOPLE = {"creator": "author", "lastModifiedBy": "last saved by", "Company": "company", "Manager": "manager"}
_PARTS = {
    r"xl/comments[^/]*\.xml|.*/comments/.*\.xml": "part|parts with notes",
    r"xl/threadedcomments/.*\.xml": "part|parts with comments",
    r"xl/externallinks/[^/]*\.xml": "link|links to other workbooks",
    r"xl/connections\.xml": "list|lists of data connections",
    r"xl/pivotcache/pivotcacherecords.*\.xml": "pivot table's|pivot tables' stored data",
    r"xl/vbaproject\.bin": "macro project|macro projects",
    r"docprops/custom\.xml": "list|lists of custom properties",
    r"customxml/item[^/]*\.xml": "embedded data part|embedded data parts",
    r".*/embeddings/.*": "embedded file|embedded files",
}
MOST_NAMED = 5


def disclosures(package: Package) -> tuple[str, ...]:
    """Return what an attached copy contains that a reader may not expect, one plain phrase each."""
    return tuple(one_line(text) for text in (*_sheets(package), *_hidden(package), *_parts(package), *_people(package)))


def disclosure_problem(found: Sequence[str], name: str) -> Problem:
    """Return it as a remark."""
    return Problem(
        Code.REPORT_DISCLOSES,
        f"the attached workbook contains: {'; '.join(found)}",
        name,
        expected="nothing that its readers must not see",
        remedy="remove it in Excel with File > Info > Inspect Workbook, or leave the workbook out with --no-attach",
        severity=Severity.INFO,
    )


def _sheets(package: Package) -> Iterator[str]:
    hidden = [sheet.name for sheet in package.sheets if sheet.state != "visible"]
    if hidden:
        yield f"{counted(len(hidden), 'hidden sheet')} ({_listed(hidden)})"
    names = [name for name in package.workbook.under("definedNames") if name.attributes.get("hidden") in ("1", "true")]
    theirs = [name.attributes.get("name", "") for name in names]
    theirs = [name for name in theirs if name != OWNED and not name.startswith(("_xlnm.", "_workbook."))]
    if theirs:
        yield f"{counted(len(theirs), 'hidden name')} ({_listed(theirs)})"


def _hidden(package: Package) -> Iterator[str]:
    for pattern, noun in ((_HIDDEN_ROW, "row"), (_HIDDEN_COLUMN, "column")):
        places = [sheet.name for sheet in package.sheets if sheet.part and pattern.search(package.read(sheet.part))]
        if places:
            yield f"hidden {noun}s on {_listed(places)}"


def _parts(package: Package) -> Iterator[str]:
    for pattern, words in _PARTS.items():
        count = sum(1 for part in package.entries if re.fullmatch(pattern, part))
        one, _, many = words.partition("|")
        if count:
            tail = many.partition(" ")[2] if " " in many and " " not in one else ""
            yield f"{count} {f'{one} {tail}'.strip() if count == 1 and tail else one if count == 1 else many}"


def _people(package: Package) -> Iterator[str]:
    for part in ("docprops/core.xml", "docprops/app.xml"):
        text = package.read(part).decode("utf-8", "replace") if part in package else ""
        for name, words in _PEOPLE.items():
            match = re.search(_PROPERTY.format(name=name), text)
            if match and match[1].strip():
                yield f"{words} {unescape(match[1].strip())}"
    parts = [part for part in package.entries if part.endswith(".xml") and part.startswith(("xl/", "docprops/"))]
    addresses = sorted({match.decode() for part in parts for match in _ADDRESS.findall(package.read(part))})
    if addresses:
        yield f"{counted(len(addresses), 'mail address').replace('addresss', 'addresses')} ({_listed(addresses)})"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
