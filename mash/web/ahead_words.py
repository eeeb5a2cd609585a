"""What the forecast says of what is still to be saved today, in a sentence and contact by contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.practice import calendar_from
from mash.measures.chance import Chance, expected_late
from mash.measures.learnt import chances_now, taught_last
from mash.measures.today import Due


@dataclass(frozen=True, slots=True)
class Ahead:
    """The chance of being late of each contact, by reference, and a sentence about all of them."""

    chances: Mapping[str, Chance]
    says: str


def ahead_of(session: Session, due: Sequence[Due], at: datetime) -> Ahead | None:
    """Say how likely some contacts are to be late; None where too little is known, or a plain share does better."""
    taught = taught_last(session) if due else None
    if taught is None or not taught.enough or not taught.record.is_worth_it:
        return None
    found = chances_now(session, taught, at, calendar_from(session))
    chances = {one.reference: found[one.reference] for one in due if one.reference in found}
    if not chances:
        return None
    middle, low, high = expected_late(list(chances.values()))
    of = len(chances)
    says = f"At the pace of the last weeks about {middle} of these {of} will be late, likely {low} to {high}."
    if of == 1:
        says = f"At the pace of the last weeks its chance of being late is {next(iter(chances.values())).share:.0%}."
    return Ahead(chances, says)
