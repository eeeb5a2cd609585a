"""Sign-ins as rows: two at most, the one that gave way is told, an administrator ends one, old ones are cleared."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from mash import clock
from mash.config import Misconfigured, from_environment
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.clear_sign_ins import clear_sign_ins
from mash.journeys.set_up import set_up
from mash.models import Event, FreshProof, LoginAttempt, SessionDisplaced, StrongProof, User, UserSession
from mash.queries.access import LONGEST
from mash.rules import RuleBook
from tests.web.authenticator import add_passkey, sign_in_with
from tests.web.conftest import Browser, SignInAs
from tests.web.test_second_step import Hands


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return Hands(monkeypatch)


def opens(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_at_a_third_place_the_one_unused_for_longest_ends_and_both_are_told(
    sign_in_as: SignInAs, hands: Hands, database: Database
) -> None:
    places = [sign_in_as("manager")]
    hands.on()
    places.append(sign_in_as("manager"))
    hands.on()
    assert opens(places[0])
    hands.on()
    places.append(sign_in_as("manager"))
    assert "You have been signed out at another place" in places[2].get("/account").text
    assert [opens(place) for place in places] == [True, False, True]
    assert "because you signed in at another place" in places[1].get("/sign-in").text
    with reading(database) as session:
        event = session.query(Event).filter_by(kind="sign_in.ended").one()
        assert event.data["why"] == "another place"


def test_another_way_in_counts_as_well(sign_in_as: SignInAs, app: Flask) -> None:
    first = sign_in_as("manager")
    device = add_passkey(first)
    others = [Browser(app.test_client()), Browser(app.test_client())]
    assert [sign_in_with(each, device).status_code for each in others] == [303, 303]
    assert [opens(each) for each in (first, *others)] == [False, True, True]


def test_what_was_written_where_one_gave_way_is_kept(sign_in_as: SignInAs, hands: Hands) -> None:
    first = sign_in_as("manager")
    tokens = first.tokens("/account")
    for _ in range(2):
        hands.on()
        sign_in_as("manager")
    sent = first.client.post("/account/preferences", data=tokens | {"density": "compact"})
    assert sent.location == "/sign-in?kept=1"
    assert first.sign_in("manager").location == "/sign-in/kept"
    assert 'value="compact"' in first.get("/sign-in/kept").text


def test_a_sign_in_that_lapsed_makes_room_first(sign_in_as: SignInAs, hands: Hands) -> None:
    sign_in_as("manager")
    hands.on(timedelta(minutes=16))
    here, there = sign_in_as("manager"), sign_in_as("manager")
    assert opens(here)
    assert opens(there)


def test_an_administrator_ends_one_of_somebodys_sign_ins(sign_in_as: SignInAs, people: dict[str, int]) -> None:
    admin, here, there = sign_in_as("admin"), sign_in_as("manager"), sign_in_as("manager")
    page = f"/admin/users/{people['manager']}"
    ends = re.findall(rf"{page}/sessions/\d+/end", admin.get(page).text)
    assert len(ends) == 2
    assert admin.send(page, ends[1]).location == page
    assert sorted([opens(here), opens(there)]) == [False, True]
    other = ends[0].replace(page, f"/admin/users/{people['auditor']}")
    assert admin.send(page, other).status_code == 404


def test_an_administrator_takes_a_lost_passkey_away(
    sign_in_as: SignInAs, people: dict[str, int], database: Database
) -> None:
    admin, theirs = sign_in_as("admin"), sign_in_as("manager")
    device = add_passkey(theirs)
    page = f"/admin/users/{people['manager']}"
    found = re.findall(rf"{page}/passkeys/\d+/remove", admin.get(page).text)
    assert admin.send(page, found[0]).location == page
    assert not opens(theirs)
    assert sign_in_with(theirs, device).status_code == 422


def test_the_council_sets_how_long_one_may_be_idle(
    sign_in_as: SignInAs, app: Flask, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    wired = app.extensions["mash"]
    app.extensions["mash"] = replace(wired, settings=replace(wired.settings, idle=timedelta(minutes=5)))
    browser = sign_in_as("manager")
    hands.on(timedelta(minutes=4, seconds=59))
    assert opens(browser)
    hands.on(timedelta(minutes=5))
    assert not opens(browser)
    monkeypatch.setenv("MASH_IDLE_MINUTES", "30")
    assert from_environment().idle == timedelta(minutes=30)
    for wrong in ("4", "31", "soon"):
        monkeypatch.setenv("MASH_IDLE_MINUTES", wrong)
        with pytest.raises(Misconfigured):
            from_environment()


def test_rows_of_ended_sign_ins_are_cleared_when_the_policy_says(
    sign_in_as: SignInAs, app: Flask, database: Database, rulebook: RuleBook, hands: Hands
) -> None:
    began, by = hands.at, Actor.system("test")
    with transaction(database) as session:
        set_up(session, rulebook=rulebook, by=by, at=began)
    live = sign_in_as("auditor")
    for _ in range(3):
        hands.on()
        sign_in_as("manager")
    hands.on(timedelta(days=90, minutes=1))
    with transaction(database) as session:
        assert clear_sign_ins(session, at=hands.at - timedelta(minutes=5)) == 0
        live_row = session.query(UserSession).join(User).filter(User.username == "auditor").one()
        live_row.expires_at = hands.at + LONGEST
        assert clear_sign_ins(session, at=hands.at, limit=1) == 1
        assert clear_sign_ins(session, at=hands.at + LONGEST) == 2
    with reading(database) as session:
        assert session.query(UserSession).count() == 1
        left = [session.query(table).count() for table in (SessionDisplaced, StrongProof, FreshProof, LoginAttempt)]
        assert left == [0, 0, 0, 0]
        assert session.query(Event).filter_by(kind="sign_in.cleared").count() == 2
    assert clock.now() == hands.at
    assert live.token


def test_signing_out_clears_what_the_browser_kept(sign_in_as: SignInAs) -> None:
    answer = sign_in_as("manager").send("/account", "/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
