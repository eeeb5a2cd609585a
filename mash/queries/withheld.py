"""What of one contact is withheld from one reader now, and what partners said of sharing their replies on."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Contact, InformationRequest, NamedReader, Originator, Reveal, User
from mash.queries.claims import colleagues
from mash.workflow.calendar import london_day
from mash.workflow.parts import Part, withheld_parts

POLICE = "Police"
FRONT_DOOR = frozenset({"contact_officer", "practitioner", "manager"})


@dataclass(frozen=True, slots=True)
class Tiers:
    """What one reader may see of the parts of a contact that are withheld by themselves.

    Attributes:
        shown: The parts revealed to them, for now.
        summaries: What partners agreed may go further, by the request they answered.
        readers: Who may read each reply for named people only: ids and names, by request.
        colleagues: Who could be named, by id, where there is a reply.
    """

    user_id: int
    roles: AbstractSet[str]
    shown: frozenset[str] = frozenset()
    summaries: Mapping[int, Originator] = field(default_factory=dict)
    readers: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    colleagues: Mapping[str, str] = field(default_factory=dict)

    def withholds(self, part: str, *, applies: bool = True) -> Part | None:
        """Give the policy on a part that is withheld from the reader now; None where they see it."""
        policy = withheld_parts()[part]
        return policy if applies and not policy.seen_by(self.roles) and part not in self.shown else None

    def of_referrer(self, contact: Contact) -> Part | None:
        """Say whether who made contact is withheld: where they asked that the family is not told.

        Of somebody who gave no name, whatever is held that may tell who they are is withheld too.
        """
        tells = contact.referrer_name or contact.referrer_role or contact.referrer_phone or contact.referrer_email
        anonymous = contact.referrer_identity == "anonymous" and bool(tells)
        return self.withholds("referrer_identity", applies=contact.referrer_identity == "withheld" or anonymous)

    def of_address(self, *, protected: bool) -> Part | None:
        return self.withholds("protected_address", applies=protected)

    def may_read(self, asked: InformationRequest) -> bool:
        """Say whether the reader may see what a partner answered: on the record, for the front door, or for few."""
        return not self.kept_for(asked)

    def kept_for(self, asked: InformationRequest) -> str:
        """Say for whom a reply that the reader may not see is kept, and so whom they ask; nothing if they may."""
        if asked.sensitivity == "record":
            return ""
        if asked.sensitivity == "named":
            return "" if self._is_named(asked) else ", ".join(self._named(asked).values()) or "the duty manager"
        if FRONT_DOOR.isdisjoint(self.roles):
            return "the duty manager at the front door"
        police = self.withholds("police_information", applies=asked.agency == POLICE)
        return police.ask if police else ""

    def _named(self, asked: InformationRequest) -> Mapping[int, str]:
        return self.readers.get(asked.id, {})

    def _is_named(self, asked: InformationRequest) -> bool:
        """Where nobody is named yet, managers read it too, so that somebody can."""
        named = self._named(asked)
        unnamed = not named and "manager" in self.roles
        return self.user_id in {asked.asked_by_id, *named} or unnamed


def tiers_of(
    session: Session,
    contact: Contact,
    requests: Iterable[InformationRequest],
    *,
    user_id: int,
    roles: AbstractSet[str],
    at: datetime,
    revealed: bool,
) -> Tiers:
    """Read what is withheld from one reader.

    Args:
        revealed: Whether anything of the contact was ever revealed to anyone.
    """
    shown = select(Reveal.part).where(Reveal.contact_id == contact.id, Reveal.user_id == user_id, Reveal.until > at)
    parts = frozenset(session.scalars(shown)) if revealed else frozenset[str]()
    replied = [asked for asked in requests if asked.replied_at is not None]
    if not replied:
        return Tiers(user_id, roles, parts)
    here = {str(one.id): one.name for one in colleagues(session, day=london_day(at))}
    kept = [asked.id for asked in replied]
    said = session.scalars(select(Originator).where(Originator.request_id.in_(kept)))
    readers: dict[int, dict[int, str]] = {}
    names = select(NamedReader.request_id, User.id, User.name).join(User, User.id == NamedReader.user_id)
    for request_id, reader_id, name in session.execute(
        names.where(NamedReader.request_id.in_(kept)).order_by(User.name, User.id)
    ):
        readers.setdefault(request_id, {})[reader_id] = name
    return Tiers(user_id, roles, parts, {one.request_id: one for one in said}, readers, here)
