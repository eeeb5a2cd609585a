"""The dated policy of signing in, as the council set it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mash.queries.policies import policy_document
from mash.workflow.calendar import london_day
from mash.workflow.sign_in_policy import Act, SignInPolicy, sign_in_policies_from, sign_in_policy_on


def asks_for_passkey(session: Session, act: Act, at: datetime) -> bool:
    """Say whether an act asks for proof that cannot be phished."""
    policy = _policy(session, at)
    return policy is not None and act in policy.passkey_for


def ended_kept(session: Session, at: datetime) -> timedelta | None:
    """Say how long the row of an ended sign-in is kept; None for ever, where no policy has begun."""
    policy = _policy(session, at)
    return policy.ended_kept if policy else None


def _policy(session: Session, at: datetime) -> SignInPolicy | None:
    return sign_in_policy_on(london_day(at), sign_in_policies_from(policy_document(session, "sign_in")))
