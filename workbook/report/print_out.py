"""A workbook into a PDF, by LibreOffice where it is installed (post)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.files.grafting.only_sheets import only_sheets
from workbook.files.grafting.without_links import without_links
from workbook.problems import Code, Problem, Reason, Refusal

PATIENCE_S = 120
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
    ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
_SCRIPTING, _INET, _DISCARD = "Office.Common/Security/Scripting", "Inet/Settings", "9"
_SETTINGS = (
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    ("Office.Calc/Content/Update", "Link", "2"),
    (_INET, "ooInetProxyType", "2"),
    (_INET, "ooInetHTTPProxyName", "127.0.0.1"),
    (_INET, "ooInetHTTPProxyPort", _DISCARD),
    (_INET, "ooInetHTTPSProxyName", "127.0.0.1"),
    (_INET, "ooInetHTTPSProxyPort", _DISCARD),
    (_INET, "ooInetNoProxy", ""),
)
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


def office_program() -> str | None:
    """Return the path of LibreOffice's program; None where there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def pdf_of(data: bytes, name: str, sheets: Collection[str] = ()) -> bytes:
    """Return some sheets of the workbook as a PDF, or all. Raises Refusal (usage) without LibreOffice, or if it fails.

    `name` is the file's, which pages show. It works on a copy in a profile of its own: a LibreOffice that is open
    is not in the way, no macro runs, and nothing is fetched from the net: the copy leads nowhere, and the profile sends
    whatever is left to a proxy that is none.
    """
    program = office_program()
    if program is None:
        raise _refusal(Code.REPORT_NO_LIBREOFFICE, "a PDF needs LibreOffice, which is not installed", "no soffice")
    with _folder() as folder:
        source = Path(folder) / Path(name).name
        chosen = only_sheets(data, source.name, sheets) if sheets else data
        source.write_bytes(without_links(chosen, source.name))
        profile = _profile(Path(folder) / "profile")
        command = [
            program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "pdf",
            "--outdir", folder, str(source),
        ]  # fmt: skip
        seen = _run(command)
        made = source.with_suffix(".pdf")
        if not made.is_file() or not made.read_bytes().startswith(b"%PDF"):
            raise _refusal(Code.REPORT_PDF, "LibreOffice has made no PDF of the workbook", seen or "no message")
        return made.read_bytes()


@contextmanager
def _folder() -> Iterator[str]:
    """Make a folder for the conversion, which is gone afterwards. Raises Refusal (usage) where there is no room."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield folder
    except OSError as error:
        seen = error.strerror or str(error)
        raise _refusal(Code.REPORT_PDF, "there is no room for the files of a PDF's conversion", seen) from error


def _profile(folder: Path) -> str:
    """Write a profile that blocks links, macros and the net, and return its address."""
    (folder / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    text = f"{_HEAD}{items}</oor:items>\n"
    (folder / "user" / "registrymodifications.xcu").write_text(text, encoding="utf-8")
    return folder.as_uri()


def _run(command: list[str]) -> str:
    """Return what LibreOffice printed; it runs in a session of its own, so that its own processes end with it."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=os.name == "posix",
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            _end(process)
            raise _refusal(
                Code.REPORT_PDF, "LibreOffice has made no PDF of the workbook", f"no end after {PATIENCE_S} seconds"
            ) from None
    lines = said.decode("utf-8", "replace").split("\n")
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")


def _end(process: subprocess.Popen[bytes]) -> None:
    import signal  # noqa: PLC0415 - only where a run hangs

    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _refusal(code: Code, trouble: str, seen: str) -> Refusal:
    expected = "LibreOffice Calc, as soffice on the path"
    remedy = "install LibreOffice, or leave --pdf out and print the workbook from Excel"
    return Refusal(Problem(code, trouble, seen=seen, expected=expected, remedy=remedy), reason=Reason.USAGE)
