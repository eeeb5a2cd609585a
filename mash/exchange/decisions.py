"""A version as decision tables: what holds, then level, rating, legal basis and route. Each says what it reads.

Hit policies: COLLECT lists what holds; COLLECT with MAX, MIN or SUM gives one number, and begins with a row that always
holds, so that it gives one even when nothing else does; FIRST reads from the top.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mash.exchange.beyond import beyond
from mash.exchange.feel import TRUE, Count, Feel, Part, either, every, listed, quoted
from mash.rules.conditions import Sense
from mash.rules.parts import AgreementGate, Rule
from mash.rules.ruleset import RuleSet
from mash.rules.wording import in_words

_PATH = re.compile(r'"(?:\\.|[^"\\])*"|([A-Za-z_]\w*)(?:\.\w+)?')


@dataclass(frozen=True, slots=True)
class Row:
    """One row: an expression that says when it holds, an expression for each output, and why in words."""

    when: str
    gives: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One decision. `needs` names the decisions and groups of inputs that it reads, in the order of the file."""

    name: str
    title: str
    policy: str
    aggregation: str
    outputs: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decisions:
    """Every decision of a version, each after those it reads, and the groups of inputs with their titles."""

    ruleset: RuleSet
    groups: tuple[tuple[str, str, tuple[Part, ...]], ...]
    tables: tuple[Table, ...]
    beyond: tuple[str, ...]


def decisions_of(ruleset: RuleSet) -> Decisions:
    """Return a version as decision tables, and what of it they cannot say."""
    return _Writer(ruleset).decisions()


OWN = (
    *("rules_met", "strengths_met", "level_number", "urgency_met", "rating_number", "bases_reached", "route_rules_met"),
    *("route_before_agreement", "agreement_raises", "agreement_lowers", "route_number", "not_a_child"),
    *("level", "rating", "legal_bases", "strength", "route"),
)
_NUMBER = (("number", "number"),)
_KEY = (("key", "string"),)
_RULE = (("rule", "string"), ("gives", "number"))


