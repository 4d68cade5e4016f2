"""The data that ships with the tool: templates, theme and texts, in YAML (ground floor)."""

from __future__ import annotations

from pathlib import Path
from typing import Any


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

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).replace('in "<unicode string>", ', "in ").split())) from error
