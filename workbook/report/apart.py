"""A report and a user's own template into its text, in a child process of limited time, memory and output (post).

A loop without an end or a text of gigabytes ends the child, not the run. The child gets no environment but what Python
needs to start, so that no secret is in it; the record goes in pickled, and what comes back is JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys

from msgspec.structs import replace

from workbook.problems import Refusal
from workbook.report.pages import ImageSource, Template, render, template_refusal
from workbook.report.report import Picture, Report

SECONDS = 20.0
CPU_SECONDS, MOST_MEMORY, MOST_TEXT = 10, 1 << 30, 20_000_000
_KEPT = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH")
_PROGRAM = "from workbook.report.apart import main; main()"


def render_apart(report: Report, template: Template, source: ImageSource) -> str:
    """Return the filled template. Raises Refusal (usage) with file and line, or with the limit that it exceeds."""
    sources = {picture.key: source(picture) for picture in report.pictures}
    job = pickle.dumps((report, template, sources, sys.getrecursionlimit()))
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            (sys.executable, "-c", _PROGRAM), input=job, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=environment, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise template_refusal(template.name, 0, f"it is not filled after {SECONDS:g} s") from None
    return _answer(template, done)


def _answer(template: Template, done: subprocess.CompletedProcess[bytes]) -> str:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        limits = f"{CPU_SECONDS} s of computing time or {MOST_MEMORY >> 30} GB of memory"
        raise template_refusal(template.name, 0, f"it needs more than {limits}") from None
    if "text" in answer:
        return str(answer["text"])
    refusal = template_refusal(template.name, 0, str(answer["seen"]))
    raise Refusal(replace(refusal.problem, where=str(answer["where"])), reason=refusal.reason)


def main() -> None:
    """Read a job from standard input and write its text, or what is wrong with it, to standard output."""
    report, template, sources, depth = pickle.load(sys.stdin.buffer)
    sys.setrecursionlimit(depth)
    _limit()
    json.dump(_done(report, template, sources), sys.stdout)


def _done(report: Report, template: Template, sources: dict[str, str]) -> dict[str, str]:
    def source(picture: Picture) -> str:
        return sources[picture.key]

    try:
        text = render(report, template, source)
    except Refusal as refusal:
        memory = isinstance(refusal.__cause__, MemoryError)
        seen = f"it needs more than {MOST_MEMORY >> 30} GB of memory" if memory else refusal.problem.seen
        return {"where": str(refusal.problem.where), "seen": seen[:2000]}
    if len(text) > MOST_TEXT:
        return {"where": template.name, "seen": f"it makes a text of {len(text):,} characters, more than {MOST_TEXT:,}"}
    return {"text": text}


def _limit() -> None:
    """Limit this process, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every system

    limits = ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0))
    for kind, most in limits:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
