"""A scene for each problem of a file, of saving and of the tool's own sheets; each gives the problem it provokes.

The golden texts stand in files.yaml, under the names that the scenes have here. Problems of cells have theirs in
tests/inputs/problems.yaml and tests/inputs/contradictions.yaml.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from unittest.mock import patch

from msgspec.structs import asdict

from tests.actions.test_hand_edits import formula_cell
from tests.conftest import plan_file, planned_base
from tests.edits import rewritten, with_values
from tests.files.hosts import generated_parts, pack, plain_parts
from tests.files.test_package import OLE, WRONG
from tests.files.test_removal import reading_host
from tests.problems.bridge_scenes import BRIDGE_SCENES
from tests.problems.export_scenes import EXPORT_SCENES
from tests.problems.import_scenes import IMPORT_SCENES
from tests.problems.measured_scenes import MEASURED_SCENES
from tests.problems.reference_scenes import REFERENCE_SCENES
from tests.problems.roll_scenes import ROLL_SCENES
from tests.problems.scenario_scenes import SCENARIO_SCENES
from tests.problems.version_scenes import VERSION_SCENES
from tests.report.mail_scenes import MAIL_SCENES
from tests.report.scenes import REPORT_SCENES
from tests.slow.hostile import Hostile
from tests.slow.hostile.packages import PACKAGE_FILES
from tests.slow.hostile.sheets import SHEET_FILES
from tests.slow.hostile.strangers import STRANGER_FILES
from tests.workbooks import valid_workbook, workbook_from_markdown
from workbook import actions
from workbook.address import Cell
from workbook.files.grafting import styles
from workbook.files.grafting.graft import graft
from workbook.files.grafting.removal import remove
from workbook.files.package.caps import VARIABLE, current_caps
from workbook.files.package.opening import open_package
from workbook.files.package.result_size import check_result_size
from workbook.files.saving import save as saving
from workbook.files.saving.lock import Run, lock_path
from workbook.files.saving.restore import restore
from workbook.problems import Code, Problem, Refusal
from workbook.timeline import serial_of

Scene = Callable[[Path], Problem]


def refused(call: Callable[[], object]) -> Problem:
    """Return the problem with which a call is refused."""
    try:
        call()
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def reading(make: Callable[[], bytes]) -> Scene:
    """Write a file and read it for planning, as `workbook plan` does."""

    def scene(folder: Path) -> Problem:
        path = folder / "plan.xlsx"
        path.write_bytes(make())
        return refused(lambda: open_package(actions.read_plan(path).package.zip.fp.read(), path.name))  # type: ignore[union-attr]

    return scene


def opening(kind: str) -> Scene:
    """Open one of the wrong files of tests/files/test_package.py for writing."""
    return lambda _folder: refused(lambda: open_package(WRONG[kind][0](), "plan.xlsx"))


def found(code: Code, make: Callable[[], bytes]) -> Scene:
    """Return the first problem of a code that reading a workbook finds."""

    def scene(folder: Path) -> Problem:
        path = folder / "plan.xlsx"
        path.write_bytes(make())
        return next(problem for problem in actions.read_plan(path).problems if problem.code is code)

    return scene


def planned(folder: Path) -> Path:
    """Return a workbook with a valid plan."""
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook())
    return path


def nothing_there(folder: Path) -> Problem:
    return refused(lambda: actions.read_plan(folder / "plan.xlsx"))


def a_folder(folder: Path) -> Problem:
    (folder / "plan.xlsx").mkdir()
    return refused(lambda: actions.read_plan(folder / "plan.xlsx"))


def rows_under_a_table() -> bytes:
    """A table with a row that somebody pasted below it, after a blank one."""
    users = "## Users\n| Segment | Current users |\n| A | 1 |\n| B | 2 |\n| | |\n| C | 3 |"
    made = workbook_from_markdown(users, tables=True)
    return rewritten(
        made, lambda name, part: part.replace(b'ref="A1:B5"', b'ref="A1:B3"') if "tables/" in name else part
    )


def without_marks() -> bytes:
    """A planned workbook from which another program dropped the hidden names."""
    hidden = re.compile(rb'<definedName [^>]*name="_workbook[^>]*>[^<]*</definedName>')
    return rewritten(planned_base(), lambda name, part: hidden.sub(b"", part) if name == "xl/workbook.xml" else part)


def input_that_reads_results() -> bytes:
    """A planned workbook in which a number of users comes from a result sheet."""
    formula = b"<f>Demand!U27</f><v>5000</v>"
    made = rewritten(
        planned_base(),
        lambda name, part: part.replace(b"<v>5000</v>", formula) if name == "xl/worksheets/sheet2.xml" else part,
    )
    assert made != planned_base()
    return made


def moved_start() -> bytes:
    """A planned workbook whose start was then moved by three months."""
    return with_values(planned_base(), {Cell("Settings", 3, 2): serial_of(date(2026, 4, 1))})


def unreadable_sheet() -> bytes:
    """A number format that no program can read."""
    return rewritten(valid_workbook(), lambda name, part: b"<styleSheet>" if name == "xl/styles.xml" else part)


def sheet_name_taken() -> bytes:
    return workbook_from_markdown("## Cost\n| a |\n| 1 |")


def defined_name_taken(_folder: Path) -> Problem:
    host = pack(plain_parts("<definedNames><definedName name='ResultOfAll'>1</definedName></definedNames>"))
    return refused(lambda: graft(open_package(host, "plan.xlsx"), generated_parts(), io.BytesIO()))


def too_many_styles(_folder: Path) -> Problem:
    host = open_package(pack(plain_parts()), "plan.xlsx")
    with patch.object(styles, "MAX_CELL_FORMATS", 3):
        return refused(lambda: graft(host, generated_parts(), io.BytesIO()))


def too_large(_folder: Path) -> Problem:
    host = pack({**plain_parts(), "xl/media/a.bin": bytes(3 << 20)})
    with patch.dict(os.environ, {"WORKBOOK_MAX_MB": "4"}):
        return refused(lambda: open_package(host, "plan.xlsx"))


def no_sheet_left(_folder: Path) -> Problem:
    out = io.BytesIO()
    graft(open_package(pack(plain_parts()), "plan.xlsx"), generated_parts(), out)
    return refused(lambda: remove(open_package(out.getvalue(), "plan.xlsx"), io.BytesIO(), {"Mine", "Results", "Cost"}))


def read_only_folder(folder: Path) -> Problem:
    return refused(lambda: saving.check_target(folder / "archive" / "plan.xlsx"))


def open_in_excel(folder: Path) -> Problem:
    path = planned(folder)
    path.with_name("~$plan.xlsx").write_bytes(b"\x03Ann" + bytes(161))
    return refused(lambda: saving.check_target(path))


def changed_meanwhile(folder: Path) -> Problem:
    path = planned(folder)
    return refused(lambda: saving.save(path, lambda out: out.write(valid_workbook()), "0" * 64, backup=False))


def not_written(folder: Path) -> Problem:
    path = planned(folder)
    return refused(lambda: saving.save(path, lambda out: out.write(b"PK"), None, backup=False))


def exists_already(folder: Path) -> Problem:
    return refused(lambda: actions.new_workbook(planned(folder)))


def under_way(folder: Path) -> Problem:
    path = planned(folder)
    run = Run(4711, "anna", "PC7", "2026-11-02T09:12:00+01:00")
    lock_path(path).write_text(json.dumps(asdict(run)), encoding="utf-8")
    return refused(lambda: saving.save(path, lambda out: out.write(b""), None, backup=False))


def left_over(folder: Path) -> Problem:
    path = planned(folder)
    owner = path.with_name("~$plan.xlsx")
    owner.write_bytes(b"\x03Ann" + bytes(161))
    os.utime(owner, (1_700_000_000, 1_700_000_000))
    return saving.check_target(path)[0]


def two_names(folder: Path) -> Problem:
    path = planned(folder)
    path.with_name("q3.xlsx").hardlink_to(path)
    return saving.check_target(path)[0]


def conflict_copy(folder: Path) -> Problem:
    path = planned(folder)
    path.with_name("plan (Anna's conflicted copy 2026-11-02).xlsx").write_bytes(b"")
    return saving.check_target(path)[0]


def hostile(name: str, files: Sequence[Hostile], code: Code | None = None) -> Scene:
    """Read one of the hostile files, under the name that it has; give the refusal, or the problem of a code."""

    def scene(folder: Path) -> Problem:
        file = next(file for file in files if file.name == name)
        path = folder / file.file_name
        path.write_bytes(file.make())
        if code is None:
            return refused(lambda: actions.read_plan(path))
        return next(problem for problem in actions.read_plan(path).problems if problem.code is code)

    return scene


def theme(text: str) -> Scene:
    """Read a person's own theme file."""

    def scene(folder: Path) -> Problem:
        path = folder / "house.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            return actions.read_theme(path)[1][0]
        except Refusal as refusal:
            return refusal.problem

    return scene


