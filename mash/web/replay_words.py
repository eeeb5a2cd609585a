"""What the pages of a replay call things: levels, routes, lists, and the rules in which two traces part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mash.replay.text import AWAY, plain
from mash.rules import Advice, RuleSet

VERDICTS = {"draft": "The draft is right", "in_force": "The one in force is right", "neither": "Neither is right"}
EVERYONE = "everyone"
_AWAY = {what: AWAY[what].removeprefix("of them, ") for what in AWAY if what not in {"children", "came_back_worse"}}
LISTS = {
    EVERYONE: "who were replayed",
    "moved": "who move in any way",
    "lower": "who would get a lower level or a weaker route",
    "higher": "who would get a higher level or a stronger route",
    "cannot_tell": "of whom it cannot be told",
    "turned_away_by_baseline": "whom the version compared with turns away and the rehearsed one refers",
    "turned_away_by_candidate": "whom the rehearsed version turns away and the one compared with refers",
    "came_back_worse_baseline": "turned away by the version compared with who came back worse within 12 months",
    "came_back_so_far_baseline": "turned away by the version compared with who came back so far, within 12 months",
    "came_back_so_far_candidate": "turned away by the rehearsed version who came back so far, within 12 months",
    "came_back_worse_candidate": "turned away by the rehearsed version who came back worse within 12 months",
}
SIDES = {"baseline": "the version compared with", "candidate": "the rehearsed version"}
LISTS |= {
    f"away_{what}_{side}": f"turned away by {called}: {words}"
    for side, called in SIDES.items()
    for what, words in _AWAY.items()
}
ALONE = {"lower": "a lower level or a weaker route", "higher": "a higher level or a stronger route"}
SIDE_WORDS = {
    "decided": "people decided",
    "baseline": "the version compared with gives",
    "candidate": "the draft gives",
}


def lists_of(result: Mapping[str, Any]) -> dict[str, str]:
    """Name every list of a replay that was kept: its own, and who is moved by each difference alone."""
    return LISTS | {
        f"alone_{edit['place']}_{way}": f"who would get {words} by {edit['id']} alone, whatever the rest does"
        for edit in result["edits"]
        if edit.get("place") is not None
        for way, words in ALONE.items()
    }


class Words:
    """Names of levels, ratings and routes as the versions of a replay give them."""

    def __init__(self, versions: Sequence[RuleSet]) -> None:
        self.named: dict[str, str] = {}
        for version in versions:
            self.named |= {str(level.ordinal): f"Level {level.ordinal}" for level in version.levels}
            self.named |= {level.key: f"Level {level.ordinal}" for level in version.levels}
            self.named |= {rating.key: rating.name for rating in version.ratings}
            self.named |= {route.key: route.name for route in version.routes}
            self.named |= {redirect.route: redirect.name for redirect in version.redirects}

    def of(self, label: str) -> str:
        """Name one label."""
        return self.named.get(label) or plain(label).capitalize() or "Not recorded"

    def of_list(self, wanted: Mapping[str, str], named: str) -> str:
        """Say which children a list holds."""
        cells = [
            f"{SIDE_WORDS[name.partition(':')[0]]} {self.of(value).lower()}"
            for name, value in wanted.items()
            if not name.startswith("is:")
        ]
        return ", ".join([*([named] if named else []), *([f"where {' and '.join(cells)}"] if cells else [])])


@dataclass(frozen=True, slots=True)
class Parted:
    """Where two traces part: the rules met in one only, by id."""

    only_before: frozenset[str]
    only_after: frozenset[str]

    def mark(self, id: str) -> bool:
        """Say whether a rule is met in one of them only."""
        return id in self.only_before or id in self.only_after


def parts_of(before: Advice, after: Advice) -> Parted:
    """Return where two advices part."""
    old, new = ({reason.id for reason in one.reasons} for one in (before, after))
    return Parted(frozenset(old - new), frozenset(new - old))
