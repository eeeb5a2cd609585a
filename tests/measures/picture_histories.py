"""Random histories for the pictures, written as rows, and what a slow reader in plain Python says of each."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.fold_figures import fold
from mash.measures.come_backs import CAME_BACK, RE_REFERRALS
from mash.measures.extract_rows import year_before
from mash.measures.national import group_of
from mash.measures.picture_rows import CHILDREN, CONVERSION, EARLY_HELP, NO_SOURCE, REPEATS, SOURCES, STRANDS
from mash.models import Contact, HandOver, Incident, Person
from tests.factories import a_contact, an_observation

BEGINS = datetime(2023, 2, 26, 23, 30, tzinfo=UTC)
"""A leap day and a change to summer time lie within the history."""
NOW = BEGINS + timedelta(days=600)
FIRST, LAST = date(2023, 2, 1), date(2024, 6, 30)
SIGNS = {"neglect": ("pc-care-inconsistent",), "domestic_abuse": ("da-incident-low", "da-parental-conflict")}
OUTCOMES = (None, "no_further_action", "advice", "early_help", "child_and_family_assessment", "strategy_discussion")
PICTURES = (CONVERSION, SOURCES, STRANDS, REPEATS, CHILDREN, EARLY_HELP, CAME_BACK, RE_REFERRALS)
Counted = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Said:
    """What is told of one child on a contact; ``who`` is its place among four children."""

    who: int
    outcome: str | None
    open_to: str | None
    sign: tuple[str, Any] | None
    offers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Told:
    """One contact: minutes from the beginning to its receipt, hours from there to its decision."""

    received: int
    decided: int | None
    source: str
    cancelled: bool
    incident: bool
    children: tuple[Said, ...]

    @property
    def at(self) -> datetime:
        return BEGINS + timedelta(minutes=self.received)

    @property
    def done(self) -> datetime | None:
        return None if self.decided is None or self.cancelled else self.at + timedelta(hours=self.decided)


ROUTES = ("early_help", "child_and_family_assessment", "strategy_discussion")
an_offer = st.tuples(
    st.sampled_from(ROUTES),
    st.sampled_from(("accepted", "declined", "offered", "withdrawn")),
    st.sampled_from(("East", "West")),
)
a_sign = st.tuples(
    st.sampled_from(("pc-care-inconsistent", "da-incident-low", "em-low-mood")),
    st.sampled_from(("present", "absent", "unknown", {"value": "present", "evidence": "seen_or_confirmed"})),
)
said = st.builds(
    Said,
    who=st.integers(0, 3),
    outcome=st.sampled_from(OUTCOMES),
    open_to=st.sampled_from((None, None, "child_in_need", "early_help")),
    sign=st.none() | a_sign,
    offers=st.lists(an_offer, max_size=2).map(tuple),
)
told = st.builds(
    Told,
    received=st.sampled_from((0, 28 * 1440, 90 * 1440, 365 * 1440)) | st.integers(0, 450 * 1440),
    decided=st.none() | st.sampled_from((0, 24, 28 * 24)),
    source=st.sampled_from(("", "1A", "3F", "6", "10")),
    cancelled=st.sampled_from((False, False, False, True)),
    incident=st.booleans(),
    children=st.lists(said, min_size=1, max_size=3, unique_by=lambda one: one.who).map(tuple),
)


def write(session: Session, history: list[Told], people: list[Person], fold_after: int) -> None:
    """Write a history as rows, folding after some of it."""
    incident = Incident(made_at=NOW)
    session.add(incident)
    session.flush()
    for place, one in enumerate(history):
        contact = _written(session, one, people, incident.id)
        record_event(session, kind="contact.changed", at=NOW, by=Actor.system("test"), contact_id=contact.id)
        if place + 1 == fold_after:
            fold(session, at=NOW)


def _written(session: Session, one: Told, people: list[Person], incident: int) -> Contact:
    contact = a_contact(session, children=tuple(people[child.who] for child in one.children), received_at=one.at)
    contact.source_code, contact.decided_at = one.source, one.done
    contact.incident_id = incident if one.incident else None
    contact.state = "cancelled" if one.cancelled else "closed" if one.done else "received"
    for row, child in zip(contact.children, one.children, strict=True):
        row.outcome, row.decided_at, row.open_to = child.outcome if one.done else None, one.done, child.open_to
        if child.sign:
            an_observation(session, row, *child.sign)
        for route, state, team in child.offers:
            offer = HandOver(child_id=row.id, route=route, to_team=team, state=state, offered_at=one.at)
            offer.answered_at = one.at + timedelta(hours=5) if state in {"accepted", "declined"} else None
            session.add(offer)
    session.flush()
    return contact


def london(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Europe/London")).date()


def month(day: date) -> str:
    return f"{day:%Y%m}"


def slowly(history: list[Told]) -> dict[str, Counted]:
    """Count everything as a person would who reads the contacts one by one."""
    found: dict[str, Counted] = {picture.id: Counter() for picture in PICTURES}
    kept = [one for one in history if not one.cancelled]
    for one in kept:
        if FIRST <= london(one.at) <= LAST:
            _received(found, kept, one)
        if one.done and FIRST <= london(one.done) <= LAST:
            _decided(found, kept, one)
    _by_child(found, [one for one in kept if FIRST <= london(one.at) <= LAST])
    return found


def _received(found: dict[str, Counted], kept: list[Told], one: Told) -> None:
    group = month(london(one.at))
    outcomes = {child.outcome for child in one.children if one.done}
    offers = [offer for child in one.children for offer in child.offers]
    referred = bool(outcomes & {"child_and_family_assessment", "strategy_discussion"})
    helped = "early_help" in outcomes and not referred
    taken = {route for route, state, _ in offers if state == "accepted"}
    _add(
        found["conversion"], group, received=True, requests=True, referred=referred, helped=helped,
        begun=referred and bool(taken & {"child_and_family_assessment", "strategy_discussion"}),
        accepted=helped and "early_help" in taken,
    )  # fmt: skip
    nothing = one.done is not None and not referred and not helped
    _add(found["sources"], group_of(one.source) or NO_SOURCE, received=True, referred=referred, none=nothing)
    present = {
        child.sign[0] for child in one.children if child.sign and "present" in (child.sign[1], *_value(child.sign[1]))
    }
    strands = {name: bool(present & set(codes)) for name, codes in SIGNS.items()}
    _add(found["strands"], group, received=True, noted=bool(present), **strands)
    for child in one.children:
        earlier = [
            (one.at - other.at).total_seconds() / 86400
            for other in kept
            if other is not one
            and other.at < one.at
            and child.who in {that.who for that in other.children}
            and not (one.incident and other.incident)
        ]
        within = {f"within_{days}": any(past <= days for past in earlier) for days in (90, 365)}
        _add(found["repeats"], group, children=True, **within)
    for route, state, team in offers:
        if route == "early_help":
            _add(found["early-help"], team, every=True, **{state: True})


def _value(value: Any) -> list[Any]:
    return [value["value"]] if isinstance(value, dict) else []


def _decided(found: dict[str, Counted], kept: list[Told], one: Told) -> None:
    assert one.done
    day = london(one.done)
    closed = {child.who for child in one.children if child.outcome == "no_further_action"}
    for days in (28, 90):
        over = bool(closed) and one.done + timedelta(days=days) <= NOW
        back = over and any(
            one.done < other.at <= one.done + timedelta(days=days) and closed & {child.who for child in other.children}
            for other in kept
            if other is not one
        )
        _add(found["came-back"], month(day), **{f"closed_{days}": over, f"back_{days}": back})
    for child in one.children:
        if new_referral(child):
            again = any(
                that.who == child.who and new_referral(that) and year_before(day) <= london(other.done) < day
                for other in kept
                if other.done
                for that in other.children
            )
            _add(found["re-referrals"], month(day), referrals=True, again=again)


def new_referral(child: Said) -> bool:
    return child.outcome in {"child_and_family_assessment", "strategy_discussion"} and child.open_to != "child_in_need"


def _by_child(found: dict[str, Counted], kept: list[Told]) -> None:
    times = Counter(child.who for one in kept for child in one.children)
    for many in times.values():
        group = "5 or more contacts" if many >= 5 else "1 contact" if many == 1 else f"{many} contacts"
        found["children"][group, "children"] += 1
        found["children"][group, "contacts"] += many


def _add(counted: Counted, group: str, **numbers: bool) -> None:
    for name, holds in numbers.items():
        counted[group, name] += holds
