"""What differs between two versions, part by part, and the baseline with one of those differences alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from mash.rules import RuleSet


class Named(Protocol):
    """A part of a version that has an id and says itself in words."""

    @property
    def id(self) -> str: ...
    @property
    def words(self) -> str: ...


P = TypeVar("P", bound=Named)
PARTS = ("rules", "offsets", "urgency", "route_rules", "redirects", "gates")
KINDS = {
    "rules": "rule",
    "offsets": "strength that lowers",
    "urgency": "rule of urgency",
    "route_rules": "rule of the route",
    "redirects": "redirect",
    "gates": "agreement gate",
    "indicators": "indicator",
    "levels": "levels",
    "not_a_child": "who is not a child",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference. `change` is added, removed or changed; `alone` is the baseline with it, None if it cannot be."""

    id: str
    part: str
    change: str
    was: str
    now: str
    alone: RuleSet | None


def edits(baseline: RuleSet, candidate: RuleSet) -> list[Edit]:
    """List what of a version differs in effect; words alone are no difference."""
    fits = _same_frame(baseline, candidate)
    return [
        replace(edit, alone=edit.alone if fits else None)
        for edit in (*_by_id(baseline, candidate), *_indicators(baseline, candidate), *_single(baseline, candidate))
    ]


def _same_frame(one: RuleSet, other: RuleSet) -> bool:
    """Say whether places in the lists of both versions mean the same, so that a part of one fits in the other."""
    same = all(
        [part.key for part in getattr(one, name)] == [part.key for part in getattr(other, name)]
        for name in ("levels", "ratings", "bases", "routes")
    )
    return same and set(other.instructions) <= set(one.instructions)


def _means_the_same(one: Any, other: Any) -> bool:
    return one is other or _meaning(one) == _meaning(other)


def _meaning(part: Any) -> Any:
    return replace(part, words="", source="") if hasattr(part, "words") else part


def _with(baseline: RuleSet, id: str, **parts: Any) -> RuleSet:
    return replace(baseline, content_hash=f"{baseline.content_hash}+{id}", **parts)


def _by_id(baseline: RuleSet, candidate: RuleSet) -> Iterator[Edit]:
    for name in PARTS:
        old: Sequence[Any] = getattr(baseline, name)
        new: Sequence[Any] = getattr(candidate, name)
        was, now = {part.id: part for part in old}, {part.id: part for part in new}
        for id in dict.fromkeys((*was, *now)):
            before, after = was.get(id), now.get(id)
            if before is not None and after is not None and _means_the_same(before, after):
                continue
            swapped = [after if part.id == id else part for part in old]
            kept = tuple(part for part in swapped if part is not None)
            if before is None:
                kept = (*kept, after)
            yield _edit(KINDS[name], id, before, after, _with(baseline, id, **{name: kept}))


def _edit(part: str, id: str, before: Any, after: Any, alone: RuleSet) -> Edit:
    change = "added" if before is None else "removed" if after is None else "changed"
    was, now = getattr(before, "words", ""), getattr(after, "words", "")
    return Edit(id, part, change, was, now, alone)


def _indicators(baseline: RuleSet, candidate: RuleSet) -> Iterator[Edit]:
    for code in dict.fromkeys((*baseline.indicators, *candidate.indicators)):
        before, after = baseline.indicators.get(code, ()), candidate.indicators.get(code, ())
        if len(before) == len(after) and all(map(_means_the_same, before, after)):
            continue
        lines: Mapping[str, Any] = {**baseline.indicators, code: after}
        words = baseline.catalogue.facts[code].words if code in baseline.catalogue.facts else code
        change = "added" if not before else "removed" if not after else "changed"
        yield Edit(code, KINDS["indicators"], change, words, words, _with(baseline, code, indicators=lines))


def _single(baseline: RuleSet, candidate: RuleSet) -> Iterator[Edit]:
    old, new = baseline.not_a_child, candidate.not_a_child
    if not _means_the_same(old, new):
        alone = _with(baseline, old.id, not_a_child=new)
        yield Edit(new.id, KINDS["not_a_child"], "changed", old.words, new.words, alone)
    was, now = ([(one.ordinal, one.rating, one.bases) for one in version.levels] for version in (baseline, candidate))
    if was != now:
        alone = _with(baseline, "levels", levels=candidate.levels)
        yield Edit("levels", KINDS["levels"], "changed", "", "", alone)