class _Writer:
    """Write the decisions of one version; the counts come to light while the others are written."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset, self.feel = ruleset, Feel(ruleset)
        self.gates = [gate for gate in ruleset.gates if gate.if_refused and gate.refused]
        self.kept = [f"kept_below_gate_{number}" for number in range(1, len(self.gates) + 1)]
        for name in (*OWN, *self.kept):
            self.feel.names.of(name)

    def decisions(self) -> Decisions:
        needs, routes = [*self._needs()], [*self._routes()]
        results = [*self._results()]
        inputs = self.feel.inputs
        groups = tuple((name, inputs.titles[name], tuple(parts.values())) for name, parts in inputs.groups.items())
        tables = [*map(self._counted, self.feel.counts.values()), *needs, *routes, *results]
        known = [*(name for name, _, _ in groups), *(table.name for table in tables)]
        return Decisions(self.ruleset, groups, tuple(_reading(table, known) for table in tables), beyond(self.ruleset))

    def _counted(self, count: Count) -> Table:
        rows = [
            Row(said, ("1",), in_words(self.ruleset, part).words)
            for said, part in zip(count.said, count.parts, strict=True)
        ]
        title = f"How many of these {len(rows)} are so"
        return Table(count.name, title, "COLLECT", "SUM", _NUMBER, (_always("0", "Begin with none"), *rows))

    def _needs(self) -> Iterator[Table]:
        """Yield what says how great the need is and how urgent: rules, strengths, level, rating, legal bases."""
        outputs: tuple[tuple[str, str], ...] = (
            ("rule", "string"),
            ("kind", "string"),
            ("level", "number"),
            ("rating", "string"),
        )
        outputs += (("route", "string"), ("bases", "Any"), ("beside", "Any"))
        yield Table("rules_met", "Rules that are met", "COLLECT", "", outputs, tuple(map(self._rule, self._rules)))
        rows = [
            Row(self.feel.of(one.established, Sense.LOWERS), (quoted(one.id),), f"{one.words} ({one.source})")
            for one in self.ruleset.offsets
        ]
        yield Table("strengths_met", "Strengths that are established", "COLLECT", "", (("id", "string"),), tuple(rows))
        yield Table("level_number", "The highest level that a rule gives", "COLLECT", "MAX", _NUMBER, self._levels())
        rows = [
            Row(self.feel.of(one.when), (quoted(one.id), str(one.rating + 1)), f"{one.words} ({one.source})")
            for one in self.ruleset.urgency
        ]
        yield Table("urgency_met", "Rules of urgency that are met", "COLLECT", "", _RULE, tuple(rows))
        yield Table("rating_number", "The highest rating", "COLLECT", "MAX", _NUMBER, self._ratings())
        rows = [*self._bases()]
        yield Table("bases_reached", "Legal bases reached", "COLLECT", "", (("basis", "string"),), tuple(rows))

    @property
    def _rules(self) -> tuple[Rule, ...]:
        return self.ruleset.level_rules()

    def _rule(self, rule: Rule) -> Row:
        then, ruleset = rule.then, self.ruleset
        level = "null" if then.level is None else str(ruleset.levels[then.level].ordinal)
        rating = "null" if then.rating is None else quoted(ruleset.ratings[then.rating].key)
        route = "null" if then.route_floor is None else quoted(ruleset.routes[then.route_floor].key)
        beside = _texts((*then.also, *then.duties, *then.instructions))
        gives = (quoted(rule.id), quoted(rule.kind.value), level, rating, route, _texts(then.bases), beside)
        return Row(self.feel.of(rule.when), gives, f"{rule.words} ({rule.source})")

    def _levels(self) -> tuple[Row, ...]:
        """Return a row for each level a rule can give, and for each that a strength can leave of it."""
        levels, offsets = self.ruleset.levels, self.ruleset.offsets
        given: dict[tuple[str, int], list[str]] = {}
        for rule in self._rules:
            if rule.then.level:
                given.setdefault((rule.strand if rule.lowerable else "", rule.then.level), []).append(rule.id)
        rows = [_always(str(levels[0].ordinal), "When no rule is met")]
        for (strand, level), ids in sorted(given.items()):
            lowering = [one for one in offsets if strand and strand in one.strands]
            for left in sorted({level, *(one.leaves(level) for one in lowering)}, reverse=True):
                below = [one.id for one in lowering if one.leaves(level) < left]
                said = every((listed("rules_met.rule", ids), *(_not(listed("strengths_met", below)) if below else ())))
                note = f"{levels[left].name}: rules of {self.ruleset.catalogue.strands.get(strand, 'any strand')}"
                note += f" that give {levels[level].name}" + (" after a strength" if left < level else "")
                rows.append(Row(said, (str(levels[left].ordinal),), note))
        return tuple(rows)

    def _ratings(self) -> tuple[Row, ...]:
        ratings, rows = self.ruleset.ratings, [_always("1", "When nothing sets a rating")]
        for place, rating in enumerate(ratings):
            ids = [rule.id for rule in self._rules if rule.then.rating == place]
            urgent = [one.id for one in self.ruleset.urgency if one.rating == place]
            reached = [f"level_number >= {one.ordinal}" for one in self.ruleset.levels if one.rating == place]
            said = either((listed("rules_met.rule", ids), listed("urgency_met.rule", urgent), *reached))
            rows.append(Row(said, (str(place + 1),), f"{rating.name}: {rating.words}"))
        return tuple(rows)

    def _bases(self) -> Iterator[Row]:
        for basis in self.ruleset.bases:
            ids = [rule.id for rule in self._rules if basis.key in rule.then.bases]
            reached = [f"level_number >= {one.ordinal}" for one in self.ruleset.levels if basis.key in one.bases]
            said = either((listed("rules_met.rule", ids), *reached))
            yield Row(said, (quoted(basis.key),), f"{basis.name} ({basis.source})")

    def _routes(self) -> Iterator[Table]:
        """Yield what says how strong a response is called for, and what agreement does to it."""
        rows = [
            Row(self.feel.of(one.when), (quoted(one.id), str(one.route + 1)), f"{one.words} ({one.source})")
            for one in self.ruleset.route_rules
        ]
        yield Table("route_rules_met", "Route rules that are met", "COLLECT", "", _RULE, tuple(rows))
        title = "The strongest route, before agreement"
        yield Table("route_before_agreement", title, "COLLECT", "MAX", _NUMBER, self._held(len(self.ruleset.routes)))
        for name, gate in zip(self.kept, self.gates, strict=True):
            title = f"The strongest route that holds by itself below {self.ruleset.routes[gate.route].name}"
            yield Table(name, title, "COLLECT", "MAX", _NUMBER, self._held(gate.route))
        raises = [_always("0", "Agreement raises nothing"), *map(self._raised, self.gates)]
        yield Table("agreement_raises", "Need that would grow without help", "COLLECT", "MAX", _NUMBER, tuple(raises))
        lowers = [_always("route_before_agreement", "Agreement lowers nothing")]
        lowers += [self._lowered(gate, name) for gate, name in zip(self.gates, self.kept, strict=True)]
        yield Table("agreement_lowers", "Help that was refused", "COLLECT", "MIN", _NUMBER, tuple(lowers))
        yield Table("route_number", "The strongest route, after agreement", "FIRST", "", _NUMBER, self._after())

    def _held(self, below: int) -> tuple[Row, ...]:
        rows = [_always("1", "When no route rule holds")]
        for place, route in enumerate(self.ruleset.routes[:below]):
            ids = [rule.id for rule in self._rules if rule.then.route_floor == place]
            own = [one.id for one in self.ruleset.route_rules if one.route == place]
            said = either((listed("rules_met.rule", ids), listed("route_rules_met.rule", own)))
            rows.append(Row(said, (str(place + 1),), f"{route.name}: {route.words}"))
        return tuple(rows)

    def _acts(self, gate: AgreementGate) -> str:
        line = self.ruleset.statutory_from
        return f"route_before_agreement >= {gate.route + 1} and route_before_agreement <= {line}"

    def _raised(self, gate: AgreementGate) -> Row:
        if gate.refused is None or gate.if_refused is None:
            raise AssertionError("gates without an answer to a refusal are left out")
        said = every((self._acts(gate), self.feel.of(gate.refused), self.feel.of(gate.if_refused.yes)))
        return Row(said, (str(gate.if_refused.yes_route + 1),), f"{gate.words} ({gate.source})")

    def _lowered(self, gate: AgreementGate, kept: str) -> Row:
        if gate.refused is None or gate.if_refused is None:
            raise AssertionError("gates without an answer to a refusal are left out")
        answers = [self.feel.of(leaf, Sense.LOWERS) for leaf in (gate.refused, gate.if_refused.no)]
        left = f"max({gate.if_refused.no_route + 1}, {kept})"
        return Row(every((self._acts(gate), *answers)), (left,), f"{gate.words} ({gate.source})")

    def _after(self) -> tuple[Row, ...]:
        line, instructions = self.ruleset.statutory_from, self.ruleset.instructions
        silent = [r.id for r in self._rules if any(instructions[key].do_not_seek for key in r.then.instructions)]
        return (
            Row(f"agreement_raises > {line}", ("agreement_raises",), "Without help the need would grow"),
            Row(listed("rules_met.rule", silent), ("route_before_agreement",), "The family is not asked first"),
            _always("agreement_lowers", "Otherwise agreement may move a route below the statutory line"),
        )

    def _results(self) -> Iterator[Table]:
        """Yield the results by their keys."""
        ruleset, adult = self.ruleset, self.ruleset.not_a_child
        kept = either(self.feel.of(leaf) for leaf in adult.unless)
        grown = every((self.feel.of(adult.when, Sense.LOWERS), _not(kept)[0]))
        answers = (Row(grown, (TRUE,), f"{adult.words} ({adult.source})"), _always("false", "Otherwise"))
        yield Table("not_a_child", "Is this person not a child?", "FIRST", "", (("answer", "boolean"),), answers)
        nobody = Row("not_a_child", ("null",), "Not a child: no level")
        levels = [Row(f"level_number = {one.ordinal}", (quoted(one.key),), one.name) for one in ruleset.levels]
        yield Table("level", "Level of need", "FIRST", "", _KEY, (nobody, *levels))
        ratings = [
            Row(f"rating_number = {n}", (quoted(one.key),), one.name) for n, one in enumerate(ruleset.ratings, 1)
        ]
        yield Table("rating", "Rating", "FIRST", "", _KEY, tuple(ratings))
        bases = [
            Row(every(("not(not_a_child)", listed("bases_reached", [one.key]))), (quoted(one.key),), one.name)
            for one in ruleset.bases
        ]
        yield Table("legal_bases", "Legal bases", "COLLECT", "", (("basis", "string"),), tuple(bases))
        away = Row("not_a_child", (quoted(ruleset.routes[adult.route].key),), "Not a child")
        routes = [Row(f"route_number = {n}", (quoted(one.key),), one.name) for n, one in enumerate(ruleset.routes, 1)]
        yield Table("strength", "The route that rules and agreement give", "FIRST", "", _KEY, (away, *routes))
        redirects = [
            Row(self.feel.of(one.when), (quoted(one.route),), f"{one.words} ({one.source})")
            for one in ruleset.redirects
        ]
        last = _always("strength", "The route that rules and agreement give")
        yield Table("route", "Main route", "FIRST", "", _KEY, (away, *redirects, last))


def _always(gives: str, note: str) -> Row:
    return Row(TRUE, (gives,), note)


def _not(said: str) -> tuple[str, ...]:
    return (f"not({said})",)


def _texts(keys: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, keys))}]"


def _reading(table: Table, known: Iterable[str]) -> Table:
    """Return a decision with the names of what its expressions read."""
    said = (text for row in table.rows for text in (row.when, *row.gives))
    read = {match[1] for text in said for match in _PATH.finditer(text) if match[1]}
    return replace(table, needs=tuple(name for name in known if name in read))
