"""Every child that could be, as a question for a SAT solver: the program's own steps, over the answers facts can have.

Nothing is sampled. When the solver says that no child of a kind exists, none does, among all answers the catalogue
allows; when one exists, it is handed back as facts, with as few answers recorded as will do.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, product

from pysat.solvers import Solver

from mash.rules.catalogue import Fact, FactType
from mash.rules.conditions import Established, Qualified, View, Within, counts
from mash.rules.facts import ABSENT, PRESENT, Facts, Value
from mash.rules.program import Program, program_for
from mash.rules.ruleset import RuleSet
from mash.rules.steps import AND, OR, Input

Literal = int


@dataclass(frozen=True, slots=True)
class Imagined:
    """One child in the solver: a literal for each answer of each fact, and for each register of the program."""

    answers: dict[str, dict[Value | None, Literal]]
    registers: list[Literal]

    def present(self, fact: str) -> list[Literal]:
        """Return the answers that say the fact is present."""
        return [it for value, it in self.answers.get(fact, {}).items() if value and value.known == PRESENT]


class Model:
    """A version as clauses. `imagine` adds a child; `find` asks whether the children can be as the literals say."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.program = program_for(ruleset)
        self.outputs = self.program.outputs
        self.children: list[Imagined] = []
        self._solver = Solver(name="glucose4")
        self._model: list[Literal] = []
        self._pairs: dict[tuple[Literal, Literal], Literal] = {}
        self._numbers = count(1)
        self._always = next(self._numbers)
        self._solver.add_clause([self._always])
        self._answers = {fact: answers(ruleset, self.program, fact) for fact in self.program.inputs_of}

    def close(self) -> None:
        """Free what the solver holds."""
        self._solver.delete()

    def new(self) -> Literal:
        """Return a literal that nothing is said of yet."""
        return next(self._numbers)

    def say(self, *literals: Literal) -> None:
        """Say that at least one of the literals is so."""
        self._solver.add_clause(literals)

    def imagine(self, like: Imagined | None = None, but: Collection[str] = ()) -> Imagined:
        """Add a child who may be anything the catalogue allows; or one `like` another in all but some facts."""
        known = {
            fact: like.answers[fact] if like and fact not in but else self._choice(values)
            for fact, values in self._answers.items()
        }
        inputs = []
        for place, given in enumerate(self.program.inputs, 2):
            fact = given.atom.fact
            shared = like is not None and fact not in but
            inputs.append(like.registers[place] if like and shared else self._input(given, known[fact]))
        child = Imagined(known, self._run(inputs))
        self.children.append(child)
        return child

    def _input(self, given: Input, choices: dict[Value | None, Literal]) -> Literal:
        literal = self.new()
        for value, answer in choices.items():
            so = counts(given.atom.truth(value), given.sense, View.NOW, recorded=value is not None)
            self.say(-answer, literal if so else -literal)
        return literal

    def never_less(self, one: Imagined, other: Imagined) -> None:
        """Learn, step by step, which registers that are so for one child must be so for the other.

        Only what the solver proves is added, so nothing that was possible becomes impossible. Each proof is short
        because those before it are known; the whole proved at once would not be.
        """
        for first, second in zip(one.registers, other.registers, strict=True):
            if first != second and not self.possible(first, -second):
                self.say(-first, second)

    def _choice(self, values: list[Value | None]) -> dict[Value | None, Literal]:
        choices = {value: self.new() for value in values}
        self._one(list(choices.values()))
        return choices

    def _one(self, choices: list[Literal]) -> None:
        """Say that exactly one of the answers is given, and prefer "not asked", which is the first."""
        self.say(*choices)
        for place, one in enumerate(choices):
            for other in choices[:place]:
                self.say(-one, -other)
        self._solver.set_phases([choices[0], *(-other for other in choices[1:])])

    def _run(self, inputs: list[Literal]) -> list[Literal]:
        registers = [-self._always, self._always, *inputs]
        for operation, left, right in self.program.steps:
            one, other = registers[left], registers[right]
            if operation == OR:
                registers.append(-self._both(-one, -other))
            else:
                registers.append(self._both(one, other if operation == AND else -other))
        return registers

    def _both(self, one: Literal, other: Literal) -> Literal:
        pair = (min(one, other), max(one, other))
        if pair not in self._pairs:
            result = self._pairs[pair] = self.new()
            self.say(-result, one)
            self.say(-result, other)
            self.say(result, -one, -other)
        return self._pairs[pair]

    def find(self, *wanted: Literal) -> tuple[Facts, ...] | None:
        """Return facts for each child that make every literal so, as few as will do; None if no children can be so."""
        if not self._solved(*wanted):
            return None
        told = [fact for fact in self._answers if not self._not_asked(fact)]
        kept = [literal for fact in self._answers if fact not in told for literal in self._blank(fact)]
        for fact in told:
            if self._not_asked(fact) or self._solved(*wanted, *kept, *self._blank(fact)):
                kept += self._blank(fact)
        return tuple(self._facts(child) for child in self.children)

    def possible(self, *wanted: Literal) -> bool:
        """Say whether children can be as the literals say."""
        return bool(self._solver.solve(assumptions=wanted))

    def _solved(self, *wanted: Literal) -> bool:
        if not self.possible(*wanted):
            return False
        self._model = self._solver.get_model() or []
        return True

    def _blank(self, fact: str) -> list[Literal]:
        return [child.answers[fact][None] for child in self.children]

    def _not_asked(self, fact: str) -> bool:
        return all(self._model[literal - 1] > 0 for literal in self._blank(fact))

    def _facts(self, child: Imagined) -> Facts:
        given = {
            fact: value
            for fact, choices in child.answers.items()
            for value, literal in choices.items()
            if value is not None and self._model[literal - 1] > 0
        }
        return Facts(given)

    def is_child(self, child: Imagined) -> Literal:
        """Return the literal that says the not-a-child gate does not hold."""
        return -child.registers[self.outputs.not_a_child]

    def level(self, child: Imagined, place: int) -> Literal:
        """Return the literal that says the level is at least this place in the version's list."""
        return child.registers[self.outputs.levels[place - 1]] if place else self._always

    def rating(self, child: Imagined, place: int) -> Literal:
        """Return the literal that says the rating is at least this place."""
        return child.registers[self.outputs.ratings[place - 1]] if place else self._always

    def route(self, child: Imagined, place: int, *, before_gates: bool = False) -> Literal:
        """Return the literal that says the route is at least this strong; -always past the strongest."""
        if place >= len(self.ruleset.routes):
            return -self._always
        steps = self.outputs.before_gates if before_gates else self.outputs.strengths
        return child.registers[steps[place - 1]] if place else self._always

    def basis(self, child: Imagined, key: str) -> Literal:
        """Return the literal that says a legal basis is reached."""
        place = [basis.key for basis in self.ruleset.bases].index(key)
        return child.registers[self.outputs.bases[place]]

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """Return a literal that can be so only when one of these is."""
        result = self.new()
        self.say(-result, *literals)
        return result


