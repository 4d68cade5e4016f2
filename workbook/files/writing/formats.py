"""The theme's looks into cell formats of a package, each based on a named cell style (files floor).

XlsxWriter knows no named styles but Normal. This package writes those of the theme that its cells use, so that a person
finds them under Cell Styles and restyles all cells at once. Its parts stay in memory, to be grafted, but for rows of
ours, which are made when they are grafted. Every text of XlsxWriter's, of cells, charts and names alike, passes
`xml_text` where it is encoded.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from io import StringIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.styles import Styles

from workbook.files.package.made import MadePart, MadeParts
from workbook.files.writing.chart_kinds import CHART_KINDS
from workbook.problems.sanitize import xml_text
from workbook.sheets.theme.look import BUILT_IN, Look, Theme

_SHEETS = "xl/worksheets/sheet"
_PARTS = {"applyFont": "font_index", "applyFill": "fill_index", "applyBorder": "border_index"}


class StyledWorkbook(Workbook):  # type: ignore[misc]
    """A package whose formats may be based on the named styles of a theme."""

    def __init__(self, options: Mapping[str, object], theme: Theme) -> None:
        """Begin a package; the options are XlsxWriter's."""
        self.theme = theme
        self.parents: dict[str, Format] = {}
        self._packager = _Packager(self.parents, theme.insisted)
        super().__init__(io.BytesIO(), {**options, "in_memory": True})

    def parts(self) -> MadeParts:
        """Close the package and return its parts."""
        for sheet in self.worksheets():
            # XlsxWriter's versions write the ranges in different orders; their order in the sheet changes no look.
            sheet.cond_formats = dict(sorted(sheet.cond_formats.items()))
        self.close()
        return MadeParts(self._packager.made)

    def styled(self, role: str, look: Look) -> Format:
        """Return a format with a look, based on the named style of a role if it has one."""
        name = self.theme.parents.get(role)
        if name is None:
            return self.add_format(look)
        if name not in self.parents:
            self.parents[name] = base = self.add_format(self.theme.styles[name])
            _base_on(base, len(self.parents))
            base._get_xf_index()
        made = self.add_format(look)
        _base_on(made, list(self.parents).index(name) + 1)
        return made

    def add_chart(self, options: Mapping[str, str]) -> Chart:
        """Return a new chart of a kind that has every default written."""
        made = CHART_KINDS[options["type"]](options)
        made.embedded = True
        made.date_1904 = self.date_1904
        made.remove_timezone = self.remove_timezone
        self.charts.append(made)
        return made

    def _get_packager(self) -> Packager:
        return self._packager


def _base_on(made: Format, style: int) -> None:
    """Base a format on a named style; formats that look alike are one only if their style is one."""
    made.xf_id = style
    made._format_key = f"{made._get_format_key()}:{style}"


class _HeldText(StringIO):
    """What XlsxWriter writes a sheet to; rows can be put in that are made when the part is read."""

    def __init__(self) -> None:
        super().__init__()
        self.part = MadePart()

    def write(self, text: str) -> int:
        """Take what comes next."""
        self.part.write(xml_text(text).encode())
        return len(text)


class _Packager(Packager):  # type: ignore[misc]
    """Keeps the parts instead of handing them over to be zipped, and writes the styles with the named ones."""

    def __init__(self, parents: Mapping[str, Format], insisted: frozenset[str]) -> None:
        super().__init__()
        self.parents, self.insisted = parents, insisted
        self.made: dict[str, MadePart] = {}

    def _filename(self, xml_filename: str) -> StringIO:
        if not xml_filename.startswith(_SHEETS):
            return super()._filename(xml_filename)  # type: ignore[no-any-return]
        held = _HeldText()
        self.filenames.append((held, xml_filename, False))
        return held

    def _create_package(self) -> list[object]:
        for file, name, _ in super()._create_package():
            self.made[name] = file.part if isinstance(file, _HeldText) else MadePart(xml_text(file.getvalue()).encode())
        return []

    def _write_styles_file(self) -> None:
        book, styles = self.workbook, _Styles(self.parents, self.insisted)
        counts = (book.font_count, book.num_formats, book.border_count, book.fill_count)
        properties = [book.xf_formats, book.palette, *counts, book.custom_colors, book.dxf_formats, book.has_comments]
        styles._set_style_properties(properties)
        styles._set_xml_writer(self._filename("xl/styles.xml"))
        styles._assemble_xml_file()


class _Styles(Styles):  # type: ignore[misc]
    """The styles part: a cell says of font, fill and border only what differs from its named style."""

    def __init__(self, parents: Mapping[str, Format], insisted: frozenset[str]) -> None:
        super().__init__()
        self.parents, self.insisted = parents, insisted
        self.dropped: set[str] = set()

    def _write_cell_style_xfs(self) -> None:
        self._xml_start_tag("cellStyleXfs", [("count", len(self.parents) + 1)])
        self._xml_empty_tag("xf", [("numFmtId", 0), ("fontId", 0), ("fillId", 0), ("borderId", 0)])
        for made in self.parents.values():
            indexes = [("fontId", made.font_index), ("fillId", made.fill_index), ("borderId", made.border_index)]
            # A named style says nothing of these: applied to a cell, it leaves them as they are.
            silent = [f"apply{part}" for part in ("NumberFormat", "Alignment", "Protection")]
            silent += [name for name, part in _PARTS.items() if not getattr(made, part)]
            self._xml_empty_tag("xf", [("numFmtId", 0), *indexes, *((name, 0) for name in silent)])
        self._xml_end_tag("cellStyleXfs")

    def _write_cell_styles(self) -> None:
        self._xml_start_tag("cellStyles", [("count", len(self.parents) + 1)])
        self._write_cell_style()
        for number, name in enumerate(self.parents, 1):
            built_in = [("builtinId", BUILT_IN[name]), ("customBuiltin", 1)] if name in BUILT_IN else []
            self._xml_empty_tag("cellStyle", [("name", name), ("xfId", number), *built_in])
        self._xml_end_tag("cellStyles")

    def _write_xf(self, xf_format: Format, *kind: object) -> None:
        self.dropped = set()
        if xf_format.xf_id:
            name, parent = list(self.parents.items())[xf_format.xf_id - 1]
            if name not in self.insisted:
                same = (flag for flag, part in _PARTS.items() if getattr(xf_format, part) == getattr(parent, part))
                self.dropped = set(same)
        super()._write_xf(xf_format, *kind)

    def _xml_start_tag(self, tag: str, attributes: Any = ()) -> None:  # noqa: ANN401 - as XlsxWriter has it
        super()._xml_start_tag(tag, self._flagged(tag, attributes))

    def _xml_empty_tag(self, tag: str, attributes: Any = ()) -> None:  # noqa: ANN401 - as XlsxWriter has it
        super()._xml_empty_tag(tag, self._flagged(tag, attributes))

    def _flagged(self, tag: str, attributes: Any) -> Any:  # noqa: ANN401 - as XlsxWriter has it
        if tag != "xf":
            return attributes
        return [item for item in attributes if item[0] not in self.dropped]
