"""What is kept of one child of the past, and how many of them become a frame. What came later is held apart.

Columns are named by what they are for: `fact:` what was known then, the only ones that rules may read; `then:` what
people and rules said then; `who:` what tables are split by; `later:` what came after, which no rule can reach.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from mash.replay.column import Column
from mash.replay.frame import Frame

FACT, THEN, WHO, LATER = "fact:", "then:", "who:", "later:"
RECEIVED = "who:received"
NOT_A_CHILD = "not a child"
SEGMENT = 32_768  # children in one frame: wide enough to share a step's cost, narrow enough for the processor's cache

A_RANGE = 12  # more different numbers than these are kept as a range

HORIZONS = {"28 days": 28, "3 months": 91, "6 months": 183, "12 months": 365}
LATER_KINDS = {
    "contact": "another contact",
    "referral": "a contact that became a referral",
    "strategy_discussion": "a contact that became a strategy discussion",
    "section_47": "a section 47 enquiry",
    "protection_plan": "a child protection plan",
    "worse": "a contact decided at a higher level than this one",
}
WHO_NAMES = {
    "source": "Source",
    "age": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnic group",
    "disability": "Disability",
    "deprivation": "Deprivation fifth",
    "ward": "Ward",
    "first": "First or repeat contact",
    "type": "Type of contact",
}
THEN_NAMES = ("level", "rating", "route", "ruleset", "hash", "advised_level", "advised_rating", "advised_route")


@dataclass(frozen=True, slots=True)
class Past:
    """One child on one contact, once decided.

    Attributes:
        key: What names the child here; a number from our own database.
        facts: What was known then: fact name to answer, as `read_facts` takes it. None where nothing was kept.
        then: By the names of THEN_NAMES, what people decided, the version in force, and what it advised.
        who: By the names of WHO_NAMES.
        later: By the names of LATER_KINDS, days from receipt until the first of its kind; left out if none came.
    """

    key: str
    received: date
    facts: Mapping[str, Any] | None
    then: Mapping[str, str] = field(default_factory=dict)
    who: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, int] = field(default_factory=dict)


def frozen(children: Iterable[Past]) -> Frame:
    """Freeze children into a frame, in the order given. Those of whom no facts were kept stay, marked."""
    columns: dict[str, dict[int, str]] = {RECEIVED: {}}
    keys: list[str] = []
    for place, child in enumerate(children):
        keys.append(child.key)
        columns[RECEIVED][place] = child.received.isoformat()
        if child.facts is None:
            columns.setdefault("then:no_facts", {})[place] = "yes"
        for name, answer in (child.facts or {}).items():
            columns.setdefault(FACT + name, {})[place] = _written(answer)
        for name, value in child.then.items():
            columns.setdefault(THEN + name, {})[place] = value
        for name, value in child.who.items():
            columns.setdefault(WHO + name, {})[place] = value
        for name, days in child.later.items():
            if horizon := _horizon(days):
                columns.setdefault(LATER + name, {})[place] = horizon
    size = len(keys)
    return Frame(tuple(keys), {name: _column(name, size, answers) for name, answers in columns.items()})


def with_later(frame: Frame, later: Mapping[int, Mapping[str, int]]) -> Frame:
    """Return the same children with what came later told anew: by place, days until the first of each kind."""
    columns = {name: column for name, column in frame.columns.items() if not name.startswith(LATER)}
    found: dict[str, dict[int, str]] = {}
    for place, kinds in later.items():
        for kind, days in kinds.items():
            if horizon := _horizon(days):
                found.setdefault(LATER + kind, {})[place] = horizon
    return Frame(frame.keys, columns | {name: _column(name, frame.size, told) for name, told in found.items()})


def _written(answer: Any) -> str:
    return _once(answer) if isinstance(answer, str) else str(answer) if type(answer) is int else _json(answer)


@lru_cache(maxsize=4096)
def _once(answer: str) -> str:
    return _json(answer)


def _json(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _horizon(days: int) -> str | None:
    return next((name for name, most in HORIZONS.items() if days <= most), None)


def _column(name: str, size: int, answers: Mapping[int, str]) -> Column:
    return Column.of_answers(size, answers, _number_first if name.startswith(FACT) else None, _numbers(name, answers))


def _numbers(name: str, answers: Mapping[int, str]) -> tuple[str, ...] | None:
    """Return the values of a fact that is a number of some range: the same for every frame, so as to be read once."""
    values = set(answers.values())
    if name.startswith(FACT) and len(values) > A_RANGE and all(map(str.isdecimal, values)):
        numbers = [int(value) for value in values]
        bits = (max(numbers) + 1).bit_length()
        if 1 << bits <= 4 * len(values) and all(str(number) in values for number in numbers):
            return tuple(map(str, range((1 << bits) - 1)))
    return None


def _number_first(written: str) -> tuple[int, str]:
    """Sort numbers by size, so that "at least so many" is one cut through the codes."""
    return (int(written), "") if written.isdigit() else (-1, written)
