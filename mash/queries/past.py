"""Decided children as replay keeps them: what was known, decided and advised then, and apart, what came later."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from mash.kinds import ASSESSED, Kind
from mash.models import ChildOnContact, Contact, Decision, Episode, HistorySegment, OutcomeKind, Person
from mash.replay.compare import Cohort
from mash.replay.frame import Frame
from mash.replay.past import NOT_A_CHILD, SEGMENT, Past
from mash.replay.tight import read_frame
from mash.replay.who import who_of
from mash.rules import Catalogue

FORM = f"tight-{SEGMENT}"  # how segments are kept; those of another name are dropped and frozen again
LONDON = ZoneInfo("Europe/London")
EPISODES = ("section_47", "protection_plan")


def segment_marks(session: Session) -> dict[int, str]:
    """Say of each segment what rows it would be made of now: a few numbers that differ when any of them does."""
    number = ChildOnContact.id.op("/")(SEGMENT)
    decided = session.execute(
        select(number, func.count(ChildOnContact.decided_at), func.max(ChildOnContact.decided_at))
        .where(ChildOnContact.decided_at.is_not(None))
        .group_by(number)
    ).all()
    number = Decision.child_id.op("/")(SEGMENT)
    made = {
        at: (count, last)
        for at, count, last in session.execute(
            select(number, func.count(Decision.id), func.max(Decision.id)).group_by(number)
        )
    }
    return {at: f"{FORM} {count} {last} {made.get(at, (0, 0))}" for at, count, last in decided}


def episodes_mark(session: Session) -> str:
    """Say the same of the episodes that count as coming later."""
    count, last = session.execute(select(func.count(), func.max(Episode.id)).where(Episode.kind.in_(EPISODES))).one()
    return f"{count} {last}"


def past_of(session: Session, number: int) -> Iterator[Past]:
    """Give the decided children of a segment in order of their ids, without what came later."""
    rows = session.execute(
        select(
            ChildOnContact.id,
            Contact.received_at,
            Contact.source_code,
            Person.ethnicity,
            Decision.contact_type,
            Decision.facts,
            Decision.advice,
            Decision.advised_level,
            Decision.advised_route,
            Decision.level,
            Decision.rating,
            Decision.route,
            Decision.ruleset_id.label("ruleset"),
            Decision.ruleset_hash.label("hash"),
        )
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .join(Person, Person.id == ChildOnContact.person_id)
        .join(Decision, Decision.child_id == ChildOnContact.id)
        .where(_within(number), Decision.status == "decided", Contact.state != "cancelled")
        .order_by(ChildOnContact.id, Decision.id)
        .execution_options(yield_per=1000)
    )
    waiting: Past | None = None
    for row in rows:
        past = _past(row)
        if waiting is not None and waiting.key != past.key:
            yield waiting
        waiting = past
    if waiting is not None:
        yield waiting


def _within(number: int) -> ColumnElement[bool]:
    return ChildOnContact.id.between(number * SEGMENT, number * SEGMENT + SEGMENT - 1)


def _past(row: Row[Any]) -> Past:
    then = {name: getattr(row, name) for name in ("rating", "route", "ruleset", "hash")} | {"level": str(row.level)}
    if row.advice is not None:
        adult = row.advice.get("level") is None
        then["advised_level"] = NOT_A_CHILD if adult else str(row.advised_level)
        then |= {"advised_rating": row.advice.get("rating"), "advised_route": row.advised_route}
    return Past(
        key=str(row.id),
        received=row.received_at.astimezone(LONDON).date(),
        facts=row.facts,
        then={name: value for name, value in then.items() if value is not None},
        who=who_of(row.facts or {}, source=row.source_code or "", ethnicity=row.ethnicity, type_=row.contact_type),
    )


def later_of(session: Session, number: int, keys: Sequence[str]) -> dict[int, dict[str, int]]:
    """Give days from receipt until the first of each kind that came later, by the place of the child in `keys`."""
    people = select(ChildOnContact.person_id).where(_within(number))
    rows = session.execute(
        select(ChildOnContact.id, ChildOnContact.person_id, ChildOnContact.level, OutcomeKind.kind, Contact.received_at)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .outerjoin(OutcomeKind, OutcomeKind.outcome == ChildOnContact.route)
        .where(ChildOnContact.person_id.in_(people), Contact.state != "cancelled")
        .order_by(Contact.received_at, ChildOnContact.id)
    ).all()
    told: dict[int, list[tuple[datetime, int, int | None, str | None]]] = {}
    where: dict[int, tuple[int, datetime, int | None]] = {}
    for child_id, person_id, level, kind, received_at in rows:
        told.setdefault(person_id, []).append((received_at, child_id, level, kind))
        where[child_id] = person_id, received_at, level
    begun = _begun(session, people)
    found: dict[int, dict[str, int]] = {}
    for place, key in enumerate(keys):
        person_id, received_at, level = where[int(key)]
        later = _contacts_later(told[person_id], int(key), received_at, level)
        for kind, day in begun.get(person_id, ()):
            days = (day - received_at.astimezone(LONDON).date()).days
            if days > 0:
                later[kind] = min(days, later.get(kind, days))
        if later:
            found[place] = later
    return found


def _contacts_later(
    told: Sequence[tuple[datetime, int, int | None, str | None]], own: int, at: datetime, level: int | None
) -> dict[str, int]:
    later: dict[str, int] = {}
    for received_at, child_id, then, kind in told:
        if received_at <= at or child_id == own:
            continue
        days = (received_at - at).days
        later.setdefault("contact", days)
        if kind in ASSESSED:
            later.setdefault("referral", days)
        if kind == Kind.STRATEGY:
            later.setdefault("strategy_discussion", days)
        if then is not None and level is not None and then > level:
            later.setdefault("worse", days)
    return later


def _begun(session: Session, people: Select[int]) -> Mapping[int, list[tuple[str, date]]]:
    begun: dict[int, list[tuple[str, date]]] = {}
    rows = session.execute(
        select(Episode.person_id, Episode.kind, Episode.started_on).where(
            Episode.kind.in_(EPISODES), Episode.person_id.in_(people)
        )
    )
    for person_id, kind, day in rows:
        begun.setdefault(person_id, []).append((kind, day))
    return begun


def frozen_history(session: Session, catalogue: Catalogue) -> Cohort:
    """Give all frozen history in memory, checked against its hashes: for many versions in turn.

    Raises:
        NotAFrame: If what is kept is not what was frozen.
    """
    kept = _Kept(session)
    return Cohort(list(kept), catalogue, kept.digests, kept.upto)


def streamed_history(session: Session, catalogue: Catalogue) -> Cohort:
    """Give the same history read a segment at a time, on every pass: for one pass over any size in little memory.

    It can be used as long as the session is open. A segment that is not what was frozen raises NotAFrame when it is
    its turn.
    """
    kept = _Kept(session)
    return Cohort(kept, catalogue, kept.digests, kept.upto)


def kept_segments(session: Session) -> Iterator[Row[Any]]:
    """Yield every segment as it is kept, in order: children, first_day, last_day, digest, content."""
    names = ("children", "first_day", "last_day", "digest", "content")
    columns = [getattr(HistorySegment, name) for name in names]
    yield from session.execute(select(*columns).order_by(HistorySegment.number).execution_options(yield_per=8))


class _Kept(Sequence[Frame]):
    """The segments of the database in order, each read when it is asked for."""

    def __init__(self, session: Session) -> None:
        heads = select(HistorySegment.number, HistorySegment.digest, HistorySegment.last_day)
        rows = session.execute(heads.order_by(HistorySegment.number)).all()
        self._session = session
        self._numbers = [row.number for row in rows]
        self.digests = [row.digest for row in rows]
        self.upto = max((row.last_day.isoformat() for row in rows), default=None)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, place: Any) -> Any:
        kept = select(HistorySegment.content).where(HistorySegment.number == self._numbers[place])
        return read_frame(self._session.scalars(kept).one(), self.digests[place])