def edited_result(folder: Path) -> Problem:
    path = planned(folder)
    plan_file(path)
    path.write_bytes(with_values(path.read_bytes(), {formula_cell("Capacity"): 99.0}))
    return next(problem for problem in actions.read_plan(path).problems if problem.code is Code.EDITED_RESULT)


def renamed_result(folder: Path) -> Problem:
    path = planned(folder)
    plan_file(path)
    old, new = b'<sheet name="Cost"', b'<sheet name="Cost 2026"'
    path.write_bytes(rewritten(path.read_bytes(), lambda _, part: part.replace(old, new)))
    return next(problem for problem in actions.read_plan(path).problems if problem.code is Code.RENAMED_RESULT)


def sheet_in_use(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    path.write_bytes(reading_host())
    return refused(lambda: actions.remove_sheets(path))


def bad_limit(_: Path) -> Problem:
    with patch.dict(os.environ, {VARIABLE: "1e3"}):
        return refused(current_caps)


def result_too_large(_: Path) -> Problem:
    host = open_package(valid_workbook(), "plan.xlsx")
    return refused(lambda: check_result_size(host, 10_000_000))


SCENES: dict[str, Scene] = {
    "no such file": nothing_there,
    "a folder": a_folder,
    "empty": reading(lambda: b""),
    "csv": reading(lambda: b"Month,Users\n1,20\n"),
    "password": reading(lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "xls": reading(lambda: OLE + "Workbook".encode("utf-16-le")),
    "damaged": opening("checksum"),
    "strict": opening("strict"),
    "part twice": opening("part twice"),
    "doctype": opening("DOCTYPE"),
    "too large": too_large,
    "shared": opening("shared workbook"),
    "signed": opening("signature"),
    "locked": opening("locked"),
    "reserved": opening("reserved"),
    "rows under a table": found(Code.ROWS_OUTSIDE_TABLE, rows_under_a_table),
    "marks lost": found(Code.MARKS_LOST, without_marks),
    "bad limit": bad_limit,
    "result too large": result_too_large,
    "input that reads results": found(Code.INPUT_LOOP, input_that_reads_results),
    "moved start": found(Code.START_MOVED, moved_start),
    "figure too large": found(
        Code.FIGURE_TOO_LARGE, lambda: with_values(valid_workbook(), {Cell("Users", 2, 2): 1e15})
    ),
    "unreadable": reading(unreadable_sheet),
    "sheet name taken": found(Code.SHEET_NAME_TAKEN, sheet_name_taken),
    "defined name taken": defined_name_taken,
    "too many styles": too_many_styles,
    "no sheet left": no_sheet_left,
    "read-only": read_only_folder,
    "open in Excel": open_in_excel,
    "changed meanwhile": changed_meanwhile,
    "not written": not_written,
    "exists already": exists_already,
    "owner file": hostile("owner file of Excel", STRANGER_FILES),
    "two directories": hostile("a zip behind the zip", PACKAGE_FILES),
    "name that leads outside": hostile("a part named ../../hostile.xlsx", PACKAGE_FILES),
    "unknown packing": hostile("method 12", PACKAGE_FILES),
    "sheet name twice": hostile("a sheet's name twice", PACKAGE_FILES),
    "formatted rows": hostile("million formatted rows", SHEET_FILES, Code.EMPTY_FORMATTED_ROWS),
    "theme, unreadable": theme("styles: [\n"),
    "theme, unknown": theme("styles: {Imput: {bold: true}}"),
    "theme, value": theme("styles: {Input: {font_color: blue}}"),
    "theme, contrast": theme("styles: {Note: {font_color: '#B0B0B0'}}"),
    "edited result": edited_result,
    "renamed result": renamed_result,
    "sheet in use": sheet_in_use,
    "nothing to remove": lambda folder: refused(lambda: actions.remove_sheets(planned(folder))),
    "another run": under_way,
    "left-over of Excel": left_over,
    "no backup": lambda folder: refused(lambda: restore(planned(folder))),
    "two names": two_names,
    "conflict copy": conflict_copy,
    **REFERENCE_SCENES,
    **EXPORT_SCENES,
    **IMPORT_SCENES,
    **REPORT_SCENES,
    **MAIL_SCENES,
    **VERSION_SCENES,
    **BRIDGE_SCENES,
    **MEASURED_SCENES,
    **SCENARIO_SCENES,
    **ROLL_SCENES,
}
