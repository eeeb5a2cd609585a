"""What every version promises, whatever its authors write: twelve promises, and the bounds that missing facts leave."""

from collections.abc import Iterator
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mash.rules import Advice, Facts, RuleSet, Value, evaluate, evaluate_many, read_facts
from mash.rules.advice import Bound
from mash.rules.conditions import facts_in
from mash.rules.parts import Kind
from tests.rules.generate import ANSWERS, NAMES, facts, rulesets, settled, tapes
from tests.rules.small import CATALOGUE, CHOICES, INDICATORS, NUMBERS, PROTECTIVE, SEVERITY

many = settings(max_examples=settings().max_examples * 2)  # twice whatever the profile asks
RISKS = (*INDICATORS, "immediate_harm", "contacts_12m", "plan_ended")
ROUTING = [name for name, (role, _, _) in CHOICES.items() if role == "routing"]


def height(ruleset: RuleSet, result: Advice | Bound) -> tuple[int, int, int]:
    """Return level, rating and strength as places; "not a child" is below the lowest level."""
    levels = [level.key for level in ruleset.levels]
    strength = result.strength if isinstance(result, Advice) else result.route
    return (
        levels.index(result.level) if result.level else -1,
        [rating.key for rating in ruleset.ratings].index(result.rating),
        [route.key for route in ruleset.routes].index(strength),
    )


def results(advice: Advice) -> tuple[str | None, str, str, str]:
    return advice.level, advice.rating, advice.route, advice.strength


def nowhere_lower(ruleset: RuleSet, low: Advice | Bound, high: Advice | Bound) -> bool:
    return all(one <= other for one, other in zip(height(ruleset, low), height(ruleset, high), strict=True))


def worse(name: str, value: Value | None) -> Iterator[Value]:
    """Yield the answers that add a risk, or make one worse."""
    known = None if value is None else value.known
    if name in NUMBERS:
        most = NUMBERS[name][1]
        yield from map(Value, range(known + 1 if isinstance(known, int) else most, most + 1))
    elif name in CHOICES:
        values = CHOICES[name][1]
        yield from map(Value, values[values.index(str(known)) + 1 :] if known else values[-1:])
    elif known != "present":
        yield Value("present")
    elif name in INDICATORS and INDICATORS[name][2]:
        severity = value.detail("severity") if value else None
        steps = SEVERITY[SEVERITY.index(str(severity)) + 1 :] if severity else SEVERITY[-1:]
        yield from (Value("present", (("severity", step),)) for step in steps)


@many
@given(rulesets, facts)
def test_a_risk_that_is_added_or_grows_never_lowers_anything(ruleset: RuleSet, child: Facts) -> None:
    before = evaluate(ruleset, child)
    changed = [child.but(name, value) for name in RISKS for value in worse(name, child.get(name))]
    assert all(nowhere_lower(ruleset, before, after) for after in evaluate_many(ruleset, changed))


@many
@given(rulesets, facts)
def test_a_strength_never_raises_anything_nor_goes_below_a_floor_or_trigger(ruleset: RuleSet, child: Facts) -> None:
    without = child
    for name in PROTECTIVE:
        without = without.but(name, None)
    before = evaluate(ruleset, without)
    changed = [child.but(name, value) for name in PROTECTIVE for value in ANSWERS[name]]
    rules = {rule.id: rule for rule in ruleset.level_rules()}
    for after in evaluate_many(ruleset, changed):
        assert nowhere_lower(ruleset, after, before)
        fixed = [rules[reason.id] for reason in after.reasons if reason.kind in (Kind.TRIGGER, Kind.FLOOR)]
        assert after.not_a_child or all(height(ruleset, after)[0] >= (rule.then.level or 0) for rule in fixed)


@many
@given(rulesets, facts)
def test_no_that_becomes_unknown_never_lowers(ruleset: RuleSet, child: Facts) -> None:
    noes = [name for name, value in child if value.known in ("absent", "no", "none", "never") or value.known == 0]
    noes = [name for name in noes if name not in ("age_years", "hours_to_harm", *ROUTING)]
    before = evaluate(ruleset, child)
    changed = [child.but(name, value) for name in noes for value in (Value(None), None)]
    assert all(nowhere_lower(ruleset, before, after) for after in evaluate_many(ruleset, changed))


@many
@given(rulesets, facts)
def test_refusing_agreement_never_lowers_a_level_or_moves_a_statutory_route(ruleset: RuleSet, child: Facts) -> None:
    answers = [None, *ANSWERS["agreement"]]
    results = evaluate_many(ruleset, [child.but("agreement", answer) for answer in answers])
    statutory = {route.key for route in ruleset.routes if route.statutory}
    given_ = results[answers.index(Value("given"))]
    for result in results:
        assert (result.level, result.rating, result.bases) == (given_.level, given_.rating, given_.bases)
        assert given_.strength not in statutory or result.strength == given_.strength


@many
@given(rulesets, facts)
def test_refusal_alone_never_closes_a_contact(ruleset: RuleSet, child: Facts) -> None:
    for unknown in (None, Value(None)):
        asked = child.but("would_grow", unknown)
        agreed, refused = (evaluate(ruleset, asked.but("agreement", Value(answer))) for answer in ("given", "refused"))
        assert refused.strength == agreed.strength


