"""A rule left out moves just those levels that a run without it would move."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mash.replay.judge import judge
from mash.replay.leave_out import falls_without, met_by
from mash.rules import Facts, RuleSet
from mash.rules.bits import set_bits
from mash.rules.reference import interpret
from tests.replay.history import a_cohort, a_past
from tests.rules.generate import facts, rulesets


@settings(max_examples=settings().max_examples * 2)
@given(rulesets, st.lists(facts, min_size=1, max_size=12))
def test_a_level_falls_without_a_rule_as_it_does_when_the_rule_is_not_there(
    ruleset: RuleSet, known: list[Facts]
) -> None:
    (history,) = a_cohort([a_past(number, one) for number, one in enumerate(known)], size=len(known)).histories
    judged = judge(history, ruleset)
    falls = falls_without(judged, history.frame.full)
    gives = {id: given for id, _, given in met_by(ruleset, judged.outputs)}
    whole = [interpret(ruleset, one).level for one in known]
    for rule in ruleset.rules:
        rest = replace(ruleset, rules=tuple(one for one in ruleset.rules if one is not rule), content_hash=rule.id)
        fell = [number for number, one in enumerate(known) if interpret(rest, one).level != whole[number]]
        said = judged.fired[rule.id] & falls.get(gives[rule.id], 0)
        assert set_bits(said) == fell
