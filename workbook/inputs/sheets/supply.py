"""What the service runs on and what that costs: Retention, Components, Rates (plan floor)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, NamedRow

SIZES = ("stored_today_gb", "ingest_per_month_gb", "base_size_gb")
"""The columns of a dataset's size at month 0, the former one last."""


class Dataset(NamedRow):
    """One dataset that is stored for a while."""

    dataset: Annotated[str, Header("Dataset", kind="name", example="Audit log", is_key=True)]
    """Name of the dataset."""

    stored_today_gb: Annotated[
        float | None, Header("Stored today", "GB", example=3000, is_either=True), Field(ge=0)
    ] = None
    """Method stock: what is stored at month 0, of one instance and one copy. Blank for the other methods."""

    ingest_per_month_gb: Annotated[
        float | None, Header("Ingest per month", "GB", example=500, is_either=True), Field(ge=0)
    ] = None
    """Methods window and ingest: what is ingested in one month at month 0, of one instance. Blank for stock."""

    base_size_gb: Annotated[float | None, Header("Base size", "GB", example=500, is_former=True), Field(ge=0)] = None
    """Stored today or Ingest per month, by Method, in workbooks of version 0.1."""

    instances: Annotated[float, Header("Instances", example=1), Field(ge=0)] = 1.0
    """How many there are; the size is that of one."""

    growth_per_month: Annotated[
        float, Header("Growth per month", "%", kind="percent", example=0.05), Field(gt=-1, le=1)
    ] = 0.0
    """Monthly growth of what is ingested or stored."""

    follows_users: Annotated[Literal["yes", "no"], Header("Follows users", example="yes")] = "no"
    """Whether it also changes with the number of users: times users of the month / users of month 0."""

    retention_days: Annotated[float, Header("Retention", "days", example=90), Field(gt=0)]
    """How long data is kept."""

    method: Annotated[Literal["window", "stock", "ingest"], Header("Method", example="window")] = "window"
    """Window sums the last months' ingest, stock grows what is stored, ingest takes the last month's rate for all."""

    history: Annotated[Literal["extrapolate", "none"], Header("History", example="extrapolate")] = "extrapolate"
    """Months before month 0 grew at the same rate, or ingested nothing."""

    collected_since: Annotated[date | None, Header("Collected since", example=date(2025, 7, 1), is_month=True)] = None
    """Month in which collection began, as its first day; nothing was ingested before. Blank: as History says."""

    copies: Annotated[float, Header("Copies", example=3), Field(ge=1)] = 1.0
    """How often the data is stored."""

    storage_tier: Annotated[
        str, Header("Storage tier", kind="name", example="Block storage", refers_to="rates", refers_kind="storage")
    ]
    """An item of Rates of kind storage."""

    @property
    def size_fields(self) -> tuple[str, ...]:
        """Return the columns in which a size is given; a dataset that can be planned has one."""
        return tuple(name for name in SIZES if getattr(self, name) is not None)

    @property
    def size_field(self) -> str:
        """Return the column that holds the size, or the one in which it is missing."""
        return next(iter(self.size_fields), "stored_today_gb" if self.method == "stock" else "ingest_per_month_gb")


