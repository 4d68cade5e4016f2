"""Input columns and settings into the drivers of a change: groups of inputs with one reason (many floor).

Every column belongs to one driver or to none, and the rows of a table to the driver that owns them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Driver(StrEnum):
    """A group of inputs that change for one reason."""

    VOLUME = "volume"
    USAGE = "usage"
    DATA = "data"
    POLICY = "policy"
    MIX = "mix"
    PRICE = "price"
    PURCHASE = "purchase"
    SCENARIO = "scenario"
    FLEET = "fleet"


TITLES: Mapping[Driver, str] = {
    Driver.VOLUME: "Users and growth",
    Driver.USAGE: "Usage per user",
    Driver.DATA: "Stored data",
    Driver.POLICY: "Headroom and resilience",
    Driver.MIX: "Node and storage types",
    Driver.PRICE: "Prices",
    Driver.PURCHASE: "Purchasing",
    Driver.SCENARIO: "Active scenario",
    Driver.FLEET: "Current fleet",
}

_DRIVEN: Mapping[Driver, Mapping[str, tuple[str, ...]]] = {
    Driver.VOLUME: {
        "settings": ("growth_beyond_anchors",),
        "users": ("current_users", "peak_ratio"),
        "growth": ("month", "total_growth", "low", "high"),
        "seasonality": ("month", "index"),
        "events": ("first_month", "last_month", "user_multiplier"),
        "scenarios": ("growth_multiplier",),
    },
    Driver.USAGE: {
        "settings": ("memory_unit_base",),
        "users": (
            "user_basis",
            "counting_window_min",
            "sessions_per_user",
            "requests_per_user",
            "cpu_per_request_s",
            "memory_per_session_mb",
            "session_duration_min",
            "linger_min",
            "load_factor",
            "api_bandwidth_mbps",
        ),
        "features": ("extra_requests_per_user", "adoption_ceiling", "midpoint_month", "ramp_months"),
        "scenarios": ("demand_multiplier",),
    },
    Driver.DATA: {
        "settings": ("days_per_month",),
        "retention": (
            "stored_today_gb",
            "ingest_per_month_gb",
            "base_size_gb",
            "instances",
            "growth_per_month",
            "follows_users",
            "retention_days",
            "method",
            "history",
            "collected_since",
            "copies",
        ),
    },
    Driver.POLICY: {
        "settings": (
            "headroom_mode",
            "safety_factor",
            "utilisation_low",
            "storage_fill_limit",
            "dr_buffer",
            "dr_combination",
        ),
        "components": ("minimum_nodes",),
        "resilience": (
            "target_availability",
            "redundancy",
            "k",
            "zones",
            "zone_losses_survived",
            "regions",
            "failover_time_s",
            "failovers_per_year",
            "node_mtbf_h",
            "node_mttr_h",
        ),
        "scenarios": ("dr_buffer", "safety_factor"),
    },
    Driver.MIX: {
        "retention": ("storage_tier",),
        "components": ("cpu_share", "memory_share", "node_type"),
        "rates": ("cores", "memory_gb", "usable_memory"),
    },
    Driver.PRICE: {
        "settings": ("price_escalation", "prices_as_of", "hours_per_month"),
        "rates": ("on_demand", "reserved", "spot", "billing", "share_of_traffic"),
        "scenarios": ("price_multiplier",),
    },
    Driver.PURCHASE: {
        "components": ("reserved_today", "reserved_until", "reserved_at", "fault_tolerant", "spot_share"),
        "rates": ("reserved_coverage", "term_months"),
    },
    Driver.SCENARIO: {"settings": ("active_scenario",)},
    Driver.FLEET: {"settings": ("lead_time_months",), "components": ("current_nodes",)},
}

UNDRIVEN: Mapping[str, tuple[str, ...]] = {
    "settings": (
        "plan_name",
        "plan_start",
        "horizon_months",
        "review_month",
        "fiscal_year_start",
        "compare_with",
        "closed_through",
        "throughput_growth_factor",
        "utilisation_high",
        "network_redundancy",
        "currency",
        "budget",
        "discount_rate",
        "materiality",
        "materiality_amount",
        "queue_scope",
        "fixed_latency_ms",
        "simulation_runs",
        "simulation_seed",
        "correlation",
    ),
    "users": ("internal_bandwidth_mbps", "monitoring_bandwidth_mbps"),
    "components": (
        "cpu_per_node_cores",
        "cpu_max_load",
        "memory_per_node_gb",
        "memory_max_load",
        "provision_time_min",
        "load_ramp",
    ),
    "rates": ("unit", "valid_from"),
}
"""Inputs of the sheets that have drivers which move no cost, no node and no date."""
UNDRIVEN_SHEETS = ("slas", "budget", "ranges", "operations", "load_profile", "claims", "actuals")
"""Sheets that move no cost, no node and no date."""
NAMES: Mapping[str, tuple[str, ...]] = {
    "users": ("segment",),
    "growth": ("segment",),
    "features": ("feature", "segment"),
    "events": ("event", "segment"),
    "retention": ("dataset",),
    "components": ("component",),
    "resilience": ("component",),
    "rates": ("item", "kind"),
    "scenarios": ("scenario",),
}
"""The columns that say which row it is; one with another name is another row."""
REMARKS = ("formerly", "source", "notes")
"""Columns that say something about a row, and nothing of the plan."""
ROWS: Mapping[str, Driver] = {
    "users": Driver.VOLUME,
    "growth": Driver.VOLUME,
    "seasonality": Driver.VOLUME,
    "events": Driver.VOLUME,
    "features": Driver.USAGE,
    "retention": Driver.DATA,
    "resilience": Driver.POLICY,
    "components": Driver.MIX,
    "rates": Driver.PRICE,
}
"""The driver that owns the rows of a table."""
OWNED_RATES = ("network", "fixed")
"""The kinds of rates whose rows cost something by themselves; others cost only what names them."""
BY_ROW = ("features", "events", "resilience")
"""Tables of which a row is one input, whichever of its cells have changed."""
SHARES = ("cpu_share", "memory_share")
"""The columns of Components that are one input together, all rows of both: they sum to 100%."""

_DRIVERS = {
    (sheet, field): driver for driver, sheets in _DRIVEN.items() for sheet, fields in sheets.items() for field in fields
}


def driver_of(sheet: str, field: str) -> Driver | None:
    """Return the driver of a column, or of a setting on `settings`; None for one that moves nothing."""
    return _DRIVERS.get((sheet, field))


def driven_fields(sheet: str) -> tuple[str, ...]:
    """Return the columns of a sheet that have a driver."""
    return tuple(field for name, field in _DRIVERS if name == sheet)
