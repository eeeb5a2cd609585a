"""The queue as people are to find it: in order, without gaps, and with nothing in it that they may not know of."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.models import ChildOnContact, Contact, HandOver, InformationRequest, Marker
from mash.queries.asker import Asker
from mash.queries.queue import PAGE, Narrowed, next_reference_up, queue_counts, queue_page
from tests.factories import MONDAY, a_child, a_clock, a_contact, an_adult


@pytest.fixture
def who(actor: Callable[[str], Actor]) -> Asker:
    return asker(actor("practitioner"))


def asker(by: Actor, at: datetime = MONDAY) -> Asker:
    starts = at.replace(hour=0)
    return Asker(user_id=by.user_id or 0, roles=by.roles, at=at, day_starts=starts, day_ends=starts + timedelta(days=1))


def waiting(session: Session, reference: str, hours: float, queue_rank: int | None = 1, **told: Any) -> Contact:
    """Add a contact due so many hours from the suite's Monday morning; with no rank it is no longer in the queue."""
    contact = a_contact(session, reference=reference, due_at=MONDAY + timedelta(hours=hours), **told)
    contact.queue_rank = queue_rank
    session.flush()
    return contact


def references(session: Session, view: str, who: Asker, **narrowed: Any) -> list[str]:
    rows, _ = queue_page(session, view, who, Narrowed(**narrowed))
    return [row.reference for row in rows]


def test_red_comes_first_then_the_soonest_due_then_the_oldest(session: Session, who: Asker) -> None:
    waiting(session, "soon", 1)
    waiting(session, "red, due late", 9, queue_rank=0, rating="red")
    waiting(session, "red, due soon", 2, queue_rank=0, rating="red")
    waiting(session, "soon too", 1)
    waiting(session, "overdue", -3)
    waiting(session, "closed", 1, state="closed", queue_rank=None)
    assert references(session, "everyone", who) == ["red, due soon", "red, due late", "overdue", "soon", "soon too"]


def test_each_view_holds_what_it_says(session: Session, who: Asker, actor: Callable[[str], Actor]) -> None:
    me, other = who.user_id, actor("manager").user_id
    lately, long_ago = MONDAY - timedelta(minutes=14), MONDAY - timedelta(minutes=16)
    waiting(session, "mine", 1, claimed_by_id=me, claimed_at=long_ago)
    waiting(session, "theirs", 2, claimed_by_id=other, claimed_at=lately)
    waiting(session, "lapsed", 3, claimed_by_id=other, claimed_at=long_ago)
    waiting(session, "free", 4)
    waiting(session, "asked", 5, state="waiting_for_information")
    waiting(session, "decided", 6, None, state="decided", decided_at=MONDAY)
    waiting(session, "closed today", 7, None, state="closed", decided_at=MONDAY)
    waiting(session, "closed before", 8, state="closed", queue_rank=None, decided_at=MONDAY - timedelta(days=1))
    held = {view: references(session, view, who) for view in queue_counts(session, who).by_view}
    assert held == {
        "mine": ["mine"],
        "unclaimed": ["lapsed", "free"],
        "everyone": ["mine", "theirs", "lapsed", "free", "asked"],
        "waiting": ["asked"],
        "to-hand-over": ["decided"],
        "decided": ["closed today", "decided"],
    }
    assert queue_counts(session, who).by_view == {view: len(rows) for view, rows in held.items()}
    assert next_reference_up(session, who) == "lapsed"


def test_what_is_overdue_and_due_later_today_is_counted_for_me(session: Session, who: Asker) -> None:
    for name, hours in (("late", -1), ("now", 0), ("today", 5), ("tomorrow", 20)):
        waiting(session, name, hours, claimed_by_id=who.user_id, claimed_at=MONDAY)
    waiting(session, "not mine", -1)
    counts = queue_counts(session, who)
    assert (counts.overdue, counts.due_today) == (1, 2)
    assert counts.next_due == MONDAY - timedelta(hours=1)


