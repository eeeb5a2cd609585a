"""The program and the slow interpreter agree on every version, and a crowd is advised as each child alone would be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mash.rules import Facts, RuleSet, evaluate, evaluate_many, program_for
from mash.rules.alone import alone
from mash.rules.columns import VIEWS, Columns
from mash.rules.outcome import outcome_of
from mash.rules.reference import interpret
from tests.rules.generate import facts, rulesets

many = settings(max_examples=settings().max_examples * 20)  # twenty times whatever the profile asks


@many
@given(rulesets, facts)
def test_the_program_says_what_the_slow_interpreter_says_in_every_view(ruleset: RuleSet, child: Facts) -> None:
    program = program_for(ruleset)
    columns = Columns(program)
    columns.add(child)
    registers = columns.run()
    for place, view in enumerate(VIEWS):
        assert outcome_of(ruleset, program.outputs, registers, place) == interpret(ruleset, child, view)


@many
@given(rulesets, facts)
def test_one_child_alone_leaves_every_register_as_the_whole_program_does(ruleset: RuleSet, child: Facts) -> None:
    program = program_for(ruleset)
    columns = Columns(program)
    columns.add(child)
    assert list(alone(program).run(child)) == columns.run()


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
