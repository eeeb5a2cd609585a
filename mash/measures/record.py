"""What each contact says to the figures, read from the record in one statement. All definitions of kind are here.

A contact is judged by the early help clock only if early help was put on record, by a recommendation or a decision,
before the social care clock had run out, and nobody had put social care on record by the time it was decided. So a
contact that was late stays late, whatever it is called afterwards. An imported contact says only its outcome.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from mash.kinds import ASSESSED, TO_SOCIAL_CARE, Kind
from mash.measures.days import london_day
from mash.models import ChildOnContact, Clock, Contact, Decision, Disposal, FigureContact, of_kind

SOCIAL_CARE, EARLY_HELP = "social-care", "early-help"
UNDECIDED = ("received", "screened", "rated", "waiting_for_information", "with_manager", "reopened")
COLUMNS = tuple(column.name for column in FigureContact.__table__.columns)

_social, _early = aliased(Clock, name="social"), aliased(Clock, name="early")


DISPOSED = select(Disposal.contact_id).where(Disposal.state == "disposed")
"""Contacts whose record says nothing any more: what they said to the figures is what was kept of it."""


def as_recorded(contact_ids: Any) -> Select[*tuple[Any, ...]]:
    """Read some contacts as ``FigureContact`` has them, from the record alone. None of them is settled yet."""
    early = _early.id.is_not(None) & or_(Contact.imported, _social.id.is_(None), _early_by(_social.due_at))
    kind, due_at = _judged(early & ~_put_to_social_care())
    plain_kind, plain_due_at = _judged(_early.id.is_not(None) & _outcome(Kind.EARLY_HELP) & ~_outcome(*TO_SOCIAL_CARE))
    parts: dict[str, ColumnElement[Any]] = {
        "contact_id": Contact.__table__.c.id,
        "received_on": london_day(Contact.__table__.c.received_at),
        "decided_on": london_day(Contact.__table__.c.decided_at),
        "cancelled": Contact.state == "cancelled",
        "request": Contact.type_at_receipt == "service_request",
        "request_decided": func.coalesce(Contact.type_at_decision, Contact.type_at_receipt) == "service_request",
        "children": _children(),
        "service": _service(),
        "kind": kind,
        "due_at": due_at,
        "in_time": _met(due_at),
        "plain_kind": plain_kind,
        "plain_due_at": plain_due_at,
        "plain_in_time": _met(plain_due_at),
        "settled": false(),
    }
    return (
        select(*(parts[name].label(name) for name in COLUMNS))
        .select_from(Contact)
        .outerjoin(_social, _from_receipt(_social, SOCIAL_CARE))
        .outerjoin(_early, _from_receipt(_early, EARLY_HELP))
        .where(Contact.id.in_(contact_ids))
    )


def _from_receipt(clock: type[Clock], name: str) -> ColumnElement[bool]:
    return and_(clock.contact_id == Contact.id, clock.name == name, clock.started_at == Contact.received_at)


def _judged(by_early_help: ColumnElement[bool]) -> tuple[ColumnElement[str], ColumnElement[Any]]:
    kind = case((by_early_help, EARLY_HELP), (_social.id.is_not(None), SOCIAL_CARE), else_="")
    return kind, case((by_early_help, _early.due_at), else_=_social.due_at)


def _met(due_at: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.coalesce(Contact.decided_at <= due_at, false())


def _of_contact() -> ColumnElement[bool]:
    return and_(ChildOnContact.contact_id == Contact.id, Decision.child_id == ChildOnContact.id)


SAID_AT = func.coalesce(Decision.recommended_at, Decision.decided_at)


def _early_by(due_at: Any) -> ColumnElement[bool]:
    return exists().where(_of_contact(), of_kind(Decision.route, Kind.EARLY_HELP), due_at >= SAID_AT)


def _put_to_social_care() -> ColumnElement[bool]:
    by_then = or_(Contact.decided_at.is_(None), SAID_AT.is_(None), Contact.decided_at >= SAID_AT)
    return exists().where(_of_contact(), of_kind(Decision.route, *TO_SOCIAL_CARE), by_then)


def _outcome(*kinds: Kind) -> ColumnElement[bool]:
    return exists().where(ChildOnContact.contact_id == Contact.id, of_kind(ChildOnContact.outcome, *kinds))


def _children() -> ColumnElement[int]:
    counted = select(func.count()).where(ChildOnContact.contact_id == Contact.id)
    return counted.correlate(Contact).scalar_subquery()


def _service() -> ColumnElement[str]:
    return case(
        (_outcome(*ASSESSED), "assessment"),
        (_outcome(Kind.EARLY_HELP), "early_help"),
        (Contact.state.in_(UNDECIDED), ""),
        else_="none",
    )
