"""One annotated field into all that a column of an input sheet needs (languages floor).

A field of a `Row` model carries a `Header`, its range, its default and a docstring; from it come the header with its
unit, the number format, the drop-down, the cell message, the reading type and the text of the error.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from workbook.figures import digits
from workbook.units import OF_LINES, UNITS

Kind = Literal["text", "name", "number", "integer", "percent", "choice", "date", "money"]

_MAX_MESSAGE = 255
_SHARED = ("formerly", "source", "notes")
"""The fields of the columns that many tables share, which come last, in this order."""
_FORMATS: dict[Kind, str] = {
    "integer": "#,##0",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "money": "#,##0.0000",
}


class Header(Struct, frozen=True):
    """What a field says about its column beside its type, range, default and docstring.

    `refers_to` is the id of the sheet whose key column lists the allowed names, `refers_kind` the kind that the row
    found there must have. `suggestions` fill the drop-down of a column that may hold other texts as well. `line_unit`
    is the unit of the line that shows a setting, where the header's does not say it. Raises ValueError for a unit that
    is not declared. `measures` is the whole dimension of a figure, if the unit leaves a part unsaid. Where it
    `is_plan_month`, a cell may hold a date instead of a month number. A column that `is_former` is read in workbooks
    that have it and not written in new ones. Of the columns that are `is_either`, a row fills in one; of those
    that are `is_both`, all. On a kept sheet, people fill in only the columns that are `is_by_people`.
    """

    text: str
    unit: str = ""
    example: float | str | date | None = None
    kind: Kind | None = None
    number_format: str = ""
    refers_to: str | None = None
    refers_kind: str | None = None
    is_key: bool = False
    is_structural: bool = False
    suggestions: tuple[str, ...] = ()
    has_plain_title: bool = False
    line_unit: str = ""
    measures: str = ""
    is_memory: bool = False
    is_plan_month: bool = False
    is_month: bool = False
    is_former: bool = False
    is_either: bool = False
    is_both: bool = False
    is_by_people: bool = False

    def __post_init__(self) -> None:
        if self.unit not in UNITS or (self.line_unit and self.line_unit not in UNITS):
            raise ValueError(f"column {self.text} has a unit that units.py does not declare: {self.unit!r}")


class Column(Struct, frozen=True):
    """Everything about one column of an input sheet, or about one setting. Ratios are ratios: 20% is 0.2."""

    field: str
    header: str
    unit: str
    kind: Kind
    model: type[BaseModel]
    """The model of which it is a field."""
    example: float | str | date | None
    default: float | str | None = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    is_minimum_exclusive: bool = False
    is_maximum_exclusive: bool = False
    choices: tuple[str, ...] = ()
    table_reference: str | None = None
    reference_kind: str | None = None
    number_format: str = "General"
    is_key: bool = False
    is_structural: bool = False
    is_open: bool = False
    has_plain_title: bool = False
    line_unit: str = ""
    measures: str = ""
    """What its figures measure, if its unit leaves a part unsaid, such as `1/s/user`."""
    is_memory: bool = False
    """Whether it counts memory, in powers of 1000 or of 1024 as Settings says."""
    is_plan_month: bool = False
    """Whether a cell holds a month of the plan: a month number, or a date in the calendar month meant."""
    is_month: bool = False
    """Whether its dates stand for months, as their first days."""
    is_former: bool = False
    """Whether it is only read, in workbooks of earlier versions."""
    is_either: bool = False
    """Whether a row fills in this column or another such column of the sheet."""
    is_both: bool = False
    """Whether a row fills in this column and the other such column, which a check reports together."""
    is_by_people: bool = False
    """Whether people fill it in, on a sheet that is kept."""
    words: tuple[str, ...] = ()
    """What new workbooks say for each choice, if that is not the choice itself."""

    @property
    def description(self) -> str:
        """Return the docstring of its field; few runs ask for one, and a source takes long to parse."""
        return _docstrings(self.model).get(self.field, "")

    @property
    def title(self) -> str:
        """Return the header as it is written: the name, and its unit in parentheses."""
        return self.header if self.has_plain_title or not self.unit else f"{self.header} ({self.unit})"

    @property
    def is_numeric(self) -> bool:
        """Whether cells of the column hold numbers."""
        return self.kind in ("number", "integer", "percent", "money")

    @property
    def shown_choices(self) -> tuple[str, ...]:
        """Return the choices as drop-downs offer them."""
        return self.words or self.choices

    def show(self, value: object) -> str:
        """Return a value of the column as a user would type it; a choice in its words."""
        return self.words[self.choices.index(str(value))] if self.words else show(value, self.kind)

    @property
    def range_text(self) -> str:
        """Return in words what a cell may hold, without the unit."""
        if self.choices and not self.is_open:
            return "one of " + ", ".join(self.shown_choices)
        if not self.is_numeric:
            return self.date_text if self.kind == "date" else "text"
        bounds = _bounds_text(self)
        if self.kind == "integer":
            bounds = f"a whole number, {bounds}" if bounds else "a whole number"
        text = bounds or "any number"
        return f"{text}, or a date in that month" if self.is_plan_month else text

    @property
    def date_text(self) -> str:
        """Return in words which dates a cell may hold."""
        return "the first day of a month" if self.is_month else "a date"

    @property
    def cell_message(self) -> str:
        """Return the message that Excel shows beside the selected cell: meaning, range, default (255 characters)."""
        parts = [self.description, f"Allowed: {self.range_text}."]
        if self.default is not None:
            parts.append(f"Blank means {self.show(self.default)}.")
        elif not (self.required or self.is_both):
            parts.append("May stay blank.")
        text = " ".join(parts)
        return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"

    @property
    def error_text(self) -> str:
        """Return what a refused entry is told, in Excel and by the reader alike."""
        unit = f" {self.unit}" if self.unit not in ("", "%", "month") and self.is_numeric else ""
        return f"{self.header} must be {self.range_text}{unit}"


class Sheet(Struct, frozen=True):
    """One input sheet: its id in code, its default name, its columns in order, and what it is for."""

    id: str
    title: str
    required: bool
    columns: tuple[Column, ...]
    key: str | None
    purpose: str
    may_be_empty: bool = False
    is_kept: bool = False
    """Whether it is written a row at a time and kept by every run."""

    def as_written(self) -> Sheet:
        """Return the sheet as a new workbook has it: without former columns."""
        return replace(self, columns=tuple(column for column in self.columns if not column.is_former))

    def column(self, field: str) -> Column:
        """Return the column of a field. Raises KeyError for a name the sheet does not have."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)


