"""What agreement means for the route: what can go ahead, what must be asked, and what waits for nobody."""

from mash.rules.advice import Finding
from mash.rules.conditions import Leaf
from mash.rules.facts import Facts
from mash.rules.parts import AgreementGate
from mash.rules.reasons import Met
from mash.rules.ruleset import RuleSet


def findings(ruleset: RuleSet, facts: Facts, met: Met, before: int, after: int) -> tuple[Finding, ...]:
    """Return what the gates say.

    Args:
        ruleset: The version.
        facts: What is recorded.
        met: What holds for the child.
        before: The place of the route before agreement was looked at.
        after: The place of the route that stands.
    """
    silent = any(ruleset.instructions[key].do_not_seek for rule in met.rules for key in rule.then.instructions)
    line = ruleset.statutory_from
    found = []
    for gate in ruleset.gates:
        stands = gate.route <= before < line if gate.route < line else gate.route == after
        if stands:
            found.append(_finding(ruleset, facts, gate, silent=silent))
    return tuple(found)


def _finding(ruleset: RuleSet, facts: Facts, gate: AgreementGate, *, silent: bool) -> Finding:
    agreement = _agreement(facts, gate)
    statutory = ruleset.routes[gate.route].statutory
    says, can_proceed, question = "", statutory or agreement == "given", ""
    if silent:
        says, can_proceed = "Do not approach the family for agreement first", True
    elif agreement == "given":
        says = "Agreement is given"
    elif agreement == "not_needed":
        says = "Agreement is not needed"
    elif statutory:
        says = f"Agreement is {_known(agreement)}. It does not hold up this route"
    elif agreement == "not_known":
        says, question = (
            "Agreement is not known. This route cannot go ahead without it: ask",
            _question(ruleset, gate.given),
        )
    else:
        says, question = _refused(ruleset, facts, gate)
    return Finding(gate.id, gate.words, gate.source, agreement, says, can_proceed, question)


def _agreement(facts: Facts, gate: AgreementGate) -> str:
    if gate.given is None or gate.refused is None:
        return "not_needed"
    value = facts.get(gate.given.atom.fact)
    if gate.given.atom.truth(value):
        return "given"
    return "refused" if gate.refused.atom.truth(value) else "not_known"


def _known(agreement: str) -> str:
    return "refused or withdrawn" if agreement == "refused" else "not known"


def _question(ruleset: RuleSet, leaf: Leaf | None) -> str:
    return ruleset.catalogue.facts[leaf.atom.fact].question if leaf else ""


def _refused(ruleset: RuleSet, facts: Facts, gate: AgreementGate) -> tuple[str, str]:
    """Return what to say below the statutory line when agreement is refused or withdrawn, and what to ask."""
    asks = gate.if_refused
    if asks is None:
        return "Agreement is refused or withdrawn, so this route cannot go ahead. Decide what else would help", ""
    answer = facts.get(asks.fact)
    if asks.yes.atom.truth(answer):
        then = ruleset.routes[asks.yes_route].name
        return f"Agreement is refused or withdrawn and need would grow without help: {then}", ""
    if asks.no.atom.truth(answer):
        then = ruleset.routes[asks.no_route].name
        return f"Agreement is refused or withdrawn and need would not grow without help: {then}", ""
    question = _question(ruleset, asks.yes)
    return (
        "Agreement is refused or withdrawn, so this route cannot go ahead. It does not mean the need has gone: ask",
        question,
    )
