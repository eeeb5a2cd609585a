"""Counts of a rehearsal. Those of some children can be added to those of others, in any order, wherever made."""

from collections import Counter
from dataclasses import dataclass, field

from mash.replay.judge import rules_of
from mash.rules import RuleSet

SIDES = ("decided", "baseline", "candidate")
PAIRS = (("baseline", "candidate"), ("decided", "baseline"), ("decided", "candidate"))
NONE = "not recorded"
GROUPS = ("all", "lower", "higher", "same")


@dataclass(slots=True)
class Tally:
    """Counts so far, each keyed by what it is of, in plain words.

    Attributes:
        cells: (axis, from side, to side, from label, to label) to children.
        missing: Fact to children of whom it leaves the result open.
        same_route: (side, decided level) to children decided so who were given the route that people chose.
        later: (group, kind, horizon) to children followed for so long, and of them those it came for.
        turned_away: (side, what) to children that side would not refer and the other would.
        who: (attribute, group) to children, then statutory before, after, newly in, newly out.
        reds: (way, route, route) to children who are red: "decided" so by people, by the route they chose twice; and by
            the route before and after, red on "both" sides, or only "before" or "after".
        fired: (side, rule) to children for whom it was met, and for whom it alone gives the level.
        first: The first day on which any was received; `last` the last. Empty where none was.
    """

    children: int = 0
    no_facts: int = 0
    moved: int = 0
    lower: int = 0
    higher: int = 0
    cannot_tell: int = 0
    lower_range: list[int] = field(default_factory=lambda: [0, 0])
    higher_range: list[int] = field(default_factory=lambda: [0, 0])
    cells: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    same_route: Counter[tuple[str, str]] = field(default_factory=Counter)
    later: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    turned_away: Counter[tuple[str, str]] = field(default_factory=Counter)
    who: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    reds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    fired: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    first: str = ""
    last: str = ""

    @classmethod
    def of_nobody(cls, baseline: RuleSet, candidate: RuleSet) -> "Tally":
        """Return a tally in which every rule of both versions stands, met by nobody."""
        sides = (("baseline", baseline), ("candidate", candidate))
        return cls(fired={(side, rule): [0, 0] for side, version in sides for rule in rules_of(version)})

    def add(self, other: "Tally") -> None:
        """Add the counts of other children."""
        for name in ("children", "no_facts", "moved", "lower", "higher", "cannot_tell"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        _add(self.lower_range, other.lower_range)
        _add(self.higher_range, other.higher_range)
        for name in ("cells", "missing", "same_route", "turned_away", "reds"):
            mine, theirs = getattr(self, name), getattr(other, name)
            for key, count in theirs.items():
                mine[key] += count
        for name in ("later", "who", "fired"):
            kept, more = getattr(self, name), getattr(other, name)
            for key, counts in more.items():
                if key not in kept:
                    kept[key] = [*counts]
                elif counts[0]:
                    _add(kept[key], counts)
        self.first = min(filter(None, (self.first, other.first)), default="")
        self.last = max(self.last, other.last)

    @property
    def statutory(self) -> dict[str, int]:
        """Return how many each side refers."""
        first = next(iter({attribute for attribute, _ in self.who}), None)
        counts = [groups for (attribute, _), groups in self.who.items() if attribute == first]
        return {"baseline": sum(one[1] for one in counts), "candidate": sum(one[2] for one in counts)}

    @property
    def agreement(self) -> dict[tuple[str, str], list[int]]:
        """Return, by side and decided level, how many were decided so, were given that level, and the chosen route."""
        found: dict[tuple[str, str], list[int]] = {}
        for (axis, one, side, decided, given), count in self.cells.items():
            if (axis, one) == ("level", "decided"):
                counts = found.setdefault((side, decided), [0, 0, self.same_route[side, decided]])
                counts[0] += count
                counts[1] += count if given == decided else 0
        return found

    @property
    def work(self) -> Counter[tuple[str, str]]:
        """Return, by side and rating or route, how many children; and by "moved", for how many that differs."""
        found: Counter[tuple[str, str]] = Counter()
        for (axis, one, side, old, new), count in self.cells.items():
            if axis == "level":
                continue
            if one == "decided":
                found[side, new] += count
                found["decided", old] += count if side == "baseline" else 0
            elif old != new:
                found["moved", old] += count
                found["moved", new] += count
        return found


def _add(kept: list[int], more: list[int]) -> None:
    for place, count in enumerate(more):
        kept[place] += count
