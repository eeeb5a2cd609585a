"""Read the rules of a version: indicator map, rules, offsets, urgency, routes, clocks, changes of code, examples."""

from collections.abc import Callable
from typing import TypeVar

from mash.rules.catalogue import EVIDENCE, Catalogue, Fact, FactType, Protective, Role
from mash.rules.condition_reader import (
    DUTY,
    REDIRECT,
    ROUTE,
    RULE,
    URGENCY,
    Scope,
    qualified,
    read_condition,
)
from mash.rules.conditions import All, Condition, Established, Leaf, OneOf, Unless, Within, once
from mash.rules.facts import PRESENT, FactsRefused, read_facts
from mash.rules.frame import Frame
from mash.rules.kind_reader import redirect_kind
from mash.rules.parts import (
    NEVER_LOWERED,
    Clock,
    CodeChange,
    Effect,
    Example,
    Kind,
    Note,
    Offset,
    Redirect,
    RouteRule,
    Rule,
    UrgencyRule,
)
from mash.rules.problems import Problems
from mash.rules.source import Entry

T = TypeVar("T")
_SAID = ("id", "words", "source")
_LINE = ("level", "when", "rating", "basis", "unless", "source")
_THEN = ("level", "rating", "basis", "route_floor", "also", "duty", "instruction", "ask")
_CHANGES = ("same", "renamed", "split", "merged", "dropped", "relevelled")
_EXPECTED = ("level", "rating", "route", "strength", "basis", "also", "duties", "instructions", "reasons")


