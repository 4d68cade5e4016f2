"""Names made safe: what a user typed into what Prometheus and Kubernetes accept as a name (post floor).

Two names may become one; `collisions` finds them, and the action reports them instead of writing either.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable

_LONGEST_LABEL = 63
"""RFC 1123: what Kubernetes accepts as the name of most resources, and as the value of a label."""
_METRIC = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
     "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i"}
)  # fmt: skip
"""Latin letters that Unicode does not decompose into a letter and a mark."""


def metric_name(text: str) -> str:
    """Return a name for a metric, a label or an alert: `Audit log` gives `Audit_log`; a safe name is unchanged."""
    if _METRIC.fullmatch(text):
        return text
    kept = re.sub(r"[^a-zA-Z0-9]+", "_", _folded(text)).strip("_") or _digest(text)
    return f"_{kept}" if kept[0].isdigit() else kept


def resource_name(text: str) -> str:
    """Return a name for a file or a resource of Kubernetes (RFC 1123): `Müller & Söhne` gives `muller-sohne`."""
    kept = re.sub(r"[^a-z0-9]+", "-", _folded(text).lower()).strip("-") or _digest(text)
    return kept[:_LONGEST_LABEL].rstrip("-")


def collisions(names: Iterable[str], safe: Callable[[str], str]) -> tuple[tuple[str, str, str], ...]:
    """Return each name that becomes the same as an earlier one: the earlier, the later, and what both become."""
    first: dict[str, str] = {}
    found = []
    for name in dict.fromkeys(names):
        made = safe(name)
        if made in first:
            found.append((first[made], name, made))
        else:
            first[made] = name
    return tuple(found)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_WITHOUT_DECOMPOSITION))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _digest(text: str) -> str:
    """Return a name for a text without any Latin letter or digit, so that two such texts stay apart."""
    return f"x{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
