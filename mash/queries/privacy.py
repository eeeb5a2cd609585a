"""Privacy alerts, those that wait for a review first, with what was made of the rest."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from mash.models import PrivacyAlert, PrivacyReview, User, WatchedAlert
from mash.queries.audit import person

MOST = 200


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert. ``answer`` is None while it waits; ``person_id`` is None but for a watched record."""

    id: int
    pattern: str
    user_id: int
    name: str
    hour: datetime
    person_id: int | None
    data: Mapping[str, Any]
    answer: str | None
    note: str | None
    reviewer: str | None
    reviewed_at: datetime | None


def alerts(session: Session, reader_id: int, roles: AbstractSet[str]) -> list[AlertRow]:
    """List alerts for a reader: those that wait first, each group the newest first.

    Left out are those about the reader, which would tell what is kept from them, and those of a watched record that
    the reader may not know of: another auditor reviews them.
    """
    reviewer = aliased(User)
    rows = (
        select(PrivacyAlert.id, PrivacyAlert.pattern, PrivacyAlert.user_id, User.name, PrivacyAlert.hour)
        .add_columns(
            WatchedAlert.person_id,
            PrivacyAlert.data,
            PrivacyReview.answer,
            PrivacyReview.note,
            reviewer.name,
            PrivacyReview.at,
        )
        .join(User, User.id == PrivacyAlert.user_id)
        .outerjoin(WatchedAlert, WatchedAlert.alert_id == PrivacyAlert.id)
        .outerjoin(PrivacyReview, PrivacyReview.alert_id == PrivacyAlert.id)
        .outerjoin(reviewer, reviewer.id == PrivacyReview.by_id)
        .where(PrivacyAlert.user_id != reader_id)
        .order_by(PrivacyReview.at.is_not(None), PrivacyAlert.id.desc())
        .limit(MOST)
    )
    found = [AlertRow(*row) for row in session.execute(rows)]
    watched = {row.person_id for row in found if row.person_id is not None}
    unknown = {person_id for person_id in watched if person(session, person_id, roles) is None}
    return [row for row in found if row.person_id not in unknown]
