"""Two children alike but for one thing: agreement never blocks, strengths stay in bounds, risk never lowers, and
nobody is raised for who they are."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing

from mash.rules.catalogue import Fact, FactType, Role
from mash.rules.facts import ABSENT, PRESENT, Facts, Value
from mash.rules.parts import Kind, Rule
from mash.rules.ruleset import RuleSet
from mash.rules.soundness.finding import Finding, Severity, witness
from mash.rules.soundness.model import Imagined, Literal, Model

SERIOUS = Severity.SERIOUS
WHO_THEY_ARE = ("ethnicity", "faith", "immigration_status", "postcode")
NOT_ALONE = ("poverty", "care_experienced_parent", "home_education")
_NAMED = re.compile(
    r"\b(ethnic\w*|racial\w*|nationalit\w*|religio\w*|faiths?|postcodes?|immigra\w*|asylum\w*)\b", re.IGNORECASE
)


def guards(ruleset: RuleSet) -> Iterator[Finding]:
    """Yield what breaks a promise that every version makes."""
    for look in (_agreement, _strengths, _fairness, _monotone):
        with closing(Model(ruleset)) as model:
            yield from look(model, model.imagine())


def _named(model: Model, test: Callable[[Fact], bool]) -> list[str]:
    facts = model.ruleset.catalogue.facts
    return [name for name in model.program.inputs_of if test(facts[name])]


def _lower(model: Model, one: Imagined, other: Imagined) -> Iterator[tuple[str, Literal]]:
    """Yield what each way of standing lower in `other` than in `one` is called, with a literal that allows only it."""
    ruleset = model.ruleset
    scales: list[tuple[str, int, Callable[[Imagined, int], Literal]]] = [
        ("level", len(ruleset.levels), model.level),
        ("rating", len(ruleset.ratings), model.rating),
        ("route", len(ruleset.routes), model.route),
    ]
    for name, places, reached in scales:
        steps = []
        for place in range(1, places):
            step = model.new()
            model.say(-step, reached(one, place))
            model.say(-step, -reached(other, place))
            steps.append(step)
        yield name, model.any_of(steps)


def _agreement(model: Model, one: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    other = model.imagine(one, _named(model, lambda fact: fact.role is Role.AGREEMENT))
    alike = [model.is_child(one), model.is_child(other)]
    lower = dict(_lower(model, one, other))
    blocked: list[Rule] = []
    seen: tuple[Facts, ...] | None = None
    for rule, register in zip(ruleset.level_rules(), model.outputs.rules, strict=True):
        if rule.kind is Kind.TRIGGER and model.possible(*alike, one.registers[register], lower["route"]):
            blocked.append(rule)
            seen = seen or model.find(*alike, one.registers[register], lower["route"])
    if blocked and seen:
        ids = ", ".join(rule.id for rule in blocked)
        many = f"{len(blocked)} triggers, which no family should be able to block" if len(blocked) > 1 else "a trigger"
        yield Finding(
            "agreement-blocks-trigger",
            SERIOUS,
            next((gate.id for gate in ruleset.gates if gate.if_refused), "gates"),
            f'A family that refuses help can stop what follows from {many}: {ids}. The first is "{blocked[0].words}"',
            witnesses=tuple(witness(ruleset, facts) for facts in seen),
        )
    for name in ("level", "rating"):
        moved = model.find(*alike, lower[name])
        if moved:
            words = (
                f"The {name} depends on whether the family agrees. Agreement may change what can be done, not the need"
            )
            both = tuple(witness(ruleset, facts) for facts in moved)
            yield Finding(f"agreement-moves-{name}", SERIOUS, "gates", words, witnesses=both)


def _strengths(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    for rule, register in zip(ruleset.level_rules(), model.outputs.rules, strict=True):
        if rule.kind not in (Kind.TRIGGER, Kind.FLOOR) or not rule.then.level:
            continue
        short = -model.level(child, rule.then.level)
        seen = model.find(model.is_child(child), child.registers[register], short)
        if seen:
            words = f'A strength can lower the {rule.kind} "{rule.words}", which nothing should lower'
            yield Finding(
                f"strength-lowers-{rule.kind}", SERIOUS, rule.id, words, witnesses=(witness(ruleset, seen[0]),)
            )


def _fairness(model: Model, one: Imagined) -> Iterator[Finding]:
    for name in _named(model, lambda fact: fact.role is not Role.ROUTING):
        fact = model.ruleset.catalogue.facts[name]
        who = fact.means in WHO_THEY_ARE or bool(
            _NAMED.search(f"{name} {fact.words} {fact.question}".replace("_", " "))
        )
        if who or fact.means in NOT_ALONE:
            yield from _raises(model, fact, one, alone=not who)


def _raises(model: Model, fact: Fact, one: Imagined, *, alone: bool) -> Iterator[Finding]:
    del model.children[1:]  # the pair before this one
    other = model.imagine(one, [fact.name])
    nothing = [one.answers[name][None] for name in model.program.inputs_of if alone and name != fact.name]
    seen = next(
        (
            found
            for _, lower in _lower(model, one, other)
            if (found := model.find(*nothing, other.answers[fact.name][None], lower))
        ),
        None,
    )
    if seen:
        what = "by itself raises what is done" if alone else "raises what is done, all else being equal"
        yield Finding(
            "raised-by-poverty-alone" if fact.means == "poverty" else "raised-by-who-they-are",
            SERIOUS,
            fact.name,
            f'"{fact.words}" {what}. A family is never judged by who they are, or by how little they have',
            witnesses=tuple(witness(model.ruleset, facts) for facts in reversed(seen)),
        )


def _monotone(model: Model, one: Imagined) -> Iterator[Finding]:
    """Look for a child who stands lower when a risk is added, grows or is not ruled out, or a danger is nearer."""
    facts = model.ruleset.catalogue.facts
    rising = _named(model, lambda fact: fact.role in (Role.RISK, Role.URGENCY))
    other = model.imagine(one, rising)
    for name in rising:
        for value, before in one.answers[name].items():
            allowed = [lit for then, lit in other.answers[name].items() if not_better(model, facts[name], value, then)]
            model.say(-before, *allowed)
    model.never_less(one, other)
    alike = [model.is_child(one), model.is_child(other)]
    for name, lower in _lower(model, one, other):
        seen = model.find(*alike, lower)
        if seen:
            both = tuple(witness(model.ruleset, facts_) for facts_ in seen)
            words = (
                f"More risk can lead to a lower {name}: the second child is worse off than the first, and stands lower"
            )
            yield Finding("risk-lowers", SERIOUS, "rules", words, witnesses=both)


def not_better(model: Model, fact: Fact, before: Value | None, then: Value | None) -> bool:
    """Say whether an answer is the same or worse: a risk added or grown, or no longer ruled out."""
    if before == then:
        return True
    if fact.type is FactType.PRESENCE:
        return _worse_presence(model, fact, before, then)
    if fact.type is FactType.CHOICE and not fact.ordered:
        return False
    old, new = (None if value is None else _degree(fact, value) for value in (before, then))
    least, most = 0, fact.most if fact.type is FactType.NUMBER else len(fact.values) - 1
    if fact.role is Role.URGENCY and fact.type is FactType.NUMBER:
        least, most = -most, -least
    if old is None or new is None:
        return old == least or new == most
    return new >= old


def _degree(fact: Fact, value: Value) -> int:
    """Return how worrying an answer is: nearer is worse for a number of urgency, more for any other number."""
    if fact.type is FactType.CHOICE:
        return fact.values.index(str(value.known))
    return -int(value.known or 0) if fact.role is Role.URGENCY else int(value.known or 0)


def _worse_presence(model: Model, fact: Fact, before: Value | None, then: Value | None) -> bool:
    if before is not None and before.known == ABSENT:
        return True
    if then is None or then.known != PRESENT:
        return False
    if before is None:
        return True
    scales = fact.detail_values(model.ruleset.catalogue)
    return all(_no_less(list(scales[name] or ()), before.detail(name), then.detail(name)) for name in scales)


def _no_less(scale: list[str], before: str | int | None, then: str | int | None) -> bool:
    """Compare two degrees of a qualifier; one that is not known is no more than the most."""
    if before == then:
        return True
    if before is None or then is None:
        return before is None and then == scale[-1]
    return scale.index(str(then)) >= scale.index(str(before))
