"""Random versions and random facts over a small catalogue: any document the loader accepts, and any child.

Each is read off a tape of random bytes, one choice a byte. That is many times faster than drawing each choice, and
still shrinks: a byte of zero is the first and plainest choice.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from hypothesis import strategies as st

from mash.rules import Facts, RuleSet, Value
from mash.rules.document import ruleset_from
from mash.rules.problems import Problems
from mash.rules.source import entry_of
from tests.rules.small import (
    CATALOGUE,
    CHOICES,
    EXCEPTIONS,
    INDICATORS,
    NUMBERS,
    PRESENCES,
    PROTECTIVE,
    SEVERITY,
    STRANDS,
    Plain,
)

T = TypeVar("T")


class Tape:
    """Choices read off bytes; past the end every choice is the first."""

    def __init__(self, tape: bytes) -> None:
        self._rest = iter(tape)

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`."""
        return low + next(self._rest, 0) % (high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.number(0, len(options) - 1)]

    def yes(self) -> bool:
        """Return False or True."""
        return self.pick((False, True))


def _indicator(tape: Tape) -> Plain:
    code = tape.pick(list(INDICATORS))
    condition: Plain = {"indicator": code}
    if INDICATORS[code][2] and tape.yes():
        condition["severity"] = tape.pick(SEVERITY)
    return condition


def _comparison(tape: Tape, roles: tuple[str, ...]) -> Plain:
    """Return a comparison of one fact, among those the roles allow."""
    names = [name for name, (role, _) in NUMBERS.items() if role in roles]
    names += [name for name, role in PRESENCES.items() if role in roles]
    names += [name for name, (role, _, _) in CHOICES.items() if role in roles]
    name = tape.pick(names)
    if name in PRESENCES:
        return {"fact": name}
    if name in CHOICES:
        _, values, ordered = CHOICES[name]
        return {"fact": name, "at_least": tape.pick(values[1:])} if ordered else {"fact": name, "is": tape.pick(values)}
    role, most = NUMBERS[name]
    keys = {"risk": ["at_least"], "urgency": ["at_most", "under"]}.get(role, ["at_least", "at_most", "under"])
    if len(keys) == 3 and tape.yes():
        return {"fact": name, "at_least": tape.number(0, 9), "under": tape.number(10, most)}
    return {"fact": name, tape.pick(keys): tape.number(1, most)}


def _count(tape: Tape, levels: list[str]) -> Plain:
    some = {"codes": ["ng-early", "ng-dirty", "ab-mark"]}
    of: Plain = tape.pick(
        [{}, {"strand": ["neglect", "needs"]}, {"tag": "cumulative"}, {"domain": "home"}, some, {"except": "nd-ill"}]
    )
    if levels and tape.yes():
        of = {**of, "level_at_least": levels[0]}
    count: Plain = {"of": of, "at_least": tape.number(1, 2)}
    if not of and tape.yes():
        count["domains_at_least"] = tape.number(1, 3)
    return {"count": count}


def condition(tape: Tape, roles: tuple[str, ...], levels: list[str], results: tuple[Plain, ...] = ()) -> Plain:
    """Return a condition that may look at facts of these roles, count by these levels, and look at these results."""
    kind = tape.pick(["indicator", "fact", "all", "any", "count", "doubt", "of", "result"])
    if kind == "indicator":
        return _indicator(tape)
    if kind == "count":
        return _count(tape, levels)
    if kind == "doubt":
        inner = _comparison(tape, tuple(role for role in roles if role != "urgency"))
        unknown = {"unknown": tape.pick([*INDICATORS, "contacts_12m", "age_years", "plan_ended"])}
        return tape.pick([unknown, {"not_ruled_out": inner}])
    if kind in ("all", "any", "of"):
        parts = [condition(tape, roles, levels, results) for _ in range(tape.number(1, 2))]
        return {"count": {"of": parts, "at_least": len(parts)}} if kind == "of" else {kind: parts}
    if kind == "result" and results:
        return tape.pick(results)
    return _comparison(tape, roles)


def _text(id: str) -> Plain:
    return {"id": id, "words": f"{id} in words", "source": "made up"}


RULE, DUTY = ("risk", "context"), ("risk", "context", "routing")
URGENT, ROUTE = ("risk", "context", "urgency"), ("risk", "context", "routing")


