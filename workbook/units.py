"""Units, each said once: how a figure of it is labelled, formatted, read and carried over time (ground floor).

The schema, the lines, the theme, the reader of headers and typed texts, and the tests take units from here. To add one,
add a row.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import force_setattr

MEASURES = (
    "second = [time] = s", "minute = 60 second = min", "hour = 3600 second = h", "day = 24 hour",
    "millisecond = 0.001 second = ms",
    "bit = [information]", "kbit = 1000 bit", "kB = 8 kbit", "Mbit = 1000000 bit", "Gbit = 1000 Mbit",
    "MB = 8 Mbit", "GB = 8 Gbit", "Mbps = Mbit / second", "Gbps = Gbit / second",
    "month = []", "quarter = 3 month", "year = 12 month", "date = [date]",
    "user = [user]", "session = [session]", "core = [core]", "node = [node]", "pod = [pod]", "currency = [currency]",
)  # fmt: skip
"""What dimensions are made of, in the notation of pint; each formula is checked with them.

A month is a count, a year is twelve of them; a monthly cost is money, because each column is one month.
"""

_DASH = '"–"_)'
"""Negatives stand in brackets, zero is a dash; positions, flags and plan months keep their zero."""


def _figures(pattern: str) -> str:
    return f"{pattern}_);({pattern});{_DASH}"


WHOLE, TENTHS, HUNDREDTHS, FINE = (_figures(f"#,##0{decimals}") for decimals in ("", ".0", ".00", ".0000"))
POSITION = "0_)"


class Unit(Struct, frozen=True):
    """One unit, or one way to show figures of a unit.

    `label` is what JSON says, `text` what readers see if that differs. `dimension` is what it measures in base units,
    blank for counts and ratios.
    `number_format` is Excel's, blank for a unit that only inputs have. `over_time` is what a monthly line of it becomes
    over a period: sum, end, peak, mean or none. `spellings` are what a header or a typed text may say instead.
    `scale` is its size among the units of one `quantity`, between which typed figures convert. `binary` is the
    unit that takes its place where memory is counted in powers of 1024; `spellings_of_memory` are understood then.
    """

    id: str
    number_format: str = ""
    dimension: str = ""
    over_time: str = "none"
    label: str = ""
    text: str = ""
    spellings: tuple[str, ...] = ()
    quantity: str = ""
    scale: float = 1.0
    binary: str = ""
    spellings_of_memory: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.label:
            force_setattr(self, "label", self.id)

    def shown(self, currency: str) -> str:
        """Return what readers see, with the plan's currency; a text has no unit."""
        return "" if self.id == "text" else (self.text or self.label).replace("currency", currency)

    @property
    def is_share(self) -> bool:
        """Whether figures are parts of a whole, shown in per cent."""
        return "%" in self.number_format

    def means(self, spelling: str) -> bool:
        """Whether a text names this unit, in any case."""
        return spelling.casefold() in (self.id.casefold(), *(text.casefold() for text in self.spellings))


_HOUR, _DAY = 60 * 60, 24 * 60 * 60

