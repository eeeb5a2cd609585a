"""The red board: each contact in one part only, by what it needs, the longest waiting first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.models import Clock, Contact, Rating, RedTurn
from mash.queries.boards import awaiting_a_manager, red_board
from mash.queries.hand_overs import offers
from mash.queries.red_today import last_red_closed, red_today
from tests.factories import MONDAY, a_clock, a_contact, a_decision
from tests.queries.test_queue import offer

ROLES = frozenset({"manager"})
DAY = MONDAY.replace(hour=0)


def red(session: Session, reference: str, *, rated: datetime | None = None, **told: Any) -> Contact:
    """Add an open red contact; with ``rated``, one that no manager has taken up since then."""
    defaults: dict[str, Any] = {"queue_rank": 0, "due_at": MONDAY}
    contact = a_contact(session, reference=reference, rating="red", **(defaults | told))
    if rated:
        a_clock(session, contact, "red-acknowledge", started_at=rated, due_at=rated + timedelta(minutes=30))
    return contact


def test_each_contact_stands_where_it_needs_something(session: Session, actor: Callable[[str], Actor]) -> None:
    by = actor("practitioner")
    red(session, "waits less", rated=MONDAY - timedelta(minutes=5))
    red(session, "waits longest", rated=MONDAY - timedelta(minutes=50), state="with_manager")
    red(session, "worked", state="rated")
    red(session, "red, recommended", state="with_manager")
    amber = a_contact(session, reference="amber, recommended", rating="amber", state="with_manager", due_at=MONDAY)
    a_decision(session, amber.children[0], by, status="recommended", decided_by_id=None, recommended_by_id=by.user_id)
    red(session, "agreed", state="decided", decided_at=MONDAY).queue_rank = None
    red(session, "over", state="closed").queue_rank = None
    session.flush()
    board = red_board(session, roles=ROLES)
    assert [row.reference for row in board.needs_manager] == ["waits longest", "waits less"]
    assert {row.reference for row in board.with_manager} == {"red, recommended", "amber, recommended"}
    assert [row.reference for row in board.being_worked] == ["worked"]
    assert [row.reference for row in board.to_hand_over] == ["agreed"]
    assert board.open == 5
    assert set(awaiting_a_manager(session, roles=ROLES)) == {"waits longest", "waits less"}


def test_a_row_says_who_rated_it_why_and_what_is_recommended(session: Session, actor: Callable[[str], Actor]) -> None:
    by = actor("practitioner")
    contact = red(session, "one", rated=MONDAY, state="with_manager")
    child = contact.children[0]
    for reason in ("Bruise", "Bruise on a baby who cannot move"):
        session.add(Rating(child_id=child.id, value="red", reason=reason, by_id=by.user_id, at=MONDAY))
    told = {"status": "recommended", "decided_by_id": None, "recommended_by_id": by.user_id, "sign_off": ["Rated red."]}
    a_decision(session, child, by, route="strategy_discussion", level=4, **told)
    a_decision(session, child, by, status="returned")
    row = red_board(session, roles=ROLES).needs_manager[0]
    assert (row.why, row.rated_by, row.waiting_since) == ("Bruise on a baby who cannot move", by.name, MONDAY)
    assert [(each.route, each.level, each.by, each.sign_off) for each in row.recommended] == [
        ("strategy_discussion", 4, by.name, ("Rated red.",))
    ]


def test_whoever_took_a_red_up_is_named(session: Session, actor: Callable[[str], Actor]) -> None:
    manager = actor("manager")
    contact = red(session, "one")
    for kind, hours in (("taken", 0), ("given", 1), ("undone", 2)):
        at = MONDAY + timedelta(hours=hours)
        session.add(RedTurn(contact_id=contact.id, kind=kind, by_id=manager.user_id, to_id=manager.user_id, at=at))
    session.flush()
    hold = red_board(session, roles=ROLES).being_worked[0].hold
    assert (hold.has and hold.has.by, hold.has and hold.has.at, hold.given) == (manager.name, MONDAY, None)


def test_the_board_tells_nothing_of_a_restricted_contact_to_who_may_not_know_of_it(session: Session) -> None:
    red(session, "restricted", rated=MONDAY, restricted=True)
    board = red_board(session, roles=frozenset({"practitioner"}))
    assert (board.open, board.needs_manager) == (0, [])
    assert awaiting_a_manager(session, roles=frozenset({"practitioner"})) == []


def test_today_counts_the_waits_that_ended_today_and_those_in_time(
    session: Session, actor: Callable[[str], Actor]
) -> None:
    manager = actor("manager")
    for minutes in (10, 30, 31):
        contact = red(session, f"{minutes}", rated=MONDAY)
        stopped = MONDAY + timedelta(minutes=minutes)
        a_clock(
            session,
            contact,
            "red-acknowledge",
            started_at=MONDAY - timedelta(days=9),
            stopped_at=MONDAY - timedelta(days=9),
        )
        _stop(session, contact, stopped)
        record_event(session, kind="oversight.acknowledged", at=stopped, by=manager, contact_id=contact.id)
    yesterday = red(session, "yesterday", rated=DAY - timedelta(hours=2))
    _stop(session, yesterday, DAY - timedelta(hours=1))
    record_event(
        session, kind="oversight.acknowledged", at=DAY - timedelta(hours=1), by=manager, contact_id=yesterday.id
    )
    found = red_today(session, roles=ROLES, day_starts=DAY)
    assert (found.taken_up, found.in_time, found.median_minutes) == (3, 2, 30)
    assert found.limit == timedelta(minutes=30)


def _stop(session: Session, contact: Contact, at: datetime) -> None:
    running = Clock.contact_id == contact.id, Clock.stopped_at.is_(None)
    session.execute(update(Clock).where(*running).values(stopped_at=at))


def test_a_contact_lowered_from_red_today_is_named_with_the_reason(
    session: Session, actor: Callable[[str], Actor]
) -> None:
    contact = a_contact(session, reference="lowered", rating="amber")
    for was, now in (("amber", "red"), ("red", "amber")):
        said = {"child": 1, "from": was, "to": now, "reason": f"Now {now}"}
        record_event(session, kind="child.rated", at=MONDAY, by=actor("manager"), contact_id=contact.id, data=said)
    assert red_today(session, roles=ROLES, day_starts=DAY).lowered == [("lowered", "Now amber")]


def test_with_nothing_open_the_last_red_that_closed_is_known(session: Session) -> None:
    assert last_red_closed(session, roles=ROLES) is None
    red(session, "earlier", state="closed", decided_at=MONDAY, closed_at=MONDAY)
    a_contact(session, rating="green", decided_at=MONDAY, closed_at=MONDAY + timedelta(hours=2))
    assert last_red_closed(session, roles=ROLES) == MONDAY


def test_a_team_sees_what_is_offered_to_it_with_the_reason_of_the_decision(
    session: Session, actor: Callable[[str], Actor]
) -> None:
    by = actor("practitioner")
    contact = a_contact(session, reference="one", state="decided")
    child = contact.children[0]
    a_decision(session, child, by, reason="An earlier reason", status="replaced")
    a_decision(session, child, by, reason="Neglect over months", agreement_status="given_verbally")
    offer(session, child, "offered")
    offer(session, a_contact(session, state="decided").children[0], "declined")
    found = offers(session, team="Early help hub", roles=frozenset())
    assert [(each.reference, each.reason, each.decided_by, each.agreement) for each in found] == [
        ("one", "Neglect over months", by.name, "given_verbally")
    ]
    assert offers(session, team="Assessment team", roles=frozenset()) == []


def test_a_child_offered_twice_is_listed_once(session: Session) -> None:
    contact = a_contact(session, state="decided")
    for _ in range(2):
        offer(session, contact.children[0], "offered")
    assert len(offers(session, team="Early help hub", roles=frozenset())) == 1
