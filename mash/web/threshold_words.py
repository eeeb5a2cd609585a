"""A version of the thresholds as a document to read: levels, rules and indicators, by the level they lead to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mash.rules import RuleSet
from mash.rules.conditions import Unless
from mash.rules.parts import Kind, Level, Rule
from mash.rules.wording import Clause, gives_in_words, in_words, level_name

BRIEF = 7
"""Sentences that stand beside a rule; a longer condition has a page of its own."""
KINDS = {
    Kind.TRIGGER: ("Always", "Met at once, whatever else is known. Nothing offsets it."),
    Kind.FLOOR: ("Never lower", "What happened before keeps the level from going lower."),
    Kind.COMBINATION: ("Together", "Needs that weigh more together than each by itself."),
    Kind.COUNT: ("Building up", "Several needs, or the same one again."),
    Kind.TREND: ("Getting worse", "Things are worse than they were."),
    Kind.SINGLE: ("By itself", "One need, with what makes it matter."),
    Kind.UNKNOWN: ("Not known", "Nobody knows yet, and it matters too much to suppose the best."),
    Kind.DUTY: ("A duty", "Something the law asks for beside the level."),
}
STATUSES = {"live": "In force", "draft": "Draft", "withdrawn": "Withdrawn"}


def status_of(ruleset: RuleSet, today: date) -> tuple[str, str]:
    """Say how a version stands on a day, and by which kind of tag."""
    if ruleset.status == "live" and ruleset.effective_to is not None and ruleset.effective_to < today:
        return "Ended", "plain"
    if ruleset.status == "live" and ruleset.effective_from > today:
        return "To begin", "wait"
    return STATUSES[ruleset.status], {"live": "done", "draft": "wait"}.get(ruleset.status, "plain")


DRAFT_STATES = {
    "open": "Being written",
    "proposed": "Waiting for approval",
    "published": "Published",
    "abandoned": "Given up",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One rule to read. ``gives`` says what comes of it, its level aside; ``brief`` that its condition is short."""

    id: str
    kind: str
    words: str
    source: str
    clause: Clause
    gives: tuple[str, ...]
    level: str = ""

    @property
    def brief(self) -> bool:
        return self.clause.size <= BRIEF and self.clause.words != self.words


