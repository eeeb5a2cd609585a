"""The local practice that everything is judged by: thresholds, calendar, clocks and sign-off, as adopted here.

Built for a transaction from the rule book on disk and the dated settings in the database, and passed down. Where the
database holds no setting of its own, what ships with the service counts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from mash.config import DATA
from mash.models import BankHoliday, ChildOnContact, Contact, LocalClosure, OpeningHours, Policy
from mash.queries.facts import facts_of
from mash.rules import Advice, Facts, FactsRefused, NoRuleSetInForce, RuleBook, RuleSet, evaluate, read_facts
from mash.workflow import clocks, pattern, sign_off
from mash.workflow.calendar import LONDON, Calendar, Week, london_day, shipped_calendar

__all__ = ["LONDON", "Practice", "calendar_from", "practice_from"]


SETTLED = frozenset({"decided", "handed_over", "stepped_down", "closed", "cancelled"})
"""The states of a contact that no change of thresholds reaches any more."""


@dataclass(frozen=True)
class Practice:
    """What the local service runs on.

    Attributes:
        receivers: The team that receives each outcome unless a person names another.
    """

    rulebook: RuleBook
    calendar: Calendar
    clock_policies: tuple[clocks.ClockPolicy, ...]
    sign_off_policies: tuple[sign_off.Policy, ...]
    receivers: Mapping[str, str]
    pattern_policies: tuple[pattern.PatternPolicy, ...] = ()

    def sign_off_of(self, contact: Contact, at: datetime) -> sign_off.Policy:
        """Give the sign-off policy in force at a moment, with the levels of the version that judges a contact."""
        policy = self.sign_off(at)
        try:
            levels = self.ruleset(contact, at).levels
        except NoRuleSetInForce:
            return policy
        statutory = (level.ordinal for level in levels if level.statutory != "no")
        return replace(policy, statutory_from=min(statutory, default=None))

    def sign_off(self, at: datetime) -> sign_off.Policy:
        """Give the sign-off policy in force at a moment."""
        return sign_off.policy_on(london_day(at), self.sign_off_policies)

    def pattern(self, at: datetime) -> pattern.PatternPolicy:
        """Give what counts as a pattern at a moment."""
        return pattern.pattern_policy_on(london_day(at), self.pattern_policies)

    def due(self, clock: str, received: datetime) -> clocks.Due:
        """Work out when a clock that starts at a moment runs out, by the policy in force then."""
        policy = clocks.clock_policy_on(london_day(received), self.clock_policies)
        return clocks.due(clock, received, policy, self.calendar)

    def due_at(self, clock: str, received: datetime) -> datetime:
        """Work out the same moment as ``due``, without saying how."""
        policy = clocks.clock_policy_on(london_day(received), self.clock_policies)
        return clocks.due_at(clock, received, policy, self.calendar)

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
        """Give the thresholds that judge a contact: those in force when it was received.

        One still open when others began is judged as those others say of open contacts. A contact from before any
        version for live use is judged by today's, so that nothing waits for want of one.

        Raises:
            NoRuleSetInForce: If there is none for today either.
        """
        try:
            then = self.rulebook.at_receipt(contact.ruleset_id, london_day(contact.received_at))
            return then if contact.state in SETTLED else self.rulebook.judging(then, london_day(at))
        except NoRuleSetInForce:
            return self.rulebook.in_force(london_day(at))

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
    policies: dict[str, list[dict[str, Any]]] = {}
    for row in settings.get("policy", ()):
        policies.setdefault(row.name, []).append({**row.content, "from": row.day.isoformat()})
    teams = policies.get("receiving_teams") or [json.loads((DATA / "receiving_teams.json").read_text("utf-8"))]
    return Practice(
        rulebook=rulebook,
        calendar=_calendar(settings),
        clock_policies=clocks.clock_policies_from({"policies": policies.get("clocks", [])}),
        sign_off_policies=sign_off.policies_from({"policies": policies.get("sign_off", [])}),
        receivers=teams[-1]["teams"],
        pattern_policies=pattern.pattern_policies_from({"policies": policies.get("pattern", [])}),
    )


def _settings(session: Session) -> dict[str, list[Any]]:
    """Read every setting of the practice at once, by kind, each kind in the order of its days."""
    found: dict[str, list[Any]] = {}
    for row in session.execute(_SETTINGS):
        found.setdefault(row.kind, []).append(row)
    return found


def _setting(kind: str, day: Any, name: Any = "", weekday: Any = 0, content: Any = None, **times: Any) -> Select[Any]:
    """Select the rows of one kind of setting under the names that all kinds share."""
    told = {"name": name, "weekday": weekday, "opens": times.get("opens", ""), "closes": times.get("closes", "")}
    columns = [(literal(said) if isinstance(said, str | int) else said).label(to) for to, said in told.items()]
    return select(literal(kind).label("kind"), day.label("day"), *columns, _content(content))


def _content(said: Any) -> ColumnElement[Any]:
    return (cast(null(), Policy.content.type) if said is None else said).label("content")


_SETTINGS = union_all(
    _setting("policy", Policy.effective_from, Policy.name, content=Policy.content),
    _setting("holiday", BankHoliday.day, BankHoliday.title),
    _setting(
        "hours",
        OpeningHours.effective_from,
        weekday=OpeningHours.weekday,
        opens=OpeningHours.opens,
        closes=OpeningHours.closes,
    ),
    _setting("closure", LocalClosure.day),
).order_by("day", "weekday")


def calendar_from(session: Session) -> Calendar:
    """Read the calendar as it stands in the database."""
    return _calendar(_settings(session))


def _calendar(settings: Mapping[str, Sequence[Any]]) -> Calendar:
    holidays = tuple((row.day, row.name) for row in settings.get("holiday", ()))
    hours = tuple((row.day, row.weekday, row.opens, row.closes) for row in settings.get("hours", ()))
    closures = tuple(row.day for row in settings.get("closure", ()))
    if not holidays or not hours:
        return shipped_calendar(closures)
    return _built(holidays, hours, closures)


@lru_cache(maxsize=8)
def _built(
    holidays: tuple[tuple[date, str], ...],
    hours: tuple[tuple[date, int, str | None, str | None], ...],
    closures: tuple[date, ...],
) -> Calendar:
    """Build a calendar once for each state of the settings; its table of days takes longer than reading them."""
    weeks: dict[date, dict[int, tuple[time, time]]] = {}
    for starts, weekday, opens, closes in hours:
        week = weeks.setdefault(starts, {})
        if opens and closes:
            week[weekday] = (time.fromisoformat(opens), time.fromisoformat(closes))
    listed = tuple(Week(starts, week) for starts, week in sorted(weeks.items()))
    return Calendar(listed, dict(holidays), frozenset(closures))
