"""Letters that look like others, and signs that nobody sees: names that look the same to a person (plan floor).

Only letters of other scripts that are drawn as a Latin letter count, and only those that people meet: a name that is
wholly Cyrillic or Greek is a name like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_CYRILLIC = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u043a\u0410\u0412\u0415"
        "\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405",
        "aeopcyxijshdqwkABEKMHOPCTYXIJS",
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03bd\u03b9\u03c1",
        "ABEZHIKMNOPTYXovip",
        strict=True,
    )
)
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOKS = str.maketrans({**_CYRILLIC, **_GREEK, **_FULL_WIDTH})
_WORD = re.compile(r"[^\W\d_]+")
_KINDS = {"Cc": "a control character", "Cs": "half of a character", "Co": "a private character"}
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def look(text: str) -> str:
    """Return a text as it looks: without case and unseen signs, each letter as the Latin one that it is drawn like."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", text) if not _is_unseen(sign))
    return " ".join(seen.translate(_LOOKS).split()).casefold()


def odd_signs(text: str) -> tuple[str, ...]:
    """Return the signs of a text that mislead: unseen ones, and letters of another script in a Latin word."""
    odd = [sign for at, sign in enumerate(text) if _is_unseen(sign) and not _joins(text, at)]
    for word in _WORD.findall(text):
        if any(_is_latin(letter) for letter in word):
            odd.extend(letter for letter in word if not _is_latin(letter) and letter.translate(_LOOKS) != letter)
    return tuple(dict.fromkeys(odd))


def difference(text: str, other: str) -> str:
    """Return which signs make two texts different that look the same; nothing where they do not look the same."""
    if text == other or look(text) != look(other):
        return ""
    own = [sign for sign in dict.fromkeys(text) if sign not in other and ord(sign) > 127]
    its = [sign for sign in dict.fromkeys(other) if sign not in text and ord(sign) > 127]
    parts = [f"the first holds {described(own)}"] if own else []
    parts += [f"the second {'' if own else 'holds '}{described(its)}"] if its else []
    return " and ".join(parts)


def described(signs: Sequence[str]) -> str:
    """Return signs by number and name: `U+0430 (Cyrillic small letter a)`."""
    shown = ", ".join(f"U+{ord(sign):04X} ({_name(sign)})" for sign in signs[:3])
    return f"{shown} and {len(signs) - 3} more" if len(signs) > 3 else shown


def _name(sign: str) -> str:
    name = unicodedata.name(sign, _KINDS.get(unicodedata.category(sign), "an unassigned character"))
    first, _, rest = name.partition(" ")
    return f"{first.capitalize()} {rest.lower()}".strip() if name.isupper() else name


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Cc", "Cs") or sign in "\ufe0e\ufe0f\u115f\u3164"


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands where scripts and emoji need one: behind a sign that is not ASCII."""
    return text[at] in _JOINERS and at > 0 and not text[at - 1].isascii()


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")
