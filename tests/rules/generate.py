"""Random versions and random facts over a small catalogue: any document the loader accepts, and any child."""

from typing import Any

from hypothesis import strategies as st

from mash.rules import Catalogue, Facts, RuleSet, Value
from mash.rules.catalogue_document import catalogue_from
from mash.rules.document import ruleset_from
from mash.rules.problems import Problems
from mash.rules.source import entry_of

Plain = dict[str, Any]

SEVERITY = ["mild", "moderate", "serious", "severe"]
STRANDS = ["neglect", "abuse", "needs"]
INDICATORS = {
    "ng-early": ("home", "neglect", ["severity"], ["cumulative"]),
    "ng-late": ("home", "neglect", [], ["cumulative"]),
    "ng-dirty": ("self", "neglect", ["severity"], []),
    "ab-mark": ("body", "abuse", ["severity"], ["strategy"]),
    "ab-says": ("body", "abuse", [], ["strategy", "no_offset"]),
    "nd-drink": ("parent", "needs", ["severity"], []),
    "nd-ill": ("parent", "needs", [], []),
}
PROTECTIVE = {"pf-adult": (["needs"], "seen_or_confirmed", 28, 0), "pf-school": (["neglect", "needs"], "said", None, 5)}
CHOICES = {
    "plan_ended": ("risk", ["never", "long_ago", "lately"], True),
    "mobility": ("context", ["independent", "not_independent"], False),
    "contact_type": ("routing", ["request", "check", "advice"], False),
    "referrer_type": ("routing", ["police", "family", "anonymous"], False),
    "case_status": ("routing", ["none", "child_in_need"], False),
    "medical_need": ("urgency", ["none", "soon", "now"], True),
    "agreement": ("agreement", ["given", "refused", "withdrawn", "not_sought"], False),
    "would_grow": ("agreement", ["no", "yes"], False),
}
NUMBERS = {
    "contacts_12m": ("risk", 9),
    "age_years": ("context", 25),
    "hours_to_harm": ("urgency", 90),
}
PRESENCES = {"immediate_harm": "risk", "unborn": "context", "disabled": "context", "no_bed": "urgency"}
EXCEPTIONS = ["ex-birthmark", "ex-timetable"]


def _said(name: str) -> Plain:
    return {"words": f"{name} in words", "question": f"What of {name}?"}


def small_catalogue() -> Catalogue:
    """Return a catalogue with a fact of every role and type."""
    indicators = [
        {"code": code, "domain": domain, "strand": strand, "qualifiers": qualifiers, "tags": tags}
        | {"ages": {}, "typical": [2], "source": "made up"}
        | _said(code)
        for code, (domain, strand, qualifiers, tags) in INDICATORS.items()
    ]
    protective = [
        {"code": code, "offsets": offsets, "evidence": evidence, "valid_days": days}
        | ({"from_years": years} if years else {})
        | _said(code)
        for code, (offsets, evidence, days, years) in PROTECTIVE.items()
    ]
    facts: list[Plain] = [
        {"name": name, "role": role, "type": "number", "unit": "each", "max": most} | _said(name)
        for name, (role, most) in NUMBERS.items()
    ]
    facts += [{"name": name, "role": role, "type": "presence"} | _said(name) for name, role in PRESENCES.items()]
    facts += [
        {"name": name, "role": role, "type": "choice", "values": values, "ordered": ordered} | _said(name)
        for name, (role, values, ordered) in CHOICES.items()
    ]
    plain = {
        "catalogue": {"version": "1", "title": "A small one"},
        "domains": {key: key for key in ("home", "self", "body", "parent")},
        "strands": {key: key for key in STRANDS},
        "qualifiers": {"severity": {"words": "How serious?", "values": SEVERITY}},
        "indicators": indicators,
        "protective": protective,
        "exceptions": [{"name": name} | _said(name) for name in EXCEPTIONS],
        "facts": facts,
    }
    return catalogue_from(entry_of(plain), Problems("small"))


