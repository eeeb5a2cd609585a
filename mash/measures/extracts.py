"""What the extracts are written from: children on contacts, early help begun and referrals begun, one row at a time.

A child is known by the council's number or, without one, by ``MASH`` and our own. Days are London's. What was cancelled
as an error is in no extract. A referral or early help is what another system told of, or what this record itself shows:
a new referral is a child whose contact came to an assessment or a strategy discussion while not open to social care;
early help begins when its team accepts it. A referral known from elsewhere on the same day is not told twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from mash.kinds import ASSESSED, Kind
from mash.measures.days import london_day
from mash.models import ChildOnContact, Clock, Contact, Decision, Episode, HandOver, OutcomeKind, Person, of_kind
from mash.workflow.calendar import LONDON

AT_ONCE = 1000
SOCIAL_CARE = ("child_in_need", "protection_plan", "looked_after")


@dataclass(frozen=True, slots=True)
class Period:
    """London days, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), LONDON).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), LONDON).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Began:
    """One referral or one early help episode of one child; ``source_*`` and ``no_further_action`` of referrals only."""

    id: str
    person: Person
    began: date
    ended: date | None
    source_code: str
    source_given: str
    no_further_action: bool | None
    team: str
    worker: str
    organisation: str
    end_reason: str


def child_number(person: Person) -> str:
    """Give the number a child goes by outside."""
    return person.council_id or f"MASH{person.id}"


def children_on_contacts(session: Session, period: Period) -> Iterator[tuple[Contact, ChildOnContact, Person]]:
    """Give each child on each contact received in a period, in order of receipt."""
    rows = session.execute(
        select(Contact, ChildOnContact, Person)
        .join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
        .join(Person, Person.id == ChildOnContact.person_id)
        .where(*_received(period))
        .order_by(Contact.received_at, Contact.id, ChildOnContact.position)
        .execution_options(yield_per=AT_ONCE)
    )
    return ((contact, child, person) for contact, child, person in rows)


def _received(period: Period) -> tuple[ColumnElement[bool], ...]:
    return Contact.received_at >= period.begins, Contact.received_at < period.ends, Contact.state != "cancelled"


def children_told(session: Session, period: Period) -> list[int]:
    """Give the ids of the children on contacts received in a period: of whom its contacts tell."""
    ids = select(ChildOnContact.id).join(Contact, Contact.id == ChildOnContact.contact_id)
    return list(session.scalars(ids.where(*_received(period)).order_by(ChildOnContact.id)))


def tells_of(session: Session, period: Period, contacts: AbstractSet[int], people: AbstractSet[int]) -> bool:
    """Say whether an extract of a period would tell of any of these contacts or people, or of who is on those."""
    if not contacts and not people:
        return False
    if session.scalar(select(exists().where(Contact.id.in_(contacts), *_received(period)))):
        return True
    on = select(ChildOnContact.person_id).where(ChildOnContact.contact_id.in_(contacts))
    named = {*people, *session.scalars(on)}
    return not named.isdisjoint(people_told(session, period))


def people_told(session: Session, period: Period) -> list[int]:
    """Give the ids of the people whose referral or early help began in a period."""
    sources = _referrals(period).subquery("r"), _early_help(period).subquery("e")
    begun = (select(one.c.person_id).where(one.c.began.between(period.first, period.last)) for one in sources)
    return sorted(session.scalars(union(*begun)))


def referrals(session: Session, period: Period) -> Iterator[Began]:
    """Give each referral begun in a period, in order of its day."""
    return _each(session, _referrals(period).subquery("r"), period)


def referred_in(session: Session, period: Period) -> list[tuple[str, int, date, bool | None]]:
    """Give of each referral begun in a period its id, the child, its day, and whether it came to no further action."""
    r = _referrals(period).subquery("r").c
    rows = select(r.id, r.person_id, r.began, r.no_further_action).where(r.began.between(period.first, period.last))
    return [(*row,) for row in session.execute(rows.order_by(r.began, r.id))]


def early_help(session: Session, period: Period) -> Iterator[Began]:
    """Give each early help episode begun in a period, in order of its day."""
    return _each(session, _early_help(period).subquery("r"), period)


def kinds_known(session: Session) -> dict[str, str]:
    """Give the kind of each outcome on record, by its key."""
    return dict(session.execute(select(OutcomeKind.outcome, OutcomeKind.kind)).all())


def referral_days(session: Session, until: date, people: Sequence[int] | None = None) -> dict[int, list[date]]:
    """Give the days of each child's referrals up to a day, the last first: what "in the last 12 months" counts.

    Args:
        people: Only of these children, not so many that a statement cannot name them.
    """
    r = _referrals().subquery("r").c
    found: defaultdict[int, list[date]] = defaultdict(list)
    wanted = select(r.person_id, r.began).where(r.began <= until).order_by(r.person_id, r.began.desc())
    wanted = wanted if people is None else wanted.where(r.person_id.in_(people))
    for person, day in session.execute(wanted.execution_options(yield_per=AT_ONCE)):
        found[person].append(day)
    return found