def document_of(tape: Tape) -> Plain:
    """Return a version, valid by construction, with any number of levels, ratings and routes."""
    levels = [f"L{n}" for n in range(1, tape.number(2, 5) + 1)]
    ratings = ["green", "amber", "red", "blue"][: tape.number(1, 4)]
    soft = ["nothing", "advice", "early_help", "targeted"][: tape.number(1, 4)]
    hard = ["assessment", "strategy"][: tape.number(0 if len(soft) > 1 else 1, 2)]
    routes, bases = soft + hard, ["s17", "s47"]
    reached = tuple({"level_at_least": key} for key in levels)
    document: Plain = {
        "version": _version(),
        "levels": [_level(tape, n, key, ratings, bases) for n, key in enumerate(levels, 1)],
        "ratings": [{"key": key, "name": key, "words": key} for key in ratings],
        "bases": [{"key": key, "name": key, "source": key} for key in bases],
        "routes": [
            {"key": key, "name": key, "words": key, "statutory": key in hard, "closes": key in ("nothing", "advice")}
            for key in routes
        ],
        "extra_routes": [{"key": "officer", "name": "officer", "words": "officer"}],
        "duties": {"carer": "A duty"},
        "instructions": [{"key": "silent", "words": "Do not ask", "agreement": "do_not_seek"}],
        "indicators": {code: _lines(tape, code, levels) for code in INDICATORS},
        "rules": [_rule(tape, n, levels, ratings, routes) for n in range(tape.number(0, 6))],
        "offsets": [_offset(tape, n, levels) for n in range(tape.number(0, 3))],
        "urgency": [
            _text(f"R-{n}") | {"when": condition(tape, URGENT, levels, reached), "rating": tape.pick(ratings)}
            for n in range(tape.number(0, 2))
        ],
        "route_rules": _route_rules(tape, levels, reached, routes),
        "redirects": [
            _text("D-1")
            | {"when": {"fact": "case_status", "is": "child_in_need"}, "route": "to_worker", "name": "To the worker"}
        ],
        "gates": {"not_a_child": _adult(tape, soft), "agreement": _gates(tape, soft, hard)},
        "transition": {"open_contacts": "regrade", "words": "Look again"},
    }
    return document


def _route_rules(tape: Tape, levels: list[str], reached: tuple[Plain, ...], routes: list[str]) -> list[Plain]:
    so_far = (*reached, {"basis": "s17"}, {"basis": "s47"})
    return [
        _text(f"M-{n}") | {"when": condition(tape, ROUTE, levels, so_far), "route": tape.pick(routes)}
        for n in range(tape.number(0, 4))
    ]


def _version() -> Plain:
    days = {"approved": None, "effective_from": date(2022, 5, 1), "effective_to": None, "training_from": None}
    words = {"title": "Made up", "reason": "A test", "approving_body": "Nobody", "supersedes": None}
    return {"id": "made-up", "status": "live", "use": "live"} | days | words


def _level(tape: Tape, ordinal: int, key: str, ratings: list[str], bases: list[str]) -> Plain:
    level: Plain = {"key": key, "ordinal": ordinal, "name": key, "statutory": "no", "meaning": key, "responses": []}
    if tape.yes():
        level |= {"rating": tape.pick(ratings)}
    return level | ({"basis": [tape.pick(bases)]} if tape.yes() else {})


def _lines(tape: Tape, code: str, levels: list[str]) -> Any:
    if tape.yes():
        return tape.pick(levels)
    lines: list[Plain] = [{"level": tape.pick(levels)}]
    if INDICATORS[code][2]:
        lines.append({"level": tape.pick(levels), "severity": tape.pick(SEVERITY)})
    if tape.yes():
        lines.append({"level": tape.pick(levels), "when": _comparison(tape, RULE)})
    if tape.yes():
        lines[-1]["unless"] = [tape.pick(EXCEPTIONS)]
    return lines