class Component(NamedRow):
    """One component that runs on nodes of its own."""

    component: Annotated[str, Header("Component", kind="name", example="gateway", is_key=True)]
    """Name of the component."""

    cpu_per_node_cores: Annotated[
        float | None, Header("CPU per node", "cores", example=4, measures="core/node"), Field(gt=0)
    ] = None
    """CPU that the component asks for on a node; only the recommended size uses it."""

    cpu_max_load: Annotated[float, Header("CPU max load", "%", kind="percent", example=0.7), Field(gt=0, le=1)] = 0.7
    """Load up to which its CPU may be used; only the recommended size and the autoscaler use it."""

    memory_per_node_gb: Annotated[
        float | None, Header("Memory per node", "GB", example=8, is_memory=True, measures="GB/node"), Field(gt=0)
    ] = None
    """Memory that the component asks for on a node; only the recommended size uses it."""

    memory_max_load: Annotated[
        float, Header("Memory max load", "%", kind="percent", example=0.8), Field(gt=0, le=1)
    ] = 0.8
    """Load up to which its memory may be used; only the recommended size and the autoscaler use it."""

    cpu_share: Annotated[float, Header("CPU share", "%", kind="percent", example=0.4), Field(ge=0, le=1)]
    """Share of the required CPU that falls on this component. The column sums to 100 %."""

    memory_share: Annotated[float, Header("Memory share", "%", kind="percent", example=0.4), Field(ge=0, le=1)]
    """Share of the required memory that falls on this component. The column sums to 100 %."""

    node_type: Annotated[
        str, Header("Node type", kind="name", example="node 4x16", refers_to="rates", refers_kind="node")
    ]
    """An item of Rates of kind node; its cores and memory are the size that is planned with."""

    minimum_nodes: Annotated[int, Header("Minimum nodes", "nodes", example=2, has_plain_title=True), Field(ge=1)] = 1
    """Nodes that the component needs at least."""

    current_nodes: Annotated[
        int | None, Header("Current nodes", "nodes", example=4, has_plain_title=True), Field(ge=0)
    ] = None
    """Nodes that run today. Blank: what the plan asks for in month 0."""

    reserved_today: Annotated[int, Header("Reserved today", "nodes", example=4, has_plain_title=True), Field(ge=0)] = 0
    """Nodes that are bought under a commitment already. They are paid to the last month, whether used or not."""

    reserved_until: Annotated[date | None, Header("Reserved until", example=date(2026, 12, 31), is_structural=True)] = (
        None
    )
    """Last month that this commitment pays for; any day of it. Blank or before Plan start: nothing is bought."""

    reserved_at: Annotated[
        float | None, Header("Reserved at", kind="money", example=0.19, measures="currency/h/node"), Field(ge=0)
    ] = None
    """Price of a node-hour in this commitment, as paid. Blank: Reserved of the rate card."""

    fault_tolerant: Annotated[Literal["yes", "no"], Header("Fault tolerant", example="no")] = "no"
    """Whether nodes may vanish at any time, so that spot nodes can be used."""

    spot_share: Annotated[float, Header("Spot share", "%", kind="percent", example=0.5), Field(ge=0, le=1)] = 0.0
    """Share of the nodes above the reserved ones that is bought as spot."""

    provision_time_min: Annotated[float, Header("Provision time", "min", example=5), Field(ge=0)] = 5.0
    """Time until a new node takes load."""

    load_ramp: Annotated[float, Header("Load ramp", "cores per minute", example=1.5), Field(ge=0)] = 0.0
    """How fast the demand for cores can rise."""


class Rate(NamedRow):
    """One item of the rate card, priced in the plan's currency."""

    item: Annotated[str, Header("Item", kind="name", example="node 4x16", is_key=True)]
    """Name of what is bought."""

    kind: Annotated[Literal["node", "storage", "network", "fixed"], Header("Kind", example="node", is_structural=True)]
    """Node an hour, storage a GB-month, network a GB sent, fixed a month."""

    cores: Annotated[
        int | None, Header("Cores", "cores", example=4, has_plain_title=True, measures="core/node"), Field(ge=1)
    ] = None
    """Cores of a node. Required for nodes."""

    memory_gb: Annotated[
        float | None, Header("Memory", "GB", example=16, is_memory=True, measures="GB/node"), Field(gt=0)
    ] = None
    """Memory of a node. Required for nodes."""

    usable_memory: Annotated[float, Header("Usable memory", "%", kind="percent", example=0.85), Field(gt=0, le=1)] = 1.0
    """Share of a node's memory that is left to the component; the operating system and agents take the rest."""

    unit: Annotated[Literal["node-hour", "GB-month", "GB", "month"] | None, Header("Unit", example="node-hour")] = None
    """What the price is for; it follows from the kind and is only checked."""

    on_demand: Annotated[float, Header("On-demand", kind="money", example=0.2), Field(ge=0)]
    """Price of a unit without commitment."""

    reserved: Annotated[
        float | None, Header("Reserved", kind="money", example=0.13, measures="currency/h/node"), Field(ge=0)
    ] = None
    """Price of a node-hour under a commitment, paid whether used or not."""

    spot: Annotated[
        float | None, Header("Spot", kind="money", example=0.07, measures="currency/h/node"), Field(ge=0)
    ] = None
    """Price of a node-hour that may be taken away."""

    reserved_coverage: Annotated[
        float | None, Header("Reserved coverage", "%", kind="percent", example=0.8), Field(ge=0, le=1)
    ] = None
    """Share of the nodes of a term's smallest month to reserve. Blank: the cheapest number."""

    billing: Annotated[Literal["provisioned", "used"], Header("Billing", example="used")] = "provisioned"
    """Storage only: whether the provider bills the provisioned or the used size."""

    share_of_traffic: Annotated[
        float, Header("Share of traffic", "%", kind="percent", example=0.6), Field(ge=0, le=1)
    ] = 1.0
    """Network only: part of the API traffic that the item bills. Several items may bill the same traffic."""

    term_months: Annotated[int, Header("Term", "months", example=12, is_structural=True), Field(ge=1)] = 12
    """Length of a commitment in whole months. Each term reserves the nodes and locks the price with which it begins."""

    valid_from: Annotated[date | None, Header("Valid from", example=date(2026, 1, 1))] = None
    """Date from which the price holds. Not used yet."""
