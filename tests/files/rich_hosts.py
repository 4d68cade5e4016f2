"""Workbooks with what public collections hardly have: one for each kind of part that Excel alone writes.

Each maker gives the bytes of a workbook with one sheet or two, and the parts of its feature as Excel lays them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.files.hosts import MAIN, OFFICE, PACKAGE, SHEET_ML, STYLES, TYPES, pack

MS = "http://schemas.microsoft.com/office"
X14 = f"{MS}/spreadsheetml/2009/9/main"
X15 = f"{MS}/spreadsheetml/2010/11/main"
THREADED = f"{MS}/spreadsheetml/2018/threadedcomments"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
ART = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_RELS = "application/vnd.openxmlformats-package.relationships+xml"
_DEFAULTS = {
    "rels": _RELS,
    "xml": "application/xml",
    "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
    "png": "image/png",
    "bin": "application/vnd.openxmlformats-officedocument.oleObject",
}
Rel = tuple[str, str, str]
"""Id, type (its last word, or a whole address) and target; a target with `:` leads outside."""


@dataclass
class Feature:
    """What a feature adds: parts, their types and relationships, text in the sheet and in the workbook part."""

    parts: dict[str, str | bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    rels: dict[str, tuple[Rel, ...]] = field(default_factory=dict)
    cells: str = ""
    before_data: str = ""
    after_data: str = ""
    before_sheets: str = ""
    sheets: str = ""
    after_sheets: str = ""


def host(feature: Feature) -> bytes:
    """Build the workbook: sheet `Mine` with a small table of figures, and the feature."""
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>City</t></is></c><c r="B1" t="inlineStr"><is><t>Sum</t></is></c>'
    rows += '</row><row r="2"><c r="A2" t="inlineStr"><is><t>Pécs</t></is></c><c r="B2"><v>2</v></c></row>'
    data = f"<sheetData>{feature.cells or rows}</sheetData>"
    spaces = f'xmlns="{MAIN}" xmlns:r="{OFFICE}" xmlns:mc="{MC}" xmlns:x14="{X14}" mc:Ignorable="x14"'
    sheet = f"<worksheet {spaces}>{feature.before_data}{data}{feature.after_data}</worksheet>"
    listed = f'<sheet name="Mine" sheetId="7" r:id="rId1"/>{feature.sheets}'
    book = f"{feature.before_sheets}<sheets>{listed}</sheets>{feature.after_sheets}"
    rels: dict[str, tuple[Rel, ...]] = {
        "": (("rId1", "officeDocument", "xl/workbook.xml"),),
        "xl/workbook.xml": (("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "styles.xml")),
    }
    for part, more in feature.rels.items():
        rels[part] = (*rels.get(part, ()), *more)
    types = {
        "xl/workbook.xml": f"{SHEET_ML}.sheet.main+xml",
        "xl/worksheets/sheet1.xml": f"{SHEET_ML}.worksheet+xml",
        "xl/styles.xml": f"{SHEET_ML}.styles+xml",
        **feature.types,
    }
    return pack(
        {
            "[Content_Types].xml": _types(types),
            **{_rels_of(part): _relationships(rows_of) for part, rows_of in rels.items()},
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}</workbook>',
            "xl/worksheets/sheet1.xml": sheet,
            "xl/styles.xml": STYLES,
            **feature.parts,
        }
    )


def _types(types: Mapping[str, str]) -> str:
    body = "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in _DEFAULTS.items())
    body += "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
    return f'<Types xmlns="{TYPES}">{body}</Types>'


def _relationships(rows: tuple[Rel, ...]) -> str:
    body = ""
    for rel_id, kind, target in rows:
        mode = ' TargetMode="External"' if ":" in target else ""
        full = kind if ":" in kind else f"{OFFICE}/{kind}"
        body += f'<Relationship Id="{rel_id}" Type="{full}" Target="{escape(target)}"{mode}/>'
    return f'<Relationships xmlns="{PACKAGE}">{body}</Relationships>'


def _rels_of(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def _extension(uri: str, inner: str) -> str:
    return f'<extLst><ext uri="{uri}" xmlns:x14="{X14}" xmlns:x15="{X15}">{inner}</ext></extLst>'


def drawing(inner: str) -> str:
    """Return a drawing part with one anchored object."""
    at = (
        "<xdr:{0}><xdr:col>{1}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row>"
        "<xdr:rowOff>0</xdr:rowOff></xdr:{0}>"
    )
    anchor = (
        f"<xdr:twoCellAnchor>{at.format('from', 3)}{at.format('to', 6)}{inner}<xdr:clientData/></xdr:twoCellAnchor>"
    )
    return f'<xdr:wsDr xmlns:xdr="{DRAWING}" xmlns:a="{ART}" xmlns:r="{OFFICE}" xmlns:mc="{MC}">{anchor}</xdr:wsDr>'


def frame(uri: str, inner: str) -> str:
    """Return a graphic frame for a drawing, which holds a chart or the like."""
    box = '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
    names = '<xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Object 1"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
    data = f'<a:graphic><a:graphicData uri="{uri}">{inner}</a:graphicData></a:graphic>'
    return f'<xdr:graphicFrame macro="">{names}{box}{data}</xdr:graphicFrame>'


def table(attributes: str = "", column: str = "") -> str:
    """Return the table over the sheet's figures."""
    return (
        f'<table xmlns="{MAIN}" id="1" name="Cities" displayName="Cities" ref="A1:B2" {attributes}>'
        f'<autoFilter ref="A1:B2"/><tableColumns count="2"><tableColumn id="1" {column} name="City"/>'
        f'<tableColumn id="2" name="Sum"/></tableColumns></table>'
    )


