"""How good earlier versions were, and what that means for the next one (many floor; help: planning, Accuracy).

An error is forecast less measured, so that a forecast that was too high has a positive one.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Group,
    Line,
    LineKind,
    Number,
    Parent,
    PerItem,
    Ref,
    Section,
    Text,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.history.lines.forecasts import (
    BANDS,
    EACH_METRIC,
    EACH_SCORE,
    FORECAST,
    METRIC,
    SCORE,
    in_band,
    metric_name,
)
from workbook.history.lines.measured import OVER as MEASURED_MONTH
from workbook.history.lines.metrics import SCORED
from workbook.model.figure_text import percent_text

SCORES = Section("Accuracy of versions")
LEADS = Section("Accuracy by lead")
NEXT = Section("What that means for the next range")
STEPS = Section("Steps to the scores", LineKind.WORKING)

TOO_FEW, WITHIN, FAIR, POOR = "too few months", "within ", "fair", "poor"
TOO_HIGH, TOO_LOW = "too high, month after month", "too low, month after month"
_HALF = Number(1) / 2
_MONTHS, _SIZE, _ERROR, _ACTUAL = (Ref(f"score.{name}") for name in ("months", "size", "error", "actual"))


def lines() -> Iterator[Line]:
    """Yield the score of each version and metric, by lead, and the range of the next forecast of each metric."""
    yield from _sums()
    yield from _scores()
    yield from _leads()
    yield from _ratios()
    yield from _range()


@STEPS
def _sums() -> Iterator[Line]:
    """Months without a figure that is measured above 0 have no relative error."""
    for name, title, unit in (
        ("size", "Sum of the sizes of errors", "mixed"),
        ("error", "Sum of errors", "mixed"),
        ("actual", "Sum of what was measured", "mixed"),
        ("share", "Sum of relative errors", "mixed"),
        ("has_share", "Months with a relative error", "whole"),
    ):
        yield Line(f"score.{name}", title, unit, EACH_SCORE, _sum_of(f"forecast.{name}"))
    naive = [
        if_(eq(pairs, 0), BLANK, total(MEASURED_MONTH, f"closed.step_{metric.id}") / pairs)
        for metric in SCORED
        for pairs in (total(MEASURED_MONTH, f"closed.pair_{metric.id}"),)
    ]
    names = [metric_name(metric) for metric in SCORED]
    change = PerItem(METRIC, tuple(zip(names, naive, strict=True)))
    yield Line("accuracy.change", "Mean change from month to month", "mixed", EACH_METRIC, change)


def _sum_of(line: str) -> Group:
    return Group("SUM", FORECAST, Ref(line))


@SCORES
def _scores() -> Iterator[Line]:
    mean = _SIZE / _MONTHS
    lead = if_(eq(_MONTHS, 0), BLANK, Group("MAX", FORECAST, Ref("forecast.scored_lead")))
    shares, change = Ref("score.has_share"), Parent(Ref("accuracy.change"))
    has_none = eq(_ACTUAL, 0)
    yield Line(_MONTHS.line, "Months scored", "whole", EACH_SCORE, _sum_of("forecast.counts"))
    yield Line("score.lead", "Lead of the last month scored", "month", EACH_SCORE, lead)
    wape, bias = (if_(has_none, BLANK, figure / _ACTUAL) for figure in (_SIZE, _ERROR))
    yield Line("score.wape", "WAPE: errors, of all that was measured", "ratio", EACH_SCORE, wape)
    mape = if_(eq(shares, 0), BLANK, Ref("score.share") / shares)
    yield Line("score.mape", "MAPE: mean relative error", "ratio", EACH_SCORE, mape)
    yield Line("score.left_out", "Months left out of MAPE", "whole", EACH_SCORE, _MONTHS - shares)
    yield Line("score.bias", "Bias: too high, or too low", "ratio", EACH_SCORE, bias)
    is_unknown = any_of(eq(_MONTHS, 0), is_blank(change))
    beats = if_(is_unknown, BLANK, if_(eq(change, 0), BLANK, mean / change))
    yield Line("score.mase", "MASE: error, of the change from month to month", "multiple", EACH_SCORE, beats)
    signal = if_(eq(_MONTHS, 0), BLANK, if_(eq(_SIZE, 0), 0, _ERROR / mean))
    yield Line("score.signal", "Tracking signal", "multiple", EACH_SCORE, signal)
    yield from _verdict()


@STEPS
def _verdict() -> Iterator[Line]:
    """A bias is judged first: month after month on one side is no chance."""
    wape, signal, good = Ref("score.wape"), Ref("score.signal"), Ref("accuracy.good")
    within, biased = Ref("score.within"), Ref("score.biased")
    fair = if_(wape <= Ref("accuracy.fair"), FAIR, POOR)
    size = if_(wape <= good, Text(WITHIN) & Ref("accuracy.good_words"), fair)
    yield Line(within.line, "Verdict on errors", "text", EACH_SCORE, if_(is_blank(wape), BLANK, size))
    side = if_(signal < 0 - Ref("accuracy.biased"), TOO_LOW, if_(signal > Ref("accuracy.biased"), TOO_HIGH, BLANK))
    is_early = _MONTHS < Ref("accuracy.judged")
    yield Line(biased.line, "Verdict on bias", "text", EACH_SCORE, if_(is_early, BLANK, side))
    verdict = if_(is_blank(biased), within, biased)
    few = if_(_MONTHS < Ref("accuracy.fewest"), TOO_FEW, verdict)
    yield Line("score.verdict", "Verdict", "text", EACH_SCORE, few, section=SCORES)


@LEADS
def _leads() -> Iterator[Line]:
    """A forecast of the next month is no proof for the next year."""
    for place, band in enumerate(BANDS, 1):
        months, actual = in_band(band, Ref("forecast.counts")), in_band(band, Ref("forecast.actual"))
        yield Line(f"lead.months_{place}", f"Months scored, lead {band}", "whole", EACH_METRIC, months)
        yield Line(f"lead.actual_{place}", f"Measured, lead {band}", "mixed", EACH_METRIC, actual, section=STEPS)
        measured = Ref(f"lead.actual_{place}")
        wape = if_(eq(measured, 0), BLANK, in_band(band, Ref("forecast.size")) / measured)
        yield Line(f"lead.wape_{place}", f"WAPE, lead {band}", "ratio", EACH_METRIC, wape)


@STEPS
def _ratios() -> Iterator[Line]:
    """One figure a version: single months of one version are not independent of each other."""
    ratio, log = Ref("score.ratio"), Ref("score.log_ratio")
    forecast, has_ratio = Ref("score.first_figure"), Ref("score.has_ratio")
    for name, title in (
        ("is_first", "Months that make its ratio"),
        ("first_measured", "Measured in these"),
        ("first_figure", "Forecast of these"),
    ):
        unit = "whole" if name == "is_first" else "mixed"
        yield Line(f"score.{name}", title, unit, EACH_SCORE, _sum_of(f"forecast.{name}"))
    is_whole = eq(Ref("score.is_first"), Ref("accuracy.first"))
    is_positive = all_of(is_whole, forecast > 0, Ref("score.first_measured") > 0)
    measured = if_(is_positive, Ref("score.first_measured") / forecast, BLANK)
    title = "Measured, of forecast, first months"
    yield Line(ratio.line, title, "multiple", EACH_SCORE, measured, section=SCORES)
    yield Line(has_ratio.line, "Has a ratio (1/0)", "flag", EACH_SCORE, if_(is_blank(ratio), 0, 1))
    yield Line(log.line, "ln(ratio)", "×", EACH_SCORE, if_(has_ratio > 0, call("LN", ratio), 0))
    off = log - Parent(Ref("next.mean"))
    squared = if_(any_of(eq(has_ratio, 0), is_blank(Parent(Ref("next.mean")))), 0, off * off)
    yield Line("score.squared", "Squared distance from the mean", "×", EACH_SCORE, squared)


@NEXT
def _range() -> Iterator[Line]:
    """From three versions on, the next figure is multiplied by what the last ones were off."""
    count, mean, spread = Ref("next.versions"), Ref("next.mean"), Ref("next.spread")
    few = count < Ref("accuracy.fewest")
    yield Line(count.line, "Versions", "whole", EACH_METRIC, Group("SUM", SCORE, Ref("score.has_ratio")))
    logs = Group("SUM", SCORE, Ref("score.log_ratio"))
    yield Line(mean.line, "Mean of ln(ratio)", "×", EACH_METRIC, if_(few, BLANK, logs / count), section=STEPS)
    variance = Group("SUM", SCORE, Ref("score.squared")) / (count - 1)
    yield Line(spread.line, "Spread of ln(ratio)", "×", EACH_METRIC, if_(few, BLANK, variance**_HALF), section=STEPS)
    beyond = call("TINV", Ref("accuracy.beyond_80"), count - 1)
    width = if_(few, BLANK, beyond * spread * (1 + 1 / count) ** _HALF)
    yield Line("next.width", "Half of the 80% range of ln(ratio)", "×", EACH_METRIC, width, section=STEPS)
    for name, title, expr in (
        ("low", "Low (80%)", mean - Ref("next.width")),
        ("middle", "Multiply by", mean),
        ("high", "High (80%)", mean + Ref("next.width")),
    ):
        yield Line(f"next.{name}", title, "multiple", EACH_METRIC, if_(few, BLANK, call("EXP", expr)))
    start, off = Ref("next.words_start"), Ref("next.words_off")
    named = PerItem(METRIC, tuple((metric_name(metric), Text(metric.title)) for metric in SCORED))
    words = Text("The last ") & count & " forecasts of " & named & " were on average "
    yield Line(start.line, "In words: which forecasts", "text", EACH_METRIC, words, section=STEPS)
    middle = Ref("next.middle")
    side = percent_text(call("ABS", middle - 1)) & if_(middle > 1, " too low", " too high")
    yield Line(off.line, "In words: how far off", "text", EACH_METRIC, if_(few, BLANK, side), section=STEPS)
    by, low, high = (call("ROUND", Ref(f"next.{name}"), 2) & "×" for name in ("middle", "low", "high"))
    advice = start & off & ": multiply by " & by & ", range " & low & " to " & high
    yield Line("next.words", "In words", "text", EACH_METRIC, if_(few, BLANK, advice))
