"""Runs the whole matrix of faults and prints what came of it.

`python -m tests.slow.faults [calls] [system] [plan] [kills] [--quick]`; without a name everything.

`calls` fails the calls of Python, `system` those of the system in a save (needs strace), `plan` those of the system
that touch the folder in a whole `workbook plan`, `kills` kills saves at random. Exit code 1 where a file was lost,
mixed, or left without a word.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.slow.faults import calls, kills, plans, scene, system

PARTS: dict[str, Callable[[Path, bool], system.Tally]] = {}


def part(name: str) -> Callable[[Callable[[Path, bool], system.Tally]], Callable[[Path, bool], system.Tally]]:
    """Register a part of the matrix under a name."""

    def register(run: Callable[[Path, bool], system.Tally]) -> Callable[[Path, bool], system.Tally]:
        PARTS[name] = run
        return run

    return register


@part("calls")
def fail_calls(folder: Path, is_quick: bool) -> system.Tally:
    """Fail every call of Python: each error once and for good, killed, interrupted."""
    tally = system.Tally()
    kinds: dict[str, Callable[[int], calls.Fault]] = {"SIGKILL": calls.killing, "Ctrl+C": calls.interrupting}
    for error in calls.ERRORS:
        for for_good in (False, True):
            if is_quick and (error == "EXDEV" or (for_good and error != "ENOSPC")):
                continue
            name = f"{error} {'from there on' if for_good else 'once'}"
            kinds[name] = lambda nth, e=error, g=for_good: calls.failing(e, nth, for_good=g)  # type: ignore[misc]
    for name, fault in kinds.items():
        count, found = calls.sweep(folder, fault)
        tally.ends[name] += count
        tally.kills += count if name == "SIGKILL" else 0
        tally.errors += count if name != "SIGKILL" else 0
        tally.found += [f"{name}, {finding}" for finding in found]
    return tally


@part("system")
def fail_save(folder: Path, is_quick: bool) -> system.Tally:
    """Fail every call of the system in a save."""
    tally = system.Tally()
    target = scene.set_up(folder)
    scene.attempt(target)  # whatever is imported late is imported now

    def work() -> int:
        refusal = scene.attempt(target)
        return 5 if refusal else 0

    for syscall in (*system.CHANGING, *system.READING):
        for what in system.injections(syscall, is_quick=is_quick):
            step = 3 if is_quick and syscall in system.READING else 1
            nth, has_come = 1, True
            while has_come:
                scene.set_up(folder)
                end, has_come = system.inject(work, syscall, what, nth)
                place = f"{syscall} {nth} {what}"
                if has_come:
                    tally.note(place, end, list(scene.after(target, end)))
                elif end != 0:
                    tally.found.append(f"{place}: ends with {end} though nothing was injected")
                nth += step
    return tally


@part("plan")
def fail_plan(folder: Path, is_quick: bool) -> system.Tally:
    """Fail every call of the system that touches the folder in a whole run of `plan`."""
    return plans.fail_plan(folder, every=17 if is_quick else 1)


@part("kills")
def kill_saves(folder: Path, is_quick: bool) -> system.Tally:
    """Kill saves at random moments."""
    return kills.kill_at_random(folder, 60 if is_quick else 1000)


def main() -> None:
    """Run the parts that were asked for."""
    wanted = [name for name in sys.argv[1:] if name in PARTS] or list(PARTS)
    is_quick, found = "--quick" in sys.argv, 0
    scene.impatient()
    for name in wanted:
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            tally = PARTS[name](Path(folder) / "place", is_quick)
        print(f"{name}: {tally}, {time.monotonic() - start:.0f} s")
        print(*(f"  {finding}" for finding in tally.found), sep="\n", end="\n" if tally.found else "")
        found += len(tally.found)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
