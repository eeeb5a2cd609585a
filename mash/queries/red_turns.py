"""Who has each red now: a manager, the night team, or nobody; and who was told that nobody has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from mash.models import Clock, Contact, Escalation, PostHeld, RedTurn, User, UserRole
from mash.queries.claims import Colleague, colleagues
from mash.queries.named_access import reader_of
from mash.queries.restricted import may_know
from mash.workflow.calendar import london_day

QUALIFIED = frozenset({"practitioner", "manager"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn that stands. ``to`` names whom it was given to; ``team`` and what follows, the night team's receipt."""

    id: int
    kind: str
    by_id: int
    by: str
    to_id: int | None
    to: str
    team: str
    taken_by: str
    taken_at: datetime | None
    told: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Who has a red.

    Attributes:
        has: The turn by which somebody has it; None if nobody does.
        given: The turn by which somebody is asked to take it; None once it is taken.
        last: The newest turn that stands.
    """

    has: Turn | None = None
    given: Turn | None = None
    last: Turn | None = None

    @property
    def with_night_team(self) -> bool:
        return self.has is not None and self.has.kind == "night"

    def is_held_by(self, user_id: int | None) -> bool:
        """Say whether this person took it up and nobody has taken it over since."""
        return self.has is not None and self.has.kind == "taken" and self.has.by_id == user_id


NOBODY = Hold()
_By, _To = aliased(User), aliased(User)


def turns_statement(contact_ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    """Select every turn of these contacts, in order."""
    return (
        select(RedTurn, _By.name, _To.name)
        .join(_By, _By.id == RedTurn.by_id)
        .outerjoin(_To, _To.id == RedTurn.to_id)
        .where(RedTurn.contact_id.in_(tuple(contact_ids)))
        .order_by(RedTurn.contact_id, RedTurn.id)
    )


def holds(session: Session, contact_ids: Iterable[int]) -> Mapping[int, Hold]:
    """Say who has each contact that ever had a turn."""
    stand: dict[int, list[Turn]] = defaultdict(list)
    for row, by, to in session.execute(turns_statement(contact_ids)):
        if row.kind == "undone":
            del stand[row.contact_id][-1:]
        else:
            stand[row.contact_id].append(_turn(row, by, to or ""))
    return {contact_id: _hold(turns) for contact_id, turns in stand.items()}


def _hold(turns: Sequence[Turn]) -> Hold:
    has = next((turn for turn in reversed(turns) if turn.kind != "given"), None)
    last = turns[-1] if turns else None
    return Hold(has, last if last and last.kind == "given" else None, last)


def _turn(row: RedTurn, by: str, to: str) -> Turn:
    same = ("id", "kind", "by_id", "to_id", "team", "taken_by", "taken_at", "told", "at")
    return Turn(by=by, to=to, **{name: getattr(row, name) for name in same})


def receipt(session: Session, turn_id: int) -> tuple[int, Turn] | None:
    """Find one hand-over to the night team and its contact's id; None if there is no such hand-over."""
    found = session.execute(
        select(RedTurn, _By.name).join(_By, _By.id == RedTurn.by_id).where(RedTurn.id == turn_id)
    ).one_or_none()
    if found is None or found[0].kind != "night":
        return None
    return found[0].contact_id, _turn(found[0], found[1], "")


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told that a red waits: the post, and the names of those in it."""

    post: str
    names: tuple[str, ...]
    at: datetime


def told_of(session: Session, contact_ids: Iterable[int]) -> Mapping[int, tuple[Told, ...]]:
    """Say who was told of each contact that waits now, in order."""
    rows = session.execute(
        select(Clock.contact_id, Escalation.post, Escalation.told, Escalation.at)
        .join(Escalation, Escalation.clock_id == Clock.id)
        .where(Clock.contact_id.in_(tuple(contact_ids)), Clock.name == "red-acknowledge", Clock.stopped_at.is_(None))
        .order_by(Clock.contact_id, Escalation.id)
    )
    found: dict[int, tuple[Told, ...]] = {}
    for row in rows:
        found[row.contact_id] = (*found.get(row.contact_id, ()), Told(row.post, tuple(row.told), row.at))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A red that nobody has taken up, by the clock of its wait."""

    id: int
    contact_id: int
    reference: str
    started_at: datetime


def waiting(session: Session) -> Sequence[Waiting]:
    """List the reds that nobody has taken up, the longest waiting first."""
    reds = dict(session.execute(select(Contact.id, Contact.reference).where(Contact.queue_rank == 0)).all())
    rows = session.execute(
        select(Clock.id, Clock.contact_id, Clock.started_at)
        .where(Clock.contact_id.in_(reds), Clock.name == "red-acknowledge", Clock.stopped_at.is_(None))
        .order_by(Clock.started_at, Clock.id)
    )
    return [Waiting(row.id, row.contact_id, reds[row.contact_id], row.started_at) for row in rows]


def managers(session: Session) -> Mapping[int, str]:
    """Name everyone who can take a red up, by id, in the order of their names."""
    rows = session.execute(
        select(User.id, User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == "manager", User.active)
        .order_by(User.name, User.id)
    )
    return {row.id: row.name for row in rows}


def able(session: Session, day: date) -> Mapping[int, str]:
    """Name who may be asked to take a red up, by id, by their names: a practitioner or manager who is not away."""
    return {one.id: one.name for one in _here(session, day)}


def able_with(session: Session, contact: Contact, at: datetime) -> Mapping[int, str]:
    """Name who may be asked to take up this red: of those who are able, whoever may know of it."""
    return {
        one.id: one.name
        for one in _here(session, london_day(at))
        if may_know(reader_of(session, one.id, frozenset(one.roles), at), contact.id, restricted=contact.restricted)
    }


def _here(session: Session, day: date) -> list[Colleague]:
    return [one for one in colleagues(session, day=day, roles=QUALIFIED) if one.away_until is None]


def in_post(session: Session) -> Mapping[str, tuple[tuple[int, str], ...]]:
    """Give who holds each post now and can take a red up: id and name."""
    can = managers(session)
    rows = session.execute(
        select(PostHeld.post, PostHeld.user_id).where(PostHeld.ended_at.is_(None)).order_by(PostHeld.id)
    )
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for post, user_id in rows:
        if user_id in can:
            found[post] = (*found.get(post, ()), (user_id, can[user_id]))
    return found


def post_of(session: Session, user_id: int) -> str:
    """Give the post someone holds; an empty string for none."""
    held = PostHeld.user_id == user_id, PostHeld.ended_at.is_(None)
    return session.scalars(select(PostHeld.post).where(*held).limit(1)).one_or_none() or ""
