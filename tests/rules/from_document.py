"""A second reading of a version, written from thresholds/README.md alone: the document as plain data, and one child.

It shares no code with `mash.rules`: it never sees a parsed rule, so a fault in how a document is read shows here too.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

Plain = dict[str, Any]
Truth = bool | None


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def at_least(least: int, truths: Iterable[Truth]) -> Truth:
    """Say whether so many are true: not known while what is not known could still make up the number."""
    found = list(truths)
    return True if found.count(True) >= least else None if found.count(True) + found.count(None) >= least else False


def every(*truths: Truth) -> Truth:
    return at_least(len(truths), truths)


class Reader:
    """One version over one catalogue, and the child that it is asked about."""

    def __init__(self, document: Plain, catalogue: Plain) -> None:
        self.document, self.answers, self.level, self.reached = document, Plain(), 0, set[str]()
        self.codes = {one["code"]: one for one in catalogue["indicators"]}
        self.facts = {one["name"]: one for one in catalogue["facts"]}
        self.factors = {one["code"]: one for one in catalogue["protective"]}
        self.degrees = {name: one["values"] for name, one in catalogue["qualifiers"].items()}
        keys = ([one["key"] for one in document[name]] for name in ("levels", "ratings", "bases", "routes"))
        self.levels, self.ratings, self.bases, self.routes = keys
        self.line = [*(one["statutory"] for one in document["routes"]), True].index(True)
        self.rules = [self.rule(rule) for rule in document["rules"]]
        self.rules += [line for code, given in document["indicators"].items() for line in self.lines(code, given)]

    def rule(self, rule: Plain) -> Plain:
        fixed = rule["kind"] in ("trigger", "floor", "unknown", "duty") or rule.get("offset") is False
        return {"code": "", "strand": None, "fixed": fixed} | rule

    def lines(self, code: str, given: Any) -> Iterable[Plain]:
        """Yield the lines of an indicator as rules, each with its id: the second of a level ends in /2, and so on."""
        known, levels = self.codes[code], list[str]()
        for line in [{"level": given}] if isinstance(given, str) else given:
            levels.append(line["level"])
            id = "/".join([code, levels[-1], *([str(levels.count(levels[-1]))] if levels[-1] in levels[:-1] else [])])
            more = {"id": id, "code": code, "strand": known["strand"], "fixed": "no_offset" in known["tags"]}
            yield line | more | {"then": line}

    def known(self, name: str, detail: str = "value") -> Any:
        """Return what is recorded of a fact, or a detail of it; None if that is not known."""
        answer = self.answers.get(name)
        said = (answer if isinstance(answer, dict) else {"value": answer}).get(detail)
        return None if said == "unknown" else said

    def present(self, name: str) -> Truth:
        return None if self.known(name) is None else self.known(name) == "present"

    def holds(self, when: Plain) -> Truth:
        heads: dict[str, Callable[[Any], Truth]] = {
            "all": lambda parts: every(*map(self.holds, parts)),
            "any": lambda parts: at_least(1, map(self.holds, parts)),
            "count": lambda count: self.count(count, count["of"]),
            "not_ruled_out": lambda part: self.holds(part) is not False,
            "unknown": lambda name: self.unknown(self.facts.get(name, {}), self.known(name)),
            "level_at_least": lambda key: self.level >= self.levels.index(key),
            "basis": lambda key: key in self.reached,
            "indicator": lambda code: self.degree(code, when),
            "fact": lambda name: None if self.known(name) is None else self.known(name) in self.enough(name, when),
        }
        return next(read(when[head]) for head, read in heads.items() if head in when)

    def degree(self, code: str, asked: Plain) -> Truth:
        """Say whether an indicator is present, and at least as severe, as often and for as long as asked."""
        wanted = [(self.known(code, name), asked[name], of) for name, of in self.degrees.items() if name in asked]
        details = [None if now is None else of.index(now) >= of.index(least) for now, least, of in wanted]
        return every(*details) if self.present(code) else self.present(code)

    def unknown(self, fact: Plain, known: Any) -> Truth:
        least = {"number": 0, "choice": fact.get("values", [""])[0]}.get(fact.get("type", ""), "absent")
        return bool(known != least) if fact.get("role", "risk") == "risk" else known is None

    def enough(self, name: str, when: Plain) -> Collection[Any]:
        """Return the answers by which a comparison of a fact holds."""
        fact, least = self.facts[name], when.get("at_least")
        if fact["type"] == "number":
            return range(least or 0, when.get("at_most", when.get("under", fact["max"] + 2) - 1) + 1)
        values = fact.get("values", [])
        return values[values.index(least) :] if least else listed(when.get("one_of", when.get("is", "present")))

    def count(self, count: Plain, of: Any) -> Truth:
        if isinstance(of, list):
            return at_least(count["at_least"], map(self.holds, of))
        codes = listed(of.get("codes", [*self.document["indicators"]]))
        counted = [self.codes[code] for code in codes if code not in listed(of.get("except", []))]
        for key, where in (("strand", "strand"), ("domain", "domain"), ("tag", "tags")):
            wanted = set(listed(of.get(key, [])))
            counted = [one for one in counted if key not in of or wanted & set(listed(one[where]))]
        strong = self.levels[self.levels.index(of["level_at_least"]) :] if "level_at_least" in of else []
        found, domains = list[Truth](), dict[str, list[Truth]]()
        for code in (one["code"] for one in counted):
            lines = [self.met(one) for one in self.rules if one["code"] == code and one["then"]["level"] in strong]
            if lines or not strong:
                found.append(at_least(1, lines) if strong else self.present(code))
                domains.setdefault(self.codes[code]["domain"], []).append(found[-1])
        there = [at_least(1, some) for some in domains.values()]
        return every(at_least(count["at_least"], found), at_least(count.get("domains_at_least", 0), there))

    def met(self, rule: Plain) -> Truth:
        """Say whether a rule, a line of an indicator or the not-a-child gate holds."""
        parts = [self.degree(rule["code"], rule)] if rule.get("code") else []
        parts += [self.holds(rule["when"])] if "when" in rule else []
        return False if any(self.present(name) for name in listed(rule.get("unless", []))) else every(*parts)

    def lowered(self, rule: Plain) -> int:
        """Return the level that a rule gives, lowered by what lowers it most; the lowest if it gives none."""
        level = left = self.levels.index(rule["then"].get("level", self.levels[0]))
        for offset in () if rule["fixed"] else self.document["offsets"]:
            if rule["strand"] in offset["strands"] and self.established(self.factors[offset["factor"]]):
                floor = self.levels.index(offset.get("not_below", self.levels[0]))
                left = min(left, max(level - offset["lowers_by"], min(level, floor)))
        return left

    def established(self, factor: Plain) -> bool:
        name, days, age = factor["code"], factor["valid_days"], self.known(factor["code"], "days_old")
        seen = factor["evidence"] == "said" or self.known(name, "evidence") == "seen_or_confirmed"
        fresh = days is None or (age is not None and age <= days)
        old = (self.known("age_years") or 0) >= factor.get("from_years", 0)
        return bool(self.present(name)) and seen and fresh and old

    def results(self, answers: Plain) -> Plain:
        """Return what the version gives a child of whom these answers are recorded."""
        document, self.answers = self.document, answers
        met = [rule for rule in self.rules if self.met(rule)]
        self.level = max(map(self.lowered, met), default=0)
        then = [rule["then"] for rule in met] + document["levels"][: self.level + 1]
        self.reached = {basis for one in then for basis in listed(one.get("basis", []))}
        rated = then + [one for one in document["urgency"] if self.holds(one["when"])]
        rating = max((self.ratings.index(one["rating"]) for one in rated if "rating" in one), default=0)
        found: Plain = {"rating": self.ratings[rating], "rules": [rule["id"] for rule in met]}
        if self.met(adult := document["gates"]["not_a_child"]):
            return found | {"level": None, "bases": [], "strength": adult["route"], "route": adult["route"]}
        strength = self.routes[self.strength([rule["then"] for rule in met])]
        routes = [*(one["route"] for one in document["redirects"] if self.holds(one["when"])), strength]
        found |= {"level": document["levels"][self.level]["ordinal"], "strength": strength, "route": routes[0]}
        return found | {"bases": [key for key in self.bases if key in self.reached]}

    def strength(self, then: list[Plain]) -> int:
        place, document = self.routes.index, self.document
        held = [0, *(place(one["route_floor"]) for one in then if "route_floor" in one)]
        held += [place(one["route"]) for one in document["route_rules"] if self.holds(one["when"])]
        grown, left = [0], [max(held)]
        for gate in document["gates"]["agreement"]:
            own, asks = place(gate["route"]), gate.get("if_refused")
            if asks and own <= max(held) < self.line and self.known(gate["fact"]) in listed(gate["refused"]):
                if (answer := self.known(asks["ask"])) in ("yes", "present"):
                    grown.append(place(asks["yes"]))
                elif answer in ("no", "absent"):
                    left.append(max([place(asks["no"]), *(one for one in held if one < own)]))
        told = {key for one in then for key in listed(one.get("instruction", []))}
        silent = any(one["key"] in told and "agreement" in one for one in document["instructions"])
        return max(grown) if max(grown) >= self.line else max(held) if silent else min(left)