CATALOGUE = small_catalogue()


def _indicator(draw: st.DrawFn) -> Plain:
    code = draw(st.sampled_from(list(INDICATORS)))
    condition: Plain = {"indicator": code}
    if INDICATORS[code][2] and draw(st.booleans()):
        condition["severity"] = draw(st.sampled_from(SEVERITY))
    return condition


def _comparison(draw: st.DrawFn, roles: tuple[str, ...]) -> Plain:
    """Return a comparison of one fact, among those the roles allow."""
    names = [name for name, (role, _) in NUMBERS.items() if role in roles]
    names += [name for name, role in PRESENCES.items() if role in roles]
    names += [name for name, (role, _, _) in CHOICES.items() if role in roles]
    name = draw(st.sampled_from(names))
    if name in PRESENCES:
        return {"fact": name}
    if name in CHOICES:
        _, values, ordered = CHOICES[name]
        return {"fact": name, "at_least" if ordered else "is": draw(st.sampled_from(values))}
    role, most = NUMBERS[name]
    keys = {"risk": ["at_least"], "urgency": ["at_most", "under"]}.get(role, ["at_least", "at_most", "under"])
    return {"fact": name, draw(st.sampled_from(keys)): draw(st.integers(1, most))}


def _count(draw: st.DrawFn, levels: list[str]) -> Plain:
    of: Plain = draw(st.sampled_from([{}, {"strand": ["neglect", "needs"]}, {"tag": "cumulative"}, {"domain": "home"}]))
    if levels and draw(st.booleans()):
        of = {**of, "level_at_least": levels[0]}
    count: Plain = {"of": of, "at_least": draw(st.integers(1, 2))}
    if not of and draw(st.booleans()):
        count["domains_at_least"] = draw(st.integers(1, 3))
    return {"count": count}


@st.composite
def conditions(draw: st.DrawFn, roles: tuple[str, ...], levels: list[str], results: tuple[Plain, ...] = ()) -> Plain:
    """Return a condition that may look at facts of these roles, count by these levels, and look at these results."""
    kind = draw(st.sampled_from(["indicator", "fact", "all", "any", "count", "doubt", "of", "result"]))
    if kind == "indicator":
        return _indicator(draw)
    if kind == "count":
        return _count(draw, levels)
    if kind == "doubt":
        inner = _comparison(draw, tuple(role for role in roles if role != "urgency"))
        unknown = {"unknown": draw(st.sampled_from([*INDICATORS, "contacts_12m", "age_years", "plan_ended"]))}
        return draw(st.sampled_from([unknown, {"not_ruled_out": inner}]))
    if kind in ("all", "any", "of"):
        parts = [draw(conditions(roles, levels, results)) for _ in range(draw(st.integers(1, 2)))]
        return {"count": {"of": parts, "at_least": len(parts)}} if kind == "of" else {kind: parts}
    if kind == "result" and results:
        return draw(st.sampled_from(results))
    return _comparison(draw, roles)


def _text(id: str) -> Plain:
    return {"id": id, "words": f"{id} in words", "source": "made up"}


RULE, DUTY = ("risk", "context"), ("risk", "context", "routing")
URGENT, ROUTE = ("risk", "context", "urgency"), ("risk", "context", "routing")


