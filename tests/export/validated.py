"""Manifests against the schemas of Kubernetes, and those of other projects against schemas of their documentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import kubernetes_validate  # type: ignore[import-untyped]
from kubernetes_validate import utils

UNKNOWN_KIND: type[Exception] = kubernetes_validate.SchemaNotFoundError
"""The command of kubernetes-validate only warns of it; here it is a failure."""
REFUSED: type[Exception] = jsonschema.ValidationError
VERSIONS = ("1.25", "1.30", kubernetes_validate.latest_version())
"""The oldest and the newest that can be checked, and one between them."""
SCHEMAS: dict[str, Any] = json.loads(Path(__file__).with_name("schemas.json").read_text(encoding="utf-8"))
"""By kind: what KEDA, OpenShift, Karpenter and the Helm chart of cluster-autoscaler document; unknown fields fail."""

utils.schema_contents = cache(utils.schema_contents)  # megabytes, read anew for every document otherwise


_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
"""Names and values of labels that the server accepts; the schemas do not say it."""


def check(document: dict[str, Any]) -> None:
    """Raise for a document that its schema refuses, or that no schema is there for."""
    assert _NAME.fullmatch(document["metadata"]["name"])
    assert _NAME.fullmatch(document["metadata"].get("namespace", "none"))
    assert [value for value in labels_in(document) if not _LABEL.fullmatch(value)] == []
    if document.get("kind") in SCHEMAS:
        check_schema(document, document["kind"])
    else:
        _check_built_in(json.dumps(document))


def labels_in(value: object) -> Iterator[str]:
    """Yield the values of all labels and of the selectors of labels in a document."""
    if isinstance(value, list):
        for part in value:
            yield from labels_in(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from part.values() if key in ("labels", "matchLabels") else labels_in(part)


@cache
def _check_built_in(document: str) -> None:
    for version in VERSIONS:
        kubernetes_validate.validate(json.loads(document), version, strict=True)


def check_schema(document: dict[str, Any], name: str) -> None:
    """Raise for a document that one of our own schemas refuses."""
    _validator(name).validate(document)


@cache
def _validator(name: str) -> Any:  # noqa: ANN401 - the package has no types
    schema = {**SCHEMAS[name], "$defs": SCHEMAS["$defs"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)
