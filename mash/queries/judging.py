"""Which version of the thresholds judges a contact: of one that is known, or of many contacts in a list at once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from mash.models import ChildOnContact, Contact, Decision
from mash.rules import NoRuleSetInForce, RuleBook, RuleSet
from mash.workflow.calendar import london_day

SETTLED = frozenset({"decided", "handed_over", "stepped_down", "closed", "cancelled"})
"""The states of a contact that no change of thresholds reaches any more."""


def judged_by(
    book: RuleBook, named: str | None, received: datetime, *, settled: bool, decided_by: str | None, at: datetime
) -> RuleSet:
    """Give the thresholds that judge a contact: those in force when it was received.

    One still open when others began is judged as those others say of open contacts; what is settled stays with the
    version it was decided by. A contact from before any version for live use is judged by today's, so that nothing
    waits for want of one.

    Args:
        named: The id of the version in force at receipt, as recorded; None if none was.
        decided_by: The id of the version by which the decision that stands was made; looked at only if settled.

    Raises:
        NoRuleSetInForce: If there is none for today either.
    """
    if settled and (decided := next((one for one in book.versions if one.id == decided_by), None)):
        return decided
    try:
        then = book.at_receipt(named, london_day(received))
        return then if settled else book.judging(then, london_day(at))
    except NoRuleSetInForce:
        return book.in_force(london_day(at))


def decided_by(session: Session, contact_id: int) -> str | None:
    """Say by which version the decision on a contact that stands was made; None if there is none."""
    return session.scalars(_deciding(contact_id)).first()


def _deciding(contact_id: int | InstrumentedAttribute[int]) -> Select[str | None]:
    """Select the version of the decision that stands on a contact, given by its id or as the column of a list."""
    return (
        select(Decision.ruleset_id)
        .join(ChildOnContact, ChildOnContact.id == Decision.child_id)
        .where(ChildOnContact.contact_id == contact_id, Decision.status == "decided")
        .order_by(Decision.id.desc())
        .limit(1)
    )


def judged_by_each(session: Session, book: RuleBook, references: Iterable[str], at: datetime) -> dict[str, RuleSet]:
    """Give the version that judges each of some contacts, by reference; one that none judges is left out."""
    deciding = _deciding(Contact.id).scalar_subquery()
    told = select(Contact.reference, Contact.ruleset_id, Contact.received_at, Contact.state, deciding)
    found: dict[str, RuleSet] = {}
    for reference, named, received, state, decider in session.execute(
        told.where(Contact.reference.in_(sorted(set(references))))
    ):
        try:
            settled = state in SETTLED
            found[reference] = judged_by(book, named, received, settled=settled, decided_by=decider, at=at)
        except NoRuleSetInForce:
            continue
    return found