@st.composite
def documents(draw: st.DrawFn) -> Plain:
    """Return a version, valid by construction, with any number of levels, ratings and routes."""
    levels = [f"L{n}" for n in range(1, draw(st.integers(2, 5)) + 1)]
    ratings = ["green", "amber", "red", "blue"][: draw(st.integers(1, 4))]
    soft = ["nothing", "advice", "early_help", "targeted"][: draw(st.integers(1, 4))]
    hard = ["assessment", "strategy"][: draw(st.integers(0 if len(soft) > 1 else 1, 2))]
    routes, level, rating = soft + hard, st.sampled_from(levels), st.sampled_from(ratings)
    bases, route = ["s17", "s47"], st.sampled_from(soft + hard)
    reached = tuple({"level_at_least": key} for key in levels)
    document: Plain = {
        "version": _version(),
        "levels": [_level(draw, n, key, ratings, bases) for n, key in enumerate(levels, 1)],
        "ratings": [{"key": key, "name": key, "words": key} for key in ratings],
        "bases": [{"key": key, "name": key, "source": key} for key in bases],
        "routes": [
            {"key": key, "name": key, "words": key, "statutory": key in hard, "closes": key in ("nothing", "advice")}
            for key in routes
        ],
        "extra_routes": [{"key": "officer", "name": "officer", "words": "officer"}],
        "duties": {"carer": "A duty"},
        "instructions": [{"key": "silent", "words": "Do not ask", "agreement": "do_not_seek"}],
        "indicators": {code: _lines(draw, code, level, levels) for code in INDICATORS},
        "rules": [_rule(draw, n, level, rating, route, levels) for n in range(draw(st.integers(0, 6)))],
        "offsets": [_offset(draw, n, level) for n in range(draw(st.integers(0, 3)))],
        "urgency": [
            _text(f"R-{n}") | {"when": draw(conditions(URGENT, levels, reached)), "rating": draw(rating)}
            for n in range(draw(st.integers(0, 2)))
        ],
        "route_rules": [
            _text(f"M-{n}")
            | {"when": draw(conditions(ROUTE, levels, (*reached, {"basis": "s17"}, {"basis": "s47"}))), "route": draw(route)}
            for n in range(draw(st.integers(0, 4)))
        ],
        "redirects": [
            _text("D-1")
            | {"when": {"fact": "case_status", "is": "child_in_need"}, "route": "to_worker", "name": "To the worker"}
        ],
        "gates": {"not_a_child": _adult(draw, soft), "agreement": _gates(draw, soft, hard)},
        "transition": {"open_contacts": "regrade", "words": "Look again"},
    }
    return document


def _version() -> Plain:
    days = {"approved": None, "effective_from": "2022-05-01", "effective_to": None, "training_from": None}
    words = {"title": "Made up", "reason": "A test", "approving_body": "Nobody", "supersedes": None}
    return {"id": "made-up", "status": "live", "use": "live"} | days | words


def _level(draw: st.DrawFn, ordinal: int, key: str, ratings: list[str], bases: list[str]) -> Plain:
    level: Plain = {"key": key, "ordinal": ordinal, "name": key, "statutory": "no", "meaning": key, "responses": []}
    if draw(st.booleans()):
        level |= {"rating": draw(st.sampled_from(ratings))}
    return level | ({"basis": [draw(st.sampled_from(bases))]} if draw(st.booleans()) else {})


def _lines(draw: st.DrawFn, code: str, level: st.SearchStrategy[str], levels: list[str]) -> Any:
    if draw(st.booleans()):
        return draw(level)
    lines: list[Plain] = [{"level": draw(level)}]
    if INDICATORS[code][2]:
        lines.append({"level": draw(level), "severity": draw(st.sampled_from(SEVERITY))})
    if draw(st.booleans()):
        lines.append({"level": draw(level), "when": _comparison(draw, RULE)})
    if draw(st.booleans()):
        lines[-1]["unless"] = [draw(st.sampled_from(EXCEPTIONS))]
    return lines


