"""Sealed texts: a text into the same with the hash of its content, so that later edits are noticed (post floor)."""

from __future__ import annotations

import hashlib
import re

_HASH_LINE = re.compile(r"\S{1,3} ?hash: sha256:([0-9a-f]{64})")


def seal(text: str, comment: str = "# ") -> str:
    """Return a text below a first line that has the hash of all that follows it."""
    return f"{comment}hash: sha256:{_hash(text)}\n{text}"


def is_untouched(text: str) -> bool:
    """Whether a text is as it was sealed; line ends may have changed, as version control changes them."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    found = _HASH_LINE.fullmatch(first)
    return found is not None and found.group(1) == _hash(rest)


def _hash(text: str) -> str:
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8")).hexdigest()