_TABLE_TYPES = {"xl/tables/table1.xml": f"{SHEET_ML}.table+xml"}
_TABLE_PARTS = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
DRAWING_TYPES = {"xl/drawings/drawing1.xml": "application/vnd.openxmlformats-officedocument.drawing+xml"}
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


def slicers() -> Feature:
    """A slicer on a table: its part, its cache, its frame in the drawing, its name."""
    shape = frame(f"{MS}/drawing/2012/slicer", f'<sle:slicer xmlns:sle="{MS}/drawing/2010/slicer" name="City"/>')
    cached = f'<x15:tableSlicerCache xmlns:x15="{X15}" tableId="1" column="1"/>'
    return Feature(
        parts={
            "xl/tables/table1.xml": table(),
            "xl/drawings/drawing1.xml": drawing(shape),
            "xl/slicers/slicer1.xml": f'<slicers xmlns="{X14}">'
            f'<slicer name="City" cache="Slicer_City" caption="City" '
            'rowHeight="241300"/></slicers>',
            "xl/slicerCaches/slicerCache1.xml": f'<slicerCacheDefinition xmlns="{X14}" name="Slicer_City" '
            f'sourceName="City"><extLst>'
            f'<x:ext xmlns:x="{MAIN}" uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}">{cached}'
            "</x:ext></extLst></slicerCacheDefinition>",
        },
        types={
            **_TABLE_TYPES,
            **DRAWING_TYPES,
            "xl/slicers/slicer1.xml": "application/vnd.ms-excel.slicer+xml",
            "xl/slicerCaches/slicerCache1.xml": "application/vnd.ms-excel.slicerCache+xml",
        },
        rels={
            "xl/worksheets/sheet1.xml": (
                ("rId1", "table", "../tables/table1.xml"),
                ("rId2", f"{MS}/2007/relationships/slicer", "../slicers/slicer1.xml"),
                ("rId3", "drawing", "../drawings/drawing1.xml"),
            ),
            "xl/workbook.xml": (("rId3", f"{MS}/2007/relationships/slicerCache", "slicerCaches/slicerCache1.xml"),),
        },
        after_data='<drawing r:id="rId3"/>'
        + _TABLE_PARTS
        + _extension(
            "{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}", '<x14:slicerList><x14:slicer r:id="rId2"/></x14:slicerList>'
        ),
        after_sheets='<definedNames><definedName name="Slicer_City">#N/A</definedName></definedNames>'
        '<calcPr calcId="191029"/>'
        + _extension(
            "{46BE6895-7355-4a93-B00E-2C351335B9C9}",
            '<x15:slicerCaches><x14:slicerCache r:id="rId3"/></x15:slicerCaches>',
        ),
    )


