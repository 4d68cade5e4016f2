"""YAML into plain values: the data that ships with the tool, and a user's theme (ground floor).

Aliases count as often as they are used, so that a small text cannot stand for an enormous document. Numbers are
decimal: `12:30`, `010` and `1_000` are texts, not the 750, 8 and 1000 that older versions of YAML read.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field

_MOST_VALUES, _DEEPEST = 100_000, 50
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,400}\.[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,3})?|[-+]?\.inf|\.nan")


def template_folder() -> Path:
    """Return the folder of templates: inside an installed package, beside the package in a checkout."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def read_yaml(name: str) -> Any:  # noqa: ANN401 - the caller knows the document's shape
    """Read one document of the template folder. Raises FileNotFoundError for a name that does not exist."""
    return parse_yaml((template_folder() / name).read_text(encoding="utf-8"))


def parse_yaml(text: str) -> Any:  # noqa: ANN401 - the caller knows the document's shape
    """Read one document of plain values. Raises ValueError, with the place of the fault, for a text that is no YAML."""
    import yaml  # noqa: PLC0415 - needed only when something is read

    try:
        _check_size(text)
        return yaml.load(text, Loader=_loader())
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).replace('in "<unicode string>", ', "in ").split())) from error


@cache
def _loader() -> Any:  # noqa: ANN401 - PyYAML's classes, in C or in Python
    """Return the safe loader, with decimal numbers only."""
    import yaml  # noqa: PLC0415 - needed only when something is read

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """A loader of its own, because resolvers belong to a class."""

    numbers = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag not in numbers]
        for first, known in Loader.yaml_implicit_resolvers.items()
    }
    for tag, pattern in zip(numbers, (_WHOLE, _DECIMAL), strict=True):
        Loader.add_implicit_resolver(tag, re.compile(f"(?:{pattern.pattern})\\Z"), list("-+.0123456789"))
    return Loader


def _check_size(text: str) -> None:
    """Raise ValueError for a document that is too large once its aliases are written out, or nested too deep."""
    import yaml  # noqa: PLC0415 - needed only when something is read

    size = _Size()
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if trouble := size.after(event):
            raise ValueError(f"{trouble}, in line {_line(event)}")


def _line(event: Any) -> int:  # noqa: ANN401 - an event of PyYAML
    return int(event.start_mark.line) + 1


class _Size(Struct):
    """How many values a document has so far, its aliases written out; `begun` are the open lists and tables."""

    total: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    begun: list[tuple[str | None, int]] = field(default_factory=list)

    def after(self, event: Any) -> str:  # noqa: ANN401 - an event of PyYAML
        """Return what is wrong with the document after its next event; empty where it is still bearable."""
        import yaml  # noqa: PLC0415 - needed only when something is read

        match event:
            case yaml.AliasEvent():
                if event.anchor not in self.sizes and any(event.anchor == anchor for anchor, _ in self.begun):
                    return "an alias of what contains it"
                self.total += self.sizes.get(event.anchor or "", 0)
            case yaml.CollectionStartEvent():
                self.begun.append((event.anchor, self.total))
                self.total += 1
            case yaml.CollectionEndEvent():
                anchor, before = self.begun.pop()
                self.sizes |= {anchor: self.total - before} if anchor else {}
            case yaml.ScalarEvent():
                self.total += 1
                self.sizes |= {event.anchor: 1} if event.anchor else {}
        if len(self.begun) > _DEEPEST:
            return f"more than {_DEEPEST} levels"
        return f"more than {_MOST_VALUES:,} values, aliases written out" if self.total > _MOST_VALUES else ""