_TABLE = (
    # Counts of things
    Unit("users", WHOLE, "user", "end", spellings=("user",)),
    Unit("sessions", WHOLE, "session", "peak"),
    Unit("nodes", WHOLE, "node", "end", spellings=("node",)),
    Unit("node equivalents", HUNDREDTHS, "node", "end"),
    Unit("pods", WHOLE, "pod", "peak"),
    Unit("pods/node", WHOLE, "pod/node", label="pods"),
    Unit("requests", WHOLE, "", "peak"),
    Unit("objectives", "0_);(0);" + _DASH, "", "end"),
    Unit("rows", "0_);(0);" + _DASH),
    Unit("cells", WHOLE),
    Unit("checks", POSITION),
    # Resources
    Unit("cores", TENTHS, "core", "peak", spellings=("core", "vcpu", "vcpus", "cpu", "cpus")),
    Unit("cores/node", TENTHS, "core/node", label="cores"),
    Unit("MB", "", "MB", quantity="data", spellings_of_memory=("MiB",)),
    Unit("GB", TENTHS, "GB", "end", quantity="data", scale=1e3, spellings_of_memory=("GiB",)),
    Unit("GB of memory", TENTHS, "GB", "peak", label="GB", binary="GiB of memory"),
    Unit("GiB of memory", TENTHS, "GB", "peak", label="GiB"),
    Unit("GB of memory/node", TENTHS, "GB/node", label="GB", binary="GiB of memory/node"),
    Unit("GiB of memory/node", TENTHS, "GB/node", label="GiB"),
    Unit("Mbps", "", "Mbps", quantity="flow", spellings=("mbps per user", "mbit/s")),
    Unit("Gbps", HUNDREDTHS, "Gbps", "peak", quantity="flow", scale=1e3, spellings=("gbit/s",)),
    Unit("cores per minute", "", "core/min", spellings=("cores/min", "cores/minute")),
    # Rates
    Unit(
        "1/s",
        TENTHS,
        "1/s",
        "peak",
        text="req/s",
        spellings=("/s", "per s", "per second", "requests/s", "req/s", "rps", "requests per second", "1/s per user"),
    ),
    Unit("1/h", WHOLE, "1/h", text="per hour"),
    Unit("1/s per user", _figures("0.0000"), "1/s/user", "mean", text="req/s per user"),
    # Numbers without a unit
    Unit("", ""),
    Unit("–", FINE, "", "mean", text="ratio"),
    Unit("×", FINE, "", "mean", label="–", text="×"),
    Unit("multiple", HUNDREDTHS, "", "mean", label="–", text="×"),
    Unit("whole", WHOLE, "", "end", label="–", text="count"),
    Unit("flag", POSITION, "", "none", label="–", text="1/0"),
    Unit("MB/GB", POSITION, "MB/GB", label="–", text="MB/GB"),
    Unit("checked", HUNDREDTHS, label="–", text="various"),
    Unit("threshold", HUNDREDTHS, label="–", text="various"),
    Unit("quantity", WHOLE, label="–", text="various"),
    Unit("mixed", _figures("#,##0.00##"), label="–", text="various"),
    Unit("row", POSITION),
    Unit("%", "", spellings=("percent", "pct")),
    Unit("ratio", _figures("0.0%"), "", "mean", text="%"),
    Unit("availability", _figures("0.000000%"), "", "mean", label="ratio", text="%"),
    Unit("probability", _figures("0.0000%"), "", "peak", text="%"),
    # Money
    Unit("currency", WHOLE, "currency", "sum"),
    Unit("currency/year", WHOLE, "currency/year"),
    Unit("currency a year", WHOLE, "currency/year", label="currency"),
    Unit("currency/h", FINE, "currency/h", "mean"),
    Unit("currency/h/node", FINE, "currency/h/node", "mean", label="currency/h"),
    Unit("currency/user", FINE, "currency/user", "ratio", label="currency"),
    Unit("currency/1000 requests", FINE, "currency", "ratio", label="currency"),
    Unit("currency/GB", FINE, "currency/GB", "mean"),
    # Time
    Unit("month", POSITION, "month", spellings=("months",)),
    Unit("whole months", WHOLE, "month", label="months"),
    Unit("months", TENTHS, "month", spellings=("month", "months from 10 to 90 %")),
    Unit("months/quarter", WHOLE, "month/quarter", label="months"),
    Unit("quarter", POSITION, "quarter"),
    Unit("year", POSITION, "year"),
    Unit("fiscal year", '"FY"0_)', "year"),
    Unit("date", "mmm yyyy_)", "date"),
    Unit("ms", WHOLE, "ms", "peak", spellings=("millisecond", "milliseconds"), quantity="time", scale=0.001),
    Unit("s", _figures("0.000000"), "s", "peak", spellings=("sec", "second", "seconds"), quantity="time"),
    Unit("s²", _figures("0.000000"), "s^2", "peak"),
    Unit("min", "", "min", spellings=("mins", "minute", "minutes"), quantity="time", scale=60),
    Unit("h", WHOLE, "h", spellings=("hour", "hours"), quantity="time", scale=_HOUR),
    Unit("days", WHOLE, "day", spellings=("day", "d"), quantity="time", scale=_DAY),
    Unit("days/month", WHOLE, "day/month", label="days"),
    Unit("min/year", FINE, "min/year"),
    # Only typed: understood in a text that stands for a number
    Unit("week", dimension="7 day", spellings=("weeks",), quantity="time", scale=7 * _DAY),
    Unit("kB", dimension="kB", quantity="data", scale=1e-3),
    Unit("TB", dimension="1000 GB", quantity="data", scale=1e6),
    Unit("PB", dimension="1000000 GB", quantity="data", scale=1e9),
    Unit("kbps", dimension="kbit/s", spellings=("kbit/s",), quantity="flow", scale=1e-3),
    # No figures
    Unit("text", "General"),
    Unit("input", "General"),
    Unit("key", ";;;"),  # what formulas look up, and no reader
)

UNITS: Mapping[str, Unit] = {unit.id: unit for unit in _TABLE}

OF_LINES: Mapping[str, str] = {"": "×", "%": "ratio"}
"""The unit of a line that shows an input, where that is not the header's."""

BILLED_PER: Mapping[str, str] = {"node": "node-hour", "storage": "GB-month", "network": "GB", "fixed": "month"}
"""What a price on the rate card is for, by the kind of its item."""


def unit_in_base(unit: str, memory_base: int) -> str:
    """Return a unit as a plan counts it: figures of memory are binary units where a GB has 1024 MB."""
    return (memory_base == 1024 and UNITS[unit].binary) or unit


def shown_label(label: str) -> str:
    """Return what readers see of a label that JSON has: `req/s` of `1/s`."""
    return next((unit.text for unit in _TABLE if unit.label == label and unit.id == label and unit.text), label)


_COUNTED = (
    "users",
    "sessions",
    "nodes",
    "requests",
    "rows",
    "cells",
    "checks",
    "objectives",
    "cores",
    "months",
    "days",
)


def of_count(value: object, label: str) -> str:
    """Return the label of a unit as it is said of a number: `1 node`, `2 nodes`."""
    return label.removesuffix("s") if value == 1 and label in _COUNTED else label


def conversion(typed: str, unit: str) -> float | None:
    """Return what a figure in a typed unit is multiplied by to be in another unit; None if that is not known."""
    wanted = UNITS[unit]
    if wanted.means(typed):
        return 1.0
    known = next((one for one in _TABLE if one.quantity and one.means(typed)), None)
    if known is None or known.quantity != wanted.quantity:
        return None
    return known.scale / wanted.scale