def _rule(
    draw: st.DrawFn,
    number: int,
    level: st.SearchStrategy[str],
    rating: st.SearchStrategy[str],
    route: st.SearchStrategy[str],
    levels: list[str],
) -> Plain:
    kind = draw(st.sampled_from(["trigger", "floor", "combination", "count", "trend", "single", "unknown", "duty"]))
    then: Plain = {} if kind == "duty" else {"level": draw(level)}
    if kind != "duty" and draw(st.booleans()):
        then["rating"] = draw(rating)
    extras: list[Plain] = [{}, {"basis": ["s47"]}, {"route_floor": draw(route)}, {"instruction": "silent"}]
    then |= draw(st.sampled_from(extras))
    then = then or {"duty": "carer", "also": ["officer"], "ask": "Who cares?"}
    rule = _text(f"X-{number}") | {"kind": kind, "then": then}
    rule["when"] = draw(conditions(DUTY if kind == "duty" else RULE, levels))
    if draw(st.booleans()):
        rule["strand"] = draw(st.sampled_from(STRANDS))
    if draw(st.integers(0, 3)) == 0:
        rule["unless"] = [draw(st.sampled_from(EXCEPTIONS))]
    return rule


def _offset(draw: st.DrawFn, number: int, level: st.SearchStrategy[str]) -> Plain:
    factor = draw(st.sampled_from(list(PROTECTIVE)))
    strands = draw(st.lists(st.sampled_from(PROTECTIVE[factor][0]), min_size=1, unique=True))
    offset = _text(f"O-{number}") | {"factor": factor, "strands": strands, "lowers_by": draw(st.integers(1, 2))}
    return offset | ({"not_below": draw(level)} if draw(st.booleans()) else {})


def _adult(draw: st.DrawFn, soft: list[str]) -> Plain:
    gate = _text("G-AGE") | {"when": {"fact": "age_years", "at_least": 18}, "route": draw(st.sampled_from(soft))}
    return gate | ({"unless": ["unborn"]} if draw(st.booleans()) else {})


def _gates(draw: st.DrawFn, soft: list[str], hard: list[str]) -> list[Plain]:
    gates: list[Plain] = []
    for place, route in enumerate(soft):
        if place and draw(st.booleans()):
            gate = _text(f"G-{route}") | {"route": route, "fact": "agreement", "given": ["given"]}
            gate["refused"] = ["refused", "withdrawn"]
            answers = {"yes": draw(st.sampled_from([route, *hard[:1]])), "no": draw(st.sampled_from(soft[:place]))}
            gates.append(gate | {"if_refused": {"ask": "would_grow", **answers}})
    return gates + [_text(f"G-{route}") | {"route": route} for route in hard]


rulesets: st.SearchStrategy[RuleSet] = documents().map(
    lambda document: ruleset_from(_dated(document), CATALOGUE, Problems("made up"))
)


def _dated(document: Plain) -> Any:
    from datetime import date

    version = document["version"] | {"effective_from": date(2022, 5, 1)}
    return entry_of(document | {"version": version})


def _presence(code: str) -> st.SearchStrategy[Value]:
    plain = [Value("present"), Value("absent"), Value(None)]
    if code in INDICATORS and INDICATORS[code][2]:
        plain += [Value("present", (("severity", severity),)) for severity in SEVERITY]
    if code in PROTECTIVE:
        plain += [Value("present", (("days_old", age), ("evidence", "seen_or_confirmed"))) for age in (1, 40)]
        plain += [Value("present", (("days_old", 1), ("evidence", "said")))]
    return st.sampled_from(plain)


ANSWERS: dict[str, st.SearchStrategy[Value]] = {
    **{name: _presence(name) for name in (*INDICATORS, *PROTECTIVE, *EXCEPTIONS, *PRESENCES)},
    **{name: st.sampled_from([Value(None), *map(Value, values)]) for name, (_, values, _) in CHOICES.items()},
    **{
        name: st.one_of(st.just(Value(None)), st.integers(0, most).map(Value)) for name, (_, most) in NUMBERS.items()
    },
}

facts: st.SearchStrategy[Facts] = st.fixed_dictionaries({}, optional=ANSWERS).map(Facts)
whole_facts: st.SearchStrategy[Facts] = st.fixed_dictionaries(
    {name: answer.filter(lambda value: value.known is not None) for name, answer in ANSWERS.items()}
).map(Facts)
