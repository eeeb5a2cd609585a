"""The figures read of the service: how quickly, who answered, who agreed. Each gives the rows it is made of."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, select

from mash.measures.counting import STORED, rows_now
from mash.measures.reading import Read, Row, Window, hours
from mash.models import Agreement, ChildOnContact, Clock, Contact, Decision, InformationRequest, Oversight
from mash.workflow.calendar import london_day

NOT_RATED = "not rated"
BANDS = ((timedelta(days=1), "1: up to a day"), (timedelta(days=7), "2: up to a week"))
LONGEST = "3: more than a week"


def _first(clock: str, column: Any) -> Any:
    """Give the earliest of a contact's clocks of a name, so that one started again hides no lateness."""
    return select(func.min(column)).where(Clock.contact_id == Contact.id, Clock.name == clock).scalar_subquery()


def hours_to_decision(w: Window) -> Iterator[Row]:
    decided = select(Contact.id, Contact.received_at, Contact.decided_at)
    found: Any = w.session.execute(decided.where(w.received(), Contact.decided_at.is_not(None)))
    for contact, start, end in found:
        yield Row(contact, hours=w.calendar.open_between(start, max(start, end)) / timedelta(hours=1))


def in_limit_by_rating(w: Window) -> Iterator[Row]:
    """Read contacts by the limit of their rating: red by its own clock, the others by the one that judges them."""
    c = rows_now(w.since, STORED.received_on.between(w.period.first, w.period.last)).subquery("c").c
    rows = (
        select(Contact.id, Contact.rating, Contact.decided_at, c.due_at, c.kind, _first("red", Clock.due_at))
        .join(c.due_at.table, c.contact_id == Contact.id)
        .where(w.received())
    )
    for contact, rating, decided, judged, kind, red in w.session.execute(rows):
        due = red if rating == "red" and red else judged if kind else None
        if due is not None and due < w.at:
            yield Row(contact, decided is not None and decided <= due, rating or NOT_RATED)


def red_acknowledged(w: Window) -> Iterator[Row]:
    taken = select(func.min(Oversight.at)).where(Oversight.contact_id == Contact.id, Oversight.kind == "acknowledged")
    yield from _reds(w, _first("red-acknowledge", Clock.started_at), taken.scalar_subquery(), per_hour=60)


def red_decided(w: Window) -> Iterator[Row]:
    yield from _reds(w, _first("red", Clock.started_at), Contact.decided_at)


def _reds(w: Window, start: Any, end: Any, per_hour: int = 1) -> Iterator[Row]:
    for contact, began, ended in w.session.execute(
        select(Contact.id, start, end).where(w.received(), Contact.rating == "red")
    ):
        if began is not None:
            took = hours(began, ended)
            yield Row(contact, ended is not None, hours=None if took is None else took * per_hour)


def acknowledged_in_time(w: Window) -> Iterator[Row]:
    clock = Clock.contact_id == Contact.id, Clock.name == "acknowledge", Clock.started_at == Contact.received_at
    rows = select(Contact.id, Contact.acknowledged_at, Clock.due_at).join(Clock, and_(*clock))
    for contact, told, due in w.session.execute(rows.where(w.received(), Clock.due_at < w.at)):
        yield Row(contact, told is not None and told <= due)


def told_outcome_in_time(w: Window) -> Iterator[Row]:
    clock = Clock.contact_id == Contact.id, Clock.name == "feedback", Clock.started_at == Contact.decided_at
    rows = select(Contact.id, Clock.stopped_at, Clock.due_at).join(Clock, and_(*clock))
    for contact, told, due in w.session.execute(rows.where(w.decided(), Clock.due_at < w.at)):
        yield Row(contact, told is not None and told <= due)


