"""From the raw need to the nodes provisioned at the Review month (plan floor; help: model, CPU and headroom).

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
    LineKind,
    PerItem,
    Ref,
    Section,
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
from workbook.model.demand.timing import MONTHS_PER_YEAR
from workbook.model.figure_text import percent_text
from workbook.model.terms import setting

HEADROOM = Section("From raw demand to provisioned nodes, Review month", LineKind.WORKING)

CONSTANT = ("component",)
REVIEW = Ref("review.month")
STEPS = {
    "raw": ("Raw demand", "node equivalents"),
    "with_headroom": ("With headroom", "node equivalents"),
    "rounded": ("Whole nodes, at least minimum", "nodes"),
    "with_k": ("With k spare nodes", "nodes"),
    "with_domains": ("With failure-domain tolerance", "nodes"),
    "with_buffer": ("With DR buffer", "nodes"),
    "provisioned": ("Provisioned, spread evenly", "nodes"),
}
"""Each step's title and unit; node equivalents are fractions of a node."""

STEP_NAMES = tuple(title for title, _ in STEPS.values())


@HEADROOM
def lines() -> Iterator[Line]:
    """Yield the steps in nodes, in money a year and as multiples of the raw need, their totals, and the notes."""
    in_force = smallest(setting("review_month"), setting("horizon_months"))
    yield Line("review.month", "Review month, within the horizon", "month", (), in_force)
    yield from _needs()
    yield from _steps()
    yield from _totals()
    domains = Ref("resilience.domains")
    kept = (domains - Ref("resilience.losses")) / domains
    ceiling_title = "Highest utilisation within band after a failure"
    yield Line("headroom.ceiling", ceiling_title, "ratio", CONSTANT, setting("utilisation_high") * kept)
    yield from _notes()


def at_review(line: str) -> AtMonth:
    """Return a monthly line at the Review month."""
    return AtMonth(Ref(line), REVIEW)


def a_year(nodes: Expr, price: Expr) -> Expr:
    """Return what nodes cost in a year on demand, at the rate card's price."""
    return nodes * price * setting("hours_per_month") * MONTHS_PER_YEAR


def _needs() -> Iterator[Line]:
    for name, demand, title in (
        ("demand", "total", "{} demand of component"),
        ("required", "required", "{} of component, with headroom"),
    ):
        for resource, label, unit in (("cpu", "CPU", "cores"), ("memory", "Memory", "GB of memory")):
            expr = Input("components", f"{resource}_share") * at_review(f"{resource}.{demand}")
            yield Line(f"headroom.{resource}_{name}", title.format(label), unit, CONSTANT, expr)


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
        multiple = _multiple(Ref(f"headroom.{name}"), Ref("headroom.raw"))
        yield Line(f"headroom.multiple_{name}", f"{title}: multiple of raw demand", "×", CONSTANT, multiple)
    for name, (title, _) in STEPS.items():
        cost = a_year(Ref(f"headroom.{name}"), Ref("price.on_demand"))
        yield Line(f"headroom.cost_{name}", f"{title}: annual on-demand cost", "currency/year", CONSTANT, cost)


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
    nodes, multiple = _by_step(""), _multiple(Ref("headroom.step_nodes"), total("component", "headroom.raw"))
    yield Line("headroom.step_nodes", "Total nodes", "node equivalents", by_step, nodes)
    yield Line("headroom.step_multiple", "Multiple of raw demand", "×", by_step, multiple)
    title = "Total annual on-demand cost"
    yield Line("headroom.step_cost", title, "currency/year", by_step, _by_step("cost_"))


def _by_step(prefix: str) -> PerItem:
    sums = ((title, total("component", f"headroom.{prefix}{step}")) for step, (title, _) in STEPS.items())
    return PerItem("step", tuple(sums))


def _notes() -> Iterator[Line]:
    yield from _factor_notes()
    yield from _reserve_notes()
    reserve, factor = Ref("headroom.reserve_note"), Ref("headroom.factor_note")
    both = if_(is_blank(factor), reserve, reserve & " " & factor)
    either = if_(is_blank(factor), "No overlapping safety margins.", factor)
    yield Line("headroom.note", "Overlapping safety margins", "text", CONSTANT, if_(is_blank(reserve), either, both))


