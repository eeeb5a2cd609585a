"""The red board: what needs a manager now, what waits for one, what is being worked, what is to be handed over."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from mash.models import Clock, Contact, Decision, Rating, User
from mash.queries.children import ChildShown, children_of
from mash.queries.red_turns import NOBODY, Hold, Told, holds, told_of
from mash.queries.restricted import open_to

TO_HAND_OVER = ("decided", "stepped_down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """What is recommended for one child, by whom, and why it came to a manager. ``level`` as it would stand."""

    child: ChildShown
    route: str
    level: int
    reason: str
    by: str
    at: datetime | None
    sign_off: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One contact on the board.

    Attributes:
        rated_by, rated_at, why: The newest rating of a red child; empty where there is none.
        waiting_since: When the wait for a manager began; None once one has taken it up.
        hold: Who has it.
        told: Who was told that it waits.
    """

    id: int
    reference: str
    version: int
    state: str
    rating: str | None
    due_at: datetime | None
    decided_at: datetime | None
    source_code: str
    source: str
    danger_now: bool | None
    children: tuple[ChildShown, ...]
    rated_by: str = ""
    rated_at: datetime | None = None
    why: str = ""
    waiting_since: datetime | None = None
    hold: Hold = NOBODY
    told: tuple[Told, ...] = ()
    recommended: tuple[Recommended, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The board in its parts; no contact is in two of them."""

    needs_manager: Sequence[BoardRow]
    with_manager: Sequence[BoardRow]
    being_worked: Sequence[BoardRow]
    with_night_team: Sequence[BoardRow]
    to_hand_over: Sequence[BoardRow]

    @property
    def rows(self) -> Sequence[BoardRow]:
        """Every contact on the board."""
        return [
            *self.needs_manager,
            *self.with_manager,
            *self.being_worked,
            *self.with_night_team,
            *self.to_hand_over,
        ]

    @property
    def open(self) -> int:
        """How many red contacts are not finished with."""
        return sum(row.rating == "red" for row in self.rows)


_COLUMNS = (
    Contact.id,
    Contact.reference,
    Contact.version,
    Contact.state,
    Contact.rating,
    Contact.due_at,
    Contact.decided_at,
    Contact.source_code,
    Contact.source_given,
    Contact.source_agency,
    Contact.danger_now,
)


def red_statement(roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select the open red contacts, the oldest due first."""
    return (
        select(*_COLUMNS)
        .where(Contact.queue_rank == 0, open_to(roles))
        .order_by(Contact.queue_rank, Contact.due_at, Contact.id)
    )


def with_manager_statement(roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select what was recommended to a manager, whatever its rating."""
    return (
        select(*_COLUMNS)
        .where(Contact.state == "with_manager", open_to(roles))
        .order_by(Contact.queue_rank, Contact.due_at, Contact.id)
    )


def to_hand_over_statement(roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select the red contacts that are decided and not yet handed over, the oldest decision first."""
    return (
        select(*_COLUMNS)
        .where(Contact.state.in_(TO_HAND_OVER), Contact.rating == "red", open_to(roles))
        .order_by(Contact.decided_at, Contact.id)
    )


def red_board(session: Session, *, roles: AbstractSet[str]) -> Board:
    """Give the whole board, each part the longest waiting first."""
    red = session.execute(red_statement(roles)).all()
    recommended = session.execute(with_manager_statement(roles)).all()
    decided = session.execute(to_hand_over_statement(roles)).all()
    rows = _shown(session, {row.id: row for row in (*red, *recommended, *decided)}, roles)
    waiting = sorted((rows[row.id] for row in red if rows[row.id].waiting_since), key=_waited)
    first = {row.id for row in waiting}
    night = [row for row in rows.values() if row.hold.with_night_team and row.id not in first]
    away = first | {row.id for row in night}
    second = [rows[row.id] for row in recommended if row.id not in away]
    seen = away | {row.id for row in second}
    return Board(
        needs_manager=waiting,
        with_manager=second,
        being_worked=[rows[row.id] for row in red if row.id not in seen],
        with_night_team=night,
        to_hand_over=[rows[row.id] for row in decided if row.id not in seen],
    )


def awaiting_a_manager(session: Session, *, roles: AbstractSet[str]) -> Sequence[str]:
    """Name the red contacts that no manager has taken up."""
    waits = exists().where(Clock.contact_id == Contact.id, Clock.name == "red-acknowledge", Clock.stopped_at.is_(None))
    return session.scalars(
        select(Contact.reference)
        .where(Contact.queue_rank == 0, waits, open_to(roles))
        .order_by(Contact.queue_rank, Contact.due_at, Contact.id)
    ).all()


def _waited(row: BoardRow) -> tuple[datetime | None, int]:
    return (row.waiting_since, row.id)


def _shown(session: Session, found: Mapping[int, Any], roles: AbstractSet[str]) -> Mapping[int, BoardRow]:
    ids = tuple(found)
    children = children_of(session, ids, roles=roles)
    rated = _ratings(session, children)
    waiting = _waiting(session, ids)
    held, told = holds(session, ids), told_of(session, ids)
    recommended = _recommended(session, children)
    return {
        row.id: BoardRow(
            id=row.id,
            reference=row.reference,
            version=row.version,
            state=row.state,
            rating=row.rating,
            due_at=row.due_at,
            decided_at=row.decided_at,
            source_code=row.source_code,
            source=row.source_agency or row.source_given,
            danger_now=row.danger_now,
            children=children.get(row.id, ()),
            **rated.get(row.id, {}),
            waiting_since=waiting.get(row.id),
            hold=held.get(row.id, NOBODY),
            told=told.get(row.id, ()),
            recommended=recommended.get(row.id, ()),
        )
        for row in found.values()
    }


def _contact_of(children: Mapping[int, tuple[ChildShown, ...]]) -> dict[int, int]:
    return {child.id: contact_id for contact_id, shown in children.items() for child in shown}


def _ratings(session: Session, children: Mapping[int, tuple[ChildShown, ...]]) -> dict[int, dict[str, Any]]:
    """Give who set the newest red rating on each contact, when, and why."""
    of = _contact_of(children)
    rows = session.execute(
        select(Rating.child_id, Rating.reason, Rating.at, User.name)
        .outerjoin(User, User.id == Rating.by_id)
        .where(Rating.child_id.in_(tuple(of)), Rating.value == "red", Rating.proposed.is_(False))
        .order_by(Rating.id)
    )
    return {of[row.child_id]: {"rated_by": row.name or "", "rated_at": row.at, "why": row.reason} for row in rows}


def _waiting(session: Session, ids: Iterable[int]) -> dict[int, datetime]:
    """Give since when each contact has waited for a manager to take it up."""
    rows = session.execute(
        select(Clock.contact_id, Clock.started_at)
        .where(Clock.contact_id.in_(tuple(ids)), Clock.name == "red-acknowledge", Clock.stopped_at.is_(None))
        .order_by(Clock.contact_id, Clock.started_at.desc())
    )
    return {row.contact_id: row.started_at for row in rows}


def _recommended(
    session: Session, children: Mapping[int, tuple[ChildShown, ...]]
) -> dict[int, tuple[Recommended, ...]]:
    of = _contact_of(children)
    shown = {child.id: child for every in children.values() for child in every}
    rows = session.execute(
        select(Decision, User.name)
        .outerjoin(User, User.id == Decision.recommended_by_id)
        .where(Decision.child_id.in_(tuple(of)), Decision.status == "recommended")
        .order_by(Decision.child_id, Decision.id)
    )
    found: dict[int, list[Recommended]] = {}
    for decision, by in rows:
        found.setdefault(of[decision.child_id], []).append(
            Recommended(
                child=shown[decision.child_id],
                route=decision.route,
                level=decision.level,
                reason=decision.reason,
                by=by or "",
                at=decision.recommended_at,
                sign_off=tuple(decision.sign_off),
            )
        )
    return {contact_id: tuple(made) for contact_id, made in found.items()}