def replies(answer: str, by: str = "agency") -> Read:
    """Read requests to partners whose time is up by how they were answered: ``in time``, ``late`` or ``never``."""

    def read(w: Window) -> Iterator[Row]:
        asked = InformationRequest
        part = asked.agency if by == "agency" else func.coalesce(Contact.rating, NOT_RATED)
        rows = select(Contact.id, part, asked.reply_kind, asked.replied_at, asked.due_at)
        rows = rows.join(asked, asked.contact_id == Contact.id)
        wanted = w.holds(asked.sent_at), asked.due_at < w.at, Contact.state != "cancelled"
        found: Any = w.session.execute(rows.where(*wanted))
        for contact, of, kind, replied, due in found:
            never = replied is None or kind == "none"
            came = "never" if never else "in time" if replied <= due else "late"
            yield Row(contact, came == answer, of)

    return read


def agreement_recorded(w: Window) -> Iterator[Row]:
    recorded = exists().where(Agreement.contact_id == Contact.id, Agreement.kind == "service")
    rows = select(Contact.id, recorded).where(w.received(), Contact.type_at_receipt == "service_request")
    yield from (Row(contact, bool(met)) for contact, met in w.session.execute(rows))


def overridden(w: Window) -> Iterator[Row]:
    override = exists().where(Agreement.contact_id == Contact.id, Agreement.kind == "override")
    asked = exists().where(InformationRequest.contact_id == Contact.id)
    rows = select(Contact.id, override).where(w.received(), asked)
    yield from (Row(contact, bool(met)) for contact, met in w.session.execute(rows))


def signed_by_another(*, asked: bool) -> Read:
    """Read decisions taken in the period by whether another person recommended them; or those a policy sent on."""

    def read(w: Window) -> Iterator[Row]:
        rows = (
            select(Contact.id, Decision.sign_off, Decision.recommended_by_id, Decision.decided_by_id)
            .join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
            .join(Decision, Decision.child_id == ChildOnContact.id)
            .where(w.holds(Decision.decided_at), Decision.imported.is_(False), Contact.state != "cancelled")
        )
        for contact, needs, recommended, decided in w.session.execute(rows):
            if needs or not asked:
                yield Row(contact, None not in {recommended, decided} and recommended != decided)

    return read


def open_by_rating(w: Window) -> Iterator[Row]:
    """Read what is open now by rating and by whether it is due later, today or already was."""
    for contact, rating, due in _open(w):
        when = "not due" if london_day(due) > london_day(w.at) else "due today" if due >= w.at else "overdue"
        yield Row(contact, part=f"{rating or NOT_RATED}, {when}")


def open_and_overdue(w: Window) -> Iterator[Row]:
    for contact, _, due in _open(w, due_by=w.at):
        late = w.at - due
        yield Row(contact, part=next((words for most, words in BANDS if late <= most), LONGEST))


def _open(w: Window, due_by: datetime | None = None) -> Any:
    narrowed = [STORED.settled.is_(False), *([STORED.due_at < due_by] if due_by else [])]
    c = rows_now(w.since, *narrowed).subquery("c").c
    wanted = [c.cancelled.is_(False), c.kind != "", c.decided_on.is_(None), *([c.due_at < due_by] if due_by else [])]
    rows = select(Contact.id, Contact.rating, c.due_at).join(c.due_at.table, c.contact_id == Contact.id)
    return w.session.execute(rows.where(*wanted))


READ_OF_SERVICE: dict[str, Read] = {
    "hours-to-decision": hours_to_decision,
    "decided-in-limit-by-rating": in_limit_by_rating,
    "red-acknowledged": red_acknowledged,
    "red-decided": red_decided,
    "acknowledged-in-time": acknowledged_in_time,
    "told-outcome-in-time": told_outcome_in_time,
    "replied-in-time": replies("in time"),
    "replied-in-time-by-rating": replies("in time", by="rating"),
    "replied-late": replies("late"),
    "never-replied": replies("never"),
    "agreement-recorded-share": agreement_recorded,
    "override-share": overridden,
    "signed-off-by-another": signed_by_another(asked=False),
    "signed-off-where-asked": signed_by_another(asked=True),
    "open-by-rating": open_by_rating,
    "open-and-overdue": open_and_overdue,
}
