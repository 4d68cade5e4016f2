"""Rules of CPU, memory, storage and network into what they measure (post floor)."""

from __future__ import annotations

from msgspec.structs import replace

from workbook.export.prometheus import held
from workbook.export.prometheus.measure import Measure
from workbook.export.prometheus.profiles import profile_of, used_bytes
from workbook.export.prometheus.shown import NUMBER, PERCENTAGE
from workbook.export.records import Alert, Options

_WINDOW = 300
"""Rates over 5 minutes have their value from here on."""
GBPS = 1e9
_UNFAIR = 1.5
"""A node is loaded unevenly that has so many times the mean of all nodes."""


def _begin(options: Options) -> int:
    """Return when CPU use has its value: a ratio of two rates has it from the second sample on."""
    return 60 if options.metric_profile == "node_exporter" else _WINDOW


def _most(options: Options) -> float | None:
    """Return the largest use: hosts count the idle time, which is never negative."""
    return 1.0 if options.metric_profile == "node_exporter" else None


def cpu(alert: Alert, options: Options) -> Measure:
    """Return CPU in use of what the nodes have."""
    return Measure(
        measured=profile_of(options).cpu,
        limit=alert.threshold,
        says="CPU in use in the cluster is {value} of capacity; the plan's limit is {limit}",
        shown=PERCENTAGE,
        hold=held.cpu(options),
        starts=_begin(options),
        most=_most(options),
    )


def cpu_node(alert: Alert, options: Options) -> Measure:
    """Return CPU in use of each node."""
    profile = profile_of(options)
    return replace(
        cpu(alert, options),
        measured=profile.cpu_by_node,
        says=f"CPU in use on node {{{profile.node}}} is {{value}}; the plan's limit is {{limit}}",
        labels=((profile.node, "n1"),),
    )


def cpu_fairness(alert: Alert, options: Options) -> Measure:
    """Return CPU in use of each node that has 1.5 times the mean of all."""
    profile = profile_of(options)
    return replace(
        cpu_node(alert, options),
        guard=f"and on ({profile.node}) ({profile.cpu_by_node}) > {_UNFAIR} * scalar({profile.cpu_mean})",
        says=f"CPU in use on node {{{profile.node}}} is {{value}}, over {_UNFAIR} times the mean of all nodes;"
        " the plan's limit is {limit}",
        hold=held.cpu(options, has_other_node=True),
    )


def memory(alert: Alert, options: Options) -> Measure:
    """Return memory in use of what the nodes have."""
    return Measure(
        measured=profile_of(options).memory,
        limit=alert.threshold,
        says="Memory in use in the cluster is {value} of capacity; the plan's limit is {limit}",
        shown=PERCENTAGE,
        hold=held.memory(options),
    )


def memory_node(alert: Alert, options: Options) -> Measure:
    """Return memory in use of each node."""
    profile = profile_of(options)
    return replace(
        memory(alert, options),
        measured=profile.memory_by_node,
        says=f"Memory in use on node {{{profile.node}}} is {{value}}; the plan's limit is {{limit}}",
        labels=((profile.node, "n1"),),
    )


def storage(alert: Alert, options: Options) -> Measure:
    """Return the used share of each volume."""
    profile = profile_of(options)
    first, second = profile.volume
    return Measure(
        measured=f"{used_bytes(profile)} / {profile.capacity}",
        limit=alert.threshold,
        says=f"Volume {{{first}}}/{{{second}}} is {{value}} full; the plan's limit is {{limit}}",
        shown=PERCENTAGE,
        hold=held.storage(options),
        labels=tuple(held.volume(options).items()),
    )


def network(alert: Alert, options: Options) -> Measure:
    """Return what the service receives, in bit/s: a planned Gbps is 10⁹ of them."""
    return Measure(
        measured=profile_of(options).received,
        limit=alert.threshold * GBPS,
        says="The network receives {value}bit/s; the plan's limit is {limit}bit/s",
        shown=NUMBER,
        hold=held.network(options),
        starts=_WINDOW,
    )


def packet_loss(alert: Alert, options: Options) -> Measure:
    """Return the share of packets that each sender loses."""
    profile = profile_of(options)
    who = "/".join(f"{{{label}}}" for label in profile.sender)
    return Measure(
        measured=profile.loss,
        limit=alert.threshold,
        says=f"Packet loss on {who} is {{value}}; the limit is {{limit}}",
        shown=PERCENTAGE,
        hold=held.loss(options),
        starts=60,
        labels=tuple(held.sender(options).items()),
        most=1.0,
    )


def zone_headroom(alert: Alert, options: Options) -> Measure:
    """Return CPU in use, of the capacity of which a part may be lost."""
    says = "CPU in use in the cluster is {value} of capacity; above {limit} it does not survive a failure"
    return replace(cpu(alert, options), says=says)
