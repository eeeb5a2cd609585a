"""While a rule is written, its page says what it would do to the past; never in the way, and the past is named."""

import re
from typing import Any

import pytest

from mash.db import Database
from mash.journeys.actor import Actor
from mash.journeys.freeze_history import freeze_history
from mash.rules import RuleBook, evaluate, read_facts
from tests.journeys.test_freeze_history import decide
from tests.web.conftest import Browser, SignInAs
from tests.web.form_fields import form_of

LIVE, NAME, RULE = "dn-2022-05", "dn-2027-04", "K-01"
ITEM, REHEARSE = f"/thresholds/{NAME}/edit/rules/{RULE}", f"/thresholds/{NAME}/rehearse"
NEED = {"age_years": 9, "contact_type": "service_request"}


@pytest.fixture
def past(database: Database, people: dict[str, int], rulebook: RuleBook) -> None:
    """Decide seven children, two of them with one of the signs that K-01 counts two of."""
    by, ruleset = Actor(people["practitioner"], "Invented practitioner"), rulebook.get(LIVE)
    for number in range(7):
        facts: dict[str, Any] = NEED | ({"po-substance-some": "present"} if number < 2 else {})
        advice = evaluate(ruleset, read_facts(rulebook.catalogue, facts)).to_json()
        named = {"ruleset_id": LIVE, "ruleset_hash": ruleset.content_hash, "advised_route": advice["route"]}
        decide(database, by, days=number, facts=facts, advice=advice, **named)
    freeze_history(database)


@pytest.fixture
def draft(sign_in_as: SignInAs) -> Browser:
    browser = sign_in_as("reviewer")
    title = "Levels of need, April 2027"
    assert browser.send("/thresholds", "/thresholds/drafts", based_on=LIVE, title=title, name=NAME).status_code == 303
    return browser


def written(browser: Browser, **changed: str) -> dict[str, Any]:
    return form_of(browser.get(ITEM).text) | changed


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_an_unsaved_change_is_rehearsed_and_not_saved(draft: Browser, past: None) -> None:
    as_it_is = draft.client.post(REHEARSE, data=written(draft)).text
    assert f"It would refer as many of 7 children as {LIVE}" in words(as_it_is)
    assert "0 down , 0 up" in words(as_it_is)
    changed = draft.client.post(REHEARSE, data=written(draft, **{"when.at_least": "1"})).text
    told = words(changed)
    assert "0 down , 2 up in level or route; 5 stay" in told
    assert "▲" in told
    assert "7 decided children received 13 April 2026 to 19 April 2026" in told
    assert "Nothing is saved by this" in told
    assert form_of(draft.get(ITEM).text)["when.at_least"] == form_of(draft.get(ITEM).text)["when.at_least"] == ["2"]


def test_the_curve_goes_over_the_whole_range_with_its_table(draft: Browser, past: None) -> None:
    page = draft.client.post(REHEARSE, data=written(draft, curve="when.at_least")).text
    rows = re.findall(
        r'<th scope="row">(\d+)(?: \(here\))?</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', page
    )
    assert [int(value) for value, _, _ in rows] == list(range(1, len(rows) + 1))
    assert [moves for _, *moves in rows] == [["0", "2"], ["0", "0"], ["0", "0"]]
    assert "(here)" in page
    assert page.count("<circle") == len(rows) + 1  # one of them in the key


def test_without_scripts_a_button_shows_it_on_the_page_and_keeps_what_was_typed(draft: Browser, past: None) -> None:
    assert "It would refer" not in draft.get(ITEM).text
    page = draft.client.post(ITEM, data=written(draft, **{"when.at_least": "1"}, do="rehearse"))
    assert page.status_code == 200
    assert "It would refer" in page.text
    assert "Not saved yet" in page.text
    assert form_of(page.text)["when.at_least"] == ["1"]


def test_what_cannot_be_read_yet_is_said_and_holds_nothing_up(draft: Browser, past: None) -> None:
    told = draft.client.post(REHEARSE, data=written(draft, **{"when.at_least": "many"}))
    assert told.status_code == 200
    assert "This cannot be read yet" in told.text
    saved = draft.send(ITEM, **written(draft, **{"when.at_least": "many"}, do="save"))
    assert saved.status_code == 303


def test_with_no_past_it_says_so(draft: Browser) -> None:
    assert "There is no past to go by yet" in draft.client.post(REHEARSE, data=written(draft)).text


def test_what_was_frozen_meanwhile_counts_at_once(
    draft: Browser, past: None, database: Database, people: dict[str, int]
) -> None:
    assert "of 7 children" in draft.client.post(REHEARSE, data=written(draft)).text
    decide(database, Actor(people["practitioner"], "Invented practitioner"), days=9, facts=NEED, advice=None)
    freeze_history(database)
    assert "of 8 children" in draft.client.post(REHEARSE, data=written(draft)).text


@pytest.mark.parametrize("role", ["manager", "practitioner", "auditor"])
def test_others_may_not_rehearse(draft: Browser, sign_in_as: SignInAs, role: str) -> None:
    browser = sign_in_as(role)
    assert browser.client.post(REHEARSE, data=browser.tokens("/account")).status_code == 403
