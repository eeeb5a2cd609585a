"""Which indicator a descriptor means: by its code, by the same words, or by words that are near, with how near."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from math import log

from mash.exchange.giving import Given, given, not_given
from mash.exchange.plain import plain as _plain
from mash.exchange.sheet import Fault, Row, Sheet
from mash.exchange.table import to_rows
from mash.rules.ruleset import RuleSet

LEAST, MOST_OFFERED = 45, 4
"""The least nearness, in percent, at which an indicator is offered, and how many are."""
_PASSED_OVER = re.compile(
    r"an?|and|any|are|as|at|be|been|being|but|by|child|children|for|from|ha[ds]|have|having|in|into|is|its?|of|on|or"
    r"|th(at|e|eir|em|ey|is)|to|was|were|when|which|who|whose|will|with"
)


class Sure(StrEnum):
    """How an indicator was found; THERE: the row is a rule of the version, word for word, so nothing changes."""

    CODE = "by its code"
    WORDS = "by the same words"
    NEAR = "by near words"
    THERE = "as it stands in the version"
    NONE = "not found"


@dataclass(frozen=True, slots=True)
class Near:
    """An indicator that a descriptor may mean, and how near its words are, in percent."""

    code: str
    words: str
    share: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, the place of its level in the version, and its indicator; or `fault`, why it has none.

    `gives` is the rating and legal basis the row sets besides, None where it says nothing of them. `near` are the
    indicators it may mean, the nearest first; for a person to choose from, never chosen here.
    """

    row: Row
    level: int = 0
    sure: Sure = Sure.NONE
    code: str = ""
    gives: Given | None = None
    near: tuple[Near, ...] = ()
    fault: Fault | None = None


def judge(sheet: Sheet, ruleset: RuleSet) -> tuple[Judged, ...]:
    """Say of each row what it means in a version's levels and indicators."""
    matcher = _Matcher(ruleset)
    return tuple(matcher.judged(row) for row in sheet.rows)


class _Matcher:
    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.levels = _levels(ruleset)
        self.facts = {fact.name: fact for fact in ruleset.catalogue.indicators()}
        own = {code: lines[0].words for code, lines in ruleset.indicators.items()}
        self.words = {code: tuple(dict.fromkeys((own.get(code, f.words), f.words))) for code, f in self.facts.items()}
        self.same: dict[str, list[str]] = {}
        for code, said in self.words.items():
            for one in said:
                self.same.setdefault(_plain(one), []).append(code)
        self.there = {row[1]: tuple(" ".join(cell.split()) for cell in row) for row in to_rows(ruleset)}
        self.bags = [(code, one, _bag(one)) for code, said in self.words.items() for one in said]
        often = Counter(word for _, _, bag in self.bags for word in bag)
        self.weights: Mapping[str, float] = {word: log(1 + len(self.bags) / n) for word, n in often.items()}
        self.rare = log(1 + len(self.bags))

    def judged(self, row: Row) -> Judged:
        """Judge one row: what stops it first, then code, same words, near words."""
        written = (row.level, row.rule, row.descriptor, row.indicator, row.condition, row.gives, row.source)
        if not row.indicator and self.there.get(row.rule) == written:
            return Judged(row, sure=Sure.THERE)
        level = self.levels.get(_plain(row.level))
        fault = self._not_a_level(row, level)
        if fault or level is None:
            return Judged(row, fault=fault)
        return replace(self._found(row, level), gives=given(row.gives, self.ruleset))

    def _found(self, row: Row, level: int) -> Judged:
        if row.indicator:
            return self._coded(row, level)
        same = self.same.get(_plain(row.descriptor), [])
        return Judged(row, level, Sure.WORDS, same[0]) if len(same) == 1 else self._near(row, level)

    def _not_a_level(self, row: Row, level: int | None) -> Fault | None:
        """Say why a row is not an indicator with a level of this version, if it is not."""
        if row.condition:
            mend = "It stays as the version it is based on has it. Change it there by hand if it should differ."
            return Fault(row.line, "condition", "The rule says more than indicator and level.", mend)
        if row.gives and (not_said := not_given(row.gives, self.ruleset)):
            return Fault(row.line, "gives", *not_said)
        if level is not None:
            return None
        wrong = f"No level is called “{row.level[:60]}”." if row.level else "No level is given."
        return Fault(row.line, "level", wrong, f"Write one of: {', '.join(one.key for one in self.ruleset.levels)}.")

    def _coded(self, row: Row, level: int) -> Judged:
        code = row.indicator.casefold()
        if code in self.facts:
            return Judged(row, level, Sure.CODE, code)
        meant = get_close_matches(code[:60], self.facts, n=1, cutoff=0.75)
        mend = f"Did you mean {meant[0]}?" if meant else "Leave the cell empty to have it looked for by its words."
        fault = Fault(row.line, "indicator", f"No indicator has the code “{row.indicator[:60]}”.", mend)
        return Judged(row, level, fault=fault)

    def _near(self, row: Row, level: int) -> Judged:
        bag = _bag(row.descriptor)
        best: dict[str, Near] = {}
        for code, words, other in self.bags:
            share = self._share(bag, other)
            if share >= LEAST and (code not in best or share > best[code].share):
                best[code] = Near(code, words, share)
        near = tuple(sorted(best.values(), key=lambda one: (-one.share, one.code))[:MOST_OFFERED])
        if near:
            return Judged(row, level, Sure.NEAR, near=near)
        mend = "Write its code as mash facts --role indicator lists it, or add an indicator to the catalogue."
        wrong = "No indicator of the catalogue has words near these."
        return Judged(row, level, fault=Fault(row.line, "descriptor", wrong, mend))

    def _share(self, one: frozenset[str], other: frozenset[str]) -> int:
        """Say how much two texts share, in percent: rare words weigh more than common ones."""
        if one.isdisjoint(other):
            return 0
        return int(100 * 2 * self._weight(one & other) / (self._weight(one) + self._weight(other)))

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self.weights.get(word, self.rare) for word in words)


def _levels(ruleset: RuleSet) -> dict[str, int]:
    known: dict[str, int] = {}
    for place, level in enumerate(ruleset.levels):
        number = str(level.ordinal)
        said = (level.key, number, f"level {number}", level.name, f"level {number}, {level.name}")
        known |= {_plain(one): place for one in reversed(said)}
    return known


def _bag(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _plain(text).split() if not _PASSED_OVER.fullmatch(word))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
