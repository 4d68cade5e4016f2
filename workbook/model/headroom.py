"""From the raw need to the nodes provisioned, step by step at the Review month (plan floor; MODEL 3.7, A26–A28).

Each step holds all steps before it: demand alone, with headroom, rounded to whole nodes, with k spare nodes, spread
over failure domains, with the DR buffer, and what is provisioned. Where two insure the same risk, a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    Line,
    PerItem,
    Ref,
    Text,
    all_of,
    any_of,
    call,
    ceiling,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.terms import setting
from workbook.model.time import MONTHS_PER_YEAR

CONSTANT = ("component",)
REVIEW = Ref("review.month")
STEPS = {
    "raw": ("Raw need", "node equivalents"),
    "with_headroom": ("With headroom", "node equivalents"),
    "rounded": ("Whole nodes, at least the minimum", "nodes"),
    "with_k": ("With k spare nodes", "nodes"),
    "with_domains": ("With domain losses survived", "nodes"),
    "with_buffer": ("With the DR buffer", "nodes"),
    "provisioned": ("Provisioned, evenly spread", "nodes"),
}
"""Each step's title and unit; node equivalents are fractions of a node."""

STEP_NAMES = tuple(title for title, _ in STEPS.values())


def lines() -> Iterator[Line]:
    """Yield the steps in nodes, in money a year and as multiples of the raw need, their totals, and the notes."""
    in_force = smallest(setting("review_month"), setting("horizon_months"))
    yield Line("review.month", "Review month, within the horizon", "month", (), in_force)
    yield from _needs()
    yield from _steps()
    yield from _totals()
    yield from _notes()
    domains = Ref("resilience.domains")
    kept = (domains - Ref("resilience.losses")) / domains
    ceiling_title = "Utilisation that is still within the band after the loss"
    yield Line("headroom.ceiling", ceiling_title, "ratio", CONSTANT, setting("utilisation_high") * kept)


def at_review(line: str) -> AtMonth:
    """Give a monthly line at the Review month."""
    return AtMonth(Ref(line), REVIEW)


def a_year(nodes: Expr, price: Expr) -> Expr:
    """Give what nodes cost in a year on demand, at the rate card's price."""
    return nodes * price * setting("hours_per_month") * MONTHS_PER_YEAR


def _needs() -> Iterator[Line]:
    for resource, label, unit in (("cpu", "CPU", "cores"), ("memory", "Memory", "GB")):
        share = Input("components", f"{resource}_share")
        for name, demand, title in (
            ("demand", "total", f"{label} demand of the component"),
            ("required", "required", f"{label} of the component, with headroom"),
        ):
            expr = share * at_review(f"{resource}.{demand}")
            yield Line(f"headroom.{resource}_{name}", title, unit, CONSTANT, expr)


def _steps() -> Iterator[Line]:
    steps: dict[str, Expr] = {
        "raw": _in_nodes("demand"),
        "with_headroom": _in_nodes("required"),
        "rounded": at_review("nodes.base"),
        "with_k": at_review("nodes.need_k"),
        "with_domains": _with_domains(),
        "with_buffer": _with_buffer(),
        "provisioned": at_review("nodes.provisioned"),
    }
    for name, (title, unit) in STEPS.items():
        yield Line(f"headroom.{name}", title, unit, CONSTANT, steps[name])
    for name, (title, _) in STEPS.items():
        cost = a_year(Ref(f"headroom.{name}"), Ref("price.on_demand"))
        yield Line(f"headroom.cost_{name}", f"{title}: cost on demand", "currency/year", CONSTANT, cost)
    for name, (title, _) in STEPS.items():
        multiple = _multiple(Ref(f"headroom.{name}"), Ref("headroom.raw"))
        yield Line(f"headroom.multiple_{name}", f"{title}: multiple of the raw need", "–", CONSTANT, multiple)


def _in_nodes(name: str) -> Expr:
    cpu = Ref(f"headroom.cpu_{name}") / Ref("node.cores")
    return largest(cpu, Ref(f"headroom.memory_{name}") / Ref("node.memory"))


def _with_domains() -> Expr:
    k, zone, base = Ref("headroom.with_k"), at_review("nodes.need_zone"), Ref("headroom.rounded")
    mode = setting("dr_combination")
    apart = if_(eq(mode, "sum"), k + (zone - base), at_review("nodes.need_concurrent"))
    return if_(eq(mode, "max"), largest(k, zone), apart)


def _with_buffer() -> Expr:
    before, buffer = Ref("headroom.with_domains"), at_review("nodes.need_buffer")
    mode = setting("dr_combination")
    stacked = ceiling(before * (1 + Ref("scenario.dr_buffer")))
    added = if_(eq(mode, "sum"), before + (buffer - Ref("headroom.rounded")), stacked)
    return if_(any_of(eq(mode, "max"), eq(mode, "concurrent")), largest(before, buffer), added)