def _factor_notes() -> Iterator[Line]:
    """A safety factor of 1.5 is a utilisation of 67%: with a target of 70% as well it is 47%."""
    safety, target, mode = Ref("scenario.safety_factor"), setting("utilisation_low"), setting("headroom_mode")
    words = Text("Safety factor ") & call("ROUND", safety, 2) & " and utilisation target " & percent_text(target)
    yield Line("headroom.factor_words", "Headroom factor: label text", "text", (), words)
    said = Ref("headroom.factor_words")
    product = said & " both add headroom; nodes run at " & percent_text(target / safety) & "."
    most = said & " overlap; with 'max', only the larger applies."
    sentence = if_(eq(mode, "product"), product, if_(eq(mode, "max"), most, BLANK))
    yield Line(
        "headroom.counts_twice",
        "Factor and target both set (1/0)",
        "flag",
        (),
        if_(all_of(safety > 1, target < 1), 1, 0),
    )
    note = if_(eq(Ref("headroom.counts_twice"), 1), sentence, BLANK)
    yield Line("headroom.factor_note", "Overlap of safety factor and target", "text", (), note)


def _reserve_notes() -> Iterator[Line]:
    names, buffer = Ref("headroom.reserves"), Ref("headroom.buffer_note")
    count = if_(Ref("scenario.dr_buffer") > 0, 1, 0) + if_(Ref("resilience.losses") > 0, 1, 0)
    count = count + if_(Ref("resilience.k") > 0, 1, 0)
    yield Line("headroom.reserve_count", "Number of reserve types", "whole", CONSTANT, count)
    yield Line("headroom.reserves", "Overlapping reserves", "text", CONSTANT, _reserves())
    yield from _combined()
    note = names & " cover the same failure; " & Ref("headroom.combined_note") & buffer
    title = "Overlap of reserves"
    yield Line("headroom.reserve_note", title, "text", CONSTANT, if_(is_blank(names), BLANK, note))
    yield from _too_small_a_buffer()


def _reserves() -> Expr:
    """Name the reserves where there are two or three: the buffer, the zone reserve, the spare nodes."""
    has_buffer, has_losses = Ref("scenario.dr_buffer") > 0, Ref("resilience.losses") > 0
    first = if_(has_buffer, "The DR buffer", "The zone reserve")
    second = if_(all_of(has_buffer, has_losses), " and the zone reserve", BLANK)
    second = if_(Ref("headroom.reserve_count") > 2, ", the zone reserve", second)
    third = if_(Ref("resilience.k") > 0, " and the spare nodes", BLANK)
    return if_(Ref("headroom.reserve_count") < 2, BLANK, first & second & third)


def _combined() -> Iterator[Line]:
    mode, has_both = setting("dr_combination"), all_of(Ref("resilience.k") > 0, Ref("resilience.losses") > 0)
    on_top = Text("with 'concurrent', the spare nodes are added to the zone reserve") & if_(
        Ref("scenario.dr_buffer") > 0, ", and the buffer applies only if larger.", "."
    )
    concurrent = if_(has_both, on_top, "with 'concurrent', only the largest applies.")
    yield Line("headroom.concurrent_note", "Combination under 'concurrent'", "text", CONSTANT, concurrent)
    most = if_(eq(mode, "max"), "with 'max', only the largest applies.", Ref("headroom.concurrent_note"))
    said = if_(eq(mode, "stacked"), "with 'stacked', they multiply.", most)
    said = if_(eq(mode, "sum"), "with 'sum', they are added.", said)
    yield Line("headroom.combined_note", "Combination of reserves", "text", CONSTANT, said)


def _too_small_a_buffer() -> Iterator[Line]:
    """The loss of 1 of 3 zones takes 50% more nodes; a buffer of 30% is enough from 5 zones on."""
    buffer, domains, losses = Ref("scenario.dr_buffer"), Ref("resilience.domains"), Ref("resilience.losses")
    takes = Ref("headroom.loss_takes")
    yield Line(takes.line, "Additional nodes for failure tolerance", "ratio", CONSTANT, losses / (domains - losses))
    sentence = Text(" A buffer of ") & percent_text(buffer) & " alone is too small: losing " & losses
    sentence = sentence & " of " & domains & " failure domains takes " & percent_text(takes) & "."
    note = if_(all_of(buffer > 0, buffer < takes), sentence, BLANK)
    yield Line("headroom.buffer_note", "DR buffer too small", "text", CONSTANT, note)