def answers(ruleset: RuleSet, program: Program, name: str) -> list[Value | None]:
    """Return the answers to a fact that some comparison of the version tells apart, "not asked" first.

    Two answers that every comparison takes alike lead to the same advice, so one of them stands for both.
    """
    fact = ruleset.catalogue.facts[name]
    inputs = [program.inputs[place] for place in program.inputs_of[name]]
    told: dict[tuple[bool | None, ...], Value | None] = {}
    for value in (None, *_every(ruleset, fact, [given.atom for given in inputs])):
        told.setdefault((value is None, *(given.atom.truth(value) for given in inputs)), value)
    return list(told.values())


def _every(ruleset: RuleSet, fact: Fact, atoms: list[object]) -> Iterator[Value]:
    if fact.type is FactType.NUMBER:
        ends = {0, fact.most}
        for atom in atoms:
            if isinstance(atom, Within):
                ends |= {end + step for end in (atom.low, atom.high) if end is not None for step in (-1, 0, 1)}
        yield from (Value(end) for end in sorted(ends) if 0 <= end <= fact.most)
        return
    if fact.type is FactType.CHOICE:
        yield from map(Value, fact.values)
        return
    yield Value(ABSENT)
    yield from _present(ruleset, fact, atoms)


def _present(ruleset: RuleSet, fact: Fact, atoms: list[object]) -> Iterator[Value]:
    details: dict[str, list[str | int | None]] = {}
    for atom in atoms:
        if isinstance(atom, Qualified):
            details[atom.qualifier] = [None, *ruleset.catalogue.qualifiers[atom.qualifier].values]
        elif isinstance(atom, Established):
            fresh = [] if atom.valid_days is None else [atom.valid_days, atom.valid_days + 1]
            details |= {"days_old": [None, *fresh], "evidence": [None, "said", "seen_or_confirmed"]}
    for chosen in product(*details.values()):
        kept = {name: value for name, value in zip(details, chosen, strict=True) if value is not None}
        yield Value(PRESENT, tuple(sorted(kept.items())))
