"""A version compiled to one list of AND, OR and AND-NOT over whole numbers of any width: bit i belongs to child i.

One child, a page of fifty or a month of history run the same steps. A program is a list of inputs (a comparison and
the way it pushes), a list of steps, and the places of the results. Whoever runs it gives one number for each input.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mash.rules.comparisons import beside, conditions_of
from mash.rules.conditions import (
    All,
    BasisReached,
    Condition,
    Leaf,
    LevelReached,
    NotRuledOut,
    Sense,
    Some,
    Unless,
)
from mash.rules.parts import AgreementGate, Rule
from mash.rules.ruleset import RuleSet
from mash.rules.steps import ALWAYS, AND, AND_NOT, NEVER, OR, Input, Steps

CONSTANTS = 2  # never and always stand before the inputs
UNWRITTEN = -1  # no register
Of = Callable[[Sequence[Condition], Sense], list[int]]
"""What gives the registers of conditions that push the same way."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the results stand among the registers.

    `levels`, `ratings`, `strengths` and `before_gates` hold one register for each place above the lowest: bit i is set
    when child i reaches at least that place. The others hold one an item, in the order of the version (`rules` as
    `level_rules()`). `before_gates` is the strength of the route before agreement is looked at.
    """

    levels: tuple[int, ...]
    ratings: tuple[int, ...]
    strengths: tuple[int, ...]
    before_gates: tuple[int, ...]
    bases: tuple[int, ...]
    rules: tuple[int, ...]
    offsets: tuple[int, ...]
    urgency: tuple[int, ...]
    route_rules: tuple[int, ...]
    redirects: tuple[int, ...]
    not_a_child: int


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The steps that work a version out for any number of children at once."""

    inputs: tuple[Input, ...]
    steps: tuple[tuple[int, int, int], ...]
    outputs: Outputs
    inputs_of: Mapping[str, tuple[int, ...]]
    senses: tuple[Sense, ...]

    def run(self, columns: Sequence[int], full: int) -> list[int]:
        """Work every register out.

        Args:
            columns: One number per input, in order; bit i says whether the comparison counts for child i.
            full: A number with one bit set for each child.
        """
        registers = [0, full, *columns]
        for operation, left, right in self.steps:
            if operation == OR:
                registers.append(registers[left] | registers[right])
            elif operation == AND:
                registers.append(registers[left] & registers[right])
            else:
                registers.append(registers[left] & ~registers[right])
        return registers


@lru_cache(maxsize=64)
def program_for(ruleset: RuleSet) -> Program:
    """Return the program of a version, compiled once for each content hash."""
    return together((ruleset,))[0]


@lru_cache(maxsize=32)
def together(rulesets: tuple[RuleSet, ...]) -> tuple[Program, ...]:
    """Return a program for each version, all of the same inputs and steps: what versions share is worked out once."""
    to = Steps(beside(rulesets))
    compilers = [_Compiler(ruleset, to) for ruleset in rulesets]
    for ruleset in rulesets:
        to.note(conditions_of(ruleset))
    outputs = [compiler.outputs() for compiler in compilers]
    of: dict[str, list[int]] = {}
    for place, given in enumerate(to.inputs):
        of.setdefault(given.atom.fact, []).append(place)
    inputs, steps = tuple(to.inputs), tuple(to.steps)
    inputs_of = {fact: tuple(places) for fact, places in of.items()}
    senses = tuple(given.sense for given in inputs)
    return tuple(Program(inputs, steps, one, inputs_of, senses) for one in outputs)


