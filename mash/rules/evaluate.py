"""Advise on one child or on many: run the program, read the registers, and put the results in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mash.rules.advice import Advice, Bound
from mash.rules.changes import Try, tries_for
from mash.rules.columns import CEILING, LOWEST, NOW, UNKNOWN_CEILING, VIEWS, Columns
from mash.rules.facts import Facts
from mash.rules.findings import findings
from mash.rules.outcome import Outcome, outcome_of
from mash.rules.parts import Kind
from mash.rules.program import Outputs, program_for
from mash.rules.reasons import met_of, noted, reasons
from mash.rules.ruleset import RuleSet
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


@dataclass(frozen=True, slots=True)
class _Child:
    """One child's part of the registers."""

    ruleset: RuleSet
    outputs: Outputs
    facts: Facts
    tries: list[Try]
    registers: list[int]
    start: int

    def bits(self, register: int) -> int:
        """Return this child's bits of a register: the views, then the tries."""
        return (self.registers[register] >> self.start) & ((1 << (len(VIEWS) + len(self.tries))) - 1)

    def outcome(self, case: int) -> Outcome:
        return outcome_of(self.ruleset, self.outputs, self.registers, self.start + case)

    def moved(self) -> Iterator[tuple[Try, Outcome]]:
        """Yield the tries that move a result, with the outcome then."""
        outputs, tried = self.outputs, ((1 << len(self.tries)) - 1) << len(VIEWS)
        results = (*outputs.levels, *outputs.ratings, *outputs.strengths, *outputs.redirects, outputs.not_a_child)
        moved = 0
        for register in results:
            bits = self.bits(register)
            moved |= bits ^ (tried if bits & 1 else 0)
        moved = (moved & tried) >> len(VIEWS)
        for number, attempt in enumerate(self.tries):
            if moved >> number & 1:
                yield attempt, self.outcome(len(VIEWS) + number)


def _batch(ruleset: RuleSet, batch: list[Facts]) -> list[Advice]:
    program, tries = program_for(ruleset), tries_for(ruleset)
    columns = Columns(program)
    tried = [tries.of(facts) for facts in batch]
    starts = [
        columns.add(facts, [(attempt.fact, attempt.value) for attempt in attempts])
        for facts, attempts in zip(batch, tried, strict=True)
    ]
    registers = columns.run()
    return [
        _advice(_Child(ruleset, program.outputs, facts, attempts, registers, start))
        for facts, attempts, start in zip(batch, tried, starts, strict=True)
    ]


def _advice(child: _Child) -> Advice:
    ruleset, outputs = child.ruleset, child.outputs
    now, met = child.outcome(NOW), met_of(ruleset, outputs, child.registers, child.start)
    raised = child.outcome(UNKNOWN_CEILING)
    said = reasons(ruleset, child.facts, met, now)
    moved = list(child.moved())
    route = ruleset.routes[now.strength]
    redirect = None if now.redirect is None else ruleset.redirects[now.redirect]
    before_gates = sum(child.bits(register) & 1 for register in outputs.before_gates)
    found = () if now.level is None else findings(ruleset, child.facts, met, before_gates, now.strength)
    asked = [question for rule in met.rules for question in rule.then.ask]
    in_doubt = any(rule.kind is Kind.UNKNOWN for rule in met.rules)
    return Advice(
        ruleset_id=ruleset.id,
        ruleset_hash=ruleset.content_hash,
        summary=_summary(ruleset, now, len(said)),
        not_a_child=now.level is None,
        provisional=raised.beyond(now) or in_doubt,
        level=None if now.level is None else ruleset.levels[now.level].key,
        rating=ruleset.ratings[now.rating].key,
        route=redirect.route if redirect else route.key,
        strength=route.key,
        bases=now.bases,
        reasons=said,
        findings=found,
        also=noted(ruleset.extra_routes, met, lambda then: then.also),
        duties=noted(ruleset.duties, met, lambda then: then.duties),
        instructions=noted(ruleset.instructions, met, lambda then: then.instructions),
        questions=tuple(dict.fromkeys([*asked, *(finding.question for finding in found if finding.question)])),
        missing=missing(ruleset, child.facts, now, moved, met),
        would_change=would_change(ruleset, child.facts, now, moved),
        **_bounds(child, raised),
    )


def _bounds(child: _Child, raised: Outcome) -> dict[str, Bound]:
    """Return the limits. While it is open whether the person is a child, they cover both answers."""
    ruleset, lowest, ceiling = child.ruleset, child.outcome(LOWEST), child.outcome(CEILING)
    weakest, strongest, likely = lowest.strength, ceiling.strength, raised.strength
    if lowest.level is None:
        weakest = min(weakest, sum(child.bits(register) >> LOWEST & 1 for register in child.outputs.strengths))
        strongest, likely = (max(one, ruleset.not_a_child.route) for one in (strongest, likely))
    return {
        "lowest": _bound(ruleset, lowest, weakest),
        "ceiling": _bound(ruleset, ceiling, strongest),
        "unknown_ceiling": _bound(ruleset, raised, likely),
    }


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
