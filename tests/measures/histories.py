"""Random histories of contacts, written as rows, and what a slow reader in plain Python says that each counts."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.models import ChildOnContact, Clock, Contact, Decision
from tests.factories import a_child, a_contact

BEGINS = datetime(2026, 3, 26, 22, 40, tzinfo=UTC)
"""Summer time begins within the history."""
NOW = BEGINS + timedelta(days=9)
ROUTES = ("early_help", "child_and_family_assessment", "strategy_discussion", "passed_to_allocated_worker", "advice")
OPEN = ("received", "rated", "with_manager", "reopened")


@dataclass(frozen=True)
class Said:
    """A recommendation or decision: hours after receipt, empty where nobody noted it."""

    route: str
    recommended: int | None
    decided: int | None


@dataclass(frozen=True)
class Told:
    """One contact of a history; ``decided``, ``one_day`` and ``three_days`` are hours after receipt."""

    received: int
    state: str
    request: bool
    imported: bool
    decided: int | None
    one_day: int | None
    three_days: int | None
    outcomes: tuple[str | None, ...]
    said: tuple[Said, ...]

    def at(self, hours: int | None) -> datetime | None:
        return None if hours is None else self.received_at + timedelta(hours=hours)

    @property
    def received_at(self) -> datetime:
        return BEGINS + timedelta(minutes=self.received)


hours = st.integers(0, 100)
maybe = st.none() | hours
a_said = st.builds(Said, st.sampled_from(ROUTES), maybe, maybe)
a_contact_told = st.builds(
    Told,
    received=st.integers(0, 8 * 24 * 60),
    state=st.sampled_from((*OPEN, "decided", "closed", "closed", "cancelled")),
    request=st.booleans(),
    imported=st.sampled_from((False, False, False, True)),
    decided=maybe,
    one_day=st.none() | st.integers(10, 40),
    three_days=st.none() | st.integers(50, 110),
    outcomes=st.lists(st.none() | st.sampled_from(ROUTES), min_size=1, max_size=3).map(tuple),
    said=st.lists(a_said, max_size=3).map(tuple),
)
histories = st.lists(a_contact_told, min_size=1, max_size=6)
BY = Actor.system("test")


def write(session: Session, told: Told, contact: Contact | None = None) -> Contact:
    """Write a contact as told, over one written before if given, with an event that something happened to it."""
    if contact is None:
        contact = a_contact(session, children=tuple(a_child(session) for _ in told.outcomes))
    kept = {"state": told.state, "imported": told.imported, "received_at": told.received_at}
    kept |= {"type_at_receipt": "service_request" if told.request else "advice", "decided_at": told.at(told.decided)}
    for name, value in kept.items():
        setattr(contact, name, value)
    for child, outcome in zip(contact.children, told.outcomes, strict=True):
        child.outcome = outcome
    for name, due in (("social-care", told.one_day), ("early-help", told.three_days)):
        if due is not None:
            clock = {"contact_id": contact.id, "name": name, "started_at": told.received_at, "how": []}
            session.add(Clock(due_at=told.at(due), **clock))
    for said in told.said:
        _decision(session, contact.children[0], told, said)
    session.flush()
    record_event(session, kind="contact.changed", at=NOW, by=BY, contact_id=contact.id)
    return contact


def _decision(session: Session, child: ChildOnContact, told: Told, said: Said) -> None:
    session.add(
        Decision(
            child_id=child.id,
            status="replaced",
            level=2,
            route=said.route,
            reason="Invented.",
            contact_type="service_request",
            recommended_at=told.at(said.recommended),
            decided_at=told.at(said.decided),
        )
    )


def moved(told: Told) -> Told:
    """Give a contact received on another day, so that a row that was counted must be counted elsewhere."""
    return replace(told, received=told.received + 777, said=(), one_day=20, three_days=None)


def slowly(history: list[Told], at: datetime) -> Counter[tuple[str, date]]:
    """Count everything by reading each contact as a person would, by term and London day."""
    found: Counter[tuple[str, date]] = Counter()
    for told in history:
        if told.state != "cancelled":
            for term, number in _of(told, at).items():
                basis = told.at(told.decided) if term.endswith((".decided", ".decided-in-time")) else told.received_at
                if basis is not None and number:
                    found[term, basis.astimezone(ZoneInfo("Europe/London")).date()] += number
    return found


def _of(told: Told, at: datetime) -> dict[str, int]:
    service = _service(told)
    counted = {"received": 1, "children": len(told.outcomes), "requests" if told.request else "others": 1}
    if service:
        counted[service] = 1
        if told.request:
            counted[f"requests.{service}"] = 1
    for ending, (kind, due) in (("", _kept(told)), (".by-outcome", _by_outcome(told))):
        up = due is not None and told.received_at + timedelta(hours=due) < at
        met = due is not None and told.decided is not None and told.decided <= due
        counted |= {f"{kind}{ending}.due": int(up), f"{kind}{ending}.in-time": int(up and met)} if kind else {}
        if kind and not ending:
            counted |= {f"{kind}.decided": 1, f"{kind}.decided-in-time": int(met)}
            counted["late-and-open"] = int(up and told.decided is None)
    return counted


def _service(told: Told) -> str:
    if {"child_and_family_assessment", "strategy_discussion"} & set(told.outcomes):
        return "assessment"
    if "early_help" in told.outcomes:
        return "early-help"
    return "" if told.state in OPEN else "no-service"


def _kept(told: Told) -> tuple[str, int | None]:
    early = False
    if told.three_days is not None:
        times = [_when(said) for said in told.said if said.route == "early_help"]
        early = told.imported or told.one_day is None
        early = early or any(time is not None and time <= (told.one_day or 0) for time in times)
        for said in told.said:
            time = _when(said)
            if said.route in ROUTES[1:4] and (told.decided is None or time is None or time <= told.decided):
                early = False
    if early:
        return "early-help", told.three_days
    return ("social-care", told.one_day) if told.one_day is not None else ("", None)


def _when(said: Said) -> int | None:
    return said.recommended if said.recommended is not None else said.decided


def _by_outcome(told: Told) -> tuple[str, int | None]:
    if told.three_days is not None and "early_help" in told.outcomes and not set(ROUTES[1:4]) & set(told.outcomes):
        return "early-help", told.three_days
    return ("social-care", told.one_day) if told.one_day is not None else ("", None)
