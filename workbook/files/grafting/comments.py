"""The comments part of a sheet: notes read, spliced in and taken out again (files floor)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Mapping

from workbook.address import a1, parse_a1
from workbook.files.grafting.vml import Position
from workbook.files.package.book_parts import MAIN
from workbook.files.package.splice import Element, Splices, tag, wrap
from workbook.files.writing.rows import ESCAPED
from workbook.sheets.problems_sheet import AUTHOR

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DEPTH = 5
"""Levels of a comments part: the list, a comment, its text, a run, the characters."""
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def read_comments(root: Element) -> Iterator[tuple[Position, Element]]:
    """Yield the notes of a comments part that stand on a cell."""
    for comment in root.under("commentList"):
        with contextlib.suppress(ValueError):
            yield parse_a1(comment.attributes.get("ref", "")), comment


def comment_text(comment: Element) -> str:
    """Return the text of a note, its runs one after the other."""
    text = comment.find("text")
    parts = []
    for child in text.children if text else ():
        runs = [child] if child.name == "t" else [run for run in child.children if run.name == "t"]
        parts += [run.text for run in runs if child.name in ("r", "t")]
    return _unescaped("".join(parts))


def with_comments(part: Splices, texts: Mapping[Position, str]) -> bytes:
    """Return a comments part with a note for each of some cells, which must have none."""
    root = part.root
    authors, listed = root.find("authors"), root.find("commentList")
    names = [author.text for author in authors.children] if authors else []
    if AUTHOR not in names:
        text = tag(root.prefix, "author", {}, AUTHOR)
        if authors:
            part.append(authors, text)
        else:
            part.insert(root, wrap(root.prefix, "authors", {}, text), after=())
    author = names.index(AUTHOR) if AUTHOR in names else len(names)
    body = b"".join(_comment(root.prefix, place, text, author) for place, text in sorted(texts.items()))
    if listed:
        part.append(listed, body)
    else:
        part.insert(root, wrap(root.prefix, "commentList", {}, body), after=("authors",))
    return part.result()


def without_comments(part: Splices, gone: Collection[Position]) -> tuple[bytes, bool]:
    """Return a comments part without some notes, and whether no note is left; our author goes with the last of ours."""
    left: list[str] = []
    ours = {id(comment) for place, comment in read_comments(part.root) if place in gone}
    for child in part.root.under("commentList"):
        if id(child) in ours:
            part.drop(child)
        else:
            left.append(child.attributes.get("authorId", ""))
    authors = part.root.under("authors")
    is_last = bool(authors) and authors[-1].text == AUTHOR
    if is_last and str(len(authors) - 1) not in left:
        part.drop(authors[-1])
    return part.result(), not left


def new_comments(texts: Mapping[Position, str]) -> bytes:
    """Return a comments part that holds some notes and nothing else."""
    listed = b"".join(_comment("", place, text, 0) for place, text in sorted(texts.items()))
    body = wrap("", "authors", {}, tag("", "author", {}, AUTHOR)) + wrap("", "commentList", {}, listed)
    return _DECLARATION + wrap("", "comments", {"xmlns": MAIN}, body)


def _comment(prefix: str, place: Position, text: str, author: int) -> bytes:
    words = tag(prefix, "t", {"xml:space": "preserve"}, ESCAPED.sub("_x005F_", text))
    return wrap(prefix, "comment", {"ref": a1(*place), "authorId": str(author)}, wrap(prefix, "text", {}, words))


def _unescaped(text: str) -> str:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda hit: chr(int(hit[1], 16)), text)
