"""Random lives of a few children at the front door, as plain values, and how they are written as rows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.models import (
    Agreement,
    ChildOnContact,
    Clock,
    Contact,
    Decision,
    Episode,
    HandOver,
    Incident,
    InformationRequest,
    Observation,
    Oversight,
    Person,
)
from tests.factories import a_child, a_contact
from tests.measures.histories import OPEN, ROUTES

BASE = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
"""A Friday morning. Summer time begins nine days later, and Easter is at the start of April."""
NOW = BASE + timedelta(days=45)
PEOPLE = 2


@dataclass(frozen=True)
class Taken:
    """A decision on the first child; ``decided`` and ``recommended`` are hours after receipt."""

    route: str
    recommended: int | None
    decided: int | None
    by: tuple[int | None, int | None]
    asked: bool


@dataclass(frozen=True)
class Kid:
    """A child on a contact: which of the people, what it came to and when, and what was offered and noted."""

    outcome: str | None
    open_to: str | None
    decided: int
    offers: tuple[tuple[str, str, str, int], ...]
    noted: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Asked:
    """A request to a partner: sent, due and answered in hours after receipt."""

    agency: str
    sent: int
    due: int
    kind: str | None
    replied: int | None


@dataclass(frozen=True)
class Came:
    """A contact. ``clocks`` are name, start, due and stop in hours after receipt; start may be the decision."""

    received: int
    state: str
    request: bool
    source: str
    rating: str | None
    decided: int | None
    incident: int | None
    acknowledged: int | None
    kids: tuple[tuple[int, Kid], ...]
    clocks: tuple[tuple[str, int, int, int | None], ...]
    one_day: int | None
    three_days: int | None
    taken_up: tuple[int, ...]
    agreed: tuple[str, ...]
    asked: tuple[Asked, ...]
    taken: tuple[Taken, ...]

    @property
    def at(self) -> datetime:
        return BASE + timedelta(hours=self.received)

    def after(self, hours: int | None) -> datetime | None:
        return None if hours is None else self.at + timedelta(hours=hours)


@dataclass(frozen=True)
class Life:
    """Two children, what other systems told of each, and the contacts about them, in the order they are written."""

    ethnicity: tuple[str, str]
    told: tuple[tuple[int, str, int, bool | None], ...]
    came: tuple[Came, ...]


few, maybe = st.integers(0, 100), st.none() | st.integers(0, 100)
an_outcome = st.sampled_from((None, *ROUTES, "no_further_action"))
a_value = st.sampled_from(("present", "absent", {"value": "present", "severity": "high"}, {"value": "unknown"}))
a_kid = st.builds(
    Kid,
    outcome=an_outcome,
    open_to=st.sampled_from((None, None, "protection_plan", "early_help")),
    decided=few,
    offers=st.lists(
        st.tuples(
            st.sampled_from(("hand_over", "step_down")),
            st.sampled_from(ROUTES),
            st.sampled_from(("accepted", "accepted", "declined")),
            few,
        ),
        max_size=1,
    ).map(tuple),
    noted=st.lists(
        st.tuples(st.sampled_from(("neglect", "domestic_abuse")), a_value), max_size=2, unique_by=lambda one: one[0]
    ).map(tuple),
)
users = st.sampled_from((None, 1, 2))
some_clocks = st.lists(
    st.tuples(st.sampled_from(("red", "red-acknowledge")), few, st.integers(1, 40), st.none()), max_size=2
)
told_clocks = st.lists(
    st.tuples(st.sampled_from(("acknowledge", "feedback")), st.just(0), st.integers(1, 40), maybe),
    max_size=2,
    unique_by=lambda one: one[0],
)
a_came = st.builds(
    Came,
    received=st.integers(0, 40 * 24) | st.integers(-430 * 24, 0),
    state=st.sampled_from((*OPEN, "decided", "closed", "closed", "closed", "cancelled")),
    request=st.booleans(),
    source=st.sampled_from(("6", "1A", "1C", "2A", "10", "")),
    rating=st.sampled_from((None, "red", "red", "amber", "green")),
    decided=maybe,
    incident=st.sampled_from((None, None, 0)),
    acknowledged=maybe,
    kids=st.lists(
        st.tuples(st.integers(0, PEOPLE - 1), a_kid), min_size=1, max_size=2, unique_by=lambda one: one[0]
    ).map(tuple),
    clocks=st.builds(lambda a, b: (*a, *b), some_clocks, told_clocks),
    one_day=st.none() | st.integers(10, 40),
    three_days=st.none() | st.integers(50, 110),
    taken_up=st.lists(few, max_size=1).map(tuple),
    agreed=st.lists(st.sampled_from(("service", "told", "override")), max_size=2).map(tuple),
    asked=st.lists(
        st.builds(
            Asked,
            agency=st.sampled_from(("Police", "Health")),
            sent=few,
            due=st.integers(0, 200),
            kind=st.sampled_from((None, "supplied", "none")),
            replied=st.none() | st.integers(0, 200),
        ),
        max_size=2,
    ).map(tuple),
    taken=st.lists(
        st.builds(
            Taken,
            route=st.sampled_from(ROUTES),
            recommended=maybe,
            decided=maybe,
            by=st.tuples(users, users),
            asked=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
)
lives = st.builds(
    Life,
    ethnicity=st.tuples(*[st.sampled_from(("WBRI", "REFU", "NOBT", ""))] * PEOPLE),
    told=st.lists(
        st.tuples(
            st.integers(0, PEOPLE - 1),
            st.sampled_from(("referral", "referral", "early_help")),
            st.integers(-430, 44),
            st.sampled_from((None, True, False)),
        ),
        max_size=2,
    ).map(tuple),
    came=st.lists(a_came, min_size=1, max_size=3).map(tuple),
)
BY = Actor.system("test")


def write(session: Session, life: Life, users: tuple[int, int], key: str) -> tuple[list[int], list[int]]:
    """Write a life; return the numbers of its contacts and of its people."""
    people = [a_child(session, ethnicity=code) for code in life.ethnicity]
    for place, (who, kind, days, nothing) in enumerate(life.told):
        began = day_of_told(days)
        session.add(
            Episode(
                key=f"{key}-{place}",
                person_id=people[who].id,
                kind=kind,
                started_on=began,
                no_further_action=nothing,
                made_at=BASE,
            )
        )
    incident = Incident(made_at=BASE)
    session.add(incident)
    session.flush()
    contacts = [_contact(session, came, people, incident.id, users) for came in life.came]
    return [contact.id for contact in contacts], [person.id for person in people]


def day_of_told(days: int) -> date:
    return BASE.date() + timedelta(days=days)


def _contact(session: Session, came: Came, people: list[Person], incident: int, users: tuple[int, int]) -> Contact:
    contact = a_contact(
        session,
        children=tuple(people[who] for who, _ in came.kids),
        state=came.state,
        type_at_receipt="service_request" if came.request else "advice",
        source_code=came.source,
        rating=came.rating,
        received_at=came.at,
        decided_at=came.after(came.decided),
        incident_id=None if came.incident is None else incident,
        acknowledged_at=came.after(came.acknowledged),
    )
    for row, (_, kid) in zip(contact.children, came.kids, strict=True):
        _kid(session, row, kid, came)
    of = {"contact_id": contact.id}
    for name, start, due, stop in came.clocks:
        began = (came.decided or 0) if name == "feedback" else start
        times = {"started_at": came.after(began), "due_at": came.after(began + due), "stopped_at": came.after(stop)}
        if not any(
            one.name == name and one.started_at == times["started_at"] for one in session.new if isinstance(one, Clock)
        ):
            session.add(Clock(name=name, how=[], **of, **times))
    for name, due_in in (("social-care", came.one_day), ("early-help", came.three_days)):
        if due_in is not None:
            session.add(Clock(name=name, how=[], started_at=came.at, due_at=came.after(due_in), **of))
    session.add_all(Oversight(kind="acknowledged", by_id=users[0], at=came.after(at), **of) for at in came.taken_up)
    session.add_all(Agreement(kind=kind, status="yes", at=came.at, **of) for kind in came.agreed)
    for one in came.asked:
        sent, due_at, replied = map(came.after, (one.sent, one.due, one.replied))
        answer = {"reply_kind": one.kind, "replied_at": replied}
        asked = {"agency": one.agency, "questions": "What is known?", "asked_by_id": users[0]}
        session.add(InformationRequest(sent_at=sent, due_at=due_at, **asked, **answer, **of))
    _decisions(session, contact.children[0], came, users)
    session.flush()
    record_event(session, kind="contact.changed", at=NOW, by=BY, contact_id=contact.id)
    return contact


def _kid(session: Session, row: ChildOnContact, kid: Kid, came: Came) -> None:
    row.outcome, row.open_to = kid.outcome, kid.open_to
    row.decided_at = came.after(kid.decided) if kid.outcome else None
    for kind, route, state, answered in kid.offers:
        offer = {"kind": kind, "route": route, "state": state, "to_team": "A team"}
        session.add(HandOver(child_id=row.id, offered_at=came.at, answered_at=came.after(answered), **offer))
    session.add_all(Observation(child_id=row.id, code=code, value=value, at=came.at) for code, value in kid.noted)


def _decisions(session: Session, row: ChildOnContact, came: Came, users: tuple[int, int]) -> None:
    for one in came.taken:
        who = [None if by is None else users[by - 1] for by in one.by]
        session.add(
            Decision(
                child_id=row.id,
                status="replaced",
                level=2,
                route=one.route,
                reason="Invented.",
                contact_type="service_request",
                sign_off=["red"] if one.asked else [],
                recommended_by_id=who[0],
                decided_by_id=who[1],
                recommended_at=came.after(one.recommended),
                decided_at=came.after(one.decided),
            )
        )
        session.flush()