def pivot() -> Feature:
    """A pivot table on a sheet of its own figures, with its cache and records."""
    fields = '<cacheField name="City"><sharedItems count="1"><s v="Pécs"/></sharedItems></cacheField>'
    fields += '<cacheField name="Sum"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" '
    fields += 'containsInteger="1" minValue="2" maxValue="2"/></cacheField>'
    return Feature(
        parts={
            "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" '
            'r:id="rId1" refreshedVersion="6" recordCount="1"><cacheSource type="worksheet"><worksheetSource '
            f'ref="A1:B2" sheet="Mine"/></cacheSource><cacheFields count="2">{fields}</cacheFields>'
            "</pivotCacheDefinition>",
            "xl/pivotCache/pivotCacheRecords1.xml": f'<pivotCacheRecords xmlns="{MAIN}" count="1"><r><x v="0"/>'
            '<n v="2"/></r></pivotCacheRecords>',
            "xl/pivotTables/pivotTable1.xml": f'<pivotTableDefinition xmlns="{MAIN}" name="Pivot" cacheId="4" '
            'dataCaption="Values"><location ref="E5:F7" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
            '<pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items count="2"><item x="0"/>'
            '<item t="default"/></items></pivotField><pivotField dataField="1" showAll="0"/></pivotFields><rowFields '
            'count="1"><field x="0"/></rowFields><rowItems count="2"><i><x/></i><i t="grand"><x/></i></rowItems>'
            '<colItems count="1"><i/></colItems><dataFields count="1"><dataField name="Sum of Sum" fld="1"/>'
            "</dataFields></pivotTableDefinition>",
        },
        types={
            "xl/pivotCache/pivotCacheDefinition1.xml": f"{SHEET_ML}.pivotCacheDefinition+xml",
            "xl/pivotCache/pivotCacheRecords1.xml": f"{SHEET_ML}.pivotCacheRecords+xml",
            "xl/pivotTables/pivotTable1.xml": f"{SHEET_ML}.pivotTable+xml",
        },
        rels={
            "xl/workbook.xml": (("rId3", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),),
            "xl/pivotCache/pivotCacheDefinition1.xml": (("rId1", "pivotCacheRecords", "pivotCacheRecords1.xml"),),
            "xl/worksheets/sheet1.xml": (("rId1", "pivotTable", "../pivotTables/pivotTable1.xml"),),
            "xl/pivotTables/pivotTable1.xml": (
                ("rId1", "pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml"),
            ),
        },
        after_sheets='<calcPr calcId="191029"/><pivotCaches><pivotCache cacheId="4" r:id="rId3"/></pivotCaches>',
    )


def timeline() -> Feature:
    """A timeline beside a pivot table: its part and its cache."""
    feature = pivot()
    feature.parts |= {
        "xl/timelines/timeline1.xml": f'<timelines xmlns="{X15}"><timeline name="Day" cache="NativeTimeline_Day" '
        'caption="Day" level="2" selectionLevel="2"/></timelines>',
        "xl/timelineCaches/timelineCache1.xml": f'<timelineCacheDefinition xmlns="{X15}" name="NativeTimeline_Day" '
        'sourceName="Day"><pivotTables><pivotTable tabId="7" name="Pivot"/></pivotTables><state '
        'minimalRefreshVersion="6" lastRefreshVersion="6" pivotCacheId="4" filterType="unknown"><bounds '
        'startDate="2026-01-01T00:00:00" endDate="2027-01-01T00:00:00"/></state></timelineCacheDefinition>',
    }
    feature.types |= {
        "xl/timelines/timeline1.xml": "application/vnd.ms-excel.timeline+xml",
        "xl/timelineCaches/timelineCache1.xml": "application/vnd.ms-excel.timelineCache+xml",
    }
    kind = f"{MS}/2011/relationships/timeline"
    feature.rels["xl/worksheets/sheet1.xml"] += (("rId2", kind, "../timelines/timeline1.xml"),)
    feature.rels["xl/workbook.xml"] += (("rId4", f"{kind}Cache", "timelineCaches/timelineCache1.xml"),)
    feature.after_data = _extension(
        "{7E03D99C-DC04-49d9-9315-930204A7B6E9}",
        '<x15:timelineRefs><x15:timelineRef r:id="rId2"/></x15:timelineRefs>',
    )
    feature.after_sheets += _extension(
        "{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}",
        '<x15:timelineCacheRefs><x15:timelineCacheRef r:id="rId4"/></x15:timelineCacheRefs>',
    )
    return feature


