"""Advise on one child or on many: run the program, read the registers, and put the results in words."""

from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from mash.rules.advice import Advice, Bound, Finding, Missing, Noted, Reason, WouldChange
from mash.rules.alone import alone
from mash.rules.columns import CEILING, LOWEST, NOW, UNKNOWN_CEILING, Columns
from mash.rules.facts import Facts
from mash.rules.findings import findings
from mash.rules.outcome import Outcome, outcome_of
from mash.rules.parts import Kind
from mash.rules.program import program_for
from mash.rules.reasons import Met, met_of, noted, reasons
from mash.rules.ruleset import RuleSet
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
    return evaluate_many(ruleset, [facts])[0]


def evaluate_many(ruleset: RuleSet, facts_of: Sequence[Facts]) -> list[Advice]:
    """Advise on many children, in the order given; each advice is the one `evaluate` gives."""
    children = iter(facts_of)
    advice: list[Advice] = []
    while batch := list(islice(children, AT_ONCE)):
        advice += _batch(ruleset, batch)
    return advice


def _batch(ruleset: RuleSet, batch: Sequence[Facts]) -> list[Advice]:
    program = program_for(ruleset)
    columns = Columns(program)
    starts = [columns.add(facts) for facts in batch]
    registers = columns.run() if len(batch) > 1 else alone(program).run(batch[0])
    met = met_of(ruleset, registers, len(batch))
    return [
        _advice(_Child(ruleset, facts, registers, start, found))
        for facts, start, found in zip(batch, starts, met, strict=True)
    ]


def _advice(child: "_Child") -> Advice:
    ruleset, now = child.ruleset, child.now
    route = ruleset.routes[now.strength].key
    return Advice.on_request(
        child,
        ruleset_id=ruleset.id,
        ruleset_hash=ruleset.content_hash,
        not_a_child=now.level is None,
        level=None if now.level is None else ruleset.levels[now.level].key,
        rating=ruleset.ratings[now.rating].key,
        route=route if now.redirect is None else ruleset.redirects[now.redirect].route,
        strength=route,
        bases=now.bases,
    )


class _Child:
    """One child's part of the registers, and the parts of the advice, each worked out when it is asked for."""

    def __init__(self, ruleset: RuleSet, facts: Facts, registers: Sequence[int], start: int, met: Met) -> None:
        self.ruleset, self.facts, self.met = ruleset, facts, met
        self.registers, self.start, self.outputs = registers, start, program_for(ruleset).outputs
        self.now = self.outcome(NOW)

    def outcome(self, view: int) -> Outcome:
        return outcome_of(self.ruleset, self.outputs, self.registers, self.start + view)

    def _reached(self, places: tuple[int, ...], view: int) -> int:
        return sum(self.registers[place] >> self.start + view & 1 for place in places)

    def summary(self) -> str:
        return _summary(self.ruleset, self.now, len(self.reasons()))

    def provisional(self) -> bool:
        in_doubt = any(rule.kind is Kind.UNKNOWN for rule in self.met.rules)
        return self.outcome(UNKNOWN_CEILING).beyond(self.now) or in_doubt

    def reasons(self) -> tuple[Reason, ...]:
        return reasons(self.ruleset, self.facts, self.met, self.now)

    def findings(self) -> tuple[Finding, ...]:
        if self.now.level is None:
            return ()
        before_gates = self._reached(self.outputs.before_gates, NOW)
        return findings(self.ruleset, self.facts, self.met, before_gates, self.now.strength)

    def also(self) -> tuple[Noted, ...]:
        return noted(self.ruleset.extra_routes, self.met, lambda then: then.also)

    def duties(self) -> tuple[Noted, ...]:
        return noted(self.ruleset.duties, self.met, lambda then: then.duties)

    def instructions(self) -> tuple[Noted, ...]:
        return noted(self.ruleset.instructions, self.met, lambda then: then.instructions)

    def questions(self) -> tuple[str, ...]:
        asked = [question for rule in self.met.rules for question in rule.then.ask]
        return tuple(dict.fromkeys([*asked, *(one.question for one in self.findings() if one.question)]))

    @cached_property
    def tried(self) -> Tried:
        return tried(self.ruleset, self.facts)

    def missing(self) -> tuple[Missing, ...]:
        return missing(self.ruleset, self.facts, self.now, self.tried)

    def would_change(self) -> tuple[WouldChange, ...]:
        return would_change(self.ruleset, self.facts, self.now, self.tried)

    def lowest(self) -> Bound:
        """Return a limit. While it is open whether the person is a child, it covers both answers."""
        lowest = self.outcome(LOWEST)
        return _bound(self.ruleset, lowest, min(lowest.strength, self._reached(self.outputs.strengths, LOWEST)))

    def ceiling(self) -> Bound:
        return self._highest(CEILING)

    def unknown_ceiling(self) -> Bound:
        return self._highest(UNKNOWN_CEILING)

    def _highest(self, view: int) -> Bound:
        """Return a limit, which covers both answers as `lowest` does."""
        outcome, perhaps_adult = self.outcome(view), self._reached((self.outputs.not_a_child,), LOWEST)
        return _bound(self.ruleset, outcome, max(outcome.strength, self.ruleset.not_a_child.route * perhaps_adult))


def _bound(ruleset: RuleSet, outcome: Outcome, strength: int) -> Bound:
    level = None if outcome.level is None else ruleset.levels[outcome.level].key
    return Bound(level, ruleset.ratings[outcome.rating].key, ruleset.routes[strength].key)


def _summary(ruleset: RuleSet, now: Outcome, rules: int) -> str:
    if now.level is None:
        return f"Not a child: {ruleset.not_a_child.words}"
    if not rules:
        return "No rule met"
    first = ruleset.redirects[now.redirect].name if now.redirect is not None else ruleset.routes[now.strength].name
    met = "1 rule met" if rules == 1 else f"{rules} rules met"
    return f"{ruleset.levels[now.level].name}; {ruleset.ratings[now.rating].name}; {first}; {met}"
