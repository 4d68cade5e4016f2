"""What others state and what was measured: Claims, Actuals (plan floor)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, Row


class Claim(Row):
    """One figure stated elsewhere, to be checked against a line or the person's own formula."""

    claim: Annotated[str, Header("Claim", example="CPUs for 10,000 users")]
    """What is claimed."""

    line: Annotated[str, Header("Line", example="cpu.required", is_structural=True)] = ""
    """Id of the planning line that answers it."""

    item: Annotated[str, Header("Item", example="Office staff", is_structural=True)] = ""
    """The line's item: a segment, a component, a dataset. Blank: the total."""

    month: Annotated[int | None, Header("Month", "month", example=12, has_plain_title=True), Field(ge=0, le=240)] = None
    """Plan month of the figure."""

    recomputed: Annotated[float | None, Header("Recomputed", example=15)] = None
    """Your own formula for the figure. Blank: the value of the line."""

    stated: Annotated[float, Header("Stated", example=150)]
    """The figure as stated."""

    unit: Annotated[str, Header("Unit", example="cores")] = ""
    """Unit of the stated figure."""

    tolerance: Annotated[float | None, Header("Tolerance", "%", kind="percent", example=0.01), Field(ge=0)] = None
    """Deviation that still counts as equal. Blank: half of the last digit shown in Stated."""

    status: Annotated[
        Literal["ARITHMETIC", "UNITS", "SCOPE", "CONTRADICTION", "AMBIGUOUS"] | None,
        Header("Status", example="ARITHMETIC"),
    ] = None
    """Kind of the fault, shown where the figures differ. Blank: OK or DIFFERS."""

    explanation: Annotated[str, Header("Explanation", example="the product is 15, not 150")] = ""
    """Why the figures differ."""

    reference: Annotated[str, Header("Reference", example="line 41")] = ""
    """Where the figure is stated."""


class Actual(Row):
    """What was measured in one month."""

    month: Annotated[date, Header("Month", example=date(2026, 1, 1), number_format="mmm yyyy", is_key=True)]
    """Calendar month of the measurement, as a date."""

    users: Annotated[
        float | None, Header("Users", "users", example=5120, number_format="#,##0", has_plain_title=True), Field(ge=0)
    ] = None
    """Users counted."""

    peak_requests: Annotated[float | None, Header("Peak requests", "1/s", example=2600), Field(ge=0)] = None
    """Highest request rate."""

    cpu_used_cores: Annotated[float | None, Header("CPU used", "cores", example=5.4), Field(ge=0)] = None
    """CPU in use at the peak."""

    memory_used_gb: Annotated[float | None, Header("Memory used", "GB", example=52, is_memory=True), Field(ge=0)] = None
    """Memory in use at the peak."""

    storage_used_gb: Annotated[float | None, Header("Storage used", "GB", example=9800), Field(ge=0)] = None
    """Storage in use at the end of the month."""

    nodes: Annotated[
        float | None, Header("Nodes", "nodes", example=21, number_format="#,##0", has_plain_title=True), Field(ge=0)
    ] = None
    """Nodes at the end of the month."""

    cost: Annotated[float | None, Header("Cost", kind="money", example=4200), Field(ge=0)] = None
    """What the month cost."""

    days: Annotated[float | None, Header("Days", "days", example=31, has_plain_title=True), Field(gt=0, le=31)] = None
    """Days that the figures cover. Blank: the whole month."""

    status: Annotated[Literal["final", "preliminary"], Header("Status", example="final")] = "final"
    """Whether the figures of the month may still change."""
