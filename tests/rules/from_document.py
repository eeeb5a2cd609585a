"""A second reading of a version, written from thresholds/README.md alone: the document as plain data, and one child.

It shares no code with `mash.rules`: it never sees a parsed rule, so a fault in how a document is read shows here too.
"""

from collections.abc import Iterable
from typing import Any

Plain = dict[str, Any]
Truth = bool | None


def listed(value: Any) -> list[Any]:
    """Return "one or a list" as a list."""
    return value if isinstance(value, list) else [value]


def every(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def at_least(least: int, truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    if found.count(True) >= least:
        return True
    return None if found.count(True) + found.count(None) >= least else False


class Reader:
    """One version over one catalogue, both as plain data."""

    def __init__(self, document: Plain, catalogue: Plain) -> None:
        self.document = document
        self.codes = {one["code"]: one for one in catalogue["indicators"]}
        self.facts = {one["name"]: one for one in catalogue["facts"]}
        self.factors = {one["code"]: one for one in catalogue["protective"]}
        self.degrees = {name: one["values"] for name, one in catalogue["qualifiers"].items()}
        self.keys = {name: [one["key"] for one in document[name]] for name in ("levels", "ratings", "bases", "routes")}
        self.lines = {code: self._lines(given) for code, given in document["indicators"].items()}
        self.line = next(
            (n for n, route in enumerate(document["routes"]) if route["statutory"]), len(self.keys["routes"])
        )

    def _lines(self, given: Any) -> list[Plain]:
        return [{"level": given}] if isinstance(given, str) else given

    def place(self, section: str, key: str) -> int:
        return self.keys[section].index(key)


class Child:
    """What one version makes of one child: `results()` gives what is told apart from words."""

    def __init__(self, reader: Reader, answers: Plain) -> None:
        self.reader, self.answers, self.level, self.bases = reader, answers, 0, set[str]()

    def known(self, name: str) -> Any:
        answer = self.answers.get(name)
        answer = answer["value"] if isinstance(answer, dict) else answer
        return None if answer == "unknown" else answer

    def detail(self, name: str, key: str) -> Any:
        answer = self.answers.get(name)
        return answer.get(key) if isinstance(answer, dict) else None

    def present(self, name: str) -> Truth:
        known = self.known(name)
        return None if known is None else known == "present"

    def holds(self, when: Plain) -> Truth:
        head = next((key for key in ("all", "any", "count", "not_ruled_out") if key in when), "one")
        if head == "all":
            return every([self.holds(part) for part in when["all"]])
        if head == "any":
            return at_least(1, [self.holds(part) for part in when["any"]])
        if head == "not_ruled_out":
            return self.holds(when["not_ruled_out"]) is not False
        return self.count(when["count"]) if head == "count" else self.single(when)

    def single(self, when: Plain) -> Truth:
        if "indicator" in when:
            return self.degree(when["indicator"], when)
        if "unknown" in when:
            return self.unknown(when["unknown"])
        if "level_at_least" in when:
            return self.level >= self.reader.place("levels", when["level_at_least"])
        return when["basis"] in self.bases if "basis" in when else self.compared(when)

    def degree(self, code: str, asked: Plain) -> Truth:
        here = self.present(code)
        if here is not True:
            return here
        wanted = [(name, values) for name, values in self.reader.degrees.items() if name in asked]
        given = [(self.detail(code, name), asked[name], values) for name, values in wanted]
        return every(None if now is None else values.index(now) >= values.index(least) for now, least, values in given)

    def unknown(self, name: str) -> Truth:
        fact, known = self.reader.facts.get(name, {"role": "risk", "type": "presence"}), self.known(name)
        if fact["role"] != "risk":
            return known is None
        least = {"presence": "absent", "number": 0, "choice": fact.get("values", [""])[0]}[fact["type"]]
        return bool(known != least)

    def compared(self, when: Plain) -> Truth:
        fact, known = self.reader.facts[when["fact"]], self.known(when["fact"])
        if known is None:
            return None
        if fact["type"] == "presence":
            return bool(known == "present")
        if fact["type"] == "number":
            low, high = when.get("at_least", 0), when.get("at_most", when.get("under", fact["max"] + 2) - 1)
            return bool(low <= known <= high)
        if "at_least" in when:
            return bool(fact["values"].index(known) >= fact["values"].index(when["at_least"]))
        return known in (listed(when["one_of"]) if "one_of" in when else [when["is"]])

    def count(self, count: Plain) -> Truth:
        of = count["of"]
        if isinstance(of, list):
            return at_least(count["at_least"], [self.holds(part) for part in of])
        codes = [
            code for code in listed(of.get("codes", [*self.reader.lines])) if code not in listed(of.get("except", []))
        ]
        for key, where in (("strand", "strand"), ("domain", "domain"), ("tag", "tags")):
            if key in of:
                wanted = set(listed(of[key]))
                codes = [code for code in codes if wanted & set(listed(self.reader.codes[code][where]))]
        found = {code: truth for code in codes if (truth := self.counted(code, of.get("level_at_least"))) != "never"}
        enough = at_least(count["at_least"], found.values())
        domains: dict[str, list[Truth]] = {}
        for code, truth in found.items():
            domains.setdefault(self.reader.codes[code]["domain"], []).append(truth)
        return every(
            [enough, at_least(count.get("domains_at_least", 0), [at_least(1, one) for one in domains.values()])]
        )

    def counted(self, code: str, level: str | None) -> Any:
        if level is None:
            return self.present(code)
        least = self.reader.place("levels", level)
        lines = [
            line for line in self.reader.lines.get(code, []) if self.reader.place("levels", line["level"]) >= least
        ]
        return at_least(1, [self.met(code, line) for line in lines]) if lines else "never"

    def met(self, code: str, line: Plain) -> Truth:
        """Say whether a line of the indicator map holds; or, without a code, a rule."""
        parts = [self.degree(code, line)] if code else []
        truth = every([*parts, *([self.holds(line["when"])] if "when" in line else [])])
        return False if any(self.present(name) for name in listed(line.get("unless", []))) else truth

    def lowered(self, level: int, strand: str | None) -> int:
        left = [level]
        for offset in self.reader.document["offsets"]:
            if strand in offset["strands"] and self.established(self.reader.factors[offset["factor"]]):
                floor = self.reader.place("levels", offset["not_below"]) if "not_below" in offset else 0
                left.append(max(level - offset["lowers_by"], min(level, floor)))
        return min(left)

    def established(self, factor: Plain) -> bool:
        name, days = factor["code"], factor["valid_days"]
        seen, age = self.detail(name, "evidence"), self.detail(name, "days_old")
        good = factor["evidence"] == "said" or seen == "seen_or_confirmed"
        fresh = days is None or (age is not None and age <= days)
        old = "from_years" not in factor or (self.known("age_years") or 0) >= factor["from_years"]
        return bool(self.present(name)) and good and fresh and old

    def results(self) -> Plain:
        document, place = self.reader.document, self.reader.place
        met = [rule for rule in document["rules"] if self.met("", rule)]
        then, ids = [rule["then"] for rule in met], [rule["id"] for rule in met]
        levels = [self.rule_level(rule) for rule in met if "level" in rule["then"]]
        for code, line, id in self.lines_met():
            fixed = "no_offset" in self.reader.codes[code]["tags"]
            level = place("levels", line["level"])
            levels.append(level if fixed else self.lowered(level, self.reader.codes[code]["strand"]))
            then.append(line)
            ids.append(id)
        self.level = max(levels, default=0)
        reached = document["levels"][: self.level + 1]
        urgent = [one for one in document["urgency"] if self.holds(one["when"])]
        ratings = [place("ratings", one["rating"]) for one in (*then, *reached, *urgent) if "rating" in one]
        self.bases = {basis for one in (*then, *reached) for basis in listed(one.get("basis", []))}
        found = {"rating": self.reader.keys["ratings"][max(ratings, default=0)], "rules": ids}
        adult = document["gates"]["not_a_child"]
        if self.holds(adult["when"]) and not any(self.present(name) for name in listed(adult.get("unless", []))):
            return found | {"level": None, "bases": [], "strength": adult["route"], "route": adult["route"]}
        strength = self.reader.keys["routes"][self.strength(then)]
        redirects = [one["route"] for one in document["redirects"] if self.holds(one["when"])]
        bases = [key for key in self.reader.keys["bases"] if key in self.bases]
        level = document["levels"][self.level]["ordinal"]
        return found | {"level": level, "bases": bases, "strength": strength, "route": [*redirects, strength][0]}

    def lines_met(self) -> Iterable[tuple[str, Plain, str]]:
        for code, lines in self.reader.lines.items():
            for number, line in enumerate(lines):
                before = [one["level"] for one in lines[:number]].count(line["level"])
                if self.met(code, line):
                    yield code, line, f"{code}/{line['level']}" + (f"/{before + 1}" if before else "")

    def rule_level(self, rule: Plain) -> int:
        level = self.reader.place("levels", rule["then"]["level"])
        fixed = rule["kind"] in ("trigger", "floor", "unknown", "duty") or rule.get("offset") is False
        return level if fixed else self.lowered(level, rule.get("strand"))

    def strength(self, then: list[Plain]) -> int:
        document, place, line = self.reader.document, self.reader.place, self.reader.line
        held = [0, *(place("routes", one["route_floor"]) for one in then if "route_floor" in one)]
        held += [place("routes", one["route"]) for one in document["route_rules"] if self.holds(one["when"])]
        route, grown, left = max(held), [0], [max(held)]
        for gate in document["gates"]["agreement"]:
            own, asks = place("routes", gate["route"]), gate.get("if_refused")
            if not asks or not own <= route < line or self.known(gate["fact"]) not in listed(gate["refused"]):
                continue
            answer = self.known(asks["ask"])
            if answer in ("yes", "present"):
                grown.append(place("routes", asks["yes"]))
            if answer in ("no", "absent"):
                left.append(max([place("routes", asks["no"]), *(one for one in held if one < own)]))
        if max(grown) >= line:
            return max(grown)
        told = {key for one in then for key in listed(one.get("instruction", []))}
        silent = any(one["key"] in told and "agreement" in one for one in document["instructions"])
        return route if silent else min(left)