def _each(session: Session, source: Any, period: Period) -> Iterator[Began]:
    r = source.c
    told = [column for column in r if column.name != "person_id"]
    rows = session.execute(
        select(Person, *told)
        .join(source, r.person_id == Person.id)
        .where(r.began.between(period.first, period.last))
        .order_by(r.began, r.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for person, id, *rest in rows:
        yield Began(id, person, *rest)


def _told(kind: str, mark: str, period: Period | None) -> Select[*tuple[Any, ...]]:
    within = [Episode.started_on.between(period.first, period.last)] if period else []
    return select(
        (literal(mark) + cast(Episode.id, String)).label("id"),
        Episode.person_id.label("person_id"),
        Episode.started_on.label("began"),
        Episode.ended_on.label("ended"),
        Episode.source_code,
        Episode.source_given,
        Episode.no_further_action,
        Episode.team,
        Episode.worker,
        Episode.organisation,
        Episode.outcome,
    ).where(Episode.kind == kind, *within)


def _within(moment: Any, period: Period | None) -> list[ColumnElement[bool]]:
    return [moment >= period.begins, moment < period.ends] if period else []


def _referrals(period: Period | None = None) -> Any:
    day = london_day(ChildOnContact.__table__.c.decided_at)
    own = (
        select(
            (literal("RC") + cast(ChildOnContact.id, String)).label("id"),
            ChildOnContact.person_id,
            day,
            null(),
            Contact.source_code,
            Contact.source_given,
            literal(False),
            func.coalesce(_newest(HandOver.to_team), ""),
            func.coalesce(_newest(HandOver.lead), ""),
            literal(""),
            literal(""),
        )
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(new_referral(ChildOnContact, Contact), *_within(ChildOnContact.decided_at, period))
    )
    return union_all(_told("referral", "RE", period), own)


def _early_help(period: Period) -> Any:
    own = (
        select(
            (literal("EH") + cast(HandOver.id, String)).label("id"),
            ChildOnContact.person_id,
            london_day(HandOver.__table__.c.answered_at),
            null(),
            literal(""),
            literal(""),
            null(),
            HandOver.to_team,
            HandOver.lead,
            HandOver.to_team,
            literal(""),
        )
        .join(ChildOnContact, ChildOnContact.id == HandOver.child_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(
            or_(HandOver.kind == "step_down", of_kind(HandOver.route, Kind.EARLY_HELP)),
            HandOver.state == "accepted",
            Contact.state != "cancelled",
            *_within(HandOver.answered_at, period),
        )
    )
    return union_all(_told("early_help", "EE", period), own)


def new_referral(child: type[ChildOnContact], contact: type[Contact]) -> ColumnElement[bool]:
    """Say in SQL whether a child on a contact is a referral of this record, not known from elsewhere already."""
    told = aliased(Episode)
    known = exists().where(
        told.kind == "referral", told.person_id == child.person_id, told.started_on == london_day(child.decided_at)
    )
    assessed = of_kind(child.outcome, *ASSESSED), child.decided_at.is_not(None)
    not_open = or_(child.open_to.is_(None), child.open_to.not_in(SOCIAL_CARE))
    return and_(*assessed, not_open, ~known, contact.state != "cancelled")


def _newest(column: Any) -> Any:
    offers = select(column).where(HandOver.child_id == ChildOnContact.id, of_kind(HandOver.route, *ASSESSED))
    return offers.order_by(HandOver.id.desc()).limit(1).correlate(ChildOnContact).scalar_subquery()


def is_new(child: ChildOnContact) -> bool:
    """Say whether a child that came to an assessment is a new referral: there is none while a case is open."""
    return child.open_to not in SOCIAL_CARE


def beside(session: Session, children: list[int]) -> dict[int, tuple[Decision | None, Clock | None]]:
    """Give the newest decision of some children, and the clock of their contact's decision."""
    newest = select(func.max(Decision.id)).where(Decision.child_id.in_(children)).group_by(Decision.child_id)
    decided = {one.child_id: one for one in session.scalars(select(Decision).where(Decision.id.in_(newest)))}
    clocks = session.execute(
        select(ChildOnContact.id, Clock)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .join(
            Clock,
            and_(Clock.contact_id == Contact.id, Clock.name == "social-care", Clock.started_at == Contact.received_at),
        )
        .where(ChildOnContact.id.in_(children))
    )
    timed = {row[0]: row[1] for row in clocks}
    return {child: (decided.get(child), timed.get(child)) for child in children}
