"""A contact that was late stays late in every figure, whatever it is called afterwards."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.fold_figures import fold
from mash.measures.figures import figures
from tests.factories import MONDAY
from tests.journeys.front_door import FrontDoor

DAY = date(2026, 4, 13)
EARLY: dict[str, Any] = {"route": "early_help", "level": 2, "rating": "green"}
FRIDAY = MONDAY + timedelta(days=4)


def shown(session: Session) -> dict[str, tuple[int, int | None]]:
    fold(session, at=FRIDAY)
    ids = ("blended-in-time", "blended-in-time-by-outcome")
    found = figures(session, ids, DAY, DAY, FRIDAY)
    return {id: (one.numerator, one.denominator) for id, one in found.items()}


def test_early_help_first_named_when_the_one_day_was_up_is_late_as_social_care(door: FrontDoor) -> None:
    contact = door.contact()
    door.read(contact, door.practitioner)
    door.now = MONDAY + timedelta(days=2)
    assert shown(door.session)["social-care-in-time"] == (0, 1)
    door.decide(contact, door.choice(contact, **EARLY))
    found = shown(door.session)
    assert (found["social-care-in-time"], found["early-help-in-time"]) == ((0, 1), (0, 0))
    assert found["blended-in-time"] == (0, 1)
    assert found["early-help-in-time-by-outcome"] == (1, 1)


def test_early_help_decided_in_its_day_is_in_time(door: FrontDoor) -> None:
    contact = door.contact()
    door.read(contact, door.practitioner)
    door.decide(contact, door.choice(contact, **EARLY))
    found = shown(door.session)
    assert (found["social-care-in-time"], found["early-help-in-time"]) == ((0, 0), (1, 1))


def test_early_help_recommended_in_its_day_has_three(door: FrontDoor) -> None:
    contact = door.contact()
    door.read(contact, door.practitioner)
    door.rate(contact, "red", by=door.practitioner)
    recommended = door.decide(contact, door.choice(contact, **(EARLY | {"rating": "red"})))
    assert recommended.needs_manager
    assert "early-help" in door.running(contact)
    found = shown(door.session)
    assert (found["social-care-in-time"], found["early-help-in-time"]) == ((0, 0), (0, 1))
