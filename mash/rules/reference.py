"""The slow, obvious interpreter: one child, one rule after another. Tests hold the program to what it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from mash.rules.conditions import (
    All,
    BasisReached,
    Condition,
    Leaf,
    LevelReached,
    NotRuledOut,
    Sense,
    Some,
    Unless,
    View,
    counts,
)
from mash.rules.facts import Facts
from mash.rules.outcome import Outcome
from mash.rules.parts import AgreementGate, Rule
from mash.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class _Reading:
    """One child's facts in one view, with what has been reached so far."""

    facts: Facts
    view: View
    level: int = 0
    bases: frozenset[str] = frozenset()

    def holds(self, condition: Condition, sense: Sense = Sense.RAISES) -> bool:
        match condition:
            case Leaf(atom):
                value = self.facts.get(atom.fact)
                return counts(atom.truth(value), sense, self.view, recorded=value is not None)
            case All(parts):
                return all(self.holds(part, sense) for part in parts)
            case Some(least, parts):
                return sum(self.holds(part, sense) for part in parts) >= least
            case NotRuledOut(part):
                return self.holds(part, Sense.DOUBT)
            case Unless(part, exceptions):
                return self.holds(part, sense) and not any(self.holds(leaf, Sense.LOWERS) for leaf in exceptions)
            case LevelReached() | BasisReached():
                return self._reached(condition)

    def _reached(self, result: LevelReached | BasisReached) -> bool:
        return self.level >= result.level if isinstance(result, LevelReached) else result.basis in self.bases


def interpret(ruleset: RuleSet, facts: Facts, view: View = View.NOW) -> Outcome:
    """Work one child out by reading the version from top to bottom."""
    reading = _Reading(facts, view)
    met = [rule for rule in ruleset.level_rules() if reading.holds(rule.when)]
    level = max((_given(ruleset, rule, reading) for rule in met), default=0)
    reading = _Reading(facts, view, level)
    ratings = [rule.then.rating for rule in met]
    ratings += [each.rating for each in ruleset.levels[: level + 1]]
    ratings += [rule.rating for rule in ruleset.urgency if reading.holds(rule.when)]
    reached = {basis for rule in met for basis in rule.then.bases}
    reached |= {basis for each in ruleset.levels[: level + 1] for basis in each.bases}
    reading = _Reading(facts, view, level, frozenset(reached))
    adult = ruleset.not_a_child
    kept_a_child = any(reading.holds(leaf) for leaf in adult.unless)
    if reading.holds(adult.when, Sense.LOWERS) and not kept_a_child:
        return Outcome(None, _highest(ratings), adult.route, None, ())
    redirects = [place for place, redirect in enumerate(ruleset.redirects) if reading.holds(redirect.when)]
    return Outcome(
        level=level,
        rating=_highest(ratings),
        strength=_strength(ruleset, met, reading),
        redirect=redirects[0] if redirects else None,
        bases=tuple(basis.key for basis in ruleset.bases if basis.key in reached),
    )


def _highest(places: Iterable[int | None]) -> int:
    return max((place for place in places if place is not None), default=0)


def _given(ruleset: RuleSet, rule: Rule, reading: _Reading) -> int:
    """Return the level one rule gives after the largest single offset established for its strand."""
    level = rule.then.level or 0
    if not rule.lowerable:
        return level
    lowering = [offset for offset in ruleset.offsets if rule.strand in offset.strands]
    return min([level, *(o.leaves(level) for o in lowering if reading.holds(o.established, Sense.LOWERS))])


def _strength(ruleset: RuleSet, met: list[Rule], reading: _Reading) -> int:
    """Return the route: the strongest that holds, moved by the gates while it is below the statutory line."""
    held = [0, *(rule.then.route_floor for rule in met if rule.then.route_floor is not None)]
    held += [rule.route for rule in ruleset.route_rules if reading.holds(rule.when)]
    route, line = max(held), ruleset.statutory_from
    gates = [gate for gate in ruleset.gates if gate.if_refused and gate.route <= route < line]
    grown = [_if_grows(gate, reading) for gate in gates]
    if max(grown, default=0) >= line:
        return max(grown)
    if any(ruleset.instructions[key].do_not_seek for rule in met for key in rule.then.instructions):
        return route
    return min([route, *(_if_not(gate, held, route, reading) for gate in gates)])


def _if_grows(gate: AgreementGate, reading: _Reading) -> int:
    if gate.refused and gate.if_refused and reading.holds(gate.refused) and reading.holds(gate.if_refused.yes):
        return gate.if_refused.yes_route
    return 0


def _if_not(gate: AgreementGate, held: list[int], route: int, reading: _Reading) -> int:
    """Return the route when need would not grow: the gate's answer, or a stronger one that holds below the gate."""
    if gate.refused is None or gate.if_refused is None:
        return route
    if reading.holds(gate.refused, Sense.LOWERS) and reading.holds(gate.if_refused.no, Sense.LOWERS):
        return max(gate.if_refused.no_route, *(each for each in held if each < gate.route), 0)
    return route