class Reader:
    """Read the sections that name facts and results, keeping count of ids and of the facts looked at."""

    def __init__(self, catalogue: Catalogue, frame: Frame, problems: Problems) -> None:
        self.catalogue, self.frame, self.problems = catalogue, frame, problems
        levels = tuple(level.key for level in frame.levels)
        self.scope = Scope(catalogue, levels, tuple(basis.key for basis in frame.bases), ())
        self.ids: set[str] = set()
        self.wording: dict[str, str] = {}

    def listed(self, entry: Entry | None, read: Callable[[Entry], T]) -> tuple[T, ...]:
        """Read a list item by item, noting the mistakes of each; a section left out is empty."""
        found: list[T] = []
        with self.problems.gather():
            for item in entry.items() if entry else []:
                with self.problems.gather():
                    found.append(read(item))
        return tuple(found)

    def said(self, fields: dict[str, Entry]) -> tuple[str, str, str]:
        """Return id, words and source; an id is used once in a file."""
        id, words, source = (fields[key].text() for key in _SAID)
        if id in self.ids:
            raise fields["id"].wrong(f"the id '{id}' is used twice", "Give every rule and gate its own id")
        self.ids.add(id)
        return id, words, source

    def named(self, entry: Entry, role: Role) -> Fact:
        """Return a fact that must have this role."""
        names = [fact.name for fact in self.catalogue.facts.values() if fact.role is role]
        fact = self.catalogue.facts[entry.one_of(names, f"{role} fact")]
        self.scope.used.add(fact.name)
        return fact

    def keys(self, entry: Entry | None, known: dict[str, Note], kind: str) -> tuple[str, ...]:
        """Return one or more keys of a list in the frame."""
        return tuple(key.one_of(known, kind) for key in entry.one_or_more()) if entry else ()

    def indicators(self, entry: Entry, wording: Entry | None) -> dict[str, tuple[Rule, ...]]:
        """Read the indicator map, what each code gives by itself; `wording` is this version's own words for a code."""
        lines: dict[str, tuple[Rule, ...]] = {}
        codes = [fact.name for fact in self.catalogue.indicators()]
        self._read_wording(wording, codes)
        with self.problems.gather():
            self.scope.codes = tuple(code for code in entry.mapping() if code in codes)
            for code, given in entry.mapping().items():
                with self.problems.gather():
                    name = Entry(code, given.line, given.where).one_of(codes, "indicator")
                    lines[name] = self._lines(self.catalogue.facts[name], given)
        self.scope.used.update(lines)
        self.scope.lines, self.scope.complete = lines, True
        return lines

    def _read_wording(self, wording: Entry | None, codes: list[str]) -> None:
        with self.problems.gather():
            for code, words in wording.mapping().items() if wording else ():
                with self.problems.gather():
                    self.wording[Entry(code, words.line, words.where).one_of(codes, "indicator")] = words.text()

    def _lines(self, fact: Fact, given: Entry) -> tuple[Rule, ...]:
        if isinstance(given.value, str):
            given = Entry([Entry({"level": given}, given.line, given.where)], given.line, given.where)
        lines = [self._line(fact, item) for item in given.items()]
        if not lines:
            raise given.wrong("no level is given", "Write a level, or a list of lines with a level each")
        keys = [self.frame.levels[line.then.level or 0].key for line in lines]
        repeats = [keys[:number].count(key) for number, key in enumerate(keys)]
        ids = [f"{fact.name}/{key}" + (f"/{n + 1}" if n else "") for key, n in zip(keys, repeats, strict=True)]
        return tuple(self._renamed(line, id) for line, id in zip(lines, ids, strict=True))

    def _renamed(self, line: Rule, id: str) -> Rule:
        return Rule(id, line.kind, line.words, line.source, line.when, line.then, line.strand, line.lowerable)

    def _line(self, fact: Fact, entry: Entry) -> Rule:
        if fact.indicator is None:
            raise AssertionError("only indicators are in the map")
        found = entry.fields(("level",), (*_LINE, *fact.indicator.qualifiers))
        when = qualified(entry, fact, self.scope, already=_LINE)
        if "when" in found:
            when = All((when, read_condition(found["when"], self.scope, RULE)))
        bases = found["basis"].one_or_more() if "basis" in found else []
        return Rule(
            id=fact.name,
            kind=Kind.SINGLE,
            words=self.wording.get(fact.name, fact.words),
            source=found["source"].text() if "source" in found else fact.indicator.source,
            when=self._unless(when, found.get("unless")),
            then=Effect(
                level=self.frame.level(found["level"]),
                rating=self.frame.rating(found["rating"]) if "rating" in found else None,
                bases=tuple(key.one_of(self.scope.bases, "basis") for key in bases),
            ),
            strand=fact.indicator.strand,
            lowerable="no_offset" not in fact.indicator.tags,
        )

    def _unless(self, when: Condition, entry: Entry | None) -> Condition:
        when = once(when)
        if entry is None:
            return when
        names = [self.named(item, Role.EXCEPTION).name for item in entry.one_or_more()]
        return once(Unless(when, tuple(Leaf(OneOf(name, frozenset((PRESENT,)))) for name in names)))

    def rule(self, entry: Entry) -> Rule:
        """Read a rule written out."""
        found = entry.fields((*_SAID, "kind", "when", "then"), ("strand", "offset", "unless"))
        kind = Kind(found["kind"].one_of([*Kind], "kind of rule"))
        then = self._effect(found["then"], kind)
        id, words, source = self.said(found)
        purpose = DUTY if kind is Kind.DUTY else RULE
        strand = found["strand"].one_of(self.catalogue.strands, "strand") if "strand" in found else ""
        may_be_lowered = kind not in NEVER_LOWERED and bool(strand)
        return Rule(
            id=id,
            kind=kind,
            words=words,
            source=source,
            when=self._unless(read_condition(found["when"], self.scope, purpose), found.get("unless")),
            then=then,
            strand=strand,
            lowerable=may_be_lowered and ("offset" not in found or found["offset"].flag()),
        )

    def _effect(self, entry: Entry, kind: Kind) -> Effect:
        found = entry.fields((), _THEN)
        if not found:
            raise entry.wrong("the rule gives nothing", f"Add one of: {', '.join(_THEN)}")
        for key in ("level", "rating"):
            if kind is Kind.DUTY and key in found:
                raise found[key].wrong(f"a duty does not set a {key}", "Use another kind of rule for that")
        if kind in (Kind.TRIGGER, Kind.FLOOR) and "level" not in found:
            raise entry.wrong(f"a {kind} sets a level", "Add 'level:'")
        return Effect(
            level=self.frame.level(found["level"]) if "level" in found else None,
            rating=self.frame.rating(found["rating"]) if "rating" in found else None,
            bases=self.keys(found.get("basis"), {key: Note(key, "") for key in self.scope.bases}, "basis"),
            route_floor=self.frame.route(found["route_floor"]) if "route_floor" in found else None,
            also=self.keys(found.get("also"), self.frame.extra_routes, "extra route"),
            duties=self.keys(found.get("duty"), self.frame.duties, "duty"),
            instructions=self.keys(found.get("instruction"), self.frame.instructions, "instruction"),
            ask=tuple(text.text() for text in found["ask"].one_or_more()) if "ask" in found else (),
        )

    def offset(self, entry: Entry) -> Offset:
        """Read what a strength lowers, and by how much at most."""
        found = entry.fields((*_SAID, "factor", "strands", "lowers_by"), ("not_below",))
        id, words, source = self.said(found)
        factor = self.named(found["factor"], Role.PROTECTIVE)
        if factor.protective is None:
            raise AssertionError("the role is protective")
        may = factor.protective.offsets
        return Offset(
            id=id,
            words=words,
            source=source,
            strands=tuple(
                item.one_of(may, f"strand that '{factor.name}' may lower") for item in found["strands"].items()
            ),
            lowers_by=found["lowers_by"].whole(1, 2),
            not_below=self.frame.level(found["not_below"]) if "not_below" in found else 0,
            established=self._established(factor.name, factor.protective, found["factor"]),
        )

    def _established(self, name: str, factor: Protective, entry: Entry) -> Condition:
        enough = frozenset(EVIDENCE[EVIDENCE.index(factor.evidence) :])
        established = Leaf(Established(name, enough, factor.valid_days))
        if not factor.from_years:
            return established
        if "age_years" not in self.catalogue.facts:
            raise entry.wrong(
                f"'{name}' counts from {factor.from_years} years, and no fact gives the age", "Add age_years"
            )
        self.scope.used.add("age_years")
        return All((established, Leaf(Within("age_years", factor.from_years, None))))

    def urgency(self, entry: Entry) -> UrgencyRule:
        """Read a rule that sets a rating apart from level."""
        found = entry.fields((*_SAID, "when", "rating"))
        when = read_condition(found["when"], self.scope, URGENCY)
        return UrgencyRule(*self.said(found), when, self.frame.rating(found["rating"]))

    def route_rule(self, entry: Entry) -> RouteRule:
        """Read a rule that gives a main route."""
        found = entry.fields((*_SAID, "when", "route"))
        when = read_condition(found["when"], self.scope, ROUTE)
        return RouteRule(*self.said(found), when, self.frame.route(found["route"]))

    def redirect(self, entry: Entry) -> Redirect:
        """Read a rule that puts another main route in front."""
        found = entry.fields((*_SAID, "when", "route", "name"), ("kind", "team"))
        key = found["route"].text()
        if key in [route.key for route in self.frame.routes]:
            raise found["route"].wrong(f"'{key}' is one of the main routes already", "Give the redirect its own key")
        when = read_condition(found["when"], self.scope, REDIRECT)
        team = found["team"].text() if "team" in found else ""
        return Redirect(*self.said(found), when, key, found["name"].text(), redirect_kind(found), team)

    def clock(self, entry: Entry) -> Clock:
        """Read a time limit."""
        found = entry.fields(("name", "words", "source"), ("hours", "working_days", "rating", "route"))
        if ("hours" in found) == ("working_days" in found):
            raise entry.wrong("a clock runs in hours or in working days", "Write one of the two")
        return Clock(
            name=found["name"].text(),
            words=found["words"].text(),
            source=found["source"].text(),
            hours=found["hours"].whole(1, 10_000) if "hours" in found else None,
            working_days=found["working_days"].whole(1, 1_000) if "working_days" in found else None,
            rating=self.frame.ratings[self.frame.rating(found["rating"])].key if "rating" in found else "",
            route=self.frame.routes[self.frame.route(found["route"])].key if "route" in found else "",
        )

    def mapping(self, entry: Entry) -> CodeChange:
        """Read what became of the codes of the version before."""
        found = entry.fields(("from", "to", "kind", "reason"))
        old, new = (tuple(code.text() for code in found[key].one_or_more()) for key in ("from", "to"))
        return CodeChange(old, new, found["kind"].one_of(_CHANGES, "kind of change"), found["reason"].text())

    def transition(self, entry: Entry) -> tuple[str, str]:
        """Read which version holds for contacts that are open when this one begins."""
        with self.problems.gather():
            found = entry.fields(("open_contacts", "words"))
            choices = ("version_at_receipt", "regrade")
            return found["open_contacts"].one_of(choices, "rule for open contacts"), found["words"].text()
        return "", ""

    def example(self, entry: Entry) -> Example:
        """Read a worked case; its facts must be usable and its results named in this version."""
        found = entry.fields(("name", "facts", "expect"))
        expect = found["expect"].fields((), _EXPECTED)
        plain = found["facts"].plain()
        try:
            facts = read_facts(self.catalogue, plain if isinstance(plain, dict) else {})
        except FactsRefused as fault:
            first = fault.problems[0]
            raise found["facts"].wrong(f"{first.fact}: {first.wrong}", first.mend) from fault
        return Example(found["name"].text(), facts, {key: value.plain() for key, value in expect.items()})

    def choice_or_presence(self, entry: Entry) -> Fact:
        """Return an agreement fact that answers yes or no."""
        fact = self.named(entry, Role.AGREEMENT)
        if fact.type is not FactType.PRESENCE and set(fact.values) != {"yes", "no"}:
            raise entry.wrong(
                f"'{fact.name}' does not answer yes or no", "Use a presence fact, or a choice of yes and no"
            )
        return fact
