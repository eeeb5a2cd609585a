"""Two versions side by side: what was added, removed, changed, moved, renamed, split or merged, in plain words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from mash.rules.items import ORDERED, Item, items
from mash.rules.matching import ChangeKind, Key, Match, alike, moved, rising
from mash.rules.plain_words import PlainWords, joined
from mash.rules.source import Json
from mash.rules.written import Written

SECTIONS = {
    "version": "About the version",
    "levels": "Levels",
    "ratings": "Ratings",
    "bases": "Legal bases",
    "routes": "Routes",
    "extra_routes": "Second routes",
    "duties": "Duties",
    "instructions": "Instructions",
    "indicators": "Indicators",
    "wording": "Words for indicators",
    "rules": "Rules",
    "offsets": "Strengths",
    "urgency": "Urgency",
    "route_rules": "Which route",
    "redirects": "Redirects",
    "gates": "Gates",
    "override_reasons": "Reasons for going ahead without agreement",
    "clocks": "Time limits",
    "transition": "Open contacts",
    "examples": "Worked examples",
}
FIELDS = {
    "when": "Met when",
    "then": "Gives",
    "gives": "By itself",
    "unless": "Unless",
    "kind": "Kind of rule",
    "if_refused": "If refused",
    "lowers_by": "Steps lowered",
    "not_below": "Not below",
    "section": "Section",
    "place": "Place",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One field that differs: what it is, and what it says in each version; empty where it is not there."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `old` and `new` are ids; lines are those of the two files, 0 where it is not there."""

    kind: ChangeKind
    section: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    words: str
    details: tuple[Detail, ...]
    old_line: int
    new_line: int

    def to_json(self) -> dict[str, Json]:
        """Return the difference by name."""
        plain: dict[str, Json] = asdict(self)
        return (
            plain
            | {"kind": self.kind.value, "old": [*self.old], "new": [*self.new]}
            | {"details": [asdict(detail) for detail in self.details]}
        )


def compare(old: Written, new: Written) -> tuple[Difference, ...]:
    """Return every difference between two versions, in the order in which a version is read.

    Nothing is said of what the difference does to contacts: that takes history.
    """
    found = list(_Comparison(old, new).differences())
    order = list(SECTIONS)
    return tuple(sorted(found, key=lambda each: (order.index(each.section), each.new_line or each.old_line)))


def field_name(key: str) -> str:
    """Return what a field is called in words."""
    return FIELDS.get(key, key.replace("_", " ").capitalize())


def in_full(written: Written) -> Iterator[tuple[Item, tuple[Detail, ...]]]:
    """Yield every item of a version with what it says, in the order of the sections: the document to read."""
    words = PlainWords(written.root, written.ruleset.catalogue)
    order = list(SECTIONS)
    for item in sorted(items(written.root), key=lambda each: (order.index(each.section), each.line)):
        said = [Detail(field_name(key), "", words.field(key, value)) for key, value in item.fields.items()]
        if item.section == "indicators":
            said = [Detail("Words", "", words.fact(item.id)), *said]
        yield item, tuple(said)


