"""Where a password or a token is kept into the secret itself (post).

A secret is fetched when it is needed, shown nowhere, and written nowhere.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from workbook.bounded import read_bounded
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.mail.settings import Config, MailSettings
from workbook.report.report import one_line

_LARGEST = 20_000
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, or a token for XOAUTH2. Its text is in no repr and so in no traceback."""

    text: str = field(repr=False)
    is_token: bool = False


def secret_source(settings: MailSettings) -> str:
    """Return where the secret is kept, as a summary does; never the secret."""
    match settings.secret_key:
        case "password_keyring":
            return f"password from the keyring, service {settings.password_keyring}"
        case "password_file":
            return f"password from the file {settings.password_file}"
        case "password_env":
            return f"password from the environment, {settings.password_env}"
        case "token_command":
            return f"token from the command {' '.join(settings.token_command or ())}"
    return "without a login"


def read_secret(settings: MailSettings, config: Config) -> Secret | None:
    """Read the secret; None if the server is used without a login. Raises Refusal (usage)."""
    match settings.secret_key:
        case "password_keyring":
            return Secret(_from_keyring(str(settings.password_keyring), str(settings.user)))
        case "password_file":
            return Secret(_from_file(config.resolve(str(settings.password_file))))
        case "password_env":
            return Secret(_from_environment(str(settings.password_env)))
        case "token_command":
            return Secret(_from_command(settings.token_command or (), settings.timeout), is_token=True)
    return None


def _from_keyring(service: str, user: str) -> str:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise _missing(
            "no keyring package", "the package keyring", "install it with this tool: pip install keyring"
        ) from None
    try:
        text = keyring.get_password(service, user)
    except Exception as error:  # its back ends raise what their systems raise
        raise _missing(
            f"a keyring that does not answer ({type(error).__name__})", "an unlocked keyring", "unlock it and run again"
        ) from None
    if not text:
        raise _missing(
            f"no password of {user} in the service {service}",
            "a password in the keyring",
            f"run: keyring set {service} {user}",
        )
    return str(text)


def _from_file(path: Path) -> str:
    try:
        kind = path.stat()
        if sys.platform != "win32" and kind.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            seen = f"{path}, which its group or others may read or write (mode {stat.S_IMODE(kind.st_mode):o})"
            raise _missing(seen, "a file for you alone (mode 600)", f"run: chmod 600 {path}")
        if not stat.S_ISREG(kind.st_mode) or kind.st_size > _LARGEST:
            raise _missing(f"{path}, which is no small file", "a file of one line", "name another file")
        lines = read_bounded(path, _LARGEST).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _missing(f"{path}, which is not in UTF-8", "a text of one line", "save it as UTF-8") from None
    except OSError as error:
        raise _missing(f"{path}: {error.strerror}", "a file that can be read", "correct password_file") from None
    if len(lines) != 1 or not lines[0]:
        raise _missing(f"{path} with {len(lines)} lines", "one line, the password", "write the password into it")
    return lines[0]


def _from_environment(name: str) -> str:
    text = os.environ.get(name, "")
    if not text:
        raise _missing(f"no variable {name}", "the password in the environment", f"set {name}, or use the keyring")
    return text


def _from_command(words: tuple[str, ...], timeout: float) -> str:
    """Return the token that the command prints; it runs without a shell. Its output is not shown: it may be a token."""
    remedy = "run the command by itself and see what it says"
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise _missing(f"{words[0]}: {error.strerror}", "a command that can be run", "correct token_command") from None
    overdue = threading.Event()
    timer = threading.Timer(timeout, _stop, (process, overdue))
    timer.start()
    try:
        with process:
            printed = process.stdout.read(_LARGEST + 1) if process.stdout else b""
            if len(printed) > _LARGEST:
                _stop(process)
    finally:
        timer.cancel()
    if overdue.is_set():
        raise _missing(f"{words[0]}, without an end after {timeout:g} s", "a command that ends", remedy)
    token = printed.decode("ascii", "replace").strip()
    if process.returncode and len(printed) <= _LARGEST:
        raise _missing(f"{words[0]}, which ended with code {process.returncode}", "a command that succeeds", remedy)
    if not _TOKEN.fullmatch(token) or len(token) > _LARGEST:
        raise _missing(f"{words[0]}, which printed something else", "a token and nothing else", remedy)
    return token


def _stop(process: subprocess.Popen[bytes], overdue: threading.Event | None = None) -> None:
    """End a command, and what it has started itself where the system groups processes."""
    if overdue is not None:
        overdue.set()
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _missing(seen: str, expected: str, remedy: str) -> Refusal:
    problem = Problem(
        Code.MAIL_SECRET,
        "the secret for the mail server cannot be had",
        seen=one_line(seen),
        expected=expected,
        remedy=remedy,
    )
    return Refusal(problem, reason=Reason.USAGE)
