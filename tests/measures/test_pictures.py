"""Every number of every picture equals what a slow reader in plain Python says, and its list has as many rows."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import true
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.measures.acceptance import times_to_acceptance
from mash.measures.come_backs import CAME_BACK, RE_REFERRALS
from mash.measures.figures import year_on_year
from mash.measures.national import national
from mash.measures.picture_rows import CONVERSION
from mash.measures.pictures import WHOLE, Asked, Picture, behind, tally
from mash.models import Contact, Episode, HandOver
from tests.factories import a_child, a_contact
from tests.measures.picture_histories import (
    BEGINS,
    FIRST,
    LAST,
    NOW,
    PICTURES,
    SIGNS,
    Counted,
    Said,
    Told,
    slowly,
    told,
    write,
)
from tests.measures.test_counting import undone


def asked() -> Asked:
    return Asked(FIRST, LAST, NOW, {**SIGNS, "other": ("em-low-mood",)})


def counted(session: Session, picture: Picture) -> Counted:
    return Counter(
        {(row.group, name): n for row in tally(session, picture, asked()) for name, n in row.numbers.items()}
    )


CHILD = Said(0, "child_and_family_assessment", None, None, ())
AFTER_A_YEAR = [
    Told(0, 24, "6", cancelled=False, incident=False, children=(CHILD,)),  # decided on 27 February 2023, 11:30pm
    Told(366 * 1440, 24, "6", cancelled=False, incident=False, children=(CHILD,)),  # on 28 February 2024
    Told(367 * 1440, 24, "6", cancelled=False, incident=False, children=(CHILD,)),  # on 29 February 2024
    Told(1440, 24, "6", cancelled=False, incident=False, children=(CHILD,)),  # on 28 February 2023
]


CLOSED = Said(0, "no_further_action", None, None, ())
TO_THE_DAY = [
    Told(days * 1440, 0, "6", cancelled=False, incident=False, children=(replace(CLOSED, who=who),))
    for who, days in ((0, 0), (0, 28), (1, 0), (1, 90), (2, 0), (2, 365))
]


@settings(max_examples=20)
@given(history=st.lists(told, min_size=1, max_size=7), fold_after=st.integers(0, 7), opened=st.sampled_from(PICTURES))
@example(history=AFTER_A_YEAR, fold_after=2, opened=RE_REFERRALS)
@example(history=TO_THE_DAY, fold_after=0, opened=CAME_BACK)
def test_every_number_is_what_a_slow_reader_says_and_opens_as_many(
    session: Session, history: list[Told], fold_after: int, opened: Picture
) -> None:
    with undone(session):
        write(session, history, [a_child(session) for _ in range(4)], fold_after)
        expected = slowly(history)
        for picture in PICTURES:
            assert +counted(session, picture) == +expected[picture.id], picture.id
        for (group, name), number in expected[opened.id].items():
            rows, hidden = behind(session, opened, asked(), name, group, visible=true(), limit=1000, offset=0)
            assert (len(rows), hidden) == (number, 0), (opened.id, name)


def test_a_referral_told_of_elsewhere_counts_once_and_is_listed_without_a_contact(session: Session) -> None:
    child = a_child(session)
    for number, day in enumerate((date(2023, 3, 1), date(2024, 2, 29), date(2025, 3, 1))):
        session.add(Episode(key=f"R{number}", person_id=child.id, kind="referral", started_on=day, made_at=NOW))
    session.flush()
    during = Asked(date(2023, 1, 1), date(2025, 12, 31), NOW)
    rows = tally(session, RE_REFERRALS, during)
    assert [(row.group, row.numbers["again"]) for row in rows] == [("202303", 0), ("202402", 1), ("202503", 0)]
    listed, hidden = behind(session, RE_REFERRALS, during, "again", WHOLE, visible=true(), limit=9, offset=0)
    assert [(row.reference, row.day) for row in listed] == [(None, date(2024, 2, 29))]
    assert hidden == 0


def arrived(session: Session, **told: Any) -> Contact:
    """Add a contact with an event, for only what is on the chain is counted."""
    contact = a_contact(session, **told)
    record_event(session, kind="contact.received", at=NOW, by=Actor.system("test"), contact_id=contact.id)
    return contact


def test_what_may_not_be_seen_is_counted_and_not_listed(session: Session) -> None:
    arrived(session, restricted=True, received_at=BEGINS)
    arrived(session, received_at=BEGINS)
    visible = Contact.restricted.is_(False)
    rows, hidden = behind(session, CONVERSION, asked(), "received", WHOLE, visible=visible, limit=9, offset=0)
    assert (len(rows), hidden) == (1, 1)


def test_times_to_acceptance_are_of_what_was_accepted(session: Session) -> None:
    contact = arrived(session, received_at=BEGINS)
    for hours, state in ((1, "accepted"), (3, "accepted"), (50, "accepted"), (900, "declined")):
        answered = {"state": state, "offered_at": BEGINS, "answered_at": BEGINS + timedelta(hours=hours)}
        session.add(HandOver(child_id=contact.children[0].id, route="early_help", to_team="East", **answered))
    session.flush()
    (one,) = times_to_acceptance(session, asked())
    assert (one.team, one.accepted) == ("East", 3)
    assert (one.middle, one.nine_in_ten) == (timedelta(hours=3), timedelta(hours=50))


def test_years_beside_one_another_leave_out_what_is_not_on_record(session: Session) -> None:
    for day, kind in ((3, "service_request"), (4, "advice"), (400, "service_request"), (65, "advice")):
        arrived(session, received_at=BEGINS + timedelta(days=day), type_at_receipt=kind)
    rows = year_on_year(session, "request-share", 2023, 2024, NOW)
    assert [(row.month, row.earlier, row.later) for row in rows] == [(3, 1, None), (4, None, 1), (5, 0, None)]


@pytest.mark.parametrize(
    ("council", "names"),
    [
        ("Doncaster Council", ["England", "Doncaster"]),
        ("City of York Council", ["England", "York"]),
        ("Anytown Council", ["England"]),
    ],
)
def test_a_council_is_set_beside_england_and_its_own_published_year(council: str, names: list[str]) -> None:
    assert [area.name for area in national().beside(council)] == names


def test_the_published_shares_are_those_of_the_publication() -> None:
    england, doncaster = national().beside("Doncaster Council")
    assert str(england.re_referred) == "22.4"
    assert str(doncaster.re_referred) == "30.3"
    assert str(england.from_source("Police")) == "28.5"
    assert sum(number or 0 for number in england.by_source.values()) == pytest.approx(england.referrals, abs=60)
