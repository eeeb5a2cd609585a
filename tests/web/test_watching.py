"""Every page says to whoever is signed in that deadlines are not being watched, once, and stops when they are."""

from datetime import timedelta

import pytest
from flask import Flask

from mash import clock
from mash.db import transaction
from mash.journeys.leading import note_run
from mash.queries.access import ROLES
from tests.web.conftest import Browser, SignInAs

SAYS = "Deadlines are not being watched: nobody is told when one nears or passes."


def watch(app: Flask, *, minutes_ago: float) -> None:
    """Note that deadlines were watched to the end so long ago."""
    at = clock.now() - timedelta(minutes=minutes_ago)
    with transaction(app.extensions["mash"].database) as session:
        note_run(session, job="deadlines", started_at=at, finished_at=at, result="0 marked")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_told_on_every_page_and_no_longer_once_they_are_watched(
    app: Flask, sign_in_as: SignInAs, role: str
) -> None:
    browser = sign_in_as(role)
    pages = [place for place in ("/account", "/help", "/queue", "/timeliness", "/thresholds") if opens(browser, place)]
    assert len(pages) >= 2
    watch(app, minutes_ago=12)
    for page in pages:
        text = browser.get(page).text
        assert (text.count(SAYS), "Deadlines were last watched 12 minutes ago." in text) == (1, True), page
    watch(app, minutes_ago=0)
    assert [page for page in pages if SAYS in browser.get(page).text] == []


def opens(browser: Browser, place: str) -> bool:
    return browser.get(place).status_code == 200


def test_nobody_is_told_before_they_sign_in(client: Browser) -> None:
    assert SAYS not in client.get("/sign-in").text


def test_the_red_board_says_what_to_do_instead_and_says_it_once(app: Flask, sign_in_as: SignInAs) -> None:
    page = sign_in_as("manager").get("/red").text
    assert (page.count("Deadlines are not being watched"), "ring the deputy manager yourself" in page) == (1, True)


def test_a_queue_that_was_kept_from_before_says_it_too(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    watch(app, minutes_ago=0)
    assert SAYS not in browser.get("/queue").text
    watch(app, minutes_ago=12)
    assert SAYS in browser.get("/queue").text
