"""The Settings sheet: one field a setting, keyed by the name in the sheet's first column (plan floor)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, Inputs, Row

GROUPS: Mapping[str, str] = {
    "Plan": "plan_name",
    "Growth": "growth_beyond_anchors",
    "Headroom": "headroom_mode",
    "Resilience": "dr_buffer",
    "Money": "currency",
    "Service": "queue_scope",
    "Ranges": "simulation_runs",
}
"""The titles between the settings of a new workbook, each with the first setting under it."""


class Settings(Inputs):
    """The values that hold for the whole plan. Ratios are ratios: 20% is 0.2."""

    plan_name: Annotated[str, Header("Plan name", example="Capacity plan 2026")] = "Capacity plan"
    """Title of every result sheet and of the report."""

    plan_start: Annotated[date, Header("Plan start", example=date(2026, 1, 1), is_structural=True, is_month=True)]
    """Calendar month of month 0, as the first day of that month."""

    horizon_months: Annotated[
        int,
        Header(
            "Horizon (months)",
            "months",
            example=36,
            is_structural=True,
            has_plain_title=True,
            line_unit="whole months",
        ),
        Field(ge=1, le=120),
    ] = 36
    """How many months are projected: months 0 to the horizon."""

    review_month: Annotated[int, Header("Review month", "month", example=12, has_plain_title=True), Field(ge=0)] = 12
    """The month that the step-by-step tables show. At most the horizon."""

    fiscal_year_start: Annotated[
        int,
        Header("Fiscal year start", "month", example=4, has_plain_title=True, is_structural=True),
        Field(ge=1, le=12),
    ] = 1
    """Calendar month in which a fiscal year starts; a fiscal year is named by the year in which it ends."""

    active_scenario: Annotated[
        str, Header("Active scenario", kind="name", example="Base", refers_to="scenarios", has_plain_title=True)
    ] = "Base"
    """The row of Scenarios that drives the live formulas."""

    compare_with: Annotated[str, Header("Compare with", example="Budget 2026")] = ""
    """Approved version that this plan is compared with. Blank: the last approved one of another run."""

    closed_through: Annotated[date | None, Header("Closed through", example=date(2026, 3, 1), is_month=True)] = None
    """Last month whose measured figures are final, as its first day. Blank: as Actuals says."""

    lead_time_months: Annotated[
        int,
        Header("Lead time (months)", "months", example=2, has_plain_title=True, line_unit="whole months"),
        Field(ge=0, le=24),
    ] = 2
    """How long before a fleet is exhausted new nodes must be ordered."""

    memory_unit_base: Annotated[
        Literal[1000, 1024],
        Header("Memory unit base", example=1000, number_format="General", line_unit="MB/GB", measures="MB/GB"),
    ] = 1000
    """1000 reads MB and GB as decimal units; 1024 reads them as MiB and GiB, and labels follow."""

    days_per_month: Annotated[
        float,
        Header(
            "Days per month", "days", example=30, has_plain_title=True, measures="day/month", line_unit="days/month"
        ),
        Field(ge=28, le=31),
    ] = 30.0
    """Days in a retention window of one month."""

    growth_beyond_anchors: Annotated[
        Literal["last_segment", "flat"], Header("Growth beyond anchors", example="flat")
    ] = "last_segment"
    """After the last anchor month users go on growing at the rate of the last segment, or stay flat."""

    throughput_growth_factor: Annotated[
        float, Header("Throughput growth factor", example=2, has_plain_title=True), Field(ge=1)
    ] = 2.0
    """Factor of the static throughput figure only; the timeline uses the Growth sheet instead."""

    headroom_mode: Annotated[
        Literal["max", "safety", "utilisation", "product"], Header("Headroom mode", example="max")
    ] = "max"
    """How Safety factor and Utilisation low make the CPU headroom: the larger, one of them, or their product."""

    safety_factor: Annotated[float, Header("Safety factor", example=1.5), Field(ge=1, le=10)] = 1.5
    """Margin on CPU demand (by Headroom mode) and on memory."""

    utilisation_low: Annotated[
        float, Header("Utilisation low", "%", example=0.7, kind="percent", has_plain_title=True), Field(gt=0, le=1)
    ] = 0.7
    """Lower end of the target utilisation; its inverse is a headroom."""

    utilisation_high: Annotated[
        float, Header("Utilisation high", "%", example=0.8, kind="percent", has_plain_title=True), Field(gt=0, le=1)
    ] = 0.8
    """Upper end of the target utilisation; above it a month is flagged."""

    storage_fill_limit: Annotated[
        float,
        Header("Storage fill limit", "%", example=0.8, kind="percent", has_plain_title=True),
        Field(ge=0.01, le=1),
    ] = 0.8
    """How full storage may be: provisioned is required divided by this."""

    network_redundancy: Annotated[float, Header("Network redundancy", example=2), Field(ge=1)] = 2.0
    """Factor on bandwidth for redundant paths."""

    dr_buffer: Annotated[
        float, Header("DR buffer", "%", example=0.3, kind="percent", has_plain_title=True), Field(ge=0, le=3)
    ] = 0.3
    """Spare share of nodes kept for disaster recovery."""

    dr_combination: Annotated[
        Literal["max", "concurrent", "sum", "stacked"], Header("DR combination", example="max")
    ] = "max"
    """How spare nodes, zone loss and DR buffer combine into the provisioned nodes."""

    currency: Annotated[str, Header("Currency", example="EUR")] = "USD"
    """Currency of every price and cost, as its three-letter ISO 4217 code."""

    budget: Annotated[
        float | None,
        Header(
            "Budget (per fiscal year)",
            kind="money",
            example=250_000,
            has_plain_title=True,
            number_format="#,##0",
            measures="currency/year",
            line_unit="currency a year",
        ),
        Field(ge=0),
    ] = None
    """Budget of a whole fiscal year that has no row on sheet Budget; a partial fiscal year counts pro rata."""

    discount_rate: Annotated[
        float, Header("Discount rate", "%", example=0.08, kind="percent", has_plain_title=True), Field(ge=-0.05, le=0.5)
    ] = 0.1
    """Discount rate a year, for the net present value."""

    price_escalation: Annotated[
        float,
        Header("Price escalation", "%", example=0.03, kind="percent", has_plain_title=True),
        Field(ge=-0.5, le=0.5),
    ] = 0.0
    """Yearly change of every price, applied each twelve months after Prices as of."""

    prices_as_of: Annotated[date | None, Header("Prices as of", example=date(2025, 10, 1), is_month=True)] = None
    """Month from which the rate card holds, as its first day; escalation counts from it. Blank: Plan start."""

    materiality: Annotated[
        float, Header("Materiality (%)", "%", example=0.05, kind="percent", has_plain_title=True), Field(ge=0, le=1)
    ] = 0.05
    """Share of a figure from which a change of it counts as material."""

    materiality_amount: Annotated[
        float,
        Header("Materiality (amount)", kind="money", example=1000, number_format="#,##0", has_plain_title=True),
        Field(ge=0),
    ] = 0.0
    """Amount of money from which a change of a cost counts as material."""

    hours_per_month: Annotated[
        float, Header("Hours per month", "h", example=730, has_plain_title=True), Field(ge=672, le=744)
    ] = 730.0
    """Billable hours per month."""

    queue_scope: Annotated[Literal["node", "pool"], Header("Queue scope", example="node")] = "node"
    """Requests queue at each node, or in one queue for all nodes of a component."""

    fixed_latency_ms: Annotated[
        float, Header("Fixed latency (ms)", "ms", example=20, has_plain_title=True), Field(ge=0)
    ] = 0.0
    """Part of a response time that is no queueing: network, input and output."""

    simulation_runs: Annotated[
        int, Header("Simulation runs", example=10_000, has_plain_title=True), Field(ge=0, le=100_000)
    ] = 10_000
    """Number of simulated plans: 0 for none, otherwise at least 100."""

    simulation_seed: Annotated[
        int, Header("Simulation seed", example=1, number_format="0"), Field(ge=0, le=2**31 - 1)
    ] = 1
    """Random seed: the same seed gives the same figures."""

    correlation: Annotated[
        float, Header("Correlation", "%", example=0.5, kind="percent", has_plain_title=True), Field(ge=0, le=0.95)
    ] = 0.0
    """How strongly ranges with the same name in Moves with rise and fall together."""


class SettingRow(Row):
    """One row of the Settings table: a setting's name, its value, and what that value means."""

    setting: Annotated[str, Header("Setting", kind="name", example="Horizon (months)", is_key=True)]
    """Name of the setting. Do not change it: the tool finds the value by this name."""

    value: Annotated[str, Header("Value", example="36")] = ""
    """The value to plan with. Blank means the default."""

    unit: Annotated[str, Header("Unit", example="months")] = ""
    """Unit of the value."""

    meaning: Annotated[str, Header("Meaning", example="How many months are projected")] = ""
    """What the setting does."""
