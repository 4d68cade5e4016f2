"""Workbooks with objects on their sheets, sheets of other kinds, and parts beside the sheets (see rich_hosts)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from tests.files.hosts import MAIN, OFFICE, SHEET_ML, plain_parts
from tests.files.rich_hosts import (
    CHART,
    CHART_TYPE,
    DRAWING_TYPES,
    MS,
    PNG,
    TABULAR,
    X14,
    Feature,
    drawing,
    frame,
    host,
    note_shape,
)

_ROOT = "http://schemas.openxmlformats.org"
_SHEET_RELS = "xl/worksheets/sheet1.xml"
_BOOK_RELS = "xl/workbook.xml"
_SPACES = f'xmlns="{MAIN}" xmlns:r="{OFFICE}"'


def macros() -> Feature:
    """A VBA project with its own signature, and a ribbon of the workbook's own."""
    project = "application/vnd.ms-office.vbaProject"
    return Feature(
        parts={
            "xl/vbaProject.bin": bytes(range(256)) * 8,
            "xl/vbaProjectSignature.bin": b"signature" * 40,
            "customUI/customUI14.xml": f'<customUI xmlns="{MS}/2009/07/customui"/>',
        },
        types={
            "xl/workbook.xml": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "xl/vbaProject.bin": project,
            "xl/vbaProjectSignature.bin": f"{project}Signature",
        },
        rels={
            "": (("rId2", f"{MS}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),),
            _BOOK_RELS: (("rId3", f"{MS}/2006/relationships/vbaProject", "vbaProject.bin"),),
            "xl/vbaProject.bin": (("rId1", f"{MS}/2006/relationships/vbaProjectSignature", "vbaProjectSignature.bin"),),
        },
        before_sheets='<workbookPr codeName="ThisWorkbook"/>',
        before_data='<sheetPr codeName="Sheet1"/>',
    )


def form_control() -> Feature:
    """A check box: its properties, its shape in VML, and its entry on the sheet."""
    control = '<control shapeId="1025" r:id="rId2" name="Check Box 1"><controlPr defaultSize="0" autoFill="0"><anchor>'
    control += (
        f'<from xmlns:xdr="{_ROOT}/drawingml/2006/spreadsheetDrawing"><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff>'
    )
    control += "<xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></from>"
    control += (
        f'<to xmlns:xdr="{_ROOT}/drawingml/2006/spreadsheetDrawing"><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff>'
    )
    control += "<xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></to></anchor></controlPr></control>"
    choice = (
        f'<mc:AlternateContent><mc:Choice Requires="x14"><controls>{control}</controls>'
        f"</mc:Choice></mc:AlternateContent>"
    )
    return Feature(
        parts={
            "xl/ctrlProps/ctrlProp1.xml": f'<formControlPr xmlns="{X14}" objectType="CheckBox" fmlaLink="$B$2"/>',
            "xl/drawings/vmlDrawing1.vml": note_shape("Checkbox", "<x:FmlaLink>$B$2</x:FmlaLink>"),
        },
        types={"xl/ctrlProps/ctrlProp1.xml": "application/vnd.ms-excel.controlproperties+xml"},
        rels={
            _SHEET_RELS: (
                ("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId2", "ctrlProp", "../ctrlProps/ctrlProp1.xml"),
            )
        },
        after_data=f'<legacyDrawing r:id="rId1"/>{choice}',
    )


def active_x() -> Feature:
    """An ActiveX button with its binary state and its picture."""
    spaces = f'xmlns:ax="{MS}/2006/activeX" xmlns:r="{OFFICE}"'
    return Feature(
        parts={
            "xl/activeX/activeX1.xml": f'<ax:ocx ax:classid="{{D7053240-CE69-11CD-A777-00DD01143C57}}" '
            f'ax:persistence="persistStreamInit" r:id="rId1" {spaces}/>',
            "xl/activeX/activeX1.bin": bytes(64),
            "xl/media/image1.png": PNG,
            "xl/drawings/vmlDrawing1.vml": note_shape("Pict", ""),
        },
        types={
            "xl/activeX/activeX1.xml": "application/vnd.ms-office.activeX+xml",
            "xl/activeX/activeX1.bin": "application/vnd.ms-office.activeX",
        },
        rels={
            _SHEET_RELS: (
                ("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId2", "control", "../activeX/activeX1.xml"),
                ("rId3", "image", "../media/image1.png"),
            ),
            "xl/activeX/activeX1.xml": (("rId1", f"{MS}/2006/relationships/activeXControlBinary", "activeX1.bin"),),
        },
        after_data='<legacyDrawing r:id="rId1"/><controls>'
        '<control shapeId="1025" r:id="rId2" name="Button1"/></controls>',
    )


def embedded_object() -> Feature:
    """An embedded document, its picture, and its shape."""
    return Feature(
        parts={
            "xl/embeddings/oleObject1.bin": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504),
            "xl/media/image1.png": PNG,
            "xl/drawings/vmlDrawing1.vml": note_shape("Pict", ""),
        },
        rels={
            _SHEET_RELS: (
                ("rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId2", "oleObject", "../embeddings/oleObject1.bin"),
            ),
            "xl/drawings/vmlDrawing1.vml": (("rId1", "image", "../media/image1.png"),),
        },
        after_data='<legacyDrawing r:id="rId1"/><oleObjects><oleObject progId="Packager Shell Object" shapeId="1025" '
        'r:id="rId2"/></oleObjects>',
    )


def sheet_extensions() -> Feature:
    """Sparklines, rules and drop-downs of the newer kind, which stand in the sheet's extensions."""
    spaces = f'xmlns:x14="{X14}" xmlns:xm="{MS}/excel/2006/main"'
    line = "<x14:sparkline><xm:f>Mine!A2:B2</xm:f><xm:sqref>D2</xm:sqref></x14:sparkline>"
    lines = (
        f'<x14:sparklineGroup><x14:colorSeries rgb="FF0072B2"/>'
        f"<x14:sparklines>{line}</x14:sparklines></x14:sparklineGroup>"
    )
    rule = (
        '<x14:cfRule type="dataBar" id="{33333333-3333-3333-3333-333333333333}"><x14:dataBar><x14:cfvo type="autoMin"/>'
    )
    rule += '<x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule>'
    offer = (
        '<x14:dataValidation type="list"><x14:formula1><xm:f>Mine!$A$1:$A$2</xm:f></x14:formula1>'
        "<xm:sqref>B2</xm:sqref>"
    )
    exts = (
        ("{78C0D931-6437-407d-A8EE-F0AAD7539E65}", "<x14:conditionalFormattings><x14:conditionalFormatting>" + rule
         + "<xm:sqref>B2</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"),
        ("{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}", '<x14:dataValidations count="1">' + offer
         + "</x14:dataValidation></x14:dataValidations>"),
        ("{05C60535-1F16-4fd2-B633-F4F36F0B64E0}", f"<x14:sparklineGroups>{lines}</x14:sparklineGroups>"),
    )  # fmt: skip
    body = "".join(f'<ext uri="{uri}" {spaces}>{inner}</ext>' for uri, inner in exts)
    return Feature(after_data=f"<extLst>{body}</extLst>")


def links_outside() -> Feature:
    """A link to another workbook, a formula that reads it, and hyperlinks."""
    link = (
        '<externalBook r:id="rId1"><sheetNames><sheetName val="Rates"/></sheetNames><sheetDataSet>'
        '<sheetData sheetId="0">'
        '<row r="1"><cell r="A1"><v>3</v></cell></row></sheetData></sheetDataSet></externalBook>'
    )
    return Feature(
        parts={"xl/externalLinks/externalLink1.xml": f"<externalLink {_SPACES}>{link}</externalLink>"},
        types={"xl/externalLinks/externalLink1.xml": f"{SHEET_ML}.externalLink+xml"},
        rels={
            _BOOK_RELS: (("rId3", "externalLink", "externalLinks/externalLink1.xml"),),
            "xl/externalLinks/externalLink1.xml": (("rId1", "externalLinkPath", "file:///C:/plans/rates.xlsx"),),
            _SHEET_RELS: (("rId1", "hyperlink", "https://example.org/?a=1&b=2"),),
        },
        cells='<row r="1"><c r="A1"><f>[1]Rates!A1*2</f><v>6</v></c></row>',
        after_data='<hyperlinks><hyperlink ref="A1" r:id="rId1"/></hyperlinks>',
        after_sheets='<externalReferences><externalReference r:id="rId3"/></externalReferences><definedNames>'
        '<definedName name="Outside">[1]Rates!$A$1</definedName></definedNames><calcPr calcId="191029"/>',
    )


def custom_views() -> Feature:
    """Views of the workbook and of the sheet that a person saved, with scenarios, breaks and protected ranges."""
    guid = "{44444444-4444-4444-4444-444444444444}"
    return Feature(
        before_data='<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>',
        after_data=f'<protectedRanges><protectedRange sqref="B2" name="Figures"/></protectedRanges><customSheetViews>'
        f'<customSheetView guid="{guid}" scale="80"/></customSheetViews>',
        before_sheets='<fileSharing readOnlyRecommended="1" userName="Anna"/><bookViews><workbookView activeTab="0"/>'
        "</bookViews>",
        after_sheets=f'<calcPr calcId="191029"/><customWorkbookViews><customWorkbookView name="Board" guid="{guid}" '
        'windowWidth="800" windowHeight="600" activeSheetId="7"/></customWorkbookViews>',
    )


def page_pictures() -> Feature:
    """A picture in the header, a background picture, and printer settings."""
    return Feature(
        parts={
            "xl/drawings/vmlDrawing1.vml": note_shape("Pict", ""),
            "xl/media/image1.png": PNG,
            "xl/printerSettings/printerSettings1.bin": bytes(220),
        },
        types={
            "xl/printerSettings/printerSettings1.bin": f"{SHEET_ML}.printerSettings",
        },
        rels={
            _SHEET_RELS: (
                ("rId1", "printerSettings", "../printerSettings/printerSettings1.bin"),
                ("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml"),
                ("rId3", "image", "../media/image1.png"),
            ),
            "xl/drawings/vmlDrawing1.vml": (("rId1", "image", "../media/image1.png"),),
        },
        after_data='<pageSetup r:id="rId1"/><headerFooter><oddHeader>&amp;C&amp;G</oddHeader></headerFooter>'
        '<legacyDrawingHF r:id="rId2"/><picture r:id="rId3"/>',
    )


def _chart() -> str:
    figures = "<c:val><c:numRef><c:f>Mine!$B$2</c:f></c:numRef></c:val>"
    series = f'<c:ser><c:idx val="0"/><c:order val="0"/>{figures}</c:ser>'
    plot = f'<c:pieChart><c:varyColors val="1"/>{series}</c:pieChart>'
    body = f"<c:chart><c:plotArea><c:layout/>{plot}</c:plotArea></c:chart>"
    return f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{_ROOT}/drawingml/2006/main">{body}</c:chartSpace>'


def new_charts() -> Feature:
    """A chart with style and colours of its own, and one of the newer kind (a waterfall)."""
    extended = f"{MS}/drawing/2014/chartex"
    shapes = frame(CHART, f'<c:chart xmlns:c="{CHART}" r:id="rId1"/>')
    newer = frame(extended, f'<cx:chart xmlns:cx="{extended}" r:id="rId2"/>')
    choice = (
        f'<mc:AlternateContent><mc:Choice xmlns:cx1="{MS}/drawing/2015/9/8/chartex" Requires="cx1">{newer}</mc:Choice>'
    )
    both = drawing(shapes).replace(
        "</xdr:wsDr>", drawing(choice + "</mc:AlternateContent>").partition(">")[2]
    )  # two anchors
    data = (
        '<cx:chartData><cx:data id="0"><cx:numDim type="val"><cx:f>Mine!$B$2</cx:f></cx:numDim>'
        "</cx:data></cx:chartData>"
    )
    series = (
        '<cx:series layoutId="waterfall" uniqueId="{55555555-5555-5555-5555-555555555555}">'
        '<cx:dataId val="0"/></cx:series>'
    )
    plot = f"<cx:chart><cx:plotArea><cx:plotAreaRegion>{series}</cx:plotAreaRegion></cx:plotArea></cx:chart>"
    return Feature(
        parts={
            "xl/drawings/drawing1.xml": both,
            "xl/charts/chart1.xml": _chart(),
            "xl/charts/style1.xml": f'<cs:chartStyle xmlns:cs="{MS}/drawing/2012/chartStyle" id="201"/>',
            "xl/charts/colors1.xml": f'<cs:colorStyle xmlns:cs="{MS}/drawing/2012/chartStyle" meth="cycle" id="10"/>',
            "xl/charts/chartEx1.xml": f'<cx:chartSpace xmlns:cx="{extended}">{data}{plot}</cx:chartSpace>',
        },
        types={
            **DRAWING_TYPES,
            "xl/charts/chart1.xml": CHART_TYPE,
            "xl/charts/style1.xml": "application/vnd.ms-office.chartstyle+xml",
            "xl/charts/colors1.xml": "application/vnd.ms-office.chartcolorstyle+xml",
            "xl/charts/chartEx1.xml": "application/vnd.ms-office.chartex+xml",
        },
        rels={
            _SHEET_RELS: (("rId1", "drawing", "../drawings/drawing1.xml"),),
            "xl/drawings/drawing1.xml": (
                ("rId1", "chart", "../charts/chart1.xml"),
                ("rId2", f"{MS}/2014/relationships/chartEx", "../charts/chartEx1.xml"),
            ),
            "xl/charts/chart1.xml": (
                ("rId1", f"{MS}/2011/relationships/chartStyle", "style1.xml"),
                ("rId2", f"{MS}/2011/relationships/chartColorStyle", "colors1.xml"),
            ),
        },
        after_data='<drawing r:id="rId1"/>',
    )


def other_sheets() -> Feature:
    """A chart sheet, a dialog sheet, a macro sheet of Excel 4 (very hidden), and a hidden sheet."""
    views = '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    anchor = '<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="9000000" cy="6000000"/>'
    shape = drawing(frame(CHART, f'<c:chart xmlns:c="{CHART}" r:id="rId1"/>'))
    start, end = shape.index("<xdr:twoCellAnchor>"), shape.index("<xdr:graphicFrame")
    absolute = (shape[:start] + anchor + shape[end:]).replace("</xdr:twoCellAnchor>", "</xdr:absoluteAnchor>")
    return Feature(
        parts={
            "xl/chartsheets/sheet1.xml": f'<chartsheet {_SPACES}>{views}<drawing r:id="rId1"/></chartsheet>',
            "xl/drawings/drawing1.xml": absolute,
            "xl/charts/chart1.xml": _chart(),
            "xl/dialogsheets/sheet1.xml": f"<dialogsheet {_SPACES}>{views}</dialogsheet>",
            "xl/macrosheets/sheet1.xml": f'<xm:macrosheet {_SPACES} xmlns:xm="{MS}/excel/2006/main"><sheetData/>'
            "</xm:macrosheet>",
            "xl/worksheets/sheet2.xml": f"<worksheet {_SPACES}><sheetData/></worksheet>",
        },
        types={
            **DRAWING_TYPES,
            "xl/charts/chart1.xml": CHART_TYPE,
            "xl/chartsheets/sheet1.xml": f"{SHEET_ML}.chartsheet+xml",
            "xl/dialogsheets/sheet1.xml": f"{SHEET_ML}.dialogsheet+xml",
            "xl/macrosheets/sheet1.xml": "application/vnd.ms-excel.macrosheet+xml",
            "xl/worksheets/sheet2.xml": f"{SHEET_ML}.worksheet+xml",
        },
        rels={
            _BOOK_RELS: (
                ("rId3", "chartsheet", "chartsheets/sheet1.xml"),
                ("rId4", "dialogsheet", "dialogsheets/sheet1.xml"),
                ("rId5", f"{MS}/2006/relationships/xlMacrosheet", "macrosheets/sheet1.xml"),
                ("rId6", "worksheet", "worksheets/sheet2.xml"),
            ),
            "xl/chartsheets/sheet1.xml": (("rId1", "drawing", "../drawings/drawing1.xml"),),
            "xl/drawings/drawing1.xml": (("rId1", "chart", "../charts/chart1.xml"),),
        },
        before_sheets='<bookViews><workbookView activeTab="1"/></bookViews>',
        sheets='<sheet name="Chart1" sheetId="9" r:id="rId3"/><sheet name="Dialog1" sheetId="10" r:id="rId4"/>'
        '<sheet name="Macro1" sheetId="11" state="veryHidden" r:id="rId5"/>'
        '<sheet name="Hidden" sheetId="12" state="hidden" r:id="rId6"/>',
    )


def rich_data() -> Feature:
    """A spilling formula and a linked data type: cell metadata, value metadata and the rich values they point to."""
    types = (
        '<metadataTypes count="2"><metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" '
        'cellMeta="1"/>'
        '<metadataType name="XLRICHVALUE" minSupportedVersion="120000" copy="1" pasteAll="1"/></metadataTypes>'
    )
    array = (
        f'<xda:dynamicArrayProperties xmlns:xda="{MS}/spreadsheetml/2017/dynamicarray" fDynamic="1" fCollapsed="0"/>'
    )
    value = f'<xlrd:rvb xmlns:xlrd="{MS}/spreadsheetml/2017/richdata" i="0"/>'
    future = (
        f'<futureMetadata name="XLDAPR" count="1"><bk><extLst>'
        f'<ext uri="{{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}}">{array}'
        '</ext></extLst></bk></futureMetadata><futureMetadata name="XLRICHVALUE" count="1"><bk><extLst><ext '
        f'uri="{{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}}">{value}</ext></extLst></bk></futureMetadata>'
    )
    records = (
        '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata>'
        '<valueMetadata count="1"><bk><rc t="2" v="0"/></bk></valueMetadata>'
    )
    rich = f"{MS}/spreadsheetml/2017/richdata"
    kinds = {
        "xl/richData/rdrichvalue.xml": ("rdrichvalue", "rdRichValue"),
        "xl/richData/rdrichvaluestructure.xml": ("rdrichvaluestructure", "rdRichValueStructure"),
    }
    return Feature(
        parts={
            "xl/metadata.xml": f'<metadata xmlns="{MAIN}">{types}{future}{records}</metadata>',
            "xl/richData/rdrichvalue.xml": f'<rvData xmlns="{rich}" count="1"><rv s="0"><v>0</v></rv></rvData>',
            "xl/richData/rdrichvaluestructure.xml": f'<rvStructures xmlns="{rich}" count="1"><s t="_error"><k '
            'n="errorType" t="i"/></s></rvStructures>',
        },
        types={
            "xl/metadata.xml": f"{SHEET_ML}.sheetMetadata+xml",
            **{part: f"application/vnd.ms-excel.{low}+xml" for part, (low, _) in kinds.items()},
        },
        rels={
            _BOOK_RELS: (
                ("rId3", "sheetMetadata", "metadata.xml"),
                *((f"rId{4 + n}", f"{MS}/2017/06/relationships/{kind}", part.removeprefix("xl/"))
                  for n, (part, (_, kind)) in enumerate(kinds.items())),
            )
        },
        cells='<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">_xlfn.SEQUENCE(2)</f><v>1</v></c>'
        '<c r="B1" t="e" vm="1">'
        '<v>#VALUE!</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
    )  # fmt: skip


def beside_the_sheets() -> Feature:
    """What hangs on the package and the workbook alone: properties, thumbnail, label, XML maps, data model, add-ins."""
    properties = "application/vnd.openxmlformats-officedocument"
    package = f"{_ROOT}/package/2006/relationships/metadata"
    office = f"{_ROOT}/officeDocument/2006"
    app = f'<Properties xmlns="{office}/extended-properties"><TitlesOfParts/><Company>Meridian</Company></Properties>'
    return Feature(
        parts={
            "docProps/app.xml": app.replace("<TitlesOfParts/>", ""),
            "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_ROOT}/package/2006/metadata/core-properties"/>',
            "docProps/custom.xml": f'<Properties xmlns="{office}/custom-properties"/>',
            "docProps/thumbnail.png": PNG,
            "docMetadata/LabelInfo.xml": f'<clbl:labelList xmlns:clbl="{MS}/2020/mipLabelMetadata"/>',
            "xl/xmlMaps.xml": f'<MapInfo xmlns="{MAIN}" SelectionNamespaces=""><Schema ID="Schema1"/></MapInfo>',
            "xl/model/item.data": bytes(4096),
            "xl/volatileDependencies.xml": f'<volTypes xmlns="{MAIN}"/>',
            "xl/webextensions/taskpanes.xml": f'<wetp:taskpanes xmlns:wetp="{MS}/webextensions/taskpanes/2010/11"/>',
            "xl/customProperty1.bin": b"custom",
        },
        types={
            "docProps/app.xml": f"{properties}.extended-properties+xml",
            "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
            "docProps/custom.xml": f"{properties}.custom-properties+xml",
            "docMetadata/LabelInfo.xml": "application/vnd.ms-office.classificationlabels+xml",
            "xl/model/item.data": f"{SHEET_ML}.model+data",
            "xl/volatileDependencies.xml": f"{SHEET_ML}.volatileDependencies+xml",
            "xl/webextensions/taskpanes.xml": "application/vnd.ms-office.webextensiontaskpanes+xml",
            "xl/customProperty1.bin": f"{SHEET_ML}.customProperty",
        },
        rels={
            "": (
                ("rId2", f"{package}/core-properties", "docProps/core.xml"),
                ("rId3", "extended-properties", "docProps/app.xml"),
                ("rId4", "custom-properties", "docProps/custom.xml"),
                ("rId5", f"{package}/thumbnail", "docProps/thumbnail.png"),
                ("rId6", f"{MS}/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml"),
                ("rId7", f"{MS}/2011/relationships/webextensiontaskpanes", "xl/webextensions/taskpanes.xml"),
            ),
            _BOOK_RELS: (
                ("rId3", "xmlMaps", "xmlMaps.xml"),
                ("rId4", f"{OFFICE}/powerPivotData", "model/item.data"),
                ("rId5", "volatileDependencies", "volatileDependencies.xml"),
            ),
            _SHEET_RELS: (("rId1", "customProperty", "../customProperty1.bin"),),
        },
        after_data='<customProperties><customPr name="mine" r:id="rId1"/></customProperties>',
    )


OBJECTS: dict[str, Callable[[], Feature]] = {
    "macros": macros,
    "form control": form_control,
    "ActiveX": active_x,
    "embedded object": embedded_object,
    "sheet extensions": sheet_extensions,
    "links outside": links_outside,
    "custom views": custom_views,
    "page pictures": page_pictures,
    "new charts": new_charts,
    "other sheets": other_sheets,
    "rich data": rich_data,
    "beside the sheets": beside_the_sheets,
}


def zip64(of: bytes) -> bytes:
    """Return a zip whose directory is announced by the 64-bit records alone, as a very large file's is."""
    at = of.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", of, at + 10)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return of[:at] + record + locator + end


def large_entries() -> bytes:
    """Return a zip each of whose entries has 64-bit sizes, as a program writes that does not know them beforehand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in plain_parts().items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(data.encode() if isinstance(data, str) else data)
    return out.getvalue()


def foreign_names(in_zip: Callable[[str], str], in_xml: Callable[[str], str]) -> bytes:
    """Return a workbook whose sheet's part has a name beyond ASCII, written one way in the zip and one in the XML."""
    name = "xl/worksheets/árvíz tűrő.xml"
    feature = Feature(types={"xl/worksheets/sheet1.xml": f"{SHEET_ML}.worksheet+xml"})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(host(replace(feature)))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode()
            for spelling, prefix in (("/xl/worksheets/sheet1.xml", "/"), ("worksheets/sheet1.xml", "")):
                text = text.replace(spelling, prefix + in_xml(name if prefix else name.removeprefix("xl/")))
            new.writestr(in_zip(name) if part == "xl/worksheets/sheet1.xml" else part, text)
    return out.getvalue()


def _same(name: str) -> str:
    return name


RICH: dict[str, Callable[[], bytes]] = {
    **{kind: lambda make=make: host(make()) for kind, make in {**TABULAR, **OBJECTS}.items()},  # type: ignore[misc]
    "zip64 directory": lambda: zip64(host(Feature())),
    "zip64 entries": large_entries,
    "names beyond ASCII": lambda: foreign_names(_same, _same),
    "names in percent form": lambda: foreign_names(quote, quote),
    "names in percent form in the XML only": lambda: foreign_names(_same, quote),
    "names in percent form in the zip only": lambda: foreign_names(quote, _same),
}