def _multiple(step: Expr, raw: Expr) -> Expr:
    return if_(raw <= 0, BLANK, step / raw)


def _totals() -> Iterator[Line]:
    by_step = ("step",)
    for name, prefix, title, unit in (
        ("step_nodes", "", "Nodes of all components", "node equivalents"),
        ("step_cost", "cost_", "Cost on demand of all components", "currency/year"),
    ):
        items = tuple((title, total("component", f"headroom.{prefix}{step}")) for step, (title, _) in STEPS.items())
        yield Line(f"headroom.{name}", title, unit, by_step, PerItem("step", items))
    multiple = _multiple(Ref("headroom.step_nodes"), total("component", "headroom.raw"))
    yield Line("headroom.step_multiple", "Multiple of the raw need", "–", by_step, multiple)


def _notes() -> Iterator[Line]:
    yield Line("headroom.factor_note", "What the headroom factor insures twice", "text", (), _factor_note())
    yield Line("headroom.reserves", "Reserves that insure the same loss", "text", CONSTANT, _reserves())
    yield Line("headroom.reserve_note", "What the reserves insure twice", "text", CONSTANT, _reserve_note())
    reserve, factor = Ref("headroom.reserve_note"), Ref("headroom.factor_note")
    both = if_(is_blank(factor), reserve, reserve & " " & factor)
    either = if_(is_blank(factor), "No two steps insure the same risk.", factor)
    yield Line("headroom.note", "What is insured twice", "text", CONSTANT, if_(is_blank(reserve), either, both))


def _factor_note() -> Expr:
    """A safety factor of 1.5 is a utilisation of 67 %: with a target of 70 % as well it is 47 % (A28)."""
    safety, target, mode = Ref("scenario.safety_factor"), setting("utilisation_low"), setting("headroom_mode")
    both = Text("Safety factor ") & call("ROUND", safety, 2) & " and the utilisation target of " & _percent(target)
    product = both & " both add headroom: nodes run at " & _percent(target / safety) & "."
    most = both & " insure the same peak; under max only the larger counts."
    sentence = if_(eq(mode, "product"), product, if_(eq(mode, "max"), most, BLANK))
    return if_(all_of(safety > 1, target < 1), sentence, BLANK)


def _reserves() -> Expr:
    has_k, has_losses = Ref("resilience.k") > 0, Ref("resilience.losses") > 0
    has_buffer = Ref("scenario.dr_buffer") > 0
    with_losses = if_(has_buffer, "The DR buffer and the zone reserve", BLANK)
    with_k = if_(has_buffer, "The DR buffer and the spare nodes", BLANK)
    with_both = if_(
        has_buffer,
        "The DR buffer, the zone reserve and the spare nodes",
        "The zone reserve and the spare nodes",
    )
    return if_(has_k, if_(has_losses, with_both, with_k), if_(has_losses, with_losses, BLANK))


def _reserve_note() -> Expr:
    mode, names = setting("dr_combination"), Ref("headroom.reserves")
    apart = if_(eq(mode, "sum"), "under sum all of them are added.", "under stacked each multiplies the others.")
    on_top = if_(
        Ref("scenario.dr_buffer") > 0,
        "under concurrent the spare nodes come on top of the zone reserve, the buffer counts only if it is larger.",
        "under concurrent the spare nodes come on top of the zone reserve.",
    )
    has_both = all_of(Ref("resilience.k") > 0, Ref("resilience.losses") > 0)
    concurrent = if_(has_both, on_top, "under concurrent only the larger counts.")
    most = if_(eq(mode, "max"), "under max only the larger counts.", concurrent)
    said = if_(any_of(eq(mode, "sum"), eq(mode, "stacked")), apart, most)
    return if_(is_blank(names), BLANK, names & " insure the same loss; " & said & _too_small_a_buffer())


def _too_small_a_buffer() -> Expr:
    """The loss of 1 of 3 zones takes 50 % more nodes; a buffer of 30 % is enough from 5 zones on (A27)."""
    buffer, domains, losses = Ref("scenario.dr_buffer"), Ref("resilience.domains"), Ref("resilience.losses")
    takes = losses / (domains - losses)
    sentence = Text(" The buffer of ") & _percent(buffer) & " alone is too small, the loss of " & losses
    sentence = sentence & " of " & domains & " domains takes " & _percent(takes) & "."
    return if_(all_of(buffer > 0, buffer < takes), sentence, BLANK)


def _percent(ratio: Expr) -> Expr:
    return call("ROUND", 100 * ratio, 0) & " %"
