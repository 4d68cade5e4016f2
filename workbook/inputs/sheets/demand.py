"""Who uses the service, and how that changes: Users, Growth, Features, Seasonality, Events (plan floor)."""

from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, NamedRow, Row

EVERY_SEGMENT = "all"
FIRST_DATE = 1000
"""In a plan month's cell a number from here on is a date (September 1902 or 1906); month numbers end at 240."""


class UserSegment(NamedRow):
    """One segment of users and what one of them asks for."""

    segment: Annotated[str, Header("Segment", kind="name", example="Office staff", is_key=True)]
    """Name of a group of users who behave alike. Not `all`."""

    current_users: Annotated[float, Header("Current users", "users", example=5000, number_format="#,##0"), Field(ge=0)]
    """Users in month 0, without seasonality and events, counted as User basis says."""

    user_basis: Annotated[Literal["concurrent", "starts", "seen"], Header("User basis", example="concurrent")] = (
        "concurrent"
    )
    """What Current users counts: users at one moment, sessions started, or distinct users seen in the window."""

    counting_window_min: Annotated[float | None, Header("Counting window", "min", example=60), Field(gt=0)] = None
    """Interval over which users were counted. Required unless the basis is concurrent."""

    sessions_per_user: Annotated[
        float, Header("Sessions per user", example=1, measures="session/user"), Field(gt=0)
    ] = 1.0
    """Sessions that one counted user has."""

    requests_per_user: Annotated[
        float, Header("Requests per user", "1/s", example=0.5, measures="1/s/user"), Field(ge=0, le=1000)
    ]
    """Requests a second that one counted user sends."""

    cpu_per_request_s: Annotated[
        float, Header("CPU per request", "s", example=0.002, measures="s*core"), Field(gt=0, le=60)
    ]
    """CPU time that one request needs, over all components."""

    memory_per_session_mb: Annotated[
        float, Header("Memory per session", "MB", example=10, is_memory=True, measures="MB/session"), Field(gt=0)
    ]
    """Memory that one resident session holds."""

    session_duration_min: Annotated[float, Header("Session duration", "min", example=30), Field(gt=0)]
    """Mean length of a session."""

    linger_min: Annotated[float, Header("Linger", "min", example=5), Field(ge=0)] = 0.0
    """How long a session's memory is kept after it ends: idle timeout."""

    peak_ratio: Annotated[float, Header("Peak ratio", example=1.4), Field(ge=1)] = 1.0
    """Peak users divided by Current users. 1 if Current users is the peak already."""

    load_factor: Annotated[float, Header("Load factor", example=0.4), Field(gt=0, le=1)] = 1.0
    """Average load of a day divided by the load of Current users. Monthly traffic and requests use it, nodes do not."""

    api_bandwidth_mbps: Annotated[
        float, Header("API bandwidth", "Mbps", example=1, measures="Mbps/user"), Field(ge=0)
    ] = 0.0
    """Bandwidth of API traffic for one counted user."""

    internal_bandwidth_mbps: Annotated[
        float, Header("Internal bandwidth", "Mbps", example=0.5, measures="Mbps/user"), Field(ge=0)
    ] = 0.0
    """Bandwidth of internal traffic for one counted user."""

    monitoring_bandwidth_mbps: Annotated[
        float, Header("Monitoring bandwidth", "Mbps", example=0.1, measures="Mbps/user"), Field(ge=0)
    ] = 0.0
    """Bandwidth of monitoring traffic for one counted user."""


class GrowthAnchor(Row):
    """One point of a segment's growth curve; month 0 with 0% is implied."""

    segment: Annotated[
        str, Header("Segment", kind="name", example="Office staff", refers_to="users", is_structural=True)
    ]
    """A segment of Users. Rows of one segment stand together, months ascending."""

    month: Annotated[
        int, Header("Month", "month", example=12, has_plain_title=True, is_plan_month=True), Field(ge=1, le=240)
    ]
    """Plan month at which the growth is reached."""

    total_growth: Annotated[float, Header("Total growth", "%", kind="percent", example=1.0)]
    """Growth since month 0, relative to Current users: 100% doubles them."""

    low: Annotated[float | None, Header("Low", "%", kind="percent", example=0.8)] = None
    """Low end of the same figure; all rows of a segment with Low and High are one range. Blank, with High: no range."""

    high: Annotated[float | None, Header("High", "%", kind="percent", example=1.3)] = None
    """High end of the same figure."""


class Feature(Row):
    """One feature that is being adopted and makes each user ask for more."""

    feature: Annotated[str, Header("Feature", example="Live preview")]
    """Name of the feature."""

    segment: Annotated[str, Header("Segment", kind="name", example="all", refers_to="users")] = EVERY_SEGMENT
    """The segment that adopts it, or all."""

    extra_requests_per_user: Annotated[
        float, Header("Extra requests per user", "1/s", example=0.1, measures="1/s/user"), Field(ge=0)
    ]
    """Requests a second that a user who has adopted the feature sends on top."""

    adoption_ceiling: Annotated[float, Header("Adoption ceiling", "%", kind="percent", example=0.6), Field(ge=0, le=1)]
    """Share of users who have adopted the feature in the end."""

    midpoint_month: Annotated[
        float,
        Header("Midpoint month", "month", example=12, has_plain_title=True, is_plan_month=True),
        Field(ge=-120, le=240),
    ]
    """Plan month in which half of the ceiling is reached."""

    ramp_months: Annotated[float, Header("Ramp", "months", example=8), Field(ge=1)]
    """Months from 10% to 90% of the ceiling."""


class SeasonalIndex(Row):
    """One calendar month's share of a normal month; a missing month counts 1."""

    month: Annotated[int, Header("Month", "month", example=12, is_key=True, has_plain_title=True), Field(ge=1, le=12)]
    """Calendar month: 1 is January."""

    index: Annotated[float, Header("Index", example=1.15), Field(gt=0)]
    """Users of this month relative to a normal month. The mean of twelve should be 1."""


class Event(Row):
    """One event that multiplies users for some months; overlapping events multiply."""

    event: Annotated[str, Header("Event", example="Product launch")]
    """Name of the event."""

    segment: Annotated[str, Header("Segment", kind="name", example="all", refers_to="users")] = EVERY_SEGMENT
    """The segment that it concerns, or all."""

    first_month: Annotated[
        int, Header("First month", "month", example=5, has_plain_title=True, is_plan_month=True), Field(ge=0)
    ]
    """First plan month of the event."""

    last_month: Annotated[
        int, Header("Last month", "month", example=6, has_plain_title=True, is_plan_month=True), Field(ge=0)
    ]
    """Last plan month of the event, included."""

    user_multiplier: Annotated[float, Header("User multiplier", example=1.5), Field(gt=0)]
    """Factor on the users of these months."""