def test_pages_go_on_from_the_last_row_without_gap_or_repeat(session: Session, who: Asker) -> None:
    for number in range(PAGE + 7):
        waiting(session, f"C-{number:03}", number // 3, queue_rank=number % 2)
    everything = [row.reference for row in queue_page(session, "everyone", who)[0]]
    first, more = queue_page(session, "everyone", who)
    second, still_more = queue_page(session, "everyone", who, after=first[-1].key)
    assert (len(first), more, len(second), still_more) == (PAGE, True, 7, False)
    assert len({*everything, *(row.reference for row in second)}) == PAGE + 7
    assert first[-1].key < second[0].key


def test_decided_today_goes_on_backwards(session: Session, who: Asker) -> None:
    for number in range(PAGE + 2):
        waiting(
            session, f"C-{number:03}", 1, state="closed", queue_rank=None, decided_at=MONDAY + timedelta(minutes=number)
        )
    first, _ = queue_page(session, "decided", who)
    second, _ = queue_page(session, "decided", who, after=first[-1].key)
    assert [row.reference for row in (*first[:1], *second)] == ["C-051", "C-001", "C-000"]


def test_filters_narrow_by_code(session: Session, who: Asker) -> None:
    waiting(session, "police", 1, source_code="6", rating="amber", type_at_receipt="notification")
    waiting(session, "school", 30, source_code="2A", rating=None)
    waiting(session, "late", -1, source_code="2A", rating="green")
    assert references(session, "everyone", who, sources=("6",)) == ["police"]
    assert references(session, "everyone", who, rating="none") == ["school"]
    assert references(session, "everyone", who, rating="green") == ["late"]
    assert references(session, "everyone", who, type="notification") == ["police"]
    assert [references(session, "everyone", who, due=due) for due in ("overdue", "today", "later")] == [
        ["late"],
        ["police"],
        ["school"],
    ]


def test_a_restricted_contact_is_not_there_for_who_may_not_know_of_it(
    session: Session, who: Asker, actor: Callable[[str], Actor]
) -> None:
    waiting(session, "restricted", 1, restricted=True)
    assert references(session, "everyone", who) == []
    assert queue_counts(session, who).by_view["everyone"] == 0
    assert next_reference_up(session, who) == ""
    manager = asker(actor("manager"))
    assert references(session, "everyone", manager) == ["restricted"]
    assert queue_counts(session, manager).by_view["everyone"] == 1


def test_a_restricted_child_is_there_without_a_name(
    session: Session, who: Asker, actor: Callable[[str], Actor]
) -> None:
    waiting(session, "one", 1, children=(a_child(session, "Jordan", "Ames", restricted=True),))
    assert queue_page(session, "everyone", who)[0][0].children[0].full_name == "Restricted record"
    assert queue_page(session, "everyone", asker(actor("manager")))[0][0].children[0].full_name == "Jordan Ames"


def test_children_are_shown_in_order_unborn_and_unnamed_too(session: Session, who: Asker) -> None:
    due = date(2026, 7, 1)
    children = (
        a_child(session, "Jordan", "Ames"),
        a_child(session, "", "Ames", unborn=True, date_of_birth=None, due_date=due),
        a_child(session, "", "", descriptor="Boy at number 14", date_of_birth=None, estimated_age=6),
        a_child(session, "", "", date_of_birth=None),
    )
    waiting(session, "one", 1, children=children)
    row = queue_page(session, "everyone", who)[0][0]
    assert [child.name for child in row.children] == ["Jordan A", "Baby A", "Boy at number 14", "Unnamed child"]
    assert row.children[1].due_date == due


def test_the_number_of_contacts_is_the_most_for_any_child_in_twelve_months(session: Session, who: Asker) -> None:
    often, new = a_child(session), a_child(session)
    for days, state in ((400, "closed"), (300, "closed"), (200, "closed"), (100, "cancelled"), (0, "closed")):
        received = MONDAY - timedelta(days=days)
        waiting(session, f"{days}", 1, None, children=(often,), received_at=received, state=state)
    waiting(session, "third", 1, children=(new, often), received_at=MONDAY - timedelta(days=1))
    assert [row.nth for row in queue_page(session, "everyone", who)[0]] == [3]


def test_a_marker_shows_while_it_runs_on_any_child_or_adult(
    session: Session, who: Asker, actor: Callable[[str], Actor]
) -> None:
    by = actor("manager").user_id
    for name, ended in (("running", None), ("ended", MONDAY)):
        adult = an_adult(session)
        told = {"reason": "Violence", "by_id": by, "made_at": MONDAY, "review_on": date(2027, 1, 1), "ended_at": ended}
        session.add(Marker(person_id=adult.id, **told))
        waiting(session, name, 1, adults=(adult,))
    assert {row.reference: row.marker for row in queue_page(session, "everyone", who)[0]} == {
        "running": True,
        "ended": False,
    }


def test_the_clock_named_is_the_one_that_runs_out_first(session: Session, who: Asker) -> None:
    contact = waiting(session, "one", 1)
    a_clock(session, contact, "social-care", due_at=MONDAY + timedelta(days=1))
    a_clock(session, contact, "red", due_at=MONDAY + timedelta(hours=1))
    a_clock(session, contact, "acknowledge", due_at=MONDAY)
    a_clock(session, contact, "early-help", due_at=MONDAY, stopped_at=MONDAY)
    assert queue_page(session, "everyone", who)[0][0].clock == "red"


def test_who_has_not_answered_is_named_until_they_do(session: Session, who: Asker) -> None:
    contact = waiting(session, "one", 1, state="waiting_for_information")
    for agency, replied in (("School", None), ("Police", MONDAY)):
        told = {"asked_by_id": who.user_id, "sent_at": MONDAY, "due_at": MONDAY, "replied_at": replied}
        session.add(InformationRequest(contact_id=contact.id, agency=agency, questions="What is known?", **told))
    session.flush()
    assert queue_page(session, "waiting", who)[0][0].details.waiting_for == (("School", MONDAY),)


def test_hand_overs_that_are_the_same_are_said_once(session: Session, who: Asker) -> None:
    children = tuple(a_child(session, name) for name in ("Ada", "Bea", "Cat"))
    contact = waiting(session, "one", 1, children=children, state="decided", queue_rank=None, decided_at=MONDAY)
    for child in contact.children:
        child.outcome = "early_help"
        offer(session, child, "declined" if child.position == 3 else "offered")
    found = queue_page(session, "to-hand-over", who)[0][0].details.hand_overs
    assert [(each.children, each.state, each.reason) for each in found] == [
        (("Ada S", "Bea S"), "offered", ""),
        (("Cat S",), "declined", "Known elsewhere"),
    ]


def offer(session: Session, child: ChildOnContact, state: str) -> None:
    reason = "Known elsewhere" if state == "declined" else ""
    told = {"route": "early_help", "to_team": "Early help hub", "offered_at": MONDAY, "state": state, "reason": reason}
    session.add(HandOver(child_id=child.id, **told))
    child.hand_over = state
    session.flush()