def power_query() -> Feature:
    """A query: connection, query table, and the query itself in UTF-16 in a custom part at the package's root."""
    mashup = (
        f'<?xml version="1.0" encoding="utf-16"?>'
        f'<DataMashup xmlns="{MS.rpartition("/")[0]}/DataMashup">AAAA</DataMashup>'
    )
    return Feature(
        parts={
            "xl/tables/table1.xml": table('tableType="queryTable"', 'uniqueName="1" queryTableFieldId="1"').replace(
                'id="2"', 'id="2" uniqueName="2" queryTableFieldId="2"'
            ),
            "xl/queryTables/queryTable1.xml": f'<queryTable xmlns="{MAIN}" name="ExternalData_1" connectionId="1" '
            'autoFormatId="16"><queryTableRefresh nextId="3"><queryTableFields count="2"><queryTableField id="1" '
            'name="City" tableColumnId="1"/><queryTableField id="2" name="Sum" tableColumnId="2"/></queryTableFields>'
            "</queryTableRefresh></queryTable>",
            "xl/connections.xml": f'<connections xmlns="{MAIN}"><connection id="1" name="Query - Cities" type="5" '
            'refreshedVersion="6" background="1">'
            '<dbPr connection="Provider=Microsoft.Mashup.OleDb.1;Location=Cities" '
            'command="SELECT * FROM [Cities]"/></connection></connections>',
            "customXml/item1.xml": mashup.encode("utf-16"),
            "customXml/itemProps1.xml": '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/'
            '2006/customXml" ds:itemID="{00000000-0000-0000-0000-000000000001}"><ds:schemaRefs/></ds:datastoreItem>',
        },
        types={
            **_TABLE_TYPES,
            "xl/queryTables/queryTable1.xml": f"{SHEET_ML}.queryTable+xml",
            "xl/connections.xml": f"{SHEET_ML}.connections+xml",
            "customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        },
        rels={
            "xl/worksheets/sheet1.xml": (("rId1", "table", "../tables/table1.xml"),),
            "xl/tables/table1.xml": (("rId1", "queryTable", "../queryTables/queryTable1.xml"),),
            "xl/workbook.xml": (
                ("rId3", "connections", "connections.xml"),
                ("rId4", "customXml", "../customXml/item1.xml"),
            ),
            "customXml/item1.xml": (("rId1", "customXmlProps", "itemProps1.xml"),),
        },
        after_data=_TABLE_PARTS,
        after_sheets='<definedNames><definedName name="ExternalData_1" localSheetId="0" hidden="1">Mine!$A$1:$B$2'
        "</definedName></definedNames>",
    )


def threaded_comments() -> Feature:
    """A conversation on a cell, the note that stands in for it, and the persons."""
    note = "[Threaded comment] Your version of Excel shows only this."
    person = "{11111111-1111-1111-1111-111111111111}"
    thread = "{22222222-2222-2222-2222-222222222222}"
    return Feature(
        parts={
            "xl/comments1.xml": f'<comments xmlns="{MAIN}"><authors><author>tc={thread}</author>'
            f"</authors><commentList>"
            f'<comment ref="B2" authorId="0"><text><t>{note}</t></text></comment></commentList></comments>',
            "xl/drawings/vmlDrawing1.vml": note_shape(),
            "xl/threadedComments/threadedComment1.xml": f'<ThreadedComments xmlns="{THREADED}"><threadedComment '
            f'ref="B2" dT="2026-01-05T09:00:00.00" personId="{person}" id="{thread}"><text>Is this right?</text>'
            "</threadedComment></ThreadedComments>",
            "xl/persons/person.xml": f'<personList xmlns="{THREADED}"><person displayName="Anna" id="{person}" '
            'userId="anna" providerId="None"/></personList>',
        },
        types={
            "xl/comments1.xml": f"{SHEET_ML}.comments+xml",
            "xl/threadedComments/threadedComment1.xml": "application/vnd.ms-excel.threadedcomments+xml",
            "xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        },
        rels={
            "xl/worksheets/sheet1.xml": (
                ("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId2", "comments", "../comments1.xml"),
                ("rId3", f"{MS}/2017/10/relationships/threadedComment", "../threadedComments/threadedComment1.xml"),
            ),
            "xl/workbook.xml": (("rId3", f"{MS}/2017/10/relationships/person", "persons/person.xml"),),
        },
        after_data='<legacyDrawing r:id="rId1"/>',
    )


def note_shape(kind: str = "Note", inner: str = "<x:Row>1</x:Row><x:Column>1</x:Column>") -> str:
    """Return a VML drawing with one shape that stands for a note or a control."""
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data="1"/>'
        "</o:shapelayout>"
        '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,'
        'xe"/><v:shape id="_x0000_s1025" type="#_x0000_t202" style="position:absolute;width:100pt;height:60pt">'
        f'<x:ClientData ObjectType="{kind}"><x:Anchor>3,0,1,0,5,0,4,0</x:Anchor>{inner}</x:ClientData>'
        f"</v:shape></xml>"
    )


TABULAR: dict[str, Callable[[], Feature]] = {
    "slicers": slicers,
    "pivot table": pivot,
    "timeline": timeline,
    "Power Query": power_query,
    "threaded comments": threaded_comments,
}
