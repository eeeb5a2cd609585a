"""The policy on timeliness as adopted here: what is aimed at, what is at risk, and who is told when."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.queries.policies import policy_document
from mash.workflow.calendar import london_day
from mash.workflow.timeliness import TimelinessPolicy, timeliness_policies_from, timeliness_policy_on


def timeliness_policy(session: Session, at: datetime) -> TimelinessPolicy:
    """Give the policy in force at a moment."""
    return timeliness_policy_on(london_day(at), timeliness_policies_from(policy_document(session, "timeliness")))
