"""The local practice that everything is judged by: thresholds, calendar, clocks and sign-off, as adopted here.

Built for a transaction from the rule book on disk and the dated settings in the database, and passed down. Where the
database holds no setting of its own, what ships with the service counts.
"""

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, object_session

from mash.config import DATA
from mash.journeys.routes import routes_of
from mash.models import BankHoliday, ChildOnContact, Contact, LocalClosure, Policy
from mash.queries.facts import facts_of
from mash.queries.judging import SETTLED, decided_by, judged_by
from mash.rules import Advice, Facts, FactsRefused, NoRuleSetInForce, RuleBook, RuleSet, evaluate, read_facts
from mash.workflow import clocks, pattern, sign_off
from mash.workflow.calendar import LONDON, Calendar, london_day, shipped_calendar, weeks_from
from mash.workflow.routes import Route, Routes

__all__ = ["LONDON", "Practice", "calendar_from", "practice_from"]


@dataclass(frozen=True)
class Practice:
    """What the local service runs on.

    Attributes:
        receivers: The team that receives each kind of outcome unless a person names another, and by an outcome's own
            key where the council says otherwise of it.
    """

    rulebook: RuleBook
    calendar: Calendar
    clock_policies: tuple[clocks.ClockPolicy, ...]
    sign_off_policies: tuple[sign_off.Policy, ...]
    receivers: Mapping[str, str]
    pattern_policies: tuple[pattern.PatternPolicy, ...] = ()

    def sign_off_of(self, contact: Contact, at: datetime) -> sign_off.Policy:
        """Give the sign-off policy in force at a moment, with the levels of the version that judges a contact."""
        policy, ruleset = self.sign_off(at), self.judging(contact, at)
        strong = routes_of(ruleset, self.rulebook).first(*policy.ahead)
        policy = replace(policy, strong=strong.words.lower() if strong else policy.strong)
        if ruleset is None:
            return policy
        statutory = (level.ordinal for level in ruleset.levels if level.statutory != "no")
        return replace(policy, statutory_from=min(statutory, default=None))

    def routes(self, contact: Contact, at: datetime) -> Routes:
        """Give the outcomes that may be decided on a contact: those of the version that judges it."""
        return routes_of(self.judging(contact, at), self.rulebook)

    def route(self, key: str | None) -> Route | None:
        """Give an outcome on record, whichever version knows it; None for none."""
        return routes_of(None, self.rulebook).get(key)

    def team_of(self, route: Route | None) -> str:
        """Name the team that usually receives an outcome: the council's for it, the version's, or that of its kind."""
        if route is None:
            return ""
        return self.receivers.get(route.key) or route.team or self.receivers.get(route.kind, "")

    def sign_off(self, at: datetime) -> sign_off.Policy:
        """Give the sign-off policy in force at a moment."""
        return sign_off.policy_on(london_day(at), self.sign_off_policies)

    def pattern(self, at: datetime) -> pattern.PatternPolicy:
        """Give what counts as a pattern at a moment."""
        return pattern.pattern_policy_on(london_day(at), self.pattern_policies)

    def due(self, clock: str, received: datetime) -> clocks.Due:
        """Work out when a clock that starts at a moment runs out, by the policy and the thresholds in force then."""
        policy, version = self.limits_on(london_day(received))
        due = clocks.due(clock, received, policy, self.calendar)
        said = [f"The thresholds {version[1]} set this limit."] if clock in version[0] else []
        return replace(due, how=(due.how[0], *said, *due.how[1:]))

    def due_at(self, clock: str, received: datetime) -> datetime:
        """Work out the same moment as ``due``, without saying how."""
        policy, _ = self.limits_on(london_day(received))
        return clocks.due_at(clock, received, policy, self.calendar)

    def limits_on(self, day: date) -> tuple[clocks.ClockPolicy, tuple[AbstractSet[str], str]]:
        """Give the limits of every clock on a day, and which of them are those of a version and not the policy's.

        Of the partnership's version and the council's policy, the one that began later says.
        """
        if day not in self._limits:
            policy = clocks.clock_policy_on(day, self.clock_policies)
            try:
                version = self.rulebook.in_force(day)
                strengths = {rating.key: rating.urgency or rating.key for rating in version.ratings}
                later = version.effective_from >= policy.starts
                own, id = clocks.limits_of(version.clocks, strengths) if later else {}, version.id
            except NoRuleSetInForce:
                own, id = {}, ""
            differing = {name for name, limit in own.items() if limit != policy.limits[name]}
            self._limits[day] = replace(policy, limits={**policy.limits, **own}), (differing, id)
        return self._limits[day]

    @cached_property
    def _limits(self) -> dict[date, tuple[clocks.ClockPolicy, tuple[AbstractSet[str], str]]]:
        return {}

    @cached_property
    def strands(self) -> dict[str, str]:
        """The strand of each indicator code."""
        facts = self.rulebook.catalogue.indicators()
        return {fact.name: fact.indicator.strand for fact in facts if fact.indicator}

    def facts(
        self, session: Session, contact: Contact, children: Sequence[ChildOnContact] | None = None
    ) -> dict[int, Facts]:
        """Read what is on record of each child of a contact, or of these of them, as the rules take it.

        Something on record that the catalogue no longer knows is left out: it stays on record, and stops nothing.
        """
        known = facts_of(session, contact, self.strands, children)
        return {child: self._usable(facts) for child, facts in known.items()}

    def _usable(self, known: Mapping[str, Any]) -> Facts:
        try:
            return read_facts(self.rulebook.catalogue, known)
        except FactsRefused as refused:
            unusable = {problem.fact for problem in refused.problems}
            usable = {name: value for name, value in known.items() if name not in unusable}
            return read_facts(self.rulebook.catalogue, usable)

    def ruleset(self, contact: Contact, at: datetime) -> RuleSet:
        """Give the thresholds that judge a contact, as ``judged_by`` says.

        Raises:
            NoRuleSetInForce: If there is none for today either.
        """
        settled = contact.state in SETTLED
        by = self._decided_by(contact) if settled else None
        named, received = contact.ruleset_id, contact.received_at
        return judged_by(self.rulebook, named, received, settled=settled, decided_by=by, at=at)

    @cached_property
    def _deciders(self) -> dict[tuple[int, int], str | None]:
        return {}

    def _decided_by(self, contact: Contact) -> str | None:
        """Say by which version the decision that stands was made; asked of the record once for each state of it."""
        key, session = (contact.id, contact.version), object_session(contact)
        if key not in self._deciders and session is not None:
            self._deciders[key] = decided_by(session, contact.id)
        return self._deciders.get(key)

    def judging(self, contact: Contact, at: datetime) -> RuleSet | None:
        """Give the thresholds that judge a contact; None where no version does."""
        try:
            return self.ruleset(contact, at)
        except NoRuleSetInForce:
            return None

    def lowest_level(self, contact: Contact, at: datetime) -> int:
        """Give the lowest level of the version that judges a contact."""
        ruleset = self.judging(contact, at)
        return ruleset.levels[0].ordinal if ruleset else 1

    def changed_since(self, contact: Contact, at: datetime) -> RuleSet | None:
        """Give the newest version that began since a contact came which is still open; None if none did."""
        try:
            then = self.rulebook.at_receipt(contact.ruleset_id, london_day(contact.received_at))
        except NoRuleSetInForce:
            return None
        later = self.rulebook.begun_since(then, london_day(at))
        return later[-1] if later and contact.state not in SETTLED else None

    def advise(self, contact: Contact, facts: Facts, at: datetime) -> Advice:
        """Say what the thresholds that judge a contact advise.

        Raises:
            NoRuleSetInForce: If there is none.
        """
        return evaluate(self.ruleset(contact, at), facts)

    def ordinal(self, advice: Advice) -> int | None:
        """Give the level of an advice as its number in the version that gave it; None for a person not a child."""
        levels = self.rulebook.get(advice.ruleset_id).levels
        return next((level.ordinal for level in levels if level.key == advice.level), None)


