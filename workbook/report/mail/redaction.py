"""A text without a secret, however the secret is encoded in it (post)."""

from __future__ import annotations

import base64
import html
import json
import re
from functools import cache
from urllib.parse import quote

SHORTEST = 4
"""A secret of three letters stays: taking them out everywhere would show which they are."""
_SHOWN = "…".encode()
_TOKEN = re.compile(rb"[A-Za-z0-9+/_=-]{4,}")


def without_secret(words: bytes, secret: str) -> bytes:
    """Return a server's words without the secret: as it is, or in an encoding that logins, logs or pages use."""
    if len(secret) < SHORTEST:
        return words
    pattern, cores = _forms(secret)

    def shown(token: re.Match[bytes]) -> bytes:
        return _SHOWN if any(core in token[0] for core in cores) else token[0]

    return _TOKEN.sub(shown, pattern.sub(_SHOWN, words))


@cache
def _forms(secret: str) -> tuple[re.Pattern[bytes], frozenset[bytes]]:
    """Return what finds the secret itself, and what base64 of a text with the secret in it contains."""
    raws = {secret.encode(), secret.encode("utf-16-le"), secret.encode("latin-1", "replace")}
    texts = {quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1], html.escape(secret), repr(secret)[1:-1]}
    parts = {re.escape(raw) for raw in raws | {text.encode() for text in texts}}
    for raw in raws:
        # Upper and lower case alike, with or without marks between the bytes (`=C3=A4`, `%c3%a4`, `c3:a4`).
        parts.add(b"[^0-9A-Za-z]?".join(f"(?i:{byte:02x})".encode() for byte in raw))
    longest_first = sorted(parts, key=lambda part: len(part), reverse=True)  # noqa: PLW0108 - for the type checker
    return re.compile(b"|".join(longest_first)), frozenset(core for raw in raws for core in _base64_cores(raw))


def _base64_cores(raw: bytes) -> set[bytes]:
    """Return what base64 of any text with the secret in it contains: the letters that no neighbour determines."""
    cores = set()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        core = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(core) >= SHORTEST:
            cores |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return cores
