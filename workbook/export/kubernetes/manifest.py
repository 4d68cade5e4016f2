"""Manifests: plain values into YAML that every reader of Kubernetes understands alike (post floor).

Readers disagree on what a plain scalar is: for some of them `y` is a truth value, `1e3` a number and `0o17` an octal.
A text is therefore written plain only if it is a word to all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

import yaml

from workbook.export.names import resource_name
from workbook.export.records import Operations, Stamp

Manifest = dict[str, object]

NAME_LABEL = "app.kubernetes.io/name"
PART_OF_LABEL = "app.kubernetes.io/part-of"
COMPONENT_LABEL = "capacity-plan/component"
"""A label of the tool's own: it cannot collide with the selector of what runs already."""
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_NOT_TEXTS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_LONGEST = 63


class _Dumper(yaml.SafeDumper):
    """The safe dumper, with quotes around all texts but words, and without aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Return True: a value that occurs twice is written twice."""
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_word = _WORD.fullmatch(text) and text.lower() not in _NOT_TEXTS
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_word else '"')


_Dumper.add_representer(str, _text_node)


def yaml_text(documents: Sequence[Manifest], comments: Sequence[str] = ()) -> str:
    """Return documents as one YAML file with comments at its head; comments hold no text that a person typed."""
    head = "".join(f"# {comment}\n" for comment in comments)
    return head + "---\n".join(
        yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000) for document in documents
    )


def named(operations: Operations, name: str, texts: Mapping[str, str] | None = None) -> Manifest:
    """Return the metadata of an object without a namespace; `texts` are further annotations."""
    labels = {NAME_LABEL: name, PART_OF_LABEL: resource_name(operations.options.service_name)}
    return {"name": name, "labels": labels, "annotations": plan_annotations(operations.stamp, texts)}


def placed(operations: Operations, name: str, texts: Mapping[str, str] | None = None) -> Manifest:
    """Return the metadata of an object in the plan's namespace."""
    rest = named(operations, name, texts)
    return {"name": rest.pop("name"), "namespace": resource_name(operations.options.namespace), **rest}


def plan_annotations(stamp: Stamp, texts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the annotations that say of which plan an object was made; texts of a person stand nowhere else."""
    more = {f"capacity-plan/{key}": text for key, text in (texts or {}).items()}
    return {"capacity-plan/plan": stamp.plan_name, "capacity-plan/run-id": stamp.run_id, **more}


def suffixed(name: str, suffix: str) -> str:
    """Return a name with a suffix that is never cut off; a hash keeps apart long names that are alike."""
    if len(name) + len(suffix) <= _LONGEST:
        return name + suffix
    mark = "-" + sha256(name.encode()).hexdigest()[:8]
    return name[: _LONGEST - len(suffix) - len(mark)].rstrip("-") + mark + suffix


def duration(seconds: float) -> str:
    """Return a duration in whole minutes or seconds, in the notation of Go."""
    whole = round(seconds)
    return f"{whole // 60}m" if whole and whole % 60 == 0 else f"{whole}s"


def gibibytes(memory: float, unit: str) -> float:
    """Return memory that is counted in GB or GiB as GiB, the unit of Kubernetes and of autoscalers."""
    return memory if unit == "GiB" else memory * 1e9 / 2**30
