"""An earlier version is put back by two people, at once; what came that day is held to the limits that then count."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from mash.journeys.practice import practice_from
from mash.journeys.publish_thresholds import PublicationRefused
from mash.journeys.put_back import answer_roll_back, ask_roll_back
from mash.journeys.running_clocks import running_clocks, start_clock
from mash.models import Event, ThresholdDraft
from tests.factories import MONDAY, a_contact
from tests.journeys.test_publish_thresholds import LIVE, NAME, TODAY, House, house

__all__ = ["house"]


def test_the_version_before_is_put_back_by_two_people_at_once(house: House) -> None:
    house.live(TODAY)
    told = {"starts_on": None, "open_contacts": "regrade", "reason": "It turned children away.", "at": MONDAY}
    asked = ask_roll_back(house.session, LIVE, **told, by=house.asker, files=house.files)  # type: ignore[arg-type]
    house.session.flush()
    answer = {"agree": True, "words": "", "at": MONDAY, "files": house.files}
    with pytest.raises(PublicationRefused, match="You asked"):
        answer_roll_back(house.session, asked.id, **answer, by=house.asker)  # type: ignore[arg-type]
    answer_roll_back(house.session, asked.id, **answer, by=house.second)  # type: ignore[arg-type]
    house.session.flush()
    now = house.book.in_force(TODAY)
    assert (now.id, now.version.supersedes) == (f"{LIVE}-again-1", NAME)
    between = a_contact(house.session, received_at=MONDAY, ruleset_id=NAME)
    assert practice_from(house.session, house.book).ruleset(between, MONDAY).id == now.id
    between.state = "decided"
    assert practice_from(house.session, house.book).ruleset(between, MONDAY).id == NAME


def test_what_came_on_the_day_it_begins_is_held_to_its_limits_and_then_to_those_put_back(house: House) -> None:
    practice, draft = practice_from(house.session, house.files), house.session.scalars(select(ThresholdDraft)).one()
    draft.text = draft.text.replace("rating: red, hours: 4", "rating: red, hours: 2")
    draft.text = re.sub("(decision_on_referral.*)working_days: 1", r"\1working_days: 2", draft.text)
    draft.text = re.sub("(early_help_contact.*)working_days: 3", r"\1working_days: 4", draft.text)
    came = {"red": MONDAY, "social-care": MONDAY, "early-help": MONDAY - timedelta(days=3)}
    contacts = {name: a_contact(house.session, received_at=day, queue_rank=1) for name, day in came.items()}
    for name, contact in contacts.items():
        start_clock(house.session, contact, name, practice=practice, started=came[name])

    def due() -> dict[str, datetime]:
        house.session.flush()
        return {name: running_clocks(house.session, contact)[0].due_at for name, contact in contacts.items()}

    before = due()
    house.live(TODAY)
    theirs = {"red": before["red"] - timedelta(hours=2), "social-care": before["social-care"] + timedelta(days=1)}
    assert due() == before | theirs
    assert contacts["red"].due_at == theirs["red"]
    told = {"starts_on": None, "open_contacts": "regrade", "reason": "Too soon.", "at": MONDAY}
    asked = ask_roll_back(house.session, LIVE, **told, by=house.asker, files=house.files)  # type: ignore[arg-type]
    house.session.flush()
    answer = {"agree": True, "words": "", "at": MONDAY, "files": house.files}
    answer_roll_back(house.session, asked.id, **answer, by=house.second)  # type: ignore[arg-type]
    assert due() == before
    moved = house.session.scalars(select(Event.data).where(Event.kind == "clock.moved").order_by(Event.seq)).all()
    assert [(said["clock"], said["reason"]) for said in moved] == [
        (name, f"Thresholds {id} began") for id in (NAME, f"{LIVE}-again-1") for name in ("red", "social-care")
    ]
