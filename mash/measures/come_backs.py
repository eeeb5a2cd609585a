"""Who came back: after no further action within 28 and 90 days, and referred again within 12 months."""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from mash.kinds import Kind
from mash.measures.counting import STORED, rows_now, since_folded
from mash.measures.days import days_after, in_order, london_day, month_number
from mash.measures.extracts import Period, new_referral
from mash.measures.pictures import Asked, Picture, Share
from mash.models import ChildOnContact, Contact, Episode, of_kind

WITHIN = (28, 90)
A_YEAR, LEAP_DAY = 1_00_00, 229
DFE_RULE = (
    "By the Department for Education’s rule: each referral counts that has one before it for the same child in the 12 "
    "months up to it. A record of less than 12 months before finds too few."
)


def _came_back(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    c = rows_now(since_folded(session), STORED.decided_on.between(asked.first, asked.last)).subquery("c").c
    child, later, again = aliased(ChildOnContact), aliased(ChildOnContact), aliased(Contact)
    closed = (child.contact_id == Contact.id, of_kind(child.outcome, Kind.NO_SERVICE))

    def over(days: int) -> ColumnElement[bool]:
        return and_(days_after(Contact.decided_at, days) <= asked.at, exists().where(*closed))

    def back(days: int) -> ColumnElement[bool]:
        came = (
            later.person_id == child.person_id,
            again.id == later.contact_id,
            again.id != Contact.id,
            again.state != "cancelled",
            again.received_at > Contact.decided_at,
            again.received_at <= days_after(Contact.decided_at, days),
        )
        return and_(over(days), exists().where(*closed, *came))

    numbers = [over(days).label(f"closed_{days}") for days in WITHIN]
    numbers += [back(days).label(f"back_{days}") for days in WITHIN]
    head = c.contact_id, cast(null(), String).label("child"), c.decided_on.label("day")
    return (
        select(*head, month_number(c.decided_on).label("group"), *numbers)
        .join(Contact, Contact.id == c.contact_id)
        .where(c.decided_on.between(asked.first, asked.last), c.cancelled.is_(False))
    )


def _referred_before(person: Any, day: Any) -> ColumnElement[bool]:
    """Whether a child was referred on an earlier day, no further back than the same day a year before."""
    child, contact, told = aliased(ChildOnContact), aliased(Contact), aliased(Episode)
    number = in_order(day)
    earliest = number - A_YEAR - case((number % 10_000 == LEAP_DAY, 1), else_=0)
    before = london_day(child.decided_at)
    own = exists().where(
        child.person_id == person,
        contact.id == child.contact_id,
        new_referral(child, contact),
        before < day,
        in_order(before) >= earliest,
    )
    elsewhere = exists().where(
        told.person_id == person,
        told.kind == "referral",
        told.started_on < day,
        in_order(told.started_on) >= earliest,
    )
    return or_(own, elsewhere)


def _re_referrals(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    period = Period(asked.first, asked.last)
    child, contact = aliased(ChildOnContact), aliased(Contact)
    own = (
        select(
            contact.id.label("contact_id"),
            (literal("RC") + cast(child.id, String)).label("child"),
            london_day(child.decided_at).label("day"),
            child.person_id.label("person_id"),
        )
        .join(contact, contact.id == child.contact_id)
        .where(new_referral(child, contact), child.decided_at >= period.begins, child.decided_at < period.ends)
    )
    told = select(
        cast(null(), Contact.id.type),
        literal("RE") + cast(Episode.id, String),
        Episode.started_on,
        Episode.person_id,
    ).where(Episode.kind == "referral", Episode.started_on.between(asked.first, asked.last))
    r = union_all(own, told).subquery("every").c
    numbers = literal(value=True).label("referrals"), _referred_before(r.person_id, r.day).label("again")
    return select(r.contact_id, r.child, r.day, month_number(r.day).label("group"), *numbers)


CAME_BACK = Picture(
    id="came-back",
    name="Came back after no further action",
    unit="contact",
    numbers={
        name: told
        for days in WITHIN
        for name, told in (
            (
                f"closed_{days}",
                (f"Closed {days} days ago", f"contacts decided with no further action, {days} days or more ago"),
            ),
            (
                f"back_{days}",
                (f"Back in {days} days", f"contacts decided so, with a child reported again within {days} days"),
            ),
        )
    },
    shares=tuple(Share(f"back_{days}", f"closed_{days}", f"back within {days} days") for days in WITHIN),
    by_month=True,
    rows=_came_back,
    cohort="Contacts by the London day on which they were first decided, once so many days have passed since.",
    notes=("A later contact that was cancelled as an error is no coming back.",),
)
RE_REFERRALS = Picture(
    id="re-referrals",
    name="Referred again within 12 months",
    unit="referral",
    numbers={
        "referrals": ("Referrals", "new referrals to social care"),
        "again": ("Referred before", "new referrals of a child who had been referred in the 12 months before"),
    },
    shares=(Share("again", "referrals", "referred again"),),
    by_month=True,
    rows=_re_referrals,
    cohort="Referrals by their day: of children not open to social care, decided here or known from elsewhere.",
    notes=(DFE_RULE,),
)