class Inputs(BaseModel):
    """What a person has typed, taken as it is; its validator is built when it is first needed.

    Modules of such models do not postpone annotations: pydantic would compile the text of each one at every start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Row(Inputs):
    """One row of an input sheet; every table ends with the same two columns, which nothing computes with."""

    source: Annotated[str, Header("Source", example="capacity review, May 2026")] = ""
    """Where the figures of this row come from, and when."""

    notes: Annotated[str, Header("Notes", example="to be measured again after the release")] = ""
    """Anything a reader should know. Never computed."""


class NamedRow(Row):
    """One row of an input sheet that is found by its name."""

    formerly: Annotated[str, Header("Formerly", example="Staff")] = ""
    """Name that this row had in the approved version compared with, if it has been renamed since."""


def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """Return the columns of a model in the order of its fields, those that every table shares last."""
    columns = [_column(name, info, model) for name, info in model.model_fields.items() if _header(info) is not None]
    return tuple(sorted(columns, key=lambda column: _SHARED.index(column.field) if column.field in _SHARED else -1))


def show(value: object, kind: Kind | str = "number") -> str:
    """Return a value as a person would type it: 0.2 in a percent column is `20 %`, dates are `2026-01-31`."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if not isinstance(value, int | float):
        return str(value)
    return f"{digits(value * 100, 10)}%" if kind == "percent" else digits(value)


