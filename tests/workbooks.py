"""Workbooks for tests: from Markdown tables into the bytes of an .xlsx file.

Each `## Sheet` is followed by a Markdown table; text before the first of them is ignored. A cell is read as a person
would type it into Excel: `0.2` and `20 %` are numbers (the second in a percent format), `2026-01-31` a date, `TRUE` a
truth value, `'12` the text 12, `"  x "` a text with its spaces, `=1+1` a formula without a stored result, `=1+1 -> 2`
one with a result, `#REF!` an error value; anything else is text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from workbook.files.package.package import Package
from workbook.files.reading import reader
from workbook.files.reading.tables import TablePlace
from workbook.inputs.plan import Plan
from workbook.problems import Problem

Rows = list[list[str]]

VALID = """
## Settings
| Setting          | Value      | Unit   |
| Plan name        | Test plan  |        |
| Plan start       | 2026-01-01 |        |
| Horizon (months) | 24         | months |

## Users
| Segment | Current users | Requests per user | CPU per request (s) | Memory per session | Session duration | Source |
| Staff | 5000 | 0.5 | 0.002 | 10 | 30 | census |
| Guests | 800 | 0.1 | 0.002 | 5 | 10 | |

## Growth
| Segment | Month | Total growth (%) |
| Staff   | 6     | 50 %             |
| Staff   | 12    | 125 %            |

## Retention
| Dataset | Base size (GB) | Growth per month (%) | Retention (days) | Storage tier |
| Logs    | 100            | 5 %                  | 90               | Disk         |

## SLAs
| Objective | Kind         | Percentile (%) | Target | Unit |
| P95       | latency      | 95 %           | 500    | ms   |
| P99       | latency      | 99 %           | 1      | s    |
| Uptime    | availability |                | 99.9 % |      |

## Components
| Component | CPU share (%) | Memory share (%) | Node type | Minimum nodes |
| core      | 60 %          | 50 %             | Large     | 2             |
| edge      | 40 %          | 50 %             | Large     |               |

## Resilience
| Component | Target availability (%) | Redundancy | k |
| core      | 99.9 %                  | N+k        | 1 |

## Rates
| Item  | Kind    | Cores | Memory (GB) | On-demand |
| Large | node    | 4     | 16          | 0.2       |
| Disk  | storage |       |             | 0.1       |

## Scenarios
| Scenario | Growth multiplier |
| Base     |                   |
"""


def workbook_from_markdown(text: str, *, tables: bool = False, date_1904: bool = False, inline: bool = False) -> bytes:
    """Write the sheets of a Markdown text into a workbook; `tables` makes each an Excel Table named as its sheet.

    With `inline` each sheet holds its own texts.
    """
    stream = io.BytesIO()
    kept = {"constant_memory": True} if inline else {"in_memory": True}
    workbook = xlsxwriter.Workbook(stream, {**kept, "date_1904": date_1904})
    for title, rows in parse(text).items():
        sheet = workbook.add_worksheet(title)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                _write(workbook, sheet, row, column, cell)
        if tables and rows:
            headers = [{"header": header} for header in rows[0]]
            sheet.add_table(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1, {"name": title, "columns": headers})
    workbook.close()
    return stream.getvalue()


def valid_markdown(**overrides: str | None) -> str:
    """Return the valid base with some sheets replaced by another Markdown table; None leaves a sheet out."""
    sheets = dict(_blocks(VALID))
    by_key = {title.casefold(): title for title in sheets}
    for key, block in overrides.items():
        title = by_key.get(key.casefold(), key)
        if block is None:
            del sheets[title]
        else:
            sheets[title] = block
    return "\n".join(f"## {title}\n{block}" for title, block in sheets.items())


def valid_workbook(**overrides: str | None) -> bytes:
    """Return a workbook with a valid plan, some of its sheets replaced or left out as in `valid_markdown`."""
    return workbook_from_markdown(valid_markdown(**overrides))


def replaced(sheet: str, old: str, new: str) -> dict[str, str]:
    """Return the override that changes one text in one sheet of the valid base, which must hold it exactly once."""
    return replaced_in({}, sheet, old, new)


def replaced_in(overrides: Mapping[str, str | None], sheet: str, old: str, new: str) -> dict[str, str]:
    """Return the override that changes one text in a sheet that other overrides may have changed already."""
    block = overrides.get(sheet) or dict(_blocks(VALID))[sheet]
    if block.count(old) != 1:
        raise ValueError(f"{old!r} stands {block.count(old)} times on {sheet}")
    return {sheet: block.replace(old, new)}


def parse(text: str) -> dict[str, Rows]:
    """Return the rows of each sheet's table, the header row first; lines of dashes are left out."""
    return {title: [_cells(line) for line in block.splitlines() if _is_row(line)] for title, block in _blocks(text)}


def _blocks(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"^\s*## (.*)$", text, flags=re.MULTILINE)[1:]
    return [(title.strip(), block) for title, block in zip(parts[::2], parts[1::2], strict=True)]


def _is_row(line: str) -> bool:
    return line.strip().startswith("|") and not re.fullmatch(r"[\s|:-]+-[\s|:-]*", line)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\n", "\n") for cell in line.strip().strip("|").split("|")]


def _write(workbook: Any, sheet: Any, row: int, column: int, text: str) -> None:  # noqa: ANN401
    formula, _, result = text.partition(" -> ")
    if text.startswith("="):
        sheet.write_formula(row, column, formula, value=_RESULTS.get(result, _number(result)))
    elif text.startswith("#") and text.endswith(("!", "?", "A")):
        sheet.write_formula(row, column, f"={text}", value=text)
    elif text.startswith("'"):
        sheet.write_string(row, column, text[1:])
    elif len(text) > 1 and text[0] == text[-1] == '"':
        sheet.write_string(row, column, text[1:-1])
    elif text in ("TRUE", "FALSE"):
        sheet.write_boolean(row, column, text == "TRUE")
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        date_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(row, column, datetime.fromisoformat(text), date_format)
    elif re.fullmatch(r"-?[\d.]+(e\d+)? ?%", text):
        percent = workbook.add_format({"num_format": "0.0%"})
        sheet.write_number(row, column, float(text.rstrip("% ")) / 100, percent)
    elif re.fullmatch(r"-?\d*\.?\d+(e\d+)?", text):
        sheet.write_number(row, column, float(text))
    elif text:
        sheet.write_string(row, column, text)


_RESULTS: Mapping[str, object] = {"": "", "TRUE": True}


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def read_plan(data: bytes, areas: Sequence[TablePlace] | None = ()) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Read the plan of a workbook, with Excel Tables only where their areas are given (None: as the workbook says)."""
    return reader.read_plan(Package(io.BytesIO(data)), areas)
