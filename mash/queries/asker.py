"""Who asks for a list, when, and which contacts are free for them by then."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mash.queries.policies import claim_lapse
from mash.workflow.calendar import london_day
from mash.workflow.claims import claim_policy_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whose queue it is, when, and the London day it is then.

    Attributes:
        lapse: After how long without a sign of its holder a contact is free; None until ``settled`` looks it up.
    """

    user_id: int
    roles: AbstractSet[str]
    at: datetime
    day_starts: datetime
    day_ends: datetime
    lapse: timedelta | None = None

    @property
    def free_since(self) -> datetime:
        """The moment at or before which whoever claimed a contact has lost it."""
        return self.at - (self.lapse or claim_policy_on(london_day(self.at)).lapses_after)


def settled(session: Session, asker: Asker) -> Asker:
    """Give the same asker with the policy on claims looked up."""
    return asker if asker.lapse else replace(asker, lapse=claim_lapse(session, asker.at))
