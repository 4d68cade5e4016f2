"""A version and now into what is billed in either: components, datasets, network, fixed items (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from workbook.expr.frame import Frame
from workbook.expr.functions import Array, texts
from workbook.history.lines.mix import CATEGORY, ITEM, ROW
from workbook.history.versions import TOTAL, Version, plan_of
from workbook.inputs.plan import Plan
from workbook.model.money.cost import CATEGORIES, Category
from workbook.naming import name_key
from workbook.whatif.alike import renames_of


class _Kind(Struct, frozen=True):
    """How the items of a category are found: their dimension, the sheet that names them, and their stored lines."""

    over: str
    sheet: str
    quantity: str
    cost: str
    unit: str


_KINDS = {
    Category.NODES: _Kind("component", "components", "nodes.provisioned", "cost.nodes", "node-months"),
    Category.STORAGE: _Kind("dataset", "retention", "storage.billed", "cost.storage", "GB-months"),
    Category.NETWORK: _Kind("network", "", "network.egress", "cost.network", "GB"),
    Category.FIXED: _Kind("fixed", "rates", "", "cost.fixed", ""),
}


class _Item(Struct, frozen=True):
    """One billed item: its name, the version's name of it, and its place in the dimension of now, −1 if it is gone."""

    category: Category
    name: str
    stored: str
    place: int

    @property
    def kind(self) -> _Kind:
        return _KINDS[self.category]


class BilledItems(Struct, frozen=True):
    """The items and the rows of the table of price, volume and mix, as a frame holds them."""

    items: Mapping[str, tuple[str, ...]]
    joins: Mapping[tuple[str, str], tuple[int, ...]]
    found: Mapping[str, Array]


def billed_items(plan: Plan, version: Version, frame: Frame) -> BilledItems:
    """Return the billed items of a version and of a plan; items that only the version has come last in a category."""
    items = tuple(_items(plan, version, frame))
    titles = {category: title for category, (title, _) in CATEGORIES.items()}
    rows = tuple(_rows(items))
    # The network is one item, which its total shows already.
    names = [titles[category] if item < 0 else f"{titles[category]}: {items[item].name}" for category, item in rows]
    return BilledItems(
        {ITEM: tuple(f"{titles[one.category]}: {one.name}" for one in items), ROW: tuple(names)},
        {
            **{(ITEM, kind.over): tuple(_places(items, category)) for category, kind in _KINDS.items()},
            (ROW, ITEM): tuple(item for _, item in rows),
        },
        {
            CATEGORY: texts(titles[one.category] for one in items),
            "billed.quantity_key": texts(_key(one.kind.quantity, one.stored) for one in items),
            "billed.cost_key": texts(_key(one.kind.cost, one.stored) for one in items),
            "pvm.category": texts(titles[category] for category, _ in rows),
            "pvm.unit": texts(_KINDS[category].unit for category, _ in rows),
        },
    )


def _key(line: str, item: str) -> str:
    return f"{line}|{item}" if line else ""


def _places(items: tuple[_Item, ...], category: Category) -> Iterator[int]:
    return (one.place if one.category is category else -1 for one in items)


def _rows(items: tuple[_Item, ...]) -> Iterator[tuple[Category, int]]:
    """Yield each category with −1 for its total, then its items."""
    for category in _KINDS:
        yield category, -1
        for place, one in enumerate(items):
            if one.category is category and category is not Category.NETWORK:
                yield category, place


def _items(plan: Plan, version: Version, frame: Frame) -> Iterator[_Item]:
    before = plan_of(version)[0]
    renames = renames_of(before, plan) if before else {}
    for category, kind in _KINDS.items():
        stored = [str(row.get("item")) for row in version.rows.figures if row.get("line") == kind.cost]
        if category is Category.NETWORK:
            yield _Item(category, TOTAL, TOTAL, 0 if frame.items[kind.over] else -1)
            continue
        named = {name_key(renames.get(kind.sheet, {}).get(name_key(old), old)): old for old in stored}
        for place, name in enumerate(frame.items[kind.over]):
            yield _Item(category, name, named.pop(name_key(name), name), place)
        yield from (_Item(category, old, old, -1) for old in named.values())
