"""What a version compares: every condition in it, and every comparison, with the way each pushes."""

from collections.abc import Iterable

from mash.rules.conditions import Atom, Condition, Sense, atoms
from mash.rules.ruleset import RuleSet


def inputs_of(ruleset: RuleSet) -> Iterable[tuple[Atom, Sense]]:
    """Yield every comparison a version makes, with the way it pushes."""
    for condition, sense in conditions_of(ruleset):
        yield from atoms(condition, sense)


def conditions_of(ruleset: RuleSet) -> list[tuple[Condition, Sense]]:
    """Return every condition of a version, with the way it pushes."""
    conditions: list[tuple[Condition, Sense]] = [(rule.when, Sense.RAISES) for rule in ruleset.level_rules()]
    conditions += [(rule.when, Sense.RAISES) for rule in ruleset.urgency]
    conditions += [(rule.when, Sense.RAISES) for rule in ruleset.route_rules]
    conditions += [(redirect.when, Sense.RAISES) for redirect in ruleset.redirects]
    conditions += [(offset.established, Sense.LOWERS) for offset in ruleset.offsets]
    conditions += [(ruleset.not_a_child.when, Sense.LOWERS)]
    conditions += [(leaf, Sense.RAISES) for leaf in ruleset.not_a_child.unless]
    for gate in ruleset.gates:
        if gate.if_refused and gate.refused:
            conditions += [(gate.refused, Sense.RAISES), (gate.if_refused.yes, Sense.RAISES)]
            conditions += [(gate.refused, Sense.LOWERS), (gate.if_refused.no, Sense.LOWERS)]
    return conditions
