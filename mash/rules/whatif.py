"""What is missing and could raise a result, and which single change of a recorded fact would move one."""

from collections.abc import Iterable

from mash.rules.advice import Missing, WouldChange
from mash.rules.changes import Joint, Try, tries_for
from mash.rules.conditions import atoms
from mash.rules.facts import Facts
from mash.rules.outcome import Outcome, higher
from mash.rules.parts import Effect
from mash.rules.ruleset import RuleSet
from mash.rules.tried import Tried


def would_change(ruleset: RuleSet, facts: Facts, now: Outcome, tried: Tried) -> tuple[WouldChange, ...]:
    """Return the nearest change of each recorded fact, and of each strength or exception, that moves a result."""
    nearest: dict[str, WouldChange] = {}
    for attempt, then in tried.moved:
        if attempt.asks or attempt.group in nearest or _results(then) == _results(now):
            continue
        recorded = facts.get(attempt.fact)
        nearest[attempt.group] = WouldChange(
            fact=attempt.fact,
            words=ruleset.catalogue.facts[attempt.fact].words,
            now=None if recorded is None else recorded.to_json(),
            then=attempt.value.to_json(),
            level=None if then.level is None else ruleset.levels[then.level].key,
            rating=ruleset.ratings[then.rating].key,
            route=main_route(ruleset, then),
            strength=ruleset.routes[then.strength].key,
        )
    return tuple(nearest.values())


def _results(outcome: Outcome) -> tuple[int | None, int, int, int | None]:
    return outcome.level, outcome.rating, outcome.strength, outcome.redirect


def main_route(ruleset: RuleSet, outcome: Outcome) -> str:
    """Return the key of the one main route of an outcome."""
    redirect = outcome.redirect
    return ruleset.routes[outcome.strength].key if redirect is None else ruleset.redirects[redirect].route


def missing(ruleset: RuleSet, facts: Facts, now: Outcome, tried: Tried) -> tuple[Missing, ...]:
    """Return the facts to ask about: those that would raise a result alone, then those that would with others.

    A fact recorded as unknown comes before one that was not asked.
    """
    best: dict[tuple[str, str], tuple[Try, Outcome]] = {}
    for attempt, then in tried.moved:
        if attempt.asks and then.level is not None and then.beyond(now):
            key = (attempt.fact, attempt.detail)
            best[key] = max(best.get(key, (attempt, then)), (attempt, then), key=lambda one: _rank(one[1]))
    found = {key: _alone(ruleset, facts, attempt, now, then) for key, (attempt, then) in best.items()}
    for rule in _unfinished(ruleset, facts, now, tried):
        for name in _unanswered(facts, rule):
            if (name, "") not in found or not found[name, ""].alone:
                found[name, ""] = _jointly(ruleset, facts, name, rule, now, found.get((name, "")))
    return tuple(sorted(found.values(), key=lambda one: (not one.alone, one.state != "unknown")))


def _alone(ruleset: RuleSet, facts: Facts, attempt: Try, now: Outcome, then: Outcome) -> Missing:
    fact = ruleset.catalogue.facts[attempt.fact]
    words = ruleset.catalogue.qualifiers[attempt.detail].words if attempt.detail else fact.question
    effect = Effect(then.level, then.rating, route_floor=then.strength)
    return Missing(
        fact.name, attempt.detail, fact.words, words, _state(facts, fact.name), True, *_raised(ruleset, now, effect), ()
    )


def _state(facts: Facts, name: str) -> str:
    return "not_asked" if facts.get(name) is None else "unknown"


def _raised(ruleset: RuleSet, now: Outcome, then: Effect) -> tuple[str | None, str | None, str | None]:
    """Return the level, rating and route that are above the present ones; None for those that are not."""
    rating, route = then.rating, then.route_floor
    return (
        ruleset.levels[then.level].key if then.level is not None and higher(then.level, now.level) else None,
        ruleset.ratings[rating].key if rating is not None and rating > now.rating else None,
        ruleset.routes[route].key if route is not None and route > now.strength else None,
    )


def _rank(outcome: Outcome) -> tuple[int, int, int]:
    return (-1 if outcome.level is None else outcome.level, outcome.rating, outcome.strength)


def _unfinished(ruleset: RuleSet, facts: Facts, now: Outcome, tried: Tried) -> Iterable[Joint]:
    """Yield the rules that something on record points to, that are not met but could be, and would raise a result."""
    tries = tries_for(ruleset)
    live = tries.live(facts)
    for joint in tries.joint:
        pointed_to = joint.rule.id in tried.possible and not live.isdisjoint(joint.facts)
        if pointed_to and any(_raised(ruleset, now, joint.rule.then)):
            yield joint


def _unanswered(facts: Facts, joint: Joint) -> Iterable[str]:
    """Return the facts of a rule whose answers are missing."""
    names = (atom.fact for atom, _ in atoms(joint.rule.when) if atom.truth(facts.get(atom.fact)) is None)
    return dict.fromkeys(names)


def _jointly(ruleset: RuleSet, facts: Facts, name: str, joint: Joint, now: Outcome, before: Missing | None) -> Missing:
    """Return the question, with the rule added to those it would help to meet and the highest any of them gives."""
    fact = ruleset.catalogue.facts[name]
    rules = (*(before.rules if before else ()), joint.rule.id)
    level, rating, route = _raised(ruleset, now, joint.rule.then)
    if before:
        level = _later([each.key for each in ruleset.levels], before.level, level)
        rating = _later([each.key for each in ruleset.ratings], before.rating, rating)
        route = _later([each.key for each in ruleset.routes], before.route, route)
    return Missing(name, "", fact.words, fact.question, _state(facts, name), False, level, rating, route, rules)


def _later(keys: list[str], one: str | None, other: str | None) -> str | None:
    return max((key for key in (one, other) if key is not None), key=keys.index, default=None)
