"""Children whom a replay moves, most serious first, and what readers thought of each."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.models import MoverReading, User
from mash.queries.replays import frames_of, open_among
from mash.replay.frame import Frame
from mash.replay.rehearse import CAME_BACK_SO_FAR
from mash.rules.bits import set_bits

AT_ONCE = 200
BACK = f"is:{CAME_BACK_SO_FAR}candidate"


def leaves_strongest(frame: Frame, strongest: str) -> int:
    """Return the children who are at the strongest level and would be below it."""
    return frame.where("baseline:level", strongest) & ~frame.where("candidate:level", strongest) & frame.full


def leaving(session: Session, replay: int, strongest: str) -> frozenset[int]:
    """Give every child who would leave the strongest level, whoever may know of them."""
    return frozenset(
        int(frame.keys[place])
        for frame in frames_of(session, replay)
        for place in set_bits(leaves_strongest(frame, strongest))
    )


def came_back(session: Session, replay: int) -> frozenset[int] | None:
    """Give every child whom the draft turns away and the version in force refers, and who came back.

    They came back within 12 months, so far as is known, at a higher level, or to be referred again, or to a strategy
    discussion, a section 47 enquiry or a protection plan. None where the replay was kept before that was told.
    """
    frames = frames_of(session, replay)
    if any(BACK not in frame.columns for frame in frames):
        return None
    return frozenset(int(frame.keys[place]) for frame in frames for place in set_bits(frame.where(BACK, "yes")))


def in_order(session: Session, replay: int, strongest: str) -> Iterator[int]:
    """Yield every child who moves: out of the strongest level, then by what came later, then lower, then the rest."""
    frames, told = frames_of(session, replay), set[int]()
    for rank in range(5):
        for frame in frames:
            for place in set_bits(_ranked(frame, strongest)[rank]):
                if (child := int(frame.keys[place])) not in told:
                    told.add(child)
                    yield child


def _ranked(frame: Frame, strongest: str) -> tuple[int, ...]:
    came_worse, away, lower, moved = (
        frame.where(mark, "yes") for mark in (BACK, "is:turned_away_by_candidate", "is:lower", "is:moved")
    )
    return (leaves_strongest(frame, strongest), came_worse, away, lower, moved)


def next_unread(session: Session, replay: int, strongest: str, reader: int, roles: AbstractSet[str]) -> int | None:
    """Give the first child whom a reader has not read, and whom they may know of; None once all are read."""
    mine = select(MoverReading.child_id).where(MoverReading.replay_id == replay, MoverReading.by_id == reader)
    read = set(session.scalars(mine))
    rest = (child for child in in_order(session, replay, strongest) if child not in read)
    while some := list(islice(rest, AT_ONCE)):
        known = open_among(session, some, roles)
        if first := next((child for child in some if child in known), None):
            return first
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest verdict of one reader on one child."""

    child: int
    by: int
    name: str
    verdict: str
    reason: str


def readings(session: Session, replay: int, child: int | None = None) -> list[Reading]:
    """Give the newest verdict of each reader, on one child or on all, by child and reader."""
    newest = select(func.max(MoverReading.id)).where(MoverReading.replay_id == replay)
    if child is not None:
        newest = newest.where(MoverReading.child_id == child)
    rows = session.execute(
        select(MoverReading.child_id, MoverReading.by_id, User.name, MoverReading.verdict, MoverReading.reason)
        .join(User, User.id == MoverReading.by_id)
        .where(MoverReading.id.in_(newest.group_by(MoverReading.child_id, MoverReading.by_id)))
        .order_by(MoverReading.child_id, MoverReading.by_id)
    )
    return [Reading(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the reading of a replay has come. ``apart`` are children on whom readers disagree."""

    moved: int
    leaving: int
    leaving_read: int
    read: int
    by_two: int
    apart: tuple[int, ...]
    verdicts: dict[str, int]


def agreement(session: Session, replay: int, strongest: str, roles: AbstractSet[str]) -> Agreement:
    """Sum up what was read, and where readers agree; children whom the reader may not know of are not named."""
    said: dict[int, list[str]] = {}
    for one in readings(session, replay):
        said.setdefault(one.child, []).append(one.verdict)
    moved = sum(frame.where("is:moved", "yes").bit_count() for frame in frames_of(session, replay))
    out = leaving(session, replay, strongest)
    apart = [child for child, verdicts in said.items() if len(set(verdicts)) > 1]
    known = open_among(session, apart, roles)
    every = [verdict for verdicts in said.values() for verdict in verdicts]
    return Agreement(
        moved=moved,
        leaving=len(out),
        leaving_read=len(out & said.keys()),
        read=len(said),
        by_two=sum(len(verdicts) > 1 for verdicts in said.values()),
        apart=tuple(child for child in apart if child in known),
        verdicts={verdict: every.count(verdict) for verdict in ("draft", "in_force", "neither")},
    )
