"""A configuration file into the settings of the mail, or the problems that it has (post).

The file is TOML with one section, `[mail]`. It never holds a secret: it names where one is kept.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from workbook.bounded import read_bounded
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.report.addresses import checked_address

BESIDE = "workbook.toml"
LOCAL = ("localhost", "127.0.0.1", "::1")
SECRETS = ("password_keyring", "password_file", "password_env", "token_command")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
EXAMPLE = '[mail] with host = "smtp.example.org", sender = "reports@example.org", to = ["cfo@example.org"]'
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,9}}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+"
_DOMAIN = re.compile(rf"@{_LABEL}(?:\.{_LABEL})+")
_LOOKS_SECRET = re.compile(r"pass|pwd|secret|token|credential|api_?key", re.IGNORECASE)
_LARGEST = 100_000


def _address(text: str) -> str:
    try:
        return checked_address(text)
    except Refusal as refusal:
        raise ValueError(str(refusal)) from None


def _allowed(text: str) -> str:
    if not text.startswith("@"):
        return _address(text)
    if not _DOMAIN.fullmatch(text):
        raise ValueError("not a domain")
    return text


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("not a line of text")
    return text


_Address = Annotated[str, AfterValidator(_address)]
_Line = Annotated[str, AfterValidator(_printable)]


class MailSettings(BaseModel):
    """What `[mail]` contains. Paths are as they are written in the file; `timeout` and `deadline` are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: Annotated[str, Field(pattern=f"^(?:{_HOST})$", max_length=253)]
    port: Annotated[int, Field(strict=True, ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: _Line | None = None
    sender: _Address
    reply_to: _Address | None = None
    to: tuple[_Address, ...] = ()
    cc: tuple[_Address, ...] = ()
    bcc: tuple[_Address, ...] = ()
    allow: tuple[Annotated[str, AfterValidator(_allowed)], ...] | None = None
    user: _Line | None = None
    password_keyring: _Line | None = None
    password_file: _Line | None = None
    password_env: Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    token_command: Annotated[tuple[_Line, ...], Field(min_length=1)] | None = None
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    deadline: Annotated[float, Field(gt=0, le=6000)] | None = None
    ledger: _Line | None = None

    @property
    def server(self) -> str:
        """The server as a message names it: `smtp.example.org:587`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port or PORTS[self.security]}"

    @property
    def most_seconds(self) -> float:
        """How long a whole sending may take."""
        return self.deadline or 10 * self.timeout

    @property
    def secret_key(self) -> str:
        """The key that names where the secret is kept; blank where the server is used without a login."""
        return next((key for key in SECRETS if getattr(self, key) is not None), "")


_EXPECTED = {
    "host": "the name of a mail server, such as smtp.example.org",
    "port": "a whole number from 1 to 65535, such as 587",
    "security": '"starttls" or "tls"; "none" only for a server on this machine',
    "ca_file": "the path of a file with certificates (PEM)",
    "sender": "one plain address, such as reports@example.org",
    "reply_to": "one plain address, such as owner@example.org",
    "allow": 'a list of addresses and domains, such as ["cfo@example.org", "@example.org"]',
    "user": "the name to log in with, such as reports@example.org",
    "password_keyring": "the name of a service in the keyring of this machine",
    "password_file": "the path of a file with the password",
    "password_env": "the name of an environment variable, such as MAIL_PASSWORD",
    "token_command": 'a command as a list of words, such as ["get-token", "--mail"]',
    "timeout": "a number of seconds from 1 to 600",
    "deadline": "a number of seconds from 1 to 6000 for a whole sending; if absent, ten times timeout",
    "ledger": "the path of a file",
    **dict.fromkeys(("to", "cc", "bcc"), 'a list of plain addresses, such as ["cfo@example.org"]'),
}

_MOST_DIGITS, _DEEPEST = 4_000, 60
_NOT_DIGITS = re.compile(r"[^0-9]+")


class Config(Struct, frozen=True):
    """A configuration file: its path, and whether it was only found next to the workbook."""

    path: Path
    is_beside: bool = False

    def resolve(self, text: str) -> Path:
        """Return a path that the file names: from its own folder, `~` being the user's home."""
        return self.path.parent / Path(text).expanduser()


def find_config(given: Path | None, workbook: Path) -> Config:
    """Return the given file, else `workbook.toml` next to the workbook, else the user's own one.

    Raises Refusal (usage) where there is none.
    """
    if given is not None:
        return Config(given)
    beside, own = workbook.parent / BESIDE, own_folder() / "config.toml"
    for config in (Config(beside, is_beside=True), Config(own)):
        if config.path.is_file():
            return config
    problem = Problem(
        Code.MAIL_NO_CONFIG,
        "nothing says how a mail is sent",
        seen=f"neither {beside} nor {own}",
        expected=EXAMPLE,
        remedy="write one of these files, or name one with --config; without --send the report is written as a draft",
    )
    raise Refusal(problem, reason=Reason.USAGE)


def own_folder() -> Path:
    """Return the folder of the user's own configuration."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "workbook"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "workbook"


def read_settings(config: Config) -> tuple[MailSettings | None, tuple[Problem, ...]]:
    """Return the settings, or None and every problem of the file.

    Raises Refusal (usage) for a file that cannot be read at all.
    """
    document = _document(config.path)
    problems = [_unknown(config, "", key, ("mail",)) for key in document if key != "mail"]
    section = document.get("mail", {})
    if not isinstance(section, Mapping):
        return None, (*problems, _wrong(config, "", f"a section {EXAMPLE}"))
    try:
        settings = MailSettings.model_validate(section)
    except ValidationError as error:
        problems += _schema_problems(config, section, error)
        return None, tuple(problems)
    problems += _cross_checks(config, settings)
    return (None if problems else settings), tuple(problems)


def _document(path: Path) -> dict[str, Any]:
    text = ""
    try:
        text = read_bounded(path, _LARGEST).decode("utf-8-sig")
        if sys.platform != "win32" and path.stat().st_mode & stat.S_IWOTH:
            raise _unreadable(path, "a file that everybody may write", f"chmod o-w {path}")
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, str(error)) from None
    except UnicodeDecodeError:
        raise _unreadable(path, "a file that is not in UTF-8") from None
    except (RecursionError, ValueError):
        raise _unreadable(path, _beyond_limits(text)) from None
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None


def _beyond_limits(text: str) -> str:
    """Return what the reader of TOML gave up on, with its line: an endless number, or lists in lists in lists."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if any(len(word) > _MOST_DIGITS and word.isdecimal() for word in _NOT_DIGITS.split(line.replace("_", ""))):
            return f"a number of more than {_MOST_DIGITS:,} digits in line {number}"
        for sign in line:
            depth += (sign in "[{") - (sign in "]}")
            if depth > _DEEPEST:
                return f"lists or tables more than {_DEEPEST} deep in line {number}"
    return "names that are nested too deep"


def _unreadable(path: Path, seen: str, remedy: str = "correct the file, or name another one with --config") -> Refusal:
    problem = Problem(
        Code.MAIL_CONFIG_UNREADABLE,
        "the configuration of the mail cannot be used",
        str(path),
        seen=seen,
        expected=f"a TOML file in UTF-8: {EXAMPLE}",
        remedy=remedy,
    )
    return Refusal(problem, reason=Reason.USAGE)


def _schema_problems(config: Config, section: Mapping[str, Any], error: ValidationError) -> Iterator[Problem]:
    """Yield what the schema finds as problems, one per key; a value is shown only if it cannot be a secret."""
    seen: set[str] = set()
    for found in error.errors(include_url=False, include_context=False):
        key = str(found["loc"][0])
        if key in seen:
            continue
        seen.add(key)
        if found["type"] == "extra_forbidden":
            yield _unknown(config, "mail.", key, tuple(MailSettings.model_fields))
        else:
            is_shown = key in section and key not in SECRETS
            value = str(found["input"])[:60] if is_shown else "" if key in section else "nothing"
            yield _wrong(config, key, _EXPECTED[key], value)


def _unknown(config: Config, prefix: str, key: str, known: tuple[str, ...]) -> Problem:
    if _LOOKS_SECRET.search(key):
        return Problem(
            Code.MAIL_SECRET_IN_CONFIG,
            "the configuration seems to hold a secret, and must not",
            f"{config.path}: {prefix}{key}",
            seen=f"the key {key}; its value is not shown",
            expected=f"one of {', '.join(SECRETS)}",
            remedy="take it out, change the password, and say where the new one is kept: password_keyring = a service",
        )
    near = difflib.get_close_matches(key, known, 1)
    return Problem(
        Code.MAIL_CONFIG_KEY,
        "the configuration says something that no configuration has",
        f"{config.path}: {prefix}{key}",
        seen=key,
        expected=near[0] if near else ", ".join(known),
        remedy=f"did you mean {near[0]}?" if near else "take it out",
    )


def _wrong(config: Config, key: str, expected: str, seen: str = "") -> Problem:
    place = f"mail.{key}" if key else "mail"
    return Problem(
        Code.MAIL_CONFIG_VALUE,
        f"the configuration has a wrong value: {place}",
        f"{config.path}: {place}",
        seen=seen,
        expected=expected,
        remedy="correct it in that file",
    )


def _cross_checks(config: Config, settings: MailSettings) -> Iterator[Problem]:
    given = [key for key in SECRETS if getattr(settings, key) is not None]
    if len(given) > 1:
        yield _wrong(config, given[1], f"one of {', '.join(SECRETS)}, not several", ", ".join(given))
    if given and not settings.user:
        yield _wrong(config, "user", _EXPECTED["user"], "nothing")
    if settings.user and not given:
        yield _wrong(config, "user", f"with it one of {', '.join(SECRETS)}", "no place of a secret")
    if settings.security == "none" and settings.host.lower() not in LOCAL:
        yield _wrong(config, "security", _EXPECTED["security"], f"none for {settings.host}")
    if settings.ledger and config.is_beside:
        expected = "no ledger in a file next to the workbook, because it records what was confirmed"
        yield _wrong(config, "ledger", f"{expected}; name the file with --config", settings.ledger)
