"""What agreement means for the route: what can go ahead, what must be asked, and what waits for nobody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mash.rules.advice import Finding
from mash.rules.conditions import Leaf
from mash.rules.facts import Facts, Value
from mash.rules.met import meetable
from mash.rules.parts import AgreementGate
from mash.rules.ruleset import RuleSet
from mash.rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Said:
    """What the gates say, and what they and the rules that were met ask."""

    findings: tuple[Finding, ...]
    questions: tuple[str, ...]


class Gates:
    """The gates of a version, and what they have said: kept by what they look at, of which there are few kinds."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        names = [gate.given.atom.fact for gate in ruleset.gates if gate.given]
        names += [gate.if_refused.fact for gate in ruleset.gates if gate.if_refused]
        self.names = tuple(dict.fromkeys(names))
        self.meetable = meetable(ruleset)
        self._said = lru_cache(maxsize=4096)(self._worked_out)

    def by_one(self, facts: Facts, standing: Standing, met: Iterable[str]) -> Said:
        """Return what the gates say of a child, and all that is asked.

        Args:
            facts: What is recorded.
            standing: How the results stand.
            met: The ids of what was met.
        """
        spoken = tuple([id for id in met if id in self.meetable.speaking])
        return self._said(standing, spoken, *map(facts.values.get, self.names))

    def by_each(
        self, batch: Sequence[Facts], standings: Iterable[Standing], spoken: Iterable[Iterable[str]]
    ) -> Iterator[Said]:
        """Yield what the gates say of each child, and all that is asked; of what was met, `spoken` is what speaks."""
        answers = [[facts.values.get(name) for facts in batch] for name in self.names]
        return map(self._said, standings, map(tuple, spoken), *answers)

    def _worked_out(self, standing: Standing, spoken: tuple[str, ...], *answers: Value | None) -> Said:
        given = zip(self.names, answers, strict=True)
        facts = Facts({name: value for name, value in given if value is not None})
        silent = not self.meetable.silent.isdisjoint(spoken)
        found = tuple(_finding(self.ruleset, facts, gate, silent=silent) for gate in self._speaking(standing))
        asked = [question for id, asks in self.meetable.asking.items() if id in spoken for question in asks]
        return Said(found, tuple(dict.fromkeys([*asked, *(one.question for one in found if one.question)])))

    def _speaking(self, standing: Standing) -> Iterator[AgreementGate]:
        """Yield the gates that have something to say where the results stand; none to a person who is not a child."""
        if standing.now.level is None:
            return
        line = self.ruleset.statutory_from
        for gate in self.ruleset.gates:
            if gate.route <= standing.before_gates < line if gate.route < line else gate.route == standing.now.strength:
                yield gate


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
