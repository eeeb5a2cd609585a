"""Fifty people decide the same contact at the same moment: one decision stands, and forty-nine are told."""

import threading
from collections import Counter

import pytest
from sqlalchemy import select

from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.contacts import Stale
from mash.journeys.decide import Choice, decide
from mash.journeys.events import first_break
from mash.journeys.practice import practice_from
from mash.models import Contact, Decision, Event
from mash.rules import RuleBook
from tests.factories import MONDAY, a_contact, an_actor

pytestmark = pytest.mark.faults

PEOPLE = 50


def test_of_fifty_decisions_made_from_the_same_page_one_stands_and_the_rest_are_told(
    database: Database, rulebook: RuleBook
) -> None:
    with transaction(database) as session:
        contact = a_contact(session, state="rated", rating="red")
        people = [an_actor(session, "practitioner") for _ in range(PEOPLE)]
        reference, version, child = contact.reference, contact.version, contact.children[0].id
    choice = Choice(child_id=child, route="strategy_discussion", level=4, rating="red", reason="Hurt today.")
    answers: Counter[str] = Counter()
    together = threading.Barrier(PEOPLE)

    def press(by: Actor) -> None:
        together.wait()
        try:
            with transaction(database) as session:
                practice = practice_from(session, rulebook)
                decide(session, reference, (choice,), version=version, by=by, at=MONDAY, practice=practice)
        except Stale as told:
            answers[f"told: version {told.version}"] += 1
        except Exception as wrong:  # noqa: BLE001  # counted, so that the assertion shows it
            answers[repr(wrong)] += 1
        else:
            answers["decided"] += 1

    threads = [threading.Thread(target=press, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"decided": 1, f"told: version {version + 1}": PEOPLE - 1}
    with reading(database) as session:
        assert len(session.scalars(select(Decision)).all()) == 1
        assert session.scalars(select(Contact.version)).one() == version + 1
        assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
