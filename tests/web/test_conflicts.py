"""Whatever changes while somebody writes, no word is lost: moved on, restricted, a role gone, other thresholds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from mash import clock
from mash.db import transaction
from mash.models import Contact, User, UserRole
from mash.rules import RuleBook
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import SOUND, Desk, decide, fields_of, words

REASON = 'Three bruises <in a month>, and "no" lunch.'
ESCAPED = "Three bruises &lt;in a month&gt;, and &#34;no&#34; lunch."


def change_role(app: Flask, username: str, *, to: str) -> None:
    """Take every role from somebody and give them another."""
    with transaction(app.extensions["mash"].database) as session:
        user_id = session.scalars(select(User.id).where(User.username == username)).one()
        session.execute(delete(UserRole).where(UserRole.user_id == user_id))
        session.execute(insert(UserRole).values(user_id=user_id, role=to))


def restrict(app: Flask, reference: str, *, restricted: bool) -> None:
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(Contact).where(Contact.reference == reference).values(restricted=restricted))


def opened(desk: Desk, sign_in_as: SignInAs) -> tuple[str, Browser, dict[str, str]]:
    """Open a contact to decide it, and begin to write."""
    reference, browser = desk.contact(), sign_in_as("practitioner")
    page = f"/contacts/{reference}"
    fields = fields_of(browser.get(page).text, f"{page}/decision")
    return reference, browser, fields | {"service": "yes", "all-reason": REASON, "go": "stay"}


def test_a_role_lost_in_the_middle_shows_and_keeps_what_was_written(
    app: Flask, desk: Desk, sign_in_as: SignInAs
) -> None:
    reference, browser, fields = opened(desk, sign_in_as)
    change_role(app, "practitioner", to="reviewer")
    answer = browser.client.post(f"/contacts/{reference}/decision", data=fields)
    assert answer.status_code == 403
    assert ESCAPED in answer.text
    change_role(app, "practitioner", to="practitioner")
    kept = browser.get("/sign-in/kept").text
    again = fields_of(kept, f"/contacts/{reference}/decision")
    assert again["all-reason"] == REASON
    sent = browser.client.post(f"/contacts/{reference}/decision", data=again)
    assert sent.status_code == 422
    assert ESCAPED in sent.text


def test_a_contact_restricted_in_the_middle_tells_nothing_of_it_and_keeps_what_was_written(
    app: Flask, desk: Desk, sign_in_as: SignInAs
) -> None:
    reference, browser, fields = opened(desk, sign_in_as)
    restrict(app, reference, restricted=True)
    answer = browser.client.post(f"/contacts/{reference}/decision", data=fields)
    assert answer.status_code == 404
    assert ESCAPED in answer.text
    assert "Sample" not in answer.text
    assert "duty manager" in answer.text
    assert REASON in fields_of(browser.get("/sign-in/kept").text, f"/contacts/{reference}/decision").values()


def test_a_contact_that_moved_on_shows_both_sides(desk: Desk, sign_in_as: SignInAs) -> None:
    reference, browser, fields = opened(desk, sign_in_as)
    assert decide(sign_in_as("manager"), reference, all__reason="Theirs.").status_code == 303
    told = fields | {"all-rating": "amber", "all-level": "3", "all-route": "early_help", "all-agreement": "refused"}
    answer = browser.client.post(f"/contacts/{reference}/decision", data=told | {"all-none": "yes"})
    assert answer.status_code == 409
    assert "Theirs." in answer.text
    assert ESCAPED in answer.text


@pytest.fixture
def other_names(app: Flask, rulebook: RuleBook, desk: Desk) -> Iterator[Desk]:
    """Put a version in force that calls the ratings otherwise."""
    live = rulebook.get("dn-2022-05")
    ratings = tuple(replace(rating, name=f"Class {rating.urgency}") for rating in live.ratings)
    ruleset = replace(live, version=replace(live.version, id="classes"), content_hash="c" * 64, ratings=ratings)
    book = rulebook.succeeded_by(ruleset, clock.today() - timedelta(days=2))
    app.extensions["mash"] = replace(app.extensions["mash"], files=book)
    yield Desk(desk.database, book)
    app.extensions["mash"] = replace(app.extensions["mash"], files=rulebook)


def test_ratings_are_called_as_their_version_calls_them(other_names: Desk, sign_in_as: SignInAs) -> None:
    reference, browser, fields = opened(other_names, sign_in_as)
    assert decide(sign_in_as("manager"), reference, all__reason="Theirs.").status_code == 303
    mine = {"all-rating": "green", "all-level": "3", "all-route": "early_help", "all-agreement": "refused"}
    answer = browser.client.post(f"/contacts/{reference}/decision", data=fields | mine | {"all-none": "yes"})
    assert "Rating Class amber Class green" in words(answer.text)
    outcome = browser.get(f"/contacts/{reference}").text.partition("The rules suggested")[2].partition("</p>")[0]
    assert "Class green" in words(outcome)


def test_thresholds_that_changed_in_the_middle_are_looked_at_again_before_anything_is_saved(
    app: Flask, desk: Desk, sign_in_as: SignInAs
) -> None:
    reference, browser = desk.contact(), sign_in_as("practitioner")
    answer = decide(browser, reference, judged="an older version", all__reason=REASON)
    assert answer.status_code == 422
    assert "The thresholds changed to" in words(answer.text)
    assert ESCAPED in answer.text
    assert desk.row(reference).decided_at is None
    assert 'name="judged" value="an older version"' not in answer.text
    assert decide(browser, reference, all__reason=REASON).status_code == 303


def test_thresholds_that_changed_never_hold_up_a_strategy_discussion(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    told = {"judged": "an older version", "all__route": "strategy_discussion", "all__level": "4", "all__rating": "red"}
    assert decide(sign_in_as("practitioner"), reference, **told).status_code == 303
    assert desk.row(reference).children[0].outcome == "strategy_discussion"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nothing_that_another_site_sends_is_shown_on_our_page(desk: Desk, sign_in_as: SignInAs, site: str) -> None:
    reference, browser, fields = opened(desk, sign_in_as)
    headers = {"Sec-Fetch-Site": site}
    answer = browser.client.post(f"/contacts/{reference}/decision", data=fields, headers=headers)
    assert answer.status_code == 400
    assert "Three bruises" not in answer.text


def test_a_password_is_never_shown_again(app: Flask, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    secret = {"current": "My Old Password", "new": "My New Password"}
    answer = browser.client.post("/account/password", data=secret | {"csrf_token": "wrong", "password": "My Word Here"})
    assert answer.status_code == 400
    for word in ("My Old", "My New", "My Word"):
        assert word not in answer.text


def test_a_manager_replaces_what_came_first_with_a_reason_and_both_stay_on_record(
    desk: Desk, sign_in_as: SignInAs
) -> None:
    reference, manager = desk.contact(), sign_in_as("manager")
    fields = fields_of(manager.get(f"/contacts/{reference}").text, f"/contacts/{reference}/decision")
    mine = {name.replace("__", "-"): value for name, value in SOUND.items()} | {"all-reason": "Mine, of today."}
    assert decide(sign_in_as("practitioner"), reference, all__reason="Theirs.").status_code == 303
    page = manager.client.post(f"/contacts/{reference}/decision", data=fields | mine)
    assert (page.status_code, "Replace theirs" in page.text) == (409, True)
    again = fields_of(page.text, f"/contacts/{reference}/reopen")
    refused = manager.client.post(f"/contacts/{reference}/reopen", data=again | {"reason": ""})
    assert refused.status_code == 422
    again = fields_of(refused.text, f"/contacts/{reference}/reopen")
    opened_again = manager.client.post(f"/contacts/{reference}/reopen", data=again | {"reason": "Seen at home since."})
    assert opened_again.status_code == 303
    shown = manager.get(f"/contacts/{reference}").text
    assert "Mine, of today." in shown
    assert decide(manager, reference, all__reason="Mine, of today.").status_code == 303
    assert desk.events(reference).count("child.decided") == 2
    told = manager.get(f"/contacts/{reference}/timeline").text
    for words_ in ("Theirs.", "Seen at home since.", "Mine, of today."):
        assert words_ in told


def test_whoever_is_no_manager_is_told_who_can_replace_it(desk: Desk, sign_in_as: SignInAs) -> None:
    reference, browser, fields = opened(desk, sign_in_as)
    assert decide(sign_in_as("manager"), reference, all__reason="Theirs.").status_code == 303
    told = fields | {"all-rating": "amber", "all-level": "3", "all-route": "early_help", "all-agreement": "refused"}
    page = browser.client.post(f"/contacts/{reference}/decision", data=told | {"all-none": "yes"}).text
    assert "Only a manager can open it again" in page
    assert "Replace theirs" not in page
