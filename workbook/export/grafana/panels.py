"""What a panel shows into the panel as Grafana has it (post floor)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from workbook.export.prometheus.quoting import one_line

Json = dict[str, object]

COLUMNS = 24
_HEIGHT = 8
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "[": "&#91;", "|": "&#124;"})


class Target(Struct, frozen=True):
    """A query, and how its series are called."""

    expression: str
    legend: str


class Graph(Struct, frozen=True):
    """A panel of lines over time, with the plan's limit if there is one."""

    title: str
    unit: str
    targets: tuple[Target, ...]
    limit: float | None = None
    description: str = ""
    axis: str = ""


class Text(Struct, frozen=True):
    """A panel of Markdown over the full width."""

    title: str
    content: str


def shown_literally(text: str) -> str:
    """Return a text that Markdown, HTML and Grafana's variables leave as it is."""
    return one_line(text).translate(_ENTITIES)


def panels(graphs: Iterable[Graph], texts: Iterable[Text] = ()) -> list[Json]:
    """Return the panels in a grid of 24 columns, two graphs in each row; texts follow."""
    made: list[Json] = []
    graphs = tuple(graphs)
    for place, graph in enumerate(graphs):
        is_alone = place == len(graphs) - 1 and place % 2 == 0
        width = COLUMNS if is_alone else COLUMNS // 2
        at = {"h": _HEIGHT, "w": width, "x": place % 2 * COLUMNS // 2, "y": place // 2 * _HEIGHT}
        made.append(_graph(graph, len(made) + 1, at))
    rows = -(-len(graphs) // 2)
    for place, text in enumerate(texts):
        at = {"h": _HEIGHT, "w": COLUMNS, "x": 0, "y": (rows + place) * _HEIGHT}
        made.append(_text(text, len(made) + 1, at))
    return made


def _datasource() -> Json:
    return {"type": "prometheus", "uid": "${datasource}"}


def _graph(graph: Graph, number: int, at: dict[str, int]) -> Json:
    steps: list[Json] = [{"color": "green", "value": None}]
    if graph.limit is not None:
        steps.append({"color": "red", "value": graph.limit})
    custom: Json = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 0, "showPoints": "never"}
    custom["thresholdsStyle"] = {"mode": "off" if graph.limit is None else "line"}
    custom["axisLabel"] = graph.axis
    defaults: Json = {
        "unit": graph.unit,
        "min": 0,
        "thresholds": {"mode": "absolute", "steps": steps},
        "custom": custom,
    }
    return {
        "id": number,
        "type": "timeseries",
        "title": graph.title,
        "description": graph.description,
        "datasource": _datasource(),
        "gridPos": at,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
            "tooltip": {"mode": "multi", "sort": "none"},
        },
        "targets": [_target(target, chr(ord("A") + place)) for place, target in enumerate(graph.targets)],
    }


def _target(target: Target, letter: str) -> Json:
    return {
        "refId": letter,
        "datasource": _datasource(),
        "expr": target.expression,
        "legendFormat": target.legend,
        "editorMode": "code",
        "range": True,
    }


def _text(text: Text, number: int, at: dict[str, int]) -> Json:
    return {
        "id": number,
        "type": "text",
        "title": text.title,
        "gridPos": at,
        "options": {"mode": "markdown", "content": text.content},
    }
