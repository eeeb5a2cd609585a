"""No extract for whoever is kept from somebody in it, by whatever ground; and no file of one longer than a day."""

import os
from datetime import timedelta

import pytest
from flask import Flask

from mash import clock
from mash.jobs import CLEAR_SECONDS, Worker, _keeping
from mash.journeys.keep_extracts import KEPT
from tests.web.arriving import arrive
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk
from tests.web.test_extracts import ASKED, NOW, PAGE, at, at_once, downloads, events
from tests.web.test_kept_from import kept_from

__all__ = ["at", "at_once"]


def test_whoever_is_kept_from_a_contact_of_the_days_is_refused_and_others_are_not(
    app: Flask, desk: Desk, sign_in_as: SignInAs, people: dict[str, int]
) -> None:
    inside, outside = arrive(app, ago=timedelta(days=1)), arrive(app, ago=timedelta(days=60))
    kept_from(desk, people["manager"], outside)
    manager = sign_in_as("manager")
    assert manager.send(PAGE, **ASKED).status_code == 303
    (address,) = downloads(manager)
    kept_from(desk, people["manager"], inside)
    refused = manager.send(PAGE, **ASKED)
    assert (refused.status_code, "Another manager takes it" in refused.text) == (422, True)
    assert [event.kind for event in events(app)].count("extract.asked") == 1
    assert manager.get(address).status_code == 404


@pytest.mark.parametrize("late", [False, True])
def test_the_scheduler_forgets_the_file_after_a_day(app: Flask, sign_in_as: SignInAs, *, late: bool) -> None:
    arrive(app, ago=timedelta(days=1))
    sign_in_as("manager").send(PAGE, **ASKED)
    settings = app.extensions["mash"].settings
    (file,) = (settings.folder / "extracts").iterdir()
    past = NOW - KEPT - timedelta(minutes=1) if late else NOW
    half = file.with_name("writing-S-9")
    half.write_bytes(b"cut short")
    for each in (file, half):
        os.utime(each, (past.timestamp(), past.timestamp()))
    assert clock.now() == NOW
    jobs = _keeping(Worker(app.extensions["mash"].database), settings.folder, None, "", None)
    for work in [work for work, seconds in jobs if seconds == CLEAR_SECONDS]:
        work()
    assert [each.exists() for each in (file, half)] == [not late, not late]
