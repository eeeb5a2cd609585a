"""A version as a plain table: one row for each rule that gives a level or a duty, in words that a meeting can read."""

from mash.rules.conditions import Condition, Leaf, OneOf
from mash.rules.facts import PRESENT
from mash.rules.parts import Effect, Rule
from mash.rules.ruleset import RuleSet
from mash.rules.wording import Clause, gives_in_words, in_words, level_name

COLUMNS = ("level", "rule", "descriptor", "indicator", "condition", "gives", "source")


def to_rows(ruleset: RuleSet) -> list[tuple[str, ...]]:
    """Return the heading and a row for each rule, the highest level first and otherwise in the order of the file.

    A row with a code under `indicator` says the whole of its rule: that indicator by itself gives that level, and the
    rating and legal basis under `gives`. Any other row has its `condition` in words.
    """
    highest = len(ruleset.levels)
    rules = sorted(
        ruleset.level_rules(), key=lambda rule: highest - (-1 if rule.then.level is None else rule.then.level)
    )
    return [COLUMNS, *(_row(ruleset, rule) for rule in rules)]


def _row(ruleset: RuleSet, rule: Rule) -> tuple[str, ...]:
    code = code_alone(ruleset, rule)
    level = "" if rule.then.level is None else _level(ruleset, rule.then.level)
    condition = "" if code else flat(in_words(ruleset, rule.when))
    gives = "; ".join(gives_in_words(ruleset, rule.then))
    return (level, rule.id, rule.words, code, condition, gives, rule.source)


def _level(ruleset: RuleSet, place: int) -> str:
    said = level_name(ruleset, place)
    return said[:1].upper() + said[1:]


def code_alone(ruleset: RuleSet, rule: Rule) -> str:
    """Return the code of the indicator whose presence alone is the rule, if a row can hold all it gives; or nothing."""
    code, then = present(rule.when), rule.then
    mapped = any(rule is line for line in ruleset.indicators.get(code, ()))
    return code if mapped and then == Effect(level=then.level, rating=then.rating, bases=then.bases) else ""


def present(when: Condition) -> str:
    """Return the code of a condition that is met when one fact is present; nothing for any other condition."""
    match when:
        case Leaf(OneOf(code, allowed)) if allowed == {PRESENT}:
            return code
    return ""


def flat(clause: Clause) -> str:
    """Write a sentence and what stands under it on one line.

    >>> flat(Clause("Both of these:", (Clause("hungry"), Clause("cold"))))
    'Both of these: [hungry; cold]'
    """
    return clause.words + (f" [{'; '.join(map(flat, clause.parts))}]" if clause.parts else "")
