"""Replay gives every child what the slow interpreter gives it, whatever rules and facts; and reads facts only."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mash.replay.compare import Period, compare
from mash.replay.judge import Judged, judge, label_at
from mash.replay.past import NOT_A_CHILD
from mash.replay.rehearse import moved_children
from mash.rules import Facts, RuleSet, evaluate
from mash.rules.outcome import Outcome
from mash.rules.reference import interpret
from tests.replay.history import a_cohort, a_past
from tests.rules.generate import facts, rulesets

many = settings(max_examples=settings().max_examples * 4)
children = st.lists(facts, min_size=1, max_size=12)


def as_labels(ruleset: RuleSet, outcome: Outcome) -> tuple[str, str, str]:
    level = NOT_A_CHILD if outcome.level is None else str(ruleset.levels[outcome.level].ordinal)
    route = ruleset.routes[outcome.strength].key
    if outcome.redirect is not None:
        route = ruleset.redirects[outcome.redirect].route
    return level, ruleset.ratings[outcome.rating].key, route


def labels(judged: Judged, place: int) -> tuple[str, ...]:
    return tuple(label_at(judged.axis(axis), place) for axis in ("level", "rating", "route"))


@many
@given(rulesets, children)
def test_every_child_gets_what_the_slow_interpreter_gives(ruleset: RuleSet, known: list[Facts]) -> None:
    cohort = a_cohort([a_past(number, one) for number, one in enumerate(known)])
    found = [
        labels(judged, place)
        for history in cohort.histories
        for judged in [judge(history, ruleset)]
        for place in range(history.frame.size)
    ]
    assert found == [as_labels(ruleset, interpret(ruleset, one)) for one in known]


@given(rulesets, rulesets, children)
def test_who_moves_and_which_way_is_what_each_child_alone_would_show(
    old: RuleSet, new: RuleSet, known: list[Facts]
) -> None:
    cohort = a_cohort([a_past(number, one) for number, one in enumerate(known)], size=len(known))
    (history,) = cohort.histories
    one = compare(history, history.frame.full, old, new)
    before, after = ([interpret(version, child) for child in known] for version in (old, new))
    for place, (was, now) in enumerate(zip(before, after, strict=True)):
        assert one.moved >> place & 1 == (as_labels(old, was) != as_labels(new, now))
        if [route.key for route in old.routes] == [route.key for route in new.routes]:
            levels = [
                0 if each.level is None else version.levels[each.level].ordinal
                for version, each in ((old, was), (new, now))
            ]
            assert one.lower >> place & 1 == (levels[1] < levels[0] or now.strength < was.strength)
            assert one.higher >> place & 1 == (levels[1] > levels[0] or now.strength > was.strength)


@given(rulesets, rulesets, children)
def test_the_reasons_of_each_child_that_moves_are_those_of_its_own_advice(
    old: RuleSet, new: RuleSet, known: list[Facts]
) -> None:
    cohort = a_cohort([a_past(number, one) for number, one in enumerate(known)], size=len(known))
    (history,) = cohort.histories
    one = compare(history, history.frame.full, old, new)
    for moved in moved_children(one):
        child = known[int(moved.child)]
        met = [{reason.id for reason in evaluate(version, child).reasons} for version in (old, new)]
        if interpret(old, child).level is not None and interpret(new, child).level is not None:
            offsets = {offset.id for version in (old, new) for offset in version.offsets}
            gone, come = set(moved.only_baseline) - offsets, set(moved.only_candidate) - offsets
            assert (gone - met[1], come - met[0]) == (gone, come)
            assert gone <= met[0]
            assert come <= met[1]


@given(rulesets, children)
def test_what_came_later_and_what_people_decided_reach_no_rule(ruleset: RuleSet, known: list[Facts]) -> None:
    plain = a_cohort([a_past(number, one) for number, one in enumerate(known)])
    told = a_cohort(
        [
            a_past(number, one, then={"level": "4", "route": "strategy"}, later={"worse": 3}, who={"age": "under 1"})
            for number, one in enumerate(known)
        ]
    )
    for one, other in zip(plain.histories, told.histories, strict=True):
        assert judge(one, ruleset).registers == judge(other, ruleset).registers


def test_a_period_takes_both_its_days() -> None:
    cohort = a_cohort([a_past(number, {}) for number in range(4)])
    (history,) = cohort.histories
    assert Period("2021-01-05", "2021-01-06").of(history.frame) == 0b0110
    assert Period(None, "2021-01-04").of(history.frame) == 0b0001
    assert Period().of(history.frame) == 0b1111
