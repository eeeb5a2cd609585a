"""What a decision page must never do: choose for anyone, hide a rule, lower a red unasked, undo what has begun."""

import re
from html import unescape

import pytest

from mash import clock
from mash.db import reading, transaction
from mash.journeys.check import check
from mash.journeys.hand_over import accept
from mash.journeys.practice import practice_from
from mash.queries.workspace import head_of
from mash.rules import evaluate, read_facts
from tests.factories import an_actor
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk, decide, send, words
from tests.web.test_decide import SERIOUS, problems


@pytest.fixture
def browser(sign_in_as: SignInAs) -> Browser:
    """A practitioner's browser."""
    return sign_in_as("practitioner")


def test_nothing_is_chosen_when_an_undecided_contact_is_opened_again(desk: Desk, browser: Browser) -> None:
    reference = desk.contact("Ada", "Ben")
    for _ in range(2):
        form = browser.get(f"/contacts/{reference}").text.partition('id="decision-form"')[2].partition("</form>")[0]
        assert not re.search(r"<input[^>]* checked", form)
        assert 'value="present" selected' not in form


def test_lowering_a_red_needs_a_reason(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    decide(browser, reference, "red", all__rating="red")
    again = decide(browser, reference, all__rating="amber")
    assert (again.status_code, problems(again.text)) == (422, ["Say why this is no longer red"])
    assert desk.row(reference).rating == "red"


def test_each_suggestion_names_every_rule_it_met_and_a_change_that_does_change_it(desk: Desk, browser: Browser) -> None:
    reference = desk.contact(observed=SERIOUS | {"nn-medical": "present"})
    decide(browser, reference, "check", all__level="2", all__add=None)
    page = unescape(browser.get(f"/contacts/{reference}").text)
    with reading(desk.database) as session:
        head = head_of(session, reference)
        assert head
        practice = practice_from(session, desk.rulebook)
        (found,) = check(session, head.id, {desk.children(reference)[0]: {}}, practice, clock.now()).values()
    assert found.advice.reasons
    said = " ".join(words(page).split())
    for reason in found.advice.reasons:
        assert f"rule {reason.id}" in said
        assert reason.words in said
        for used in reason.facts:
            assert used.words.lower() in said
    assert found.ruleset.title in said
    shown = [one for one in found.advice.would_change if f"“{one.words.lower()}” were" in said]
    assert shown
    for change in shown:
        facts = read_facts(practice.rulebook.catalogue, found.facts.to_json() | {change.fact: change.then})
        then = evaluate(found.ruleset, facts)
        assert (then.level, then.rating, then.route) != (found.advice.level, found.advice.rating, found.advice.route)
        assert then.level == change.level


def test_once_the_receiving_team_has_begun_undoing_is_refused_with_the_reason(desk: Desk, browser: Browser) -> None:
    reference = desk.contact()
    decide(browser, reference)
    with transaction(desk.database) as session:
        team = an_actor(session, "receiving_team", team="Assessment team", username="north", name="Invented north")
        told = {"lead": "Kit Varley", "version": desk.row(reference).version, "by": team, "at": clock.now()}
        practice = practice_from(session, desk.rulebook)
        accept(session, reference, desk.children(reference)[0], practice=practice, **told)  # type: ignore[arg-type]
    answer = send(browser, reference, "undo", form="note")
    assert answer.status_code == 422
    assert "You cannot undo this now. The receiving team has accepted it." in words(answer.text)
    assert "contact.undone" not in desk.events(reference)