class _Compiler:
    """Write the steps of one version, in the order in which results depend on each other."""

    def __init__(self, ruleset: RuleSet, to: Steps) -> None:
        self.ruleset = ruleset
        self.to = to
        self.met: list[tuple[Rule, int]] = []
        self.levels: list[int] = []
        self.before_gates: list[int] = []
        self.bases: dict[str, int] = {}

    def outputs(self) -> Outputs:
        ruleset = self.ruleset
        rules = self._shared([rule.when for rule in ruleset.level_rules()], Sense.RAISES)
        self.met = [*zip(ruleset.level_rules(), rules, strict=True)]
        offsets = [self.condition(offset.established, Sense.LOWERS) for offset in ruleset.offsets]
        self.levels = [ALWAYS, *self._levels(offsets)]
        urgency = [self.condition(rule.when) for rule in ruleset.urgency]
        ratings = self._ratings(urgency)
        self._bases()
        route_rules = [self.condition(rule.when) for rule in ruleset.route_rules]
        strengths = self._strengths(route_rules)
        kept = self.to.either(self.condition(leaf) for leaf in ruleset.not_a_child.unless)
        adult = self.to.emit(AND_NOT, self.condition(ruleset.not_a_child.when, Sense.LOWERS), kept)
        redirects = [self.condition(redirect.when) for redirect in ruleset.redirects]
        return Outputs(
            levels=tuple(self.levels[1:]),
            ratings=tuple(ratings),
            strengths=tuple(strengths),
            before_gates=tuple(self.before_gates),
            bases=tuple(self.bases.values()),
            rules=tuple(rules),
            offsets=tuple(offsets),
            urgency=tuple(urgency),
            route_rules=tuple(route_rules),
            redirects=tuple(redirects),
            not_a_child=adult,
        )

    def _shared(self, conditions: Sequence[Condition], sense: Sense) -> list[int]:
        """Return the registers of conditions that look at facts alone; all that hold one share what is written."""
        whole = self.to.whole[sense]
        found = [whole.get(id(condition), UNWRITTEN) for condition in conditions]
        for place, register in enumerate(found):
            if register == UNWRITTEN:
                condition = conditions[place]
                found[place] = whole[id(condition)] = self._written(condition, sense, self._shared)
        return found

    def condition(self, condition: Condition, sense: Sense = Sense.RAISES) -> int:
        """Return the register of a condition, which may look at results."""
        return self._each((condition,), sense)[0]

    def _each(self, conditions: Sequence[Condition], sense: Sense) -> list[int]:
        return [self._written(condition, sense, self._each) for condition in conditions]

    def _written(self, condition: Condition, sense: Sense, of: Of) -> int:
        """Return the register of a condition, whose parts have those that `of` gives."""
        match condition:
            case Leaf():
                return self.to.whole[sense][id(condition)]
            case All(parts):
                return self._all(parts, sense, of)
            case Some(least, parts):
                return self.to.some(least, of(parts, sense))
            case NotRuledOut(part):
                return of((part,), Sense.DOUBT)[0]
            case Unless(part, exceptions):
                stopped = self.to.either(of(exceptions, Sense.LOWERS))
                return self.to.emit(AND_NOT, of((part,), sense)[0], stopped)
            case LevelReached() | BasisReached():
                return self._reached(condition)

    def _reached(self, result: LevelReached | BasisReached) -> int:
        return self.levels[result.level] if isinstance(result, LevelReached) else self.bases[result.basis]

    def _all(self, parts: Sequence[Condition], sense: Sense, of: Of) -> int:
        match parts:
            case (Some(least, items), Some(least_groups, spread)) if groups := _by_group(items, spread):
                return self.to.spread(least, least_groups, [of(group, sense) for group in groups])
            case _:
                return self.to.every(of(parts, sense))

    def _levels(self, offsets: list[int]) -> list[int]:
        """Return one register a place above the lowest: some rule still gives that much after its own offset."""
        given: dict[tuple[str, int], list[int]] = {}
        for rule, register in self.met:
            if rule.then.level:
                given.setdefault((rule.strand if rule.lowerable else "", rule.then.level), []).append(register)
        fired = [(self.to.either(registers), self._lowering(*key, offsets)) for key, registers in given.items()]
        return [
            self.to.either(
                self.to.emit(AND_NOT, register, lowered[place]) for register, lowered in fired if place < len(lowered)
            )
            for place in range(1, len(self.ruleset.levels))
        ]

    def _lowering(self, strand: str, level: int, offsets: list[int]) -> list[int]:
        """Return, for each place up to a level of a strand, whether some offset brings it below that."""
        left = [
            (offset.leaves(level), register)
            for offset, register in zip(self.ruleset.offsets, offsets, strict=True)
            if strand in offset.strands
        ]
        return [self.to.either([register for leaves, register in left if leaves < place]) for place in range(level + 1)]

    def _ratings(self, urgency: list[int]) -> list[int]:
        given = [(rule.then.rating, register) for rule, register in self.met if rule.then.rating]
        levels = zip(self.ruleset.levels, self.levels, strict=True)
        given += [(level.rating, register) for level, register in levels if level.rating]
        given += [(rule.rating, register) for rule, register in zip(self.ruleset.urgency, urgency, strict=True)]
        return self._reach(given, len(self.ruleset.ratings))

    def _reach(self, given: list[tuple[int, int]], places: int) -> list[int]:
        """Return one register a place above the lowest, from the highest down: this far, or farther."""
        reached = [NEVER]
        for place in range(places - 1, 0, -1):
            here = self.to.either(register for value, register in given if value == place)
            reached.append(self.to.emit(OR, here, reached[-1]))
        return reached[:0:-1]

    def _bases(self) -> None:
        reached: dict[str, list[int]] = {basis.key: [] for basis in self.ruleset.bases}
        given = [(rule.then.bases, register) for rule, register in self.met if rule.then.bases]
        given += [(level.bases, register) for level, register in zip(self.ruleset.levels, self.levels, strict=True)]
        for bases, register in given:
            for key in bases:
                reached[key].append(register)
        self.bases = {key: self.to.either(registers) for key, registers in reached.items()}

    def _strengths(self, route_rules: list[int]) -> list[int]:
        given = [(rule.then.route_floor, register) for rule, register in self.met if rule.then.route_floor]
        given += [(rule.route, register) for rule, register in zip(self.ruleset.route_rules, route_rules, strict=True)]
        places = len(self.ruleset.routes)
        self.before_gates = self._reach(given, places)
        reach = [ALWAYS, *self.before_gates, NEVER]
        silencing = {key for key, note in self.ruleset.instructions.items() if note.do_not_seek}
        silent = (register for rule, register in self.met if not silencing.isdisjoint(rule.then.instructions))
        no_asking = self.to.either(silent)
        gates = [gate for gate in self.ruleset.gates if gate.if_refused]
        raised = [self._grows(gate, reach) for gate in gates]
        above = [
            self.to.either([reach[place], *(register for route, register in raised if route >= place)])
            for place in range(places)
        ]
        statutory = [*above, NEVER][self.ruleset.statutory_from]
        stopped = self.to.emit(OR, no_asking, statutory)
        results = above[1:]
        for gate in gates:
            lowered = self._falls(gate, reach, stopped)
            results = [
                self.to.emit(AND, register, self._left(gate, place, lowered, given))
                if self._moves(gate, place)
                else register
                for place, register in enumerate(results, 1)
            ]
        return results

    def _left(self, gate: AgreementGate, place: int, lowered: int, given: list[tuple[int, int]]) -> int:
        """Return whether a gate leaves a place: it does not lower the route, or a weaker route holds by itself."""
        return self.to.either((self.to.emit(AND_NOT, ALWAYS, lowered), self._kept(gate, place, given)))

    def _grows(self, gate: AgreementGate, reach: list[int]) -> tuple[int, int]:
        """Return the route a refusal leads to when need would grow, and the register that says so."""
        if gate.if_refused is None or gate.refused is None:
            return 0, NEVER
        answers = (self.condition(gate.refused), self.condition(gate.if_refused.yes))
        return gate.if_refused.yes_route, self.to.every((reach[gate.route], *answers))

    def _falls(self, gate: AgreementGate, reach: list[int], stopped: int) -> int:
        if gate.if_refused is None or gate.refused is None:
            return NEVER
        leaves = (gate.refused, gate.if_refused.no)
        answers = [self.condition(leaf, Sense.LOWERS) for leaf in leaves]
        return self.to.emit(AND_NOT, self.to.every((reach[gate.route], *answers)), stopped)

    def _moves(self, gate: AgreementGate, place: int) -> bool:
        return gate.if_refused is not None and gate.if_refused.no_route < place < self.ruleset.statutory_from

    def _kept(self, gate: AgreementGate, place: int, given: list[tuple[int, int]]) -> int:
        """Return whether a route weaker than the gate's own, and at least this strong, holds by itself."""
        return self.to.either(register for route, register in given if place <= route < gate.route)


def _by_group(items: Sequence[Condition], spread: Sequence[Condition]) -> list[list[Condition]] | None:
    """Return the groups into which items fall, where that is what `spread` counts: any of one group, of another ..."""
    known = {id(item) for item in items}
    groups = [
        [group] if id(group) in known else [*group.parts] if isinstance(group, Some) and group.least == 1 else []
        for group in spread
    ]
    fallen = sorted(id(item) for group in groups for item in group)
    return groups if fallen == sorted(id(item) for item in items) and len(fallen) == len(known) else None
