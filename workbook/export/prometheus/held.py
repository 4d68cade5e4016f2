"""A value of a resource's use into the test series that have it, for both metric profiles (post floor)."""

from __future__ import annotations

from workbook.export.names import resource_name
from workbook.export.prometheus.measure import Clock, Hold, Sample, flat, rising, series
from workbook.export.records import Options

_CORES, _BYTES = 4.0, 16e9
_PACKETS = 1e6
_SHARE_OF_OTHER_NODE = 0.1


def cpu(options: Options, *, has_other_node: bool = False) -> Hold:
    """Return series of CPU use of one node; the other node, if any, has a tenth of it."""

    def hold(use: float, clock: Clock) -> tuple[Sample, ...]:
        nodes = {"n1": use, "n2": use * _SHARE_OF_OTHER_NODE} if has_other_node else {"n1": use}
        of_node = _host_cpu if options.metric_profile == "node_exporter" else _cluster_cpu
        return tuple(sample for node, part in nodes.items() for sample in of_node(node, part, clock))

    return hold


def _cluster_cpu(node: str, use: float, clock: Clock) -> tuple[Sample, ...]:
    used = series("container_cpu_usage_seconds_total", node=node, container="app", pod="p")
    twice = series("container_cpu_usage_seconds_total", node=node, container="", pod="p")
    return (
        rising(used, use * _CORES, clock),
        rising(twice, use * _CORES, clock),
        flat(series("kube_node_status_allocatable", node=node, resource="cpu", unit="core"), _CORES, clock),
        flat(series("kube_node_status_capacity", node=node, resource="cpu", unit="core"), _CORES, clock),
    )


def _host_cpu(node: str, use: float, clock: Clock) -> tuple[Sample, ...]:
    def seconds(mode: str) -> str:
        return series("node_cpu_seconds_total", instance=node, cpu="0", mode=mode)

    return rising(seconds("idle"), 1 - use, clock), rising(seconds("user"), use, clock)


def memory(options: Options) -> Hold:
    """Return series of memory use of one node."""

    def cluster(use: float, clock: Clock) -> tuple[Sample, ...]:
        size = {"node": "n1", "resource": "memory", "unit": "byte"}
        return (
            flat(series("container_memory_working_set_bytes", node="n1", container="app"), use * _BYTES, clock),
            flat(series("container_memory_working_set_bytes", node="n1", container=""), use * _BYTES, clock),
            flat(series("kube_node_status_allocatable", **size), _BYTES, clock),
            flat(series("kube_node_status_capacity", **size), _BYTES, clock),
        )

    def host(use: float, clock: Clock) -> tuple[Sample, ...]:
        return (
            flat(series("node_memory_MemAvailable_bytes", instance="n1"), (1 - use) * _BYTES, clock),
            flat(series("node_memory_MemTotal_bytes", instance="n1"), _BYTES, clock),
        )

    return host if options.metric_profile == "node_exporter" else cluster


def volume(options: Options, name: str = "data") -> dict[str, str]:
    """Return the labels of the volume in the tests, one that belongs to a dataset."""
    if options.metric_profile == "node_exporter":
        return {"instance": "n1", "mountpoint": f"/srv/{name}"}
    return {"namespace": resource_name(options.namespace), "persistentvolumeclaim": f"{name}-0"}


def storage(options: Options) -> Hold:
    """Return series of a volume of which a share is used."""
    labels = volume(options)

    def cluster(use: float, clock: Clock) -> tuple[Sample, ...]:
        return (
            flat(series("kubelet_volume_stats_used_bytes", **labels), use * _BYTES, clock),
            flat(series("kubelet_volume_stats_capacity_bytes", **labels), _BYTES, clock),
        )

    def host(use: float, clock: Clock) -> tuple[Sample, ...]:
        disk = {**labels, "fstype": "ext4"}
        return (
            flat(series("node_filesystem_avail_bytes", **disk), (1 - use) * _BYTES, clock),
            flat(series("node_filesystem_size_bytes", **disk), _BYTES, clock),
        )

    return host if options.metric_profile == "node_exporter" else cluster


def network(options: Options) -> Hold:
    """Return series of two pods, or cards, that together receive so many bit/s."""
    if options.metric_profile == "node_exporter":
        metric = "node_network_receive_bytes_total"
        cards = [series(metric, instance="n1", device=device) for device in ("eth0", "eth1")]
    else:
        metric, space = "container_network_receive_bytes_total", resource_name(options.namespace)
        cards = [series(metric, namespace=space, pod=pod, interface="eth0") for pod in ("a", "b")]
    return lambda bits, clock: tuple(rising(card, bits / 16, clock) for card in cards)


def sender(options: Options) -> dict[str, str]:
    """Return the labels of who loses packets in the tests."""
    if options.metric_profile == "node_exporter":
        return {"instance": "n1"}
    return {"namespace": resource_name(options.namespace), "pod": "a"}


def loss(options: Options) -> Hold:
    """Return series of a sender that loses a share of its packets."""
    labels = sender(options)
    if options.metric_profile == "node_exporter":
        sent, lost = "node_network_transmit_packets_total", "node_network_transmit_drop_total"
        labels = {**labels, "device": "eth0"}
    else:
        sent, lost = "container_network_transmit_packets_total", "container_network_transmit_packets_dropped_total"
    return lambda share, clock: (
        rising(series(sent, **labels), (1 - share) * _PACKETS, clock),
        rising(series(lost, **labels), share * _PACKETS, clock),
    )
