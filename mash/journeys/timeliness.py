"""The policy on timeliness as adopted here: what is aimed at, what is at risk, and who is told when."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Policy
from mash.workflow.calendar import london_day
from mash.workflow.timeliness import TimelinessPolicy, timeliness_policies_from, timeliness_policy_on


def timeliness_policy(session: Session, at: datetime) -> TimelinessPolicy:
    """Give the policy in force at a moment."""
    rows = session.scalars(select(Policy).where(Policy.name == "timeliness").order_by(Policy.effective_from))
    entries = [{**row.content, "from": row.effective_from.isoformat()} for row in rows]
    return timeliness_policy_on(london_day(at), timeliness_policies_from({"policies": entries}))
