"""One version over a frame of the past, by the program that advises on one child: here as wide as the frame.

Rules see the columns `fact:` and nothing else. A comparison becomes the children for whom it counts, read off the
codes of one column, all of a column together, and is kept with it for the next version that makes it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from mash.replay.column import without
from mash.replay.frame import Frame
from mash.replay.past import FACT, NOT_A_CHILD, THEN
from mash.replay.wide import wide
from mash.rules import Catalogue, FactsRefused, Program, RuleSet, Value, program_for, read_facts
from mash.rules.conditions import Sense, View, counts
from mash.rules.program import Outputs, together
from mash.rules.steps import Input

AXES = ("level", "rating", "route")
COLUMNS = 16_384  # whose codes are kept for a program


@dataclass(slots=True)
class History:
    """A frame made ready for rules: the answers read once, and which children each comparison counts for."""

    frame: Frame
    catalogue: Catalogue
    keep: bool = True
    _columns: dict[int, tuple[tuple[Input, ...], list[int]]] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """Return the children of whom facts were kept; of the others nothing can be told."""
        return without(self.frame.full, self.frame.where(f"{THEN}no_facts", "yes"))

    def columns(self, program: Program) -> list[int]:
        """Return one number for each input of a program: whom that comparison counts for, as things are now."""
        inputs = program.inputs
        kept = self._columns.get(id(inputs))
        if kept is None or kept[0] is not inputs:
            kept = inputs, self._counted(program)
            if self.keep:
                self._columns = {**dict(list(self._columns.items())[-3:]), id(inputs): kept}
        return kept[1]

    def _counted(self, program: Program) -> list[int]:
        reads, columns = _reads(self.catalogue, program), self.frame.columns
        found = [self.frame.full if counted else 0 for counted in reads.unanswered]
        for name, places in reads.places:
            column = columns.get(name)
            if column is not None:
                for place, children in zip(places, column.several(reads[name, column.values]), strict=True):
                    found[place] = children
        return found

    def unanswered(self, fact: str) -> tuple[int, int]:
        """Return the children of whom a fact was recorded as unknown, and those of whom nobody asked."""
        column = self.frame.column(FACT + fact)
        read = [(code, answer(self.catalogue, fact, written)) for code, written in enumerate(column.values, 1)]
        unknown = sum(1 << code for code, value in read if value is not None and value.known is None)
        unusable = sum(1 << code for code, value in read if value is None)
        return column.select(unknown), column.select(1 | unusable)


class _Reads(dict[tuple[str, tuple[str, ...]], tuple[int, ...]]):
    """By a column's name and values, the codes that each comparison of it counts for: frames that hold the same share
    them. `unanswered` says of each comparison whether it counts for a child without an answer.
    """

    def __init__(self, catalogue: Catalogue, program: Program) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._inputs = program.inputs
        self.places = [(FACT + fact, places) for fact, places in program.inputs_of.items()]
        self._places = dict(self.places)
        counted = {sense: counts(None, sense, View.NOW, recorded=False) for sense in Sense}
        self.unanswered = [counted[given.sense] for given in program.inputs]

    def __missing__(self, column: tuple[str, tuple[str, ...]]) -> tuple[int, ...]:
        if len(self) >= COLUMNS:
            self.clear()
        name, values = column
        answers = _answers(self._catalogue, name.removeprefix(FACT), values)
        found = self[column] = tuple([self._table(place, answers) for place in self._places[name]])
        return found

    def _table(self, place: int, answers: Sequence[Value | None]) -> int:
        """Return the codes that a comparison counts for; what is not known counts as if nobody had answered."""
        atom, unanswered = self._inputs[place].atom, self.unanswered[place]
        truths = [None if answer is None else atom.truth(answer) for answer in answers]
        table = int(unanswered)
        for code, truth in enumerate(truths, 1):
            table |= (unanswered if truth is None else truth) << code
        return table


@lru_cache(maxsize=64)
def _reads(catalogue: Catalogue, program: Program) -> _Reads:
    """Return how the columns of frames are read for a program."""
    return _Reads(catalogue, program)


@lru_cache(maxsize=COLUMNS)
def _answers(catalogue: Catalogue, fact: str, values: tuple[str, ...]) -> Sequence[Value | None]:
    """Read the kept answers of a column."""
    return [answer(catalogue, fact, written) for written in values]


@lru_cache(maxsize=65_536)
def answer(catalogue: Catalogue, fact: str, written: str) -> Value | None:
    """Read a kept answer; None where the catalogue no longer knows the fact or the answer, which is then not asked."""
    try:
        return read_facts(catalogue, {fact: json.loads(written)}).get(fact)
    except FactsRefused:
        return None


@dataclass(frozen=True, slots=True)
class Judged:
    """What one version gives every child of a frame.

    Attributes:
        level: Label to children: the shared ordinal, or "not a child".
        rating: Key to children.
        route: Key of the main route to children.
        reached: How far the strength of the route goes: one number for each place above the weakest.
        redirected: Those with another main route standing in front of that.
        registers: What the program left, by the places of `wide`, for reasons.
    """

    ruleset: RuleSet
    level: Mapping[str, int]
    rating: Mapping[str, int]
    route: Mapping[str, int]
    reached: tuple[int, ...]
    redirected: int
    registers: Sequence[int] = field(repr=False)
    outputs: Outputs = field(repr=False)

    def axis(self, name: str) -> Mapping[str, int]:
        """Return the groups of one of AXES."""
        groups: Mapping[str, int] = getattr(self, name)
        return groups

    @property
    def statutory(self) -> int:
        """Return the children whose main route is at or above the statutory line: those whom the version refers."""
        line = self.ruleset.statutory_from
        return without(self.reached[line - 1], self.redirected) if 0 < line <= len(self.reached) else 0

    @property
    def fired(self) -> dict[str, int]:
        """Return the children for whom each rule was met."""
        places = map(self.registers.__getitem__, rule_places(self.outputs))
        return dict(zip(rules_of(self.ruleset), places, strict=True))


@lru_cache(maxsize=64)
def rules_of(ruleset: RuleSet) -> tuple[str, ...]:
    """Return the ids of all that can be met, in the order of the results."""
    parts = (ruleset.level_rules(), ruleset.urgency, ruleset.route_rules, ruleset.redirects, ruleset.offsets)
    return tuple(one.id for part in parts for one in part)


def rule_places(outputs: Outputs) -> tuple[int, ...]:
    """Return where the results of `rules_of` stand, in that order."""
    return (*outputs.rules, *outputs.urgency, *outputs.route_rules, *outputs.redirects, *outputs.offsets)


def judge(history: History, ruleset: RuleSet, columns: Sequence[int] | None = None, *, reasons: bool = True) -> Judged:
    """Work a version out for every child of a frame.

    Args:
        history: The frame.
        ruleset: The version, of any status: this is replay.
        columns: The inputs, where something other than "as things are now" is supposed.
        reasons: Whether it is wanted which rules were met; without, `fired` cannot be asked.
    """
    programs = (program_for(ruleset),)
    ready = wide(programs, int(reasons))
    registers = ready.run(history.columns(programs[0]) if columns is None else columns, history.frame.full)
    return _judged(history, ruleset, ready.outputs[0], registers)


def judge_together(history: History, rulesets: Sequence[RuleSet], reasons: int | None = None) -> list[Judged]:
    """Work several versions out for every child of a frame, what they share once; `reasons` as for `wide`."""
    programs = together(tuple(rulesets))
    ready = wide(programs, reasons)
    registers = ready.run(history.columns(programs[0]), history.frame.full)
    pairs = zip(rulesets, ready.outputs, strict=True)
    return [_judged(history, ruleset, outputs, registers) for ruleset, outputs in pairs]


def _judged(history: History, ruleset: RuleSet, outputs: Outputs, registers: Sequence[int]) -> Judged:
    full = history.frame.full
    adult = registers[outputs.not_a_child]
    child = without(full, adult)
    levels = _cut([registers[place] & child for place in outputs.levels], child)
    ratings = _cut([registers[place] for place in outputs.ratings], full)
    grown = ruleset.not_a_child.route
    reached = tuple(
        (registers[register] & child) | (adult if place <= grown else 0)
        for place, register in enumerate(outputs.strengths, 1)
    )
    route = {one.key: group for one, group in zip(ruleset.routes, _cut(reached, full), strict=True)}
    left = child
    for redirect, register in zip(ruleset.redirects, outputs.redirects, strict=True):
        turned = registers[register] & left
        left = without(left, turned)
        route = {key: without(group, turned) for key, group in route.items()}
        route[redirect.route] = route.get(redirect.route, 0) | turned
    level = {NOT_A_CHILD: adult}
    level |= {str(one.ordinal): group for one, group in zip(ruleset.levels, levels, strict=True)}
    rating = {one.key: group for one, group in zip(ruleset.ratings, ratings, strict=True)}
    return Judged(ruleset, level, rating, route, reached, without(child, left), registers, outputs)


def _cut(reached: Sequence[int], everyone: int) -> list[int]:
    """Turn "at least this far" into "exactly here", from the lowest place on."""
    bounds = [everyone, *reached, 0]
    return [without(here, beyond) for here, beyond in pairwise(bounds)]


def supposed(history: History, program: Program, doubtful: Mapping[Input, int], view: View) -> list[int]:
    """Return a program's inputs with some comparisons seen in another view, for the children of whom that is open."""
    columns = list(history.columns(program))
    for place, given in enumerate(program.inputs):
        if open_for := doubtful.get(given):
            on = given.sense is Sense.LOWERS if view is View.LOWEST else given.sense is not Sense.LOWERS
            columns[place] = columns[place] | open_for if on else without(columns[place], open_for)
    return columns


def label_at(groups: Mapping[str, int], place: int) -> str:
    """Return the group that one child is in; empty if none."""
    return next((label for label, group in groups.items() if group >> place & 1), "")
