"""The queue: what to do next, in order. RED first, then the soonest due, then the oldest.

Pages go on from the last row shown, never by counting rows, so that the hundredth page costs as little as the first.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from mash.models import Contact, User
from mash.queries.asker import Asker, settled
from mash.queries.children import ChildShown, children_of, contact_numbers, marked
from mash.queries.queue_details import Details, clock_names, hand_over_lines, waiting_lines
from mash.queries.queue_order import EPOCH, Order, order_of
from mash.queries.queue_relatives import Relative, relatives_of
from mash.queries.restricted import open_to
from mash.queries.skipped import skipped_by

PAGE = 50
STARTABLE = ("received", "screened", "rated", "reopened")
TO_HAND_OVER = ("decided", "stepped_down")
VIEWS = ("mine", "unclaimed", "everyone", "waiting", "to-hand-over", "decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a list is narrowed to, in codes, and how it is sorted. Empty narrows nothing; ``none`` is not rated yet.

    Attributes:
        sort: A heading, ``-`` before it for the other way round; empty for the order to do them in.
        named: The codes of all sources in the order of their names, for sorting by where a contact came from.
        references: Only these.
    """

    rating: str = ""
    due: str = ""
    sources: tuple[str, ...] = ()
    type: str = ""
    sort: str = ""
    named: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One contact in a list.

    Attributes:
        claimed_by: Who holds it; empty when nobody does, or when their claim has lapsed.
        nth: Which contact it is in 12 months for the child who came most often.
        related: The other open contacts that it belongs with.
        key: Its place in the order, for going on from here.
    """

    id: int
    reference: str
    state: str
    rating: str | None
    queue_rank: int | None
    due_at: datetime | None
    clock: str
    type: str
    channel: str
    source_code: str
    source: str
    received_at: datetime
    claimed_by_id: int | None
    claimed_by: str
    claimed_at: datetime | None
    decided_at: datetime | None
    children: tuple[ChildShown, ...]
    nth: int
    marker: bool
    details: Details
    related: tuple[Relative, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many contacts each view holds, and of mine, how many are overdue and due today.

    Attributes:
        next_due: When the first is due that nobody holds.
        turns_at: The first moment at which time alone changes any of this: something falls due, or a claim lapses.
    """

    by_view: Mapping[str, int]
    overdue: int = 0
    due_today: int = 0
    next_due: datetime | None = None
    turns_at: datetime = EPOCH


def _free(asker: Asker) -> ColumnElement[bool]:
    lapsed = or_(Contact.claimed_at.is_(None), Contact.claimed_at <= asker.free_since)
    return and_(Contact.state.in_(STARTABLE), or_(Contact.claimed_by_id.is_(None), lapsed))


def _kept(view: str, asker: Asker) -> tuple[ColumnElement[bool], ...]:
    """Say which contacts a view holds. Each begins with what an index finds."""
    in_queue = Contact.queue_rank >= 0
    others = or_(Contact.claimed_by_id.is_(None), Contact.claimed_by_id != asker.user_id)
    return {
        "mine": (Contact.claimed_by_id == asker.user_id, in_queue),
        "unclaimed": (in_queue, _free(asker), others),
        "everyone": (in_queue,),
        "waiting": (Contact.state == "waiting_for_information", in_queue),
        "to-hand-over": (Contact.state.in_(TO_HAND_OVER),),
        "decided": (Contact.decided_at >= asker.day_starts,),
    }[view]


def _narrowing(by: Narrowed, asker: Asker) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if by.rating:
        found.append(Contact.rating.is_(None) if by.rating == "none" else Contact.rating == by.rating)
    if by.type:
        found.append(Contact.type_at_receipt == by.type)
    if by.references:
        found.append(Contact.reference.in_(by.references))
    if by.sources:
        found.append(Contact.source_code.in_(by.sources))
    if by.due == "overdue":
        found.append(Contact.due_at < asker.at)
    elif by.due == "today":
        found.append(and_(Contact.due_at >= asker.at, Contact.due_at < asker.day_ends))
    elif by.due == "later":
        found.append(Contact.due_at >= asker.day_ends)
    return found


_COLUMNS = (
    Contact.id,
    Contact.reference,
    Contact.state,
    Contact.rating,
    Contact.queue_rank,
    Contact.due_at,
    Contact.type_at_receipt.label("type"),
    Contact.channel,
    Contact.source_code,
    Contact.source_given,
    Contact.source_agency,
    Contact.received_at,
    Contact.claimed_by_id,
    Contact.claimed_at,
    Contact.decided_at,
    Contact.address_id,
    User.name.label("holder"),
)


def queue_statement(
    view: str, asker: Asker, by: Narrowed, after: tuple[int, ...] | None, *, limit: int = PAGE + 1
) -> Select[*tuple[Any, ...]]:
    """Select one page of a view, in order, from after a place in it."""
    order = order_of(view, by.sort, by.named)
    places: list[Any] = [column.label(f"place{at}") for at, column in enumerate(order.columns)]
    statement = (
        select(*_COLUMNS, *places)
        .outerjoin(User, User.id == Contact.claimed_by_id)
        .where(*_kept(view, asker), open_to(asker.roles), *_narrowing(by, asker))
        .order_by(*(column.desc() if order.falling else column for column in order.columns))
        .limit(limit)
    )
    if after is None or len(after) != len(order.columns):
        return statement
    place, here = tuple_(*order.columns), order.place(after)
    return statement.where(place < here if order.falling else place > here)


