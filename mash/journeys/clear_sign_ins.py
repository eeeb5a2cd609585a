"""Clear what signing in leaves behind once nobody needs it: rows of ended sign-ins, counted tries, what was used once.

What somebody did while signed in stays on the chain of events for good.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.models import (
    CouncilSession,
    FreshProof,
    LoginAttempt,
    OpenPageCount,
    SessionDisplaced,
    SignInStep,
    StrongProof,
    UsedOnce,
    UserSession,
)
from mash.queries.sign_in_policy import ended_kept

BATCH = 500
TRIES_KEPT = timedelta(days=1)
SCHEDULER = Actor.system("scheduler")


def clear_sign_ins(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Clear the rows of sign-ins that ended longer ago than the policy of the day keeps them, oldest first.

    Returns:
        How many sign-ins were cleared; ask again while it equals ``limit``.
    """
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < at - TRIES_KEPT))
    session.execute(delete(OpenPageCount).where(OpenPageCount.minute < int((at - TRIES_KEPT).timestamp()) // 60))
    session.execute(delete(SignInStep).where(SignInStep.expires_at <= at))
    session.execute(delete(UsedOnce).where(UsedOnce.until <= at))
    kept = ended_kept(session, at)
    if kept is None:
        return 0
    over = or_(UserSession.ended_at < at - kept, UserSession.expires_at < at - kept)
    found = session.scalars(select(UserSession.id).where(over).order_by(UserSession.id).limit(limit)).all()
    for table in (FreshProof, StrongProof, CouncilSession, SessionDisplaced):
        session.execute(delete(table).where(table.session_id.in_(found)))
    session.execute(delete(UserSession).where(UserSession.id.in_(found)))
    if found:
        record_event(session, kind="sign_in.cleared", at=at, by=SCHEDULER, data={"sessions": len(found)})
    return len(found)
