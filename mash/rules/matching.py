"""Which item of one version became which of another, when the id is not the same or the place is not."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from mash.rules.items import Item


class ChangeKind(StrEnum):
    """What became of an item. REWORDED: what people read changed, and nothing that a rule does."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"
    SPLIT = "split"
    MERGED = "merged"
    REWORDED = "reworded"


Key = tuple[str, str]
"""Section and id."""
Match = tuple[ChangeKind, tuple[Item, ...], tuple[Item, ...]]


def alike(gone: Mapping[Key, Item], come: Mapping[Key, Item]) -> Iterator[Match]:
    """Yield what does the same under another id, whole or in parts."""
    for before in gone.values():
        same = [item for item in come.values() if item.section == before.section and item.essence() == before.essence()]
        if same and before.section not in ("indicators", "duties", "override_reasons"):
            yield ChangeKind.RENAMED, (before,), (same[0],)
    for whole in gone.values():
        if parts := _parts(whole, come.values()):
            yield ChangeKind.SPLIT, (whole,), parts
    for whole in come.values():
        if parts := _parts(whole, gone.values()):
            yield ChangeKind.MERGED, parts, (whole,)


def moved(gone: Mapping[Key, Item], come: Mapping[Key, Item]) -> Iterator[Match]:
    """Yield the rules that stand in another section under the same id."""
    for before in gone.values():
        after = next((item for item in come.values() if item.id == before.id and "when" in item.fields), None)
        if after and "when" in before.fields:
            yield ChangeKind.MOVED, (before,), (after,)


def _parts(whole: Item, others: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that together say what one says: one for each way of meeting it, or for each thing it gives."""
    when, then = whole.fields.get("when"), whole.fields.get("then")
    rest = {key: value for key, value in whole.essence().items() if key not in ("when", "then")}
    near = [
        item
        for item in others
        if item.section == whole.section
        and {key: value for key, value in item.essence().items() if key not in ("when", "then")} == rest
    ]
    if isinstance(when, dict) and "any" in when:
        by_way = [item for item in near if item.fields.get("then") == then and item.fields.get("when") in when["any"]]
        if len(by_way) > 1 and all(any(item.fields["when"] == way for item in by_way) for way in when["any"]):
            return tuple(by_way)
    if isinstance(then, dict) and len(then) > 1:
        same = [item for item in near if item.fields.get("when") == when]
        by_gift = [item for item in same if item.fields["then"].items() < then.items()]
        if len(by_gift) > 1 and {key for item in by_gift for key in item.fields["then"]} == set(then):
            return tuple(by_gift)
    return ()


def rising(places: list[int]) -> set[int]:
    """Return which of the numbers, by position, form the longest rising run: those are the ones that did not move."""
    runs: list[list[int]] = [[]]
    for number, place in enumerate(places):
        before = [run for run in runs if not run or places[run[-1]] < place]
        before.sort(key=len)
        runs.append([*before[-1], number])
    runs.sort(key=len)
    return set(runs[-1])