def queue_page(
    session: Session, view: str, asker: Asker, by: Narrowed | None = None, after: tuple[int, ...] | None = None
) -> tuple[Sequence[QueueRow], bool]:
    """Give one page of a view, and whether there is more after it."""
    by = by or Narrowed()
    asker = settled(session, asker)
    found = session.execute(queue_statement(view, asker, by, after)).all()
    rows, ids = found[:PAGE], [row.id for row in found[:PAGE]]
    children = children_of(session, ids, roles=asker.roles)
    done = view in {"to-hand-over", "decided"}
    beside = Beside(
        order=order_of(view, by.sort, by.named),
        children=children,
        nth=contact_numbers(session, {row.id: row.received_at for row in rows}, children, roles=asker.roles),
        risky=marked(session, ids),
        clocks=clock_names(session, ids),
        details=hand_over_lines(session, children) if done else waiting_lines(session, ids),
        related={} if done else relatives_of(session, rows, roles=asker.roles),
    )
    return [_row(row, asker, beside) for row in rows], len(found) > PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a page of a list shows beside its rows, by contact."""

    order: Order
    children: Mapping[int, tuple[ChildShown, ...]]
    nth: Mapping[int, int]
    risky: AbstractSet[int]
    clocks: Mapping[int, str]
    details: Mapping[int, Details]
    related: Mapping[int, tuple[Relative, ...]]


def _row(row: Any, asker: Asker, beside: Beside) -> QueueRow:
    held = row.claimed_at is not None and (row.claimed_by_id == asker.user_id or row.claimed_at > asker.free_since)
    return QueueRow(
        id=row.id,
        reference=row.reference,
        state=row.state,
        rating=row.rating,
        queue_rank=row.queue_rank,
        due_at=row.due_at,
        clock=beside.clocks.get(row.id, ""),
        type=row.type,
        channel=row.channel,
        source_code=row.source_code,
        source=row.source_agency or row.source_given,
        received_at=row.received_at,
        claimed_by_id=row.claimed_by_id if held else None,
        claimed_by=(row.holder or "") if held else "",
        claimed_at=row.claimed_at if held else None,
        decided_at=row.decided_at,
        children=beside.children.get(row.id, ()),
        nth=beside.nth[row.id],
        marker=row.id in beside.risky,
        details=beside.details.get(row.id, Details()),
        related=beside.related.get(row.id, ()),
        key=beside.order.number(row),
    )


def counts_statement(asker: Asker) -> Select[*tuple[Any, ...]]:
    """Count every view of open work in one pass over the open rows."""
    mine = Contact.claimed_by_id == asker.user_id
    ours = Contact.queue_rank >= 0
    free = and_(*_kept("unclaimed", asker))
    return select(
        func.count().label("everyone"),
        func.count().filter(mine).label("mine"),
        func.count().filter(free).label("unclaimed"),
        func.count().filter(Contact.state == "waiting_for_information").label("waiting"),
        func.count().filter(mine, Contact.due_at < asker.at).label("overdue"),
        func.count().filter(mine, Contact.due_at >= asker.at, Contact.due_at < asker.day_ends).label("due_today"),
        func.min(Contact.due_at).filter(free).label("next_due"),
        func.min(Contact.due_at).filter(Contact.due_at >= asker.at).label("falls_due"),
        func.min(Contact.claimed_at).filter(Contact.claimed_at > asker.free_since).label("held_since"),
    ).where(ours, open_to(asker.roles))


def queue_counts(session: Session, asker: Asker) -> Counts:
    """Count what each view holds."""
    asker = settled(session, asker)
    row = session.execute(counts_statement(asker)).one()
    ended = {
        view: session.scalar(select(func.count()).select_from(Contact).where(*_kept(view, asker), open_to(asker.roles)))
        for view in ("to-hand-over", "decided")
    }
    lapses = row.held_since + (asker.at - asker.free_since) if row.held_since else asker.day_ends
    open_views = {view: getattr(row, view) for view in ("mine", "unclaimed", "everyone", "waiting")}
    return Counts(
        by_view=open_views | {view: number or 0 for view, number in ended.items()},
        overdue=row.overdue,
        due_today=row.due_today,
        next_due=row.next_due,
        turns_at=min(row.falls_due or asker.day_ends, lapses, asker.day_ends),
    )


def next_reference_up(session: Session, asker: Asker) -> str:
    """Name the contact that "start next" would open now, what the asker skipped lately last; empty for none."""
    asker = settled(session, asker)
    up, skipped = queue_statement("unclaimed", asker, Narrowed(), None, limit=1), skipped_by(asker.user_id, asker.at)
    found = session.execute(up.where(~skipped)).first() or session.execute(up).first()
    return found.reference if found else ""


def came_since(session: Session, asker: Asker, since: datetime) -> int:
    """Count the open contacts that were entered after a moment."""
    newer = select(func.count()).where(Contact.queue_rank >= 0, Contact.entered_at > since, open_to(asker.roles))
    return session.scalar(newer) or 0
