"""Read the gates of a version: who is not a child, and what agreement means for each route. Neither lowers a level."""

from dataclasses import dataclass

from mash.rules.catalogue import Fact, FactType, Role
from mash.rules.condition_reader import AGE_GATE, read_condition
from mash.rules.conditions import Leaf, OneOf
from mash.rules.facts import ABSENT, PRESENT
from mash.rules.parts import AgreementGate, IfRefused, NotAChild
from mash.rules.rule_reader import Reader
from mash.rules.source import Entry

_SAID = ("id", "words", "source")


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates of a version."""

    not_a_child: NotAChild
    agreement: tuple[AgreementGate, ...]
    override_reasons: dict[str, str]


def read_gates(entry: Entry, reader: Reader) -> Gates | None:
    """Read the gates; None when the reader has noted a mistake that leaves nothing to return."""
    with reader.problems.gather():
        found = entry.fields(("not_a_child", "agreement"), ("override_reasons",))
        agreement = reader.listed(found["agreement"], lambda item: _agreement(item, reader))
        routes = [gate.route for gate in agreement]
        if len(set(routes)) < len(routes):
            raise found["agreement"].wrong("two gates stand at one route", "Join them into one")
        reasons = found["override_reasons"].mapping() if "override_reasons" in found else {}
        words = {key: text.text() for key, text in reasons.items()}
        return Gates(_not_a_child(found["not_a_child"], reader), agreement, words)
    return None


def _not_a_child(entry: Entry, reader: Reader) -> NotAChild:
    found = entry.fields((*_SAID, "when", "route"), ("unless",))
    kept = [_keeps_a_child(item, reader) for item in found["unless"].one_or_more()] if "unless" in found else []
    when = read_condition(found["when"], reader.scope, AGE_GATE)
    return NotAChild(*reader.said(found), when, tuple(kept), reader.frame.route(found["route"]))


def _keeps_a_child(entry: Entry, reader: Reader) -> Leaf:
    roles = (Role.RISK, Role.CONTEXT)
    facts = reader.catalogue.facts.values()
    names = [fact.name for fact in facts if fact.role in roles and fact.type is FactType.PRESENCE]
    name = entry.one_of(names, "indicator or presence fact")
    reader.scope.used.add(name)
    return Leaf(OneOf(name, frozenset((PRESENT,))))


def _agreement(entry: Entry, reader: Reader) -> AgreementGate:
    found = entry.fields((*_SAID, "route"), ("fact", "given", "refused", "if_refused"))
    route = reader.frame.route(found["route"])
    together = [key for key in ("fact", "given", "refused") if key in found]
    if len(together) not in (0, 3):
        raise entry.wrong("'fact', 'given' and 'refused' go together", "Write all three or none")
    statutory = reader.frame.routes[route].statutory
    if statutory and "if_refused" in found:
        raise found["if_refused"].wrong(
            "agreement never moves a statutory route", "Take it out: at a statutory route a gate only speaks"
        )
    if not statutory and not together:
        raise entry.wrong("below the statutory line a gate names the agreement it needs", "Add fact, given and refused")
    given, refused = None, None
    if together:
        fact = reader.named(found["fact"], Role.AGREEMENT)
        given, refused = _answers(fact, found["given"]), _answers(fact, found["refused"])
        if _both(given) & _both(refused):
            raise found["refused"].wrong("an answer is both given and refused", "Keep it in one of the two")
    if_refused = _if_refused(found["if_refused"], route, reader) if "if_refused" in found else None
    return AgreementGate(
        *reader.said(found),
        route=route,
        given=given,
        refused=refused,
        if_refused=if_refused,
    )


def _answers(fact: Fact, entry: Entry) -> Leaf:
    values = fact.values if fact.type is FactType.CHOICE else (PRESENT, ABSENT)
    answers = frozenset(item.one_of(values, f"answer to '{fact.name}'") for item in entry.one_or_more())
    return Leaf(OneOf(fact.name, answers))


def _both(leaf: Leaf) -> frozenset[str]:
    return leaf.atom.allowed if isinstance(leaf.atom, OneOf) else frozenset()


def _if_refused(entry: Entry, route: int, reader: Reader) -> IfRefused:
    found = entry.fields(("ask", "yes", "no"))
    fact = reader.choice_or_presence(found["ask"])
    yes, no = reader.frame.route(found["yes"]), reader.frame.route(found["no"])
    statutory_from = next((n for n, each in enumerate(reader.frame.routes) if each.statutory), len(reader.frame.routes))
    if yes not in (route, statutory_from):
        raise found["yes"].wrong(
            "when need would grow, the answer is the first statutory route or the route kept",
            "Name one of these two",
        )
    if no >= route:
        raise found["no"].wrong("this route is not weaker than the gate's own", "Name a weaker route")
    words = (PRESENT, ABSENT) if fact.type is FactType.PRESENCE else ("yes", "no")
    leaves = [Leaf(OneOf(fact.name, frozenset((word,)))) for word in words]
    return IfRefused(fact.name, leaves[0], leaves[1], yes, no)