def practice_from(session: Session, rulebook: RuleBook) -> Practice:
    """Read the local practice as it stands in the database."""
    settings = _settings(session)
    entries = _entries(settings)
    teams = entries.get("receiving_teams") or [json.loads((DATA / "receiving_teams.json").read_text("utf-8"))]
    return Practice(
        rulebook=rulebook,
        calendar=_calendar(settings),
        clock_policies=clocks.clock_policies_from({"policies": entries.get("clocks", [])}),
        sign_off_policies=sign_off.policies_from({"policies": entries.get("sign_off", [])}),
        receivers=teams[-1]["teams"],
        pattern_policies=pattern.pattern_policies_from({"policies": entries.get("pattern", [])}),
    )


def _settings(session: Session) -> dict[str, list[Any]]:
    """Read every setting of the practice at once, by kind, each kind in the order of its days; the last set last."""
    found: dict[str, list[Any]] = {}
    for row in session.execute(_SETTINGS):
        found.setdefault(row.kind, []).append(row)
    return found


def _entries(settings: Mapping[str, Sequence[Any]]) -> dict[str, list[dict[str, Any]]]:
    """Give the entries of each policy, as in their documents."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in settings.get("policy", ()):
        found.setdefault(row.name, []).append({**row.content, "from": row.day.isoformat()})
    return found


def _setting(kind: str, day: Any, name: Any = "", place: Any = 0, content: Any = None) -> Select[Any]:
    """Select the rows of one kind of setting under the names that all kinds share."""
    told = {"name": name, "place": place}
    columns = [(literal(said) if isinstance(said, str | int) else said).label(to) for to, said in told.items()]
    return select(literal(kind).label("kind"), day.label("day"), *columns, _content(content))


def _content(said: Any) -> ColumnElement[Any]:
    return (cast(null(), Policy.content.type) if said is None else said).label("content")


_SETTINGS = union_all(
    _setting("policy", Policy.effective_from, Policy.name, Policy.id, Policy.content),
    _setting("holiday", BankHoliday.day, BankHoliday.title),
    _setting("closure", LocalClosure.day),
).order_by("day", "place")


def calendar_from(session: Session) -> Calendar:
    """Read the calendar as it stands in the database."""
    return _calendar(_settings(session))


def _calendar(settings: Mapping[str, Sequence[Any]]) -> Calendar:
    holidays = tuple((row.day, row.name) for row in settings.get("holiday", ()))
    closures = tuple(row.day for row in settings.get("closure", ()))
    return _built(holidays, json.dumps(_entries(settings).get("opening_hours", [])), closures)


@lru_cache(maxsize=8)
def _built(holidays: tuple[tuple[date, str], ...], hours: str, closures: tuple[date, ...]) -> Calendar:
    """Build a calendar once for each state of the settings; its table of days takes longer than reading them."""
    weeks = weeks_from({"policies": json.loads(hours)}) or shipped_calendar().weeks
    return Calendar(weeks, dict(holidays) or shipped_calendar().bank_holidays, frozenset(closures))
