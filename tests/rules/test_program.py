"""The program and the slow interpreter agree on every version, and a crowd is advised as each child alone would be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mash.rules import Facts, RuleSet, Value, evaluate, evaluate_many, program_for
from mash.rules.alone import alone
from mash.rules.columns import NOW, VIEWS, side_by_side, with_changes
from mash.rules.conditions import All, Leaf, Some, Unless
from mash.rules.outcome import outcome_of
from mash.rules.reference import interpret
from mash.rules.steps import ALWAYS, AND_NOT
from tests.rules.generate import ANSWERS, facts, rulesets
from tests.rules.test_mistakes import a_version
from tests.rules.written import a_document, a_ruleset, said

many = settings(max_examples=settings().max_examples * 20)  # twenty times whatever the profile asks


@many
@given(rulesets, facts)
def test_the_program_says_what_the_slow_interpreter_says_in_every_view(ruleset: RuleSet, child: Facts) -> None:
    program = program_for(ruleset)
    registers = side_by_side(program, [child])
    for place, view in enumerate(VIEWS):
        assert outcome_of(ruleset, program.outputs, registers, place) == interpret(ruleset, child, view)


@many
@given(rulesets, facts)
def test_one_child_alone_leaves_every_register_as_the_whole_program_does(ruleset: RuleSet, child: Facts) -> None:
    program = program_for(ruleset)
    assert list(alone(program).run(child)) == side_by_side(program, [child])


@settings(max_examples=settings().max_examples)
@given(rulesets, st.lists(facts, max_size=5))
def test_many_children_at_once_are_advised_as_each_alone(ruleset: RuleSet, children: list[Facts]) -> None:
    assert evaluate_many(ruleset, children) == [evaluate(ruleset, child) for child in children]


@settings(max_examples=settings().max_examples)
@given(rulesets, st.lists(facts, min_size=1, max_size=5))
def test_a_column_of_history_gives_the_level_of_each_child(ruleset: RuleSet, children: list[Facts]) -> None:
    """History is run without views or tries: "known true" for each comparison, or "not known false" where in doubt."""
    program = program_for(ruleset)
    columns = []
    for given_ in program.inputs:
        truths = [given_.atom.truth(child.get(given_.atom.fact)) for child in children]
        counted = [truth or (truth is None and given_.sense.name == "DOUBT") for truth in truths]
        columns.append(sum(bool(so) << place for place, so in enumerate(counted)))
    registers = program.run(columns, (1 << len(children)) - 1)
    for place, child in enumerate(children):
        level = sum(registers[register] >> place & 1 for register in program.outputs.levels)
        adult = registers[program.outputs.not_a_child] >> place & 1
        assert (None if adult else level) == interpret(ruleset, child).level


@settings(max_examples=settings().max_examples * 2)
@given(rulesets, facts, st.lists(st.sampled_from([*ANSWERS]), max_size=6))
def test_each_change_tried_on_a_child_comes_out_as_if_it_were_so(
    ruleset: RuleSet, child: Facts, names: list[str]
) -> None:
    program = program_for(ruleset)
    changes = [(name, ANSWERS[name][-1]) for name in names]
    registers = with_changes(program, child, changes)
    for number, view in enumerate(VIEWS):
        assert outcome_of(ruleset, program.outputs, registers, number) == interpret(ruleset, child, view)
    for number, (name, value) in enumerate(changes, len(VIEWS)):
        then = interpret(ruleset, child.but(name, value), VIEWS[NOW])
        assert outcome_of(ruleset, program.outputs, registers, number) == then
    assert max(registers).bit_length() == len(VIEWS) + len(changes)


@settings(max_examples=settings().max_examples)
@given(rulesets)
def test_no_step_is_written_whose_result_is_known_and_none_is_written_twice(ruleset: RuleSet) -> None:
    steps = program_for(ruleset).steps
    assert len(set(steps)) == len(steps)
    for operation, left, right in steps:
        assert right > ALWAYS
        assert left != right
        assert left >= ALWAYS if operation == AND_NOT else ALWAYS < left < right


def test_what_parts_of_a_version_share_is_worked_out_once() -> None:
    sections = ("levels", "routes", "indicators", "rules", "offsets", "urgency", "redirects", "gates")
    ruleset = a_ruleset(**{name: a_version()[name] for name in sections})
    assert len(program_for(ruleset).steps) <= 100


def test_what_versions_hold_alike_is_one_object_so_that_it_is_compiled_once() -> None:
    sections = ("levels", "routes", "indicators", "rules", "offsets", "urgency", "redirects", "gates")
    given = {name: a_version()[name] for name in sections}
    one, other = a_ruleset(**given), a_ruleset(**given)
    assert {type(rule.when) for rule in one.level_rules()} >= {Leaf, All, Some, Unless}
    for mine, theirs in zip(one.level_rules(), other.level_rules(), strict=True):
        assert mine.when is theirs.when


def test_refusal_leaves_a_weaker_route_that_holds_by_itself() -> None:
    gates = a_document()["gates"]
    gates["agreement"][0]["if_refused"] |= {"no": "nothing"}
    check = said("M-0") | {"when": {"fact": "contact_type", "is": "check"}, "route": "advice"}
    ruleset = a_ruleset(gates=gates, route_rules=[*a_document()["route_rules"], check])
    refused = Facts({"ng-early": Value("present"), "agreement": Value("refused"), "would_grow": Value("no")})
    assert evaluate(ruleset, refused).route == "nothing"
    assert evaluate(ruleset, refused.but("contact_type", Value("check"))).route == "advice"
