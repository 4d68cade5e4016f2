"""CPU, memory and network that the demand needs (plan floor; help: model, Memory, CPU, Network)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import Input, Line, Number, PerItem, Ref, Section, eq, if_, largest, total
from workbook.model.terms import setting

CPU = Section("CPU")
MEMORY = Section("Memory")
NETWORK = Section("Network")

BY_SEGMENT = ("segment", "month")
BY_MONTH = ("month",)
CLASSES = {"api": "API", "internal": "Internal", "monitoring": "Monitoring"}
"""Classes of traffic, by what their fields and lines are called."""


def _user(field: str) -> Input:
    return Input("users", field)


def lines() -> Iterator[Line]:
    """Yield the resources that the demand needs, before and with headroom."""
    yield from _cpu()
    yield from _memory()
    yield from _network()


@CPU
def _cpu() -> Iterator[Line]:
    safety, utilisation = Ref("scenario.safety_factor"), setting("utilisation_low")
    mode = setting("headroom_mode")
    factor = if_(
        eq(mode, "safety"),
        safety,
        if_(
            eq(mode, "utilisation"),
            1 / utilisation,
            if_(eq(mode, "product"), safety / utilisation, largest(safety, 1 / utilisation)),
        ),
    )
    yield Line("cpu.demand", "CPU demand", "cores", BY_SEGMENT, Ref("demand.requests") * _user("cpu_per_request_s"))
    yield Line("cpu.total", "Total CPU demand", "cores", BY_MONTH, total("segment", "cpu.demand"))
    yield Line("headroom.factor", "Headroom factor", "×", (), factor)
    yield Line("cpu.required", "CPU required", "cores", BY_MONTH, Ref("cpu.total") * Ref("headroom.factor"))


@MEMORY
def _memory() -> Iterator[Line]:
    """Little's law: resident sessions are arrivals times the time in memory (help: model, Memory)."""
    duration, window = _user("session_duration_min"), _user("counting_window_min")
    resident = duration + _user("linger_min")
    basis = _user("user_basis")
    counted_over = if_(eq(basis, "starts"), window, if_(eq(basis, "seen"), window + duration, duration))
    yield Line("memory.residency", "Residency ratio", "–", ("segment",), resident / counted_over)
    yield Line(
        "memory.sessions",
        "Resident sessions",
        "sessions",
        BY_SEGMENT,
        Ref("users.peak") * _user("sessions_per_user") * Ref("memory.residency"),
    )
    yield Line(
        "memory.demand",
        "Memory demand",
        "GB of memory",
        BY_SEGMENT,
        Ref("memory.sessions") * _user("memory_per_session_mb") / setting("memory_unit_base"),
    )
    yield Line("memory.total", "Total memory demand", "GB of memory", BY_MONTH, total("segment", "memory.demand"))
    yield Line(
        "memory.required",
        "Memory required",
        "GB of memory",
        BY_MONTH,
        Ref("memory.total") * Ref("scenario.safety_factor"),
    )


@NETWORK
def _network() -> Iterator[Line]:
    per_class = []
    for field, name in CLASSES.items():
        gigabits = Ref("users.peak") * _user(f"{field}_bandwidth_mbps") / Number(1000, "Mbps/Gbps")
        yield Line(f"network.{field}", f"{name} bandwidth", "Gbps", BY_SEGMENT, gigabits)
        per_class.append((name, total("segment", f"network.{field}")))
    yield Line("network.bandwidth", "Bandwidth", "Gbps", ("class", "month"), PerItem("class", tuple(per_class)))
    yield Line(
        "network.required",
        "Bandwidth required",
        "Gbps",
        BY_MONTH,
        total("class", "network.bandwidth") * setting("network_redundancy"),
    )