@dataclass(frozen=True, slots=True)
class Group:
    """Rules of one kind, or indicators of one part of a child's life."""

    words: str
    hint: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A level, and all that leads to it. ``level`` None: what gives no level."""

    level: Level | None
    rules: tuple[Group, ...]
    indicators: tuple[Group, ...]

    @property
    def size(self) -> int:
        return sum(len(group.cards) for group in (*self.rules, *self.indicators))


@dataclass(frozen=True, slots=True)
class Document:
    """A whole version, the highest level first."""

    ruleset: RuleSet
    sections: tuple[Section, ...]
    urgency: tuple[Card, ...]
    routes: tuple[Card, ...]
    strengths: tuple[Card, ...]

    def find(self, id: str) -> Card | None:
        """Return a rule by its id."""
        return next((card for card in self._all() if card.id == id), None)

    def _all(self) -> Iterator[Card]:
        for section in self.sections:
            for group in (*section.rules, *section.indicators):
                yield from group.cards
        yield from (*self.urgency, *self.routes, *self.strengths)


@lru_cache(maxsize=16)
def document_of(ruleset: RuleSet) -> Document:
    """Set a version out for reading, once for each content."""
    sections = [_section(ruleset, place) for place in reversed(range(1, len(ruleset.levels)))]
    beside = Section(None, _by_kind(ruleset, [rule for rule in ruleset.rules if rule.then.level is None]), ())
    return Document(
        ruleset=ruleset,
        sections=(*sections, *((beside,) if beside.rules else ())),
        urgency=tuple(
            Card(one.id, "urgency", one.words, one.source, in_words(ruleset, one.when), (_rating(ruleset, one.rating),))
            for one in ruleset.urgency
        ),
        routes=tuple(_routes(ruleset)),
        strengths=tuple(_strengths(ruleset)),
    )


def matching(document: Document, words: Sequence[str]) -> Document:
    """Keep what holds every one of these words, in any letter case."""

    def kept(cards: Sequence[Card]) -> tuple[Card, ...]:
        return tuple(card for card in cards if all(word in _text(card) for word in words))

    def of(groups: Sequence[Group]) -> tuple[Group, ...]:
        left = [Group(group.words, group.hint, kept(group.cards)) for group in groups]
        return tuple(group for group in left if group.cards)

    sections = [Section(one.level, of(one.rules), of(one.indicators)) for one in document.sections]
    return Document(
        document.ruleset,
        tuple(section for section in sections if section.size),
        kept(document.urgency),
        kept(document.routes),
        kept(document.strengths),
    )


def _text(card: Card) -> str:
    return f"{card.id} {card.words} {card.source} {' '.join(card.gives)} {_all_words(card.clause)}".lower()


def _all_words(clause: Clause) -> str:
    return " ".join([clause.words, *map(_all_words, clause.parts)])


def _section(ruleset: RuleSet, place: int) -> Section:
    rules = [rule for rule in ruleset.rules if rule.then.level == place]
    domains: dict[str, list[Card]] = {name: [] for name in ruleset.catalogue.domains}
    for code, lines in ruleset.indicators.items():
        indicator = ruleset.catalogue.facts[code].indicator
        for line in lines:
            if indicator and line.then.level == place:
                domains[indicator.domain].append(_card(ruleset, line))
    groups = [Group(ruleset.catalogue.domains[name], "", tuple(cards)) for name, cards in domains.items() if cards]
    return Section(ruleset.levels[place], _by_kind(ruleset, rules), tuple(groups))


def _by_kind(ruleset: RuleSet, rules: Sequence[Rule]) -> tuple[Group, ...]:
    groups = []
    for kind, (words, hint) in KINDS.items():
        cards = tuple(_card(ruleset, rule) for rule in rules if rule.kind == kind)
        if cards:
            groups.append(Group(words, hint, cards))
    return tuple(groups)


def _card(ruleset: RuleSet, rule: Rule) -> Card:
    clause = in_words(ruleset, rule.when)
    level = "" if rule.then.level is None else level_name(ruleset, rule.then.level)
    gives = tuple(gives_in_words(ruleset, rule.then))
    return Card(rule.id, KINDS[rule.kind][0], rule.words, rule.source, clause, gives, level)


def _rating(ruleset: RuleSet, place: int) -> str:
    return f"Rate {ruleset.ratings[place].name}"


def _routes(ruleset: RuleSet) -> Iterator[Card]:
    for rule in sorted(ruleset.route_rules, key=lambda rule: -rule.route):
        route = ruleset.routes[rule.route]
        yield Card(rule.id, "route", rule.words, rule.source, in_words(ruleset, rule.when), (route.name,))
    grown = ruleset.not_a_child
    adult = ruleset.routes[grown.route].name
    yield Card(
        grown.id, "gate", grown.words, grown.source, in_words(ruleset, Unless(grown.when, grown.unless)), (adult,)
    )
    for turn in ruleset.redirects:
        yield Card(turn.id, "redirect", turn.words, turn.source, in_words(ruleset, turn.when), (turn.name,))
    for gate in ruleset.gates:
        yield Card(gate.id, "gate", gate.words, gate.source, Clause(gate.words), (ruleset.routes[gate.route].name,))


def _strengths(ruleset: RuleSet) -> Iterator[Card]:
    for offset in ruleset.offsets:
        steps = "one level" if offset.lowers_by == 1 else f"{offset.lowers_by} levels"
        strands = ", ".join(ruleset.catalogue.strands[name].lower() for name in offset.strands)
        least = f", never below level {ruleset.levels[offset.not_below].ordinal}" if offset.not_below else ""
        said = f"May lower by {steps} what is said of: {strands}{least}"
        yield Card(offset.id, "strength", offset.words, offset.source, in_words(ruleset, offset.established), (said,))
