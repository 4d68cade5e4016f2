"""How far inputs may differ from what is typed: Ranges, and which columns take one (plan floor)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from workbook.schema import Header, Row

TAKE_RANGES: Mapping[str, tuple[str, ...]] = {
    "settings": (
        "days_per_month",
        "safety_factor",
        "utilisation_low",
        "storage_fill_limit",
        "dr_buffer",
        "price_escalation",
        "hours_per_month",
    ),
    "users": (
        "current_users",
        "counting_window_min",
        "sessions_per_user",
        "requests_per_user",
        "cpu_per_request_s",
        "memory_per_session_mb",
        "session_duration_min",
        "linger_min",
        "peak_ratio",
        "load_factor",
        "api_bandwidth_mbps",
        "internal_bandwidth_mbps",
        "monitoring_bandwidth_mbps",
    ),
    "growth": ("total_growth",),
    "features": ("extra_requests_per_user", "adoption_ceiling", "midpoint_month", "ramp_months"),
    "seasonality": ("index",),
    "events": ("user_multiplier",),
    "retention": (
        "stored_today_gb",
        "ingest_per_month_gb",
        "base_size_gb",
        "instances",
        "growth_per_month",
        "retention_days",
        "copies",
    ),
    "components": ("spot_share",),
    "rates": ("on_demand", "reserved", "spot", "reserved_coverage"),
}
"""The inputs that may have a range: numbers that are no key, no count of a structure and no share of a whole."""

_SHEETS = ("Settings", "Users", "Growth", "Features", "Seasonality", "Events", "Retention", "Components", "Rates")


class RangeRow(Row):
    """One input that is not known exactly: how low and how high it may be."""

    sheet: Annotated[str, Header("Sheet", kind="choice", example="Users", suggestions=_SHEETS, is_structural=True)]
    """Input sheet of the figure."""

    row: Annotated[str, Header("Row", example="Office staff", is_structural=True)]
    """Its row: `Office staff`; on Growth `Office staff, month 12`; on Events `Product launch, all`; or the setting."""

    column: Annotated[str, Header("Column", example="Current users", is_structural=True)] = ""
    """Header of its column. Blank for a setting."""

    low: Annotated[float | None, Header("Low", example=4500, is_both=True)] = None
    """Low value of the figure, in the unit of its column: 0.8 or 80% for a percentage."""

    high: Annotated[float | None, Header("High", example=5600, is_both=True)] = None
    """High value of the figure, in the unit of its column."""

    means: Annotated[Literal["ends", "p10-p90"], Header("Means", example="ends")] = "ends"
    """What Low and High are: the ends that are never passed, or values that one case in ten lies below or above."""

    shape: Annotated[Literal["pert", "triangular", "uniform"] | None, Header("Shape", example="pert")] = None
    """How likely each value is; the figure itself is likeliest. Blank: pert for ends, triangular for p10-p90."""

    moves_with: Annotated[str, Header("Moves with", example="demand")] = ""
    """A name that ranges share which rise and fall together, as far as Correlation says. Blank: alone."""