@cache
def _docstrings(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the text under each field of a model and of its bases."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            texts |= _module_docstrings(base.__module__).get(base.__name__, {})
    return texts


@cache
def _module_docstrings(module: str) -> dict[str, dict[str, str]]:
    """Read a module's source once for all its classes; pydantic's own way reads it again for each."""
    source = ast.parse(inspect.getsource(sys.modules[module]))
    return {item.name: dict(_field_texts(item)) for item in source.body if isinstance(item, ast.ClassDef)}


def _field_texts(item: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in pairwise(item.body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, " ".join(words.split())
            case _:
                pass


def _column(name: str, info: FieldInfo, model: type[BaseModel]) -> Column:
    header = _header(info)
    if header is None:
        raise TypeError(f"field {name} has no Header")
    inner = _without_none(info.annotation)
    choices = tuple(str(choice) for choice in get_args(inner)) if get_origin(inner) is Literal else ()
    kind = header.kind or _kind_of(inner)
    low, low_exclusive = _bound(info, Ge, Gt)
    high, high_exclusive = _bound(info, Le, Lt)
    return Column(
        field=name,
        header=header.text,
        unit=header.unit,
        kind=kind,
        model=model,
        example=header.example,
        default=None if info.is_required() or info.default in ("", None) else info.default,
        required=info.is_required(),
        minimum=low,
        maximum=high,
        is_minimum_exclusive=low_exclusive,
        is_maximum_exclusive=high_exclusive,
        choices=choices or header.suggestions,
        table_reference=header.refers_to,
        reference_kind=header.refers_kind,
        # in a cell of format General a spreadsheet program keeps a typed date as a date
        number_format=header.number_format or ("General" if header.is_plan_month else _FORMATS.get(kind, "General")),
        is_key=header.is_key,
        is_structural=header.is_structural or header.is_key,
        is_open=bool(header.suggestions),
        has_plain_title=header.has_plain_title,
        is_memory=header.is_memory,
        is_plan_month=header.is_plan_month,
        is_month=header.is_month,
        is_former=header.is_former,
        is_either=header.is_either,
        is_both=header.is_both,
        is_by_people=header.is_by_people,
        measures=header.measures,
        line_unit=header.line_unit or _line_unit(header.unit, kind),
    )


def _line_unit(unit: str, kind: Kind) -> str:
    """Return the unit of a line that shows a column."""
    kinds: Mapping[str, str] = {"text": "text", "name": "text", "choice": "text", "date": "date", "money": "currency"}
    return kinds.get(kind) or OF_LINES.get(unit, unit)


def _header(info: FieldInfo) -> Header | None:
    return next((item for item in info.metadata if isinstance(item, Header)), None)


def _without_none(annotation: object) -> object:
    if get_origin(annotation) in (Union, UnionType):
        return next((part for part in get_args(annotation) if part is not NoneType), None)
    return annotation


def _kind_of(annotation: object) -> Kind:
    if get_origin(annotation) is Literal:
        return "integer" if isinstance(get_args(annotation)[0], int) else "choice"
    kinds: dict[object, Kind] = {str: "text", float: "number", int: "integer", date: "date"}
    return kinds[annotation]


def _bound(info: FieldInfo, inclusive: type[Ge | Le], exclusive: type[Gt | Lt]) -> tuple[float | None, bool]:
    """Return a field's limit on one side, and whether the limit itself is outside."""
    for item in info.metadata:
        if isinstance(item, inclusive | exclusive):
            value: Any = next(getattr(item, name) for name in ("ge", "gt", "le", "lt") if hasattr(item, name))
            return float(value), isinstance(item, exclusive)
    return None, False


def _bounds_text(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None and not (column.is_minimum_exclusive or column.is_maximum_exclusive):
        return f"{show(low, column.kind)} to {show(high, column.kind)}"
    parts = []
    if low is not None:
        parts.append(f"{'above' if column.is_minimum_exclusive else 'at least'} {show(low, column.kind)}")
    if high is not None:
        parts.append(f"{'below' if column.is_maximum_exclusive else 'at most'} {show(high, column.kind)}")
    return " and ".join(parts)
