"""Commands on the sample, each against a process that imports the same modules and reads and writes the same bytes.

Run it as `python -m tests.benchmarks.bench_small`. What a floor imports is read off a run, so that it is neither more
nor less than what the command needs. A second, lower floor imports other people's libraries only.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.processes import measure, python, show_ratio

SAMPLE = Path(__file__).parents[2] / "samples" / "erlmcp.xlsx"
PAIRS = 9
LOADED = """
import json, sys
before = set(sys.modules)
from workbook.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code
known = {*sys.stdlib_module_names, *before}
specs = {name: getattr(module, "__spec__", None) for name, module in sys.modules.items()}
print(json.dumps([
    name for name, spec in specs.items()
    if spec and spec.name == name and name.partition(".")[0] not in known and not name.startswith("_")
]))
"""
FLOOR = """
import gc, importlib, json, os, sys, zipfile
gc.set_threshold(100_000)
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
modules, source, made, out = sys.argv[1:]
for name in json.loads(modules):
    importlib.import_module(name)
with zipfile.ZipFile(source) as archive:
    for info in archive.infolist():
        archive.read(info)
for number, path in enumerate(json.loads(made)):
    if path.endswith(".xlsx"):
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(f"{out}/{number}", "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                new.writestr(info, old.read(info), zipfile.ZIP_DEFLATED)
    else:
        with open(path, "rb") as old, open(f"{out}/{number}", "wb") as new:
            new.write(old.read())
gc.freeze()
"""


def modules_of(arguments: Sequence[str]) -> list[str]:
    """Return the modules beyond the standard library that a command loads, in the order in which it loads them."""
    done = subprocess.run(python("-c", LOADED, *arguments), capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


def compare(goal: float, arguments: Sequence[str], source: Path, made: Path, out: Path) -> None:
    """Print a command's ratio; `made` is what it writes, a file or a folder that it fills, if it writes anything."""
    modules = modules_of(arguments)
    libraries = [name for name in modules if name.partition(".")[0] != "workbook"]
    files = sorted(map(str, made.iterdir())) if made.is_dir() else [str(made)] if made.exists() else []
    floors = [
        python("-c", FLOOR, json.dumps(names), str(source), json.dumps(files), str(out))
        for names in (modules, libraries)
    ]
    packages = sorted({name.partition(".")[0] for name in libraries})
    own = len(modules) - len(libraries)
    print(f"{arguments[0]} loads {own} modules of ours, {len(libraries)} of {', '.join(packages)}")
    commands = (python("-m", "workbook", *arguments), *floors)
    for command in commands:
        measure(command)
    taken, whole, others = zip(*([measure(command) for command in commands] for _ in range(PAIRS)), strict=True)
    show_ratio(f"{arguments[0]} / same imports and bytes (goal {goal})", taken, whole)
    show_ratio(f"{arguments[0]} / same libraries and bytes", taken, others)


def main() -> None:
    """Print the ratios of three commands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        planned, reports, out = folder / "planned.xlsx", folder / "reports", folder / "out"
        reports.mkdir()
        out.mkdir()
        plan = ["plan", str(SAMPLE), "-o", str(planned)]
        measure(python("-m", "workbook", *plan))
        compare(1.6, plan, SAMPLE, planned, out)
        compare(1.2, ["check", str(SAMPLE)], SAMPLE, folder / "nothing", out)
        compare(3, ["report", str(planned), "-o", str(reports)], planned, reports, out)


if __name__ == "__main__":
    main()
