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
from tests.rules.written import a_ruleset, said

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
            ways = now.strength - was.strength if was.redirect is None and now.redirect is None else 0
            assert one.lower >> place & 1 == (levels[1] < levels[0] or ways < 0)
            assert one.higher >> place & 1 == (levels[1] > levels[0] or ways > 0)


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


def test_a_case_passed_on_to_its_worker_is_neither_referred_nor_moved_up_or_down() -> None:
    redirects = [said("D-1") | {"when": {"fact": "case_status", "is": "child_in_need"}, "route": "w", "name": "On"}]
    old = a_ruleset(redirects=redirects)
    new = a_ruleset(redirects=redirects, indicators={"ab-mark": "L4", "ng-late": "L4"})
    cohort = a_cohort([a_past(0, {"ng-late": "present", "case_status": "child_in_need"}), a_past(1, {})])
    (history,) = cohort.histories
    judged = judge(history, old)
    assert label_at(judged.route, 0) == "w"
    assert judged.statutory == 0
    loose = compare(history, history.frame.full, old, a_ruleset(redirects=[]))
    assert (loose.moved, loose.lower, loose.higher) == (1, 0, 0)
    assert compare(history, history.frame.full, old, new).higher == 1  # by its level


def test_an_answer_that_the_catalogue_no_longer_knows_counts_as_not_asked() -> None:
    ruleset = a_ruleset(rules=[said("X-1") | {"kind": "unknown", "when": DOUBT, "then": {"level": "L3"}}])
    cohort = a_cohort([a_past(0, {"ab-says": "perhaps", "gone": 3}), a_past(1, {"ab-says": "absent"})])
    assert judge(cohort.histories[0], ruleset).level["3"] == 0b01


DOUBT = {"unknown": "ab-says"}