class _Comparison:
    def __init__(self, old: Written, new: Written) -> None:
        self.old = {(item.section, item.id): item for item in items(old.root)}
        self.new = {(item.section, item.id): item for item in items(new.root)}
        self.words = PlainWords(old.root, old.ruleset.catalogue), PlainWords(new.root, new.ruleset.catalogue)
        self.changes = new.ruleset.mappings if new.ruleset.version.supersedes == old.ruleset.id else ()

    def differences(self) -> Iterator[Difference]:
        yield from self._in_both()
        yield from self._places()
        gone = {key: item for key, item in self.old.items() if key not in self.new}
        come = {key: item for key, item in self.new.items() if key not in self.old}
        for kind, before, after in self._matched(gone, come):
            for item in before:
                del gone[item.section, item.id]
            for item in after:
                del come[item.section, item.id]
            yield self._difference(kind, before, after)
        yield from (self._difference(ChangeKind.REMOVED, (item,), ()) for item in gone.values())
        yield from (self._difference(ChangeKind.ADDED, (), (item,)) for item in come.values())

    def _in_both(self) -> Iterator[Difference]:
        for key, before in self.old.items():
            after = self.new.get(key)
            if after is None or before.fields == after.fields:
                continue
            kind = ChangeKind.CHANGED
            if before.essence() == after.essence():
                kind = ChangeKind.REWORDED
            elif before.section == "rules" and before.fields["kind"] != after.fields["kind"]:
                kind = ChangeKind.MOVED
            yield self._difference(kind, (before,), (after,))

    def _places(self) -> Iterator[Difference]:
        """Yield what kept its id and changed its place, where places decide something."""
        for section in ORDERED:
            kept = [item for key, item in self.new.items() if item.section == section and key in self.old]
            places = [self.old[section, item.id].place for item in kept]
            still = rising(places)
            for number, item in enumerate(kept):
                if number not in still:
                    before = self.old[section, item.id]
                    where = Detail(FIELDS["place"], str(before.place + 1), str(item.place + 1))
                    yield self._difference(ChangeKind.MOVED, (before,), (item,), (where,))

    def _matched(self, gone: Mapping[Key, Item], come: Mapping[Key, Item]) -> Iterator[Match]:
        """Yield what is gone with what came in its place; each item once."""
        used: set[Key] = set()

        def take(before: Iterable[Item], after: Iterable[Item]) -> bool:
            keys = [(item.section, item.id) for item in (*before, *after)]
            free = bool(before and after) and not used & set(keys)
            used.update(keys if free else ())
            return free

        for kind, before, after in (*self._declared(gone, come), *moved(gone, come), *alike(gone, come)):
            if take(before, after):
                yield kind, before, after

    def _declared(self, gone: Mapping[Key, Item], come: Mapping[Key, Item]) -> Iterator[Match]:
        kinds = {"renamed": ChangeKind.RENAMED, "split": ChangeKind.SPLIT, "merged": ChangeKind.MERGED}
        for change in self.changes:
            before = tuple(gone["indicators", code] for code in change.old if ("indicators", code) in gone)
            after = tuple(come["indicators", code] for code in change.new if ("indicators", code) in come)
            if change.kind in kinds:
                yield kinds[change.kind], before, after

    def _difference(
        self, kind: ChangeKind, before: tuple[Item, ...], after: tuple[Item, ...], details: tuple[Detail, ...] = ()
    ) -> Difference:
        section = (after or before)[0].section
        names = [
            joined([self._name(item, words) for item in part], "and")
            for part, words in zip((before, after), self.words, strict=True)
        ]
        return Difference(
            kind,
            section,
            tuple(item.id for item in before),
            tuple(item.id for item in after),
            _SENTENCES[kind].format(old=names[0], new=names[1]),
            details or self._details(before, after),
            before[0].line if before else 0,
            after[0].line if after else 0,
        )

    def _name(self, item: Item, words: PlainWords) -> str:
        if item.section in ("indicators", "wording"):
            return words.fact(item.id)
        said = item.fields.get("name") if item.section in ORDERED else item.fields.get("words")
        return f"“{said or item.fields.get('title') or item.fields.get('name') or item.id}” ({item.id})"

    def _details(self, before: tuple[Item, ...], after: tuple[Item, ...]) -> tuple[Detail, ...]:
        if len(before) > 1 or len(after) > 1:
            asked = (_whole(before, self.words[0]), _whole(after, self.words[1]))
            return (Detail("Says", *asked),)
        old, new = (part[0].fields if part else {} for part in (before, after))
        found = []
        if before and after and before[0].section != after[0].section:
            found.append(Detail(FIELDS["section"], SECTIONS[before[0].section], SECTIONS[after[0].section]))
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key) and not (key in ("id", "key") and not (old and new)):
                said = [
                    words.field(key, part[key]) if key in part else ""
                    for words, part in zip(self.words, (old, new), strict=True)
                ]
                found.append(Detail(field_name(key), *said))
        return tuple(found)


def _whole(part: tuple[Item, ...], words: PlainWords) -> str:
    return "; ".join(
        ", ".join(words.field(key, value) for key, value in item.essence().items() if key in ("when", "then", "gives"))
        for item in part
    )


_SENTENCES = {
    ChangeKind.ADDED: "New: {new}",
    ChangeKind.REMOVED: "Gone: {old}",
    ChangeKind.RENAMED: "{old} is now called {new} and does the same",
    ChangeKind.SPLIT: "{old} is split into {new}",
    ChangeKind.MERGED: "{old} are merged into {new}",
    ChangeKind.MOVED: "{new} stands elsewhere",
    ChangeKind.REWORDED: "{new} is worded differently and does the same",
    ChangeKind.CHANGED: "{new} is changed",
}
