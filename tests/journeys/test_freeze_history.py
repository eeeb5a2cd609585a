"""History is frozen as it stood, from both databases, and only what is new is read again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.freeze_history import freeze_history
from mash.models import ChildOnContact, HistorySegment, Person
from mash.queries.past import frozen_history
from mash.replay.frame import Frame
from mash.rules import RuleBook
from tests.factories import MONDAY, a_child, a_contact, a_decision, an_episode

ADVICE = {"level": "L3", "rating": "amber", "route": "child_and_family_assessment", "strength": "early_help"}


def decide(database: Database, by: Actor, person: Person | None = None, *, days: int = 0, **told: Any) -> int:
    """Record a contact so many days after Monday and decide it; return the id of the child on it."""
    at = MONDAY + timedelta(days=days)
    with transaction(database) as session:
        who = session.merge(person) if person else a_child(session, ethnicity="WBRI")
        contact = a_contact(session, children=(who,), received_at=at, entered_at=at)
        child = contact.children[0]
        said: dict[str, Any] = {"facts": {"age_years": 9}, "advice": ADVICE, "advised_level": 3, "rating": "amber"}
        said |= {"advised_route": ADVICE["route"], "ruleset_id": "dn-2022-05", "ruleset_hash": "abc"}
        decision = a_decision(session, child, by, decided_at=at, **(said | told))
        child.decided_at, child.level, child.route = at, decision.level, decision.route
        return child.id


def only_frame(database: Database, rulebook: RuleBook) -> Frame:
    with reading(database) as session:
        (history,) = frozen_history(session, rulebook.catalogue).histories
    return history.frame


def said_of(frame: Frame, child: int) -> dict[str, str]:
    place = frame.keys.index(str(child))
    return {name: said for name, column in frame.columns.items() if (said := column.at(place)) is not None}


@pytest.fixture
def by(actor: Callable[[str], Actor]) -> Actor:
    return actor("practitioner")


def test_a_decided_child_is_frozen_with_what_was_known_decided_and_advised(
    database: Database, by: Actor, rulebook: RuleBook
) -> None:
    child = decide(database, by, facts={"age_years": 9, "nd-drink": {"value": "present", "severity": "mild"}})
    freeze_history(database)
    assert said_of(only_frame(database, rulebook), child) == {
        "fact:age_years": "9",
        "fact:nd-drink": '{"severity":"mild","value":"present"}',
        "then:level": "3",
        "then:rating": "amber",
        "then:route": "child_and_family_assessment",
        "then:ruleset": "dn-2022-05",
        "then:hash": "abc",
        "then:advised_level": "3",
        "then:advised_rating": "amber",
        "then:advised_route": "child_and_family_assessment",
        "who:received": "2026-04-13",
        "who:source": "schools and education",
        "who:age": "5 to 9",
        "who:sex": "not recorded",
        "who:ethnicity": "White British",
        "who:disability": "not recorded",
        "who:deprivation": "not recorded",
        "who:ward": "not recorded",
        "who:first": "not recorded",
        "who:type": "service_request",
    }


def test_what_came_later_is_told_by_the_first_of_each_kind(database: Database, by: Actor, rulebook: RuleBook) -> None:
    with transaction(database) as session:
        person = a_child(session)
        an_episode(session, person, "protection_plan", started_on=(MONDAY + timedelta(days=300)).date())
        an_episode(session, person, "section_47", started_on=(MONDAY - timedelta(days=3)).date())
    first = decide(database, by, person, level=2, route="early_help")
    decide(database, by, person, days=20, level=1, route="no_further_action")
    last = decide(database, by, person, days=120, level=4, route="strategy_discussion")
    freeze_history(database)
    frame = only_frame(database, rulebook)
    later = {name: said for name, said in said_of(frame, first).items() if name.startswith("later:")}
    assert later == {
        "later:contact": "28 days",
        "later:referral": "6 months",
        "later:strategy_discussion": "6 months",
        "later:worse": "6 months",
        "later:protection_plan": "12 months",
    }
    assert {name for name in said_of(frame, last) if name.startswith("later:")} == {"later:protection_plan"}


def test_nothing_is_frozen_twice_and_what_is_new_is_joined(database: Database, by: Actor, rulebook: RuleBook) -> None:
    with transaction(database) as session:
        person = a_child(session)
    first = decide(database, by, person, level=2)
    assert (freeze_history(database), freeze_history(database)) == (1, 0)
    before = only_frame(database, rulebook).digest()
    decide(database, by, person, days=9, level=3)
    assert (freeze_history(database), freeze_history(database)) == (1, 0)
    frame = only_frame(database, rulebook)
    assert frame.size == 2
    assert frame.digest() != before
    assert said_of(frame, first)["later:worse"] == "28 days"


def test_a_decision_that_was_replaced_gives_way_and_one_without_facts_is_marked(
    database: Database, by: Actor, rulebook: RuleBook
) -> None:
    replaced = decide(database, by, level=2, status="replaced")
    with transaction(database) as session:
        child = session.get_one(ChildOnContact, replaced)
        a_decision(session, child, by, level=4, facts={"age_years": 9}, decided_at=MONDAY)
    bare = decide(database, by, facts=None, advice=None)
    freeze_history(database)
    frame = only_frame(database, rulebook)
    assert said_of(frame, replaced)["then:level"] == "4"
    assert said_of(frame, bare)["then:no_facts"] == "yes"
    assert "then:advised_level" not in said_of(frame, bare)


def test_children_far_apart_are_kept_apart_and_later_contacts_reach_across(
    database: Database, by: Actor, rulebook: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mash.queries.past.SEGMENT", 1)
    with transaction(database) as session:
        person = a_child(session)
    first = decide(database, by, person, level=2)
    assert freeze_history(database) == 1
    decide(database, by, person, days=30, level=3)
    assert freeze_history(database) == 2  # the new one, and the one whose later has changed
    with reading(database) as session:
        assert len(session.scalars(select(HistorySegment)).all()) == 2
        frames = [history.frame for history in frozen_history(session, rulebook.catalogue).histories]
    assert said_of(frames[0], first)["later:worse"] == "3 months"
    decide(database, by, days=30 + 400)
    assert freeze_history(database) == 1  # nobody before it could have come back so late


def test_what_is_kept_in_another_form_is_dropped_and_frozen_again(
    database: Database, by: Actor, rulebook: RuleBook
) -> None:
    child = decide(database, by)
    freeze_history(database)
    with transaction(database) as session:
        kept = session.scalars(select(HistorySegment)).one()
        held = {name: getattr(kept, name) for name in HistorySegment.__table__.columns.keys()}  # noqa: SIM118  # no dict
        session.add(HistorySegment(**held | {"number": held["number"] + 1, "mark": "narrow 1 2"}))
        kept.mark = "narrow 1 2"
    assert freeze_history(database) == 1
    assert only_frame(database, rulebook).keys == (str(child),)
