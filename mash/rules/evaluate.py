"""Advise on one child or on many: run the program, read the registers, and put the results in words."""

from collections.abc import Sequence
from functools import cached_property, lru_cache, partial
from itertools import islice

from mash.rules.advice import Advice, Finding, Missing, Noted, Reason, WouldChange
from mash.rules.alone import alone
from mash.rules.columns import NOW, VIEWS, side_by_side
from mash.rules.facts import Facts
from mash.rules.findings import Gates, Said
from mash.rules.met import meetable
from mash.rules.outcome import Outcome
from mash.rules.parts import Offset, Rule
from mash.rules.program import program_for
from mash.rules.reasons import noted, reasons
from mash.rules.ruleset import RuleSet
from mash.rules.standing import Standing, Standings
from mash.rules.tried import Tried, tried
from mash.rules.whatif import missing, would_change

# Children side by side in one run: enough to share its cost, few enough to stay in the processor's cache.
AT_ONCE = 256


def evaluate(ruleset: RuleSet, facts: Facts) -> Advice:
    """Advise on one child.

    Args:
        ruleset: The version of the thresholds to judge by: the one in force on the day the contact was received.
        facts: What is recorded, as `read_facts` gives it. A fact left out was not asked, and never counts as "no".

    Returns:
        Level, rating, route and legal basis as four results, with every reason. A missing fact neither meets nor clears
        a rule; where it could raise a result it is in `missing`, and `ceiling` says how far.

    Source:
        Working Together to Safeguard Children (2023), chapters 1 and 3.
    """
    return _ready(ruleset).one(facts)


def evaluate_many(ruleset: RuleSet, facts_of: Sequence[Facts]) -> list[Advice]:
    """Advise on many children, in the order given; each advice is the one `evaluate` gives."""
    ready, children = _ready(ruleset), iter(facts_of)
    advice: list[Advice] = []
    while batch := list(islice(children, AT_ONCE)):
        advice += ready.many(batch)
    return advice


class _Ready:
    """A version made ready to advise by."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.program = program_for(ruleset)
        self.meetable, self.standings, self.gates = meetable(ruleset), Standings(ruleset), Gates(ruleset)

    def one(self, facts: Facts) -> Advice:
        registers = alone(self.program).run(facts)
        standing, met = self.standings.of_one(registers), self.meetable.by_one(registers)
        return self._advice(facts, registers, 0, standing, met, self.gates.by_one(facts, standing, met))

    def many(self, batch: Sequence[Facts]) -> list[Advice]:
        registers, children = side_by_side(self.program, batch), len(batch)
        standings, met = list(self.standings.of_each(registers, children)), self.meetable.by_each(registers, children)
        said = self.gates.by_each(batch, standings, self.meetable.spoken_by_each(registers, children))
        starts = range(0, len(VIEWS) * children, len(VIEWS))
        return [
            self._advice(facts, registers, start, standing, held, words)
            for facts, start, standing, held, words in zip(batch, starts, standings, met, said, strict=True)
        ]

    def _advice(
        self, facts: Facts, registers: Sequence[int], start: int, standing: Standing, met: list[str], said: Said
    ) -> Advice:
        rules_met = (*standing.first, *met, *standing.last)
        parts = {**standing.told, "rules_met": rules_met, "questions": said.questions}
        return Advice.on_request(partial(_Child, self, facts, registers, start, standing, met, said), parts)


@lru_cache(maxsize=64)
def _ready(ruleset: RuleSet) -> _Ready:
    return _Ready(ruleset)


class _Child:
    """One child's part of the registers, and the parts of the advice that are worked out when they are asked for."""

    def __init__(
        self,
        ready: _Ready,
        facts: Facts,
        registers: Sequence[int],
        start: int,
        standing: Standing,
        met: list[str],
        said: Said,
    ) -> None:
        self.ready, self.facts, self.standing, self.met, self.said = ready, facts, standing, met, said
        self.registers, self.start = registers, start

    @property
    def ruleset(self) -> RuleSet:
        return self.ready.ruleset

    @property
    def now(self) -> Outcome:
        return self.standing.now

    @property
    def rules_met(self) -> tuple[str, ...]:
        """Return the ids of all that was met, in the order in which its reasons are told."""
        return (*self.standing.first, *self.met, *self.standing.last)

    @property
    def rules(self) -> list[Rule]:
        """Return the rules of the level that were met."""
        parts = [self.ready.meetable.parts[id] for id in self.met]
        return [part for part in parts if isinstance(part, Rule)]

    @property
    def offsets(self) -> list[Offset]:
        """Return the strengths that lower something."""
        places = zip(self.ruleset.offsets, self.ready.program.outputs.offsets, strict=True)
        return [offset for offset, place in places if self.registers[place] >> self.start + NOW & 1]

    def summary(self) -> str:
        return _summary(self.ruleset, self.now, len(self.rules_met))

    def provisional(self) -> bool:
        return self.standing.open or not self.ready.meetable.unsure.isdisjoint(self.met)

    def reasons(self) -> tuple[Reason, ...]:
        return reasons(self.ruleset, self.facts, self.rules_met, self.offsets)

    def findings(self) -> tuple[Finding, ...]:
        return self.said.findings

    def also(self) -> tuple[Noted, ...]:
        return noted(self.ruleset.extra_routes, self.rules, lambda then: then.also)

    def duties(self) -> tuple[Noted, ...]:
        return noted(self.ruleset.duties, self.rules, lambda then: then.duties)

    def instructions(self) -> tuple[Noted, ...]:
        return noted(self.ruleset.instructions, self.rules, lambda then: then.instructions)

    @cached_property
    def tried(self) -> Tried:
        return tried(self.ruleset, self.facts)

    def missing(self) -> tuple[Missing, ...]:
        return missing(self.ruleset, self.facts, self.now, self.tried)

    def would_change(self) -> tuple[WouldChange, ...]:
        return would_change(self.ruleset, self.facts, self.now, self.tried)


def _summary(ruleset: RuleSet, now: Outcome, rules: int) -> str:
    if now.level is None:
        return f"Not a child: {ruleset.not_a_child.words}"
    if not rules:
        return "No rule met"
    first = ruleset.redirects[now.redirect].name if now.redirect is not None else ruleset.routes[now.strength].name
    met = "1 rule met" if rules == 1 else f"{rules} rules met"
    return f"{ruleset.levels[now.level].name}; {ruleset.ratings[now.rating].name}; {first}; {met}"