def _rule(tape: Tape, number: int, levels: list[str], ratings: list[str], routes: list[str]) -> Plain:
    kind = tape.pick(["trigger", "floor", "combination", "count", "trend", "single", "unknown", "duty"])
    then: Plain = {} if kind == "duty" else {"level": tape.pick(levels)}
    if kind != "duty" and tape.yes():
        then["rating"] = tape.pick(ratings)
    extras: list[Plain] = [{}, {"basis": ["s47"]}, {"route_floor": tape.pick(routes)}, {"instruction": "silent"}]
    then |= tape.pick(extras)
    then = then or {"duty": "carer", "also": ["officer"], "ask": "Who cares?"}
    rule = _text(f"X-{number}") | {"kind": kind, "then": then}
    rule["when"] = condition(tape, DUTY if kind == "duty" else RULE, levels)
    if tape.yes():
        rule["strand"] = tape.pick(STRANDS)
    if tape.number(0, 3) == 3:
        rule["offset"] = False
    if tape.number(0, 3) == 0:
        rule["unless"] = [tape.pick(EXCEPTIONS)]
    return rule


def _offset(tape: Tape, number: int, levels: list[str]) -> Plain:
    factor = tape.pick(list(PROTECTIVE))
    strands = PROTECTIVE[factor][0][: tape.number(1, len(PROTECTIVE[factor][0]))]
    offset = _text(f"O-{number}") | {"factor": factor, "strands": strands, "lowers_by": tape.number(1, 2)}
    return offset | ({"not_below": tape.pick(levels)} if tape.yes() else {})


def _adult(tape: Tape, soft: list[str]) -> Plain:
    gate = _text("G-AGE") | {"when": {"fact": "age_years", "at_least": 18}, "route": tape.pick(soft)}
    return gate | ({"unless": ["unborn"]} if tape.yes() else {})


def _gates(tape: Tape, soft: list[str], hard: list[str]) -> list[Plain]:
    gates: list[Plain] = []
    for place, route in enumerate(soft):
        if place and tape.yes():
            gate = _text(f"G-{route}") | {"route": route, "fact": "agreement", "given": ["given"]}
            gate["refused"] = ["refused", "withdrawn"]
            answers = {"yes": tape.pick([route, *hard[:1]]), "no": tape.pick(soft[:place])}
            gates.append(gate | {"if_refused": {"ask": "would_grow", **answers}})
    return gates + [_text(f"G-{route}") | {"route": route} for route in hard]


def ruleset_of(document: Plain) -> RuleSet:
    """Build a version from plain data."""
    return ruleset_from(entry_of(document), CATALOGUE, Problems("made up"))


def answers(name: str) -> list[Value]:
    """Return every answer worth trying for a fact, "nobody knows" first, then the least worrying."""
    if name in CHOICES:
        return [Value(None), *map(Value, CHOICES[name][1])]
    if name in NUMBERS:
        return [Value(None), *map(Value, range(NUMBERS[name][1] + 1))]
    values = [Value(None), Value("absent"), Value("present")]
    if name in INDICATORS and INDICATORS[name][2]:
        values += [Value("present", (("severity", severity),)) for severity in SEVERITY]
    if name in PROTECTIVE:
        values += [Value("present", (("days_old", age), ("evidence", "seen_or_confirmed"))) for age in (1, 40)]
        values += [Value("present", (("days_old", 1), ("evidence", "said")))]
    return values


NAMES = (*INDICATORS, *PROTECTIVE, *EXCEPTIONS, *PRESENCES, *CHOICES, *NUMBERS)
ANSWERS = {name: answers(name) for name in NAMES}


def facts_from(tape: bytes) -> Facts:
    """Read one child off a tape."""
    read = Tape(tape)
    return Facts({name: read.pick(ANSWERS[name]) for name in NAMES if read.yes()})


rulesets: st.SearchStrategy[RuleSet] = st.binary(min_size=250, max_size=250).map(
    lambda tape: ruleset_of(document_of(Tape(tape)))
)
facts: st.SearchStrategy[Facts] = st.binary(min_size=2 * len(NAMES), max_size=2 * len(NAMES)).map(facts_from)


def settled(known: Facts, tape: bytes, *, only_recorded: bool) -> Facts:
    """Return the facts with every open question answered; only those recorded as unknown if `only_recorded`."""
    read = Tape(tape)
    answered = dict(known)
    for name in NAMES:
        value = known.get(name)
        if value is None and only_recorded:
            continue
        if value is None or value.known is None:
            answered[name] = read.pick(ANSWERS[name][1:])
        elif value.known == "present" and not value.details:
            answered[name] = read.pick([answer for answer in ANSWERS[name] if answer.known == "present"])
    return Facts(answered)


tapes = st.binary(min_size=len(NAMES), max_size=len(NAMES))
