"""What a version compares: every condition in it, every comparison, with the way each pushes; and what with what."""

from collections.abc import Iterable

from mash.rules.conditions import Atom, Condition, Sense, atoms
from mash.rules.ruleset import RuleSet

BITS = 16  # for each thing by which facts stand together


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


def beside(rulesets: Iterable[RuleSet]) -> dict[str, int]:
    """Return where each fact stands among those it is counted with: by domain, strand, and the levels it gives."""
    places: dict[str, int] = {}
    for ruleset in rulesets:
        catalogue = ruleset.catalogue
        domains = {domain: number for number, domain in enumerate(catalogue.domains)}
        strands = {strand: number for number, strand in enumerate(catalogue.strands)}
        for number, fact in enumerate(catalogue.facts.values()):
            if fact.name not in places:
                of = fact.indicator
                domain, strand = (domains[of.domain], strands[of.strand]) if of else (len(domains), len(strands))
                levels = [line.then.level or 0 for line in ruleset.indicators.get(fact.name, ())] or [0]
                group = domain << BITS | strand
                places[fact.name] = ((group << BITS | max(levels)) << BITS | min(levels)) << BITS | number
    return places
