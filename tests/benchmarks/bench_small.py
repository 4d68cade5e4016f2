"""Planning the sample against a process that imports the same libraries and zips the same bytes again.

Run it as `python -m tests.benchmarks.bench_small`. What the floor imports is read off a run, so that it is neither more
nor less than what planning needs of other people's libraries.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.processes import in_turn, measure, python, show_ratio

SAMPLE = Path(__file__).parents[2] / "samples" / "erlmcp.xlsx"
LOADED = """
import json, sys
before = set(sys.modules)
from workbook.cli import main
try:
    main(["plan", *sys.argv[1:]])
except SystemExit as end:
    assert not end.code
ours = {"workbook", *sys.stdlib_module_names, *before}
specs = {name: getattr(module, "__spec__", None) for name, module in sys.modules.items()}
print(json.dumps([
    name for name, spec in specs.items()
    if spec and spec.name == name and name.partition(".")[0] not in ours and not name.startswith("_")
]))
"""
FLOOR = """
import importlib, json, sys, zipfile
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
with zipfile.ZipFile(sys.argv[2]) as source, zipfile.ZipFile(sys.argv[3], "w", zipfile.ZIP_DEFLATED) as target:
    for info in source.infolist():
        target.writestr(info, source.read(info), zipfile.ZIP_DEFLATED)
"""


def libraries(source: Path, out: Path) -> list[str]:
    """Return the modules of other people's packages that planning loads, in the order in which it loads them."""
    command = python("-c", LOADED, str(source), "-o", str(out))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


def main() -> None:
    """Print the ratio; the goal is at most 2.3."""
    with tempfile.TemporaryDirectory() as folder:
        out, copy = Path(folder) / "out.xlsx", Path(folder) / "copy.xlsx"
        modules = libraries(SAMPLE, out)
        plan = python("-m", "workbook", "plan", str(SAMPLE), "-o", str(out))
        measure(plan)
        floor = python("-c", FLOOR, json.dumps(modules), str(out), str(copy))
        packages = sorted({name.partition(".")[0] for name in modules})
        print(f"planning loads {len(modules)} modules of {', '.join(packages)}")
        show_ratio("plan samples/erlmcp.xlsx / same imports and zip (goal 2.3)", *in_turn(plan, floor, 9))


if __name__ == "__main__":
    main()
