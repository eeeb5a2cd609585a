"""How long services take to accept the early help offered to them, from the offer to the answer, nights included."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.measures.picture_rows import offers_of_early_help, received
from mash.measures.pictures import Asked
from mash.models import ChildOnContact, HandOver


@dataclass(frozen=True, slots=True)
class Times:
    """One service: how many offers it accepted, the middle time, and the time within which nine in ten were."""

    team: str
    accepted: int
    middle: timedelta
    nine_in_ten: timedelta


def times_to_acceptance(session: Session, asked: Asked) -> list[Times]:
    """Give the times of each service, of offers made of children on contacts received on the days asked for."""
    n = received(session, asked)
    answered = (
        select(HandOver.to_team, HandOver.offered_at, func.coalesce(HandOver.answered_at, HandOver.offered_at))
        .join(ChildOnContact, ChildOnContact.id == HandOver.child_id)
        .join(n, n.c.contact_id == ChildOnContact.contact_id)
        .where(offers_of_early_help(), HandOver.state == "accepted", HandOver.answered_at.is_not(None))
    )
    found: defaultdict[str, list[float]] = defaultdict(list)
    for team, offered, accepted in session.execute(answered).all():
        found[team].append((accepted - offered).total_seconds())
    return [_times(team, sorted(found[team])) for team in sorted(found)]


def _times(team: str, seconds: Sequence[float]) -> Times:
    most = seconds[ceil(len(seconds) * 0.9) - 1]
    return Times(team, len(seconds), timedelta(seconds=median(seconds)), timedelta(seconds=most))
