"""Subjects, addresses and file names into the lines of a mail's header, so that each reads back as it was (post).

The standard library folds a header by measuring and splitting it again, and loses characters on the way. Here a line is
made of whole pieces: a subject is one plain line or a row of encoded words (RFC 2047), an address is never split, and a
file's name is given in both of the forms that mail programs read (RFC 2231, and RFC 2047 for older ones).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from email.policy import EmailPolicy
from urllib.parse import quote

LINE = 76
"""The longest line with an encoded word in it (RFC 2047, section 2)."""
_LONGEST_WORD = 75
_PLAIN = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_AS_IS = re.compile(rb"[A-Za-z0-9!*+/ -]")
_ADDRESSES = {"from", "to", "cc", "reply-to"}
_UNQUOTED = "!#$&+-.^_`|~"


class HeaderPolicy(EmailPolicy):
    """The library's policy for SMTP, but for the headers that a plan or an address determines."""

    def fold(self, name: str, value: str) -> str:
        """Return a header as it is written, with its line end."""
        match name.lower():
            case "subject":
                written = header_text(str(value), len(name) + 2)
            case "content-disposition":
                written = _disposition(value)
            case kind if kind in _ADDRESSES:
                written = _filled([*str(value).split(", ")], len(name) + 2)
            case "message-id":
                written = str(value)
            case _:
                return str(super().fold(name, value))
        return f"{name}: {written}\r\n"

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the same as bytes; all of it is ASCII."""
        return self.fold(name, value).encode("ascii")


HEADERS = HeaderPolicy(linesep="\r\n")


def header_text(text: str, start: int) -> str:
    """Return one line of text as the value of a header whose name takes `start` characters of the first line."""
    if not text or (_PLAIN.fullmatch(text) and "=?" not in text and start + len(text) <= LINE):
        return text
    return "\r\n ".join(_encoded_words(text, LINE - start))


def _encoded_words(text: str, room: int) -> Iterator[str]:
    """Yield encoded words of `text`, the first within `room`; a blank belongs to the word before it.

    Blanks between encoded words do not count (RFC 2047, section 6.2), so that every blank is inside one.
    """
    kept = ""
    for word in re.findall(r" *[^ ]+ *| +", text):
        rest = word
        if kept and not _fits(kept + rest, room):
            yield _encoded(kept)
            kept, room = "", _LONGEST_WORD
        while not _fits(kept + rest, room):
            most = next(size for size in range(len(rest) - 1, 0, -1) if _fits(rest[:size], room))
            yield _encoded(rest[:most])
            rest, room = rest[most:], _LONGEST_WORD
        kept += rest
    yield _encoded(kept)


def _fits(text: str, room: int) -> bool:
    data = text.encode("utf-8")
    return len("=?utf-8?q??=") + min(_quoted_size(data), _base_size(data)) <= room


def _quoted_size(data: bytes) -> int:
    return 3 * len(data) - 2 * len(_AS_IS.findall(data))


def _base_size(data: bytes) -> int:
    return 4 * -(-len(data) // 3)


def _encoded(text: str) -> str:
    """Return one encoded word in the shorter of the two encodings."""
    data = text.encode("utf-8")
    if _base_size(data) < _quoted_size(data):
        return f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?="
    quoted = (chr(byte) if _AS_IS.match(bytes([byte])) else f"={byte:02X}" for byte in data)
    return f"=?utf-8?q?{''.join(quoted).replace(' ', '_')}?="


def _disposition(value: str) -> str:
    """Return a part's disposition. The full form of the name is first: a reader that knows both takes the first."""
    params = dict(getattr(value, "params", {}))
    name = params.get("filename")
    kind = str(getattr(value, "content_disposition", None) or value)
    if name is None:
        return kind
    if name.isascii() and name.isprintable():
        return f'{kind};\r\n filename="{_escaped(name)}"'
    older = "\r\n ".join(_encoded_words(name, _LONGEST_WORD - len('filename=""')))
    return f"{kind};\r\n filename*=utf-8''{quote(name, safe=_UNQUOTED)};\r\n filename=\"{older}\""


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _filled(entries: Sequence[str], start: int) -> str:
    """Return entries in lines that are broken after a comma only."""
    lines, used = [entries[0]], start + len(entries[0])
    for entry in entries[1:]:
        if used + len(entry) + 3 > LINE:
            lines[-1] += ","
            lines.append(entry)
            used = 1 + len(entry)
        else:
            lines[-1] += f", {entry}"
            used += len(entry) + 2
    return "\r\n ".join(lines)
