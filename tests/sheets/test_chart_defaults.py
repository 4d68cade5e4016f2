"""Charts say what Excel 2007 assumes: in a workbook of a later Excel, what is absent means something else."""

from __future__ import annotations

import re
import subprocess
import tempfile
import zlib
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import plan_sample
from tests.edits import rewritten
from tests.engines import OFFICE
from tests.sheets.test_charts import C, charts_of

_AXIS_ORDER = (
    "axId scaling delete* axPos majorGridlines minorGridlines title numFmt majorTickMark* minorTickMark* tickLblPos*"
    " spPr txPr crossAx crosses* crossesAt"
)
_SERIES_ORDER = "idx order tx spPr"
SCHEMA = {
    "chartSpace": "date1904* lang roundedCorners* style clrMapOvr protection chart spPr txPr printSettings",
    "chart": "title autoTitleDeleted* plotArea legend plotVisOnly* dispBlanksAs* showDLblsOverMax*",
    "title": "tx layout overlay* spPr txPr",
    "legend": "legendPos legendEntry layout overlay* spPr txPr",
    "legendEntry": "idx delete*",
    "lineChart": "grouping varyColors* ser dLbls dropLines hiLowLines upDownBars marker* smooth* axId",
    "areaChart": "grouping varyColors* ser dLbls dropLines axId",
    "barChart": "barDir grouping varyColors* ser dLbls gapWidth overlap serLines axId",
    "lineChart/ser": f"{_SERIES_ORDER} marker* dPt dLbls trendline errBars cat val smooth*",
    "areaChart/ser": f"{_SERIES_ORDER} pictureOptions dPt dLbls trendline errBars cat val",
    "barChart/ser": f"{_SERIES_ORDER} invertIfNegative* pictureOptions dPt dLbls trendline errBars cat val shape",
    "catAx": f"{_AXIS_ORDER} auto* lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl*",
    "dateAx": f"{_AXIS_ORDER} auto* lblOffset baseTimeUnit majorUnit majorTimeUnit minorUnit minorTimeUnit",
    "valAx": f"{_AXIS_ORDER} crossBetween* majorUnit minorUnit dispUnits",
    "dLbl": "idx delete*",
    "dLbls": (
        "dLbl numFmt spPr txPr dLblPos showLegendKey* showVal* showCatName* showSerName* showPercent* showBubbleSize*"
    ),
}
"""The children of each element in the order of the transitional schema; what must be written for its default to hold is
marked with a star. An element that is not listed has no such child in our charts."""
_WITHOUT_BOOLEANS = {
    *("autoTitleDeleted", "auto", "axId", "axPos", "barDir", "cat", "crossAx", "crossBetween", "crosses", "date1904"),
    *("delete", "dispBlanksAs", "f", "formatCode", "gapWidth", "grouping", "headerFooter", "idx", "invertIfNegative"),
    *("dLblPos", "showBubbleSize", "showCatName", "showLegendKey", "showPercent", "showSerName", "showVal"),
    *("lang", "layout", "lblOffset", "legendPos", "majorGridlines", "majorTickMark", "majorTimeUnit", "majorUnit"),
    *("max", "min", "minorTickMark", "numCache", "numFmt", "numRef", "order", "orientation", "overlap", "overlay"),
    *(
        "pageMargins",
        "pageSetup",
        "plotArea",
        "plotVisOnly",
        "printSettings",
        "pt",
        "ptCount",
        "rich",
        "roundedCorners",
    ),
    *(
        "lblAlgn",
        "noMultiLvlLbl",
        "scaling",
        "showDLblsOverMax",
        "smooth",
        "spPr",
        "strCache",
        "strRef",
        "symbol",
        "tickLblPos",
        "tx",
        "txPr",
    ),
    *("v", "val", "varyColors", "marker"),
}


def test_every_default_is_written_in_its_place(sample: str) -> None:
    charts = charts_of(plan_sample(sample)[0])
    assert len(charts) >= 10
    for chart in charts:
        for element in chart.iter(f"{C}*"):
            name = etree.QName(element).localname
            parent = element.getparent()
            path = f"{etree.QName(parent).localname}/{name}" if name == "ser" and parent is not None else name
            if path not in SCHEMA:
                assert name in _WITHOUT_BOOLEANS, f"{name} is not examined"
                continue
            order = [child.rstrip("*") for child in SCHEMA[path].split()]
            children = [etree.QName(child).localname for child in element.iterchildren()]
            required = {child.rstrip("*") for child in SCHEMA[path].split() if child.endswith("*")}
            assert required - set(children) == set(), path
            assert children == sorted(children, key=order.index), path
        assert all(number.get("sourceLinked") == "0" for number in chart.iter(f"{C}numFmt"))
        assert all(flag.get("val") for name in ("delete", "overlay", "smooth") for flag in chart.iter(f"{C}{name}"))


@pytest.mark.slow
@pytest.mark.office
def test_a_later_excel_s_workbook_shows_the_same_pictures(sample: str) -> None:
    data, _ = plan_sample(sample)
    first, second = (drawn(saved_by(data, version)) for version in ("12.0000", "16.0300"))
    assert len(first) > 10
    assert first == second


def saved_by(data: bytes, version: str) -> bytes:
    """Return the workbook as one that a version of Excel has saved."""

    def change(name: str, part: bytes) -> bytes:
        if name != "docProps/app.xml":
            return part
        assert b"</Properties>" in part
        without = re.sub(rb"<AppVersion>[^<]*</AppVersion>", b"", part)
        return without.replace(b"</Properties>", b"<AppVersion>%s</AppVersion></Properties>" % version.encode())

    return rewritten(data, change)


def drawn(data: bytes) -> list[bytes]:
    """Return what LibreOffice draws on each page of the workbook's PDF."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "in.xlsx").write_bytes(data)
        subprocess.run(
            [
                str(OFFICE), "--headless", f"-env:UserInstallation=file://{work / 'profile'}",
                "--convert-to", "pdf", "--outdir", str(work), str(work / "in.xlsx"),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        pdf = (work / "in.pdf").read_bytes()
    streams = re.findall(rb"/FlateDecode>>\s*stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    contents = [zlib.decompressobj().decompress(stream) for stream in streams]
    return [content for content in contents if b"\nBT" in content or b" re" in content]
