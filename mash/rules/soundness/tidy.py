"""What is missing or idle in a version: codes that no rule looks at, examples that break, rules that never fire."""

from collections.abc import Iterator, Mapping

from mash.rules.catalogue import Role
from mash.rules.comparisons import inputs_of
from mash.rules.evaluate import evaluate
from mash.rules.parts import Example
from mash.rules.ruleset import RuleSet
from mash.rules.soundness.finding import Finding, Severity, witness

SERIOUS, WARNING = Severity.SERIOUS, Severity.WARNING


def tidy(ruleset: RuleSet, fired: Mapping[str, int] | None) -> Iterator[Finding]:
    """Yield what is left out or idle; `fired` holds how often each rule was met in history, by id."""
    yield from _codes(ruleset)
    yield from _examples(ruleset)
    if fired is not None:
        yield from _idle(ruleset, fired)


def _codes(ruleset: RuleSet) -> Iterator[Finding]:
    used = {atom.fact for atom, _ in inputs_of(ruleset)}
    for fact in ruleset.catalogue.facts.values():
        if fact.role is Role.RISK and fact.name not in used:
            words = f'"{fact.words}" can be recorded, and no rule of this version looks at it'
            yield Finding("code-without-rule", WARNING, fact.name, words)


def _examples(ruleset: RuleSet) -> Iterator[Finding]:
    for number, example in enumerate(ruleset.examples):
        wrong = broken(ruleset, example)
        if wrong:
            words = f'The worked example "{example.name}" does not come out as written: {"; ".join(wrong)}'
            seen = (witness(ruleset, example.facts),)
            yield Finding("example-broken", SERIOUS, f"examples.{number}", words, witnesses=seen)


def broken(ruleset: RuleSet, example: Example) -> list[str]:
    """Return each result of a worked example that does not come out as written, in words; empty when all do."""
    advice = evaluate(ruleset, example.facts)
    lists = {
        "basis": set(advice.bases),
        "also": {noted.key for noted in advice.also},
        "duties": {noted.key for noted in advice.duties},
        "instructions": {noted.key for noted in advice.instructions},
    }
    plain = {"level": advice.level, "rating": advice.rating, "route": advice.route, "strength": advice.strength}
    wrong = []
    for key, expected in example.expect.items():
        wanted = {str(each) for each in expected} if isinstance(expected, list) else {str(expected)}
        if key == "reasons":
            if missing := wanted - {reason.id for reason in advice.reasons}:
                wrong.append(f"{', '.join(sorted(missing))} is not among the reasons")
        elif key in lists:
            if lists[key] != wanted:
                wrong.append(f"{key} is {', '.join(sorted(lists[key])) or 'empty'}, not {', '.join(sorted(wanted))}")
        elif plain[key] != expected:
            wrong.append(f"{key} is {plain[key]}, not {expected}")
    return wrong


def _idle(ruleset: RuleSet, fired: Mapping[str, int]) -> Iterator[Finding]:
    parts = (ruleset.rules, ruleset.urgency, ruleset.route_rules, ruleset.redirects)
    for id, said in [(rule.id, rule.words) for part in parts for rule in part]:
        if not fired.get(id):
            words = f'"{said}" was met by nobody in the history that was counted'
            yield Finding("never-fired", WARNING, id, words)
