"""The two metric profiles: what use of resources is called in a cluster and on plain hosts (post floor).

Kubernetes: cAdvisor, kube-state-metrics 2 and the kubelet. cAdvisor has one series for each cgroup, so pods would count
twice without `container!=""`; network counters are there for the sandbox of a pod only. Hosts: node_exporter.
"""

from __future__ import annotations

from msgspec import Struct

from workbook.export.names import resource_name
from workbook.export.prometheus.quoting import string
from workbook.export.records import Options

_CONTAINERS = '{container!="",container!="POD"}'
_DISKS = 'fstype!~"tmpfs|ramfs|overlay|squashfs|nsfs"'
_CARDS = '{device!~"lo|veth.*|docker.*|br-.*|cali.*|cni.*|flannel.*"}'


class Profile(Struct, frozen=True):
    """The PromQL of each resource; ratios are ratios, network is in bit/s."""

    is_kubernetes: bool
    node: str
    """The label that says which node."""
    cpu: str
    cpu_by_node: str
    cpu_mean: str
    """CPU in use of all nodes, of the same capacity as that of each node."""
    cores_used: str
    cores: str
    memory: str
    memory_by_node: str
    volume: tuple[str, ...]
    """The labels that say which volume."""
    used: str
    """Used bytes of each volume; `{also}` takes further matchers, `{offset}` an offset."""
    available: str
    """The series of available bytes, for ranges."""
    capacity: str
    received: str
    sender: tuple[str, ...]
    """The labels that say who lost packets."""
    loss: str


def profile_of(options: Options, window: str = "5m") -> Profile:
    """Return the profile that the plan asks for, with rates over a window."""
    return _hosts(window) if options.metric_profile == "node_exporter" else _cluster(options, window)


def _cluster(options: Options, window: str) -> Profile:
    space = f"namespace={string(resource_name(options.namespace))}"
    cpu = f"rate(container_cpu_usage_seconds_total{_CONTAINERS}[{window}])"
    memory = f"container_memory_working_set_bytes{_CONTAINERS}"
    by_volume = "max by (namespace, persistentvolumeclaim)"
    by_pod = "sum by (namespace, pod)"
    cores = 'resource="cpu",unit="core"'
    size = 'resource="memory",unit="byte"'
    used, allocatable = f"sum({cpu})", f"sum(kube_node_status_allocatable{{{cores}}})"
    sent, lost = (
        f"rate(container_network_transmit_packets{kind}_total{{{space}}}[{window}])" for kind in ("", "_dropped")
    )
    return Profile(
        is_kubernetes=True,
        node="node",
        cpu=f"{used} / {allocatable}",
        cpu_by_node=f"sum by (node) ({cpu}) / on (node) max by (node) (kube_node_status_capacity{{{cores}}})",
        cpu_mean=f"{used} / sum(kube_node_status_capacity{{{cores}}})",
        cores_used=used,
        cores=allocatable,
        memory=f"sum({memory}) / sum(kube_node_status_allocatable{{{size}}})",
        memory_by_node=f"sum by (node) ({memory}) / on (node) max by (node) (kube_node_status_capacity{{{size}}})",
        volume=("namespace", "persistentvolumeclaim"),
        used=f"{by_volume} (kubelet_volume_stats_used_bytes{{{space}{{also}}}}{{offset}})",
        available=f"kubelet_volume_stats_available_bytes{{{space}}}",
        capacity=f"{by_volume} (kubelet_volume_stats_capacity_bytes{{{space}}})",
        received=f'8 * sum(rate(container_network_receive_bytes_total{{{space},interface!="lo"}}[{window}]))',
        sender=("namespace", "pod"),
        loss=f"{by_pod} ({lost}) / ({by_pod} ({sent}) + {by_pod} ({lost}))",
    )


def _hosts(window: str) -> Profile:
    idle = f'rate(node_cpu_seconds_total{{mode="idle"}}[{window}])'
    every = f"rate(node_cpu_seconds_total[{window}])"
    available, total = "node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"
    lost = f"sum by (instance) (rate(node_network_transmit_drop_total{_CARDS}[{window}]))"
    sent = f"sum by (instance) (rate(node_network_transmit_packets_total{_CARDS}[{window}]))"
    use = f"1 - sum({idle}) / sum({every})"
    disks = f"{{{_DISKS}{{also}}}}{{offset}}"
    return Profile(
        is_kubernetes=False,
        node="instance",
        cpu=use,
        cpu_mean=use,
        cpu_by_node=f"1 - sum by (instance) ({idle}) / sum by (instance) ({every})",
        cores_used=f"sum({every}) - sum({idle})",
        cores="count(count by (instance, cpu) (node_cpu_seconds_total))",
        memory=f"1 - sum({available}) / sum({total})",
        memory_by_node=f"1 - max by (instance) ({available}) / max by (instance) ({total})",
        volume=("instance", "mountpoint"),
        used=f"max by (instance, mountpoint) (node_filesystem_size_bytes{disks} - node_filesystem_avail_bytes{disks})",
        available=f"node_filesystem_avail_bytes{{{_DISKS}}}",
        capacity=f"max by (instance, mountpoint) (node_filesystem_size_bytes{{{_DISKS}}})",
        received=f"8 * sum(rate(node_network_receive_bytes_total{_CARDS}[{window}]))",
        sender=("instance",),
        loss=f"{lost} / ({sent} + {lost})",
    )


def used_bytes(profile: Profile, also: str = "", offset: str = "") -> str:
    """Return the used bytes of each volume, those with further matchers, at an earlier time."""
    matchers = f",{also}" if also else ""
    earlier = f" offset {offset}" if offset else ""
    return profile.used.replace("{also}", matchers).replace("{offset}", earlier)