@many
@given(rulesets, facts)
def test_who_refers_and_how_never_touches_level_or_rating(ruleset: RuleSet, child: Facts) -> None:
    results = evaluate_many(ruleset, [child.but(name, value) for name in ROUTING for value in (None, *ANSWERS[name])])
    assert len({(result.level, result.rating) for result in results}) == 1


@many
@given(rulesets, facts)
def test_an_open_case_changes_the_route_but_not_level_or_rating(ruleset: RuleSet, child: Facts) -> None:
    new, open_ = (evaluate(ruleset, child.but("case_status", Value(state))) for state in ("none", "child_in_need"))
    assert (new.level, new.rating) == (open_.level, open_.rating)
    assert open_.route == ("to_worker" if not open_.not_a_child else open_.strength)
    assert new.route == new.strength


@many
@given(rulesets, facts, st.integers(0, NUMBERS["hours_to_harm"][1]))
def test_danger_that_comes_nearer_never_lowers_urgency_nor_moves_the_level(
    ruleset: RuleSet, child: Facts, hours: int
) -> None:
    changed = [child.but("hours_to_harm", Value(nearer)) for nearer in range(hours, -1, -9)]
    results = [height(ruleset, result) for result in evaluate_many(ruleset, changed)]
    assert [rating for _, rating, _ in results] == sorted(rating for _, rating, _ in results)
    assert len({(level, strength) for level, _, strength in results}) == 1


@many
@given(rulesets, facts, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(ruleset: RuleSet, child: Facts, random: Random) -> None:
    names = list(child.values)
    random.shuffle(names)
    again = read_facts(CATALOGUE, {name: child.to_json()[name] for name in names})
    assert again == child
    assert evaluate(ruleset, again) == evaluate(ruleset, child)


@many
@given(rulesets, facts, st.integers(0, 24))
def test_a_birthday_changes_only_rules_that_look_at_age(ruleset: RuleSet, child: Facts, age: int) -> None:
    before, after = (evaluate(ruleset, child.but("age_years", Value(years))) for years in (age, age + 1))
    looks_at_age = {rule.id for rule in ruleset.level_rules() if "age_years" in facts_in(rule.when)}
    kinds = set(Kind)
    met = [{reason.id for reason in advice.reasons if reason.kind in kinds} for advice in (before, after)]
    assert met[0] ^ met[1] <= looks_at_age


@many
@given(rulesets, facts)
def test_there_is_always_one_main_route_and_a_reason_or_the_words_no_rule_met(ruleset: RuleSet, child: Facts) -> None:
    advice = evaluate(ruleset, child)
    redirects = [redirect.route for redirect in ruleset.redirects]
    assert advice.route in [*redirects, advice.strength]
    assert advice.strength in [route.key for route in ruleset.routes]
    assert bool(advice.reasons) != (advice.summary == "No rule met")


@many
@given(rulesets, facts, tapes)
def test_whatever_missing_facts_turn_out_to_be_results_stay_between_lowest_and_ceiling(
    ruleset: RuleSet, child: Facts, tape: bytes
) -> None:
    now = evaluate(ruleset, child)
    final = evaluate(ruleset, settled(child, tape, only_recorded=False))
    for result in (now, final):
        assert nowhere_lower(ruleset, now.lowest, result)
        assert nowhere_lower(ruleset, result, now.ceiling)
    partly = evaluate(ruleset, settled(child, tape, only_recorded=True))
    assert nowhere_lower(ruleset, partly, now.unknown_ceiling)
    assert nowhere_lower(ruleset, now.unknown_ceiling, now.ceiling)


@many
@given(rulesets, facts, tapes)
def test_without_strengths_exceptions_and_doubt_the_level_never_falls_as_facts_arrive(
    ruleset: RuleSet, child: Facts, tape: bytes
) -> None:
    now = evaluate(ruleset, child)
    later = settled(child, tape, only_recorded=False)
    for name in NAMES:
        if name in PROTECTIVE or name.startswith("ex-"):
            later = later.but(name, child.get(name))
    if now.level == now.lowest.level:
        final = evaluate(ruleset, later)
        assert height(ruleset, final)[0] >= height(ruleset, now)[0]


@many
@given(rulesets, facts)
def test_each_change_said_to_move_a_result_does_so(ruleset: RuleSet, child: Facts) -> None:
    advice = evaluate(ruleset, child)
    for change in advice.would_change:
        value = read_facts(CATALOGUE, {change.fact: change.then}).get(change.fact)
        then = evaluate(ruleset, child.but(change.fact, value))
        assert results(then) == (change.level, change.rating, change.route, change.strength)
        assert results(then) != results(advice)


@many
@given(rulesets, facts)
def test_each_question_said_to_be_enough_alone_can_raise_what_it_names(ruleset: RuleSet, child: Facts) -> None:
    advice = evaluate(ruleset, child)
    for one in advice.missing:
        if one.alone:
            tried = [child.but(one.fact, value) for value in ANSWERS[one.fact]]
            reached = evaluate_many(ruleset, tried)
            assert one.level in (None, *(result.level for result in reached))
            assert one.rating in (None, *(result.rating for result in reached))
            assert one.route in (None, *(result.strength for result in reached))
            assert (one.level, one.rating, one.route) != (None, None, None)


@many
@given(rulesets, facts)
def test_advice_survives_being_written_down(ruleset: RuleSet, child: Facts) -> None:
    advice = evaluate(ruleset, child)
    assert Advice.from_json(advice.to_json()) == advice
