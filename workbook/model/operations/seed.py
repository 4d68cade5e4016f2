"""The sixteen alerts of the source document, and what each of them does as printed there (plan floor).

`promtool` 2.42 and its tests have shown it; help: export, Alerts of the source document.
"""

from __future__ import annotations

from msgspec import Struct

from workbook.model.operations.rules import Rule


class SeedRule(Struct, frozen=True):
    """A rule as printed in the source document: its threshold, and what it really does."""

    rule: str
    verdict: str


SEED: dict[Rule, SeedRule] = {
    Rule.CPU: SeedRule("> 80% for 5 min", "Inverted: fires when nodes are idle, silent when they are full"),
    Rule.CPU_FAIRNESS: SeedRule("> 0.8 for 5 min", "Cannot parse; would test saturation, not fairness"),
    Rule.MEMORY: SeedRule("> 80% for 5 min", "Inverted: fires when memory is free, silent when it is full"),
    Rule.MEMORY_NODE: SeedRule("> 80% for 5 min", "Never fires: bytes per second against bytes"),
    Rule.STORAGE: SeedRule("> 80% for 5 min", "Inverted: fires when volumes are empty, silent when they are full"),
    Rule.STORAGE_GROWTH: SeedRule("> 15% for 1 day", "Never fires: growth per second, labelled per week"),
    Rule.NETWORK: SeedRule("> 1 GB/s for 5 min", "Cannot parse: rate of a rate; receive only, in bytes"),
    Rule.PACKET_LOSS: SeedRule("> 1% for 5 min", "Works for each series; dropped packets are not in the total"),
    Rule.LATENCY: SeedRule("> 0.5 s for 5 min", "Works, if the gauge is in seconds"),
    Rule.AVAILABILITY: SeedRule("< 99.9% for 5 min", "Cannot parse; corrected, never fires in an outage"),
    Rule.QUEUE_DEPTH: SeedRule("> 1,000 for 5 min", "Works for each series; threshold not from the plan"),
    Rule.QUEUE_WAIT: SeedRule("> 10 s for 5 min", "Works, but ten times the P99 target of 1 s"),
    Rule.USER_GROWTH: SeedRule("> 150% for 3 days", "Compares sign-ups with sign-ups, not with capacity"),
    Rule.FEATURE: SeedRule("> 10,000 for 1 h", "Counts per second, labelled per hour: 3,600 times too high"),
    Rule.SITE_FAILOVER: SeedRule("not primary for 1 min", "Cannot parse: compares a number with a text"),
    Rule.DR_TEST: SeedRule("> 0 for 1 min", "Misses the first failure: the counter appears at 1, without an increase"),
}
